/** The map next to the rows: routes, stops, centres with their fullest hour; one selection with everything else. */
import type { GeoJSONSource, Map as LibreMap, MapMouseEvent } from 'maplibre-gl';
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Day, Plan } from '../shared/api/types';
import type { MapLibrary } from '../shared/map/load';
import { position, routeFeatures, routeLayers, stopFeatures, type Feature } from '../shared/map/routes';
import { mapModes, tightMinutes, toneLooks } from '../shared/map/tones';
import { corners, MapView } from '../shared/map/view';
import { decodePolyline, type Point } from '../shared/polyline';
import { arrangeChips, lastSigns, signBadge, siteChip } from './map-marks';
import { progress } from './state/day';
import { mapMode } from './state/settings';
import { drawer, fitRequests, hoveredRun, selection, selectRun, selectUnplanned, selectStop, findStop } from './state/selection';
import { t } from './texts';
import './map-pane.css';

interface ReadyMap {
  map: LibreMap;
  library: MapLibrary;
}

export function MapPane({ day, plan }: { day: Day; plan: Plan | undefined }): JSX.Element {
  const [ready, setReady] = useState<ReadyMap>();
  const latest = useRef(plan);
  latest.current = plan;

  const onStyle = (map: LibreMap, library: MapLibrary): void => {
    const empty = { type: 'FeatureCollection' as const, features: [] };
    for (const id of ['routes', 'stops', 'unplanned']) if (map.getSource(id) === undefined) map.addSource(id, { type: 'geojson', data: empty });
    for (const layer of routeLayers({}, undefined)) if (map.getLayer(layer.id) === undefined) map.addLayer(layer);
    if (map.getLayer('unplanned') === undefined) {
      map.addLayer({
        id: 'unplanned', type: 'circle', source: 'unplanned',
        paint: { 'circle-radius': ['case', ['get', 'selected'], 9, 5], 'circle-color': ['case', ['get', 'selected'], '#13222C', '#FFFFFF'], 'circle-stroke-color': '#13222C', 'circle-stroke-width': 2 },
      });
    }
    setReady({ map, library });
  };

  // Presses and hovering; the handlers read the newest plan through the ref.
  useEffect(() => {
    if (ready === undefined) return undefined;
    const { map } = ready;
    const hit = (event: MapMouseEvent): Record<string, unknown> | undefined => {
      const { x, y } = event.point;
      const layers = ['unplanned', 'stops-this', 'stops-other', 'stops-hover', 'stops-rest', 'route-this-casing', 'route-other-casing', 'route-hover-casing', 'route-rest-casing'];
      const found = map.queryRenderedFeatures([[x - 4, y - 4], [x + 4, y + 4]], { layers: layers.filter((id) => map.getLayer(id) !== undefined) });
      return found[0]?.properties;
    };
    const onClick = (event: MapMouseEvent): void => {
      const found = hit(event);
      if (found === undefined) return;
      if (typeof found['order'] === 'string') selectUnplanned(found['order']);
      else if (typeof found['stop'] === 'string') {
        const place = findStop(latest.current, (stop) => stop.key === found['stop']);
        if (place !== undefined) selectStop(place.run.id, place.trip, place.stop);
      } else if (typeof found['run'] === 'string') selectRun(found['run'], Number(found['trip'] ?? 0));
    };
    const onMove = (event: MapMouseEvent): void => {
      const run = hit(event)?.['run'];
      hoveredRun.value = typeof run === 'string' ? run : undefined;
      map.getCanvas().style.cursor = run === undefined ? '' : 'pointer';
    };
    map.on('click', onClick);
    map.on('mousemove', onMove);
    return () => {
      map.off('click', onClick);
      map.off('mousemove', onMove);
    };
  }, [ready]);

  const states = progress.value;
  const mode = mapMode.value;
  useEffect(() => {
    if (ready === undefined) return;
    setData(ready.map, 'routes', plan === undefined ? [] : routeFeatures(plan).features);
  }, [ready, plan]);
  useEffect(() => {
    if (ready === undefined) return;
    setData(ready.map, 'stops', plan === undefined ? [] : stopFeatures(plan, (key) => states?.stops.get(key)?.state, mode).features);
  }, [ready, plan, states, mode]);

  const selected = selection.value;
  const hovered = hoveredRun.value;
  useEffect(() => {
    if (ready === undefined) return;
    for (const layer of routeLayers(selected, hovered, mode)) {
      if (ready.map.getLayer(layer.id) === undefined) continue;
      if (layer.type === 'line' && layer.id.startsWith('route-rest')) ready.map.setPaintProperty(layer.id, 'line-opacity', layer.paint?.['line-opacity']);
      if ('filter' in layer && layer.filter !== undefined) ready.map.setFilter(layer.id, layer.filter);
      if (layer.id !== 'stops-this' || layer.type !== 'circle') continue;
      for (const name of ['circle-radius', 'circle-stroke-color', 'circle-stroke-width'] as const) ready.map.setPaintProperty(layer.id, name, layer.paint?.[name]);
    }
    const unplanned = (plan?.unplanned ?? []).flatMap((entry): Feature[] => (entry.point === null ? [] : [{
      type: 'Feature', properties: { order: entry.order, selected: entry.order === selected.order }, geometry: { type: 'Point', coordinates: position(entry.point) },
    }]));
    setData(ready.map, 'unplanned', unplanned);
  }, [ready, plan, selected, hovered, mode]);

  useEffect(() => {
    if (ready === undefined) return undefined;
    const { map, library } = ready;
    const chips = day.sites.map((site) => siteChip(site, plan));
    const markers = chips.map(({ site, element }) => new library.Marker({ element, anchor: 'bottom' }).setLngLat(position(site.point)).addTo(map));
    const arrange = (): void => arrangeChips(chips, (site) => map.project(position(site.point)));
    arrange();
    map.on('move', arrange);
    return () => {
      map.off('move', arrange);
      markers.forEach((marker) => marker.remove());
    };
  }, [ready, day, plan]);
  useEffect(() => {
    if (ready === undefined || plan === undefined || states === undefined) return undefined;
    const markers = lastSigns(plan, states).map((sign) => new ready.library.Marker({ element: signBadge(sign), anchor: 'bottom' }).setLngLat(position(sign.point)).addTo(ready.map));
    return () => markers.forEach((marker) => marker.remove());
  }, [ready, plan, states]);

  const fits = fitRequests.value;
  const isCovered = drawer.value !== undefined;
  const lastFit = useRef(fits);
  useEffect(() => {
    if (ready === undefined) return;
    const asked = fits !== lastFit.current;
    lastFit.current = fits;
    showSelection(ready.map, day, plan, asked);
  }, [ready, plan, selected, fits, isCovered]);

  return (
    <section class="map-pane" aria-label={t('map.pane')}>
      <MapView bounds={day.bounds} attribution={day.attribution} onStyle={onStyle}
        texts={{ label: t('map.label'), failed: t('map.failed'), zoomIn: t('map.zoomIn'), zoomOut: t('map.zoomOut') }}>
        <Modes />
      </MapView>
      <p class="visually-hidden">{t('map.alternative')}</p>
    </section>
  );
}

