/** The map of the phone: the leg to the next stop, the rest of the trip, its stops, and the courier where he allows it. */
import type { GeoJSONSource, LayerSpecification, Map as LibreMap } from 'maplibre-gl';
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { CourierRoute } from '../shared/api/types';
import { theme } from '../shared/theme';
import { decodePolyline, type Point } from '../shared/polyline';
import { position as lonLat, type Feature, type FeatureCollection } from '../shared/map/routes';
import { MapView } from '../shared/map/view';
import { saved, view } from './day';
import { routeColours } from './look';
import { position } from './prefs';
import { isDone, type RouteView, type StopView } from './route';
import { t } from './words';

export interface PhoneMapProps {
  /** The leg to `target`, or the whole trip. */
  focus: 'leg' | 'route';
  target?: StopView | undefined;
}

export function PhoneMap({ focus, target }: PhoneMapProps): JSX.Element | null {
  const route = saved.value?.route;
  const now = view.value;
  const [map, setMap] = useState<LibreMap>();
  const drawn = useRef(0);
  const look = routeColours(route?.number ?? 1, theme.value);
  const me = position.value;

  useEffect(() => {
    if (map === undefined || route === undefined || now === undefined) return;
    dress(map, theme.value, look.colour, look.on);
    setData(map, 'legs', legFeatures(route, now, target));
    setData(map, 'stops', stopFeatures(now, target, focus));
    setData(map, 'me', collection(me === undefined ? [] : [dot(me, { kind: 'me' })]));
  }, [map, drawn.current, now, target?.subject, theme.value, me, focus]);

  const subject = target?.subject;
  useEffect(() => {
    if (map === undefined || route === undefined) return;
    const padding = focus === 'leg' ? { top: 44, bottom: 44, left: 52, right: 52 } : 56;
    map.fitBounds(boundsOf(framed(route, now, target, focus)), { padding, maxZoom: 17, duration: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 320 });
  }, [map, subject, focus]);

  if (route === undefined) return null;
  const [[west, south], [east, north]] = boundsOf(framed(route, now, target, focus));
  return (
    <MapView bounds={[[south, west], [north, east]]} attribution={route.attribution} theme={theme.value} isBare={focus === 'leg'}
      texts={{ label: t(focus === 'leg' ? 'map.leg' : 'map.route'), failed: t('map.failed'), zoomIn: t('map.zoomIn'), zoomOut: t('map.zoomOut') }}
      onStyle={(made) => {
        drawn.current += 1;
        dress(made, theme.value, look.colour, look.on);
        if (now !== undefined) {
          setData(made, 'legs', legFeatures(route, now, target));
          setData(made, 'stops', stopFeatures(now, target, focus));
        }
        setMap(made);
      }}
      onGone={() => setMap(undefined)} />
  );
}

const noFeatures: FeatureCollection = { type: 'FeatureCollection', features: [] };
const collection = (features: Feature[]): FeatureCollection => ({ type: 'FeatureCollection', features });

function dot(point: Point, properties: Feature['properties']): Feature {
  return { type: 'Feature', properties, geometry: { type: 'Point', coordinates: lonLat(point) } };
}

function setData(map: LibreMap, name: string, data: FeatureCollection): void {
  map.getSource<GeoJSONSource>(name)?.setData(data);
}

function legFeatures(route: CourierRoute, now: RouteView, target: StopView | undefined): FeatureCollection {
  const trip = now.trips[target?.trip ?? now.trip?.index ?? 0];
  const at = trip?.stops.findIndex((stop) => stop.subject === target?.subject) ?? -1;
  const features = (route.trips[trip?.index ?? 0]?.legs ?? []).map(({ line }, index): Feature => ({
    type: 'Feature',
    properties: { kind: at < 0 ? 'whole' : index === at ? 'leg' : index < at ? 'past' : 'rest' },
    geometry: { type: 'LineString', coordinates: decodePolyline(line).map(lonLat) },
  }));
  return collection(features.filter((feature) => feature.geometry.coordinates.length > 1));
}

/** How many stops after the next one carry their number on the small map. */
const soonCount = 2;

function stopFeatures(now: RouteView, target: StopView | undefined, focus: 'leg' | 'route'): FeatureCollection {
  const trip = now.trips[target?.trip ?? now.trip?.index ?? 0];
  const open = trip?.stops.filter((stop) => !isDone(stop.state) && stop.subject !== target?.subject) ?? [];
  const soon = focus === 'route' ? open : open.slice(0, soonCount);
  const features = soon.map((stop) => dot(stop.stop.point, { kind: 'soon', number: String(stop.stop.number) }));
  if (target !== undefined) features.push(dot(target.stop.point, { kind: 'next', number: String(target.stop.number) }));
  return collection(features);
}

