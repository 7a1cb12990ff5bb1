/** Small choices of the courier that stay on the phone, and device abilities that are asked for only when wanted. */
import { signal } from '@preact/signals';
import type { Point } from '../shared/polyline';
import { mapApps, type MapApp } from './links';

const stored = { app: 'coldmile.map-app', awake: 'coldmile.awake', position: 'coldmile.position' } as const;

export const mapApp = signal<MapApp | undefined>(mapApps.find((app) => app === recall(stored.app)));
export const keepsAwake = signal(recall(stored.awake) === 'yes');
export const showsPosition = signal(recall(stored.position) === 'yes');
export const position = signal<Point | undefined>(undefined);

export const canKeepAwake = typeof navigator !== 'undefined' && 'wakeLock' in navigator;
export const canLocate = typeof navigator !== 'undefined' && 'geolocation' in navigator && globalThis.isSecureContext;

export function chooseMapApp(app: MapApp | undefined): void {
  mapApp.value = app;
  keep(stored.app, app);
}

let lock: { release: () => Promise<void> } | undefined;

export async function setAwake(wanted: boolean): Promise<void> {
  keepsAwake.value = wanted;
  keep(stored.awake, wanted ? 'yes' : undefined);
  if (!canKeepAwake) return;
  await lock?.release().catch(() => undefined);
  // The browser lets go by itself when the page is hidden, and refuses on a low battery.
  lock = wanted ? await navigator.wakeLock.request('screen').catch(() => undefined) : undefined;
}

let watch: number | undefined;

export function setPosition(wanted: boolean): void {
  showsPosition.value = wanted;
  keep(stored.position, wanted ? 'yes' : undefined);
  if (!canLocate) return;
  if (watch !== undefined) navigator.geolocation.clearWatch(watch);
  watch = undefined;
  position.value = undefined;
  if (!wanted) return;
  watch = navigator.geolocation.watchPosition(
    (fix) => {
      position.value = [fix.coords.latitude, fix.coords.longitude];
    },
    (error) => {
      position.value = undefined;
      if (error.code === error.PERMISSION_DENIED) setPosition(false);
    },
    { enableHighAccuracy: true, maximumAge: 10_000 },
  );
}

/** Takes up again what was chosen on an earlier day. */
export function resumePrefs(): void {
  if (showsPosition.value) setPosition(true);
  if (!keepsAwake.value) return;
  void setAwake(true);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && keepsAwake.value) void setAwake(true);
  });
}

function recall(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function keep(name: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch {
    // Then the choice lasts as long as the page.
  }
}
