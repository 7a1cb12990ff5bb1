/** Arithmetic of the storage chart: steps of litres over the day. Pure. */
import { compartments, type Compartment, type Desk } from '../shared/api/types';

export type Steps = readonly (readonly [at: number, litres: number])[];

export interface StorageLine {
  compartment: Compartment;
  capacity: number;
  now: number;
  peak: number;
  peakAt: number;
  steps: Steps;
}

/** From here on a band is named before it is full. */
export const tightShare = 0.9;

/** Litres at an instant: the value of the last step not after it, nothing before the first. */
export function litresAt(steps: Steps, at: number): number {
  let litres = 0;
  for (const [from, value] of steps) {
    if (from > at) break;
    litres = value;
  }
  return litres;
}

/** One line per compartment, with the most that is still to come (or that there was, when nothing comes). */
export function storageLines(desk: Desk, now: number): StorageLine[] {
  return compartments.map((compartment) => {
    const steps = desk.occupancy[compartment];
    const current = litresAt(steps, now);
    let [peak, peakAt] = [current, now];
    for (const [at, litres] of steps) if (at >= now && litres > peak) [peak, peakAt] = [litres, at];
    return { compartment, capacity: desk.capacity_l[compartment], now: current, peak, peakAt, steps };
  });
}

/** Whole hours around everything that happens at the centre on its day. */
export function hoursOf(desk: Desk): [from: number, to: number] {
  const moments = [...compartments.flatMap((one) => desk.occupancy[one].map(([at]) => at)), ...desk.arrivals.map((one) => one.arrives_at), ...desk.outgoing.map((one) => one.loads_at)];
  const hour = 3600;
  if (moments.length === 0) moments.push(desk.now_at);
  return [Math.floor((Math.min(...moments) - 900) / hour) * hour, Math.ceil((Math.max(...moments) + 1800) / hour) * hour];
}

/** The same hours, reaching to an instant close by: the desk is open before the first van and after the last courier. */
export function withNow([from, to]: [from: number, to: number], at: number): [from: number, to: number] {
  const near = 3 * 3600;
  return [at < from && from - at <= near ? at : from, at > to && at - to <= near ? at : to];
}

/** Corners of a step line within `[from, to]`, in seconds and litres. */
export function cornersOf(steps: Steps, from: number, to: number): [at: number, litres: number][] {
  const corners: [number, number][] = [[from, litresAt(steps, from)]];
  for (const [at, litres] of steps) {
    if (at <= from || at >= to) continue;
    corners.push([at, corners[corners.length - 1]?.[1] ?? 0], [at, litres]);
  }
  corners.push([to, litresAt(steps, to)]);
  return corners;
}
