import { describe, expect } from 'vitest';
import type { Page } from 'playwright-core';
import { axe, it, settled, sideways } from './pages';

const phone = { width: 390, height: 844 };
const pill = (page: Page) => page.locator('.sync-pill');
const primary = (page: Page) => page.locator('.big');
const tab = (page: Page, place: number) => page.locator('.phone-tabs button').nth(place);
const heading = (page: Page): Promise<string> => page.locator('.stop-top h2').innerText();
const openTab = async (page: Page, place: number): Promise<void> => {
  await tab(page, place).click();
  await tab(page, place).and(page.locator('[aria-current=page]')).waitFor();
};

/** Buttons, links and fields that a gloved finger would miss; the credit of the map is for reading. */
const small = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('button, a[href], label:has(input), select, textarea')]
      .filter((element) => element.offsetParent !== null && !element.classList.contains('sync-pill') && element.closest('.map-attribution') === null)
      .filter((element) => element.getBoundingClientRect().height < 47.5)
      .map((element) => `${element.className} ${element.textContent ?? ''}`),
  );

describe.each(['en', 'zh-CN'])('the phone in %s', (lang) => {
  it.for([phone, { width: 360, height: 640 }])('delivers and reports in two taps each, on $width × $height', async (size, { open }) => {
    const { page, complaints } = await open(`/c?lang=${lang}`, size);
    await page.locator('.stop-top').waitFor();
    const first = await heading(page);
    for (const place of ['.next', '.door']) {
      await page.locator(place).waitFor();
      expect(await axe(page), place).toEqual([]);
      expect(await small(page), place).toEqual([]);
      expect(await sideways(page), place).toBe(0);
      await primary(page).click();
    }
    await expect.poll(() => heading(page)).not.toBe(first);
    await page.locator('.undo-bar button').click();
    await expect.poll(() => heading(page)).toBe(first);
    await page.locator('.action-row .act').last().click();
    await page.locator('.reasons').waitFor();
    expect(await axe(page)).toEqual([]);
    await page.locator('.reasons button').first().click();
    await expect.poll(() => heading(page)).not.toBe(first);
    for (const place of [1, 3]) {
      await openTab(page, place);
      expect(await axe(page)).toEqual([]);
      expect(await small(page)).toEqual([]);
      expect(await sideways(page)).toBe(0);
    }
    expect(complaints.filter((text) => !text.includes('Service Worker'))).toEqual([]);
  });

  it('says once that it arrived, however often it is tapped', async ({ open }) => {
    const { page } = await open(`/c?lang=${lang}&fixture=offline`, phone);
    await page.locator('.stop-top').waitFor();
    // Both taps in one task: the page cannot draw between them.
    await primary(page).evaluate((button: HTMLButtonElement) => {
      button.click();
      button.click();
    });
    await page.locator('.door').waitFor();
    await settled(page);
    await expect.poll(() => pill(page).innerText()).toMatch(/ 1$/);
  });

  it('queues without signal, blocks signing out, and keeps the queue through a reload', async ({ open }) => {
    const { page } = await open(`/c?lang=${lang}&fixture=offline`, phone);
    await page.locator('.stop-top').waitFor();
    await primary(page).click();
    await page.locator('.door').waitFor();
    await primary(page).click();
    await page.locator('.stop-top').waitFor();
    await expect.poll(() => pill(page).innerText()).toMatch(/ 2$/);
    await pill(page).click();
    await page.locator('.queue li').nth(1).waitFor();
    expect(await axe(page)).toEqual([]);
    await openTab(page, 3);
    await page.locator('.more-out button:disabled').waitFor();
    await page.reload();
    await expect.poll(() => pill(page).innerText()).toMatch(/ 2$/);
  });
});

describe.each(['en', 'zh-CN'])('the centre desk in %s', (lang) => {
  it('receives a van and hands over by keyboard alone', async ({ open }) => {
    const { page, complaints } = await open(`/centre?lang=${lang}`, { width: 1280, height: 800 });
    const waiting = page.locator('ul[aria-labelledby=wait-title] li');
    await page.locator('.next-van').waitFor();
    expect(await axe(page)).toEqual([]);
    const before = await waiting.count();
    await page.keyboard.press('F2');
    await page.keyboard.type('482913');
    await page.locator('.hand-parcels li').first().waitFor();
    expect(await axe(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await expect.poll(() => waiting.count()).toBe(before - 1);
    await page.keyboard.press('F1');
    await page.keyboard.press('Enter');
    await page.locator('.all-in').waitFor();
    await page.keyboard.press('F3');
    await page.keyboard.type('M-20341');
    await expect.poll(() => waiting.count()).toBe(1);
    await page.keyboard.press('F2');
    await page.keyboard.type('000000');
    await page.locator('.hand-trouble').waitFor();
    expect(await axe(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.locator('html.dark').waitFor({ state: 'attached' });
    expect(await axe(page), 'at night').toEqual([]);
    await page.emulateMedia({ colorScheme: 'light' });
    await page.locator('html:not(.dark)').waitFor({ state: 'attached' });
    expect(await sideways(page)).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('signs in with the code of a link and leaves no trace of it', async ({ open, sample }) => {
    const { page } = await open(`/join?lang=${lang}#7H3K-9QPM`, phone);
    await page.waitForURL((url) => url.pathname === '/c');
    expect(page.url()).not.toContain('9QPM');
    await page.goto(`${sample}/join?lang=${lang}`);
    await page.locator('#code').waitFor();
    expect(await axe(page)).toEqual([]);
  });
});
