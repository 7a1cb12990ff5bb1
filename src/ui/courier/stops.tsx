/** The whole route as a list: done ones folded, what has not been sent marked, one tap to any stop. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { theme } from '../shared/theme';
import { Icon } from '../shared/ui/icons';
import { BigButton, TagMark, time, windowText } from './bits';
import { saved, view } from './day';
import { routeColours } from './look';
import { open, openTab } from './nav';
import { Actions, StopSheet } from './next';
import { DoorFrame } from './deliver';
import { isDone, type StopView } from './route';
import { Frame } from './shell';
import { t } from './words';

const doneIsOpen = signal(false);

export function StopsPage(): JSX.Element {
  const now = view.value;
  const done = now?.stops.filter((stop) => isDone(stop.state)) ?? [];
  const pending = done.filter((stop) => stop.isPending).length;
  const troubled = done.filter((stop) => stop.trouble !== undefined).length;
  return (
    <Frame heading={<><h1>{t('stops.title')}</h1><span>{t('stops.sub', { done: now?.done ?? 0, total: now?.total ?? 0 })}</span></>}>
      <div class="stops">
        {done.length > 0 && (
          <section>
            <button type="button" class="fold" aria-expanded={doneIsOpen.value} onClick={() => (doneIsOpen.value = !doneIsOpen.value)}>
              <Icon name={doneIsOpen.value ? 'down' : 'right'} size={18} width={2} />
              <strong>{t('stops.done', { count: done.length })}</strong>
              {(now?.failed.length ?? 0) > 0 && <span>{t('stops.retry', { count: now?.failed.length ?? 0 })}</span>}
              {pending > 0 && <span class="mark pending"><Icon name="clock" size={16} />{t('stops.pending', { count: pending })}</span>}
              {troubled > 0 && <span class="mark bad"><Icon name="octagon" size={16} />{troubled}</span>}
            </button>
            {doneIsOpen.value && <ul class="stop-list">{done.map((stop) => <StopRow key={stop.subject} stop={stop} />)}</ul>}
          </section>
        )}
        {now?.trips.filter((trip) => trip.stops.some((stop) => !isDone(stop.state))).map((trip) => (
          <section key={trip.index}>
            {now.trips.length > 1 && <h2 class="trip-head">{t('stops.trip', { trip: trip.index + 1 })}<span>{trip.hasLeft ? t('stops.left') : t('stops.leaves', { time: time(trip.trip.departs_at) })}</span></h2>}
            <ul class="stop-list">{trip.stops.filter((stop) => !isDone(stop.state)).map((stop) => <StopRow key={stop.subject} stop={stop} />)}</ul>
          </section>
        ))}
      </div>
      {now?.trip !== undefined && (
        <Actions>
          {now.next !== undefined
            ? <BigButton icon="navigate" onPress={() => openTab('next')}>{t('stops.go', { number: now.next.stop.number })}</BigButton>
            : <BigButton icon="van" onPress={() => openTab('next')}>{t('stops.load', { trip: now.trip.index + 1 })}</BigButton>}
        </Actions>
      )}
    </Frame>
  );
}

function StopRow({ stop }: { stop: StopView }): JSX.Element {
  const isNext = view.value?.next?.subject === stop.subject;
  const words = [
    isNext ? t('stops.next') : undefined, stop.state === 'arrived' ? t('stops.arrived') : undefined, stop.isGone ? t('stops.gone') : undefined,
    stop.state === 'failed' ? t(`reason.${stop.reason ?? 'other'}`) : isDone(stop.state) ? undefined : windowText(stop),
  ].filter((part) => part !== undefined).join(' · ');
  const tags = stop.stop.tags.length > 0 ? stop.stop.tags : [];
  return (
    <li>
      <button type="button" class={isNext ? 'stop-row is-next' : 'stop-row'} onClick={() => open({ name: 'stop', subject: stop.subject })}>
        <StopNumber stop={stop} isNext={isNext} />
        <span class="stop-row-text">
          <strong>{stop.stop.address ?? t('next.noAddress')}</strong>
          <span>{words}</span>
        </span>
        {stop.trouble !== undefined && <span class="mark bad"><Icon name="octagon" size={16} />{t('stops.trouble')}</span>}
        {stop.isPending && <span class="mark pending"><Icon name="clock" size={16} />{t('stops.pendingOne')}</span>}
        {!isDone(stop.state) && tags.map((tag) => <TagMark key={tag} tag={tag} />)}
        <strong class="stop-row-time">{time(stop.at ?? stop.stop.arrives_at)}</strong>
      </button>
    </li>
  );
}

function StopNumber({ stop, isNext }: { stop: StopView; isNext: boolean }): JSX.Element {
  const { colour, on } = routeColours(saved.value?.route.number ?? 1, theme.value);
  if (stop.state === 'delivered') return <span class="stop-number good"><Icon name="tick" size={20} width={2} /><span class="visually-hidden">{t('state.delivered')} {stop.stop.number}</span></span>;
  if (stop.state === 'failed') return <span class="stop-number bad"><Icon name="close" size={20} width={2} /><span class="visually-hidden">{t('state.failed')} {stop.stop.number}</span></span>;
  return <span class="stop-number" style={isNext ? { background: colour, color: on, borderColor: colour } : { borderColor: colour }}>{stop.stop.number}</span>;
}

/** One stop from the list, with everything the next stop has. */
export function StopPage({ stop }: { stop: StopView }): JSX.Element {
  return <DoorFrame stop={stop}><StopSheet stop={stop} /></DoorFrame>;
}
