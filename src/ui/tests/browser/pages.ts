/** A browser per file, a context per page and test: nothing of one test is left when the next begins. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { inject, test } from 'vitest';
import { serve } from './serve';

const patienceMs = inject('patienceMs');
const executable = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
/** `PAGES` names a folder with built pages. */
const builtPages = process.env['PAGES'];
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export interface Opened {
  page: Page;
  /** Exceptions and errors on the console since the page was opened. */
  complaints: string[];
}
export interface PageOptions {
  width?: number;
  height?: number;
  map?: 'drawn' | 'absent';
}

interface FileFixtures {
  browser: Browser;
  /** Address of the pages built with the sample day. */
  sample: string;
}
interface TestFixtures {
  /** A new context, closed with the test. */
  newContext: (options?: BrowserContextOptions) => Promise<BrowserContext>;
  /** A page with the sample day. */
  open: (path: string, options?: PageOptions) => Promise<Opened>;
}

export const it = test.extend<FileFixtures & TestFixtures>({
  browser: [async ({}, use) => {
    const browser = await launch();
    await use(browser);
    await browser.close();
  }, { scope: 'file' }],
  sample: [async ({}, use) => {
    const { server, address } = await serve(inject('pages'));
    await use(address);
    server.close();
  }, { scope: 'file' }],
  newContext: async ({ browser }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (options) => {
      const context = await browser.newContext({ reducedMotion: 'reduce', locale: 'en', ...options });
      context.setDefaultTimeout(patienceMs);
      if (builtPages !== undefined) await standIn(context, builtPages);
      contexts.push(context);
      return context;
    });
    await Promise.all(contexts.map((context) => context.close()));
  },
  open: async ({ newContext, sample }, use) => {
    await use(async (path, { width = 1440, height = 900, map = 'absent' } = {}) => {
      const context = await newContext({ viewport: { width, height }, serviceWorkers: 'block' });
      return await visit(context, sample + path, map);
    });
  },
});

/** For a binary that was built without pages, or with older ones: those of a folder in their place. */
async function standIn(context: BrowserContext, folder: string): Promise<void> {
  await context.route(({ pathname }) => !/^\/(api|map|docs|healthz)/.test(pathname), async (route) => {
    const { pathname } = new URL(route.request().url());
    const file = [pathname === '/' ? '/index.html' : pathname, `${pathname}.html`].map((name) => join(folder, name)).find((name) => extname(name) !== '' && existsSync(name));
    await (file === undefined ? route.continue() : route.fulfill({ path: file }));
  });
}

/** Opens an address in a new page of `context`. */
export async function visit(context: BrowserContext, address: string, map: 'drawn' | 'absent'): Promise<Opened> {
  const page = await context.newPage();
  if (map === 'absent') await withoutMap(page);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(address);
  return { page, complaints };
}

function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: executable,
    timeout: patienceMs,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
  });
}

/** Without a graphics card a drawn map takes most of the time of a test that is not about it. */
async function withoutMap(page: Page): Promise<void> {
  await page.route('**/assets/maplibre-gl-*.js', (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
}

/** Pixels by which the page is wider than the window. */
export function sideways(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

interface AxeResult {
  violations: { id: string; impact: string | null; help: string; nodes: { target: string[]; html: string }[] }[];
}

/** Serious and critical findings, one line each. */
export async function axe(page: Page): Promise<string[]> {
  await settled(page);
  // Evaluated by the debugger, not by the page, so the content policy stays as strict as it is.
  await page.evaluate(axeSource);
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'];
  const result = (await page.evaluate(`axe.run({ runOnly: ${JSON.stringify(tags)} })`)) as AxeResult;
  return result.violations
    .filter((violation) => violation.impact === 'serious' || violation.impact === 'critical')
    .flatMap((violation) => violation.nodes.slice(0, 5).map((node) => `${violation.id}: ${node.target.join(' ')} ${node.html.slice(0, 160)}`));
}

/**
 * Until fonts are there, no transition runs, and what components do after drawing is done: effects run in a timer after
 * the next frame, and a map draws in the frame after those.
 */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const frame = (): Promise<unknown> => new Promise((done) => requestAnimationFrame(done));
    const afterEffects = async (): Promise<void> => {
      await frame();
      await frame();
      await new Promise((done) => setTimeout(done, 0));
      await frame();
    };
    await document.fonts.ready;
    await afterEffects();
    const ending = document.getAnimations().filter(({ effect }) => Number.isFinite(effect?.getComputedTiming().endTime));
    await Promise.allSettled(ending.map((animation) => animation.finished));
    await afterEffects();
  });
}

/** Until every tile is there, nothing moves, and nothing waits to be drawn. */
export async function mapIsStill(page: Page): Promise<void> {
  const frame = page.locator('.map-frame');
  const still = page.locator('.map-frame[aria-busy=false]');
  await frame.locator('canvas').waitFor();
  do {
    await still.waitFor();
    await settled(page);
  } while ((await frame.getAttribute('aria-busy')) !== 'false');
}
