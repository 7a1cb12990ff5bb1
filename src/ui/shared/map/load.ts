/** Map code arrives only when a map is drawn: it weighs more than all the rest of a page. */
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';

export type MapLibrary = typeof import('maplibre-gl');
export type { Map as LibreMap } from 'maplibre-gl';

let loading: Promise<MapLibrary> | undefined;

export function loadMapLibrary(): Promise<MapLibrary> {
  loading ??= (async () => {
    const [library] = await Promise.all([import('maplibre-gl'), import('maplibre-gl/dist/maplibre-gl.css')]);
    library.setWorkerUrl(workerUrl);
    return library;
  })();
  return loading;
}
