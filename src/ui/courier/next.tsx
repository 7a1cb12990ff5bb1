/** The next stop, large: the leg to it, the door, the parcels, and the four things a hand may want to do. */
import type { ComponentChildren, JSX } from 'preact';
import { decimal } from '../shared/format';
import { language } from '../shared/i18n';
import { Icon } from '../shared/ui/icons';
import { BigButton, ColdMargin, legLength, minutesBehind, TagMark, time, windowText } from './bits';
import { arrive, chosen, view } from './day';
import { Loading } from './loading';
import { LazyMap } from './lazymap';
import { CallButton, NavigateButton } from './navigate';
import { open, openTab } from './nav';
import { isDone, type StopView } from './route';
import { Frame, Progress } from './shell';
import { t } from './words';

export function NextPage(): JSX.Element {
  const now = view.value;
  const { next, trip } = now ?? {};
  if (next !== undefined) {
    return (
      <Frame heading={<Progress />}>
        <div class="next">
          <div class="next-map"><LazyMap focus="leg" target={next} /></div>
          <StopSheet stop={next} isNext />
        </div>
      </Frame>
    );
  }
  return <Frame heading={<Progress />}>{trip !== undefined ? <Loading trip={trip} /> : <Finished />}</Frame>;
}

/** Everything about one stop, with its acts at the foot. */
export function StopSheet({ stop, isNext = false }: { stop: StopView; isNext?: boolean }): JSX.Element {
  const { recipient, address, note, parcels } = stop.stop;
  const behind = minutesBehind(stop);
  const first = view.value?.trip?.stops.find((other) => !isDone(other.state));
  const isEarly = first !== undefined && first.subject !== stop.subject && !isDone(stop.state);
  return (
    <section class="sheet">
      <div class="sheet-body">
        <div class="stop-top">
          <h2>{address ?? t('next.noAddress')}</h2>
          <strong class="stop-time">{time(stop.stop.arrives_at)}</strong>
        </div>
        <div class="stop-sub">
          <span>{[recipient, windowText(stop)].filter((part) => part !== null && part !== undefined).join(' · ')}</span>
          <span>{[behind > 0 && !isDone(stop.state) ? <em key="late" class="behind">{t('next.behind', { min: behind })}</em> : undefined, legLength(stop)].filter((part) => part !== undefined).flatMap((part, index) => (index === 0 ? [part] : [' · ', part]))}</span>
        </div>
        <StopState stop={stop} />
        {isEarly && first !== undefined && (
          <p class="hint-line"><Icon name="triangle" size={18} />{t('next.outOfOrder', { number: first.stop.number })}
            {chosen.value === stop.subject && <button type="button" class="text-button" onClick={() => (chosen.value = undefined)}>{t('next.backToOrder', { number: first.stop.number })}</button>}
          </p>
        )}
        {note !== null && note !== '' && <p class="door-note"><span class="visually-hidden">{t('next.note')}: </span>{note}</p>}
        <ul class="parcels">
          {parcels.map((parcel) => (
            <li key={parcel.id}>
              <TagMark tag={parcel.tag} />
              <span class="parcel-id">{parcel.id}</span>
              <span class="parcel-size">{t('next.weight', { kg: decimal(parcel.kg, 1, language.value) })}</span>
            </li>
          ))}
        </ul>
        {!isDone(stop.state) && <ColdMargin stop={stop} />}
      </div>
      <StopActions stop={stop} isNext={isNext} />
    </section>
  );
}

function StopState({ stop }: { stop: StopView }): JSX.Element | null {
  if (stop.state === 'delivered') return <p class="state-line good"><Icon name="tick" size={20} />{stop.at === undefined ? t('next.doneEarlier') : t('next.doneAt', { time: time(stop.at) })}</p>;
  if (stop.state !== 'failed') return null;
  return <p class="state-line bad"><Icon name="close" size={20} />{t('next.tryAgainHint', { time: stop.at === undefined ? '–' : time(stop.at), reason: t(`reason.${stop.reason ?? 'other'}`) })}</p>;
}

function StopActions({ stop, isNext }: { stop: StopView; isNext: boolean }): JSX.Element {
  const { subject } = stop;
  const isCentre = stop.stop.order === null;
  const here = async (): Promise<void> => {
    await arrive(stop);
    if (!isCentre) open({ name: 'deliver', subject });
  };
  const goHere = (): void => {
    chosen.value = subject;
    openTab('next');
  };
  return (
    <Actions>
      <div class="action-row">
        <NavigateButton point={stop.stop.point} name={stop.stop.address ?? stop.subject} />
        <CallButton phone={stop.stop.phone} />
        {!isCentre && <button type="button" class="act" disabled={stop.state === 'delivered' || stop.isGone} onClick={() => open({ name: 'problem', subject })}><Icon name="triangle" size={20} />{t('problem')}</button>}
      </div>
      {stop.state === 'failed' && !stop.isGone && <BigButton onPress={() => open({ name: 'deliver', subject })}>{t('next.tryAgain')}</BigButton>}
      {stop.state === 'arrived' && <BigButton onPress={() => open({ name: 'deliver', subject })}>{t('next.goOn')}</BigButton>}
      {stop.state === 'open' && (isNext ? <BigButton onPress={here}>{t('next.here')}</BigButton> : <BigButton icon="navigate" onPress={goHere}>{t('next.goHere')}</BigButton>)}
      {isCentre && <p class="under-hint">{t('next.unloading')}</p>}
    </Actions>
  );
}

export function Actions({ children }: { children: ComponentChildren }): JSX.Element {
  return <div class="actions">{children}</div>;
}

function Finished(): JSX.Element {
  const now = view.value;
  const delivered = (now?.done ?? 0) - (now?.failed.length ?? 0);
  return (
    <section class="finish">
      <div class="finish-mark"><Icon name="tick" size={48} /></div>
      <h2>{t('finish.title')}</h2>
      <p>{t('finish.delivered', { count: delivered })}{(now?.failed.length ?? 0) > 0 && ` · ${t('finish.failed', { count: now?.failed.length ?? 0 })}`}</p>
      <ul class="bring-back">
        {now?.failed.map((stop) => (
          <li key={stop.subject}><strong>{stop.stop.address}</strong><span>{t(`reason.${stop.reason ?? 'other'}`)} · {t('deliver.parcels', { count: stop.stop.parcels.length })}</span></li>
        ))}
      </ul>
    </section>
  );
}