function framed(route: CourierRoute, now: RouteView | undefined, target: StopView | undefined, focus: 'leg' | 'route'): Point[] {
  const trip = route.trips[target?.trip ?? now?.trip?.index ?? 0];
  if (trip === undefined) return [route.base.point];
  const at = trip.stops.findIndex((stop) => stop.key === target?.stop.key);
  const legs = focus === 'leg' && at >= 0 ? trip.legs.slice(at, at + 1) : trip.legs;
  const points = legs.flatMap(({ line }) => decodePolyline(line));
  return points.length > 0 ? points : trip.stops.map((stop) => stop.point).concat([route.base.point]);
}

/** Never smaller than a street corner, or a leg of no length would zoom into nothing. */
const minDegrees = 0.0008;

function boundsOf(points: readonly Point[]): [[west: number, south: number], [east: number, north: number]] {
  const lats = points.map(([lat]) => lat);
  const lons = points.map(([, lon]) => lon);
  return [
    [Math.min(...lons) - minDegrees, Math.min(...lats) - minDegrees],
    [Math.max(...lons) + minDegrees, Math.max(...lats) + minDegrees],
  ];
}

type SymbolLayout = NonNullable<Extract<LayerSpecification, { type: 'symbol' }>['layout']>;

/** Sources and layers once per style; colours anew each time. */
function dress(map: LibreMap, look: 'light' | 'dark', colour: string, on: string): void {
  const paper = look === 'dark' ? '#0e171c' : '#ffffff';
  const text = look === 'dark' ? '#eef4f6' : '#13222c';
  for (const name of ['legs', 'stops', 'me']) if (map.getSource(name) === undefined) map.addSource(name, { type: 'geojson', data: noFeatures });
  // Pale colours need ink around them to stand out from pale streets.
  const edge = look === 'light' && !/^#f/i.test(on) ? text : paper;
  for (const layer of layers(colour, on, paper, text, edge)) {
    if (map.getLayer(layer.id) !== undefined) map.removeLayer(layer.id);
    map.addLayer(layer);
  }
}

function layers(colour: string, on: string, paper: string, text: string, edge: string): LayerSpecification[] {
  const round = { 'line-join': 'round', 'line-cap': 'round' } as const;
  const number: SymbolLayout = { 'text-field': ['get', 'number'], 'text-font': ['sans-serif'], 'text-allow-overlap': true, 'text-ignore-placement': true };
  return [
    { id: 'leg-past', type: 'line', source: 'legs', filter: ['==', ['get', 'kind'], 'past'], layout: round, paint: { 'line-color': colour, 'line-width': 3, 'line-opacity': 0.2 } },
    { id: 'leg-rest', type: 'line', source: 'legs', filter: ['==', ['get', 'kind'], 'rest'], layout: round, paint: { 'line-color': colour, 'line-width': 3.5, 'line-opacity': 0.45 } },
    { id: 'leg-whole-casing', type: 'line', source: 'legs', filter: ['==', ['get', 'kind'], 'whole'], layout: round, paint: { 'line-color': edge, 'line-width': 6.5 } },
    { id: 'leg-whole', type: 'line', source: 'legs', filter: ['==', ['get', 'kind'], 'whole'], layout: round, paint: { 'line-color': colour, 'line-width': 4.5 } },
    { id: 'leg-current-casing', type: 'line', source: 'legs', filter: ['==', ['get', 'kind'], 'leg'], layout: round, paint: { 'line-color': edge, 'line-width': edge === paper ? 10 : 9 } },
    { id: 'leg-current', type: 'line', source: 'legs', filter: ['==', ['get', 'kind'], 'leg'], layout: round, paint: { 'line-color': colour, 'line-width': 6.5 } },
    {
      id: 'stop-soon', type: 'circle', source: 'stops', filter: ['==', ['get', 'kind'], 'soon'],
      paint: { 'circle-radius': 10.5, 'circle-color': paper, 'circle-stroke-color': colour, 'circle-stroke-width': 2 },
    },
    {
      id: 'stop-soon-number', type: 'symbol', source: 'stops', filter: ['==', ['get', 'kind'], 'soon'],
      layout: { ...number, 'text-size': 12 }, paint: { 'text-color': text },
    },
    {
      id: 'stop-next', type: 'circle', source: 'stops', filter: ['==', ['get', 'kind'], 'next'],
      paint: { 'circle-radius': 16, 'circle-color': colour, 'circle-stroke-color': paper, 'circle-stroke-width': 2 },
    },
    {
      id: 'stop-next-number', type: 'symbol', source: 'stops', filter: ['==', ['get', 'kind'], 'next'],
      layout: { ...number, 'text-size': 16 }, paint: { 'text-color': on },
    },
    { id: 'me-ring', type: 'circle', source: 'me', paint: { 'circle-radius': 22, 'circle-color': '#2e6aed', 'circle-opacity': 0.2 } },
    { id: 'me-dot', type: 'circle', source: 'me', paint: { 'circle-radius': 8, 'circle-color': '#2e6aed', 'circle-stroke-color': '#ffffff', 'circle-stroke-width': 2.5 } },
  ];
}
