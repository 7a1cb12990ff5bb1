/** Tables of couriers, sites and vehicles; the name of a row opens its form. */
import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Problem } from '../../shared/api/client';
import { daysApi } from '../../shared/api/days';
import type { Row } from '../../shared/api/types';
import { announce } from '../../shared/ui/announcer';
import { day, isLost, refreshDay } from '../state/day';
import { isPast } from '../state/days';
import { siteName, troubleText } from '../words';
import { nameOf } from './fields';
import { t } from './texts';

export interface TableProps {
  rows: readonly Row[];
  chosen: string | undefined;
  onChoose: (id: string) => void;
}

const text = (row: Row, key: string): string => String(row.values[key] ?? '');

interface SheetProps extends TableProps {
  label: string;
  heads: readonly string[];
  cells: (row: Row) => ComponentChildren;
}

function Sheet({ rows, chosen, onChoose, label, heads, cells }: SheetProps): JSX.Element {
  return (
    <div class="data-table" role="region" aria-label={label} tabIndex={0}>
      <table>
        <thead><tr>{heads.map((head) => <th key={head} scope="col">{head}</th>)}</tr></thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id} class={chosen === row.id ? 'chosen' : undefined}>
              <td><button type="button" class="row-open" aria-pressed={chosen === row.id} aria-label={t('edit', { name: nameOf(row) })} onClick={() => onChoose(row.id)}>{nameOf(row)}</button>{nameOf(row) !== row.id && <span class="dim row-id">{row.id}</span>}</td>
              {cells(row)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function Couriers({ onChanged, ...props }: TableProps & { onChanged: (row: Row) => void }): JSX.Element {
  const [wanted, setWanted] = useState('');
  const off = props.rows.filter((row) => row.values['off'] === true).length;
  const part = wanted.trim().toLocaleLowerCase();
  const rows = props.rows.filter((row) => part === '' || [nameOf(row), row.id, siteName(text(row, 'base')), text(row, 'vehicle')].some((word) => word.toLocaleLowerCase().includes(part)));
  return (
    <div class="people-table">
      <div class="people-tools">
        <span><strong>{t('duty', { count: props.rows.length - off })}</strong>{off > 0 && <span class="dim"> · {t('dutyOff', { count: off })}</span>}</span>
        <span class="sub-space" />
        <label class="page-filter">{t('filter')}<input type="search" class="field" value={wanted} onInput={(event) => setWanted(event.currentTarget.value)} /></label>
      </div>
      <Sheet {...props} rows={rows} label={t('tab.couriers')} heads={[t('col.name'), t('col.base'), t('col.vehicle'), t('col.shift'), t('off')]} cells={(row) => (
        <>
          <td>{siteName(text(row, 'base'))}</td>
          <td>{text(row, 'vehicle')}</td>
          <td class="nowrap">{text(row, 'start')}–{text(row, 'end')}</td>
          <td><OffSwitch row={row} onChanged={onChanged} /></td>
        </>
      )} />
    </div>
  );
}

/** One press: off today, or on duty again. */
function OffSwitch({ row, onChanged }: { row: Row; onChanged: (row: Row) => void }): JSX.Element {
  const [isBusy, setBusy] = useState(false);
  const name = nameOf(row);
  const isOff = row.values['off'] === true;
  const toggle = async (): Promise<void> => {
    setBusy(true);
    try {
      onChanged(await daysApi.change(day.value?.date ?? '', 'couriers', row, { off: isOff ? null : true }));
      announce(t(isOff ? 'nowOn' : 'nowOff', { name }));
      await refreshDay();
    } catch (reason) {
      if (reason instanceof Problem && reason.status === 412) {
        onChanged(reason.present as Row);
        announce(t('staleOff', { name }), 'urgent');
      } else announce(troubleText(reason), 'urgent');
    } finally {
      setBusy(false);
    }
  };
  return (
    <label class="off-switch"><input type="checkbox" role="switch" checked={isOff} disabled={isBusy || isLost.value || isPast.value} aria-label={t('offFor', { name })} onChange={() => void toggle()} />{isOff && <span class="tag warn">{t('isOff')}</span>}</label>
  );
}

export function Sites(props: TableProps): JSX.Element {
  const room = (row: Row): string => {
    const storage = row.values['storage'] as Record<string, unknown> | undefined;
    return storage === undefined ? '–' : ['ambient_l', 'chilled_l', 'frozen_l'].map((key) => String(storage[key] ?? 0)).join(' / ');
  };
  return (
    <div class="people-table">
      <Sheet {...props} label={t('tab.sites')} heads={[t('col.name'), t('col.kind'), t('col.hours'), t('col.room')]} cells={(row) => (
        <>
          <td>{t(text(row, 'kind') === 'hub' ? 'kind.hub' : 'kind.centre')}</td>
          <td class="nowrap">{text(row, 'open')}–{text(row, 'close')}</td>
          <td class="nowrap">{room(row)}</td>
        </>
      )} />
    </div>
  );
}

export function Vehicles(props: TableProps): JSX.Element {
  const amount = (row: Row, key: string): string => {
    const value = row.values[key];
    return typeof value === 'number' ? value.toFixed(day.value?.minor_digits ?? 2) : '–';
  };
  return (
    <div class="people-table">
      <Sheet {...props} label={t('tab.vehicle-types')} heads={[t('col.name'), t('col.load'), t('col.perDay'), t('col.perHour'), t('col.perKm')]} cells={(row) => (
        <>
          <td class="nowrap">{text(row, 'kg')} kg</td>
          <td class="nowrap">{amount(row, 'per_day')}</td>
          <td class="nowrap">{amount(row, 'per_hour')}</td>
          <td class="nowrap">{amount(row, 'per_km')}</td>
        </>
      )} />
    </div>
  );
}
