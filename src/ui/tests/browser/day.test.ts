/** A day with a real server, a real map, and a dispatcher, a courier and a centre at their pages. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { axe, it as base, mapIsStill, settled, sideways, visit, type Opened } from './pages';
import { binary, planDay, serveCopy, type PlannedDay, type Role, type ServedDay } from './server';

const paths: Record<Role, string> = { dispatcher: '/', courier: '/c', centre: '/centre' };
const pictures = process.env['PICTURES'];
/** Promised times hold on a machine that does nothing else: `STRICT_TIMES=1` asserts them, else they are only printed. */
const areTimesStrict = process.env['STRICT_TIMES'] === '1';

if (binary === undefined) console.warn('Skipped: there is no release build of coldmile, and COLDMILE names none.');

type Joined = Awaited<ReturnType<BrowserContext['storageState']>>;
interface Address {
  served: ServedDay;
  /** Who has signed in: links work once. */
  joined: Map<Role, Joined>;
}
interface VisitOptions {
  lang?: string;
  map?: 'drawn' | 'absent';
  hash?: string;
}
/** A served day as one test sees it, with contexts of its own. */
interface Visit {
  served: ServedDay;
  context: (role: Role) => Promise<BrowserContext>;
  /** A page of `role`; its complaints must stay empty unless a test says otherwise. */
  open: (role: Role, options?: VisitOptions) => Promise<Opened>;
  events: () => Promise<Told[]>;
}
interface Fixtures {
  planned: PlannedDay;
  /** For tests that only look: one server for all of them. */
  looking: Address;
  look: Visit;
  /** For tests that write: a server and data of their own. */
  live: Visit;
}

const it = base.extend<Fixtures>({
  planned: [async ({}, use) => {
    const planned = await planDay();
    await use(planned);
    planned.remove();
  }, { scope: 'file' }],
  looking: [async ({ planned }, use) => {
    const served = await serveCopy(planned);
    await use({ served, joined: new Map() });
    await served.remove();
  }, { scope: 'file' }],
  look: async ({ looking, newContext }, use) => {
    await use(visitOf(looking, newContext));
  },
  live: async ({ planned, newContext }, use) => {
    const served = await serveCopy(planned);
    await use(visitOf({ served, joined: new Map() }, newContext));
    await served.remove();
  },
});

function visitOf({ served, joined }: Address, newContext: (options?: BrowserContextOptions) => Promise<BrowserContext>): Visit {
  const contexts = new Map<Role, BrowserContext>();
  const signIn = async (role: Role): Promise<Joined> => {
    const context = await newContext();
    const page = await context.newPage();
    await page.goto(served.links[role]);
    await page.waitForURL((url) => url.pathname === paths[role]);
    const state = await context.storageState();
    await context.close();
    joined.set(role, state);
    return state;
  };
  const context = async (role: Role): Promise<BrowserContext> => {
    const known = contexts.get(role);
    if (known !== undefined) return known;
    const storageState = joined.get(role) ?? (await signIn(role));
    const made = await newContext({ viewport: role === 'courier' ? { width: 390, height: 844 } : { width: 1440, height: 900 }, storageState });
    contexts.set(role, made);
    return made;
  };
  return {
    served,
    context,
    open: async (role, { lang = 'en', map = 'absent', hash = '' } = {}) => visit(await context(role), `${served.address}${paths[role]}?lang=${lang}${hash}`, map),
    events: async () => {
      const answer = await (await context('dispatcher')).request.get(`${served.address}/api/v1/events?limit=500`);
      return ((await answer.json()) as { items: Told[] }).items.map(({ number, kind, order }) => ({ number, kind, order }));
    },
  };
}

