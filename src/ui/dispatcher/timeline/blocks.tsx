/** One run over the hours: line while driving, a button for every stop, the ice under each trip. */
import type { JSX } from 'preact';
import { isDone } from '../../shared/fold';
import type { Run, Stop } from '../../shared/api/types';
import { lookOf } from '../../shared/map/routes';
import { progress } from '../state/day';
import { openOrder, selection, selectStop } from '../state/selection';
import { siteName, hm, lateMinutes, margin } from '../words';
import { t } from '../texts';
import { block, marginTone, wedge, x, type Scale } from './layout';

const routeMiddle = 15;
const wedgeTop = 25;

export function RouteBlocks({ run, scale }: { run: Run; scale: Scale }): JSX.Element {
  const look = lookOf(run);
  const done = progress.value;
  const delay = done?.runs.get(run.id)?.delayS ?? 0;
  const rim = look.isLight ? look.on : 'transparent';
  return (
    <>
      <svg class="row-drawing" width={scale.width} height="38" aria-hidden="true">
        {run.trips.map((trip, index) => {
          const ice = wedge(trip, scale, wedgeTop);
          const last = trip.stops[trip.stops.length - 1];
          const endX = x(scale, last?.departs_at ?? trip.returns_at);
          return (
            <g key={index}>
              <line x1={x(scale, trip.departs_at)} x2={x(scale, trip.returns_at)} y1={routeMiddle} y2={routeMiddle} stroke={look.colour} stroke-width="2" />
              {ice !== undefined && <polygon points={ice.points} class={`wedge ${ice.tone}`} />}
              {trip.cold_margin_min !== null && (
                <text x={endX + 5} y={wedgeTop + 6} class={`wedge-figure ${marginTone(trip.cold_margin_min)}`}>{margin(trip.cold_margin_min)}</text>
              )}
            </g>
          );
        })}
      </svg>
      {run.trips.map((trip, tripIndex) =>
        trip.stops.map((stop) => {
          const place = block(stop.starts_at, stop.departs_at, scale);
          const state = done?.stops.get(stop.key)?.state;
          const expectedDelay = isDone(state) ? 0 : Math.max(0, delay);
          const late = lateMinutes(stop, done === undefined ? 0 : expectedDelay);
          const failed = state === 'failed';
          const shape = ['block', late > 0 && !isDone(state) ? 'late' : '', isDone(state) ? 'done' : '', failed ? 'failed' : ''].filter(Boolean).join(' ');
          return (
            <button type="button" key={stop.key} tabIndex={-1} data-stop={stop.key} class={shape} aria-label={stopName(stop, late, state)}
              aria-pressed={selection.value.stop === stop.key} title={`${stop.number} · ${stop.label} · ${hm(stop.starts_at)}`}
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
            <line x1={x(scale, trip.departs_at)} x2={x(scale, trip.returns_at)} y1="14" y2="14" stroke="#44545F" stroke-width="2" />
            <text x={x(scale, trip.returns_at) + 5} y="18" class="axis-text">{hm(trip.returns_at)}</text>
          </g>
        ))}
      </svg>
      {run.trips.map((trip, tripIndex) =>
        trip.stops.map((stop) => (
          <button type="button" key={stop.key} tabIndex={-1} data-stop={stop.key} class="linehaul-block" aria-pressed={selection.value.stop === stop.key}
            aria-label={t('stop.centre', { label: siteName(stop.site) || stop.label, at: hm(stop.arrives_at) })} title={`${stop.label} · ${hm(stop.arrives_at)}`}
            style={{ left: `${x(scale, (stop.starts_at + stop.departs_at) / 2)}px` }} onClick={() => selectStop(run.id, tripIndex, stop)}>
            {shortSite(stop)}
          </button>
        )),
      )}
    </>
  );
}

function stopName(stop: Stop, late: number, state: string | undefined): string {
  return t('stop.name', { number: stop.number, label: stop.label, at: hm(stop.starts_at) })
    + (late > 0 ? t('stop.late', { minutes: late }) : '')
    + (state === undefined || state === 'planned' ? '' : t('stop.state', { state: t(`state.${state}` as 'state.out') }));
}

/** The id when it is short enough for the block, else the first letters of the name. */
function shortSite(stop: Stop): string {
  const id = stop.site ?? '';
  return id !== '' && id.length <= 4 ? id : siteName(stop.site).slice(0, 3);
}
