/** Routes and stops of a plan as features of the map, and the layers that draw them: casing, colour, dash. */
import type { LayerSpecification } from 'maplibre-gl';
import type { OrderState, Plan, Run } from '../api/types';
import { dashes, linehaulLook, routeLook, type RouteLook } from '../palette';
import { decodePolyline, type Point } from '../polyline';
import { minutesLeft, shortSpan, toneLooks, toneOf, type MapMode } from './tones';

export interface Selected {
  run?: string | undefined;
  /** Trip whose stops carry numbers; the others of the run are drawn thinner. */
  trip?: number | undefined;
  stop?: string | undefined;
}
type Position = [lon: number, lat: number];
export interface Feature {
  type: 'Feature';
  properties: Record<string, string | number | boolean>;
  geometry: { type: 'LineString'; coordinates: Position[] } | { type: 'Point'; coordinates: Position };
}
export interface FeatureCollection {
  type: 'FeatureCollection';
  features: Feature[];
}

export const lookOf = (run: Run): RouteLook => (run.echelon === 'linehaul' ? linehaulLook : routeLook(run.number));
export const position = ([lat, lon]: Point): Position => [lon, lat];

export function routeFeatures(plan: Plan): FeatureCollection {
  const features: Feature[] = [];
  for (const run of plan.runs) {
    const look = lookOf(run);
    run.trips.forEach((trip, index) => {
      const coordinates = trip.legs.flatMap((leg) => decodePolyline(leg.line).map(position));
      if (coordinates.length < 2) return;
      features.push({
        type: 'Feature',
        properties: { run: run.id, trip: index, colour: look.colour, casing: look.casing, on: look.on, light: look.isLight, dash: dashIndex(look), linehaul: run.echelon === 'linehaul' },
        geometry: { type: 'LineString', coordinates },
      });
    });
  }
  return { type: 'FeatureCollection', features };
}

/** Stops in the colour of their route, or in that of the minutes they have left. */
export function stopFeatures(plan: Plan, stateOf: (key: string) => OrderState | undefined, mode: MapMode = 'routes'): FeatureCollection {
  const features: Feature[] = [];
  for (const run of plan.runs) {
    if (run.echelon === 'linehaul') continue;
    const look = lookOf(run);
    run.trips.forEach((trip, index) => {
      for (const stop of trip.stops) {
        const state = stateOf(stop.key) ?? 'planned';
        const late = stop.window !== null && stop.starts_at > stop.window.close;
        const minutes = minutesLeft(mode, stop);
        const tone = mode === 'routes' ? undefined : toneLooks[toneOf(minutes)];
        const number = tone === undefined ? String(stop.number) : shortSpan(minutes);
        features.push({
          type: 'Feature',
          properties: {
            run: run.id, trip: index, stop: stop.key, number, colour: tone?.colour ?? look.colour, on: tone?.on ?? look.on, rim: tone === undefined && look.isLight ? look.on : '#FFFFFF', grow: tone?.grow ?? 0,
            done: state === 'delivered' || state === 'collected', bad: state === 'failed' || (late && tone === undefined && state !== 'delivered'),
          },
          geometry: { type: 'Point', coordinates: position(stop.point) },
        });
      }
    });
  }
  return { type: 'FeatureCollection', features };
}

/** What stands out from the ground of the map, and what lies on it. */
export const strong = (theme: 'light' | 'dark'): string => (theme === 'dark' ? '#EEF4F6' : '#13222C');
export const paper = (theme: 'light' | 'dark'): string => (theme === 'dark' ? '#16232A' : '#FFFFFF');

function dashIndex(look: RouteLook): number {
  return look.dash === undefined ? -1 : dashes.indexOf(look.dash);
}

const is = (name: string, value: string | number): ['==', ['get', string], string | number] => ['==', ['get', name], value];

