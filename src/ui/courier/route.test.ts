import { describe, expect, it } from 'vitest';
import type { CourierRoute, CourierStop, EventKind, EventPayload } from '../shared/api/types';
import type { Act, ActStatus } from '../shared/field/vault';
import { mergeRoute, outdated, routeView, type SavedRoute } from './route';

const t0 = 1_800_000_000;

function stop(order: string, number: number, trip = 0): CourierStop {
  return {
    key: `R1/${trip}/${number}`, number, order, recipient: 'A', phone: null, address: `${order} Street`, note: null, pin: null, point: [0, 0], arrives_at: t0 + number * 600,
    starts_at: t0 + number * 600, window: null, tags: [], parcels: [], cold_margin_min: null, state: 'planned',
  };
}

function route(...trips: CourierStop[][]): CourierRoute {
  return {
    plan: 'P1', run: 'R1', number: 1, courier_name: 'A', date: '2026-11-24', timezone: 'UTC', base: { id: 'C1', name: 'C', point: [0, 0] }, attribution: '',
    trips: trips.map((stops) => ({ loads_at: t0, departs_at: t0, returns_at: t0 + 9000, loading: [], legs: [], stops })),
  };
}

let count = 0;
function act(kind: EventKind, about: { order?: string; stop?: string; payload?: EventPayload; status?: ActStatus; settledAt?: number }): Act {
  count += 1;
  const { order = null, stop: key = null, payload = {}, status = 'waiting', settledAt } = about;
  const id = `act-${count}`;
  return {
    id, owner: 'K1', label: '', status, ...(settledAt === undefined ? {} : { settledAt }),
    event: { id, seq: count, kind, order, run: 'R1', stop: key, centre: null, occurred_at: t0 + count, device_offset_ms: 0, payload },
  };
}

const saved = (of: CourierRoute, askedAt = 1000): SavedRoute => ({ route: of, askedAt, kept: [] });
const left = (trip = 0): Act => act('departed', { payload: { trip } });
const states = (view: ReturnType<typeof routeView>): string => view.stops.map((one) => `${one.subject}:${one.state}`).join(' ');

describe('the route on the phone', () => {
  it('asks to load first, then goes from stop to stop, then to the next trip', () => {
    const day = saved(route([stop('a', 1), stop('b', 2)], [stop('c', 3, 1)]));
    expect(routeView(day, []).next).toBeUndefined();
    expect(routeView(day, []).trip?.index).toBe(0);
    const acts = [left()];
    expect(routeView(day, acts).next?.subject).toBe('a');
    acts.push(act('delivered', { order: 'a' }), act('failed', { order: 'b', payload: { reason: 'refused' } }));
    const view = routeView(day, acts);
    expect(states(view)).toBe('a:delivered b:failed c:open');
    expect(view.trip?.index).toBe(1);
    expect(view.next).toBeUndefined();
    expect(view.failed[0]?.reason).toBe('refused');
  });

  it('stays at the stop where the courier arrived, and goes where he chose', () => {
    const day = saved(route([stop('a', 1), stop('b', 2), stop('c', 3)]));
    const acts = [left(), act('arrived', { order: 'b', stop: 'R1/0/2' })];
    expect(routeView(day, acts).next?.subject).toBe('b');
    expect(routeView(day, acts, 'c').next?.subject).toBe('c');
  });

  it('forgets what was taken back', () => {
    const day = saved(route([stop('a', 1)]));
    const delivered = act('delivered', { order: 'a' });
    const acts = [left(), delivered, act('undone', { payload: { event: delivered.id } })];
    expect(states(routeView(day, acts))).toBe('a:open');
    expect(routeView(day, acts).stops[0]?.isPending).toBe(true);
  });

  it('shows a refused act as trouble and does not believe it', () => {
    const view = routeView(saved(route([stop('a', 1)])), [left(), act('delivered', { order: 'a', status: 'conflict' })]);
    expect(states(view)).toBe('a:open');
    expect(view.stops[0]?.trouble?.status).toBe('conflict');
  });

  it('believes its own accepted act until a route read later says otherwise', () => {
    const day = route([stop('a', 1)]);
    const acts = [left(), act('delivered', { order: 'a', status: 'accepted', settledAt: 2000 })];
    expect(states(routeView(saved(day, 1500), acts))).toBe('a:delivered');
    expect(states(routeView(saved(day, 2500), acts))).toBe('a:open');
  });

  it('counts a centre as done when the truck arrived there', () => {
    const centre: CourierStop = { ...stop('x', 1), order: null, site: 'C1' };
    const view = routeView(saved(route([centre])), [left(), act('arrived', { stop: centre.key })]);
    expect(view.stops[0]?.state).toBe('delivered');
  });
});

describe('a changed route', () => {
  const before = saved(route([stop('a', 1), stop('b', 2), stop('c', 3)]));

  it('keeps what was done when the new plan has dropped it', () => {
    const acts = [left(), act('delivered', { order: 'a' }), act('failed', { order: 'b', payload: { reason: 'unsafe' } })];
    const { saved: after, added, removed } = mergeRoute(before, route([stop('d', 1), stop('c', 2)]), 3000, acts);
    const view = routeView(after, acts);
    expect(states(view)).toBe('d:open c:open a:delivered b:failed');
    expect(view.stops.filter((one) => one.isGone).map((one) => one.reason)).toEqual([undefined, 'unsafe']);
    expect(added).toEqual([1]);
    expect(removed).toBe(0);
  });

  it('keeps it still after the acts were accepted and a third route came', () => {
    const acts = [left(), act('delivered', { order: 'a', status: 'accepted', settledAt: 2000 })];
    const second = mergeRoute(before, route([stop('b', 1)]), 3000, acts).saved;
    const third = mergeRoute(second, route([stop('b', 1), stop('e', 2)]), 4000, acts).saved;
    expect(states(routeView(third, acts))).toBe('b:open e:open a:delivered');
  });

  it('takes a kept stop back into the plan without doubling it', () => {
    const acts = [left(), act('delivered', { order: 'a' })];
    const without = mergeRoute(before, route([stop('b', 1)]), 3000, acts).saved;
    const again = mergeRoute(without, route([stop('b', 1), stop('a', 2)]), 4000, acts).saved;
    expect(states(routeView(again, acts))).toBe('b:open a:delivered');
  });

  it('says how many open stops went to another courier', () => {
    const { removed } = mergeRoute(before, route([stop('b', 1)]), 3000, [left()]);
    expect(removed).toBe(2);
  });

  it('starts afresh on another day, and drops only settled acts of the day before', () => {
    const old = act('delivered', { order: 'a', status: 'accepted', settledAt: 1 });
    const waiting = act('delivered', { order: 'b' });
    const tomorrow = { ...route([stop('z', 1)]), date: '2026-11-25' };
    for (const trip of tomorrow.trips) trip.loads_at = t0 + 86_400;
    expect(mergeRoute(before, tomorrow, 3000, [old, waiting]).saved.kept).toEqual([]);
    expect(outdated([old, waiting], tomorrow)).toEqual([old.id]);
  });
});
