/**
 * The route as the courier sees it: what the server promised, overlaid with what this phone has done.
 *
 * Pure. Acts and stops meet by order, not by stop key: keys are positions in one plan, orders live through replanning.
 */
import type { CourierRoute, CourierStop, CourierTrip, FailureReason } from '../shared/api/types';
import { standing } from '../shared/field/outbox';
import type { Act } from '../shared/field/vault';

export type DoorState = 'open' | 'arrived' | 'delivered' | 'failed';

export interface KeptStop {
  stop: CourierStop;
  trip: number;
  state: DoorState;
  at?: number | undefined;
  reason?: FailureReason | undefined;
}
/** What lies in the phone's storage. */
export interface SavedRoute {
  route: CourierRoute;
  /** Device time in milliseconds at which the request for it started. */
  askedAt: number;
  /** Done here, but no longer part of the plan. */
  kept: KeptStop[];
}

export interface StopView extends KeptStop {
  subject: string;
  /** An act of this stop has not reached the server. */
  isPending: boolean;
  /** The server did not simply accept an act of this stop. */
  trouble?: Act | undefined;
  /** No longer in the plan; done before it left. */
  isGone: boolean;
}
export interface TripView {
  index: number;
  trip: CourierTrip;
  hasLeft: boolean;
  stops: StopView[];
}
export interface RouteView {
  trips: TripView[];
  /** Every stop of the plan in its order, then those kept from earlier plans. */
  stops: StopView[];
  /** The first trip with something left to do. */
  trip?: TripView | undefined;
  /** Where to go now: none while a trip is to be loaded, or when all is done. */
  next?: StopView | undefined;
  total: number;
  done: number;
  failed: StopView[];
}

export function subjectOf(stop: CourierStop): string {
  return stop.order ?? stop.key;
}

export const isDone = (state: DoorState): boolean => state === 'delivered' || state === 'failed';

/** `chosen` is the stop that the courier wants to serve out of order. */
export function routeView(saved: SavedRoute, acts: readonly Act[], chosen?: string): RouteView {
  const { route } = saved;
  const told = standing(acts).filter((act) => act.status === 'waiting' || (act.settledAt ?? 0) >= saved.askedAt);
  const heard = standing(acts);
  const trips = route.trips.map((trip, index): TripView => {
    const stops = trip.stops.map((stop) => stopView(stop, index, acts, heard, told));
    // A trip that left stays away, also where the route says nothing of departures.
    const left = heard.some((act) => act.event.kind === 'departed' && act.event.run === route.run && act.event.payload.trip === index);
    const hasLeft = left || (trip.departed_at ?? null) !== null || trip.stops.some((stop) => stop.state === 'out') || stops.some((stop) => stop.state !== 'open');
    return { index, trip, hasLeft, stops };
  });
  const kept = saved.kept.map((stop): StopView => {
    const subject = subjectOf(stop.stop);
    return { ...stop, subject, isGone: true, isPending: isPending(acts, stop.stop), trouble: troubleOf(acts, stop.stop) };
  });
  const stops = [...trips.flatMap((trip) => trip.stops), ...kept];
  const trip = trips.find((candidate) => candidate.stops.some((stop) => !isDone(stop.state)));
  const open = trip?.hasLeft === true ? trip.stops.filter((stop) => !isDone(stop.state)) : [];
  const next = open.find((stop) => stop.subject === chosen) ?? open.find((stop) => stop.state === 'arrived') ?? open[0];
  return {
    trips, stops, trip, next, total: stops.length, done: stops.filter((stop) => isDone(stop.state)).length, failed: stops.filter((stop) => stop.state === 'failed'),
  };
}

const about = (act: Act, stop: CourierStop): boolean =>
  stop.order === null ? act.event.stop === stop.key : act.event.order === stop.order;

function isPending(acts: readonly Act[], stop: CourierStop): boolean {
  const own = acts.filter((act) => about(act, stop));
  return acts.some((act) => act.status === 'waiting' && (own.includes(act) || own.some((other) => act.event.payload.event === other.id)));
}

function troubleOf(acts: readonly Act[], stop: CourierStop): Act | undefined {
  return acts.findLast((act) => (act.status === 'conflict' || act.status === 'rejected') && about(act, stop));
}

function stopView(stop: CourierStop, trip: number, acts: readonly Act[], heard: readonly Act[], told: readonly Act[]): StopView {
  const base = { stop, trip, subject: subjectOf(stop), isGone: false, isPending: isPending(acts, stop), trouble: troubleOf(acts, stop) };
  const outcome = told.findLast((act) => about(act, stop) && (act.event.kind === 'delivered' || act.event.kind === 'failed'));
  if (outcome !== undefined) {
    const at = outcome.event.occurred_at + Math.round(outcome.event.device_offset_ms / 1000);
    return { ...base, state: outcome.event.kind === 'delivered' ? 'delivered' : 'failed', at, reason: outcome.event.payload.reason };
  }
  if (stop.state === 'delivered' || stop.state === 'collected' || stop.state === 'received') return { ...base, state: 'delivered', ...pastOf(stop, heard) };
  if (stop.state === 'failed') return { ...base, state: 'failed', ...pastOf(stop, heard) };
  // The server keeps no trace of an arrival in the state of an order, so the phone's own act stands.
  const arrived = heard.some((act) => about(act, stop) && act.event.kind === 'arrived');
  // A truck's driver has done the stop by arriving; the centre counts what is unloaded.
  if (arrived && stop.order === null) return { ...base, state: 'delivered', ...pastOf(stop, heard) };
  return { ...base, state: arrived ? 'arrived' : 'open' };
}

function pastOf(stop: CourierStop, heard: readonly Act[]): { at?: number; reason?: FailureReason } {
  const act = heard.findLast((candidate) => about(candidate, stop));
  if (act === undefined) return {};
  const at = act.event.occurred_at + Math.round(act.event.device_offset_ms / 1000);
  return act.event.payload.reason === undefined ? { at } : { at, reason: act.event.payload.reason };
}

export interface RouteChange {
  saved: SavedRoute;
  /** Stop numbers of the new route that were not there before, and how many open stops left it. */
  added: number[];
  removed: number;
}

/** Takes a newly read route in the place of the saved one. What was done here stays on the list, whatever the plan says now. */
export function mergeRoute(before: SavedRoute | undefined, route: CourierRoute, askedAt: number, acts: readonly Act[]): RouteChange {
  if (before === undefined || before.route.date !== route.date) return { saved: { route, askedAt, kept: [] }, added: [], removed: 0 };
  const stops = route.trips.flatMap((trip) => trip.stops);
  const planned = new Set(stops.map(subjectOf));
  const old = routeView(before, acts).stops;
  const known = new Set(old.map((stop) => stop.subject));
  const gone = old.filter((stop) => !planned.has(stop.subject));
  const kept = gone.filter((stop) => isDone(stop.state)).map(({ stop, trip, state, at, reason }): KeptStop => ({ stop, trip, state, at, reason }));
  return {
    saved: { route, askedAt, kept },
    added: stops.filter((stop) => !known.has(subjectOf(stop))).map((stop) => stop.number),
    removed: gone.length - kept.length,
  };
}

/** Settled acts of other days: nothing on the screen needs them any more. */
export function outdated(acts: readonly Act[], route: CourierRoute): string[] {
  const first = Math.min(...route.trips.map((trip) => trip.loads_at));
  const dayBefore = first - 18 * 3600;
  return acts.filter((act) => act.status === 'accepted' && act.event.occurred_at < dayBefore).map((act) => act.id);
}
