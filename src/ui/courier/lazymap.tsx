/** Fetches the map only after the list can be used: it weighs many times as much as the rest of the page. */
import { signal } from '@preact/signals';
import type { ComponentType, JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { PhoneMapProps } from './map';
import { t } from './words';

const loaded = signal<ComponentType<PhoneMapProps> | undefined>(undefined);
const hasFailed = signal(false);

export function LazyMap(props: PhoneMapProps): JSX.Element {
  useEffect(() => {
    if (loaded.value !== undefined) return undefined;
    const timer = setTimeout(() => {
      import('./map').then((module) => (loaded.value = module.PhoneMap)).catch(() => (hasFailed.value = true));
    }, 300);
    return () => clearTimeout(timer);
  }, []);
  const PhoneMap = loaded.value;
  if (PhoneMap === undefined) return <p class="map-wait" role="status">{t(hasFailed.value ? 'map.failed' : 'map.wait')}</p>;
  return <PhoneMap {...props} />;
}
