import { expect, it } from 'vitest';
import { contrast, parse, routeColours } from './look';

it('keeps the figures of every route readable in sunlight and at night', () => {
  for (const theme of ['light', 'dark'] as const) {
    for (let number = 1; number <= 9; number++) {
      const { colour, on } = routeColours(number, theme);
      expect(contrast(parse(colour), parse(on)), `route ${number}, ${theme}`).toBeGreaterThanOrEqual(7);
    }
  }
});
