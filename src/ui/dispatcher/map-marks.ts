/** Labels that stand on the map: sites with their fullest hour, and couriers where their last sign came from. */
import type { Plan, Run, Site } from '../shared/api/types';
import type { DayProgress } from '../shared/fold';
import { isDone } from '../shared/fold';
import { lookOf } from '../shared/map/routes';
import type { Point } from '../shared/polyline';
import { t } from './texts';
import { tightestCompartment } from './timeline/layout';
import { hm } from './words';

export interface Sign {
  run: Run;
  point: Point;
  at: number;
}

/** Couriers under way, at the stop they last spoke of. Between signs nothing is guessed. */
export function lastSigns(plan: Plan, progress: DayProgress): Sign[] {
  const signs: Sign[] = [];
  for (const run of plan.runs) {
    const own = progress.runs.get(run.id);
    const stops = run.trips.flatMap((trip) => trip.stops);
    if (run.echelon === 'linehaul' || own?.lastSignAt === undefined || own.done === stops.length) continue;
    const served = stops.filter((stop) => isDone(progress.stops.get(stop.key)?.state));
    const last = stops.find((stop) => stop.key === own.at) ?? served[served.length - 1];
    if (last !== undefined) signs.push({ run, point: last.point, at: own.lastSignAt });
  }
  return signs;
}

export function signBadge({ run, at }: Sign): HTMLElement {
  const look = lookOf(run);
  const badge = mark('sign-badge', String(run.number));
  badge.style.background = look.colour;
  badge.style.color = look.on;
  badge.style.setProperty('--badge', look.colour);
  badge.title = t('map.lastSign', { number: run.number, at: hm(at) });
  return badge;
}

export function siteChip(site: Site, plan: Plan | undefined): HTMLElement {
  const load = plan?.centres.find((centre) => centre.site === site.id);
  const percent = load === undefined ? undefined : Math.round(load.peak_percent[tightestCompartment(load)]);
  const chip = mark(site.kind === 'centre' ? 'site-chip' : 'site-chip hub', '');
  if (percent !== undefined && percent > 90) chip.classList.add(percent > 100 ? 'over' : 'near');
  chip.append(part('site-chip-label', percent === undefined ? site.name : `${site.name} ${percent} %`), part('site-chip-pin', ''));
  return chip;
}

/** The rows say the same in words, so marks are not read out twice. */
function mark(name: string, text: string): HTMLElement {
  const element = document.createElement('div');
  element.setAttribute('aria-hidden', 'true');
  element.className = name;
  element.textContent = text;
  return element;
}

function part(name: string, text: string): HTMLElement {
  const element = document.createElement('span');
  element.className = name;
  element.textContent = text;
  return element;
}
