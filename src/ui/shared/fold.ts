/**
 * What happened, folded over what was promised: the state of each order, stop and run.
 *
 * The same words everywhere: planned, at-centre, out, delivered, failed, collected. Events may arrive late or twice;
 * they are taken in the order they occurred, and an `undone` event takes the one it names out of the story.
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
  counts: Record<OrderState, number>;
}

interface Place {
  run: string;
  trip: number;
  stop: Stop;
}

export function effectiveEvents<E extends DayEvent>(events: readonly E[]): E[] {
  const unique = new Map<string, E>();
  for (const event of events) unique.set(event.id, event);
  const undone = new Set<string>();
  for (const event of unique.values()) {
    if (event.kind === 'undone' && event.payload.event !== undefined) undone.add(event.payload.event);
  }
  return [...unique.values()]
    .filter((event) => event.kind !== 'undone' && !undone.has(event.id))
    .sort((a, b) => a.occurred_at - b.occurred_at || a.seq - b.seq);
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

  const settle = (place: Place | undefined, order: string | undefined, progress: StopProgress): void => {
    if (order !== undefined) orders.set(order, progress.state);
    if (place !== undefined) stops.set(place.stop.key, progress);
  };
  for (const event of effectiveEvents(events)) {
    const order = event.order ?? undefined;
    const place = places.get(event.stop ?? '') ?? placeOfOrder.get(order ?? '');
    const run = runs.get(place?.run ?? event.run ?? '');
    switch (event.kind) {
      case 'received':
        for (const arrived of arrivedWith(plan, event)) {
          if (stops.get(arrived.key)?.state === 'planned') settle(places.get(arrived.key), arrived.order, { state: 'at-centre' });
        }
        break;
      case 'departed': {
        const left = event.payload.trip ?? run?.departed.size ?? 0;
        run?.departed.add(left);
        for (const stop of plan.runs.find((r) => r.id === event.run)?.trips[left]?.stops ?? []) {
          if (!isDone(stops.get(stop.key)?.state)) settle(places.get(stop.key), stop.order, { state: 'out' });
        }
        break;
      }
      case 'arrived':
        if (run !== undefined && place !== undefined) run.at = place.stop.key;
        break;
      case 'delivered':
        settle(place, order ?? place?.stop.order, { state: 'delivered', at: event.occurred_at });
        break;
      case 'failed':
        settle(place, order ?? place?.stop.order, { state: 'failed', at: event.occurred_at, reason: event.payload.reason ?? 'other' });
        break;
      case 'collected':
        if (order !== undefined) orders.set(order, 'collected');
        break;
      case 'noted':
      case 'undone':
        break;
    }
    if (run === undefined || event.kind === 'noted' || event.kind === 'received' || event.kind === 'collected') continue;
    run.lastSignAt = event.occurred_at;
    if (place !== undefined) {
      run.delayS = event.occurred_at - (event.kind === 'arrived' ? place.stop.arrives_at : place.stop.departs_at);
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
  for (const state of orders.values()) counts[state] += 1;
  return { orders, stops, runs, counts };
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
