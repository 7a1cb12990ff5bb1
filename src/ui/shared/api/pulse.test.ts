import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { patienceMs, quietMs, watchPulse, type Pulse } from './pulse';

let told: string[] = [];
let asked = 0;
let answer: () => Promise<void> = () => Promise.resolve();
let isHidden = false;
let pulse: Pulse;

beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  asked = 0;
  isHidden = false;
  answer = () => Promise.resolve();
  pulse = watchPulse({
    ask: () => {
      asked += 1;
      return answer();
    },
    onLost: () => told.push('lost'), onBack: () => told.push('back'), isHidden: () => isHidden,
  });
});
afterEach(() => {
  pulse.stop();
  vi.useRealTimers();
});

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

it('asks a quiet server and believes its answer', async () => {
  await pass(60_000);
  expect(asked).toBeGreaterThan(20);
  expect(told).toEqual([]);
});

it('asks nothing while the server speaks by itself', async () => {
  for (let second = 0; second < 60; second += 1) {
    pulse.sign();
    await pass(1_000);
  }
  expect(asked).toBe(0);
});

it('tells of a hung server within five seconds of its last sign, once', async () => {
  answer = () => new Promise(() => undefined);
  await pass(quietMs + patienceMs - 100);
  expect(told).toEqual([]);
  await pass(5_000 - quietMs - patienceMs + 100);
  expect(told).toEqual(['lost']);
  await pass(60_000);
  expect(told).toEqual(['lost']);
});

it('tells of a dead server as soon as it refuses, and when it is back', async () => {
  answer = () => Promise.reject(new TypeError('refused'));
  await pass(quietMs + 300);
  expect(told).toEqual(['lost']);
  answer = () => Promise.resolve();
  await pass(1_500);
  expect(told).toEqual(['lost', 'back']);
});

it('takes any other sign for an answer', async () => {
  answer = () => new Promise(() => undefined);
  await pass(quietMs + 300);
  pulse.sign();
  await pass(patienceMs);
  expect(told).toEqual([]);
});

it('judges nothing while the page is hidden', async () => {
  answer = () => new Promise(() => undefined);
  isHidden = true;
  await pass(600_000);
  expect(asked).toBe(0);
  isHidden = false;
  answer = () => Promise.resolve();
  await pass(5_000);
  expect(told).toEqual([]);
});
