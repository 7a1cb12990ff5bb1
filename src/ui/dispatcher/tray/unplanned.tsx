/** Orders without a place, in the two groups that ask for different acts, each with its whole reason and what would admit it. */
import type { JSX } from 'preact';
import type { Plan, Unplanned } from '../../shared/api/types';
import { TemperatureTags } from '../../shared/ui/badge';
import { clockRange } from '../../shared/format';
import { reasonText, relaxationText } from '../reasons';
import { openOrder, selection, selectUnplanned } from '../state/selection';
import { t } from '../texts';
import { cost, dayNames, zone } from '../words';

export function UnplannedList({ plan }: { plan: Plan }): JSX.Element {
  if (plan.unplanned.length === 0) return <p class="tray-empty">{t('tray.noUnplanned')}</p>;
  const groups = [
    { id: 'impossible', title: t('tray.impossible'), hint: t('tray.impossibleHint'), entries: plan.unplanned.filter((entry) => entry.impossible) },
    { id: 'not-placed', title: t('tray.notPlaced'), hint: t('tray.notPlacedHint'), entries: plan.unplanned.filter((entry) => !entry.impossible) },
  ].filter((group) => group.entries.length > 0);
  return (
    <>
      {groups.map((group) => (
        <section key={group.id} aria-labelledby={`group-${group.id}`}>
          <h3 id={`group-${group.id}`} class="tray-group">{group.title} <span class="dim">{group.hint}</span></h3>
          <ul class="tray-list" onKeyDown={walk}>
            {group.entries.map((entry) => <li key={entry.order}><UnplannedRow entry={entry} /></li>)}
          </ul>
        </section>
      ))}
    </>
  );
}

/** The row is one button: a press or Enter shows the order on the map and in the panel. */
function UnplannedRow({ entry }: { entry: Unplanned }): JSX.Element {
  const [cheapest, ...others] = entry.relaxations;
  return (
    <button type="button" class="tray-line unplanned" aria-pressed={selection.value.order === entry.order} onClick={() => {
      selectUnplanned(entry.order);
      openOrder(entry.order);
    }}>
      <span class="unplanned-what">
        <strong>{entry.order}</strong>
        <span class="clip" title={entry.label}>{entry.label}</span>
        <TemperatureTags tags={entry.tags} />
        <span class="unplanned-window">{entry.window === null ? t('order.anyTime') : clockRange(entry.window.open, entry.window.close, zone())}</span>
      </span>
      <span class="unplanned-why">{reasonText(entry, dayNames)}</span>
      {cheapest !== undefined && (
        <span class="unplanned-change" title={others.map((one) => relaxationText(one, cost, dayNames)).join('\n')}>
          <span class="dim">{t('tray.relaxation')}</span> {relaxationText(cheapest, cost, dayNames)}
        </span>
      )}
    </button>
  );
}

/** Arrows walk the rows of both groups. */
function walk(event: KeyboardEvent): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const all = [...document.querySelectorAll<HTMLElement>('.tray-line.unplanned')];
  const next = all[all.findIndex((row) => row === document.activeElement) + (event.key === 'ArrowDown' ? 1 : -1)];
  event.preventDefault();
  next?.focus();
}
