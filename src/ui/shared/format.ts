/**
 * Times, money and lengths as people read them.
 *
 * Instants are whole Unix seconds and are always shown in the zone of the day's network, never in the zone of the
 * viewer's machine. Minus is U+2212, ranges take an en dash, clocks have 24 hours.
 */
import type { Language } from './i18n';

const formatters = new Map<string, Intl.DateTimeFormat>();

function dateFormat(lang: string, zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${lang}|${zone}|${JSON.stringify(options)}`;
  let format = formatters.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(lang, { ...options, timeZone: zone });
    formatters.set(key, format);
  }
  return format;
}

/** `09:05`, the same in every language. */
export function clock(at: number, zone: string): string {
  return dateFormat('en-GB', zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at * 1000);
}

/** `09:05:07`, where a minute is long. */
export function clockSeconds(at: number, zone: string): string {
  return dateFormat('en-GB', zone, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).format(at * 1000);
}

/** `09:05–09:30` */
export function clockRange(from: number, to: number, zone: string): string {
  return `${clock(from, zone)}–${clock(to, zone)}`;
}

/** `Tue 24 Nov 2026` or `2026-11-24 周二`, of a date `YYYY-MM-DD` that has no zone. */
export function longDate(date: string, lang: Language): string {
  const noon = Date.parse(`${date}T12:00:00Z`);
  if (Number.isNaN(noon)) return date;
  const weekday = dateFormat(lang, 'UTC', { weekday: 'short' }).format(noon);
  if (lang === 'zh-CN') return `${date} ${weekday}`;
  return `${weekday} ${dateFormat('en-GB', 'UTC', { day: 'numeric', month: 'short', year: 'numeric' }).format(noon)}`;
}

/** Seconds between UTC and the wall clock of `zone` at that instant, east positive. */
export function zoneOffset(at: number, zone: string): number {
  const parts = dateFormat('en-GB', zone, {
    year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
  }).formatToParts(at * 1000);
  const part = (type: string): number => Number(parts.find((p) => p.type === type)?.value ?? 0);
  const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) / 1000;
  return wall - at;
}

/** Amount in minor units, such as cents. */
export function money(minor: number, currency: string, minorDigits: number, lang: Language): string {
  const format = new Intl.NumberFormat(lang, {
    style: 'currency', currency, currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: minorDigits, maximumFractionDigits: minorDigits,
  });
  return trueMinus(format.format(minor / 10 ** minorDigits));
}

export function decimal(value: number, digits: number, lang: Language): string {
  return trueMinus(new Intl.NumberFormat(lang, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value));
}

/** Kilometres of a length in metres, without the unit: one decimal below 1,000 km. */
export function kilometres(metres: number, lang: Language): string {
  return decimal(metres / 1000, Math.abs(metres) < 1_000_000 ? 1 : 0, lang);
}

/** `54′`, or `−3′` when it is over. */
export function minutesMark(minutes: number): string {
  return `${trueMinus(String(Math.round(minutes)))}′`;
}

/** A span of minutes as people say it: minutes up to two hours, then whole hours, from two days on whole days. */
export function roughSpan(minutes: number, lang: Language): string {
  const [value, unit] = minutes < 120 ? [minutes, 'minute'] as const : minutes < 2880 ? [minutes / 60, 'hour'] as const : [minutes / 1440, 'day'] as const;
  return new Intl.NumberFormat(lang, { style: 'unit', unit, unitDisplay: lang === 'en' && unit !== 'day' ? 'short' : 'long', maximumFractionDigits: 0 }).format(value);
}

/** A difference with its sign always written; `undefined` when there is none. */
export function signed(text: string, value: number): string | undefined {
  if (value === 0) return undefined;
  return value > 0 ? `+${text}` : text;
}

function trueMinus(text: string): string {
  return text.replace(/-/g, '−');
}
