/** What arrives when, the next van large, and the couriers that leave from here. */
import type { JSX } from 'preact';
import { compartments } from '../shared/api/types';
import { roughSpan } from '../shared/format';
import { language } from '../shared/i18n';
import { now } from '../shared/field/clock';
import { announce } from '../shared/ui/announcer';
import { RouteBadge } from '../shared/ui/badge';
import { Icon, type IconName } from '../shared/ui/icons';
import { time } from './app';
import { arrivals, desk, receive, type ArrivalView } from './desk';
import { t } from './words';

const icons = { ambient: 'parcel', chilled: 'fridge', frozen: 'snow' } as const satisfies Record<string, IconName>;
const total = (arrival: ArrivalView): number => compartments.reduce((sum, one) => sum + arrival.parcel_count[one], 0);

export function Receive(): JSX.Element {
  const all = arrivals.value;
  const next = all.find((arrival) => arrival.received_at === null);
  return (
    <section class="card receive" aria-labelledby="receive-title">
      <header class="card-head"><h2 id="receive-title">{t('receive.title')}</h2>{next !== undefined && <span>{t('receive.next', { letter: next.letter, time: time(next.arrives_at) })}</span>}<kbd>F1</kbd></header>
      {next === undefined ? <p class="all-in" id="receive-first" tabIndex={-1}><Icon name="tick" size={20} />{t(all.length === 0 ? 'receive.none' : 'receive.allIn')}</p> : <NextVan van={next} />}
      {all.length > 0 && (
        <ul class="rows" aria-label={t('receive.list')}>
          {all.map((van) => <VanRow key={van.run} van={van} isNext={van.run === next?.run} />)}
        </ul>
      )}
    </section>
  );
}

function NextVan({ van }: { van: ArrivalView }): JSX.Element {
  const minutes = Math.round((van.arrives_at - now.value) / 60);
  return (
    <div class="next-van">
      <p>{t('receive.expected')}{minutes > 0 ? <span class="quiet"> · {t('receive.in', { span: roughSpan(minutes, language.value) })}</span> : minutes < -1 && <span class="tag warn"><Icon name="triangle" size={12} />{t('receive.late', { span: roughSpan(-minutes, language.value) })}</span>}</p>
      <div class="next-van-line"><strong class="huge">{time(van.arrives_at)}</strong><RouteBadge number={1} letter={van.letter} /><span>{van.courier_name}</span></div>
      <ul class="counts">
        {compartments.map((one) => <li key={one} class={one}><Icon name={icons[one]} size={18} /><strong>{van.parcel_count[one]}</strong>{t(`compartment.${one}`)}</li>)}
      </ul>
      <p class="quiet">{van.waves.map((wave) => t('receive.wave', { wave })).join(', ')}</p>
      <MarkButton van={van} isFirst />
    </div>
  );
}

function MarkButton({ van, isFirst = false }: { van: ArrivalView; isFirst?: boolean }): JSX.Element {
  return (
    <button type="button" id={isFirst ? 'receive-first' : undefined} class={isFirst ? 'button primary main' : 'button'} aria-label={isFirst ? undefined : `${t('receive.mark')} ${van.letter}`}
      onClick={() => void receive(van).then(() => announce(t('act.received', { letter: van.letter })))}>
      {isFirst && <Icon name="tick" size={18} width={2} />}{t('receive.mark')}
    </button>
  );
}

function VanRow({ van, isNext }: { van: ArrivalView; isNext: boolean }): JSX.Element {
  return (
    <li>
      <RouteBadge number={1} letter={van.letter} />
      <span class="row-text"><strong>{time(van.arrives_at)}</strong> {t('receive.parcels', { count: total(van) })}</span>
      {van.received_at !== null ? <span class="tag good"><Icon name="tick" size={12} width={2} />{t('receive.at', { time: time(van.received_at) })}</span> : !isNext && <MarkButton van={van} />}
      {van.isPending && <span class="tag warn"><Icon name="clock" size={12} />{t('receive.pending')}</span>}
    </li>
  );
}

export function Outgoing(): JSX.Element {
  const trips = desk.value?.outgoing ?? [];
  const severalTrips = trips.some((trip) => (trip.trip ?? 0) > 0);
  return (
    <section class="card grows" aria-labelledby="out-title">
      <header class="card-head"><h2 id="out-title">{t('out.title')}</h2></header>
      {trips.length === 0 ? <p class="empty">{t('out.none')}</p> : (
        <ul class="rows scrolls" tabIndex={0} aria-labelledby="out-title">
          {trips.map((trip) => (
            <li key={`${trip.run}/${trip.loads_at}`} class={trip.departed_at === null ? '' : 'is-done'}>
              <RouteBadge number={trip.number} />
              <span class="row-text"><strong>{trip.courier_name}</strong><small>{t('out.sub', { stops: trip.stop_count, parcels: trip.parcel_count })}{severalTrips && ` · ${t('out.trip', { trip: (trip.trip ?? 0) + 1 })}`}</small></span>
              {trip.departed_at !== null ? <span class="tag good"><Icon name="tick" size={12} width={2} />{t('out.left', { time: time(trip.departed_at) })}</span> : <strong class="row-time">{t('out.loads', { time: time(trip.loads_at) })}</strong>}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
