/** Figures of this day in the words of the page: money, times, names of plans and runs. */
import { isOffline, NoAnswer, Problem } from '../shared/api/client';
import type { PlanHead, Run, Stop } from '../shared/api/types';
import { clock, clockSeconds, kilometres, minutesMark, money } from '../shared/format';
import { language } from '../shared/i18n';
import type { Names } from './reasons';
import { day } from './state/day';
import { english, t } from './texts';

export const zone = (): string => day.value?.timezone ?? 'UTC';
export const hm = (at: number): string => clock(at, zone());
export const hms = (at: number): string => clockSeconds(at, zone());
export const cost = (minor: number): string => money(minor, day.value?.currency ?? 'EUR', day.value?.minor_digits ?? 2, language.value);
export const km = (metres: number): string => kilometres(metres, language.value);
export const margin = (minutes: number): string => minutesMark(minutes);

/** `plan 3`: what a plan is called everywhere. Server ids can be long. */
export function planName(id: string): string {
  return t('plan.name', { id: id.length > 8 ? id.slice(-6) : id });
}

/** The same where a sentence or a heading begins. */
export function planHeading(id: string): string {
  const name = planName(id);
  return name.slice(0, 1).toLocaleUpperCase(language.value) + name.slice(1);
}

export function planTitle(head: PlanHead): string {
  return t(`plan.${head.status}`, { plan: planName(head.id) });
}

export function planOrigin(head: PlanHead): string {
  if (head.published_at !== null && head.status !== 'draft') return t('plan.publishedAt', { at: hm(head.published_at) });
  if (head.base !== null) return t('plan.basedOn', { base: planName(head.base), at: hm(head.created_at) });
  return t('plan.madeAt', { at: hm(head.created_at) });
}

export function runName(run: Run): string {
  return run.letter === undefined ? t('rows.route', { number: run.number, name: run.courier_name }) : t('rows.linehaulRun', { letter: run.letter, name: run.courier_name });
}

/** Minutes after the end of the window, rounded up; 0 when in time. */
export function lateMinutes(stop: Stop, delayS = 0): number {
  if (stop.window === null) return 0;
  return Math.max(0, Math.ceil((stop.starts_at + delayS - stop.window.close) / 60));
}

/** A word of the server in the words of the page; one that the page does not know is shown as it came. */
export function wordFor(family: 'order.method' | 'order.channel' | 'phase', value: string): string {
  const key = `${family}.${value}`;
  return isKey(key) ? t(key) : value;
}

function isKey(key: string): key is keyof typeof english {
  return key in english;
}

export function siteName(id: string | null | undefined): string {
  return day.value?.sites.find((site) => site.id === id)?.name ?? id ?? '';
}

/** Names of the day for texts that know only ids. */
export const dayNames: Names = {
  site: (id) => siteName(id),
  courier: (id) => day.value?.couriers.find((courier) => courier.id === id)?.name ?? id,
};

/** What went wrong, for the reader: a server that gives no answer in the page's own words, its refusals in the server's. */
export function troubleText(error: unknown): string {
  if (error instanceof NoAnswer && error.isAct) return t('error.noAnswer');
  if (isOffline(error)) return t('error.offline');
  if (error instanceof Problem) return error.message === '' ? error.code : error.message;
  return error instanceof Error ? error.message : String(error);
}
