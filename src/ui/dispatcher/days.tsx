/** The day in the sub bar: its date, the days before and after it, all days, a new one; and how orders come into it. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { daysApi } from '../shared/api/days';
import type { Day, DayHead } from '../shared/api/types';
import { longDate } from '../shared/format';
import { language } from '../shared/i18n';
import { announce } from '../shared/ui/announcer';
import { Icon } from '../shared/ui/icons';
import { MenuItems, Popover } from '../shared/ui/popover';
import { panel } from './panels/open';
import { day as shownDay, dayNews, isLost } from './state/day';
import { days, goToDay, isPast, neighbours, refreshDays } from './state/days';
import { go } from './state/place';
import { t as words } from './texts';
import { t } from './texts.days';
import { troubleText } from './words';
import './days.css';

const named = (date: string): string => longDate(date, language.value);
const fail = (error: unknown): void => announce(troubleText(error), 'urgent');

export function DaySwitch({ day }: { day: Day }): JSX.Element {
  const news = dayNews.value;
  useEffect(() => {
    refreshDays().catch(() => undefined);
  }, [day.date, news]);
  const { before, after } = neighbours.value;
  const step = (date: string | undefined, name: 'before' | 'after'): JSX.Element => {
    const label = date === undefined ? t('noBefore') : t(name, { date: named(date) });
    return (
      <button type="button" class="icon-button day-step" aria-label={label} title={label} disabled={date === undefined || isLost.value} onClick={() => {
        if (date !== undefined) goToDay(date).catch(fail);
      }}><Icon name={name === 'before' ? 'left' : 'right'} size={14} /></button>
    );
  };
  return (
    <div class="day-switch">
      {step(before, 'before')}
      <h1>
        <Popover label={t('choose')} button={<>{named(day.date)}<Icon name="down" size={10} /></>} buttonClass="day-name" role="menu">
          {(close) => <MenuItems close={close} items={[...days.value].reverse().map((head) => ({ id: head.date, content: <DayLine head={head} />, current: head.date === day.date, onChoose: () => void goToDay(head.date).catch(fail) }))
            .concat([{ id: 'new', content: <><Icon name="plus" /><span class="menu-main">{t('new')}</span></>, current: false, onChoose: () => { panel.value = { kind: 'new-day' }; } }])} />}
        </Popover>
      </h1>
      {after === undefined ? (
        <button type="button" class="icon-button day-step" aria-label={t('new')} title={t('new')} aria-haspopup="dialog" disabled={isLost.value} onClick={() => { panel.value = { kind: 'new-day' }; }}><Icon name="plus" size={14} /></button>
      ) : step(after, 'after')}
      {isPast.value && <span class="tag">{t('past')}</span>}
    </div>
  );
}

export const outdatedText = (): string => t('outdated');

/** Whether people changed the day after this instant, at which its plan was made. */
export function useIsOutdated(date: string, madeAt: number | undefined): boolean {
  const [changedAt, setChangedAt] = useState(0);
  const news = dayNews.value;
  useEffect(() => {
    let isLate = false;
    daysApi.changes(date, undefined, undefined, 1).then(({ items }) => {
      if (!isLate) setChangedAt(items[0]?.at ?? 0);
    }, () => undefined);
    return () => {
      isLate = true;
    };
  }, [date, news]);
  return madeAt !== undefined && changedAt > madeAt;
}

function DayLine({ head }: { head: DayHead }): JSX.Element {
  return (
    <>
      <span class="menu-main">{named(head.date)}</span>
      {head.is_today && <span class="tag info">{t('today')}</span>}
      {head.is_published && <span class="tag good">{t('published')}</span>}
      <span class="dim menu-figure">{t('plans', { count: head.plans })}</span>
    </>
  );
}

/** How orders come in, and all of them. */
export function OrdersMenu(): JSX.Element {
  const isOpen = !isPast.value;
  const items = [
    ...(isOpen ? [
      { id: 'import', content: <><Icon name="download" />{words('sub.import')}</>, onChoose: () => go('import') },
      { id: 'one', content: <><Icon name="plus" />{words('sub.addOrder')}</>, onChoose: () => { panel.value = { kind: 'order-form' } as const; } },
    ] : []),
    { id: 'all', content: <><Icon name="list" />{words('sub.allOrders')}</>, onChoose: () => go('orders') },
  ];
  return (
    <Popover label={words('sub.orders')} saysItself button={<><Icon name="parcel" /><span class="orders-word">{words('sub.orders')}</span><Icon name="down" size={10} /></>} buttonClass="button orders-menu" role="menu">
      {(close) => <MenuItems close={close} items={items} />}
    </Popover>
  );
}

/** Orders are there, a plan is not: one more, or a whole file. */
export function MoreOrders(): JSX.Element | null {
  if (isPast.value) return null;
  return (
    <>
      <button type="button" class="button" aria-haspopup="dialog" disabled={isLost.value} onClick={() => { panel.value = { kind: 'order-form' }; }}><Icon name="plus" />{words('sub.addOrder')}</button>
      <button type="button" class="button" onClick={() => go('import')}><Icon name="download" />{words('sub.import')}</button>
    </>
  );
}

/** A day before its first order. */
export function NoOrders({ date }: { date: string }): JSX.Element {
  return (
    <div class="state-box">
      <h2>{t('noOrders', { date: named(date) })}</h2>
      <p>{t(isPast.value ? 'noOrdersPast' : 'noOrdersHint', { count: shownDay.value?.couriers.length ?? 0 })}</p>
      {!isPast.value && (
        <div class="empty-acts">
          <button type="button" class="button primary" onClick={() => go('import')}><Icon name="download" />{words('sub.import')}</button>
          <button type="button" class="button" aria-haspopup="dialog" onClick={() => { panel.value = { kind: 'order-form' }; }}><Icon name="plus" />{words('sub.addOrder')}</button>
        </div>
      )}
    </div>
  );
}
