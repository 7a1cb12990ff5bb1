import { expect, it } from 'vitest';
import { askEarly, firstPlan } from './boot';

const head = (id: string, status: string, created_at: number) => ({ id, status, created_at });

it('asks for the plan that the console will show', () => {
  const heads = [head('1', 'superseded', 1), head('2', 'published', 2), head('3', 'draft', 3), head('4', 'draft', 4)];
  expect(firstPlan(heads, false)).toBe('4');
  expect(firstPlan(heads, true)).toBe('2');
  expect(firstPlan(heads.slice(0, 2), false)).toBe('2');
  expect(firstPlan(heads.slice(0, 1), false)).toBe('1');
  expect(firstPlan(heads.slice(0, 1), true)).toBeUndefined();
  expect(firstPlan([], false)).toBeUndefined();
});

it('leaves the list of plans to be read by the page too, and no rejection behind', async () => {
  const early = new Map<string, Promise<Response>>();
  const asked: string[] = [];
  askEarly(early, (address) => {
    asked.push(address);
    return address.includes('/day') ? Promise.reject(new TypeError('no line')) : Promise.resolve(Response.json({ items: [head('7/a', 'published', 1)], next: null }));
  }, false);
  await new Promise((done) => setTimeout(done, 20));
  expect(asked.at(-1)).toBe('/api/v1/plans/7%2Fa');
  expect(await (await early.get('/api/v1/plans?limit=500'))?.json()).toMatchObject({ next: null });
  await expect(early.get('/api/v1/day')).rejects.toThrow('no line');
});
