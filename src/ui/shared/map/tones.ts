/** What the stops on a map are coloured by, besides their route: minutes left of cold, or to the end of the window. */
import type { Stop } from '../api/types';

export const mapModes = ['routes', 'cold', 'windows'] as const;
export type MapMode = (typeof mapModes)[number];
export type Tone = 'none' | 'calm' | 'tight' | 'over';

/** Fewer minutes than these are worth a look. */
export const tightMinutes = 20;

/** Colour and what it says stand apart by size too: who cannot tell the colours sees the large ones first. */
export const toneLooks: Readonly<Record<Tone, { colour: string; on: string; grow: number }>> = {
  none: { colour: '#B7C3C9', on: '#13222C', grow: -0.4 },
  calm: { colour: '#07577F', on: '#FFFFFF', grow: 1 },
  tight: { colour: '#C77700', on: '#13222C', grow: 2.4 },
  over: { colour: '#B3261E', on: '#FFFFFF', grow: 3.6 },
};

/** Minutes that a stop has left in a mode; `null` where nothing runs out. */
export function minutesLeft(mode: MapMode, stop: Stop): number | null {
  if (mode === 'cold') return stop.cold_margin_min;
  if (mode === 'windows' && stop.window !== null) return Math.floor((stop.window.close - stop.starts_at) / 60);
  return null;
}

export function toneOf(minutes: number | null): Tone {
  if (minutes === null) return 'none';
  if (minutes < 0) return 'over';
  return minutes < tightMinutes ? 'tight' : 'calm';
}

/** What fits into a stop's mark: minutes with two digits, hours above. */
export function shortSpan(minutes: number | null): string {
  if (minutes === null) return '';
  return Math.abs(minutes) < 100 ? String(minutes).replace('-', '−') : `${Math.round(minutes / 60)}h`;
}
