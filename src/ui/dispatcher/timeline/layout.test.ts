import { describe, expect, it } from 'vitest';
import type { CentreLoad, Trip } from '../../shared/api/types';
import { day, makePlan } from '../../fixture/day';
import { block, dayExtent, hasSpace, hourTicks, linehaulBlocks, marginTone, occupancyPath, tightestCompartment, waveSpans, wedge, x, type Scale } from './layout';
import { buildRows, heights, placeRows, visibleRows } from './rows';

const plan = makePlan('P1', 4);
const at = (iso: string): number => Date.parse(iso) / 1000;
// One hour is 100 pixels.
const scale: Scale = { from: at('2026-11-24T06:00:00Z'), to: at('2026-11-24T10:00:00Z'), width: 400 };

describe('hours', () => {
  it('lie on the axis in proportion', () => {
    expect(x(scale, at('2026-11-24T07:30:00Z'))).toBe(150);
  });

  it('are marked by the wall clock of the zone', () => {
    expect(hourTicks(scale, 'Europe/Malta').map((tick) => tick.label)).toEqual(['07:00', '08:00', '09:00', '10:00', '11:00']);
    // Half an hour off UTC: the first full hour on the wall is 12:00 at 06:30 UTC.
    expect(hourTicks(scale, 'Asia/Kolkata')[0]).toEqual({ at: at('2026-11-24T06:30:00Z'), label: '12:00' });
  });

  it('skip the one that the spring clock skips', () => {
    const night: Scale = { from: at('2026-03-29T00:00:00Z'), to: at('2026-03-29T03:00:00Z'), width: 300 };
    expect(hourTicks(night, 'Europe/Malta').map((tick) => tick.label)).toEqual(['01:00', '03:00', '04:00', '05:00']);
  });

  it('thin out when there is no space', () => {
    expect(hourTicks({ ...scale, width: 80 }, 'UTC').map((tick) => tick.label)).toEqual(['06:00', '09:00']);
  });

  it('cover the whole plan', () => {
    const { from, to } = dayExtent(plan);
    expect(from).toBeLessThanOrEqual(Math.min(...plan.runs.map((run) => run.starts_at)));
    expect(to).toBeGreaterThanOrEqual(Math.max(...plan.runs.map((run) => run.ends_at)));
  });
});

describe('blocks and wedges', () => {
  it('give the shortest stop three pixels', () => {
    expect(block(scale.from, scale.from + 10, scale).width).toBe(3);
    // 30 minutes are 50 pixels, less the gap to the next.
    expect(block(scale.from, scale.from + 1800, scale)).toEqual({ left: 0, width: 49.5 });
  });

  it('tell calm, tight and over', () => {
    expect([54, 20, 19, 0, -1].map(marginTone)).toEqual(['calm', 'calm', 'tight', 'tight', 'over']);
  });

  it('are thicker with more minutes left, and absent without cold goods', () => {
    const trip = (minutes: number | null): Trip => ({ loads_at: 0, departs_at: scale.from, returns_at: scale.to, cold_margin_min: minutes, load_percent: 50, legs: [], stops: [] });
    expect(wedge(trip(null), scale, 10)).toBeUndefined();
    expect(wedge(trip(60), scale, 10)?.points).toBe('0.0,10.0 400.0,10.0 400.0,11.0 0.0,17.0');
    expect(wedge(trip(15), scale, 10)?.points).toBe('0.0,10.0 400.0,10.0 400.0,11.0 0.0,14.0');
  });
});

describe('the fridge line', () => {
  const load: CentreLoad = {
    site: 'C1', order_count: 1, capacity_l: { ambient: 100, chilled: 10, frozen: 10 }, peak_percent: { ambient: 20, chilled: 80, frozen: 0 },
    occupancy: { ambient: [], chilled: [[scale.from - 60, 2], [scale.from + 3600, 8]], frozen: [] },
  };

  it('shows the compartment nearest to full', () => {
    expect(tightestCompartment(load)).toBe('chilled');
  });

  it('steps between full and empty', () => {
    // Empty at 20, full at 0: 2 of 10 litres lie at 16, 8 of 10 at 4.
    expect(occupancyPath(load, 'chilled', scale, 0, 20).line).toBe('M0 16.0L100.0 16.0L100.0 4.0L400 4.0');
    expect(occupancyPath(load, 'frozen', scale, 0, 20).line).toBe('M0 20.0L400 20.0');
  });
});

describe('rows', () => {
  it('put linehaul first, then each centre over its routes', () => {
    const kinds = buildRows(day, plan, new Set()).map((row) => row.kind);
    expect(kinds.slice(0, 6)).toEqual(['linehaul-head', 'linehaul', 'linehaul', 'centre', 'route', 'route']);
    expect(kinds.filter((kind) => kind === 'route')).toHaveLength(8);
  });

  it('hide the routes of a folded centre', () => {
    expect(buildRows(day, plan, new Set(['centre C1'])).filter((row) => row.kind === 'route')).toHaveLength(6);
  });

  it('stand below each other without gaps, and only those in view are drawn when there are many', () => {
    const rows = buildRows(day, plan, new Set());
    const { placed, height } = placeRows(rows);
    expect(height).toBe(rows.reduce((sum, row) => sum + heights[row.kind], 0));
    expect(visibleRows(placed, 0, 400)).toHaveLength(rows.length);
    const many = placeRows(Array.from({ length: 12 }, () => rows).flat()).placed;
    expect(visibleRows(many, 1000, 400).length).toBeLessThan(40);
  });

  it('span each wave from its first departure to its last return', () => {
    const spans = waveSpans(plan.runs);
    expect(spans.map((span) => span.wave)).toEqual(['W1', 'W2']);
    expect(spans[0]?.to).toBe(Math.max(...plan.runs.filter((run) => run.echelon === 'last-mile').map((run) => run.trips[0]?.returns_at ?? 0)));
  });
});

describe('stops of a truck', () => {
  const base = plan.runs[0]?.trips[0];
  const stop = base?.stops[0];
  if (base === undefined || stop === undefined) throw new Error('the sample day has trips');
  const stops = [0, 6, 40].map((minute) => ({ ...stop, starts_at: scale.from + minute * 60, departs_at: scale.from + minute * 60 + 300 }));
  const trip: Trip = { ...base, stops, departs_at: scale.from, returns_at: scale.from + 3600 };

  it('never lie on each other; those with space carry their code', () => {
    const places = linehaulBlocks(trip, scale);
    expect(places.map((place) => place.named)).toEqual([false, true, true]);
    places.slice(1).forEach((place, index) => expect(place.left).toBeGreaterThanOrEqual((places[index]?.left ?? 0) + (places[index]?.width ?? 0)));
  });

  it('leave words behind a trip only where they fit', () => {
    const later = { ...trip, departs_at: trip.returns_at + 600 };
    expect([hasSpace([trip, later], 0, scale, 34), hasSpace([trip, later], 1, scale, 34)]).toEqual([false, true]);
  });
});
