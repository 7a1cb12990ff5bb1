/** What the viewer arranged once and finds again: splits, folded groups, keys. */
import { effect, signal, type Signal } from '@preact/signals';
import { mapModes, type MapMode } from '../../shared/map/tones';

function remembered<T>(name: string, initial: T, isValid: (value: unknown) => value is T): Signal<T> {
  const key = `coldmile.dispatcher.${name}`;
  const value = signal(initial);
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? 'null');
    if (isValid(stored)) value.value = stored;
  } catch {
    // Nothing stored, or storage is closed: the initial value is fine.
  }
  effect(() => {
    const text = JSON.stringify(value.value);
    try {
      localStorage.setItem(key, text);
    } catch {
      // Lasts as long as the page then.
    }
  });
  return value;
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
const isNames = (value: unknown): value is string[] => Array.isArray(value) && value.every((name) => typeof name === 'string');

/** Width of the rows as a share of the window; 876 of 1440 as drawn. */
export const rowsShare = remembered('rows', 876 / 1440, isNumber);
/** Height of the tray in pixels. */
export const trayHeight = remembered('tray', 222, isNumber);
export const folded = remembered<string[]>('folded', [], isNames);
export const mapMode = remembered<MapMode>('map', 'routes', (value): value is MapMode => mapModes.some((mode) => mode === value));
export const singleKeys = remembered('keys', true, isBoolean);

export function toggleFolded(id: string): void {
  folded.value = folded.value.includes(id) ? folded.value.filter((other) => other !== id) : [...folded.value, id];
}
