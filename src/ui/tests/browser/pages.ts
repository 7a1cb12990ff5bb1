/** One browser and one build with the sample day for all page tests. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { serve } from './serve';

const executable = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export interface Stage {
  open: (path: string, options?: { width?: number; height?: number; map?: 'drawn' | 'absent' }) => Promise<{ page: Page; complaints: string[] }>;
  close: () => Promise<void>;
}

export async function stage(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'coldmile-pages-'));
  execFileSync('npx', ['vite', 'build', '--outDir', folder, '--emptyOutDir', '--logLevel', 'error'], { env: { ...process.env, VITE_FIXTURE: '1' }, stdio: 'inherit' });
  const { server, address } = await serve(folder);
  const browser = await launch();
  return {
    open: async (path, { width = 1440, height = 900, map = 'absent' } = {}) => {
      const context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce' });
      const page = await context.newPage();
      if (map === 'absent') await withoutMap(page);
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      await page.goto(address + path);
      return { page, complaints };
    },
    close: async () => {
      await browser.close();
      server.close();
    },
  };
}

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: executable,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
  });
}

/** Without a graphics card a drawn map takes most of the time of a test that is not about it. */
export async function withoutMap(page: Page): Promise<void> {
  await page.route('**/assets/maplibre-gl-*.js', (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
}

interface AxeResult {
  violations: { id: string; impact: string | null; help: string; nodes: { target: string[]; html: string }[] }[];
}

/** Serious and critical findings, one line each. */
export async function axe(page: Page): Promise<string[]> {
  // Evaluated by the debugger, not by the page, so the content policy stays as strict as it is.
  await page.evaluate(axeSource);
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'];
  const result = (await page.evaluate(`axe.run({ runOnly: ${JSON.stringify(tags)} })`)) as AxeResult;
  return result.violations
    .filter((violation) => violation.impact === 'serious' || violation.impact === 'critical')
    .flatMap((violation) => violation.nodes.slice(0, 5).map((node) => `${violation.id}: ${node.target.join(' ')} ${node.html.slice(0, 160)}`));
}
