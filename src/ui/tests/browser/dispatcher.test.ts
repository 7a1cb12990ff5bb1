import { describe, expect } from 'vitest';
import type { Page } from 'playwright-core';
import { axe, it, mapIsStill, settled, sideways } from './pages';

const routes = (page: Page) => page.locator('.row.route');
const dialog = (page: Page) => page.locator('dialog[open]');
const focused = (page: Page): Promise<string> => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '');

describe.each(['en', 'zh-CN'])('dispatcher in %s', (lang) => {
  it('has no serious finding of axe, as plan, live, and with every dialog', async ({ open }) => {
    const { page, complaints } = await open(`/?lang=${lang}`);
    await routes(page).first().waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe(lang);
    expect(await axe(page)).toEqual([]);
    await routes(page).nth(2).locator('[data-head]').dblclick();
    await page.locator('.drawer .stop-line').first().click();
    await page.locator('.drawer .price').waitFor();
    expect(await axe(page)).toEqual([]);
    // Five parts, their sum, and straight from the hub; then what the order adds to the day.
    expect(await page.locator('.drawer .price tr').count()).toBe(7);
    await page.locator('.drawer .added button').click();
    await page.locator('.drawer .added strong').waitFor();
    expect(await page.locator('.drawer .added').innerText()).toMatch(/1\.87.*2\.03/s);
    expect(await axe(page)).toEqual([]);
    for (const name of ['devices', 'keys', 'publish', 'compare']) {
      if (name === 'devices') {
        await page.locator('.views .view').nth(2).click();
        await page.locator('.new-device button[type=submit]').click();
        await page.locator('.link-card').waitFor();
      } else if (name === 'keys') await page.keyboard.press('?');
      else if (name === 'publish') await page.keyboard.press('Control+Enter');
      else await page.locator('.action-bar .button:not(.primary)').click();
      await dialog(page).waitFor();
      if (name === 'compare') await dialog(page).locator('.plain-table').waitFor();
      expect(await axe(page), name).toEqual([]);
      await page.keyboard.press('Escape');
      await dialog(page).waitFor({ state: 'detached' });
    }
    await page.locator('.views .view').nth(1).click();
    await page.locator('.action-bar.published').waitFor();
    for (const [key, name] of [['1', 'unplanned'], ['2', 'violations'], ['3', 'activity']] as const) {
      await page.keyboard.press(key);
      await page.locator(`#tab-${name}[aria-selected=true]`).waitFor();
      expect(await axe(page)).toEqual([]);
    }
    expect(complaints).toEqual([]);
  });

  it.for(['empty', 'error', 'loading'])('says in its own place that the day is %s', async (mood, { open }) => {
    const { page } = await open(`/?lang=${lang}&fixture=${mood}`);
    await page.locator({ empty: '.state-box', error: '.failure-band', loading: '.loading-rows' }[mood] ?? '').waitFor();
    expect(await axe(page)).toEqual([]);
  });

  it.for([[1280, 800], [1180, 760], [1024, 700], [900, 700], [720, 450], [390, 844], [320, 640]] as const)('fits %i × %i without a sideways scroll', async ([width, height], { open }) => {
    const { page } = await open(`/?lang=${lang}`, { width, height });
    await routes(page).first().waitFor();
    await settled(page);
    expect(await sideways(page)).toBe(0);
    const cut = await page.evaluate(() => [...document.querySelectorAll('.top-bar, .sub-bar, .action-bar')].filter((bar) => bar.scrollWidth > bar.clientWidth + 1).map((bar) => bar.className));
    expect(cut).toEqual([]);
    // No figure is cut in two: one that does not fit is behind the button next to the figures.
    const halves = await page.evaluate(() => {
      const bar = document.querySelector('.figures')?.getBoundingClientRect();
      return [...document.querySelectorAll('.figures .figure')].map((figure) => figure.getBoundingClientRect()).filter(({ left, right, top, bottom }) => bar !== undefined && bar.width > 0 && right > left && top < bar.bottom && (right > bar.right + 1 || left < bar.left - 1 || bottom > bar.bottom + 1)).length;
    });
    expect(halves).toBe(0);
  });

  it('folds the tray to its tabs and the panel to a sheet where there is little room', async ({ open }) => {
    // 1440 × 900 at 200 %.
    const { page, complaints } = await open(`/?lang=${lang}`, { width: 720, height: 450 });
    await routes(page).nth(3).waitFor();
    await page.locator('#tray-panel').waitFor({ state: 'hidden' });
    const rows = await page.locator('.timeline').evaluate((box) => box.clientHeight);
    expect(rows).toBeGreaterThan(200);
    await page.locator('#tab-unplanned').click();
    await page.locator('.tray-line.unplanned').first().click();
    const sheet = page.locator('.drawer');
    await sheet.locator('.facts').waitFor();
    expect(await axe(page)).toEqual([]);
    const box = await sheet.boundingBox();
    expect(box?.width).toBe(720);
    expect(Math.round((box?.y ?? 0) + (box?.height ?? 0))).toBe(450);
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
    await page.locator('#tab-unplanned').click();
    await page.locator('#tray-panel').waitFor({ state: 'hidden' });
    await page.locator('.all-figures button').click();
    await page.locator('.figures-list').waitFor();
    expect(await axe(page)).toEqual([]);
    expect(await sideways(page)).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('has a night look, by the device and by its switch, without a serious finding of axe', async ({ open }) => {
    const { page } = await open(`/?lang=${lang}`);
    await routes(page).nth(3).waitFor();
    const ground = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const day = await ground();
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(ground).not.toBe(day);
    await routes(page).nth(2).locator('[data-head]').dblclick();
    await page.locator('.drawer .stop-line').first().click();
    await page.locator('.drawer .price').waitFor();
    expect(await axe(page)).toEqual([]);
    for (const key of ['1', '2', '3']) {
      await page.keyboard.press(key);
      expect(await axe(page), `tab ${key}`).toEqual([]);
    }
    for (const key of ['?', 'Control+Enter']) {
      await page.keyboard.press(key);
      await dialog(page).waitFor();
      expect(await axe(page), key).toEqual([]);
      await page.keyboard.press('Escape');
      await dialog(page).waitFor({ state: 'detached' });
    }
    await page.locator('.views .view').nth(1).click();
    await page.locator('.action-bar.published').waitFor();
    expect(await axe(page), 'live').toEqual([]);
    await page.locator('.top-bar .popover-root .bar-button').nth(1).click();
    await page.locator('[role=menuitemradio]').nth(1).click();
    await expect.poll(ground).toBe(day);
    await page.reload();
    await expect.poll(ground).toBe(day);
  });

  it('asks for a code where nobody is signed in, and for nothing else', async ({ open }) => {
    const { page } = await open(`/?lang=${lang}&fixture=signed-out`);
    const field = page.locator('#sign-in-code');
    await field.waitFor();
    expect(await page.locator('.search, .views').count()).toBe(0);
    expect(await axe(page)).toEqual([]);
    await field.fill('http://day.example/join#7H3K-9QPM');
    await field.press('Enter');
    await routes(page).first().waitFor();
    await page.locator('.search').waitFor();
  });

  it('says of a link to the own machine that no phone can follow it', async ({ open }) => {
    const { page } = await open(`/?lang=${lang}`);
    await page.locator('.views .view').nth(2).click();
    await page.locator('.new-device button[type=submit]').click();
    await page.locator('.link-card .link-warning', { hasText: '--listen 0.0.0.0:8080' }).waitFor();
    expect(await axe(page)).toEqual([]);
  });

  it('leads on from where no page is', async ({ open }) => {
    const { page } = await open(`/lost?lang=${lang}`);
    const links = page.locator('.lost li a');
    await links.first().waitFor();
    expect(await links.evaluateAll((all) => all.map((link) => link.getAttribute('href')))).toEqual(['/', '/c', '/centre', '/join', '/docs']);
    expect(await axe(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await axe(page)).toEqual([]);
    await links.first().click();
    await routes(page).first().waitFor();
  });

  it('gives the whole reason of an order without a place, and opens it by Enter', async ({ open }) => {
    const { page } = await open(`/?lang=${lang}`);
    const rows = page.locator('.tray-line.unplanned');
    await rows.first().waitFor();
    for (const row of await rows.all()) {
      const why = row.locator('.unplanned-why');
      expect(await why.evaluate((text) => text.scrollWidth > text.clientWidth + 1), 'cut').toBe(false);
      expect(await why.innerText()).toMatch(lang === 'en' ? /^[A-Z0-9]/ : /\p{Script=Han}/u);
    }
    expect(await rows.locator('.suggestion').count()).toBe(0);
    await rows.first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.locator('.drawer .facts').waitFor();
    expect(await page.locator('.drawer h2').innerText()).toContain(await rows.nth(1).locator('strong').innerText());
    await rows.nth(1).and(page.locator('[aria-pressed=true]')).waitFor();
  });
});

describe('the map', () => {
  it('draws under the content policy, follows the rows, and always names its source', async ({ open }) => {
    const { page, complaints } = await open('/?lang=en', { map: 'drawn' });
    await mapIsStill(page);
    await page.locator('.site-chip', { hasText: /Sliema.* 71 %/ }).waitFor();
    await page.locator('.map-attribution', { hasText: 'OpenStreetMap' }).waitFor();
    await routes(page).nth(1).locator('[data-head]').click();
    await page.locator('.row.route.selected').waitFor();
    await mapIsStill(page);
    expect(await axe(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });
});

describe('keys alone', () => {
  it('walk the rows and open an order', async ({ open }) => {
    const { page } = await open('/?lang=en');
    await routes(page).first().locator('[data-head]').focus();
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => focused(page)).toMatch(/^Route 2\s*Rita Camilleri/);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => focused(page)).toMatch(/^Stop 2, .*, \d\d:\d\d/);
    await page.keyboard.press('Enter');
    await page.locator('.drawer .price').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.drawer').waitFor({ state: 'detached' });
    expect(await focused(page)).toMatch(/^Stop 2, /);
  });

  it('search, and Enter is for what was typed, not for what is listed yet', async ({ open }) => {
    const { page } = await open('/?lang=en');
    await routes(page).first().waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('k');
    await page.locator('.search-hit').first().waitFor();
    await page.keyboard.type('arl');
    await page.keyboard.press('Enter');
    await page.locator('.row.route.selected', { hasText: 'Karl Vella' }).waitFor();
    await expect.poll(() => page.locator('#search').inputValue()).toBe('');
  });

  it('plan anew and publish', async ({ open }) => {
    const { page } = await open('/?lang=en');
    await page.locator('.sub-bar .tinted').focus();
    await page.keyboard.press('Enter');
    await page.locator('.replan select:focus').waitFor();
    await page.keyboard.press('Home');
    await page.keyboard.press('Tab');
    await page.locator('.replan input:focus').waitFor();
    await page.keyboard.press('Enter');
    await page.locator('[role=progressbar]').waitFor();
    await page.locator('.sub-bar .tag.good').waitFor();

    await page.keyboard.press('Control+Enter');
    await dialog(page).waitFor();
    for (const reason of await dialog(page).locator('input').all()) await reason.pressSequentially('agreed by phone');
    await dialog(page).locator('.primary:enabled').press('Enter');
    await page.locator('.action-bar.published').waitFor();
    // The draft is none any more.
    await expect.poll(() => page.locator('.sub-bar .tag').count()).toBe(0);
  });

  it('move the splits, which are remembered', async ({ open }) => {
    const { page } = await open('/?lang=en');
    const split = page.getByRole('separator', { name: 'Width of the route list' });
    const width = (): Promise<number> => page.locator('.left').evaluate((left) => left.clientWidth);
    await split.waitFor();
    await settled(page);
    const before = await width();
    await split.press('ArrowLeft');
    await expect.poll(width).toBeLessThan(before);
    const after = await width();
    await page.reload();
    await split.waitFor();
    await expect.poll(width).toBe(after);
  });
});
