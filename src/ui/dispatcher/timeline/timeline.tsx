/** Rows and hours: list of routes and timeline in one grid, walked with the arrow keys. */
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { signal } from '@preact/signals';
import type { Day, Plan } from '../../shared/api/types';
import { now, view } from '../state/day';
import { drawer, hoveredRun, openOrder, openRun, selection, selectRun } from '../state/selection';
import { folded } from '../state/settings';
import { hm, siteName, zone } from '../words';
import { t } from '../texts';
import { LinehaulBlocks, RouteBlocks } from './blocks';
import { dayExtent, hourTicks, occupancyPath, tightestCompartment, waveSpans, x, type Scale } from './layout';
import { GroupHead, LinehaulHead, RouteHead, siteCode } from './row-head';
import { buildRows, placeRows, visibleRows, type Placed, type Row } from './rows';
import './timeline.css';

/** Width of the headings; in a narrow window the hours need the space more. */
const headWidths = { wide: 262, narrow: 168, narrowBelow: 600 };
/** The hours in view when the viewer stretched them; else the whole day. */
export const hours = signal<{ from: number; to: number } | undefined>(undefined);

export function goToNow(): void {
  const half = ((hours.value?.to ?? 0) - (hours.value?.from ?? 0)) / 2 || 1.5 * 3600;
  hours.value = { from: now.value - half, to: now.value + half };
}

export function stretchHours(extent: { from: number; to: number }, factor: number, around?: number): void {
  const current = hours.value ?? extent;
  const middle = around ?? (current.from + current.to) / 2;
  const from = Math.max(extent.from, middle - (middle - current.from) * factor);
  const to = Math.min(extent.to, middle + (current.to - middle) * factor);
  hours.value = to - from >= extent.to - extent.from || to - from < 600 ? (factor > 1 ? undefined : hours.value) : { from, to };
}

export function Timeline({ day, plan }: { day: Day; plan: Plan }): JSX.Element {
  const scroller = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 600, height: 500 });
  const [scrollTop, setScrollTop] = useState(0);
  useEffect(() => {
    const box = scroller.current;
    if (box === null) return undefined;
    const observer = new ResizeObserver(() => setSize({ width: box.clientWidth, height: box.clientHeight }));
    observer.observe(box);
    return () => observer.disconnect();
  }, []);
  const headWidth = size.width < headWidths.narrowBelow ? headWidths.narrow : headWidths.wide;
  const extent = useMemo(() => dayExtent(plan), [plan]);
  const scale: Scale = { ...(hours.value ?? extent), width: Math.max(120, size.width - headWidth) };
  const rows = useMemo(() => buildRows(day, plan, new Set(folded.value)), [day, plan, folded.value]);
  const { placed, height } = useMemo(() => placeRows(rows), [rows]);
  const drawn = visibleRows(placed, scrollTop, size.height);
  const ticks = hourTicks(scale, zone());
  const routes = plan.runs.filter((run) => run.echelon === 'last-mile').length;
  const live = view.value === 'live' && plan.status === 'published';
  const nowX = x(scale, now.value);
  const showsNow = live && nowX >= 0 && nowX <= scale.width;

  useEffect(() => {
    const box = scroller.current;
    if (box?.querySelector('[role=grid] [tabindex="0"]') !== null) return;
    const first = box.querySelector<HTMLElement>('[data-head]');
    if (first !== null) first.tabIndex = 0;
  });

  // A selection made on the map or in the tray brings its row into view.
  const selectedRun = selection.value.run;
  useEffect(() => {
    const place = placed.find((candidate) => candidate.row.id === selectedRun);
    const box = scroller.current;
    if (place === undefined || box === null) return;
    if (place.top < box.scrollTop) box.scrollTop = place.top;
    else if (place.top + place.height > box.scrollTop + box.clientHeight - 28) box.scrollTop = place.top + place.height - box.clientHeight + 36;
  }, [selectedRun, placed]);

  return (
    <div class={headWidth === headWidths.narrow ? 'timeline narrow' : 'timeline'} style={{ '--head': `${headWidth}px` }} ref={scroller} onScroll={(event) => setScrollTop(event.currentTarget.scrollTop)}
      onWheel={(event) => {
        if (!event.ctrlKey) return;
        event.preventDefault();
        const inside = event.clientX - event.currentTarget.getBoundingClientRect().left - headWidth;
        stretchHours(extent, event.deltaY > 0 ? 1.25 : 0.8, scale.from + (inside / scale.width) * (scale.to - scale.from));
      }}>
      <div class="axis">
        <div class="axis-head"><span>{t('rows.all')} <span class="dim">{routes}</span></span><span class="dim">{t('rows.load')}</span></div>
        <svg class="axis-drawing" width={scale.width} height="27" role="img" aria-label={waveSpans(plan.runs).map((span) => t('rows.wave', { wave: span.wave, from: hm(span.from), to: hm(span.to) })).join('; ') || t('rows.label')}>
          {ticks.filter((tick) => x(scale, tick.at) > 17).map((tick) => <text key={tick.at} x={x(scale, tick.at)} y="17" text-anchor="middle" class="axis-hour">{tick.label}</text>)}
          {waveSpans(plan.runs).map((span) => <rect key={span.wave} x={x(scale, span.from)} width={Math.max(0, x(scale, span.to) - x(scale, span.from))} y="23" height="4" class="wave-bar" />)}
        </svg>
        {showsNow && <span class="now-chip" style={{ left: `${headWidth + nowX}px` }}>{hm(now.value)}</span>}
      </div>
      <div class="rows" role="grid" aria-label={t('rows.label')} aria-rowcount={rows.length} style={{ height: `${height}px` }} onKeyDown={(event) => walk(event, plan)} onFocusIn={keepOneTabStop}>
        {drawn.map((place) => (
          <RowFrame key={place.row.id} place={place} scale={scale}>
            <RowContent row={place.row} scale={scale} ticks={ticks.map((tick) => tick.at)} />
          </RowFrame>
        ))}
        {showsNow && <div class="now-line" style={{ left: `${headWidth + nowX}px` }} role="presentation" />}
      </div>
    </div>
  );
}

