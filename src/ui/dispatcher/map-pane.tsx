/** The map next to the rows: routes, stops, centres with their fullest hour; one selection with everything else. */
import type { GeoJSONSource, Map as LibreMap, MapMouseEvent } from 'maplibre-gl';
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Day, Plan } from '../shared/api/types';
import { theme } from '../shared/theme';
import { decimal } from '../shared/format';
import { language } from '../shared/i18n';
import type { MapLibrary } from '../shared/map/load';
import { paper, position, routeFeatures, routeLayers, stopFeatures, strong, type Feature } from '../shared/map/routes';
import { mapModes, minutesLeft, tightMinutes, toneLooks } from '../shared/map/tones';
import { corners, MapView } from '../shared/map/view';
import { decodePolyline, type Point } from '../shared/polyline';
import { arrangeChips, lastSigns, signBadge, siteChip } from './map-marks';
import { progress } from './state/day';
import { mapMode } from './state/settings';
import { drawer, fitRequests, hoveredRun, selection, selectRun, selectUnplanned, selectStop, findStop, type Selection } from './state/selection';
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
    for (const layer of routeLayers({}, undefined, 'routes', theme.value)) if (map.getLayer(layer.id) === undefined) map.addLayer(layer);
    if (map.getLayer('unplanned') === undefined) {
      map.addLayer({
        id: 'unplanned', type: 'circle', source: 'unplanned',
        paint: { 'circle-radius': ['case', ['get', 'selected'], 9, 5], 'circle-color': ['case', ['get', 'selected'], strong(theme.value), paper(theme.value)], 'circle-stroke-color': strong(theme.value), 'circle-stroke-width': 2 },
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
  const look = theme.value;
  useEffect(() => {
    if (ready === undefined) return;
    for (const layer of routeLayers(selected, hovered, mode, look)) {
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
  }, [ready, plan, selected, hovered, mode, look]);

  useEffect(() => {
    if (ready === undefined) return undefined;
    const { map, library } = ready;
    const chips = day.sites.map((site) => siteChip(site, plan));
    const markers = chips.map(({ site, element }) => new library.Marker({ element, anchor: 'bottom' }).setLngLat(position(site.point)).addTo(map));
    const arrange = (): void => arrangeChips(chips, (site) => map.project(position(site.point)), map.getContainer().clientWidth);
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

  const chosen = pointOf(day, plan, selected);
  useEffect(() => {
    if (ready === undefined || chosen === undefined) return undefined;
    const ring = document.createElement('div');
    ring.className = 'chosen-mark';
    ring.setAttribute('aria-hidden', 'true');
    const marker = new ready.library.Marker({ element: ring }).setLngLat(position(chosen)).addTo(ready.map);
    return () => {
      marker.remove();
    };
  }, [ready, chosen]);

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
      <MapView bounds={extentOf(day, plan)} theme={theme.value} attribution={day.attribution} onStyle={onStyle}
        texts={{ label: t('map.canvas'), failed: t('map.failed'), zoomIn: t('map.zoomIn'), zoomOut: t('map.zoomOut') }}>
        <Modes plan={plan} />
      </MapView>
      <p class="visually-hidden">{t('map.alternative')}</p>
    </section>
  );
}

/** What the stops are coloured by, with the key to the colours. */
function Modes({ plan }: { plan: Plan | undefined }): JSX.Element {
  const mode = mapMode.value;
  const chosen = selection.value.stop === undefined ? undefined : findStop(plan, (stop) => stop.key === selection.value.stop)?.stop;
  const minutes = chosen === undefined ? null : minutesLeft(mode, chosen);
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
          {chosen !== undefined && minutes !== null && <li><strong>{t('map.tone.chosen', { number: chosen.number, minutes: t('unit.min', { value: decimal(minutes, 0, language.value) }) })}</strong></li>}
        </ul>
      )}
    </div>
  );
}

function setData(map: LibreMap, source: string, features: Feature[]): void {
  (map.getSource(source) as GeoJSONSource | undefined)?.setData({ type: 'FeatureCollection', features });
}

/** Moves the map only when it must: what is selected lies outside or under the panel, is too small to be read, or a fit was asked for. */
function showSelection(map: LibreMap, day: Day, plan: Plan | undefined, asked: boolean): void {
  const { run, order } = selection.peek();
  const chosen = plan?.runs.find((candidate) => candidate.id === run);
  const point = pointOf(day, plan, selection.peek());
  const duration = matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 320;
  const cover = covered(map);
  if (point !== undefined && (!asked || chosen === undefined)) {
    if (!isInView(map, point)) map.easeTo({ center: position(point), offset: [-cover.right / 2, -cover.bottom / 2], duration });
    return;
  }
  const points = chosen?.trips.flatMap((trip) => trip.legs.flatMap((leg) => decodePolyline(leg.line))) ?? [];
  if (points.length === 0) {
    if (asked && order === undefined) map.fitBounds(corners(extentOf(day, plan)), { padding: paddingWith(map, 88, 56), duration });
    return;
  }
  if (!asked && points.every((candidate) => isInView(map, candidate)) && !isTiny(map, points)) return;
  map.fitBounds(corners(boundsOf(points)), { padding: paddingWith(map, 48, 64), maxZoom: 16, duration });
}

/** The door that is selected, or the centre where the selected order is collected. */
function pointOf(day: Day, plan: Plan | undefined, { run, stop, order, site }: Selection): Point | undefined {
  const chosen = stop === undefined ? undefined : plan?.runs.find((candidate) => candidate.id === run);
  return chosen?.trips.flatMap((trip) => trip.stops).find((candidate) => candidate.key === stop)?.point ?? plan?.unplanned.find((entry) => entry.order === order)?.point ?? day.sites.find(({ id }) => id === site)?.point;
}

/** Where the day takes place: its sites and stops. The map itself may be mostly sea. */
function extentOf(day: Day, plan: Plan | undefined): Day['bounds'] {
  const stops = plan?.runs.flatMap((run) => run.trips.flatMap((trip) => trip.stops.map((stop) => stop.point))) ?? [];
  const points = [...day.sites.map((site) => site.point), ...stops];
  return points.length === 0 ? day.bounds : boundsOf(points);
}

function boundsOf(points: readonly Point[]): [[number, number], [number, number]] {
  const lats = points.map(([lat]) => lat);
  const lons = points.map(([, lon]) => lon);
  return [[Math.min(...lats), Math.min(...lons)], [Math.max(...lats), Math.max(...lons)]];
}

/** Room around what is fitted, and beyond it what the panel hides; smaller where little is left. */
function paddingWith(map: LibreMap, sides: number, ends: number): { top: number; bottom: number; left: number; right: number } {
  const { clientWidth, clientHeight } = map.getContainer();
  const cover = covered(map);
  const x = Math.min(sides, Math.max(8, (clientWidth - cover.right) / 6));
  const y = Math.min(ends, Math.max(8, (clientHeight - cover.bottom) / 6));
  return { top: y, bottom: y + cover.bottom, left: x, right: x + cover.right };
}

/** A route whose stops would lie on each other: less than a third of the view in both directions. */
function isTiny(map: LibreMap, points: readonly Point[]): boolean {
  const places = points.map((point) => map.project(position(point)));
  const spread = (values: number[]): number => Math.max(...values) - Math.min(...values);
  const { clientWidth, clientHeight } = map.getContainer();
  return spread(places.map(({ x }) => x)) * 3 < clientWidth && spread(places.map(({ y }) => y)) * 3 < clientHeight;
}

/** Pixels that the open panel hides: at the right, or at the foot where it is a sheet. */
function covered(map: LibreMap): { right: number; bottom: number } {
  const nothing = { right: 0, bottom: 0 };
  const panel = drawer.peek() === undefined ? undefined : document.querySelector('.drawer')?.getBoundingClientRect();
  const frame = map.getContainer().getBoundingClientRect();
  if (panel === undefined || panel.left >= frame.right || panel.top >= frame.bottom || panel.right <= frame.left) return nothing;
  const isSheet = panel.width > frame.width * 0.8;
  return isSheet ? { right: 0, bottom: Math.min(frame.bottom - panel.top, frame.height * 0.7) } : { right: frame.right - panel.left, bottom: 0 };
}

function isInView(map: LibreMap, point: Point): boolean {
  const { x, y } = map.project(position(point));
  const { clientWidth, clientHeight } = map.getContainer();
  const cover = covered(map);
  return x >= 12 && y >= 12 && x <= clientWidth - cover.right - 12 && y <= clientHeight - cover.bottom - 12;
}