/** Layers in drawing order for one selection; ids stay the same, so that a change only updates filters. */
export function routeLayers(selected: Selected, hovered: string | undefined, mode: MapMode = 'routes', theme: 'light' | 'dark' = 'light'): LayerSpecification[] {
  const run = selected.run ?? '';
  const trip = selected.trip ?? 0;
  const quiet: FilterSpec = ['all', ['!=', ['get', 'run'], run], ['!=', ['get', 'run'], hovered ?? '']];
  const hover: FilterSpec = ['all', is('run', hovered ?? ''), ['!=', ['get', 'run'], run]];
  const otherTrip: FilterSpec = ['all', is('run', run), ['!=', ['get', 'trip'], trip]];
  const thisTrip: FilterSpec = ['all', is('run', run), is('trip', trip)];
  // Where stops are coloured by what they have left, their routes step back.
  const faint = mode === 'routes' ? (['case', ['get', 'light'], 0.8, ['get', 'linehaul'], 0.35, 0.5] as const) : 0.2;
  return [
    ...lineSet('rest', quiet, 3, faint),
    stopDots('rest', quiet, 2.4),
    ...lineSet('hover', hover, 4, 1),
    stopDots('hover', hover, 3),
    ...lineSet('other', otherTrip, 3, 0.9),
    {
      id: 'stops-other', type: 'circle', source: 'stops', filter: otherTrip,
      paint: { 'circle-radius': 4.5, 'circle-color': '#FFFFFF', 'circle-stroke-color': ['get', 'colour'], 'circle-stroke-width': 2 },
    },
    ...lineSet('this', thisTrip, 5, 1),
    {
      id: 'stops-this', type: 'circle', source: 'stops', filter: thisTrip,
      paint: {
        'circle-radius': ['case', is('stop', selected.stop ?? ''), 12, 9],
        'circle-color': ['case', ['get', 'bad'], '#B3261E', ['get', 'colour']],
        'circle-opacity': ['case', ['get', 'done'], 0.55, 1],
        'circle-stroke-color': ['case', is('stop', selected.stop ?? ''), strong(theme), ['get', 'rim']],
        'circle-stroke-width': ['case', is('stop', selected.stop ?? ''), 2.5, 1.2],
      },
    },
    {
      id: 'stop-numbers', type: 'symbol', source: 'stops', filter: thisTrip,
      layout: {
        'text-field': ['get', 'number'], 'text-font': ['Inter Variable', 'sans-serif'], 'text-size': 11,
        'text-allow-overlap': true, 'text-ignore-placement': true,
      },
      paint: { 'text-color': ['case', ['get', 'bad'], '#FFFFFF', ['get', 'on']] },
    },
  ];
}

type FilterSpec = NonNullable<Extract<LayerSpecification, { type: 'line' }>['filter']>;

function lineSet(name: string, filter: FilterSpec, width: number, opacity: number | readonly unknown[]): LayerSpecification[] {
  const line = (part: string, more: FilterSpec, paint: Record<string, unknown>): LayerSpecification =>
    ({
      id: `route-${name}-${part}`, type: 'line', source: 'routes', filter: more, layout: { 'line-join': 'round', 'line-cap': part.startsWith('dash') ? 'butt' : 'round' }, paint,
    }) as LayerSpecification;
  return [
    line('casing', filter, { 'line-color': ['get', 'casing'], 'line-width': ['case', ['get', 'light'], width + 1.2, width + 2.2], 'line-opacity': opacity }),
    line('colour', filter, { 'line-color': ['get', 'colour'], 'line-width': width, 'line-opacity': opacity }),
    ...dashes.map((dash, index) => {
      const dashWidth = Math.max(1, width * 0.32);
      return line(`dash-${index}`, ['all', filter, is('dash', index)] as FilterSpec, {
        'line-color': ['get', 'on'], 'line-width': dashWidth, 'line-opacity': opacity, 'line-dasharray': dash.map((part) => part / dashWidth),
      });
    }),
  ];
}

function stopDots(name: string, filter: FilterSpec, radius: number): LayerSpecification {
  return {
    id: `stops-${name}`, type: 'circle', source: 'stops', filter,
    paint: {
      'circle-radius': ['+', ['case', ['get', 'bad'], radius + 2, radius], ['get', 'grow']], 'circle-color': ['case', ['get', 'bad'], '#B3261E', ['get', 'colour']],
      'circle-opacity': ['case', ['get', 'done'], 0.45, 1], 'circle-stroke-color': '#FFFFFF', 'circle-stroke-width': 0.8,
    },
  };
}
