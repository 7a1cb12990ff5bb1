/** The cells of an order that a form offers. */
import { day } from '../state/day';
import type { Field, Option } from './draft';
import { columnName, t, textOr } from './texts';

const classes = ['ambient', 'chilled', 'frozen', 'produce', 'dairy', 'meat', 'fish', 'ice-cream'];
const modes = ['door', 'pickup', 'either'];
const channels = ['app', 'wechat', 'call', 'assisted', 'partner'];

const worded = (family: string, values: readonly string[]): Option[] => values.map((value) => ({ value, label: textOr(`${family}.${value}`, value) }));
const field = (key: string, kind: Field['kind'], more: Partial<Field> = {}): Field => ({ key, kind, label: columnName(key), ...more });

export function orderFields(): Field[] {
  const centres = (day.value?.sites ?? []).filter((site) => site.kind === 'centre').map((site) => ({ value: site.id, label: site.name }));
  return [
    field('name', 'text'),
    field('phone', 'text'),
    field('address', 'text', { isWide: true }),
    field('tw_start', 'time', { isNeeded: true }),
    field('tw_end', 'time', { isNeeded: true }),
    field('mode', 'choice', { options: worded('mode', modes), none: t('mode.door') }),
    field('centre', 'choice', { options: centres, none: t('form.any') }),
    field('temp_class', 'choice', { options: worded('class', classes), isNeeded: true }),
    field('pieces', 'number'),
    field('kg', 'number', { isNeeded: true }),
    field('litres', 'number', { isNeeded: true }),
    ...([['placed_at', 'text'], ['service_min', 'number'], ['priority', 'number'], ['group_id', 'text'], ['best_before', 'text'], ['min_life_share', 'number'], ['parcel_cm', 'text']] as const).map(([key, kind]) => field(key, kind, { isMore: true })),
    field('channel', 'choice', { isMore: true, options: worded('channel', channels), none: t('channel.app') }),
    field('lat', 'number', { isMore: true }),
    field('lon', 'number', { isMore: true }),
  ];
}
