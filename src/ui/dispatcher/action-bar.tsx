/** At the foot: which plan this is, hatched while it is a draft, its figures, and the acts on it. */
import type { ComponentChildren, JSX } from 'preact';
import type { Figures, Plan } from '../shared/api/types';
import { decimal, signed } from '../shared/format';
import { language } from '../shared/i18n';
import { Icon } from '../shared/ui/icons';
import { Popover } from '../shared/ui/popover';
import { energy, gas } from './footprint';
import { heads, isLost, progress, published } from './state/day';
import { panel } from './panels/open';
import { showTab } from './tray/tray';
import { t } from './texts';
import { cost, km, margin, planName, planOrigin, planTitle } from './words';
import './action-bar.css';

export function ActionBar({ plan }: { plan: Plan }): JSX.Element {
  const base = heads.value.find((head) => head.id === plan.base) ?? (published.value?.id === plan.id ? undefined : published.value);
  const live = progress.value;
  const figures = live !== undefined ? <LiveFigures plan={plan} /> : plan.figures !== null && <PlanFigures figures={plan.figures} base={base?.figures ?? undefined} />;
  return (
    <footer class={`action-bar ${plan.status}`}>
      <div class="plan-state">
        <strong>{planTitle(plan)}</strong>
        <span>{planOrigin(plan)}</span>
      </div>
      <dl class="figures" aria-label={t('figures.label')}>{figures}</dl>
      <span class="all-figures">
        <Popover label={t('figures.label')} button={<Icon name="dots" />} buttonClass="icon-button" side="above" align="end">
          {() => <dl class="figures-list" aria-label={t('figures.label')} tabIndex={0}>{figures}</dl>}
        </Popover>
      </span>
      {plan.violations.length > 0 && (
        <button type="button" class="violations-link" onClick={() => showTab('violations')}><Icon name="octagon" />{t('figures.violations', { count: plan.violations.length })}</button>
      )}
      {base !== undefined && base.id !== plan.id && (
        <button type="button" class="button" aria-haspopup="dialog" disabled={isLost.value} onClick={() => { panel.value = { kind: 'compare', plan: plan.id, base: base.id }; }}>{t('action.compare', { plan: planName(base.id) })}</button>
      )}
      {plan.status !== 'published' && (
        <button type="button" class="button primary" aria-haspopup="dialog" disabled={isLost.value} aria-keyshortcuts="Control+Enter" onClick={() => { panel.value = { kind: 'publish', plan: plan.id }; }}>
          {t('action.publish')}<kbd aria-hidden="true">Ctrl ↵</kbd>
        </button>
      )}
    </footer>
  );
}

function PlanFigures({ figures, base }: { figures: Figures; base: Figures | undefined }): JSX.Element {
  const costChange = base === undefined ? 0 : figures.cost - base.cost;
  const kmChange = base === undefined ? 0 : figures.distance_m - base.distance_m;
  const coldest = figures.cold_margin;
  return (
    <>
      <Figure name={t('figures.cost')} change={signed(cost(costChange), costChange)}>{cost(figures.cost)}</Figure>
      <Objective figures={figures} />
      <Figure name={t('figures.perOrder')}>{figures.planned === 0 ? '–' : cost(Math.round(figures.cost / figures.planned))}</Figure>
      <Figure name={t('figures.km')} change={signed(km(kmChange), Math.round(kmChange / 100))}>{km(figures.distance_m)}</Figure>
      <Figure name={t('figures.onTime')} tone={figures.late > 0 ? 'bad' : undefined}>{percent(figures.on_time, figures.on_time + figures.late)}</Figure>
      <Figure name={t('figures.unplanned')}>{figures.unplanned}</Figure>
      <Figure name={t('figures.margin')} tone={coldest === null ? undefined : coldest.minutes < 0 ? 'bad' : coldest.minutes < 20 ? 'warn' : undefined}>{coldest === null ? '–' : margin(coldest.minutes)}</Figure>
      <Emissions figures={figures} />
      <Straight figures={figures} />
    </>
  );
}

