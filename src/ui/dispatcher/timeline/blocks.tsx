/** One run over the hours: line while driving, a button for every stop, the ice under each trip. */
import type { JSX } from 'preact';
import { isDone } from '../../shared/fold';
import type { Run, Stop, Trip } from '../../shared/api/types';
import { lookOf } from '../../shared/map/routes';
import { progress } from '../state/day';
import { openOrder, selection, selectStop } from '../state/selection';
import { siteName, hm, lateMinutes, margin } from '../words';
import { t } from '../texts';
import { block, hasSpace, linehaulBlocks, marginTone, wedge, x, type Scale } from './layout';

const routeMiddle = 15;
const wedgeTop = 25;

export function RouteBlocks({ run, scale }: { run: Run; scale: Scale }): JSX.Element {
  const look = lookOf(run);
  const done = progress.value;
  const delay = slip(run);
  const rim = look.isLight ? look.on : 'transparent';
  return (
    <>
      <svg class="row-drawing" width={scale.width} height="38" aria-hidden="true">
        {run.trips.map((trip, index) => {
          const ice = wedge(trip, scale, wedgeTop);
          const last = trip.stops[trip.stops.length - 1];
          const endX = x(scale, last?.departs_at ?? trip.returns_at);
          const shift = tripShift(run, index, delay);
          return (
            <g key={index}>
              <line x1={x(scale, trip.departs_at)} x2={x(scale, trip.returns_at + shift)} y1={routeMiddle} y2={routeMiddle} class="trip-line" style={{ '--colour': look.colour }} />
              {shift > 0 && trip.stops.map((stop) => {
                if (isDone(done?.stops.get(stop.key)?.state)) return null;
                const promised = block(stop.starts_at, stop.departs_at, scale);
                return <rect key={stop.key} x={promised.left} width={promised.width} y="8.5" height="13" rx="2" class="ghost" />;
              })}
              {ice !== undefined && <polygon points={ice.points} class={`wedge ${ice.tone}`} />}
              {trip.cold_margin_min !== null && hasSpace(run.trips, index, scale, 34) && (
                <text x={endX + 5} y={wedgeTop + 6} class={`wedge-figure ${marginTone(trip.cold_margin_min)}`}>{margin(trip.cold_margin_min)}</text>
              )}
            </g>
          );
        })}
      </svg>
      {run.trips.map((trip, tripIndex) =>
        trip.stops.map((stop) => {
          const state = done?.stops.get(stop.key)?.state;
          const shift = isDone(state) ? 0 : tripShift(run, tripIndex, delay);
          const place = block(stop.starts_at + shift, stop.departs_at + shift, scale);
          const late = lateMinutes(stop, shift);
          const failed = state === 'failed';
          const shape = ['block', late > 0 && !isDone(state) ? 'late' : '', isDone(state) ? 'done' : '', failed ? 'failed' : ''].filter(Boolean).join(' ');
          return (
            <button type="button" key={stop.key} tabIndex={-1} data-stop={stop.key} class={shape} aria-label={stopName(stop, shift, late, state)}
              aria-pressed={selection.value.stop === stop.key} title={`${stop.number} · ${stop.label} · ${hm(stop.starts_at + shift)}`}
              style={{ left: `${place.left}px`, width: `${place.width}px`, '--colour': look.colour, '--rim': rim }}
              onClick={() => selectStop(run.id, tripIndex, stop)}
              onDblClick={() => stop.order !== undefined && openOrder(stop.order)}>
              {(late > 0 && !isDone(state)) || failed ? <span aria-hidden="true">!</span> : null}
            </button>
          );
        }),
      )}
    </>
  );
}

export function LinehaulBlocks({ run, scale }: { run: Run; scale: Scale }): JSX.Element {
  return (
    <>
      <svg class="row-drawing" width={scale.width} height="28" aria-hidden="true">
        {run.trips.map((trip, index) => (
          <g key={index}>
            <line x1={x(scale, trip.departs_at)} x2={x(scale, trip.returns_at)} y1="14" y2="14" stroke="var(--linehaul)" stroke-width="2" />
            {hasSpace(run.trips, index, scale, 38) && <text x={endOf(trip, scale) + 5} y="18" class="axis-text">{hm(trip.returns_at)}</text>}
          </g>
        ))}
      </svg>
      {run.trips.map((trip, tripIndex) => {
        const places = linehaulBlocks(trip, scale);
        return trip.stops.map((stop, index) => {
          const place = places[index];
          return place && (
            <button type="button" key={stop.key} tabIndex={-1} data-stop={stop.key} class="linehaul-block" aria-pressed={selection.value.stop === stop.key}
              aria-label={`${shortSite(stop)} ${t('stop.centre', { label: siteName(stop.site) || stop.label, at: hm(stop.arrives_at) })}`} title={`${shortSite(stop)} ${stop.label} · ${hm(stop.arrives_at)}`}
              style={{ left: `${place.left}px`, width: `${place.width}px` }} onClick={() => selectStop(run.id, tripIndex, stop)}>
              {place.named ? shortSite(stop) : ''}
            </button>
          );
        });
      })}
    </>
  );
}

/** Where the drawing of a truck's trip ends: a block with its code can reach beyond the return. */
function endOf(trip: Trip, scale: Scale): number {
  return Math.max(x(scale, trip.returns_at), ...linehaulBlocks(trip, scale).map((place) => place.left + place.width));
}

/** Seconds the courier is behind by his last sign; small slips are noise. */
function slip(run: Run): number {
  const delay = progress.value?.runs.get(run.id)?.delayS ?? 0;
  return delay >= 180 ? delay : 0;
}

/** A delay moves the trip in progress; a later trip only when the return takes up the pause before it. */
function tripShift(run: Run, trip: number, delay: number): number {
  const before = run.trips[trip - 1];
  const own = run.trips[trip];
  if (delay === 0 || own === undefined || before === undefined || progress.value?.runs.get(run.id)?.departed.has(trip) === true) return delay;
  return Math.max(0, before.returns_at + delay - own.loads_at);
}

function stopName(stop: Stop, shift: number, late: number, state: string | undefined): string {
  return t('stop.name', { number: stop.number, label: stop.label, at: hm(stop.starts_at + shift) })
    + (late > 0 ? t('stop.late', { minutes: late }) : '')
    + (state === undefined || state === 'planned' ? '' : t('stop.state', { state: t(`state.${state}` as 'state.out') }));
}

/** The id when it is short enough for the block, else the first letters of the name. */
function shortSite(stop: Stop): string {
  const id = stop.site ?? '';
  return id !== '' && id.length <= 4 ? id : siteName(stop.site).slice(0, 3);
}
