/** Which page of the console is open: the day itself, or one of those that bring in and change what a day is made of. */
import { effect, signal } from '@preact/signals';
import { drawer } from './selection';

export const places = ['import', 'orders', 'people', 'changes'] as const;
export type Place = 'day' | (typeof places)[number];

export const place = signal<Place>(places.find((name) => location.hash === `#${name}`) ?? 'day');

export function go(next: Place): void {
  history.replaceState(null, '', location.pathname + location.search + (next === 'day' ? '' : `#${next}`));
  place.value = next;
}

// An order or a route that is opened from anywhere is shown with its day.
effect(() => {
  if (drawer.value !== undefined) place.value = 'day';
});
