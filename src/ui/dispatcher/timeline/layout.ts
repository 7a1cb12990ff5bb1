/** Where things lie on the time axis: pure arithmetic from a plan to pixels. */
import type { CentreLoad, Compartment, Plan, Run, Trip } from '../../shared/api/types';
import { compartments } from '../../shared/api/types';
import { clock, zoneOffset } from '../../shared/format';

export interface Scale {
  from: number;
  to: number;
  width: number;
}

export const x = (scale: Scale, at: number): number => ((at - scale.from) / (scale.to - scale.from)) * scale.width;

/** From the first loading to the last return, widened to the half hours around. */
export function dayExtent(plan: Plan): { from: number; to: number } {
  const starts = plan.runs.map((run) => run.starts_at);
  const ends = plan.runs.map((run) => run.ends_at);
  if (starts.length === 0) {
    const at = plan.created_at - (plan.created_at % 3600);
    return { from: at, to: at + 6 * 3600 };
  }
  const half = 1800;
  const from = Math.min(...starts) - 300;
  const to = Math.max(...ends) + 1500;
  return { from: Math.floor(from / half) * half, to: Math.ceil(to / half) * half };
}

export interface Tick {
  at: number;
  label: string;
}

/** Round hours of the zone's wall clock, no denser than `minPixels`. */
export function hourTicks(scale: Scale, zone: string, minPixels = 56): Tick[] {
  const perHour = scale.width / ((scale.to - scale.from) / 3600);
  const step = [1, 2, 3, 4, 6, 12].find((hours) => hours * perHour >= minPixels) ?? 24;
  const ticks: Tick[] = [];
  const first = scale.from - ((scale.from + zoneOffset(scale.from, zone)) % 3600);
  for (let at = first; at <= scale.to; at += 3600) {
    const label = clock(at, zone);
    if (at >= scale.from && Number(label.slice(0, 2)) % step === 0) ticks.push({ at, label });
  }
  return ticks;
}

export type MarginTone = 'calm' | 'tight' | 'over';

export function marginTone(minutes: number): MarginTone {
  if (minutes < 0) return 'over';
  return minutes < 20 ? 'tight' : 'calm';
}

/** The ice under a trip: thick at the start by the minutes that are left at its end, thin when the last door is served. */
export function wedge(trip: Trip, scale: Scale, top: number): { points: string; tone: MarginTone } | undefined {
  const minutes = trip.cold_margin_min;
  if (minutes === null) return undefined;
  const from = x(scale, trip.departs_at);
  const to = x(scale, trip.stops[trip.stops.length - 1]?.departs_at ?? trip.returns_at);
  const thick = minutes < 0 ? 6 : 3 + 4 * Math.min(1, minutes / 60);
  const points = [[from, top], [to, top], [to, top + 1], [from, top + thick]].map(([px = 0, py = 0]) => `${px.toFixed(1)},${py.toFixed(1)}`).join(' ');
  return { points, tone: marginTone(minutes) };
}

export interface Block {
  left: number;
  width: number;
}

/** A stop is at least three pixels wide, so that it can be seen and hit at any zoom. */
export function block(starts: number, departs: number, scale: Scale): Block {
  const left = x(scale, starts);
  return { left, width: Math.max(3, x(scale, departs) - left - 0.5) };
}

/** Width of a centre's code in a linehaul block. */
const codeWidth = 25;

/**
 * Stops of a truck, each as wide as it stands there, wider by its code where the next stop leaves space for it: a short
 * stop before a close neighbour is a bare bar, named by its tip and by the path in the row's heading.
 */
export function linehaulBlocks(trip: Trip, scale: Scale): (Block & { named: boolean })[] {
  const places = trip.stops.map((stop) => block(stop.starts_at, stop.departs_at, scale));
  return places.map((place, index) => {
    const space = (places[index + 1]?.left ?? Number.POSITIVE_INFINITY) - place.left - 2;
    const named = space >= codeWidth;
    return { left: place.left, width: named ? Math.max(place.width, codeWidth) : Math.max(3, Math.min(place.width, space)), named };
  });
}

/** Whether `pixels` are free behind the end of a trip, before the next one begins. */
export function hasSpace(trips: readonly Trip[], index: number, scale: Scale, pixels: number): boolean {
  const [trip, next] = [trips[index], trips[index + 1]];
  return trip === undefined || next === undefined || x(scale, next.departs_at) - x(scale, trip.returns_at) >= pixels;
}

/** The compartment that comes closest to full over the day. */
export function tightestCompartment(load: CentreLoad): Compartment {
  return compartments.reduce((best, next) => (load.peak_percent[next] > load.peak_percent[best] ? next : best), compartments[0] ?? 'ambient');
}

/** Closed outline of the occupancy of one compartment; `top` is the line of a full fridge, `bottom` that of an empty one. */
export function occupancyPath(load: CentreLoad, compartment: Compartment, scale: Scale, top: number, bottom: number): { area: string; line: string } {
  const full = load.capacity_l[compartment];
  const steps = load.occupancy[compartment];
  const y = (litres: number): number => bottom - (full > 0 ? Math.min(1.15, litres / full) : 0) * (bottom - top);
  let level = y(0);
  let line = '';
  for (const [at, litres] of steps) {
    const next = y(litres);
    if (at <= scale.from) {
      level = next;
      continue;
    }
    if (at > scale.to) break;
    if (line === '') line = `M0 ${level.toFixed(1)}`;
    const px = x(scale, at).toFixed(1);
    line += `L${px} ${level.toFixed(1)}L${px} ${next.toFixed(1)}`;
    level = next;
  }
  if (line === '') line = `M0 ${level.toFixed(1)}`;
  line += `L${scale.width} ${level.toFixed(1)}`;
  return { line, area: `${line}L${scale.width} ${bottom}L0 ${bottom}Z` };
}

/** From the first departure to the last return of each wave's trips, for the bars on the axis. */
export function waveSpans(runs: readonly Run[]): { wave: string; from: number; to: number }[] {
  const spans = new Map<string, { from: number; to: number }>();
  for (const run of runs) {
    if (run.echelon !== 'last-mile') continue;
    for (const trip of run.trips) {
      for (const wave of new Set(trip.stops.map((stop) => stop.wave))) {
        if (wave === undefined) continue;
        const span = spans.get(wave) ?? { from: trip.departs_at, to: trip.returns_at };
        spans.set(wave, { from: Math.min(span.from, trip.departs_at), to: Math.max(span.to, trip.returns_at) });
      }
    }
  }
  return [...spans].map(([wave, span]) => ({ wave, ...span })).sort((a, b) => a.from - b.from);
}
