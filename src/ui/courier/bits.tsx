/** Small pieces that several pages of the phone share. */
import type { ComponentChildren, JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { clock, clockRange, decimal, kilometres } from '../shared/format';
import { language } from '../shared/i18n';
import { decodePolyline, lengthOf } from '../shared/polyline';
import { isFrozenTag } from '../shared/ui/badge';
import { Icon, type IconName } from '../shared/ui/icons';
import { now } from '../shared/field/clock';
import { saved } from './day';
import type { StopView } from './route';
import { t } from './words';

export const zone = (): string => saved.value?.route.timezone ?? 'UTC';
export const time = (at: number): string => clock(at, zone());

/** `by 10:00`, `09:30–10:00` while its start is still to come, or the reason why there is none. */
export function windowText(stop: StopView): string | undefined {
  const { window } = stop.stop;
  if (window === null) return undefined;
  return window.open > now.value ? clockRange(window.open, window.close, zone()) : t('next.by', { time: time(window.close) });
}

/** Kilometres of the leg that leads to the stop; `undefined` when the route carries no line for it. */
export function legLength(stop: StopView): string | undefined {
  const trip = saved.value?.route.trips[stop.trip];
  const at = trip?.stops.findIndex((candidate) => candidate.key === stop.stop.key) ?? -1;
  const line = trip?.legs[at]?.line;
  if (line === undefined || line === '') return undefined;
  return t('unit.km', { value: kilometres(lengthOf(decodePolyline(line)), language.value) });
}

/** Minutes by which the stop is behind its planned arrival, from the second one on. */
export function minutesBehind(stop: StopView): number {
  const late = Math.floor((now.value - stop.stop.arrives_at) / 60);
  return late >= 2 ? late : 0;
}

export function TagMark({ tag }: { tag: string | null }): JSX.Element {
  if (tag === null || tag === '') return <span class="phone-tag ambient"><Icon name="cube" size={16} /><span class="visually-hidden">{t('compartment.ambient')}</span></span>;
  return <span class={`phone-tag ${isFrozenTag(tag) ? 'frozen' : 'chilled'}`}>{tag}</span>;
}

/** Longest margin that the bar shows; more looks the same. */
const fullBarMin = 120;

/** What is left before the first parcel of this stop passes its limit: the promised margin less the delay so far. */
export function ColdMargin({ stop }: { stop: StopView }): JSX.Element | null {
  if (stop.stop.cold_margin_min === null) return null;
  const left = stop.stop.cold_margin_min - minutesBehind(stop);
  const share = Math.max(0, Math.min(1, left / fullBarMin));
  const mood = left < 0 ? 'over' : left < 20 ? 'tight' : 'calm';
  const width = 118;
  return (
    <p class={`cold-line ${mood}`}>
      <Icon name={mood === 'calm' ? 'snow' : 'triangle'} size={18} />
      <strong>{t('unit.min', { value: decimal(left, 0, language.value) })}</strong>
      <span>{t(left < 0 ? 'next.coldOver' : 'next.coldLeft')}</span>
      <svg class="cold-bar" width={width} height="10" viewBox={`0 0 ${width} 10`} role="img" aria-label={t('next.coldBar', { min: left })}>
        <rect class="cold-track" width={width} height="10" rx="5" />
        <clipPath id="cold-clip"><rect width={width} height="10" rx="5" /></clipPath>
        <path class="cold-fill" clip-path="url(#cold-clip)" d={`M0 0H${width * share}L${width * share} ${3 + 5 * share}L0 10Z`} />
      </svg>
    </p>
  );
}

/** One press at a time: a second tap while the first is being stored is ignored. */
export function BigButton({ icon, children, onPress, disabled = false }: { icon?: IconName; children: ComponentChildren; onPress: () => void | Promise<void>; disabled?: boolean }): JSX.Element {
  const isPending = useRef(false);
  const press = async (): Promise<void> => {
    if (isPending.current) return;
    isPending.current = true;
    try {
      await onPress();
    } finally {
      isPending.current = false;
    }
  };
  return (
    <button type="button" class="big" disabled={disabled} onClick={() => void press()}>
      {icon !== undefined && <Icon name={icon} size={24} width={1.6} />}
      {children}
    </button>
  );
}