async function picture(page: Page, name: string): Promise<void> {
  if (pictures === undefined) return;
  await settled(page);
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`) });
}

const tab = async (page: Page, place: number): Promise<void> => {
  await page.locator('.phone-tabs button').nth(place).click();
  await page.locator('.phone-tabs button').nth(place).and(page.locator('[aria-current=page]')).waitFor();
};
const pill = (page: Page): Promise<string> => page.locator('.sync-pill').innerText();
/** What tells one stop from another on the phone. */
const parcels = (page: Page): Promise<string[]> => page.locator('.parcels .parcel-id').allInnerTexts();

/** Loads the first trip and departs. */
async function leave(page: Page): Promise<void> {
  await page.locator('.loading-page .big').click();
  await page.locator('.stop-top').waitFor();
}

/** From one stop to the next. */
async function deliver(page: Page): Promise<void> {
  const before = await parcels(page);
  await page.locator('.next .big').click();
  await page.locator('.door .big').click();
  await page.locator('.stop-top').waitFor();
  await expect.poll(() => parcels(page)).not.toEqual(before);
}

/** Prints how long something took; see {@link areTimesStrict}. */
function promised(what: string, tookMs: number, limitMs: number): void {
  console.info(`${what}: ${Math.round(tookMs)} ms`);
  if (areTimesStrict) expect(tookMs, what).toBeLessThan(limitMs);
}

describe.skipIf(binary === undefined)('a served day', () => {
  it('lets a link sign in once', async ({ live, newContext }) => {
    await live.context('dispatcher');
    const stranger = await newContext();
    const page = await stranger.newPage();
    await page.goto(live.served.links.dispatcher);
    await page.locator('.join-trouble').waitFor();
    expect((await stranger.request.get(`${live.served.address}/api/v1/day`)).status()).toBe(401);
  });

  it('starts the phone with less than 200 KB', async ({ look, newContext }) => {
    const context = await look.context('courier');
    const fresh = await newContext({ viewport: { width: 390, height: 844 }, storageState: await context.storageState(), serviceWorkers: 'block' });
    const page = await fresh.newPage();
    await page.goto(`${look.served.address}/c`);
    await page.locator('.loading-list li').first().waitFor();
    await settled(page);
    const bytes = await page.evaluate(() => {
      const loads = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')] as PerformanceResourceTiming[];
      return loads.reduce((sum, load) => sum + (load.name.includes('maplibre') ? 0 : load.transferSize), 0);
    });
    console.info(`the phone starts with ${Math.round(bytes / 1024)} KB`);
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(200 * 1024);
  });

  describe.each(['en', 'zh-CN'])('in %s', (lang) => {
    it('shows the console with its map, without a serious finding of axe', async ({ look }) => {
      const { page, complaints } = await look.open('dispatcher', { lang, map: 'drawn' });
      await page.locator('.row.route').first().waitFor();
      await mapIsStill(page);
      expect(await axe(page)).toEqual([]);
      await page.locator('.map-attribution', { hasText: 'OpenStreetMap' }).waitFor();
      await picture(page, `console-${lang}`);
      await page.setViewportSize({ width: 1280, height: 800 });
      await mapIsStill(page);
      await picture(page, `console-1280-${lang}`);
      expect(complaints).toEqual([]);
    });

    it('shows the phone, page by page', async ({ look }) => {
      const { page, complaints } = await look.open('courier', { lang, map: 'drawn' });
      await page.locator('.loading-list li').first().waitFor();
      await picture(page, `phone-load-${lang}`);
      for (const [place, name] of [[1, 'stops'], [2, 'map'], [3, 'more']] as const) {
        await tab(page, place);
        if (name === 'map') await mapIsStill(page);
        expect(await axe(page), name).toEqual([]);
        await picture(page, `phone-${name}-${lang}`);
      }
      await page.emulateMedia({ colorScheme: 'dark' });
      for (const [place, name] of [[0, 'load'], [1, 'stops'], [3, 'more']] as const) {
        await tab(page, place);
        expect(await axe(page), `${name}, dark`).toEqual([]);
        if (name === 'stops') await picture(page, `phone-${name}-dark-${lang}`);
      }
      await page.setViewportSize({ width: 360, height: 640 });
      await settled(page);
      expect(await sideways(page)).toBe(0);
      expect(complaints).toEqual([]);
    });

    it('shows the desk', async ({ look }) => {
      const { page, complaints } = await look.open('centre', { lang });
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.locator('.next-van').waitFor();
      expect(await axe(page)).toEqual([]);
      await picture(page, `desk-${lang}`);
      expect(complaints).toEqual([]);
    });
  });

  it('shows its first row on a slow line before it asks for letters and map', async ({ look, newContext }) => {
    const context = await look.context('dispatcher');
    const fresh = await newContext({ viewport: { width: 1440, height: 900 }, storageState: await context.storageState(), serviceWorkers: 'block' });
    const page = await fresh.newPage();
    const line = await fresh.newCDPSession(page);
    await line.send('Network.enable');
    // Slow 3G: 400 kbit/s, 400 ms.
    await line.send('Network.emulateNetworkConditions', { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000 });
    await page.addInitScript(() => {
      const wait = (): unknown => (document.querySelector('.row.route, .row.linehaul') === null ? requestAnimationFrame(wait) : performance.mark('first-row'));
      wait();
    });
    await page.goto(`${look.served.address}/?lang=en`, { waitUntil: 'commit' });
    const later = (): Promise<{ row: number; asked: number[]; plan: number }> => page.evaluate(() => ({
      row: performance.getEntriesByName('first-row')[0]?.startTime ?? 0,
      asked: performance.getEntriesByType('resource').filter(({ name }) => /woff2|maplibre|map-pane/.test(name)).map(({ startTime }) => startTime),
      plan: (performance.getEntriesByType('resource').find(({ name }) => /\/plans\/\d+$/.test(name)) as PerformanceResourceTiming | undefined)?.responseEnd ?? 0,
    }));
    await expect.poll(async () => (await later()).asked.length).toBeGreaterThan(1);
    const { row, asked, plan } = await later();
    expect(Math.min(...asked)).toBeGreaterThan(row);
    // The first runs are seen while the others are still loading.
    expect(plan).toBeGreaterThan(row);
    promised('the first row on slow 3G', row, 3_000);
  });

  it('follows one selection through rows, timeline and map, and back from the map', async ({ look }) => {
    const { page } = await look.open('dispatcher', { map: 'drawn' });
    const row = page.locator('.row.route').first();
    await row.locator('[data-head]').click();
    const colour = await row.locator('.block').first().evaluate((block) => getComputedStyle(block).getPropertyValue('--colour').trim());
    await mapIsStill(page);
    const chosen = await pixelsOf(page, colour);
    expect(chosen.count).toBeGreaterThan(300);
    await row.locator('.block').nth(2).click();
    await row.locator('.block').nth(2).and(page.locator('[aria-pressed=true]')).waitFor();
    await mapIsStill(page);
    await picture(page, 'console-selected');
    await page.keyboard.press('Escape');
    await page.locator('.row.selected').waitFor({ state: 'detached' });
    await mapIsStill(page);
    // Lines share streets: where the topmost one belongs to another route, the next place is tried.
    for (const spot of chosen.spots) {
      await page.mouse.click(spot.x, spot.y);
      await page.locator('.row.route.selected').waitFor();
      await mapIsStill(page);
      if (((await row.getAttribute('class')) ?? '').includes('selected')) break;
    }
    expect(await row.getAttribute('class')).toContain('selected');
  });

  it('delivers without signal, even after a new start, and the dispatcher sees each stop once', async ({ live }) => {
    const { page } = await live.open('courier', { map: 'drawn' });
    const desk = await live.open('dispatcher', { hash: '#live' });
    await desk.page.locator('.row.route').first().waitFor();
    await tab(page, 3);
    await page.locator('.more-card', { hasText: 'are stored on this phone' }).waitFor();
    await tab(page, 0);

    await leave(page);
    await mapIsStill(page);
    await picture(page, 'phone-next');
    await page.locator('.next .big').click();
    await page.locator('.door').waitFor();
    await picture(page, 'phone-deliver');
    await page.locator('.door .big').click();
    const delivered = performance.now();
    await desk.page.locator('.figure.delivered', { hasText: / 1 of / }).waitFor();
    promised('a delivery is seen by the dispatcher', performance.now() - delivered, 2_000);
    await expect.poll(() => pill(page)).toMatch(/Up to date/);

    const phone = await live.context('courier');
    await phone.setOffline(true);
    await page.reload();
    await page.locator('.stop-top').waitFor();
    await mapIsStill(page);
    for (let stop = 0; stop < 3; stop += 1) await deliver(page);
    await expect.poll(() => pill(page)).toMatch(/Offline · 6$/);
    await mapIsStill(page);
    await picture(page, 'phone-offline');
    const colour = await page.locator('.route-chip').evaluate((chip) => getComputedStyle(chip).backgroundColor);
    const [red = 0, green = 0, blue = 0] = (colour.match(/\d+/g) ?? []).map(Number);
    const hex = `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
    expect((await pixelsOf(page, hex)).count, 'the leg on the map without signal').toBeGreaterThan(50);
    expect(await page.locator('.map-failed').count(), 'ground of the map without signal').toBe(0);
    // The background is water: land is there only with the tiles. How much depends on where the plan leads.
    expect((await pixelsOf(page, '#F3F3EF')).count, 'land on the map without signal').toBeGreaterThan(2_000);
    await phone.setOffline(false);
    await expect.poll(() => pill(page)).toMatch(/Up to date/);
    await desk.page.locator('.figure.delivered', { hasText: / 4 of / }).waitFor();
    const orders = (await live.events()).filter((event) => event.kind === 'delivered').map((event) => event.order);
    expect(orders.length).toBe(4);
    expect(new Set(orders).size).toBe(4);
    await desk.page.keyboard.press('3');
    await desk.page.locator('#tab-activity[aria-selected=true]').waitFor();
    await picture(desk.page, 'console-live');
    expect(desk.complaints).toEqual([]);
  });

  it('hands a parcel over by its code, and the dispatcher sees it', async ({ live }) => {
    const { page } = await live.open('centre');
    const console_ = await live.open('dispatcher', { hash: '#live' });
    await console_.page.locator('.row.route').first().waitFor();
    await console_.page.keyboard.press('3');
    await console_.page.locator('#tab-activity[aria-selected=true]').waitFor();
    await page.locator('.next-van').waitFor();
    await page.locator('#receive-first').click();
    await expect.poll(async () => (await live.events()).some((event) => event.kind === 'received')).toBe(true);

    const waiting = page.locator('ul[aria-labelledby=wait-title] li');
    const order = /^\w+/.exec(await waiting.locator('small').first().innerText())?.[0] ?? '';
    const answer = await (await live.context('dispatcher')).request.get(`${live.served.address}/api/v1/orders/${order}`);
    const { pickup_code: code } = (await answer.json()) as { pickup_code: string };
    await page.keyboard.press('F2');
    await page.keyboard.type(code);
    await page.locator('.hand-parcels li').first().waitFor();
    await picture(page, 'desk-hand-over');
    await page.keyboard.press('Enter');
    const given = performance.now();
    await console_.page.locator('.tray-line', { hasText: order }).first().waitFor();
    promised('a hand-over is seen by the dispatcher', performance.now() - given, 1_000);
    await expect.poll(() => waiting.filter({ hasText: order }).count()).toBe(0);
    await page.keyboard.press('F2');
    await page.keyboard.type(code);
    await page.locator('.hand-trouble').waitFor();
  });

  it('keeps what was acknowledged when the server dies, and takes what phones did meanwhile', async ({ live }) => {
    const { page } = await live.open('courier');
    const console_ = await live.open('dispatcher', { hash: '#live' });
    await console_.page.locator('.row.route').first().waitFor();
    await leave(page);
    await deliver(page);
    await expect.poll(() => pill(page)).toMatch(/Up to date/);
    const before = await live.events();
    expect(before.map((event) => event.kind)).toEqual(['departed', 'arrived', 'delivered']);
    await live.served.kill();
    await deliver(page);
    await expect.poll(() => pill(page)).toMatch(/Offline · 2$/);
    promised('the server is ready again', (await live.served.restart()) * 1000, 2_000);
    await expect.poll(() => pill(page)).toMatch(/Up to date/);
    const after = await live.events();
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after.filter((event) => event.kind === 'delivered').length).toBe(2);
    await console_.page.locator('.figure.delivered', { hasText: / 2 of / }).waitFor();
  });

  it('leads a browser on from an unknown path', async ({ look, newContext }) => {
    const page = await (await newContext()).newPage();
    const answer = await page.goto(`${look.served.address}/planner/x`);
    expect(answer?.status()).toBe(404);
    await page.locator('.lost li a').first().waitFor();
    expect((await page.request.get(`${look.served.address}/api/v1/nothing`)).headers()['content-type']).toContain('json');
  });

  describe.each(['en', 'zh-CN'])('says in %s since when the server is lost, and that acts wait', (lang) => {
    it.for(['hung', 'dead'] as const)('%s', async (how, { live }) => {
      const { page } = await live.open('dispatcher', { lang });
      await page.locator('.row.route').first().waitFor();
      await page.locator('.dot:not(.lost)').waitFor();
      // The form stands open when the server goes: what is pressed then must be answered too.
      await page.locator('.sub-bar .tinted').click();
      await page.locator('.replan [type=submit]').waitFor();
      const before = performance.now();
      if (how === 'hung') live.served.freeze();
      else await live.served.kill();
      await page.locator('.replan [type=submit]').click();
      await page.locator('.failure-band.lost').waitFor();
      promised(`a ${how} server is told`, performance.now() - before, 5_000);
      const words = { en: { band: /^No response since \d\d:\d\d:\d\d/, act: /^The server (did not answer|is not responding)/, search: /^The server is not answering/ }, 'zh-CN': { band: /^\d\d:\d\d:\d\d 起没有响应/, act: /^服务器没有(应答|响应)/, search: /^服务器没有应答/ } }[lang];
      expect(await page.locator('.failure-band.lost strong').innerText()).toMatch(words?.band ?? /^$/);
      await expect.poll(() => page.locator('.replan .error').innerText()).toMatch(words?.act ?? /^$/);
      expect(await page.locator('.replan [type=submit]').isDisabled()).toBe(true);
      expect(await page.locator('.dot.lost').count()).toBe(1);
      await page.keyboard.press('Escape');
      expect(await page.locator('.sub-bar .tinted').isDisabled()).toBe(true);
      await page.locator('#search').fill('A0100');
      await page.locator('.search-hit.trouble').waitFor();
      expect(await page.locator('.search-hit.trouble').innerText()).toMatch(words?.search ?? /^$/);
      expect(await axe(page)).toEqual([]);
      await picture(page, `console-lost-${how}-${lang}`);

      if (how === 'hung') live.served.thaw();
      else await live.served.restart();
      await page.locator('.failure-band').waitFor({ state: 'detached' });
      await page.locator('.dot:not(.lost)').waitFor();
      await expect.poll(() => page.locator('.search-hit').first().innerText()).toMatch(/A0100/);
      expect(await page.locator('.sub-bar .tinted, .running').count()).toBe(1);
    });
  });

  it('finds an order with its id, state and time, brings its stop out from under the panel, and lets the panel follow', async ({ look }) => {
    const { page } = await look.open('dispatcher', { map: 'drawn' });
    await page.locator('.row.route').first().waitFor();
    const plan = (await (await (await look.context('dispatcher')).request.get(`${look.served.address}/api/v1/plans/published`)).json()) as { runs: { echelon: string; trips: { stops: { order: string }[] }[] }[] };
    const stops = plan.runs.filter((run) => run.echelon === 'last-mile').flatMap((run) => run.trips.flatMap((trip) => trip.stops.map((stop) => stop.order)));
    for (const order of [stops[3], stops[Math.floor(stops.length / 2)]]) {
      await page.locator('#search').fill(order ?? '');
      await expect.poll(() => page.locator('.search-hit').first().innerText()).toMatch(/planned\s+\d\d:\d\d/);
      expect(await page.locator('.search-hit').first().innerText()).toContain(order);
      await page.locator('#search').press('Enter');
      await page.locator('.drawer h2', { hasText: order ?? '' }).waitFor();
      await page.locator('.drawer .price').waitFor();
      await mapIsStill(page);
      const [ring, panel, map] = await Promise.all(['.chosen-mark', '.drawer', '.map-frame'].map((name) => page.locator(name).boundingBox()));
      expect(ring?.x, 'in the map').toBeGreaterThan(map?.x ?? Infinity);
      expect((ring?.x ?? Infinity) + (ring?.width ?? 0), 'not under the panel').toBeLessThan(panel?.x ?? 0);
      expect(ring?.y).toBeGreaterThan(map?.y ?? Infinity);
    }
    await picture(page, 'console-found');
    // A pickup has no stop: its centre is shown.
    const { items } = (await (await (await look.context('dispatcher')).request.get(`${look.served.address}/api/v1/search?q=A00&limit=20`)).json()) as { items: { id: string }[] };
    const pickup = items.find(({ id }) => !stops.includes(id))?.id ?? '';
    await page.keyboard.press('/');
    await page.keyboard.type(pickup);
    await page.locator('.search-hit', { hasText: 'pickup' }).first().waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.drawer .facts', { hasText: 'ready from' }).waitFor();
    await page.locator('.chosen-mark').waitFor();
    await mapIsStill(page);
    const [ring, panel] = await Promise.all(['.chosen-mark', '.drawer'].map((name) => page.locator(name).boundingBox()));
    expect((ring?.x ?? Infinity) + (ring?.width ?? 0), 'not under the panel').toBeLessThan(panel?.x ?? 0);
    expect(await page.locator('.row.selected').count()).toBe(0);
    await page.locator('.timeline').evaluate((box) => { box.scrollTop = 0; });
    const other = page.locator('.row.route').first();
    await other.locator('[data-head]').click();
    await page.locator('.drawer .stop-line').first().waitFor();
    expect(await page.locator('.drawer h2').innerText()).toMatch(/^Route 1,/);
  });

  it('says of a pickup from when on it is ready, and counts it apart from deliveries', async ({ live }) => {
    const { page } = await live.open('dispatcher', { hash: '#live' });
    await page.locator('.figure.delivered').waitFor();
    const figure = page.locator('.figures .figure', { hasText: 'Collected' });
    expect(await figure.innerText()).toMatch(/Collected\s+0 of \d+/);
    const request = (await live.context('dispatcher')).request;
    const { items } = (await (await request.get(`${live.served.address}/api/v1/search?q=A00&limit=20`)).json()) as { items: { id: string }[] };
    const orders = await Promise.all(items.map(async ({ id }) => (await (await request.get(`${live.served.address}/api/v1/orders/${id}`)).json()) as { id: string; handover: string; centre: string }));
    const pickup = orders.find((order) => order.handover === 'pickup');
    await page.locator('#search').fill(pickup?.id ?? '');
    await page.locator('.search-hit', { hasText: 'pickup' }).first().waitFor();
    await page.locator('#search').press('Enter');
    await page.locator('.drawer .facts', { hasText: /ready from \d\d:\d\d/ }).waitFor();
    expect(await page.locator('.drawer .facts').innerText()).not.toMatch(/not planned/);
    await picture(page, 'console-pickup');
  });

  it('plans anew in the background, compares and publishes, by keys alone', async ({ live }) => {
    const { page, complaints } = await live.open('dispatcher');
    await page.locator('.row.route').first().waitFor();
    await page.locator('.sub-bar .tinted').focus();
    await page.keyboard.press('Enter');
    await page.locator('.replan select:focus').waitFor();
    await page.keyboard.press('Home');
    await page.keyboard.press('Tab');
    await page.keyboard.type('7');
    await page.keyboard.press('Enter');
    await page.locator('[role=progressbar]').waitFor();
    await picture(page, 'console-planning');
    await page.locator('.sub-bar .tag.good').waitFor();
    await page.locator('.action-bar.draft').waitFor();
    await page.locator('.action-bar .button:not(.primary)').press('Enter');
    await page.locator('dialog[open] .plain-table').waitFor();
    expect(await axe(page)).toEqual([]);
    await picture(page, 'console-compare');
    expect(await page.locator('dialog[open] h2').innerText()).toMatch(/^Plan \d+ compared with plan \d+$/);
    await page.locator('dialog[open] .order-changes').first().waitFor();
    await expect.poll(() => page.locator('dialog[open]').textContent()).toMatch(/Route \d+, .* → Route \d+, /);
    expect(await page.locator('dialog[open]').textContent(), 'ids of routes').not.toMatch(/\bR-C\d/);
    await page.keyboard.press('Escape');
    await page.locator('dialog[open]').waitFor({ state: 'detached' });
    await page.keyboard.press('Control+Enter');
    await page.locator('dialog[open]').waitFor();
    for (const reason of await page.locator('dialog[open] input').all()) await reason.pressSequentially('agreed by phone');
    await page.locator('dialog[open] .primary:enabled').press('Enter');
    await page.locator('.action-bar.published').waitFor();
    expect(complaints).toEqual([]);
  });

  it('stops a search when asked and keeps the best plan found', async ({ live }) => {
    const { page } = await live.open('dispatcher');
    await page.locator('.sub-bar .tinted').click();
    await page.locator('.replan select').selectOption('300');
    await page.locator('.replan [type=submit]').click();
    // From the route search on there is a best plan to keep.
    await page.locator('.running', { hasText: 'routes' }).waitFor();
    await page.locator('.running .button').click();
    await page.locator('.sub-bar .tag.good').waitFor();
    await page.locator('.action-bar.draft').waitFor();
  });
});

interface Told {
  number: number;
  kind: string;
  order: string | null;
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
