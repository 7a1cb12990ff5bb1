/**
 * Starting without signal: the service worker, the map along the route, storage that is not cleared.
 *
 * All of it exists only in secure contexts (https, or the machine itself). Over plain http the page works and queues
 * while it stays open, and says so.
 */
import { effect, signal } from '@preact/signals';
import { api, mapStyleAddresses } from '../shared/api/client';
import { language } from '../shared/i18n';
import { decodePolyline } from '../shared/polyline';
import { theme } from '../shared/theme';
import { saved } from './day';
import { tilesAlong } from './tiles';

export const isSecure = globalThis.isSecureContext;
export const offlineState = signal<'ready' | 'preparing' | 'insecure' | 'unsupported'>(isSecure ? 'preparing' : 'insecure');
export const isKept = signal<'unknown' | 'not-asked' | 'kept' | 'refused'>('unknown');
export const hasNewVersion = signal(false);

const maxTiles = 300;
let waiting: ServiceWorker | undefined;

export function prepareOffline(): void {
  if (!isSecure) return;
  void lookIfKept();
  if (!('serviceWorker' in navigator)) {
    offlineState.value = 'unsupported';
    return;
  }
  // While developing there is no manifest of files to keep.
  if (!import.meta.env.PROD) return;
  register().catch(() => {
    offlineState.value = 'unsupported';
  });
}

async function register(): Promise<void> {
  navigator.serviceWorker.addEventListener('message', (event) => {
    if ((event.data as { type?: string } | null)?.type === 'packed') offlineState.value = 'ready';
  });
  const registration = await navigator.serviceWorker.register('/sw.js', { scope: '/c' });
  const notice = (): void => {
    // Without a controller this is the first version, not a new one.
    if (registration.waiting === null || navigator.serviceWorker.controller === null) return;
    waiting = registration.waiting;
    hasNewVersion.value = true;
  };
  notice();
  registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', notice));
  const { active } = await navigator.serviceWorker.ready;
  let packed = '';
  effect(() => {
    const route = saved.value?.route;
    const wanted = `${route?.plan ?? ''}|${language.value}|${theme.value}`;
    if (route === undefined || active === null || wanted === packed) return;
    packed = wanted;
    const points = route.trips.flatMap((trip) => trip.legs.flatMap(({ line }) => decodePolyline(line)));
    void mapAddresses(points).then((addresses) => (navigator.serviceWorker.controller ?? active).postMessage({ type: 'pack', addresses }));
  });
}

interface TileSource {
  tiles?: string[];
  maxzoom?: number;
}

/** The styles, so that language and look can change without signal, and the tiles of every source that they name. */
async function mapAddresses(points: Parameters<typeof tilesAlong>[0]): Promise<string[]> {
  try {
    const style = (await api.mapStyle(language.peek() === 'zh-CN' ? 'zh' : 'en', theme.peek())) as { sources?: Record<string, TileSource> };
    const tiles = Object.values(style.sources ?? {}).flatMap(({ tiles = [], maxzoom = 14 }) => tiles.flatMap((template) => tilesAlong(points, template, maxzoom, maxTiles)));
    return [...mapStyleAddresses, ...tiles];
  } catch {
    return [];
  }
}

export function loadNewVersion(): void {
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload());
  waiting?.postMessage({ type: 'take-over' });
}

async function lookIfKept(): Promise<void> {
  if (navigator.storage?.persisted === undefined) return;
  isKept.value = (await navigator.storage.persisted()) ? 'kept' : 'not-asked';
}

/** Some browsers show a question, so it is only asked when the courier presses the button. */
export async function askToKeep(): Promise<void> {
  isKept.value = (await navigator.storage.persist()) ? 'kept' : 'refused';
}