function RowFrame({ place, scale, children }: { place: Placed; scale: Scale; children: ComponentChildren }): JSX.Element {
  const { row } = place;
  const isRun = row.kind === 'route' || row.kind === 'linehaul';
  const selected = isRun && selection.value.run === row.id;
  const hovered = isRun && hoveredRun.value === row.id;
  const shape = `row ${row.kind}${selected ? ' selected' : ''}${hovered ? ' hovered' : ''}`;
  return (
    <div role="row" data-site={row.kind === 'centre' ? row.site?.id : undefined} aria-rowindex={place.index + 1} class={shape} style={{ top: `${place.top}px`, height: `${place.height}px`, '--hours': `${scale.width}px` }}
      onPointerEnter={() => { hoveredRun.value = isRun ? row.id : undefined; }} onPointerLeave={() => { hoveredRun.value = undefined; }}>
      {children}
    </div>
  );
}

function RowContent({ row, scale, ticks }: { row: Row; scale: Scale; ticks: readonly number[] }): JSX.Element {
  const grid = <svg class="row-grid" width={scale.width} height="100%" aria-hidden="true">{ticks.map((at) => <line key={at} x1={x(scale, at)} x2={x(scale, at)} y1="0" y2="100%" />)}</svg>;
  switch (row.kind) {
    case 'route':
      return (
        <>
          <div role="rowheader" class="cell-head"><RouteHead run={row.run} /></div>
          <div role="gridcell" class="cell-hours" onClick={(event) => event.target === event.currentTarget && selectRun(row.id)}>{grid}<RouteBlocks run={row.run} scale={scale} /></div>
        </>
      );
    case 'linehaul':
      return (
        <>
          <div role="rowheader" class="cell-head"><LinehaulHead run={row.run} /></div>
          <div role="gridcell" class="cell-hours" onClick={(event) => event.target === event.currentTarget && selectRun(row.id)}>{grid}<LinehaulBlocks run={row.run} scale={scale} /></div>
        </>
      );
    case 'linehaul-head':
      return (
        <>
          <div role="rowheader" class="cell-head"><GroupHead id={row.id} name={t('rows.linehaul')} code="" collapsed={row.collapsed} /><span class="group-hub clip">{row.site?.name}</span></div>
          <div role="gridcell" class="cell-hours">{grid}</div>
        </>
      );
    case 'centre': {
      const name = row.site?.name ?? siteName(row.id.slice('centre '.length));
      const compartment = row.load === undefined ? undefined : tightestCompartment(row.load);
      const path = row.load === undefined || compartment === undefined ? undefined : occupancyPath(row.load, compartment, scale, 4, 27);
      return (
        <>
          <div role="rowheader" class="cell-head"><GroupHead id={row.id} name={name} code={siteCode(row.site)} collapsed={row.collapsed} load={row.load} /></div>
          <div role="gridcell" class="cell-hours">
            {grid}
            {path !== undefined && row.load !== undefined && compartment !== undefined && (
              <svg class="row-drawing" width={scale.width} height="28" role="img"
                aria-label={t('rows.occupancy', { name, compartment: t(`compartment.${compartment}`), percent: Math.round(row.load.peak_percent[compartment]), litres: row.load.capacity_l[compartment] })}>
                <path d={path.area} class="occupancy-area" />
                <path d={path.line} class="occupancy-line" />
                <line x1="0" x2={scale.width} y1="4" y2="4" class="occupancy-full" />
              </svg>
            )}
          </div>
        </>
      );
    }
  }
}

