/** The pages next to the day, with the sample: orders from a file, all orders, people and fleet, changes, days. */
import { readFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import type { Page } from 'playwright-core';
import { axe, it, settled, sideways } from './pages';

const file = { name: '订单_1124.csv', mimeType: 'text/csv', buffer: Buffer.from('单号,温层\nA1,冷藏\n') };
const problems = (page: Page) => page.locator('.problem-line.bad');
const dialog = (page: Page) => page.locator('dialog[open]');
const choose = async (page: Page): Promise<void> => {
  await page.locator('.import input[type=file]').setInputFiles(file);
  await problems(page).first().waitFor();
};

describe.each(['en', 'zh-CN'])('pages of the console in %s', (lang) => {
  it('have no serious finding of axe', async ({ open }) => {
    const { page, complaints } = await open(`/?lang=${lang}#import`);
    await page.locator('.import-drop').waitFor();
    expect(await axe(page), 'drop').toEqual([]);
    await choose(page);
    await page.locator('.import-columns summary').click();
    expect(await axe(page), 'rows').toEqual([]);
    await problems(page).first().locator('button').last().click();
    expect(await axe(page), 'edit').toEqual([]);
    for (const name of ['orders', 'changes', 'people']) {
      await page.evaluate((hash) => { location.hash = hash; }, name);
      await page.reload();
      await page.locator('.data-table').first().waitFor();
      expect(await axe(page), name).toEqual([]);
    }
    for (const place of [0, 1, 2, 3]) {
      await page.locator('.people-tabs [role=tab]').nth(place).click();
      if (place < 3) await page.locator('.row-open').first().click();
      await page.locator('#people-form').waitFor();
      expect(await axe(page), `tab ${place}`).toEqual([]);
    }
    await page.locator('.views .view').first().click();
    await page.locator('.day-name').click();
    expect(await axe(page), 'days').toEqual([]);
    await page.locator('[role=menuitemradio]').last().click();
    await dialog(page).waitFor();
    expect(await axe(page), 'new day').toEqual([]);
    await page.keyboard.press('Escape');
    await page.locator('.orders-menu').click();
    await page.locator('[role=menuitemradio]').nth(1).click();
    await dialog(page).waitFor();
    await dialog(page).locator('.primary').click();
    await dialog(page).locator('.field-wrong').first().waitFor();
    expect(await axe(page), 'refused').toEqual([]);
    expect(complaints).toEqual([]);
  });

  it.for([[1440, 900], [1280, 800], [900, 700]] as const)('fit %i × %i', async ([width, height], { open }) => {
    const { page } = await open(`/?lang=${lang}#import`, { width, height });
    await page.locator('.import-drop').waitFor();
    await choose(page);
    await settled(page);
    const cut = (): Promise<string[]> => page.evaluate(() => [...document.querySelectorAll('.top-bar, .sub-bar, .action-bar, .import-head, .page-head')].filter((bar) => bar.scrollWidth > bar.clientWidth + 1).map((bar) => bar.className));
    expect([await sideways(page), ...(await cut())]).toEqual([0]);
    for (const name of ['orders', 'changes', 'people']) {
      await page.evaluate((hash) => { location.hash = hash; }, name);
      await page.reload();
      await page.locator('.data-table').first().waitFor();
      await settled(page);
      expect([name, await sideways(page), ...(await cut())]).toEqual([name, 0]);
    }
  });

  it('look as well at night', async ({ open }) => {
    const { page } = await open(`/?lang=${lang}#import`);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.locator('.import-drop').waitFor();
    await choose(page);
    expect(await axe(page), 'rows').toEqual([]);
    await page.evaluate(() => { location.hash = 'people'; });
    await page.reload();
    await page.locator('.row-open').first().click();
    expect(await axe(page), 'people').toEqual([]);
  });
});

describe('a file of orders', () => {
  it('is mended one by one, all of a kind, by hand, and taken back, with keys alone', async ({ open }) => {
    const { page } = await open('/?lang=en#import');
    await page.locator('.import-drop').waitFor();
    await choose(page);
    const rejected = page.locator('.import-figures .bad dd');
    expect(await rejected.innerText()).toBe('18');
    // The third problem of the list: two suggestions. One press takes the first.
    for (let step = 0; step < 3; step += 1) await page.keyboard.press('j');
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Row 218: Use frozen');
    await page.keyboard.press('Enter');
    await expect.poll(() => rejected.innerText()).toBe('17');
    // The focus is on the next problem.
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toMatch(/^Row 219: Use /);
    await page.locator('.kind button').first().press('Enter');
    await expect.poll(() => rejected.innerText()).toBe('11');
    await page.getByRole('button', { name: 'Undo' }).press('Enter');
    await expect.poll(() => rejected.innerText()).toBe('17');
    // By hand in its place.
    await page.getByRole('button', { name: 'Row 215: edit 电话' }).press('Enter');
    await page.keyboard.type('138 0013 8000');
    await page.keyboard.press('Enter');
    await expect.poll(() => rejected.innerText()).toBe('16');
    // All or nothing does not write while a row is wrong.
    await page.locator('.import-how input').nth(1).press('Space');
    expect(await page.locator('.import-bar .primary').isDisabled()).toBe(true);
    await page.locator('.import-how input').nth(0).press('Space');
    await page.keyboard.press('Control+Enter');
    await page.locator('.import-done').waitFor();
  });

  it('gives its bad rows as a file that no spreadsheet takes for formulas', async ({ open }) => {
    const { page } = await open('/?lang=en#import');
    await page.locator('.import-drop').waitFor();
    await choose(page);
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('.import-bar .button').first().click()]);
    expect(download.suggestedFilename()).toBe('订单_1124-18-rows.csv');
    const text = readFileSync(await download.path(), 'utf8');
    expect(text.startsWith('\uFEFF单号,')).toBe(true);
    expect(text.trim().split('\r\n').length).toBe(19);
  });

  it('is pasted, and its columns are remembered', async ({ open }) => {
    const { page } = await open('/?lang=en#import');
    await page.locator('#pasted').fill('单号\t温层\nA1\t冷藏\n');
    await page.locator('.paste-box button').click();
    await problems(page).first().waitFor();
    await page.locator('.import-columns summary').click();
    await page.getByLabel('Read “备注” as').selectOption('group_id');
    await page.getByRole('button', { name: 'Another file' }).click();
    await choose(page);
    await page.locator('.import-matched', { hasText: 'as in your last file' }).waitFor();
    await page.locator('.import-columns summary').click();
    expect(await page.getByLabel('Read “备注” as').inputValue()).toBe('group_id');
  });
});

