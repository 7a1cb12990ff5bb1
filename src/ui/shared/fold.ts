/**
 * What happened, folded over what was promised: the state of each order, stop and run.
 *
 * The same words and rules as on the server: planned, at-centre, out, delivered, failed, collected. Events may arrive
 * late or twice; they are taken in the order they happened, by corrected clocks.
 */
import type { DayEvent, FailureReason, OrderState, Plan, Stop } from './api/types';

export interface StopProgress {
  state: OrderState;
  /** When the stop was left behind, delivered or not. */
  at?: number;
  reason?: FailureReason;
}
export interface RunProgress {
  done: number;
  failed: number;
  /** Trips that have left, by their position. */
  departed: Set<number>;
  /** The stop the courier said to stand at, until it is done. */
  at?: string;
  /** How much later than planned the latest sign came; negative when early. */
  delayS: number;
  lastSignAt?: number;
}
export interface DayProgress {
  orders: Map<string, OrderState>;
  stops: Map<string, StopProgress>;
  runs: Map<string, RunProgress>;
  /** Orders of the plan that go to a door, by state. */
  counts: Record<OrderState, number>;
  /** Orders collected at a centre that no courier was to bring. */
  pickupsCollected: number;
}

interface Place {
  run: string;
  trip: number;
  stop: Stop;
}

/** What the server adds to an event that it has kept; an act that waits on this device has none of it. */
type MaybeStored = DayEvent & { received_at?: number; actor?: { id: string; role: string } };

/** An event with the second at which it happened. */
export interface Act<E> {
  event: E;
  at: number;
}

/**
 * When an event happened, in milliseconds: by its device's clock, corrected by the device's offset, and never later than
 * it was received. Receipts are whole seconds, so a correct device may be up to a second ahead.
 */
function happenedMs(event: MaybeStored): number {
  const corrected = event.occurred_at * 1000 + event.device_offset_ms;
  return event.received_at === undefined ? corrected : Math.min(corrected, event.received_at * 1000 + 999);
}

/** The same in whole seconds, for lists of single events. */
export function happenedAt(event: MaybeStored): number {
  return Math.floor(happenedMs(event) / 1000);
}

/**
 * The acts that count, in the order they happened. Within one device `seq` decides and time never runs backwards; an
 * `undone` event takes back the device's last act that still counts, and nothing else. `tests/events/cases.json` holds
 * what this and the server must agree on.
 */
