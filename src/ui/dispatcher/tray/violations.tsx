/** Broken rules of the plan as the referee says them, then the stops that come after their window. */
import type { JSX } from 'preact';
import type { Plan } from '../../shared/api/types';
import { clockRange } from '../../shared/format';
import { RouteBadge } from '../../shared/ui/badge';
import { Icon } from '../../shared/ui/icons';
import { selection, selectStop } from '../state/selection';
import { t } from '../texts';
import { hm, lateMinutes, zone } from '../words';

export function Violations({ plan }: { plan: Plan }): JSX.Element {
  const late = plan.runs.flatMap((run) => run.trips.flatMap((trip, index) => trip.stops.filter((stop) => lateMinutes(stop) > 0).map((stop) => ({ run, trip: index, stop }))));
  if (plan.violations.length === 0 && late.length === 0) return <p class="tray-empty"><Icon name="tick" />{t('tray.noViolations')}</p>;
  return (
    <ul class="tray-list">
      {plan.violations.map((violation, index) => (
        <li key={`${violation.code} ${index}`} class="tray-line">
          <span class="mark bad"><Icon name="octagon" /></span>
          <span class="clip" title={violation.text}>{violation.text}</span>
          <code class="dim">{violation.code}</code>
        </li>
      ))}
      {late.map(({ run, trip, stop }) => (
        <li key={stop.key}>
          <button type="button" class="tray-line" aria-pressed={selection.value.stop === stop.key} onClick={() => selectStop(run.id, trip, stop)}>
            <span class="mark bad"><Icon name="clock" /></span>
            <RouteBadge number={run.number} letter={run.letter} small />
            <span class="clip">{t('stop.name', { number: stop.number, label: stop.label, at: hm(stop.starts_at) })}</span>
            <strong class="bad-text">{t('rows.behind', { minutes: lateMinutes(stop) })}</strong>
            {stop.window !== null && <span class="dim">{clockRange(stop.window.open, stop.window.close, zone())}</span>}
          </button>
        </li>
      ))}
    </ul>
  );
}
