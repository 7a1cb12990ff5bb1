/** Two plans side by side: figures with their change, then the orders that fare differently. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { api } from '../../shared/api/client';
import type { Comparison, Figures, Plan } from '../../shared/api/types';
import { decimal, signed } from '../../shared/format';
import { language } from '../../shared/i18n';
import { Dialog } from '../../shared/ui/dialog';
import { gas } from '../footprint';
import { shown } from '../state/day';
import { selectOrder } from '../state/selection';
import { t } from '../texts';
import { cost, hm, km, planHeading, planName, runName, troubleText } from '../words';
import { panel } from './open';

/** How a figure is written, and whether more of it is worse. */
interface Row {
  name: string;
  value: (figures: Figures) => number;
  text: (value: number) => string;
  lessIsBetter: boolean;
  /** Decides between plans: its change is coloured and stands out from the rest. */
  isMain?: boolean;
}

export function CompareDialog({ plan, base }: { plan: string; base: string }): JSX.Element {
  const close = (): void => {
    panel.value = undefined;
  };
  const [found, setFound] = useState<Comparison>();
  const [error, setError] = useState('');
  const [plans, setPlans] = useState<readonly Plan[]>([]);
  useEffect(() => {
    api.compare(base, plan).then(setFound, (reason: unknown) => setError(troubleText(reason)));
    // Routes have names only within their own plan.
    Promise.all([api.plan(base), api.plan(plan)]).then(setPlans, () => undefined);
  }, [plan, base]);
  const nameOf = (id: string, at: 0 | 1): string => {
    const run = plans[at]?.runs.find((candidate) => candidate.id === id);
    return run === undefined ? t('compare.someRoute') : runName(run);
  };
  return (
    <Dialog wide title={t('compare.title', { a: planHeading(plan), b: planName(base) })} closeLabel={t('action.close')} onClose={close}>
      {error !== '' && <p class="error" role="alert">{error}</p>}
      {found === undefined && error === '' && <div class="skeleton" role="status" aria-label={t('loading')}><span /><span /><span /></div>}
      {found !== undefined && (
        <>
          <table class="plain-table">
            <thead><tr><th scope="col">{t('compare.figure')}</th><th scope="col">{planHeading(base)}</th><th scope="col">{planHeading(plan)}</th><th scope="col">{t('compare.change')}</th></tr></thead>
            <tbody>{figureRows().map((row) => <FigureLine key={row.name} row={row} a={found.figures.a} b={found.figures.b} />)}</tbody>
          </table>
          <Orders title={t('compare.moved')} lines={found.moved.map((move) => ({ order: move.order, text: t('compare.from', { from: nameOf(move.from, 0), to: nameOf(move.to, 1) }) }))} />
          <Orders title={t('compare.eta')} lines={found.eta_changed.map((change) => ({ order: change.order, text: t('compare.from', { from: hm(change.from_at), to: hm(change.to_at) }) }))} />
          <Orders title={t('compare.added', { plan: planName(plan) })} lines={found.added.map((order) => ({ order, text: '' }))} />
          <Orders title={t('compare.removed', { plan: planName(plan) })} lines={found.removed.map((order) => ({ order, text: '' }))} />
        </>
      )}
    </Dialog>
  );
}

function figureRows(): Row[] {
  const whole = (value: number): string => decimal(value, 0, language.value);
  return [
    { name: t('figures.cost'), value: (f) => f.cost, text: cost, lessIsBetter: true, isMain: true },
    { name: t('figures.objective'), value: (f) => f.objective ?? f.cost, text: cost, lessIsBetter: true },
    { name: t('figures.perOrder'), value: (f) => (f.planned === 0 ? 0 : Math.round(f.cost / f.planned)), text: cost, lessIsBetter: true },
    { name: t('figures.km'), value: (f) => f.distance_m, text: km, lessIsBetter: true },
    { name: t('figures.co2e'), value: (f) => (f.footprint ? f.footprint.driving_g + f.footprint.cooling_g : 0), text: (value) => gas(value, language.value), lessIsBetter: true },
    { name: t('figures.working'), value: (f) => f.working_s / 3600, text: (value) => decimal(value, 1, language.value), lessIsBetter: true },
    { name: t('figures.late'), value: (f) => f.late, text: whole, lessIsBetter: true, isMain: true },
    { name: t('figures.unplanned'), value: (f) => f.unplanned, text: whole, lessIsBetter: true, isMain: true },
    { name: t('tray.violations'), value: (f) => f.violations, text: whole, lessIsBetter: true, isMain: true },
    { name: t('figures.margin'), value: (f) => f.cold_margin?.minutes ?? 0, text: (value) => t('unit.min', { value: whole(value) }), lessIsBetter: false },
  ];
}

function FigureLine({ row, a, b }: { row: Row; a: Figures; b: Figures }): JSX.Element {
  const difference = row.value(b) - row.value(a);
  const change = signed(row.text(difference), difference);
  const better = difference < 0 === row.lessIsBetter;
  return (
    <tr>
      <th scope="row">{row.name}</th>
      <td>{row.text(row.value(a))}</td>
      <td>{row.text(row.value(b))}</td>
      <td class={change === undefined || row.isMain !== true ? 'dim' : better ? 'good-text main' : 'bad-text main'}>{change ?? t('compare.none')}</td>
    </tr>
  );
}

function Orders({ title, lines }: { title: string; lines: { order: string; text: string }[] }): JSX.Element | null {
  if (lines.length === 0) return null;
  return (
    <details class="order-changes" open={lines.length <= 12}>
      <summary>{title} <span class="count">{lines.length}</span></summary>
      <ul>
        {lines.map((line) => (
          <li key={line.order}>
            <button type="button" class="link" onClick={() => {
              panel.value = undefined;
              selectOrder(shown.value, line.order);
            }}>{line.order}</button>
            <span class="dim">{line.text}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
