import { expect, it } from 'vitest';
import { placeLabels, type Wish } from './chips';

const at = (x: number, y: number): Wish => ({ x, y, nameWidth: 120, codeWidth: 60 });

it('writes names while they are free of each other', () => {
  expect(placeLabels([at(0, 0), at(200, 0), at(0, 40)])).toEqual(['name', 'name', 'name']);
});

it('prefers two codes to one name, and leaves the pin alone where not even a code fits', () => {
  expect(placeLabels([at(0, 0), at(80, 0), at(20, 5)])).toEqual(['code', 'code', 'pin']);
  expect(placeLabels([at(0, 0), at(100, 0)])).toEqual(['name', 'code']);
});

it('never lets two labels touch', () => {
  const wishes = Array.from({ length: 60 }, (_, index) => at((index * 37) % 400, (index * 53) % 300));
  const boxes = placeLabels(wishes).flatMap((form, index) => {
    const wish = wishes[index];
    if (form === 'pin' || wish === undefined) return [];
    const width = form === 'name' ? wish.nameWidth : wish.codeWidth;
    return [{ left: wish.x - width / 2, right: wish.x + width / 2, top: wish.y - 37, bottom: wish.y - 14 }];
  });
  boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => expect(a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom).toBe(false)));
});

it('writes no name that the edge of the map would cut', () => {
  expect(placeLabels([at(40, 0), at(400, 0), at(760, 0)], 800)).toEqual(['code', 'name', 'code']);
});
