/** A trip before it leaves: what to load, in loading order, and directions to the base when the courier is still out. */
import type { JSX } from 'preact';
import { Icon } from '../shared/ui/icons';
import { BigButton, TagMark, time } from './bits';
import { leave, saved } from './day';
import { Actions } from './next';
import { NavigateButton } from './navigate';
import type { TripView } from './route';
import { t } from './words';

export function Loading({ trip }: { trip: TripView }): JSX.Element {
  const base = saved.value?.route.base;
  const { loading, departs_at: departsAt } = trip.trip;
  return (
    <section class="loading-page">
      <div class="loading-head">
        <h2>{t('load.title', { trip: trip.index + 1 })}</h2>
        <p>{t('load.sub', { count: loading.length, time: time(departsAt) })}</p>
        {base !== undefined && <p class="loading-base"><Icon name="house" size={18} />{trip.index > 0 ? t('load.back', { base: base.name }) : base.name}</p>}
      </div>
      {loading.length === 0 ? <p class="empty">{t('load.empty')}</p> : (
        <>
          <p class="loading-order" id="loading-order">{t('load.order')}</p>
          <ol class="loading-list" tabIndex={0} aria-labelledby="loading-order">
            {loading.map((parcel, index) => (
              <li key={parcel.parcel}>
                <span class="loading-place">{index + 1}</span>
                <span class="parcel-id">{parcel.parcel}</span>
                <TagMark tag={parcel.tag} />
                {parcel.stop_number !== null && <span class="loading-stop">{t('load.stop', { number: parcel.stop_number })}</span>}
              </li>
            ))}
          </ol>
        </>
      )}
      <Actions>
        {trip.index > 0 && base !== undefined && <div class="action-row"><NavigateButton point={base.point} name={base.name} /></div>}
        <BigButton icon="van" onPress={() => leave(trip.index)}>{t('load.leave')}</BigButton>
      </Actions>
    </section>
  );
}
