import { expect, it } from 'vitest';
import type { Desk } from '../shared/api/types';
import { cornersOf, hoursOf, litresAt, storageLines, withNow } from './storage';

const steps = [[100, 10], [200, 40], [300, 5]] as const;
const desk: Desk = {
  site: 'C1', name: 'C', date: '', timezone: 'UTC', now_at: 250, arrivals: [], waiting: [], outgoing: [],
  occupancy: { ambient: [], chilled: steps, frozen: [[50, 1], [400, 9]] }, capacity_l: { ambient: 0, chilled: 42, frozen: 8 },
};

it('holds the value of the last step', () => {
  expect([99, 100, 199, 200, 999].map((at) => litresAt(steps, at))).toEqual([0, 10, 10, 40, 5]);
});

it('finds the most that is still to come', () => {
  const lines = storageLines(desk, 250);
  expect(lines.map((line) => [line.compartment, line.now, line.peak, line.peakAt])).toEqual([['ambient', 0, 0, 250], ['chilled', 40, 40, 250], ['frozen', 1, 9, 400]]);
});

it('draws steps, not slopes', () => {
  expect(cornersOf(steps, 150, 250)).toEqual([[150, 10], [200, 10], [200, 40], [250, 40]]);
});

it('shows whole hours', () => {
  expect(hoursOf(desk)).toEqual([-3600, 3600]);
});

it('reaches to the present hour, unless the day is another', () => {
  const hour = 3600;
  expect(withNow([8 * hour, 18 * hour], 7 * hour)).toEqual([7 * hour, 18 * hour]);
  expect(withNow([8 * hour, 18 * hour], 19 * hour)).toEqual([8 * hour, 19 * hour]);
  expect(withNow([8 * hour, 18 * hour], 90 * hour)).toEqual([8 * hour, 18 * hour]);
});