/** What the stops are coloured by, with the key to the colours. */
function Modes(): JSX.Element {
  const mode = mapMode.value;
  return (
    <div class="map-modes">
      <fieldset>
        <legend class="visually-hidden">{t('map.mode')}</legend>
        {mapModes.map((one) => (
          <label key={one} class={one === mode ? 'on' : ''}>
            <input type="radio" name="map-mode" checked={one === mode} onChange={() => { mapMode.value = one; }} />
            {t(`map.mode.${one}`)}
          </label>
        ))}
      </fieldset>
      {mode !== 'routes' && (
        <ul class="map-key">
          {(['calm', 'tight', 'over'] as const).map((tone) => (
            <li key={tone}><span class="map-key-dot" style={{ background: toneLooks[tone].colour, width: `${6 + 2 * toneLooks[tone].grow}px`, height: `${6 + 2 * toneLooks[tone].grow}px` }} />{t(`map.tone.${tone}`, { minutes: tightMinutes })}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

function setData(map: LibreMap, source: string, features: Feature[]): void {
  (map.getSource(source) as GeoJSONSource | undefined)?.setData({ type: 'FeatureCollection', features });
}

/** Moves the map only when it must: what is selected lies outside, is too small to be read, or a fit was asked for. */
function showSelection(map: LibreMap, day: Day, plan: Plan | undefined, asked: boolean): void {
  const { run, stop, order } = selection.peek();
  const chosen = plan?.runs.find((candidate) => candidate.id === run);
  const stopPoint = stop === undefined ? undefined : chosen?.trips.flatMap((trip) => trip.stops).find((candidate) => candidate.key === stop)?.point;
  const point = stopPoint ?? plan?.unplanned.find((entry) => entry.order === order)?.point ?? undefined;
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  if (point !== undefined && !asked) {
    if (!isInView(map, point)) map.easeTo({ center: position(point), offset: [-covered() / 2, 0], duration: still ? 0 : 320 });
    return;
  }
  const points = chosen?.trips.flatMap((trip) => trip.legs.flatMap((leg) => decodePolyline(leg.line))) ?? [];
  if (points.length === 0) {
    if (asked) map.fitBounds(corners(day.bounds), { padding: 32, duration: still ? 0 : 320 });
    return;
  }
  if (!asked && points.every((candidate) => isInView(map, candidate)) && !isTiny(map, points)) return;
  // Next to the drawer a narrow map leaves too little to fit a route into: then it may run under it.
  const coveredWidth = map.getContainer().clientWidth < 640 ? 0 : covered();
  const lats = points.map(([lat]) => lat);
  const lons = points.map(([, lon]) => lon);
  map.fitBounds([[Math.min(...lons), Math.min(...lats)], [Math.max(...lons), Math.max(...lats)]], {
    padding: { top: 64, bottom: 64, left: 48, right: 48 + coveredWidth }, maxZoom: 16, duration: still ? 0 : 320,
  });
}

/** A route whose stops would lie on each other: less than a third of the view in both directions. */
function isTiny(map: LibreMap, points: readonly Point[]): boolean {
  const places = points.map((point) => map.project(position(point)));
  const spread = (values: number[]): number => Math.max(...values) - Math.min(...values);
  const { clientWidth, clientHeight } = map.getContainer();
  return spread(places.map(({ x }) => x)) * 3 < clientWidth && spread(places.map(({ y }) => y)) * 3 < clientHeight;
}

/** Pixels at the right that the open drawer hides. */
function covered(): number {
  return drawer.peek() === undefined ? 0 : 312;
}

function isInView(map: LibreMap, point: Point): boolean {
  const { x, y } = map.project(position(point));
  const { clientWidth, clientHeight } = map.getContainer();
  return x >= 0 && y >= 0 && x <= clientWidth - covered() && y <= clientHeight;
}
