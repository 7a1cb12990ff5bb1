/** Why an order has no place, and which changes of the day's files would admit it: from codes and figures, in the reader's language. */
import type { Edit, Relaxation, Unplanned } from '../shared/api/types';
import { decimal } from '../shared/format';
import { language } from '../shared/i18n';
import { english, t } from './texts';

type Key = keyof typeof english;

/** Names by id, the id itself where there is none. */
export interface Names {
  site: (id: string) => string;
  courier: (id: string) => string;
}

const isKey = (key: string): key is Key => key in english;

/** The sentence of a reason; the server's own where the code is new to the page or an older program left no figures. */
export function reasonText(entry: Unplanned, of: Names): string {
  const names = Object.keys(entry.details);
  const key = [entry.code, ...names.map((name) => `${entry.code}/${name}`)].find(isKey);
  if (key === undefined) return entry.reason;
  const values: Record<string, string> = Object.fromEntries(names.map((name) => [name, figure(name, entry.details[name], of)]));
  if (values['centre'] !== undefined) values['who'] = t(entry.details['carrier'] === 'truck' ? 'who.truck' : 'who.courier', { centre: values['centre'] });
  const text = t(key, values);
  return /\{\w+\}/.test(text) ? entry.reason : capital(text);
}

/** A figure by its name, which ends in its unit; ids become names. */
function figure(name: string, value: unknown, of: Names): string {
  const lang = language.value;
  if (Array.isArray(value)) return new Intl.ListFormat(lang, { type: 'disjunction' }).format(value.map((one) => figure(name, one, of)));
  if (typeof value === 'number') {
    const unit = name.split('_').at(-1);
    const number = shortNumber(value);
    switch (unit) {
      case 'min': return duration(value);
      case 'l': return t('unit.litre', { value: number });
      case 'kg': return t('unit.kg', { value: number });
      case 'km': return t('unit.km', { value: number });
      case 'm': return t('unit.m', { value: number });
      default: return number;
    }
  }
  if (name === 'centre' || name === 'hubs') return of.site(String(value));
  const word = `compartment.${String(value)}`;
  if (name === 'compartment' && isKey(word)) return t(word).toLowerCase();
  return String(value);
}

/** Minutes up to two hours, then hours and minutes. */
function duration(minutes: number): string {
  if (Math.abs(minutes) < 120) return t('unit.min', { value: shortNumber(minutes) });
  const hours = shortNumber(Math.trunc(minutes / 60));
  return minutes % 60 === 0 ? t('unit.hour', { hours }) : t('unit.hourMin', { hours, minutes: Math.abs(minutes % 60) });
}

/** With as many digits as it needs, two at most behind the point. */
function shortNumber(value: number): string {
  const digits = Number.isInteger(value) ? 0 : Number.isInteger(Math.round(value * 100) / 10) ? 1 : 2;
  return decimal(value, digits, language.value);
}

/** What to change, from what to what, and what it adds to the day's price; `price` writes an amount of minor units. */
export function relaxationText(relaxation: Relaxation, price: (minor: number) => string, of: Names): string {
  const key = `relax.${relaxation.kind}`;
  const name = isKey(key) ? t(key) : relaxation.kind;
  const changes = relaxation.edits.map((edit) => editText(edit, of)).filter((text) => text !== '');
  const text = changes.length === 0 ? name : t('relax.says', { name, changes: changes.join(language.value === 'zh-CN' ? '，' : ', ') });
  return relaxation.cost > 0 ? t('relax.price', { text, cost: price(relaxation.cost) }) : text;
}

function editText(edit: Edit, of: Names): string {
  if (edit.field === null || edit.field === undefined) return rowText(edit.to, of);
  const [from, to] = [fieldText(edit.field, edit.from, of), fieldText(edit.field, edit.to, of)];
  const change = from === '' ? to : t('relax.change', { from, to: to || '–' });
  const whose = edit.table === 'order' ? '' : ownerName(edit, of);
  return whose === '' ? change : t('relax.of', { whose, change });
}

/** Whose value changes, by name. */
function ownerName({ table, id }: Edit, of: Names): string {
  if (table === 'site') return of.site(id);
  if (table === 'courier') return of.courier(id);
  return id;
}

/** Values of a new courier or truck, without the id and name that are free to choose. */
function rowText(row: unknown, of: Names): string {
  if (typeof row !== 'object' || row === null) return valueText(row);
  const { id: _id, name: _name, base, start, end, ...rest } = row as Record<string, unknown>;
  const hours = start === undefined && end === undefined ? '' : `${valueText(start)}–${valueText(end)}`;
  return [base === undefined ? '' : of.site(String(base)), ...Object.values(rest).map(valueText), hours].filter((value) => value !== '').join(language.value === 'zh-CN' ? '，' : ', ');
}

function fieldText(field: string, value: unknown, of: Names): string {
  if (field === 'centre') return value === '' || value === null ? '' : of.site(String(value));
  const handover = `order.method.${String(value)}`;
  if (field === 'mode' && isKey(handover)) return t(handover);
  if (typeof value === 'number') return figure(field, value, of);
  return valueText(value);
}

function valueText(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number') return shortNumber(value);
  if (Array.isArray(value)) return value.map(valueText).join(language.value === 'zh-CN' ? '、' : ', ');
  return String(value);
}

function capital(text: string): string {
  return text.slice(0, 1).toLocaleUpperCase(language.value) + text.slice(1);
}
