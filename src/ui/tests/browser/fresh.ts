/** A folder with a map and a day of orders, without a plan, and the real binary serving it. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binary, start } from './server';

export interface FreshDay {
  address: string;
  /** One-time link of the first dispatcher. */
  link: string;
  /** The rows of its `orders.csv`, the header first. */
  rows: string[][];
  remove: () => Promise<void>;
}

export async function serveFresh(orders: number): Promise<FreshDay> {
  if (binary === undefined) throw new Error('there is no binary');
  const folder = mkdtempSync(join(tmpdir(), 'coldmile-fresh-'));
  const date = new Date(Date.now() + 24 * 3600 * 1000).toISOString().slice(0, 10);
  execFileSync(binary, ['demo', '--no-serve', '--data', folder, '--date', date, '--orders', String(orders), '--iterations', '50'], { stdio: 'ignore' });
  const text = readFileSync(join(folder, 'day', 'orders.csv'), 'utf8');
  const rows = text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).map(cells);
  const process = await start(['serve', '--map', join(folder, 'map.cmap'), '--data', folder, '--listen', '127.0.0.1:0', '--json']);
  return {
    address: process.listening,
    link: process.link ?? '',
    rows,
    remove: async () => {
      await process.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Cells of a line; quotation marks hold commas. */
function cells(line: string): string[] {
  return [...`${line},`.matchAll(/("(?:[^"]|"")*"|[^,]*),/g)].map(([, cell = '']) => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell));
}
