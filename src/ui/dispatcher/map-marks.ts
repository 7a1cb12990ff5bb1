/** Labels that stand on the map: sites with their fullest hour, and couriers where their last sign came from. */
import type { Plan, Run, Site } from '../shared/api/types';
import type { DayProgress } from '../shared/fold';
import { isDone } from '../shared/fold';
import { lookOf } from '../shared/map/routes';
import type { Point } from '../shared/polyline';
import { placeLabels } from './chips';
import { t } from './texts';
import { tightestCompartment } from './timeline/layout';
import { siteCode } from './timeline/row-head';
import { hm } from './words';

export interface Sign {
  run: Run;
  point: Point;
  at: number;
}

/** Couriers on a trip, at the stop of their last event. Nothing is guessed between events. */
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

export interface SiteChip {
  site: Site;
  element: HTMLElement;
  /** Hub first, then the fullest centre first: the order in which labels are placed. */
  weight: number;
}

export function siteChip(site: Site, plan: Plan | undefined): SiteChip {
  const load = plan?.centres.find((centre) => centre.site === site.id);
  const percent = load === undefined ? undefined : Math.round(load.peak_percent[tightestCompartment(load)]);
  const element = mark(site.kind === 'centre' ? 'site-chip' : 'site-chip hub', '');
  if (percent !== undefined && percent > 90) element.classList.add(percent > 100 ? 'over' : 'near');
  const label = part('site-chip-label', '');
  label.append(part('site-chip-name', site.name), part('site-chip-code', siteCode(site) || initials(site.name)), part('', percent === undefined ? '' : ` ${percent} %`));
  element.append(label, part('site-chip-pin', ''));
  element.title = site.name;
  return { site, element, weight: site.kind === 'centre' ? (percent ?? 0) : Number.POSITIVE_INFINITY };
}

/** Gives every chip the widest label that lies on no other. `project` tells where a site is on the screen. */
export function arrangeChips(chips: readonly SiteChip[], project: (site: Site) => { x: number; y: number }, width: number): void {
  const ordered = [...chips].sort((a, b) => b.weight - a.weight || a.site.id.localeCompare(b.site.id));
  const forms = placeLabels(ordered.map(({ site, element }) => ({ ...project(site), ...widths(element) })), width);
  ordered.forEach(({ element }, index) => {
    element.dataset['form'] = forms[index];
  });
}

/** Widths of the two labels, measured once: reading them while the map moves would lay the page out again and again. */
function widths(element: HTMLElement): { nameWidth: number; codeWidth: number } {
  const label = element.querySelector<HTMLElement>('.site-chip-label');
  const known = element.dataset['widths']?.split(' ').map(Number);
  if (known !== undefined) return { nameWidth: known[0] ?? 0, codeWidth: known[1] ?? 0 };
  const [nameWidth = 0, codeWidth = 0] = (['name', 'code'] as const).map((form) => {
    element.dataset['form'] = form;
    return label?.offsetWidth ?? 0;
  });
  if (nameWidth > 0) element.dataset['widths'] = `${nameWidth} ${codeWidth}`;
  return { nameWidth, codeWidth };
}

/** Two or three letters for a site whose id is long. */
function initials(name: string): string {
  return name.split(/[\s-]+/).map((word) => word.slice(0, 1)).join('').slice(0, 3).toUpperCase();
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
