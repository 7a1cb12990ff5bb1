/** What happened, newest first; a press selects the stop it happened at and opens its order. */
import type { JSX } from 'preact';
import { signal } from '@preact/signals';
import type { EventKind, Plan, StoredEvent } from '../../shared/api/types';
import { happenedAt } from '../../shared/fold';
import { Icon, type IconName } from '../../shared/ui/icons';
import { events } from '../state/day';
import { findStop, openOrder, selectOrder, selectRun, selectStop } from '../state/selection';
import { t } from '../texts';
import { hm, siteName } from '../words';

const maxDrawn = 200;
const onlyTrouble = signal(false);
const icons: Record<EventKind, IconName> = {
  departed: 'van', arrived: 'pin', delivered: 'tick', failed: 'triangle', undone: 'history', received: 'fridge', collected: 'parcel', noted: 'note',
};

export function Activity({ plan }: { plan: Plan }): JSX.Element {
  const list = [...events.value].filter((event) => !onlyTrouble.value || event.kind === 'failed' || event.kind === 'undone' || event.kind === 'noted').sort((a, b) => b.number - a.number);
  const choices = [false, true] as const;
  return (
    <>
      <div class="tray-filter" role="group" aria-label={t('tray.activity')}>
        {choices.map((choice) => (
          <button type="button" key={String(choice)} class="chip" aria-pressed={onlyTrouble.value === choice} onClick={() => { onlyTrouble.value = choice; }}>{t(choice ? 'event.filterTrouble' : 'event.filterAll')}</button>
        ))}
      </div>
      {list.length === 0 ? <p class="tray-empty">{t('tray.noActivity')}</p> : (
        <ul class="tray-list">
          {list.slice(0, maxDrawn).map((event) => (
            <li key={event.number}>
              <button type="button" class="tray-line" onClick={() => goTo(plan, event)}>
                <span class={event.kind === 'failed' ? 'mark bad' : event.kind === 'delivered' || event.kind === 'collected' ? 'mark good' : 'mark'}><Icon name={icons[event.kind]} /></span>
                <span class="dim">{hm(happenedAt(event))}</span>
                <span class="clip">{eventText(plan, event)}</span>
                {event.payload.note !== undefined && event.payload.note !== '' && <span class="dim clip">{event.payload.note}</span>}
                {event.clock_off_s !== null && event.clock_off_s !== undefined && <span class="tag bad">{t('event.clockOff', { minutes: Math.round(Math.abs(event.clock_off_s) / 60) })}</span>}
                <span class="tray-line-end dim">{event.order}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

export function eventText(plan: Plan, event: StoredEvent): string {
  const place = findStop(plan, (stop) => (event.stop === null || event.stop === undefined ? stop.order !== undefined && stop.order === event.order : stop.key === event.stop));
  const owner = place?.run ?? plan.runs.find((candidate) => candidate.id === event.run);
  const run = owner?.letter ?? String(owner?.number ?? event.run ?? '');
  const stop = place?.stop.number ?? '';
  switch (event.kind) {
    case 'departed': return t('event.departed', { run, trip: (event.payload.trip ?? 0) + 1 });
    case 'failed': return t('event.failed', { run, stop, reason: t(`reason.${event.payload.reason ?? 'other'}`) });
    case 'received': return t('event.received', { centre: siteName(event.centre), run });
    case 'collected': return t('event.collected', { order: event.order ?? '', centre: siteName(event.centre) });
    case 'arrived':
    case 'delivered': return t(`event.${event.kind}`, { run, stop });
    case 'undone':
    case 'noted': return t(`event.${event.kind}`);
  }
}

function goTo(plan: Plan, event: StoredEvent): void {
  const place = findStop(plan, (stop) => stop.key === event.stop);
  const order = event.order ?? place?.stop.order;
  if (place !== undefined) selectStop(place.run.id, place.trip, place.stop);
  else if (order !== undefined) selectOrder(plan, order);
  else if (event.run !== null && event.run !== undefined) selectRun(event.run);
  if (order !== undefined) openOrder(order);
}
