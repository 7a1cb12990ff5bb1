/** The days that the server keeps: which there are, another one on the screen, a new one. */
import { computed, signal } from '@preact/signals';
import { daysApi } from '../../shared/api/days';
import type { DayHead } from '../../shared/api/types';
import { day, showDay } from './day';
import { lookedAt } from './date';

/** The earliest first. */
export const days = signal<readonly DayHead[]>([]);

export async function refreshDays(): Promise<void> {
  days.value = [...(await daysApi.days())].sort((a, b) => a.date.localeCompare(b.date));
}

export const neighbours = computed(() => {
  const dates = days.value.map((head) => head.date);
  const shown = day.value?.date ?? '';
  return { before: dates.filter((date) => date < shown).at(-1), after: dates.find((date) => date > shown) };
});
/** A day that is neither today nor to come is read, not changed. */
export const isPast = computed(() => {
  const today = days.value.find((head) => head.is_today)?.date;
  return lookedAt.value !== undefined && today !== undefined && lookedAt.value < today;
});

export async function goToDay(date: string): Promise<void> {
  const isToday = days.value.find((head) => head.is_today)?.date === date;
  await showDay(isToday ? undefined : date);
}

export async function addDay(date: string, from: { from?: string; network?: string }): Promise<void> {
  await daysApi.addDay(date, from);
  await refreshDays();
  await goToDay(date);
}

/** The date `count` days later. */
export function later(date: string, count: number): string {
  return new Date(Date.parse(`${date}T12:00:00Z`) + count * 86_400_000).toISOString().slice(0, 10);
}

/** The first date after `date` that no day has. */
export function firstFree(date: string, taken: readonly string[]): string {
  let next = later(date, 1);
  while (taken.includes(next)) next = later(next, 1);
  return next;
}
