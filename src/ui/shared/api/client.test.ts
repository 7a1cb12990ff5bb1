import { beforeEach, describe, expect, it } from 'vitest';
import { api, forget, giveUp, isOffline, isSignedOut, NoAnswer, Problem, setTransport, takeUp } from './client';

interface Seen {
  address: string;
  method: string;
  headers: Record<string, string>;
}
let seen: Seen[] = [];

function answers(...responses: (() => Response)[]): void {
  setTransport((address, init) => {
    seen.push({ address, method: init?.method ?? 'GET', headers: { ...(init?.headers as Record<string, string>) } });
    const next = responses.shift();
    return next === undefined ? Promise.reject(new TypeError('no answer')) : Promise.resolve(next());
  });
}
const json = (value: unknown, headers: Record<string, string> = {}): (() => Response) => () => new Response(JSON.stringify(value), { headers });

beforeEach(() => {
  seen = [];
  forget();
});

describe('client', () => {
  it('asks again with the tag it was given, and keeps the body when nothing changed', async () => {
    answers(json({ name: 'Valletta' }, { etag: '"1"' }), () => new Response(null, { status: 304 }));
    await api.day();
    expect(await api.day()).toEqual({ name: 'Valletta' });
    expect(seen[1]?.headers['if-none-match']).toBe('"1"');
  });

  it('publishes only the version that was looked at', async () => {
    answers(json({ id: 'p/8' }, { etag: '"8"' }), json({ id: 'p/8' }));
    await api.plan('p/8');
    await api.publish('p/8');
    expect(seen[1]).toMatchObject({ address: '/api/v1/plans/p%2F8/publish', method: 'POST' });
    expect(seen[1]?.headers['if-match']).toBe('"8"');
    expect(seen[1]?.headers['idempotency-key']).toMatch(/-7/);
  });

  it('turns a problem document into an error with its code', async () => {
    answers(() => new Response(JSON.stringify({ title: 'Sign in', status: 401, code: 'auth/required', detail: '' }), { status: 401 }));
    const error: unknown = await api.me().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Problem);
    expect(error).toMatchObject({ status: 401, code: 'auth/required', message: 'Sign in' });
    expect(isSignedOut(error)).toBe(true);
  });

  it('knows a missing network from a refusal', async () => {
    answers();
    expect(isOffline(await api.day().catch((reason: unknown) => reason))).toBe(true);
    answers(() => new Response('no such page', { status: 404 }));
    expect(isOffline(await api.day().catch((reason: unknown) => reason))).toBe(false);
  });

  it('walks all pages of a list', async () => {
    answers(json({ items: [1, 2], next: 'a b' }), json({ items: [3], next: null }));
    expect(await api.events()).toEqual([1, 2, 3]);
    expect(seen[1]?.address).toBe('/api/v1/events?limit=500&cursor=a%20b');
  });
});

it('takes an answer that was asked for early, once', async () => {
  const early = globalThis as { coldmileEarly?: Map<string, Promise<Response>> };
  early.coldmileEarly = new Map([['/api/v1/day', Promise.resolve(new Response(JSON.stringify({ name: 'early' })))]]);
  answers(json({ name: 'late' }));
  expect(await api.day()).toEqual({ name: 'early' });
  expect(await api.day()).toEqual({ name: 'late' });
  expect(seen.length).toBe(1);
  delete early.coldmileEarly;
});

it('sends nothing but the question for the time while the server is given up, and ends what waits', async () => {
  setTransport((_address, init) => new Promise((_done, fail) => init?.signal?.addEventListener('abort', () => fail(init.signal?.reason as Error))));
  const waiting = api.day();
  giveUp();
  await expect(waiting).rejects.toBeInstanceOf(NoAnswer);
  answers(json({ server_time_ms: 1 }));
  const late = api.plans();
  await expect(late).rejects.toSatisfy(isOffline);
  expect(seen).toEqual([]);
  await api.time();
  takeUp();
  answers(json({ items: [], next: null }));
  expect(await api.plans()).toEqual([]);
});
