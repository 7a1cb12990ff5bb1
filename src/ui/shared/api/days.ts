/** Days, their orders, people and prices, and the record of what people changed: rows of the day's files. */
import { all, call } from './client';
import { uuid7 } from '../uuid';
import type { Change, DayHead, ImportAnswer, Page, Row, RowValues } from './types';

export const tables = ['orders', 'couriers', 'sites', 'vehicle-types', 'prices'] as const;
export type TableName = (typeof tables)[number];

/** What the page says of a file beside its bytes. */
export interface FileWords {
  /** Header to column; an empty column ignores it. */
  columns: Readonly<Record<string, string>>;
  /** Cells that are read as if something else stood there. */
  cells: readonly CellEdit[];
}
export interface CellEdit {
  row: number;
  /** The header's text, or a column that the file has not. */
  column: string;
  text: string;
}
export type BadRows = 'wait' | 'refuse';

const part = encodeURIComponent;
const at = (date: string, table: TableName, id?: string): string => `/days/${part(date)}/${table}${id === undefined || table === 'prices' ? '' : `/${part(id)}`}`;

export const daysApi = {
  days: () => all<DayHead>('/days'),
  addDay: (date: string, from: { from?: string; network?: string }) => call<DayHead>('/days', { method: 'POST', body: { date, ...from }, idempotencyKey: uuid7() }),

  rows: (date: string, table: TableName) => all<Row>(at(date, table)),
  hasOrders: async (date: string) => (await call<Page<Row>>(`${at(date, 'orders')}?limit=1`)).items.length > 0,
  row: (date: string, table: TableName, id: string) => call<Row>(at(date, table, id)),
  addOrder: (date: string, values: RowValues) => call<Row>(at(date, 'orders'), { method: 'POST', body: values, idempotencyKey: uuid7() }),
  change: (date: string, table: TableName, { id, etag }: Row, patch: RowValues) => call<Row>(at(date, table, id), { method: 'PATCH', body: patch, ifMatch: etag }),
  removeOrder: (date: string, { id, etag }: Row) => call<void>(at(date, 'orders', id), { method: 'DELETE', ifMatch: etag }),

  changes: (date: string, of: { what: string; id: string } | undefined, cursor?: string, limit = 100) =>
    call<Page<Change>>(`/days/${part(date)}/changes?limit=${limit}${of === undefined ? '' : `&what=${part(of.what)}&id=${part(of.id)}`}${cursor === undefined ? '' : `&cursor=${part(cursor)}`}`),

  importOrders: (date: string, file: Blob, { columns, cells }: FileWords, how: 'look' | BadRows, signal?: AbortSignal) =>
    call<ImportAnswer>(`/days/${part(date)}/orders/import?${how === 'look' ? 'dry_run=true' : `bad_rows=${how}`}`, {
      method: 'POST', file, signal, headers: { 'content-type': file.type === '' ? 'application/octet-stream' : file.type, 'x-columns': ascii(columns), 'x-cells': ascii(cells) },
    }),
};

/** JSON that fits into a header: what is not ASCII becomes escapes. */
export function ascii(value: unknown): string {
  return JSON.stringify(value).replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
