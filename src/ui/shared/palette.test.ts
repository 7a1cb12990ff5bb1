import { describe, expect, it } from 'vitest';
import { routeLook } from './palette';

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

describe('route looks', () => {
  it('keep the figure of a badge readable', () => {
    for (let number = 1; number <= 8; number++) {
      const look = routeLook(number);
      expect(contrast(look.colour, look.on), `route ${number}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('differ among the first twenty-four routes by colour or by dash', () => {
    const looks = Array.from({ length: 24 }, (_, index) => routeLook(index + 1)).map((look) => `${look.colour} ${look.dash?.join('-') ?? 'solid'}`);
    expect(new Set(looks).size).toBe(24);
  });

  it('dash even routes, and the ninth like the first in colour only', () => {
    expect(routeLook(1).dash).toBeUndefined();
    expect(routeLook(2).dash).toEqual([9, 5]);
    expect(routeLook(9)).toMatchObject({ colour: routeLook(1).colour, dash: [2, 5] });
    expect(routeLook(17).dash).toEqual([12, 4, 2, 4]);
  });
});
