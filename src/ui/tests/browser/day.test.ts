/** A day as people live it: real server, real map, three people at their pages. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { axe, launch, withoutMap } from './pages';
import { binary, dataFolder, planAndServe, serveAgain, type Served } from './server';

type Role = 'dispatcher' | 'courier' | 'centre';
const paths: Record<Role, string> = { dispatcher: '/', courier: '/c', centre: '/centre' };
const pictures = process.env['PICTURES'];
const langs = ['en', 'zh-CN'];

if (binary === undefined) console.warn('Skipped: there is no release build of coldmile, and COLDMILE names none.');

describe.skipIf(binary === undefined)('a served day', () => {
  const folder = dataFolder();
  let browser: Browser;
  let served: Served;
  const people = {} as Record<Role, BrowserContext>;
  beforeAll(async () => {
    [browser, served] = await Promise.all([launch(), planAndServe(folder)]);
    for (const role of ['dispatcher', 'courier', 'centre'] as const) {
      people[role] = await browser.newContext({ viewport: role === 'courier' ? { width: 390, height: 844 } : { width: 1440, height: 900 }, reducedMotion: 'reduce', locale: 'en' });
      const page = await people[role].newPage();
      await page.goto(served.links[role]);
      await page.waitForURL((url) => url.pathname === paths[role]);
      await page.close();
    }
  });
  afterAll(async () => {
    await browser.close();
    await served.kill();
  });

  /** A page of `role`; its complaints must stay empty unless a test says otherwise. */
  async function open(role: Role, { lang = 'en', map = false, hash = '' } = {}): Promise<{ page: Page; complaints: string[] }> {
    const page = await people[role].newPage();
    if (!map) await withoutMap(page);
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await page.goto(`${served.address}${paths[role]}?lang=${lang}${hash}`);
    return { page, complaints };
  }

  const picture = async (page: Page, name: string): Promise<void> => {
    if (pictures === undefined) return;
    mkdirSync(pictures, { recursive: true });
    await page.screenshot({ path: join(pictures, `${name}.png`) });
  };

  /** Until the map looks the same twice: every tile is there and nothing moves. */
  const mapIsStill = async (page: Page): Promise<void> => {
    const frame = page.locator('.map-frame');
    await frame.locator('canvas').waitFor();
    let before = '';
    for (let round = 0; round < 30; round += 1) {
      await page.waitForTimeout(700);
      const now = (await frame.screenshot()).toString('base64');
      if (now === before) return;
      before = now;
    }
    throw new Error('the map never came to rest');
  };

  it('lets nobody in twice by the same link', async () => {
    const stranger = await browser.newContext();
    const page = await stranger.newPage();
    await page.goto(served.links.dispatcher);
    await page.locator('.join-trouble').waitFor();
    expect((await stranger.request.get(`${served.address}/api/v1/day`)).status()).toBe(401);
    await stranger.close();
  });

  it('starts the phone with less than 200 KB', async () => {
    const fresh = await browser.newContext({ viewport: { width: 390, height: 844 }, storageState: await people.courier.storageState(), serviceWorkers: 'block' });
    const page = await fresh.newPage();
    await page.goto(`${served.address}/c`);
    await page.locator('.loading-list li').first().waitFor();
    const bytes = await page.evaluate(() => {
      const loads = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')] as PerformanceResourceTiming[];
      return loads.reduce((sum, load) => sum + (load.name.includes('maplibre') ? 0 : load.transferSize), 0);
    });
    console.info(`the phone starts with ${Math.round(bytes / 1024)} KB`);
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(200 * 1024);
    await fresh.close();
  });

  describe.each(langs)('in %s', (lang) => {
    it('shows the console with its map, without a serious finding of axe', async () => {
      const { page, complaints } = await open('dispatcher', { lang, map: true });
      await page.locator('.row.route').first().waitFor();
      await mapIsStill(page);
      expect(await axe(page)).toEqual([]);
      await page.locator('.map-attribution', { hasText: 'OpenStreetMap' }).waitFor();
      await picture(page, `console-${lang}`);
      await page.setViewportSize({ width: 1280, height: 800 });
      await mapIsStill(page);
      await picture(page, `console-1280-${lang}`);
      expect(complaints).toEqual([]);
      await page.close();
    });

    it('shows the phone, page by page', async () => {
      const { page, complaints } = await open('courier', { lang, map: true });
      await page.locator('.loading-list li').first().waitFor();
      await picture(page, `phone-load-${lang}`);
      for (const [place, name] of [[1, 'stops'], [2, 'map'], [3, 'more']] as const) {
        await page.locator('.phone-tabs button').nth(place).click();
        if (name === 'map') await mapIsStill(page);
        expect(await axe(page), name).toEqual([]);
        await picture(page, `phone-${name}-${lang}`);
      }
      await page.emulateMedia({ colorScheme: 'dark' });
      for (const [place, name] of [[0, 'load'], [1, 'stops'], [3, 'more']] as const) {
        await page.locator('.phone-tabs button').nth(place).click();
        expect(await axe(page), `${name}, dark`).toEqual([]);
        if (name === 'stops') await picture(page, `phone-${name}-dark-${lang}`);
      }
      await page.setViewportSize({ width: 360, height: 640 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
      expect(complaints).toEqual([]);
      await page.close();
    });

    it('shows the desk', async () => {
      const { page, complaints } = await open('centre', { lang });
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.locator('.next-van').waitFor();
      expect(await axe(page)).toEqual([]);
      await picture(page, `desk-${lang}`);
      expect(complaints).toEqual([]);
      await page.close();
    });
  });

  it('follows one selection through rows, timeline and map, and back from the map', async () => {
    const { page } = await open('dispatcher', { map: true });
    const row = page.locator('.row.route').first();
    await row.locator('[data-head]').click();
    const colour = await row.locator('.block').first().evaluate((block) => getComputedStyle(block).getPropertyValue('--colour').trim());
    await mapIsStill(page);
    const chosen = await pixelsOf(page, colour);
    expect(chosen.count).toBeGreaterThan(300);
    await row.locator('.block').nth(2).click();
    expect(await row.locator('.block').nth(2).getAttribute('aria-pressed')).toBe('true');
    await mapIsStill(page);
    await picture(page, 'console-selected');
    await page.keyboard.press('Escape');
    await page.locator('.row.selected').waitFor({ state: 'detached' });
    // Lines share streets: where the topmost one belongs to another route, the next place is tried.
    for (const spot of chosen.spots) {
      await page.mouse.click(spot.x, spot.y);
      await page.locator('.row.route.selected').waitFor();
      if (((await row.getAttribute('class')) ?? '').includes('selected')) break;
    }
    expect(await row.getAttribute('class')).toContain('selected');
    await page.close();
  });

  it('delivers without signal, even after a new start, and the dispatcher sees each stop once', async () => {
    const phone = await open('courier', { map: true });
    const console_ = await open('dispatcher', { hash: '#live' });
    await console_.page.locator('.row.route').first().waitFor();
    await phone.page.locator('.phone-tabs button').nth(3).click();
    await phone.page.locator('.more-card', { hasText: 'are kept on this phone' }).waitFor({ timeout: 60_000 });
    await phone.page.locator('.phone-tabs button').nth(0).click();

    await phone.page.locator('.big').click();
    await phone.page.locator('.stop-top').waitFor();
    await mapIsStill(phone.page);
    await picture(phone.page, 'phone-next');
    await phone.page.locator('.big').click();
    await picture(phone.page, 'phone-deliver');
    await phone.page.locator('.big').click();
    const delivered = performance.now();
    await console_.page.locator('.figure.delivered', { hasText: /1 of|1 \// }).waitFor();
    const seenAfter = performance.now() - delivered;
    console.info(`seen by the dispatcher after ${Math.round(seenAfter)} ms`);
    // The phone waits some seconds for a change of mind before it sends; once sent, a second is the limit.
    expect(seenAfter).toBeLessThan(12_000);

    await people.courier.setOffline(true);
    await phone.page.reload();
    await phone.page.locator('.stop-top').waitFor();
    await mapIsStill(phone.page);
    for (let stop = 0; stop < 3; stop += 1) {
      const address = await phone.page.locator('.stop-time').innerText();
      await phone.page.locator('.big').click();
      await phone.page.locator('.door').waitFor();
      await phone.page.locator('.big').click();
      await expect.poll(() => phone.page.locator('.stop-time').innerText()).not.toBe(address);
    }
    await expect.poll(() => phone.page.locator('.sync-pill').innerText()).toMatch(/Offline · \d/);
    await mapIsStill(phone.page);
    await picture(phone.page, 'phone-offline');
    const colour = await phone.page.locator('.route-chip').evaluate((chip) => getComputedStyle(chip).backgroundColor);
    const [red = 0, green = 0, blue = 0] = (colour.match(/\d+/g) ?? []).map(Number);
    const hex = `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
    expect((await pixelsOf(phone.page, hex)).count, 'the way on the map without signal').toBeGreaterThan(50);
    expect(await phone.page.locator('.map-failed').count(), 'ground of the map without signal').toBe(0);
    expect((await pixelsOf(phone.page, '#CBDDE4')).count, 'land on the map without signal').toBeLessThan(20_000);
    await people.courier.setOffline(false);
    await expect.poll(() => phone.page.locator('.sync-pill').innerText(), { timeout: 60_000 }).toMatch(/Up to date/);
    await console_.page.locator('.figure.delivered', { hasText: /4 of|4 \// }).waitFor();
    const events = await eventsOf(people.dispatcher, served.address);
    const orders = events.filter((event) => event.kind === 'delivered').map((event) => event.order);
    expect(orders.length).toBe(4);
    expect(new Set(orders).size).toBe(4);
    await console_.page.keyboard.press('3');
    await picture(console_.page, 'console-live');
    expect(console_.complaints).toEqual([]);
    await phone.page.close();
    await console_.page.close();
  });

  it('hands a parcel over by its code, and the dispatcher sees it within a second', async () => {
    const desk = await open('centre');
    const console_ = await open('dispatcher', { hash: '#live' });
    await console_.page.locator('.row.route').first().waitFor();
    await desk.page.locator('.next-van').waitFor();
    await desk.page.locator('#receive-first').click();
    await expect.poll(async () => (await eventsOf(people.dispatcher, served.address)).some((event) => event.kind === 'received')).toBe(true);

    const order = /^\w+/.exec(await desk.page.locator('ul[aria-labelledby=wait-title] li small').first().innerText())?.[0] ?? '';
    const answer = await people.dispatcher.request.get(`${served.address}/api/v1/orders/${order}`);
    const { pickup_code: code } = (await answer.json()) as { pickup_code: string };
    await desk.page.keyboard.press('F2');
    await desk.page.keyboard.type(code);
    await desk.page.locator('.hand-parcels li').first().waitFor();
    await picture(desk.page, 'desk-hand-over');
    await desk.page.keyboard.press('Enter');
    const given = performance.now();
    await console_.page.keyboard.press('3');
    await console_.page.locator('.tray-line', { hasText: order }).first().waitFor();
    const seenAfter = performance.now() - given;
    console.info(`hand-over seen after ${Math.round(seenAfter)} ms`);
    expect(seenAfter).toBeLessThan(1000);
    expect(await desk.page.locator('ul[aria-labelledby=wait-title] li', { hasText: order }).count()).toBe(0);
    await desk.page.keyboard.press('F2');
    await desk.page.keyboard.type(code);
    await desk.page.locator('.hand-trouble').waitFor();
    await desk.page.close();
    await console_.page.close();
  });

  it('keeps what was acknowledged when the server dies, and takes what phones did meanwhile', async () => {
    const phone = await open('courier');
    await phone.page.locator('.stop-top').waitFor();
    const console_ = await open('dispatcher', { hash: '#live' });
    await console_.page.locator('.row.route').first().waitFor();
    const before = await eventsOf(people.dispatcher, served.address);
    await served.kill();
    await phone.page.locator('.big').click();
    await phone.page.locator('.big').click();
    await expect.poll(() => phone.page.locator('.sync-pill').innerText(), { timeout: 40_000 }).toMatch(/Offline · \d/);
    served = await serveAgain(folder, served.address);
    console.info(`ready again after ${served.readyAfter.toFixed(2)} s`);
    expect(served.readyAfter).toBeLessThan(2);
    await expect.poll(() => phone.page.locator('.sync-pill').innerText(), { timeout: 60_000 }).toMatch(/Up to date/);
    const after = await eventsOf(people.dispatcher, served.address);
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after.filter((event) => event.kind === 'delivered').length).toBe(5);
    await console_.page.locator('.figure.delivered', { hasText: /[56] of|[56] \// }).waitFor({ timeout: 60_000 });
    await phone.page.close();
    await console_.page.close();
  });

  it('plans anew in the background, compares and publishes, by keys alone', async () => {
    const { page, complaints } = await open('dispatcher');
    await page.locator('.row.route').first().waitFor();
    await page.locator('.sub-bar .tinted').focus();
    await page.keyboard.press('Enter');
    await page.locator('.replan select').waitFor();
    await page.keyboard.press('Home');
    await page.keyboard.press('Tab');
    await page.keyboard.type('7');
    await page.keyboard.press('Enter');
    await page.locator('[role=progressbar]').waitFor();
    await picture(page, 'console-planning');
    await page.locator('.sub-bar .tag.good').waitFor({ timeout: 120_000 });
    await page.locator('.action-bar.draft').waitFor();
    await page.locator('.action-bar .button:not(.primary)').press('Enter');
    await page.locator('dialog[open] .plain-table').waitFor();
    expect(await axe(page)).toEqual([]);
    await picture(page, 'console-compare');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+Enter');
    const reason = page.locator('dialog[open] input').first();
    if ((await reason.count()) > 0) await reason.pressSequentially('agreed by phone');
    await page.locator('dialog[open] .primary').press('Enter');
    await page.locator('.action-bar.published').waitFor();
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('stops a search when asked and keeps the best plan found', async () => {
    const { page } = await open('dispatcher');
    await page.locator('.sub-bar .tinted').click();
    await page.locator('.replan select').selectOption('300');
    await page.locator('.replan [type=submit]').click();
    await page.locator('[role=progressbar]').waitFor();
    await page.waitForTimeout(4000);
    await page.locator('.running .button').click();
    await page.locator('.sub-bar .tag').waitFor({ timeout: 20_000 });
    await page.close();
  });
});

interface Told {
  number: number;
  kind: string;
  order: string | null;
}

async function eventsOf(context: BrowserContext, address: string): Promise<Told[]> {
  const answer = await context.request.get(`${address}/api/v1/events?limit=500`);
  return ((await answer.json()) as { items: Told[] }).items.map(({ number, kind, order }) => ({ number, kind, order }));
}

interface Spot {
  x: number;
  y: number;
}

/** How much of the map is drawn in a colour, and a dozen such places. */
async function pixelsOf(page: Page, colour: string): Promise<{ count: number; spots: Spot[] }> {
  const box = await page.locator('.map-frame').boundingBox();
  if (box === null) throw new Error('there is no map');
  const shot = await page.screenshot({ clip: box, scale: 'css' });
  const found = await page.evaluate(async ({ data, hex }) => {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    const picture = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(picture.width, picture.height).getContext('2d');
    if (canvas === null) return [];
    canvas.drawImage(picture, 0, 0);
    const { data: pixels } = canvas.getImageData(0, 0, picture.width, picture.height);
    const want = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
    const places: Spot[] = [];
    for (let at = 0; at < pixels.length; at += 4) {
      if (want.some((value, channel) => Math.abs(value - (pixels[at + channel] ?? 0)) > 3)) continue;
      places.push({ x: (at / 4) % picture.width, y: Math.floor(at / 4 / picture.width) });
    }
    return places;
  }, { data: shot.toString('base64'), hex: colour });
  const step = Math.max(1, Math.floor(found.length / 12));
  return { count: found.length, spots: found.filter((_, index) => index % step === 0).map(({ x, y }) => ({ x: box.x + x, y: box.y + y })) };
}
