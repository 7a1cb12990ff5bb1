/**
 * A map in the ground style of the server. What lies on it belongs to the caller, who gets the map after every change
 * of style (language, theme), because a new style starts empty.
 */
import type { Map as LibreMap, StyleSpecification } from 'maplibre-gl';
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { api } from '../api/client';
import { language } from '../i18n';
import { loadMapLibrary, type MapLibrary } from './load';
import './view.css';

export interface MapTexts {
  label: string;
  failed: string;
  zoomIn: string;
  zoomOut: string;
}

export interface MapViewProps {
  /** South-west and north-east corner, `[lat, lon]`. */
  bounds: readonly [readonly [number, number], readonly [number, number]];
  attribution: string;
  theme?: 'light' | 'dark';
  texts: MapTexts;
  /** Without scale and buttons, where the map is small and fingers zoom. */
  isBare?: boolean;
  /** Called once the style stands, and again after each new style. */
  onStyle: (map: LibreMap, library: MapLibrary) => void;
  /** Called before the map goes. */
  onGone?: () => void;
  /** Things laid over the map, outside its canvas. */
  children?: ComponentChildren;
}

export function MapView({ bounds, attribution, theme = 'light', texts, isBare = false, onStyle, onGone, children }: MapViewProps): JSX.Element {
  const frame = useRef<HTMLDivElement>(null);
  const [map, setMap] = useState<LibreMap>();
  const [failed, setFailed] = useState(false);
  const latest = useRef({ onStyle, onGone });
  latest.current = { onStyle, onGone };
  /** False from the moment a style is asked for until the caller has drawn on it: an empty map is no finished map. */
  const isDressed = useRef(false);
  const setBusy = (isBusy: boolean): void => frame.current?.setAttribute('aria-busy', String(isBusy));
  const lang = language.value === 'zh-CN' ? 'zh' : 'en';

  useEffect(() => {
    let gone = false;
    let made: LibreMap | undefined;
    const make = async (): Promise<void> => {
      const library = await loadMapLibrary();
      if (gone || frame.current === null) return;
      made = new library.Map({
        container: frame.current,
        style: { version: 8, sources: {}, layers: [] },
        bounds: corners(bounds),
        fitBoundsOptions: { padding: isBare ? 24 : { top: 64, bottom: 48, left: 88, right: 88 } },
        attributionControl: false,
        dragRotate: false,
        pitchWithRotate: false,
        maxZoom: 19,
        locale: { 'Map.Title': texts.label },
        // A style given as a value has no address that its tile addresses could be relative to.
        transformRequest: (url) => ({ url: url.startsWith('/') ? location.origin + url : url }),
      });
      made.touchZoomRotate.disableRotation();
      if (!isBare) made.addControl(new library.ScaleControl({ maxWidth: 120 }), 'bottom-left');
      made.on('dataloading', () => setBusy(true));
      made.on('render', () => setBusy(true));
      made.on('idle', () => setBusy(!isDressed.current));
      setMap(made);
    };
    make().catch(() => {
      setFailed(true);
      setBusy(false);
    });
    return () => {
      gone = true;
      latest.current.onGone?.();
      made?.remove();
    };
    // The map is made once; other bounds or languages change it, they do not make another.
  }, []);

  useEffect(() => {
    if (map === undefined) return undefined;
    let outdated = false;
    isDressed.current = false;
    setBusy(true);
    const draw = (library: MapLibrary): void => {
      latest.current.onStyle(map, library);
      isDressed.current = true;
      map.triggerRepaint();
    };
    const dress = async (): Promise<void> => {
      const style = (await api.mapStyle(lang, theme)) as StyleSpecification;
      const library = await loadMapLibrary();
      if (outdated) return;
      map.once('style.load', () => {
        setFailed(false);
        draw(library);
      });
      map.setStyle(style, { diff: false });
    };
    dress().catch(() => {
      if (outdated) return;
      setFailed(true);
      // Routes are still worth seeing on an empty ground.
      void loadMapLibrary().then((library) => {
        if (map.isStyleLoaded() === true) draw(library);
        else map.once('load', () => draw(library));
      });
    });
    return () => {
      outdated = true;
    };
  }, [map, lang, theme]);

  return (
    <div class="map-view">
      <div class="map-frame" ref={frame} aria-busy="true" />
      {failed && <p class="map-failed" role="status">{texts.failed}</p>}
      {children}
      {!isBare && (
        <div class="map-zoom">
          <button type="button" aria-label={texts.zoomIn} onClick={() => map?.zoomIn({ duration: 200 })}>+</button>
          <button type="button" aria-label={texts.zoomOut} onClick={() => map?.zoomOut({ duration: 200 })}>−</button>
        </div>
      )}
      <Attribution html={attribution} />
    </div>
  );
}

/** Credit as the map file words it: plain text, or one link. Whatever else it holds is read as text. */
function Attribution({ html }: { html: string }): JSX.Element {
  const { body } = new DOMParser().parseFromString(html, 'text/html');
  const link = body.querySelector('a')?.getAttribute('href') ?? '';
  return (
    <p class="map-attribution">
      {link.startsWith('https://') ? <a href={link} target="_blank" rel="noopener noreferrer">{body.textContent}</a> : body.textContent}
    </p>
  );
}

export function corners(bounds: MapViewProps['bounds']): [[number, number], [number, number]] {
  const [[south, west], [north, east]] = bounds;
  return [[west, south], [east, north]];
}
