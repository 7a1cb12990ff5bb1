/** What people changed of the day, newest first. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { daysApi } from '../../shared/api/days';
import type { Change, Page } from '../../shared/api/types';
import { longDate } from '../../shared/format';
import { language } from '../../shared/i18n';
import { PageHead } from '../page-head';
import { day, dayNews, shown } from '../state/day';
import { openOrder, selectOrder } from '../state/selection';
import { t as words } from '../texts';
import { t } from '../texts.orders';
import { hm, troubleText, zone } from '../words';
import { fieldName, valueText, wholeText } from './words';

const kinds = ['order', 'import', 'courier', 'site', 'vehicle_type', 'prices', 'day'] as const;
type Kind = (typeof kinds)[number];

export function ChangesPage(): JSX.Element {
  const [page, setPage] = useState<Page<Change>>();
  const [kind, setKind] = useState<Kind | ''>('');
  const [error, setError] = useState('');
  const date = day.value?.date ?? '';
  const news = dayNews.value;
  const read = (cursor?: string): void => {
    daysApi.changes(date, undefined, cursor).then((next) => {
      setError('');
      setPage((known) => (cursor === undefined || known === undefined ? next : { items: [...known.items, ...next.items], next: next.next }));
    }, (reason: unknown) => setError(troubleText(reason)));
  };
  useEffect(() => read(), [date, news]);
  const items = page?.items.filter((change) => kind === '' || change.what === kind) ?? [];
  return (
    <main class="data-page">
      <PageHead title={t('changes.title')} hint={t('changes.hint', { date: longDate(date, language.value) })}>
        <label class="page-filter">{t('changes.filter')}
          <select class="field" value={kind} onChange={(event) => setKind(event.currentTarget.value as Kind | '')}>
            <option value="">{t('changes.all')}</option>
            {kinds.map((name) => <option key={name} value={name}>{t(`what.${name}`)}</option>)}
          </select>
        </label>
      </PageHead>
      {error !== '' && <p class="error" role="alert">{error}</p>}
      {page === undefined && error === '' && <div class="skeleton" role="status" aria-label={words('loading')}><span /><span /><span /></div>}
      {page !== undefined && items.length === 0 && <p class="dim page-empty">{t('changes.none')}</p>}
      {items.length > 0 && (
        <div class="data-table" role="region" aria-label={t('changes.title')} tabIndex={0}>
          <table>
            <thead><tr>{(['when', 'who', 'thing', 'field', 'before', 'after'] as const).map((name) => <th key={name} scope="col">{t(`changes.${name}`)}</th>)}</tr></thead>
            <tbody>{items.map((change) => <ChangeRow key={change.number} change={change} />)}</tbody>
          </table>
        </div>
      )}
      {typeof page?.next === 'string' && <button type="button" class="button page-more" onClick={() => read(page.next ?? undefined)}>{t('changes.more')}</button>}
    </main>
  );
}

function ChangeRow({ change }: { change: Change }): JSX.Element {
  const isKnown = kinds.find((name) => name === change.what);
  const isWhole = change.field === null || change.field === undefined;
  return (
    <tr>
      <td class="dim"><time dateTime={new Date(change.at * 1000).toISOString()}>{shortDate(change.at)} {hm(change.at)}</time></td>
      <td>{change.name}</td>
      <td><span class="dim">{isKnown === undefined ? change.what : t(`what.${isKnown}`)}</span>{' '}
        {change.what === 'order' ? <button type="button" class="link act" onClick={() => show(change.item)}>{change.item}</button> : !['import', 'prices'].includes(change.what) && <strong>{change.what === 'day' ? longDate(change.item, language.value) : change.item}</strong>}
      </td>
      {isWhole ? <td colSpan={3}>{wholeText(change)}</td> : (
        <>
          <td>{fieldName(change)}</td>
          <td class="before">{valueText(change.before)}</td>
          <td class="after">{valueText(change.after)}</td>
        </>
      )}
    </tr>
  );
}

function shortDate(at: number): string {
  return new Intl.DateTimeFormat(language.value === 'en' ? 'en-GB' : language.value, { day: 'numeric', month: 'short', timeZone: zone() }).format(at * 1000);
}

function show(order: string): void {
  selectOrder(shown.value, order);
  openOrder(order);
}
