/** One run as a list of its stops: what the timeline and the map draw, as text. */
import type { JSX } from 'preact';
import type { Footprint, Run } from '../../shared/api/types';
import { clockRange } from '../../shared/format';
import { language } from '../../shared/i18n';
import { TemperatureTags } from '../../shared/ui/badge';
import { Icon } from '../../shared/ui/icons';
import { progress } from '../state/day';
import { openOrder, selection, selectStop } from '../state/selection';
import { t } from '../texts';
import { energy, gas } from '../footprint';
import { cost, hm, km, lateMinutes, margin, zone } from '../words';

export function RunPanel({ run }: { run: Run }): JSX.Element {
  return (
    <>
      <p class="dim">{t('run.facts', { km: km(run.distance_m), load: Math.round(run.load_percent), cost: cost(run.cost) })}</p>
      {run.footprint !== undefined && run.footprint !== null && <p class="dim">{emissions(run.footprint)}</p>}
      {run.trips.map((trip, tripIndex) => (
        <section key={tripIndex}>
          <h3>{t('run.trip', { number: tripIndex + 1 })} <span class="dim">{t('run.span', { from: hm(trip.departs_at), to: hm(trip.returns_at) })}{trip.cold_margin_min !== null && ` · ${t('run.marginLeft', { margin: margin(trip.cold_margin_min) })}`}</span></h3>
          {trip.stops.length === 0 && <p class="dim">{t('run.noStops')}</p>}
          <ol class="stop-list">
            {trip.stops.map((stop) => {
              const state = progress.value?.stops.get(stop.key)?.state;
              const late = lateMinutes(stop);
              return (
                <li key={stop.key}>
                  <button type="button" class="stop-line" aria-pressed={selection.value.stop === stop.key} onClick={() => {
                    selectStop(run.id, tripIndex, stop);
                    if (stop.order !== undefined) openOrder(stop.order);
                  }}>
                    <span class="stop-number">{stop.number}</span>
                    <span class="stop-text">
                      <span class="clip">{stop.label}</span>
                      <span class="dim">
                        {stop.window === null ? '' : `${clockRange(stop.window.open, stop.window.close, zone())} `}
                        <TemperatureTags tags={stop.tags} />
                        {state !== undefined && state !== 'planned' && <span class={state === 'failed' ? 'tag bad' : state === 'delivered' ? 'tag good' : 'tag'}>{t(`state.${state}`)}</span>}
                      </span>
                    </span>
                    <span class={late > 0 ? 'stop-time bad-text' : 'stop-time'}>{late > 0 && <Icon name="clock" size={12} />}{hm(stop.starts_at)}</span>
                  </button>
                </li>
              );
            })}
          </ol>
        </section>
      ))}
    </>
  );
}

function emissions({ driving_g, cooling_g, chilled_j, frozen_j }: Footprint): string {
  const lang = language.value;
  const co2e = t('order.co2e', { driving: gas(driving_g, lang), cooling: gas(cooling_g, lang) });
  return chilled_j + frozen_j === 0 ? co2e : `${co2e} · ${t('run.cooling', { energy: energy(chilled_j + frozen_j, lang) })}`;
}
