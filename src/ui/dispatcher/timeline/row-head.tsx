/** The left part of a row: what it is, how it stands, how full it is. */
import type { JSX } from 'preact';
import type { CentreLoad, Run, Site } from '../../shared/api/types';
import { isDone } from '../../shared/fold';
import { RouteBadge } from '../../shared/ui/badge';
import { Icon } from '../../shared/ui/icons';
import { progress } from '../state/day';
import { openRun, selection, selectRun } from '../state/selection';
import { toggleFolded } from '../state/settings';
import { hm, km, lateMinutes, runName, siteName } from '../words';
import { t } from '../texts';
import { tightestCompartment } from './layout';

export function RouteHead({ run }: { run: Run }): JSX.Element {
  const live = progress.value?.runs.get(run.id);
  const stops = run.trips.flatMap((trip) => trip.stops);
  const late = live === undefined ? stops.filter((stop) => lateMinutes(stop) > 0).length : 0;
  const behind = live === undefined || live.lastSignAt === undefined || live.done === stops.length ? 0 : Math.round(live.delayS / 60);
  return (
    <button type="button" class="row-head" data-head tabIndex={-1} aria-pressed={selection.value.run === run.id}
      title={runName(run)} onClick={() => selectRun(run.id)} onDblClick={() => openRun(run.id)}>
      <span class="visually-hidden">{t('rows.routeWord')} </span>
      <RouteBadge number={run.number} />
      <span class="row-names">
        <span class="row-name">
          <span class="clip">{run.courier_name}</span>
          {late > 0 && <span class="tag bad"><Icon name="octagon" size={11} width={1.8} />{t('rows.late', { count: late })}</span>}
          {behind >= 5 && <span class="tag bad"><Icon name="clock" size={11} width={1.8} />{t('rows.behind', { minutes: behind })}</span>}
          {(live?.failed ?? 0) > 0 && <span class="tag warn" title={t('rows.failed', { count: live?.failed ?? 0 })}><Icon name="triangle" size={11} width={1.8} />{live?.failed}</span>}
        </span>
        <span class="row-facts">{live === undefined ? t('rows.stopsKm', { count: run.stop_count, km: km(run.distance_m) }) : t('rows.progress', { done: live.done, count: stops.length, where: whereabouts(run) })}</span>
      </span>
      <span class="row-load">
        <span><span class="visually-hidden">{t('rows.load')} </span>{Math.round(run.load_percent)} %</span>
        <span class="row-load-bar"><span style={{ width: `${Math.min(100, run.load_percent)}%` }} /></span>
      </span>
    </button>
  );
}

/** Where the courier is, from the last thing he said; a position is never guessed. */
function whereabouts(run: Run): string {
  const live = progress.value;
  const own = live?.runs.get(run.id);
  const stops = run.trips.flatMap((trip) => trip.stops);
  const at = stops.find((stop) => stop.key === own?.at);
  if (at !== undefined) return t('rows.atStop', { number: at.number });
  const next = stops.find((stop) => !isDone(live?.stops.get(stop.key)?.state));
  if (next === undefined) return t('rows.finished');
  if (own?.lastSignAt === undefined) return t('rows.notLeft', { at: hm(run.trips[0]?.departs_at ?? run.starts_at) });
  return t('rows.nextStop', { number: next.number, at: hm(next.arrives_at + Math.max(0, own.delayS)) });
}

export function LinehaulHead({ run }: { run: Run }): JSX.Element {
  const path = run.trips.flatMap((trip) => trip.stops.map((stop) => (stop.site !== undefined && stop.site.length <= 4 ? stop.site : siteName(stop.site)))).join(' → ');
  return (
    <button type="button" class="row-head linehaul" data-head tabIndex={-1} aria-pressed={selection.value.run === run.id}
      title={runName(run)} onClick={() => selectRun(run.id)} onDblClick={() => openRun(run.id)}>
      <span class="visually-hidden">{t('rows.linehaul')} </span>
      <RouteBadge number={run.number} letter={run.letter ?? '·'} small />
      <span class="row-name clip">{run.courier_name}</span>
      <span class="row-path clip">{path}</span>
    </button>
  );
}

export function GroupHead({ id, name, code, collapsed, load }: { id: string; name: string; code: string; collapsed: boolean; load?: CentreLoad | undefined }): JSX.Element {
  const compartment = load === undefined ? undefined : tightestCompartment(load);
  const peak = load === undefined || compartment === undefined ? 0 : Math.round(load.peak_percent[compartment]);
  return (
    <button type="button" class="row-head group" data-head tabIndex={-1} aria-expanded={!collapsed} onClick={() => toggleFolded(id)}>
      <span class={collapsed ? 'fold folded' : 'fold'}><Icon name="down" size={12} /></span>
      {code !== '' && <span class="group-code">{code}</span>}
      <span class="group-name clip">{name}</span>
      {compartment !== undefined && (
        <span class={peak > 100 ? 'group-peak bad' : peak > 90 ? 'group-peak warn' : 'group-peak'} title={t('rows.peak', { compartment: t(`compartment.${compartment}`), percent: peak })}>
          <Icon name={peak > 100 ? 'octagon' : 'fridge'} size={14} />
          <span class="visually-hidden">{t(`compartment.${compartment}`)}</span>
          {peak} %
        </span>
      )}
    </button>
  );
}

/** Short ids stand before the name; long ones only take up space. */
export function siteCode(site: Site | undefined): string {
  return site !== undefined && site.id.length <= 4 ? site.id : '';
}
