import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { axe, stage, type Stage } from './pages';

let pages: Stage;
beforeAll(async () => {
  pages = await stage();
});
afterAll(() => pages.close());

const routes = (page: Page) => page.locator('.row.route');

describe.each(['en', 'zh-CN'])('dispatcher in %s', (lang) => {
  it('has no serious finding of axe, as plan, live, and with every dialog', async () => {
    const { page, complaints } = await pages.open(`/?lang=${lang}`);
    await routes(page).first().waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe(lang);
    expect(await axe(page)).toEqual([]);
    await routes(page).nth(2).locator('[data-head]').dblclick();
    await page.locator('.drawer .stop-line').first().click();
    await page.locator('.drawer .price').waitFor();
    expect(await axe(page)).toEqual([]);
    for (const dialog of ['devices', 'keys', 'publish', 'compare']) {
      if (dialog === 'devices') {
        await page.locator('.views .view').nth(2).click();
        await page.locator('.new-device button[type=submit]').click();
        await page.locator('.link-card').waitFor();
      } else if (dialog === 'keys') await page.keyboard.press('?');
      else if (dialog === 'publish') await page.keyboard.press('Control+Enter');
      else await page.locator('.action-bar .button:not(.primary)').click();
      await page.locator('dialog[open]').waitFor();
      expect(await axe(page), dialog).toEqual([]);
      await page.keyboard.press('Escape');
      await page.locator('dialog[open]').waitFor({ state: 'detached' });
    }
    await page.locator('.views .view').nth(1).click();
    await page.locator('.action-bar.published').waitFor();
    for (const tab of ['1', '2', '3']) {
      await page.keyboard.press(tab);
      expect(await axe(page)).toEqual([]);
    }
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it.each(['empty', 'error', 'loading'])('says in its own place that the day is %s', async (mood) => {
    const { page } = await pages.open(`/?lang=${lang}&fixture=${mood}`);
    await page.locator({ empty: '.state-box', error: '.failure-band', loading: '.loading-rows' }[mood] ?? '').waitFor();
    expect(await axe(page)).toEqual([]);
    await page.context().close();
  });

  it.each([[1280, 800], [1180, 760], [1024, 700]])('fits %i × %i without a sideways scroll', async (width, height) => {
    const { page } = await pages.open(`/?lang=${lang}`, { width, height });
    await routes(page).first().waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
    const cut = await page.evaluate(() => [...document.querySelectorAll('.top-bar, .sub-bar, .action-bar')].filter((bar) => bar.scrollWidth > bar.clientWidth + 1).map((bar) => bar.className));
    expect(cut).toEqual([]);
    await page.context().close();
  });
});

describe('the map', () => {
  it('draws under the content policy, follows the rows, and always names its source', async () => {
    const { page, complaints } = await pages.open('/?lang=en', { map: 'drawn' });
    await page.locator('.map-frame canvas').waitFor();
    await page.locator('.site-chip', { hasText: /Sliema.* 71 %/ }).waitFor();
    await page.locator('.map-attribution', { hasText: 'OpenStreetMap' }).waitFor();
    await routes(page).nth(1).locator('[data-head]').click();
    expect(await axe(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

describe('keys alone', () => {
  it('walk the rows, open an order, search, plan anew and publish', async () => {
    const { page } = await pages.open('/?lang=en');
    await routes(page).first().waitFor();
    await routes(page).first().locator('[data-head]').focus();
    await page.keyboard.press('ArrowDown');
    expect(await focused(page)).toMatch(/^Route 2\s*Rita Camilleri/);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await focused(page)).toMatch(/^Stop 2, .*, \d\d:\d\d/);
    await page.keyboard.press('Enter');
    await page.locator('.drawer .price').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.drawer').waitFor({ state: 'detached' });

    await page.keyboard.press('/');
    await page.keyboard.type('karl');
    await page.locator('.search-hit').first().waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.row.route.selected', { hasText: 'Karl Vella' }).waitFor();

    await page.locator('.sub-bar .tinted').focus();
    await page.keyboard.press('Enter');
    await page.locator('.replan select:focus').waitFor();
    await page.keyboard.press('Home');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('[role=progressbar]').waitFor();
    await page.locator('.sub-bar .tag.good').waitFor({ timeout: 30_000 });

    await page.keyboard.press('Control+Enter');
    await page.locator('dialog[open]').waitFor();
    for (const reason of await page.locator('dialog[open] input').all()) await reason.pressSequentially('agreed by phone');
    await page.locator('dialog[open] .primary').press('Enter');
    await page.locator('.action-bar.published').waitFor();
    await page.context().close();
  });

  it('splits move with the arrow keys and are remembered', async () => {
    const { page } = await pages.open('/?lang=en');
    const split = page.getByRole('separator', { name: 'Width of the rows' });
    await split.waitFor();
    const before = await page.locator('.left').evaluate((left) => left.clientWidth);
    await split.press('ArrowLeft');
    expect(await page.locator('.left').evaluate((left) => left.clientWidth)).toBeLessThan(before);
    await page.reload();
    await split.waitFor();
    expect(await page.locator('.left').evaluate((left) => left.clientWidth)).toBeLessThan(before);
    await page.context().close();
  });
});

const focused = (page: Page): Promise<string | null> => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? null);
