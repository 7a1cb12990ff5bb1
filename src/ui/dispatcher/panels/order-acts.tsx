/** What can be done to an order of the day, and what people changed of it, in its panel. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Problem } from '../../shared/api/client';
import { daysApi } from '../../shared/api/days';
import type { Change } from '../../shared/api/types';
import { announce } from '../../shared/ui/announcer';
import { focused } from '../../shared/ui/focus';
import { changeLine } from '../changes/words';
import { day, dayNews, isLost, refreshDay } from '../state/day';
import { isPast } from '../state/days';
import { drawer } from '../state/selection';
import { t } from '../texts.orders';
import { hm, troubleText } from '../words';
import { panel } from './open';

export function OrderActs({ id }: { id: string }): JSX.Element | null {
  const [isAsking, setAsking] = useState(false);
  const [error, setError] = useState('');
  useEffect(() => {
    setAsking(false);
    setError('');
  }, [id]);
  if (isPast.value) return null;
  const remove = async (): Promise<void> => {
    const date = day.value?.date ?? '';
    setAsking(false);
    try {
      await daysApi.removeOrder(date, await daysApi.row(date, 'orders', id));
      announce(t('act.cancelled', { id }));
      drawer.value = undefined;
      await refreshDay();
    } catch (reason) {
      setError(reason instanceof Problem && reason.code === 'order/has-events' ? t('act.happened') : troubleText(reason));
    }
  };
  return (
    <div class="order-acts">
      {isAsking ? (
        <>
          <span>{t('act.cancelSure')}</span>
          <button type="button" ref={focused} class="button danger" disabled={isLost.value} onClick={() => void remove()}>{t('act.yes')}</button>
          <button type="button" class="button" onClick={() => setAsking(false)}>{t('act.keep')}</button>
        </>
      ) : (
        <>
          <button type="button" class="button" aria-haspopup="dialog" disabled={isLost.value} onClick={() => { panel.value = { kind: 'order-form', id }; }}>{t('act.edit')}</button>
          <button type="button" class="button danger" disabled={isLost.value} onClick={() => setAsking(true)}>{t('act.cancel')}</button>
        </>
      )}
      {error !== '' && <p class="error" role="alert">{error}</p>}
    </div>
  );
}

/** How little is known of the place, when it is not the door. */
export function PinTag({ pin }: { pin: string | null }): JSX.Element | null {
  const known = (['approximate', 'coarse', 'unsure'] as const).find((name) => name === pin);
  return known === undefined ? null : <span class="tag warn">{t(`list.pin.${known}`)}</span>;
}

export function OrderChanges({ id }: { id: string }): JSX.Element | null {
  const [changes, setChanges] = useState<readonly Change[]>();
  const date = day.value?.date ?? '';
  const news = dayNews.value;
  useEffect(() => {
    let outdated = false;
    daysApi.changes(date, { what: 'order', id }).then((page) => {
      if (!outdated) setChanges(page.items);
    }, () => undefined);
    return () => {
      outdated = true;
    };
  }, [id, date, news]);
  if (changes === undefined) return null;
  return (
    <>
      <h3>{t('changes.of')}</h3>
      {changes.length === 0 ? <p class="dim">{t('changes.noneOfOrder')}</p> : (
        <ol class="history">{changes.map((change) => <li key={change.number}><span class="dim">{hm(change.at)} {change.name}</span> {changeLine(change)}</li>)}</ol>
      )}
    </>
  );
}