describe('people and days', () => {
  it('shows what somebody else made of a row, and saves after the choice', async ({ open }) => {
    const { page } = await open('/?lang=en#people');
    await page.getByRole('button', { name: 'Edit Mario Borg' }).click();
    await page.getByLabel('Shift from').fill('07:30');
    await page.getByLabel('Name').fill('Mario B.');
    // Another user, at the same time.
    await page.evaluate(async () => {
      await (window as unknown as { sampleChange: (table: string, id: string, values: object) => void }).sampleChange('couriers', 'K1', { start: '06:00', end: '12:00' });
    });
    await page.locator('.side-acts .primary').click();
    await page.locator('.theirs', { hasText: '06:00' }).waitFor();
    expect(await page.getByLabel('Shift until').inputValue()).toBe('12:00');
    await page.locator('.theirs button').click();
    expect(await page.getByLabel('Shift from').inputValue()).toBe('06:00');
    await page.locator('.side-acts .primary').click();
    await page.locator('.side-acts .tag.good').waitFor();
    await page.locator('.row-open', { hasText: 'Mario B.' }).waitFor();
  });

  it('says under its field what is wrong', async ({ open }) => {
    const { page } = await open('/?lang=en#people');
    await page.locator('.people-tabs [role=tab]').nth(1).click();
    await page.getByRole('button', { name: 'Edit Sliema' }).click();
    await page.getByLabel('Opens').fill('25:00');
    await page.locator('.side-acts .primary').click();
    await page.locator('.field-wrong', { hasText: 'is not a time' }).waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-invalid'))).toBe('true');
  });

  it('walks the days, and a past one can only be read', async ({ open }) => {
    const { page } = await open('/?lang=en');
    await page.locator('.row.route').first().waitFor();
    await page.locator('.day-step').first().click();
    await page.locator('.day-switch', { hasText: 'Mon 23 Nov 2026' }).waitFor();
    await page.locator('.day-switch .tag').waitFor();
    expect(new URL(page.url()).searchParams.get('date')).toBe('2026-11-23');
    await page.locator('.orders-menu').click();
    expect(await page.locator('[role=menuitemradio]').count()).toBe(1);
    await page.keyboard.press('Escape');
    await page.locator('.day-step').last().click();
    await page.locator('.day-switch', { hasText: 'Tue 24 Nov 2026' }).waitFor();
    await expect.poll(() => new URL(page.url()).searchParams.get('date')).toBe(null);
  });
});
