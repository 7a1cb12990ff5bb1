import { expect, it } from 'vitest';
import { tileAt, tilesAlong } from './tiles';

it('finds the tile of a place as slippy maps number them', () => {
  expect(tileAt([35.8997, 14.5146], 14)).toEqual([8852, 6439]);
  expect(tileAt([31.2304, 121.4737], 10)).toEqual([857, 418]);
});

it('takes coarse tiles first, a border around the finest, and no more than asked', () => {
  const one = tilesAlong([[35.8997, 14.5146]], '/map/{z}/{x}/{y}.mvt', 11, 99);
  expect(one).toHaveLength(1 + 9);
  expect(one[0]).toBe('/map/10/553/402.mvt');
  expect(tilesAlong([[35.8997, 14.5146]], '/{z}/{x}/{y}', 14, 5)).toHaveLength(5);
});
