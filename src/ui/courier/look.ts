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
  if (theme === 'light') {
    // By day towards ink under white figures; light colours carry ink as they are.
    let share = 0;
    while (!look.isLight && contrast(mix(base, ink, share), white) < enough) share += 0.05;
    return { colour: write(mix(base, ink, share)), on: write(look.isLight ? ink : white), dash: look.dash };
  }
  // At night the same hue, lit until ink figures stand out.
  const [hue, saturation, lightness] = toHsl(base);
  let lit = Math.max(lightness, 0.5);
  while (contrast(fromHsl(hue, Math.max(saturation, 0.5), lit), ink) < enough) lit += 0.02;
  return { colour: write(fromHsl(hue, Math.max(saturation, 0.5), lit)), on: write(ink), dash: look.dash };
}

function toHsl([red, green, blue]: Rgb): [hue: number, saturation: number, lightness: number] {
  const [r, g, b] = [red / 255, green / 255, blue / 255];
  const max = Math.max(r, g, b);
  const span = max - Math.min(r, g, b);
  const lightness = max - span / 2;
  if (span === 0) return [0, 0, lightness];
  const sixth = max === r ? (g - b) / span : max === g ? (b - r) / span + 2 : (r - g) / span + 4;
  return [(sixth * 60 + 360) % 360, span / (1 - Math.abs(2 * lightness - 1)), lightness];
}

function fromHsl(hue: number, saturation: number, lightness: number): Rgb {
  const reach = saturation * Math.min(lightness, 1 - lightness);
  const part = (shift: number): number => {
    const at = (shift + hue / 30) % 12;
    return Math.round(255 * (lightness - reach * Math.max(-1, Math.min(at - 3, 9 - at, 1))));
  };
  return [part(0), part(8), part(4)];
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
