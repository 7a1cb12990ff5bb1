/** Colours of the courier's own route, strong enough for sunlight: figures on the badge keep 7:1, by day and by night. */
import { routeLook } from '../shared/palette';

export interface RouteColours {
  colour: string;
  on: string;
  dash: readonly number[] | undefined;
}

type Rgb = readonly [number, number, number];
const ink: Rgb = [0x0e, 0x17, 0x1c];
const white: Rgb = [255, 255, 255];
const enough = 7;

export function routeColours(number: number, theme: 'light' | 'dark'): RouteColours {
  const look = routeLook(number);
  const base = parse(look.colour);
  // By day towards ink under white figures, by night towards white under ink figures; light colours carry ink always.
  const isPale = theme === 'dark' || look.isLight;
  const [towards, on] = isPale ? [white, ink] : [ink, white];
  let share = theme === 'dark' && !look.isLight ? 0.45 : 0;
  while (share < 1 && contrast(mix(base, towards, share), on) < enough) share += 0.05;
  return { colour: write(mix(base, towards, share)), on: write(on), dash: look.dash };
}

export function contrast(a: Rgb, b: Rgb): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((left, right) => left - right);
  return (light + 0.05) / (dark + 0.05);
}

export function parse(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  const part = (index: 0 | 1 | 2): number => Math.round(from[index] + (to[index] - from[index]) * share);
  return [part(0), part(1), part(2)];
}

function write(colour: Rgb): string {
  return `#${colour.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}