/** What planning minimises, where that is more than the cost; its parts on the pointer. */
function Objective({ figures }: { figures: Figures }): JSX.Element | null {
  const { objective, objective_parts: parts } = figures;
  if (objective === undefined || objective === null || parts === undefined || parts === null || objective === figures.cost) return null;
  const names = ['linehaul', 'last_mile', 'centres', 'walks', 'lateness', 'cold_margin'] as const;
  const listed = names.filter((name) => parts[name] !== 0).map((name) => `${t(`objective.${name}`)} ${cost(parts[name])}`);
  return (
    <div class="figure" title={listed.join('\n')}>
      <dt>{t('figures.objective')}</dt>
      <dd><strong>{cost(objective)}</strong><span class="visually-hidden"> {listed.join(', ')}</span></dd>
    </div>
  );
}

/** Greenhouse gas of driving and cooling; what it is made of on the pointer. */
function Emissions({ figures: { footprint } }: { figures: Figures }): JSX.Element | null {
  if (footprint === undefined || footprint === null) return null;
  const lang = language.value;
  const hint = t('figures.co2eHint', {
    driving: gas(footprint.driving_g, lang), cooling: gas(footprint.cooling_g, lang), energy: energy(footprint.chilled_j + footprint.frozen_j, lang),
    diesel: decimal(footprint.diesel_ml / 1000, 1, lang), electricity: decimal(footprint.electricity_wh / 1000, 1, lang),
  });
  return <Explained name={t('figures.co2e')} hint={hint}>{gas(footprint.driving_g + footprint.cooling_g, lang)}</Explained>;
}

/** What the orders would cost without the centres. */
function Straight({ figures: { direct } }: { figures: Figures }): JSX.Element | null {
  if (direct === undefined || direct === null || direct.orders === 0) return null;
  return <Explained name={t('figures.direct')} hint={t('figures.directHint', { count: direct.orders, cost: cost(direct.via_cost) })}>{cost(direct.cost)}</Explained>;
}

function Explained({ name, hint, children }: { name: string; hint: string; children: ComponentChildren }): JSX.Element {
  return (
    <div class="figure" title={hint}>
      <dt>{name}</dt>
      <dd><strong>{children}</strong><span class="visually-hidden"> {hint}</span></dd>
    </div>
  );
}

function LiveFigures({ plan: { figures } }: { plan: Plan }): JSX.Element {
  if (progress.value === undefined) return <></>;
  const { counts, pickupsCollected } = progress.value;
  const coldest = figures?.cold_margin ?? null;
  const whole = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const done = counts.delivered + counts.collected;
  const share = (count: number): string => `${whole === 0 ? 0 : (100 * count) / whole}%`;
  return (
    <>
      <div class="figure delivered">
        <dt>{t('figures.delivered')} <strong>{t('figures.of', { part: done, whole })}</strong></dt>
        <dd class="delivered-bar" aria-hidden="true"><span class="good" style={{ width: share(done) }} /><span class="bad" style={{ width: share(counts.failed) }} /></dd>
      </div>
      {figures !== null && figures.planned > whole && <Figure name={t('figures.collected')}>{t('figures.of', { part: pickupsCollected, whole: figures.planned - whole })}</Figure>}
      <Figure name={t('figures.out')}>{counts.out}</Figure>
      <Figure name={t('figures.atCentre')}>{counts['at-centre']}</Figure>
      <Figure name={t('figures.planned')}>{counts.planned}</Figure>
      <Figure name={t('figures.failed')} tone={counts.failed > 0 ? 'bad' : undefined}>{counts.failed}</Figure>
      <Figure name={t('figures.margin')} tone={coldest !== null && coldest.minutes < 20 ? 'warn' : undefined}>{coldest === null ? '–' : margin(coldest.minutes)}</Figure>
    </>
  );
}

function Figure({ name, change, tone, children }: { name: string; change?: string | undefined; tone?: 'bad' | 'warn' | undefined; children: ComponentChildren }): JSX.Element {
  return (
    <div class="figure">
      <dt>{name}</dt>
      <dd class={tone}><strong>{children}</strong>{change !== undefined && <span class="dim"> {change}</span>}</dd>
    </div>
  );
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '–' : `${decimal((100 * part) / whole, part === whole ? 0 : 1, language.value)} %`;
}