/** Arrows walk rows and, inside a row, its stops; Enter opens, Space selects (the button's own click). */
function walk(event: KeyboardEvent, plan: Plan): void {
  if (!(event.target instanceof HTMLElement)) return;
  const row = event.target.closest<HTMLElement>('[role=row]');
  if (row === null) return;
  const inRow = [...row.querySelectorAll<HTMLElement>('[data-head], [data-stop]')];
  const at = inRow.indexOf(event.target);
  let next: HTMLElement | null | undefined;
  switch (event.key) {
    case 'ArrowRight': next = inRow[at + 1]; break;
    case 'ArrowLeft': next = inRow[at - 1]; break;
    case 'Home': next = inRow[0]; break;
    case 'End': next = inRow[inRow.length - 1]; break;
    case 'ArrowDown':
    case 'ArrowUp': {
      const other = event.key === 'ArrowDown' ? row.nextElementSibling : row.previousElementSibling;
      if (other instanceof HTMLElement) next = nearestIn(other, event.target);
      break;
    }
    case 'Enter': {
      const key = event.target.dataset['stop'];
      const run = plan.runs.find((candidate) => candidate.trips.some((trip) => trip.stops.some((stop) => stop.key === key)));
      const order = run?.trips.flatMap((trip) => trip.stops).find((stop) => stop.key === key)?.order;
      if (order !== undefined) {
        event.target.click();
        openOrder(order);
      } else if (event.target.matches('.row.route [data-head], .row.linehaul [data-head]')) {
        event.target.click();
        if (selection.value.run !== undefined) openRun(selection.value.run);
      } else return;
      event.preventDefault();
      return;
    }
    default: return;
  }
  event.preventDefault();
  event.stopPropagation();
  next?.focus();
  if (next?.dataset['stop'] !== undefined && drawer.value !== undefined) next.click();
}

/** The stop of another row that lies nearest in time, or its heading when one comes from a heading. */
function nearestIn(row: HTMLElement, from: HTMLElement): HTMLElement | null {
  const head = row.querySelector<HTMLElement>('[data-head]');
  if (from.dataset['stop'] === undefined) return head;
  let best: HTMLElement | null = head;
  let minDistance = Number.POSITIVE_INFINITY;
  for (const stop of row.querySelectorAll<HTMLElement>('[data-stop]')) {
    const distance = Math.abs(stop.offsetLeft - from.offsetLeft);
    if (distance < minDistance) {
      minDistance = distance;
      best = stop;
    }
  }
  return best;
}

/** The grid is one stop of the Tab key: the control that had focus last. */
function keepOneTabStop(event: FocusEvent): void {
  if (!(event.target instanceof HTMLElement) || !(event.currentTarget instanceof HTMLElement)) return;
  for (const control of event.currentTarget.querySelectorAll<HTMLElement>('[tabindex="0"]')) control.tabIndex = -1;
  event.target.tabIndex = 0;
}
