import { expect, it } from 'vitest';
import type { SearchHit, StoredEvent } from '../shared/api/types';
import { foldDay } from '../shared/fold';
import { makePlan } from '../fixture/day';
import { hitFacts } from './hits';

const plan = makePlan('P1', 4);
const stop = plan.runs.find((run) => run.echelon === 'last-mile')?.trips[0]?.stops[0];
const order = stop?.order ?? '';
const hit = (id: string, label = 'Carmen Micallef, Triq'): SearchHit => ({ kind: 'order', id, label });
const event = (kind: 'delivered' | 'collected', of: string, number: number): StoredEvent =>
  ({ id: `e${number}`, seq: number, number, kind, order: of, occurred_at: stop?.departs_at ?? 0, device_offset_ms: 0, received_at: stop?.departs_at ?? 0, payload: {}, actor: { id: 'K1', role: 'courier' } }) as StoredEvent;

it('tells id, state and time of an order that has a stop', () => {
  const events = [event('delivered', order, 1)];
  expect(hitFacts(hit(order), plan, [], foldDay(plan, []))).toEqual({ id: order, at: stop?.starts_at, state: 'planned', isPickup: false, isUnplanned: false });
  expect(hitFacts(hit(order), plan, events, foldDay(plan, events)).state).toBe('delivered');
});

it('does not say the id twice', () => {
  expect(hitFacts(hit(order, `${order} 3 Triq`), plan, [], undefined).id).toBeUndefined();
});

it('knows under a draft only what has ended', () => {
  expect(hitFacts(hit(order), plan, [], undefined).state).toBeUndefined();
  expect(hitFacts(hit(order), plan, [event('delivered', order, 1)], undefined).state).toBe('delivered');
});

it('tells pickups from orders without a place', () => {
  const left = plan.unplanned[0]?.order ?? '';
  expect(hitFacts(hit(left), plan, [], undefined)).toMatchObject({ isUnplanned: true, isPickup: false });
  expect(hitFacts(hit('P-1'), plan, [event('collected', 'P-1', 1)], undefined)).toMatchObject({ isUnplanned: false, isPickup: true, state: 'collected' });
});
