/** All orders of the day as they came in, each to be edited. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { daysApi } from '../../shared/api/days';
import type { Row } from '../../shared/api/types';
import { longDate } from '../../shared/format';
import { language } from '../../shared/i18n';
import { columnName, textOr } from '../fields/texts';
import { PageHead } from '../page-head';
import { panel } from '../panels/open';
import { day, dayNews, isLost } from '../state/day';
import { isPast } from '../state/days';
import { go } from '../state/place';
import { t as words } from '../texts';
import { t } from '../texts.orders';
import { siteName, troubleText } from '../words';

const step = 200;

export function OrdersPage(): JSX.Element {
  const [rows, setRows] = useState<readonly Row[]>();
  const [text, setText] = useState('');
  const [limit, setLimit] = useState(step);
  const [error, setError] = useState('');
  const date = day.value?.date ?? '';
  const news = dayNews.value;
  useEffect(() => {
    let outdated = false;
    daysApi.rows(date, 'orders').then((found) => {
      if (!outdated) setRows(found);
    }, (reason: unknown) => {
      if (!outdated) setError(troubleText(reason));
    });
    return () => {
      outdated = true;
    };
  }, [date, news]);
  const wanted = text.trim().toLocaleLowerCase();
  const found = rows?.filter((row) => wanted === '' || ['order_id', 'name', 'address', 'phone'].some((key) => cell(row, key).toLocaleLowerCase().includes(wanted))) ?? [];
  return (
    <main class="data-page">
      <PageHead title={t('list.title', { date: longDate(date, language.value) })} {...(rows === undefined ? {} : { hint: t('list.count', { count: rows.length }) })}>
        <label class="page-filter">{t('list.filter')}<input class="field" type="search" placeholder={t('list.filterHint')} value={text} onInput={(event) => setText(event.currentTarget.value)} /></label>
        {!isPast.value && <button type="button" class="button" disabled={isLost.value} onClick={() => { panel.value = { kind: 'order-form' }; }}>{t('list.add')}</button>}
        {!isPast.value && <button type="button" class="button primary" onClick={() => go('import')}>{t('list.import')}</button>}
      </PageHead>
      {error !== '' && <p class="error" role="alert">{error}</p>}
      {rows === undefined && error === '' && <div class="skeleton" role="status" aria-label={words('loading')}><span /><span /><span /></div>}
      {rows !== undefined && found.length === 0 && <p class="dim page-empty">{rows.length === 0 ? t('list.none') : t('list.noneMatch', { text })}</p>}
      {found.length > 0 && (
        <div class="data-table" role="region" aria-label={t('list.count', { count: found.length })} tabIndex={0}>
          <table>
            <thead><tr>{['order_id', 'name', 'address'].map((key) => <th key={key} scope="col">{columnName(key)}</th>)}<th scope="col">{t('list.window')}</th><th scope="col">{t('list.goods')}</th><th scope="col">{columnName('mode')}</th></tr></thead>
            <tbody>{found.slice(0, limit).map((row) => <OrderRow key={row.id} row={row} />)}</tbody>
          </table>
        </div>
      )}
      {found.length > limit && <button type="button" class="button page-more" onClick={() => setLimit(limit + step)}>{t('list.more')}</button>}
    </main>
  );
}

const cell = (row: Row, key: string): string => String(row.values[key] ?? '');
const pins = ['approximate', 'coarse', 'unsure'] as const;

function OrderRow({ row }: { row: Row }): JSX.Element {
  const pin = pins.find((name) => name === cell(row, 'pin'));
  const mode = cell(row, 'mode');
  const centre = cell(row, 'centre');
  return (
    <tr>
      <td>{isPast.value ? <strong>{row.id}</strong> : <button type="button" class="row-open" aria-haspopup="dialog" aria-label={t('list.edit', { id: row.id })} onClick={() => { panel.value = { kind: 'order-form', id: row.id }; }}>{row.id}</button>}</td>
      <td>{cell(row, 'name')}</td>
      <td>{cell(row, 'address') || <span class="dim">{`${cell(row, 'lat')}, ${cell(row, 'lon')}`}</span>} {pin !== undefined && <span class="tag warn">{t(`list.pin.${pin}`)}</span>}</td>
      <td class="nowrap">{cell(row, 'tw_start')}–{cell(row, 'tw_end')}</td>
      <td class="nowrap">{textOr(`class.${cell(row, 'temp_class')}`, cell(row, 'temp_class'))} · {cell(row, 'kg')} kg · {cell(row, 'litres')} L</td>
      <td>{textOr(`mode.${mode}`, mode)}{centre !== '' && <span class="dim"> · {siteName(centre)}</span>}</td>
    </tr>
  );
}
