/** A row of the day's files as a form sees it: texts by key, what a save changes, and what another user changed meanwhile. */
import type { Flaw } from '../../shared/api/client';
import type { RowValues } from '../../shared/api/types';

export interface Option {
  value: string;
  label: string;
}
export interface Field {
  /** The column, or the key with a dot before a key inside it: `storage.chilled_l`. */
  key: string;
  label: string;
  kind: 'text' | 'number' | 'time' | 'flag' | 'choice';
  options?: readonly Option[];
  /** What an empty choice means. */
  none?: string;
  /** Takes the whole width. */
  isWide?: boolean;
  /** Behind *More*. */
  isMore?: boolean;
  isNeeded?: boolean;
  hint?: string;
}
export type Texts = Readonly<Record<string, string>>;

/** Values by key as texts; what is not there is empty. */
export function textsOf(fields: readonly Field[], values: RowValues): Record<string, string> {
  return Object.fromEntries(fields.map(({ key }) => [key, written(valueAt(values, key))]));
}

function valueAt(values: RowValues, key: string): unknown {
  let value: unknown = values;
  for (const part of key.split('.')) value = typeof value === 'object' && value !== null ? (value as RowValues)[part] : undefined;
  return value;
}

function written(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** `4,5` is 4.5; what is no number stays a text, which the server refuses in its place. */
function typed(kind: Field['kind'], text: string): unknown {
  if (text === '') return null;
  if (kind === 'flag') return text === 'true';
  if (kind !== 'number') return text;
  const number = Number(text.replace(',', '.'));
  return Number.isFinite(number) ? number : text;
}

/** The merge patch that makes `texts` of `before`; `undefined` when nothing changed. Cells of orders are texts. */
export function patchOf(fields: readonly Field[], before: Texts, texts: Texts, areCells: boolean): RowValues | undefined {
  const patch: Record<string, unknown> = {};
  for (const { key, kind } of fields) {
    const text = (texts[key] ?? '').trim();
    if (text === (before[key] ?? '')) continue;
    const value = areCells ? (text === '' ? null : text) : typed(kind, text);
    const [outer = key, inner] = key.split('.');
    if (inner === undefined) patch[key] = value;
    else patch[outer] = { ...(patch[outer] as RowValues | undefined), [inner]: value };
  }
  // A table of which nothing is left goes as a whole.
  for (const outer of Object.keys(patch)) {
    const inside = fields.filter(({ key }) => key.startsWith(`${outer}.`));
    if (inside.length > 0 && inside.every(({ key }) => (texts[key] ?? '').trim() === '')) patch[outer] = null;
  }
  return Object.keys(patch).length === 0 ? undefined : patch;
}

export interface Rebased {
  texts: Record<string, string>;
  /** Keys that both changed, with what is there now. */
  conflicts: Record<string, string>;
}

/** What was typed over an older row, carried to the present one: what only one side changed is taken. */
export function rebase(fields: readonly Field[], before: Texts, mine: Texts, present: Texts): Rebased {
  const texts: Record<string, string> = {};
  const conflicts: Record<string, string> = {};
  for (const { key } of fields) {
    const [old = '', own = '', now = ''] = [before[key], mine[key], present[key]];
    texts[key] = own === old ? now : own;
    if (own !== old && now !== old && own !== now) conflicts[key] = now;
  }
  return { texts, conflicts };
}

export interface Complaint {
  code: string;
  text: string;
  suggestions: readonly string[];
}

/** Complaints by field; those of no field under an empty key. */
export function complaintsOf(fields: readonly Field[], flaws: readonly Flaw[]): Record<string, Complaint[]> {
  const found: Record<string, Complaint[]> = {};
  for (const flaw of flaws) {
    const place = flaw.pointer.replace(/^\//, '').replaceAll('/', '.');
    const key = fields.find((field) => isAt(place, field.key))?.key ?? '';
    const perhaps = /^(.*) \(perhaps: (.*)\)$/s.exec(flaw.detail);
    const complaint = { code: flaw.code, text: perhaps?.[1] ?? flaw.detail, suggestions: perhaps?.[2]?.split('; ') ?? [] };
    found[key] = [...(found[key] ?? []), complaint];
  }
  return found;
}

/** `courier.start` and `start` are the field `start`; `storage` is said of `storage.chilled_l`. */
function isAt(place: string, key: string): boolean {
  return place === key || place.endsWith(`.${key}`) || key.startsWith(`${place}.`) || (place !== '' && key.startsWith(`${place.slice(place.indexOf('.') + 1)}.`));
}
