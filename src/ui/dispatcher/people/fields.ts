/** The values of couriers, sites, vehicle types and prices that forms offer. */
import type { Row } from '../../shared/api/types';
import type { TableName } from '../../shared/api/days';
import type { Field, Option } from '../fields/draft';
import { keyName, t } from './texts';

export type PeopleTable = Exclude<TableName, 'orders'>;

const field = (key: string, kind: Field['kind'], more: Partial<Field> = {}): Field => ({ key, kind, label: keyName(key), ...more });
const numbers = (keys: readonly string[], more: Partial<Field> = {}): Field[] => keys.map((key) => field(key, 'number', more));
const options = (rows: readonly Row[]): Option[] => rows.map((row) => ({ value: row.id, label: nameOf(row) }));

export const nameOf = (row: Row): string => (typeof row.values['name'] === 'string' ? row.values['name'] : row.id);

export function fieldsOf(table: PeopleTable, rows: Readonly<Record<PeopleTable, readonly Row[]>>): Field[] {
  switch (table) {
    case 'couriers': return [
      field('name', 'text', { isWide: true }),
      field('base', 'choice', { options: options(rows.sites), isNeeded: true }),
      field('vehicle', 'choice', { options: options(rows['vehicle-types']), isNeeded: true }),
      field('start', 'time', { isNeeded: true }),
      field('end', 'time', { isNeeded: true }),
      field('off', 'flag', { isWide: true }),
      field('break.min', 'number', { isMore: true, isWide: true }),
      field('break.from', 'time', { isMore: true }),
      field('break.to', 'time', { isMore: true }),
    ];
    case 'sites': return [
      field('name', 'text', { isWide: true }),
      field('open', 'time', { isNeeded: true }),
      field('close', 'time', { isNeeded: true }),
      ...numbers(['storage.ambient_l', 'storage.chilled_l', 'storage.frozen_l', 'handling_min', 'handling_cost', 'fixed_cost']),
      ...numbers(['lat', 'lon'], { isMore: true, isNeeded: true }),
    ];
    case 'vehicle-types': return [
      ...numbers(['per_day', 'per_hour', 'per_km', 'co2e_g_per_km', 'kg', 'ambient_l', 'chilled_l', 'frozen_l']),
      ...numbers(['loading_min', 'max_trips', 'range_km', 'per_driving_hour', 'per_overtime_hour', 'max_overtime_min'], { isMore: true }),
    ];
    case 'prices': return [
      field('family_per_hour', 'number', { isWide: true, hint: t('price.family') }),
      field('late_per_hour', 'number', { isWide: true, hint: t('price.late') }),
    ];
  }
}
