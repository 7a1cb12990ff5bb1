/** One selection for rows, timeline, map and tray; and what the drawer shows. */
import { batch, signal } from '@preact/signals';
import type { Plan, Run, Stop } from '../../shared/api/types';

export interface Selection {
  run?: string;
  /** Position of the trip whose stops are numbered on the map. */
  trip?: number;
  /** Key of the stop. */
  stop?: string;
  /** An order without a stop: not planned, or collected at a centre. */
  order?: string;
  /** The centre where that order is collected. */
  site?: string;
}
export type Drawer = { kind: 'order'; id: string } | { kind: 'run'; id: string };

export const selection = signal<Selection>({});
export const hoveredRun = signal<string | undefined>(undefined);
export const drawer = signal<Drawer | undefined>(undefined);
/** Counts up when the map should fit the selection even if it is in view. */
export const fitRequests = signal(0);

export function selectRun(run: string, trip = 0): void {
  if (selection.value.run === run && selection.value.stop === undefined && selection.value.trip === trip) return;
  batch(() => {
    selection.value = { run, trip };
    // An open panel shows what is selected, whatever it showed before.
    if (drawer.value !== undefined) drawer.value = { kind: 'run', id: run };
  });
}

export function selectStop(run: string, trip: number, stop: Stop): void {
  selection.value = { run, trip, stop: stop.key };
  if (drawer.value !== undefined) drawer.value = stop.order === undefined ? { kind: 'run', id: run } : { kind: 'order', id: stop.order };
}

export function selectUnplanned(order: string): void {
  selection.value = { order };
  if (drawer.value !== undefined) drawer.value = { kind: 'order', id: order };
}

/** Where an order without a stop is to be found, once the server has said so. */
export function placeOrder(order: string, site: string): void {
  const { order: selected, site: known } = selection.value;
  if (selected === order && known !== site) selection.value = { order, site };
}

export function openOrder(id: string): void {
  drawer.value = { kind: 'order', id };
}

export function openRun(id: string): void {
  batch(() => {
    selectRun(id, selection.value.run === id ? (selection.value.trip ?? 0) : 0);
    drawer.value = { kind: 'run', id };
  });
}

export function clearSelection(): void {
  batch(() => {
    selection.value = {};
    drawer.value = undefined;
  });
}

export interface Found {
  run: Run;
  trip: number;
  stop: Stop;
}

export function findStop(plan: Plan | undefined, matches: (stop: Stop) => boolean): Found | undefined {
  for (const run of plan?.runs ?? []) {
    for (const [index, trip] of run.trips.entries()) {
      const stop = trip.stops.find(matches);
      if (stop !== undefined) return { run, trip: index, stop };
    }
  }
  return undefined;
}

/** Selects the order where it is: its stop when it has one, else its row in the tray; a pickup has neither, and no route stays selected. */
export function selectOrder(plan: Plan | undefined, order: string): void {
  const found = findStop(plan, (stop) => stop.order === order);
  if (found !== undefined) selectStop(found.run.id, found.trip, found.stop);
  else selectUnplanned(order);
}
