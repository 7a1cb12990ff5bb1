import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { DayEvent, EventKind, Plan } from './api/types';
import { foldDay } from './fold';
import { makePlan } from '../fixture/day';

const plan: Plan = makePlan('P1', 4);
const run = plan.runs.find((candidate) => candidate.id === 'R1');
const first = run?.trips[0]?.stops[0];
if (run === undefined || first === undefined) throw new Error('the sample day has a first route');
const order = first.order ?? '';

let sequence = 0;
function event(kind: EventKind, fields: Partial<DayEvent> = {}): DayEvent {
  sequence += 1;
  return { id: `e${sequence}`, seq: sequence, kind, occurred_at: first?.departs_at ?? 0, device_offset_ms: 0, payload: {}, ...fields };
}
const delivered = (): DayEvent => event('delivered', { run: run.id, stop: first.key, order });

describe('the day so far', () => {
  it('starts with everything planned', () => {
    const day = foldDay(plan, []);
    expect(day.counts.planned).toBe(day.orders.size);
    expect(day.orders.get(order)).toBe('planned');
  });

  it('brings the waves of a truck to the centre, and only those', () => {
    const truck = plan.runs.find((candidate) => candidate.trips[0]?.stops.some((stop) => stop.site === run.base));
    const day = foldDay(plan, [event('received', { run: truck?.id ?? '', centre: run.base })]);
    expect(day.stops.get(first.key)?.state).toBe('at-centre');
    expect(day.stops.get(run.trips[1]?.stops[0]?.key ?? '')?.state).toBe('planned');
  });

  it('sends out the trip that left', () => {
    const day = foldDay(plan, [event('departed', { run: run.id, payload: { trip: 1 } })]);
    expect(day.stops.get(first.key)?.state).toBe('planned');
    expect(day.counts.out).toBe(run.trips[1]?.stops.length);
  });

  it('counts a delivery once, however often it is told', () => {
    const once = delivered();
    const day = foldDay(plan, [once, once, { ...once }]);
    expect(day.counts.delivered).toBe(1);
    expect(day.runs.get(run.id)).toMatchObject({ done: 1, failed: 0, delayS: 0 });
  });

  it('takes back what was undone, wherever the undoing stands', () => {
    const mistake = delivered();
    const undo = event('undone', { payload: { event: mistake.id } });
    expect(foldDay(plan, [undo, mistake]).orders.get(order)).toBe('planned');
  });

  it('orders by when it happened, not by when it was told', () => {
    const failed = event('failed', { run: run.id, stop: first.key, order, occurred_at: first.departs_at - 60, payload: { reason: 'nobody-home' } });
    const day = foldDay(plan, [delivered(), failed]);
    expect(day.orders.get(order)).toBe('delivered');
  });

  it('says how late the last sign was and where the courier stands', () => {
    const arrived = event('arrived', { run: run.id, stop: first.key, occurred_at: first.arrives_at + 840 });
    expect(foldDay(plan, [arrived]).runs.get(run.id)).toMatchObject({ at: first.key, delayS: 840 });
    expect(foldDay(plan, [arrived, event('delivered', { run: run.id, stop: first.key, order, occurred_at: first.departs_at + 900 })]).runs.get(run.id)?.at).toBeUndefined();
  });

  it('counts pickups apart from deliveries', () => {
    const before = foldDay(plan, []);
    const day = foldDay(plan, [event('collected', { order: 'a-pickup', centre: run.base }), delivered()]);
    expect(day.pickupsCollected).toBe(1);
    expect(day.counts).toEqual({ ...before.counts, planned: before.counts.planned - 1, delivered: 1 });
  });

  it('leaves events of unknown runs alone', () => {
    expect(() => foldDay(plan, [event('departed', { run: 'gone' }), event('delivered', { stop: 'gone/0/0', order: 'gone' })])).not.toThrow();
  });
});

interface Case {
  name: string;
  events: (Omit<DayEvent, never> & { actor: string; received_at: number })[];
  states: Record<string, string>;
}
interface Cases {
  plan: { truck: string; centre: string; run: string; trips: string[][]; pickups: string[] };
  cases: Case[];
}

describe('cases shared with the server', () => {
  const { plan: town, cases } = JSON.parse(readFileSync(new URL('../../../tests/events/cases.json', import.meta.url), 'utf8')) as Cases;
  const door = (order: string, trip: number, index: number) => ({ key: `${town.run}/${trip}/${index}`, order, arrives_at: 0, departs_at: 0 });
  const small = {
    runs: [
      { id: town.truck, echelon: 'linehaul', base: 'H', trips: [{ stops: [{ key: `${town.truck}/0/0`, site: town.centre, wave: 'am' }] }] },
      { id: town.run, echelon: 'last-mile', base: town.centre, trips: town.trips.map((orders, trip) => ({ stops: orders.map((one, index) => door(one, trip, index)) })) },
    ],
  } as unknown as Plan;
  it.each(cases)('$name', ({ events, states }) => {
    const stored = events.map((one) => ({ ...one, actor: { id: one.actor, role: 'courier' } })) as unknown as DayEvent[];
    const { orders } = foldDay(small, stored);
    for (const [id, state] of Object.entries(states)) expect(orders.get(id) ?? 'planned', id).toBe(state);
  });
});
