/** Orders without a place, in the two groups that ask for different acts, each with its reason. */
import type { JSX } from 'preact';
import { Fragment } from 'preact';
import type { Plan, Unplanned } from '../../shared/api/types';
import { TemperatureTags } from '../../shared/ui/badge';
import { clockRange } from '../../shared/format';
import { reasonText, relaxationText } from '../reasons';
import { openOrder, selection, selectUnplanned } from '../state/selection';
import { t } from '../texts';
import { cost, zone } from '../words';

export function UnplannedList({ plan }: { plan: Plan }): JSX.Element {
  if (plan.unplanned.length === 0) return <p class="tray-empty">{t('tray.noUnplanned')}</p>;
  const groups = [
    { id: 'impossible', title: t('tray.impossible'), hint: t('tray.impossibleHint'), entries: plan.unplanned.filter((entry) => entry.impossible) },
    { id: 'not-placed', title: t('tray.notPlaced'), hint: t('tray.notPlacedHint'), entries: plan.unplanned.filter((entry) => !entry.impossible) },
  ].filter((group) => group.entries.length > 0);
  return (
    <table class="tray-table">
      <colgroup><col class="col-id" /><col class="col-address" /><col class="col-tags" /><col class="col-window" /><col /><col class="col-relaxation" /></colgroup>
      <thead class="visually-hidden">
        <tr>
          <th scope="col">{t('tray.order')}</th><th scope="col">{t('tray.address')}</th><th scope="col">{t('order.goods')}</th>
          <th scope="col">{t('tray.window')}</th><th scope="col">{t('tray.reason')}</th><th scope="col">{t('tray.relaxation')}</th>
        </tr>
      </thead>
      <tbody>
        {groups.map((group, index) => (
          <Fragment key={group.id}>
            <tr class="tray-group">
              <th scope="rowgroup" colSpan={5}>{group.title} <span class="dim">{group.hint}</span></th>
              <td class="dim" aria-hidden="true">{index === 0 ? t('tray.relaxation') : ''}</td>
            </tr>
            {group.entries.map((entry) => <UnplannedRow key={entry.order} entry={entry} />)}
          </Fragment>
        ))}
      </tbody>
    </table>
  );
}

function UnplannedRow({ entry }: { entry: Unplanned }): JSX.Element {
  const selected = selection.value.order === entry.order;
  const cheapest = entry.relaxations[0];
  return (
    <tr class={selected ? 'selected' : undefined} onClick={() => selectUnplanned(entry.order)} onDblClick={() => openOrder(entry.order)}>
      <td class="tray-id">
        <button type="button" class="link" aria-label={t('action.openOrder', { order: entry.order })} onClick={(event) => {
          event.stopPropagation();
          selectUnplanned(entry.order);
          openOrder(entry.order);
        }}>{entry.order}</button>
      </td>
      <td><span class="clip" title={entry.label}>{entry.label}</span></td>
      <td><TemperatureTags tags={entry.tags} /></td>
      <td>{entry.window === null ? t('order.anyTime') : clockRange(entry.window.open, entry.window.close, zone())}</td>
      <td class="tray-reason"><span class="clip" title={`${entry.reason} (${entry.code})`}>{reasonText(entry)}</span></td>
      <td class="tray-relaxation">{cheapest === undefined ? '' : <span class="suggestion clip" title={entry.relaxations.map((one) => relaxationText(one, cost)).join('\n')}>{relaxationText(cheapest, cost)}</span>}</td>
    </tr>
  );
}