export function effectiveActs<E extends MaybeStored>(events: readonly E[]): Act<E>[] {
  const logs = new Map<string, Map<string, E>>();
  for (const event of events) {
    const device = event.actor === undefined ? '' : `${event.actor.id} ${event.actor.role}`;
    const log = logs.get(device) ?? new Map<string, E>();
    log.set(event.id, event);
    logs.set(device, log);
  }
  const acts: (Act<E> & { ms: number; device: string })[] = [];
  for (const [device, log] of logs) {
    let ms = -Infinity;
    const undoable: typeof acts = [];
    const notes: typeof acts = [];
    const sorted = [...log.values()].sort((a, b) => a.seq - b.seq || happenedMs(a) - happenedMs(b) || compare(a.id, b.id));
    for (const event of sorted) {
      ms = Math.max(ms, happenedMs(event));
      if (event.kind === 'undone') {
        if (undoable.at(-1)?.event.id === event.payload.event) undoable.pop();
      } else {
        (event.kind === 'noted' ? notes : undoable).push({ event, ms, at: Math.floor(ms / 1000), device });
      }
    }
    acts.push(...undoable, ...notes);
  }
  return acts.sort((a, b) => a.ms - b.ms || compare(a.device, b.device) || a.event.seq - b.event.seq || compare(a.event.id, b.event.id));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The events of the acts that count, in the order they happened. */
export function effectiveEvents<E extends MaybeStored>(events: readonly E[]): E[] {
  return effectiveActs(events).map((act) => act.event);
}

/** The state after a step: the server's rules, where a step that contradicts the state changes nothing. */
function after(state: OrderState, step: 'received' | 'departed' | 'delivered' | 'failed' | 'collected', isPickup: boolean): OrderState {
  if (step === 'received') return state === 'planned' ? 'at-centre' : state;
  if (step === 'departed') return state === 'planned' || state === 'at-centre' ? 'out' : state;
  if (state === 'delivered' || state === 'collected') return state;
  if (step === 'collected') return state === 'out' ? state : 'collected';
  return isPickup ? state : step;
}

export function foldDay(plan: Plan, events: readonly DayEvent[]): DayProgress {
  const stops = new Map<string, StopProgress>();
  const orders = new Map<string, OrderState>();
  const runs = new Map<string, RunProgress>();
  const places = new Map<string, Place>();
  const placeOfOrder = new Map<string, Place>();
  for (const run of plan.runs) {
    runs.set(run.id, { done: 0, failed: 0, departed: new Set(), delayS: 0 });
    run.trips.forEach((trip, index) => {
      for (const stop of trip.stops) {
        const place = { run: run.id, trip: index, stop };
        places.set(stop.key, place);
        stops.set(stop.key, { state: 'planned' });
        if (stop.order === undefined) continue;
        orders.set(stop.order, 'planned');
        placeOfOrder.set(stop.order, place);
      }
    });
  }

  const take = (place: Place | undefined, order: string | undefined, step: 'received' | 'departed' | 'delivered' | 'failed' | 'collected', progress: Omit<StopProgress, 'state'>): void => {
    const before = (order === undefined ? undefined : orders.get(order)) ?? 'planned';
    const isPickup = order !== undefined && !placeOfOrder.has(order);
    const state = after(before, step, isPickup);
    if (state === before && step !== 'failed') return;
    if (order !== undefined) orders.set(order, state);
    if (place !== undefined && state === stateOf(step)) stops.set(place.stop.key, { state, ...progress });
  };
  for (const { event, at } of effectiveActs(events)) {
    const order = event.order ?? undefined;
    const place = places.get(event.stop ?? '') ?? placeOfOrder.get(order ?? '');
    const run = runs.get(place?.run ?? event.run ?? '');
    switch (event.kind) {
      case 'received':
        for (const arrived of arrivedWith(plan, event)) {
          take(places.get(arrived.key), arrived.order, 'received', {});
        }
        break;
      case 'departed': {
        const left = event.payload.trip ?? run?.departed.size ?? 0;
        run?.departed.add(left);
        for (const stop of plan.runs.find((r) => r.id === event.run)?.trips[left]?.stops ?? []) {
          take(places.get(stop.key), stop.order, 'departed', {});
        }
        break;
      }
      case 'arrived':
        if (run !== undefined && place !== undefined) run.at = place.stop.key;
        break;
      case 'delivered':
        take(place, order ?? place?.stop.order, 'delivered', { at });
        break;
      case 'failed':
        take(place, order ?? place?.stop.order, 'failed', { at, reason: event.payload.reason ?? 'other' });
        break;
      case 'collected':
        if (order !== undefined) take(undefined, order, 'collected', {});
        break;
      case 'noted':
      case 'undone':
        break;
    }
    if (run === undefined || event.kind === 'noted' || event.kind === 'received' || event.kind === 'collected') continue;
    run.lastSignAt = at;
    if (place !== undefined) {
      run.delayS = at - (event.kind === 'arrived' ? place.stop.arrives_at : place.stop.departs_at);
      if (event.kind !== 'arrived' && run.at === place.stop.key) run.at = undefined;
    }
  }

  for (const [key, progress] of stops) {
    const run = runs.get(places.get(key)?.run ?? '');
    if (run === undefined) continue;
    if (isDone(progress.state)) run.done += 1;
    if (progress.state === 'failed') run.failed += 1;
  }
  const counts: Record<OrderState, number> = { planned: 0, 'at-centre': 0, out: 0, delivered: 0, failed: 0, collected: 0 };
  let pickupsCollected = 0;
  for (const [order, state] of orders) {
    if (placeOfOrder.has(order)) counts[state] += 1;
    else if (state === 'collected') pickupsCollected += 1;
  }
  return { orders, stops, runs, counts, pickupsCollected };
}

function stateOf(step: 'received' | 'departed' | 'delivered' | 'failed' | 'collected'): OrderState {
  return step === 'received' ? 'at-centre' : step === 'departed' ? 'out' : step;
}

export function isDone(state: OrderState | undefined): boolean {
  return state === 'delivered' || state === 'failed' || state === 'collected';
}

/** Doors served out of this centre with the waves the truck brought; all of the centre's doors where waves are not named. */
function arrivedWith(plan: Plan, event: DayEvent): Stop[] {
  const truck = plan.runs.find((run) => run.id === event.run);
  const waves = new Set<string>();
  for (const trip of truck?.trips ?? []) {
    for (const stop of trip.stops) if (stop.site === event.centre && stop.wave !== undefined) waves.add(stop.wave);
  }
  return plan.runs
    .filter((run) => run.echelon === 'last-mile' && run.base === event.centre)
    .flatMap((run) => run.trips.flatMap((trip) => trip.stops))
    .filter((stop) => stop.order !== undefined && (waves.size === 0 || stop.wave === undefined || waves.has(stop.wave)));
}
