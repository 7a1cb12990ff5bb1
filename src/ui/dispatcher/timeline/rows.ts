/** The rows that are both the list of routes and the headings of the timeline, and which of them are in view. */
import type { CentreLoad, Day, Plan, Run, Site } from '../../shared/api/types';

export type Row =
  | { kind: 'linehaul-head'; id: string; site: Site | undefined; count: number; collapsed: boolean }
  | { kind: 'centre'; id: string; site: Site | undefined; load: CentreLoad | undefined; collapsed: boolean }
  | { kind: 'linehaul'; id: string; run: Run }
  | { kind: 'route'; id: string; run: Run };

export const heights: Readonly<Record<Row['kind'], number>> = { 'linehaul-head': 28, centre: 28, linehaul: 28, route: 38 };

/** Linehaul first, then each centre with the routes that start there; a run without a centre of the day comes last. */
export function buildRows(day: Day, plan: Plan, collapsed: ReadonlySet<string>): Row[] {
  const rows: Row[] = [];
  const linehaul = plan.runs.filter((run) => run.echelon === 'linehaul');
  if (linehaul.length > 0) {
    const id = 'linehaul';
    const base = linehaul[0]?.base;
    rows.push({ kind: 'linehaul-head', id, site: day.sites.find((site) => site.id === base), count: linehaul.length, collapsed: collapsed.has(id) });
    if (!collapsed.has(id)) rows.push(...linehaul.map((run): Row => ({ kind: 'linehaul', id: run.id, run })));
  }
  const lastMile = plan.runs.filter((run) => run.echelon === 'last-mile');
  const listed = plan.centres.map((centre) => centre.site);
  const bases = [...new Set([...listed, ...lastMile.map((run) => run.base)])];
  for (const base of bases) {
    const id = `centre ${base}`;
    rows.push({
      kind: 'centre', id, site: day.sites.find((site) => site.id === base), load: plan.centres.find((centre) => centre.site === base), collapsed: collapsed.has(id),
    });
    if (collapsed.has(id)) continue;
    rows.push(...lastMile.filter((run) => run.base === base).sort((a, b) => a.number - b.number).map((run): Row => ({ kind: 'route', id: run.id, run })));
  }
  return rows;
}

export interface Placed {
  row: Row;
  index: number;
  top: number;
  height: number;
}

export function placeRows(rows: readonly Row[]): { placed: Placed[]; height: number } {
  let top = 0;
  const placed = rows.map((row, index) => {
    const place = { row, index, top, height: heights[row.kind] };
    top += place.height;
    return place;
  });
  return { placed, height: top };
}

/** Few rows are all drawn; of many only those near the window. */
export function visibleRows(placed: readonly Placed[], scrollTop: number, viewHeight: number): Placed[] {
  if (placed.length <= 60) return [...placed];
  const margin = 200;
  return placed.filter((place) => place.top + place.height > scrollTop - margin && place.top < scrollTop + viewHeight + margin);
}
