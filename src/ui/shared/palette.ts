/**
 * How a route looks: colour, dash and badge, so that eight routes are told apart by every eye and in grey-scale print.
 * The ninth takes the first colour again with another dash.
 */
export interface RouteLook {
  readonly colour: string;
  /** Colour of figures and dashes on `colour`. */
  readonly on: string;
  /** Colour drawn under the line on the map: white, or ink where the colour itself is light. */
  readonly casing: string;
  readonly isLight: boolean;
  /** Dash drawn over the line in `on`, in pixels; none for odd routes of the first eight. */
  readonly dash: readonly number[] | undefined;
}

const ink = '#13222C';
const white = '#FFFFFF';
const colours = ['#2E6AED', '#682B00', '#1F6B57', '#EDC349', '#7C28AF', '#A75A85', '#443A72', '#75D8BE'] as const;
const light = new Set<string>(['#EDC349', '#75D8BE']);
const evenDash = [9, 5] as const;
const laterDashes = [[2, 5], [12, 4, 2, 4]] as const;

/** Every dash that can occur, so that the map can keep one layer for each. */
export const dashes: readonly (readonly number[])[] = [evenDash, ...laterDashes];

export const linehaulLook: RouteLook = { colour: '#44545F', on: white, casing: white, isLight: false, dash: undefined };

/** Look of the last-mile route with this number, counted from 1. */
export function routeLook(number: number): RouteLook {
  const index = Math.max(0, Math.trunc(number) - 1);
  const colour = colours[index % colours.length] ?? colours[0];
  const isLight = light.has(colour);
  return { colour, on: isLight ? ink : white, casing: isLight ? ink : white, isLight, dash: dashOf(index) };
}

function dashOf(index: number): readonly number[] | undefined {
  const round = Math.floor(index / colours.length);
  if (round === 0) return index % 2 === 1 ? evenDash : undefined;
  return laterDashes[(round - 1) % laterDashes.length];
}
