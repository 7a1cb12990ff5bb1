import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { axe, stage, type Stage } from './pages';

let pages: Stage;
beforeAll(async () => {
  pages = await stage();
});
afterAll(() => pages.close());

const phone = { width: 390, height: 844 };
const pill = (page: Page) => page.locator('.sync-pill');
const primary = (page: Page) => page.locator('.big');
const tab = (page: Page, place: number) => page.locator('.phone-tabs button').nth(place);
const sideways = (page: Page): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Buttons, links and fields that a gloved finger would miss; the credit of the map is for reading. */
const small = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('button, a[href], label:has(input), select, textarea')]
      .filter((element) => element.offsetParent !== null && !element.classList.contains('sync-pill') && element.closest('.map-attribution') === null)
      .filter((element) => element.getBoundingClientRect().height < 47.5)
      .map((element) => `${element.className} ${element.textContent ?? ''}`),
  );

describe.each(['en', 'zh-CN'])('the phone in %s', (lang) => {
  it.each([phone, { width: 360, height: 640 }])('delivers and reports in two taps each, on $width × $height', async (size) => {
    const { page, complaints } = await pages.open(`/c?lang=${lang}`, size);
    await page.locator('.stop-top').waitFor();
    const first = await page.locator('.stop-top h2').innerText();
    for (const step of ['next', 'door']) {
      expect(await axe(page), step).toEqual([]);
      expect(await small(page), step).toEqual([]);
      expect(await sideways(page), step).toBe(0);
      await primary(page).click();
    }
    await page.locator('.undo-bar').waitFor();
    expect(await page.locator('.stop-top h2').innerText()).not.toBe(first);
    await page.locator('.undo-bar button').click();
    await expect.poll(() => page.locator('.stop-top h2').innerText()).toBe(first);
    await page.locator('.action-row .act').last().click();
    expect(await axe(page)).toEqual([]);
    await page.locator('.reasons button').first().click();
    await expect.poll(() => page.locator('.stop-top h2').innerText()).not.toBe(first);
    for (const place of [1, 3]) {
      await tab(page, place).click();
      expect(await axe(page)).toEqual([]);
      expect(await small(page)).toEqual([]);
      expect(await sideways(page)).toBe(0);
    }
    expect(complaints.filter((text) => !text.includes('Service Worker'))).toEqual([]);
    await page.context().close();
  });

  it('queues without signal, blocks signing out, and keeps the queue through a reload', async () => {
    const { page } = await pages.open(`/c?lang=${lang}&fixture=offline`, phone);
    await page.locator('.stop-top').waitFor();
    await primary(page).click();
    await primary(page).click();
    await expect.poll(() => pill(page).innerText()).toMatch(/2$/);
    await pill(page).click();
    await page.locator('.queue li').nth(1).waitFor();
    expect(await axe(page)).toEqual([]);
    await tab(page, 3).click();
    expect(await page.locator('.more-out button').isDisabled()).toBe(true);
    await page.reload();
    await expect.poll(() => pill(page).innerText()).toMatch(/2$/);
    await page.context().close();
  });
});

describe.each(['en', 'zh-CN'])('the centre desk in %s', (lang) => {
  it('receives a van and hands over by keyboard alone', async () => {
    const { page, complaints } = await pages.open(`/centre?lang=${lang}`, { width: 1280, height: 800 });
    await page.locator('.next-van').waitFor();
    expect(await axe(page)).toEqual([]);
    const before = await page.locator('#wait-search').locator('xpath=../following-sibling::ul/li').count();
    await page.keyboard.press('F2');
    await page.keyboard.type('482913');
    await page.locator('.hand-parcels li').first().waitFor();
    expect(await axe(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('#wait-search').locator('xpath=../following-sibling::ul/li').count()).toBe(before - 1);
    await page.keyboard.press('F1');
    await page.keyboard.press('Enter');
    await page.locator('.all-in').waitFor();
    await page.keyboard.press('F3');
    await page.keyboard.type('M-20341');
    expect(await page.locator('#wait-search').locator('xpath=../following-sibling::ul/li').count()).toBe(1);
    await page.keyboard.press('F2');
    await page.keyboard.type('000000');
    await page.locator('.hand-trouble').waitFor();
    expect(await axe(page)).toEqual([]);
    expect(await sideways(page)).toBe(0);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('signs in with the code of a link and leaves no trace of it', async () => {
    const { page } = await pages.open(`/join?lang=${lang}#7H3K-9QPM`, phone);
    await page.waitForURL(/\/c(\?|$)/);
    expect(page.url()).not.toContain('9QPM');
    await page.goto(page.url().replace(/\/c.*/, '/join'));
    await page.locator('#code').waitFor();
    expect(await axe(page)).toEqual([]);
    await page.context().close();
  });
});
