/** One order by hand: a new one, or one that is edited. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { daysApi } from '../../shared/api/days';
import type { Row } from '../../shared/api/types';
import { announce } from '../../shared/ui/announcer';
import { Dialog } from '../../shared/ui/dialog';
import { orderFields } from '../fields/order-fields';
import { RowForm } from '../fields/row-form';
import { t as form } from '../fields/texts';
import { day, isLost, refreshDay, shown } from '../state/day';
import { place } from '../state/place';
import { openOrder, selectOrder } from '../state/selection';
import { t as words } from '../texts';
import { t } from '../texts.orders';
import { troubleText } from '../words';
import { lastAdded, panel } from './open';

export function OrderDialog({ id }: { id: string | undefined }): JSX.Element {
  const date = day.value?.date ?? '';
  const [row, setRow] = useState<Row>();
  const [error, setError] = useState('');
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    if (id !== undefined) daysApi.row(date, 'orders', id).then(setRow, (reason: unknown) => setError(troubleText(reason)));
  }, [id, date]);
  const close = (): void => {
    panel.value = undefined;
  };
  const done = (saved: Row): void => {
    close();
    announce(id === undefined ? t('new.added', { id: saved.id }) : t('edit.saved', { id: saved.id }));
    refreshDay().catch((reason: unknown) => announce(troubleText(reason), 'urgent'));
    if (id !== undefined || place.value === 'orders') return;
    lastAdded.value = t('new.added', { id: saved.id });
    if (shown.value === undefined) return;
    selectOrder(shown.value, saved.id);
    openOrder(saved.id);
  };
  const isReady = id === undefined || row !== undefined;
  return (
    <Dialog title={id === undefined ? t('new.title') : t('edit.title', { id })} closeLabel={words('action.close')} onClose={close} actions={
      <>
        <button type="button" class="button" onClick={close}>{words('action.cancel')}</button>
        <button type="submit" form="order-form" class="button primary" disabled={isBusy || !isReady || isLost.value}>{id === undefined ? t('new.add') : form('form.save')}</button>
      </>
    }>
      {error !== '' && <p class="error" role="alert">{error}</p>}
      {!isReady && error === '' && <div class="skeleton" role="status" aria-label={words('loading')}><span /><span /><span /></div>}
      {isReady && (
        <RowForm id="order-form" fields={orderFields()} row={row} initial={{ channel: 'call', pieces: '1' }} areCells onBusy={setBusy} onSaved={done}
          save={(patch, known) => (known === undefined ? daysApi.addOrder(date, patch) : daysApi.change(date, 'orders', known, patch))} />
      )}
      {id !== undefined && shown.value !== undefined && <p class="dim form-note">{t('edit.planHint')}</p>}
    </Dialog>
  );
}
