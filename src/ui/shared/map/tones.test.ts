import { expect, it } from 'vitest';
import { makePlan } from '../../fixture/day';
import { stopFeatures } from './routes';
import { minutesLeft, shortSpan, toneLooks, toneOf } from './tones';

const plan = makePlan('P1', 4);
const stop = plan.runs.flatMap((run) => run.trips.flatMap((trip) => trip.stops)).find((one) => one.kind === 'door');
if (stop === undefined) throw new Error('the sample day has doors');

it('counts to the end of the window, and the cold that is left', () => {
  const window = { open: 0, close: 6000 };
  expect(minutesLeft('windows', { ...stop, window, starts_at: 4801 })).toBe(19);
  expect(minutesLeft('windows', { ...stop, window: null })).toBeNull();
  expect(minutesLeft('cold', { ...stop, cold_margin_min: -3 })).toBe(-3);
  expect(minutesLeft('routes', { ...stop, window })).toBeNull();
});

it('calls few minutes tight and less than none over', () => {
  expect([null, 20, 19, 0, -1].map(toneOf)).toEqual(['none', 'calm', 'tight', 'tight', 'over']);
});

it('colours stops by their tone and writes the minutes on the chosen ones', () => {
  const marked = stopFeatures(plan, () => undefined, 'cold').features[0];
  const first = plan.runs.filter((run) => run.echelon === 'last-mile')[0]?.trips[0]?.stops[0];
  const minutes = first?.cold_margin_min ?? null;
  expect(marked?.properties['colour']).toBe(toneLooks[toneOf(minutes)].colour);
  expect(marked?.properties['number']).toBe(shortSpan(minutes));
});

it('writes no more than fits into a mark', () => {
  expect([null, 7, 99, 135, 801, -4].map(shortSpan)).toEqual(['', '7', '99', '2h', '13h', '−4']);
});
