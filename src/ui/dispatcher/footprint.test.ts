import { describe, expect, it } from 'vitest';
import { energy, gas } from './footprint';

describe('footprint', () => {
  it('writes grams, then kilograms', () => {
    expect([0, 999, 1000, 1250, 187_700].map((grams) => gas(grams, 'en'))).toEqual(['0 g', '999 g', '1.0 kg', '1.3 kg', '188 kg']);
  });

  it('writes joules as watt-hours, then kilowatt-hours', () => {
    expect([0, 9_000, 90_000, 3_600_000, 21_600_000].map((joules) => energy(joules, 'en'))).toEqual(['0.0 Wh', '2.5 Wh', '25 Wh', '1.0 kWh', '6.0 kWh']);
  });
});
