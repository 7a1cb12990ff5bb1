/** Below the top bar: the day, its stops, the plan of the day, what the shapes mean, and the search for a better plan. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Day, Job, Plan } from '../shared/api/types';
import { announce } from '../shared/ui/announcer';
import { Icon } from '../shared/ui/icons';
import { MenuItems, Popover } from '../shared/ui/popover';
import { DaySwitch, OrdersMenu, outdatedText, useIsOutdated } from './days';
import { cancelPlanning, exactNow, heads, isLost, jobNews, runningJob, shown, showPlan, startPlanning, view } from './state/day';
import { cost, planOrigin, planTitle, troubleText, wordFor } from './words';
import { goToNow } from './timeline/timeline';
import { t } from './texts';
import './sub-bar.css';

export function SubBar({ day, plan }: { day: Day; plan: Plan | undefined }): JSX.Element {
  const job = runningJob.value;
  const isOutdated = useIsOutdated(day.date, plan?.created_at);
  return (
    <div class="sub-bar">
      <DaySwitch day={day} />
      {plan !== undefined && job === undefined && <span class="dim stop-count">{t('sub.stops', { count: doorCount(plan) })}</span>}
      {view.value === 'plan' && heads.value.length > 1 && <PlanMenu />}
      <OrdersMenu />
      <span class="sub-space" />
      {job === undefined && <Legend />}
      {job === undefined ? <JobNews /> : <Running job={job} />}
      {view.value === 'live' && plan !== undefined && (
        <button type="button" class="button" aria-keyshortcuts="n" onClick={goToNow}><Icon name="clock" />{t('sub.now')}<kbd aria-hidden="true">N</kbd></button>
      )}
      {view.value === 'plan' && job === undefined && plan !== undefined && <Replan isOutdated={isOutdated} />}
    </div>
  );
}

function doorCount(plan: Plan): number {
  return plan.runs.reduce((sum, run) => sum + (run.echelon === 'last-mile' ? run.stop_count : 0), 0);
}

function PlanMenu(): JSX.Element {
  return (
    <Popover label={t('sub.plans')} button={<><Icon name="history" />{shown.value === undefined ? t('sub.plans') : planTitle(shown.value)}<Icon name="down" size={10} /></>} buttonClass="button" role="menu">
      {(close) => (
        <MenuItems close={close} items={heads.value.map((head) => ({
          id: head.id, current: head.id === shown.value?.id, onChoose: () => void showPlan(head.id),
          content: <><span class="menu-main">{planTitle(head)}</span><span class="dim">{planOrigin(head)}</span>{head.figures !== null && <span class="menu-figure">{cost(head.figures.cost)}</span>}</>,
        }))} />
      )}
    </Popover>
  );
}

function Legend(): JSX.Element {
  const live = view.value === 'live';
  return (
    <span class="legend" aria-hidden="true">
      <span class={live ? 'legend-block pale' : 'legend-block'} />{t(live ? 'sub.done' : 'sub.serve')}
      <svg width="20" height="8" viewBox="0 0 20 8"><polygon points="0,0 20,0 20,1 0,7" class="wedge calm" /></svg>{t('sub.margin')}
    </span>
  );
}

function Running({ job }: { job: Job }): JSX.Element {
  const [, setBeat] = useState(0);
  const [isStopping, setStopping] = useState(false);
  useEffect(() => {
    const timer = setInterval(() => setBeat((beat) => beat + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  const seconds = job.started_at === null ? 0 : Math.max(0, exactNow() - job.started_at);
  const share = Math.round((job.share ?? 0) * 100);
  return (
    <span class="running">
      <strong>{t('sub.running')}</strong>
      <span class="dim">{t('sub.phase', { phase: wordFor('phase', job.phase === null || job.phase === '' ? job.status : job.phase), seconds })}</span>
      {job.best_cost !== null && job.best_cost !== undefined && <span>{t('sub.best', { cost: cost(job.best_cost) })}</span>}
      <span class="progress" role="progressbar" aria-label={t('sub.running')} aria-valuemin={0} aria-valuemax={100} aria-valuenow={share}><span style={{ width: `${share}%` }} /></span>
      <button type="button" class="button" disabled={isStopping || isLost.value} title={t('sub.stopHint')} onClick={() => {
        setStopping(true);
        cancelPlanning(job.id).catch((reason: unknown) => {
          setStopping(false);
          announce(troubleText(reason), 'urgent');
        });
      }}>{t('sub.stop')}</button>
    </span>
  );
}

/** How the last search ended, said once aloud and left standing until the next. */
function JobNews(): JSX.Element | null {
  const job = jobNews.value;
  // Once its plan is published or gone the news is none.
  const isPast = job?.plan !== null && job?.plan !== undefined && heads.value.some((head) => head.id === job.plan && head.status !== 'draft');
  const text = job === undefined || isPast ? '' : jobText(job);
  useEffect(() => {
    if (text !== '') announce(text);
  }, [text]);
  return text === '' ? null : <span class={job?.status === 'failed' ? 'tag bad' : 'tag good'}>{text}</span>;
}

function jobText(job: Job): string {
  if (job.status === 'done') return t('sub.planned');
  if (job.status === 'cancelled') return t('sub.stopped');
  return t('sub.planFailed', { error: job.error ?? job.status });
}

const limits = [10, 30, 60, 300, 900];

export function Replan({ isFirst = false, isOutdated = false }: { isFirst?: boolean; isOutdated?: boolean }): JSX.Element {
  const [limit, setLimit] = useState(30);
  const [seed, setSeed] = useState('');
  const [error, setError] = useState('');
  const start = (close: () => void): void => {
    const parsed = seed.trim() === '' ? undefined : Number(seed);
    startPlanning(limit, parsed).then(close, (reason: unknown) => setError(troubleText(reason)));
  };
  return (
    <Popover label={t(isFirst ? 'sub.firstPlan' : 'sub.replan')} saysItself button={<><Icon name="bolt" />{t(isFirst ? 'sub.firstPlan' : 'sub.replan')}{isOutdated && <span class="outdated-dot" role="img" aria-label={outdatedText()} title={outdatedText()} />}</>} buttonClass={isFirst ? 'button primary' : 'button tinted'} align={isFirst ? 'start' : 'end'} disabled={isLost.value}>
      {(close) => (
        <form class="replan" onSubmit={(event) => {
          event.preventDefault();
          start(close);
        }}>
          <h2>{t('replan.title')}</h2>
          {isOutdated && <p class="outdated-note">{outdatedText()}</p>}
          <label>{t('replan.limit')}
            <select class="field" value={limit} onChange={(event) => setLimit(Number(event.currentTarget.value))}>
              {limits.map((seconds) => <option key={seconds} value={seconds}>{seconds < 60 ? t('replan.seconds', { count: seconds }) : t('replan.minutes', { count: seconds / 60 })}</option>)}
            </select>
          </label>
          <label>{t('replan.seed')}
            <input class="field" inputMode="numeric" pattern="[0-9]*" value={seed} onInput={(event) => setSeed(event.currentTarget.value)} />
          </label>
          <p class="dim">{t('replan.hint')}</p>
          {error !== '' && <p class="error" role="alert">{error}</p>}
          <button type="submit" class="button primary" disabled={isLost.value}>{t('action.start')}</button>
        </form>
      )}
    </Popover>
  );
}
