/**
 * A dispatcher's morning with the real binary: a day from yesterday's, a thousand orders from a file with twenty bad rows, one
 * order by hand, a courier off, a plan, published. Once with the mouse, counted click by click, once with keys alone.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { axe, it as base, settled, visit } from './pages';
import { serveFresh, type FreshDay } from './fresh';
import { binary } from './server';

const pictures = process.env['PICTURES'];
const rowCount = Number(process.env['ROWS'] ?? 1000);

const it = base.extend<{ fresh: FreshDay }>({
  fresh: async ({}, use) => {
    const fresh = await serveFresh(200);
    await use(fresh);
    await fresh.remove();
  },
});

/** The day's orders again and again under other ids, and what shops and spreadsheets do to twenty of them. */
function file([header = [], ...orders]: string[][]): string {
  const at = (name: string): number => header.indexOf(name);
  const rows = Array.from({ length: rowCount }, (_, index) => {
    const row = [...(orders[index % orders.length] ?? [])];
    row[at('order_id')] = `S${index}`;
    row[at('placed_at')] = '';
    return row;
  });
  const spoil = (index: number, name: string, text: string): void => {
    const row = rows[index];
    if (row !== undefined) row[at(name)] = text;
  };
  for (let index = 0; index < 8; index += 1) spoil(10 + 3 * index, 'temp_class', 'dairi');
  for (let index = 0; index < 5; index += 1) spoil(50 + 3 * index, 'pieces', '0');
  for (let index = 0; index < 4; index += 1) spoil(80 + 3 * index, 'phone', '3.56E+10');
  for (let index = 0; index < 2; index += 1) {
    spoil(110 + index, 'tw_start', '18:00');
    spoil(110 + index, 'tw_end', '10:00');
  }
  spoil(120, 'kg', '');
  return [header, ...rows].map((row) => row.map((cell) => (/[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')).join('\r\n');
}

/** Presses as a hand does, with the mouse or with keys, and counts. */
function hand(page: Page, how: 'mouse' | 'keys'): { press: (target: Locator) => Promise<void>; count: () => number } {
  let count = 0;
  return {
    press: async (target) => {
      count += 1;
      await target.waitFor();
      if (how === 'mouse') return await target.click();
      await target.focus();
      const isSwitch = (await target.getAttribute('role')) === 'switch';
      await page.keyboard.press(isSwitch ? 'Space' : 'Enter');
    },
    count: () => count,
  };
}

async function picture(page: Page, name: string): Promise<void> {
  if (pictures === undefined) return;
  await settled(page);
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`) });
}

describe.skipIf(binary === undefined).each([['en', 'mouse'], ['zh-CN', 'keys']] as const)('a morning in %s by %s', (lang, how) => {
  it('brings in a day, plans and publishes it in a dozen presses, mending aside', async ({ fresh, newContext }) => {
    const context = await newContext({ viewport: { width: 1440, height: 900 } });
    const door = await context.newPage();
    await door.goto(fresh.link);
    await door.waitForURL((url) => url.pathname === '/');
    await door.close();
    const { page, complaints } = await visit(context, `${fresh.address}/?lang=${lang}`, 'absent');
    const day = hand(page, how);
    const dialog = page.locator('dialog[open]');
    const look = async (name: string): Promise<void> => {
      expect(await axe(page), name).toEqual([]);
      await picture(page, `morning-${name}-${lang}`);
    };

    await day.press(page.locator('.day-step').last());
    await day.press(dialog.locator('.primary'));
    await dialog.waitFor({ state: 'detached' });
    await day.press(page.locator('.state-box .primary'));
    await page.locator('.import-drop').waitFor();
    await look('drop');
    await page.locator('.import input[type=file]').setInputFiles({ name: 'orders.csv', mimeType: 'text/csv', buffer: Buffer.from(file(fresh.rows)) });

    const rejected = page.locator('.import-figures dl > div').nth(1).locator('dd');
    await expect.poll(() => rejected.innerText()).toBe('20');
    await look('rows');
    const mending = hand(page, how);
    const kinds = page.locator('.kind');
    // One press for all rows of a kind; what has no suggestion is set for all.
    for (const [code, left] of [['order/unknown-class', '12'], ['order/bad-pieces', '7'], ['order/phone-scientific', '3'], ['order/reversed-window', '1']] as const) {
      await mending.press(kinds.filter({ hasText: code }).locator('button'));
      await expect.poll(() => rejected.innerText()).toBe(left);
    }
    await mending.press(page.locator('.problem-line button'));
    await page.keyboard.type('2.5');
    await page.keyboard.press('Enter');
    await page.locator('.import-clean').waitFor();
    expect(mending.count()).toBe(5);
    await look('mended');
    await day.press(page.locator('.import-bar .primary'));
    await page.locator('.import-done').waitFor();
    await look('taken');

    await day.press(page.locator('.views .view').nth(3));
    await day.press(page.locator('.off-switch input').nth(4));
    await page.locator('.off-switch .tag').waitFor();
    await look('people');
    await page.keyboard.press('p');
    await day.press(page.locator('.state-box .button:not(.primary)').first());
    await dialog.locator('#order-form').waitFor();
    const fields = dialog.locator('#order-form > .form-field .field');
    const typed = ['Rita Vella', '+356 2123 4567', '', '10:00', '14:00'];
    for (const [place, text] of typed.entries()) await fields.nth(place).fill(text);
    await dialog.locator('#order-form > .form-field select').nth(2).selectOption('dairy');
    for (const [place, text] of [[8, '1'], [9, '2,5'], [10, '6']] as const) await fields.nth(place - 0).fill(text);
    await dialog.locator('.more-fields summary').press('Enter');
    const pin = dialog.locator('.more-fields .field');
    const [header = [], first = []] = fresh.rows;
    const count = await pin.count();
    await pin.nth(count - 2).fill(first[header.indexOf('lat')] ?? '');
    await pin.nth(count - 1).fill(first[header.indexOf('lon')] ?? '');
    await look('order');
    await day.press(dialog.locator('.primary'));
    await dialog.waitFor({ state: 'detached' });
    await page.locator('.state-box .tag.good', { hasText: 'N0001' }).waitFor();

    await day.press(page.locator('.state-box .button.primary'));
    await page.locator('.replan select').selectOption('10');
    await day.press(page.locator('.replan .primary'));
    await page.locator('.row.route').first().waitFor();
    await look('plan');
    await day.press(page.locator('.action-bar .primary'));
    for (const reason of await dialog.locator('input').all()) await reason.fill('agreed');
    await day.press(dialog.locator('.primary'));
    await page.locator('.action-bar.published').waitFor();
    console.info(`${day.count()} presses, ${mending.count()} more to mend 20 rows`);
    expect(day.count()).toBeLessThanOrEqual(12);

    // All of it is on record, and the order knows its own part.
    await page.locator('.views .view').nth(4).click();
    await page.locator('.data-table tbody tr').nth(3).waitFor();
    await look('changes');
    await page.locator('.data-table .link', { hasText: 'N0001' }).first().click();
    await page.locator('.drawer .history').last().waitFor();
    // And the day before is still there.
    await page.locator('.day-step').first().click();
    await page.locator('.state-box').waitFor();
    expect(complaints).toEqual([]);
  });
});
