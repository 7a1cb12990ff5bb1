/** Couriers, sites, vehicles and prices of the day: a table of each, a form next to it. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { daysApi } from '../../shared/api/days';
import type { Row } from '../../shared/api/types';
import { announce } from '../../shared/ui/announcer';
import { RowForm } from '../fields/row-form';
import { t as form } from '../fields/texts';
import { PageHead } from '../page-head';
import { day, dayNews, isLost, refreshDay } from '../state/day';
import { isPast } from '../state/days';
import { t as words } from '../texts';
import { troubleText } from '../words';
import { fieldsOf, nameOf, type PeopleTable } from './fields';
import { Couriers, Sites, Vehicles } from './tables';
import { t } from './texts';
import './people.css';

const tabs = ['couriers', 'sites', 'vehicle-types', 'prices'] as const satisfies readonly PeopleTable[];
type Rows = Record<PeopleTable, readonly Row[]>;

export function PeoplePage(): JSX.Element {
  const [tab, setTab] = useState<PeopleTable>('couriers');
  const [chosen, setChosen] = useState<string>();
  const [rows, setRows] = useState<Rows>();
  const [error, setError] = useState('');
  const date = day.value?.date ?? '';
  const news = dayNews.value;
  useEffect(() => {
    let outdated = false;
    readAll(date).then((found) => {
      if (!outdated) setRows(found);
    }, (reason: unknown) => {
      if (!outdated) setError(troubleText(reason));
    });
    return () => {
      outdated = true;
    };
  }, [date, news]);
  const keep = (table: PeopleTable, row: Row): void => setRows((known) => (known === undefined ? known : { ...known, [table]: known[table].map((other) => (other.id === row.id ? row : other)) }));
  const open = (next: PeopleTable): void => {
    setTab(next);
    setChosen(undefined);
  };
  const walk = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length] ?? 'couriers';
    open(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  const row = tab === 'prices' ? rows?.prices[0] : rows?.[tab].find((candidate) => candidate.id === chosen);
  return (
    <main class="data-page people">
      <PageHead title={t('title')} hint={t(isPast.value ? 'past' : 'hint')} />
      <div class="people-tabs" role="tablist" aria-label={t('tabs')} onKeyDown={walk}>
        {tabs.map((name) => (
          <button type="button" key={name} id={`tab-${name}`} role="tab" aria-selected={tab === name} aria-controls="people-panel" tabIndex={tab === name ? 0 : -1} onClick={() => open(name)}>
            {t(`tab.${name}`)}{name !== 'prices' && rows !== undefined && <span class="count">{rows[name].length}</span>}
          </button>
        ))}
      </div>
      {error !== '' && <p class="error" role="alert">{error}</p>}
      {rows === undefined && error === '' && <div class="skeleton" role="status" aria-label={words('loading')}><span /><span /><span /></div>}
      {rows !== undefined && (
        <div class="people-body" id="people-panel" role="tabpanel" aria-labelledby={`tab-${tab}`}>
          {tab === 'couriers' && <Couriers rows={rows.couriers} chosen={chosen} onChoose={setChosen} onChanged={(changed) => keep('couriers', changed)} />}
          {tab === 'sites' && <Sites rows={rows.sites} chosen={chosen} onChoose={setChosen} />}
          {tab === 'vehicle-types' && <Vehicles rows={rows['vehicle-types']} chosen={chosen} onChoose={setChosen} />}
          <Side key={`${date} ${tab} ${row?.id}`} table={tab} rows={rows} row={row} onSaved={(saved) => keep(tab, saved)} onClose={() => setChosen(undefined)} />
        </div>
      )}
    </main>
  );
}

async function readAll(date: string): Promise<Rows> {
  const [couriers, sites, vehicles, prices] = await Promise.all([daysApi.rows(date, 'couriers'), daysApi.rows(date, 'sites'), daysApi.rows(date, 'vehicle-types'), daysApi.row(date, 'prices', 'prices')]);
  return { couriers, sites, 'vehicle-types': vehicles, prices: [prices] };
}

interface SideProps {
  table: PeopleTable;
  rows: Rows;
  row: Row | undefined;
  onSaved: (row: Row) => void;
  onClose: () => void;
}

function Side({ table, rows, row, onSaved, onClose }: SideProps): JSX.Element {
  const [isBusy, setBusy] = useState(false);
  const [isSaved, setSaved] = useState(false);
  const date = day.value?.date ?? '';
  if (row === undefined) return <aside class="people-side empty"><p class="dim">{t('pick')}</p></aside>;
  const name = table === 'prices' ? t('tab.prices') : nameOf(row);
  return (
    <aside class={table === 'prices' ? 'people-side prices' : 'people-side'} aria-label={name}>
      <h3>{name} {table !== 'prices' && name !== row.id && <span class="dim">{row.id}</span>}</h3>
      {table === 'prices' && <p class="dim">{t('price.lead', { currency: day.value?.currency ?? '' })}</p>}
      <fieldset class="people-fields" disabled={isPast.value}>
        <legend class="visually-hidden">{name}</legend>
        <RowForm id="people-form" fields={fieldsOf(table, rows)} row={row} onBusy={setBusy} save={(patch, known) => daysApi.change(date, table, known ?? row, patch)} onSaved={(saved) => {
          setSaved(true);
          onSaved(saved);
          announce(t('saved', { name }));
          refreshDay().catch((reason: unknown) => announce(troubleText(reason), 'urgent'));
        }} />
      </fieldset>
      <div class="side-acts">
        <button type="submit" form="people-form" class="button primary" disabled={isBusy || isLost.value || isPast.value}>{form('form.save')}</button>
        {table !== 'prices' && <button type="button" class="button" onClick={onClose}>{words('action.close')}</button>}
        {isSaved && !isBusy && <span class="tag good" role="status">{form('form.saved')}</span>}
      </div>
    </aside>
  );
}
