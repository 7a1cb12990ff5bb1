/** Before a plan goes live: what it breaks, each with the reason why that is accepted. */
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { Problem } from '../../shared/api/client';
import type { Plan } from '../../shared/api/types';
import { announce } from '../../shared/ui/announcer';
import { Dialog } from '../../shared/ui/dialog';
import { isLost, published, publish, showPlan, shown } from '../state/day';
import { t } from '../texts';
import { cost, planHeading, planName, troubleText } from '../words';
import { panel } from './open';

export function PublishDialog({ plan }: { plan: string }): JSX.Element {
  const close = (): void => {
    panel.value = undefined;
  };
  const name = planName(plan);
  // The plan that the dialog speaks of, also when the page behind moves on to a newer one.
  const newest = useRef<Plan | undefined>(undefined);
  if (shown.value?.id === plan) newest.current = shown.value;
  const violations = newest.current?.violations ?? [];
  const [reasons, setReasons] = useState<Readonly<Record<string, string>>>({});
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const codes = [...new Map(violations.map((violation) => [violation.code, violation.text]))];
  const complete = newest.current !== undefined && codes.every(([code]) => (reasons[code] ?? '').trim() !== '');
  const go = async (): Promise<void> => {
    if (!complete || isBusy || isLost.value) return;
    setBusy(true);
    try {
      await publish(plan, codes.length === 0 ? undefined : codes.map(([code]) => `${code}: ${reasons[code]?.trim() ?? ''}`).join('\n'));
      announce(t('publish.done', { plan: planHeading(plan) }));
      close();
    } catch (reason) {
      const isStale = reason instanceof Problem && reason.status === 412;
      setError(isStale ? t('publish.stale') : troubleText(reason));
      // What stands behind the dialog becomes the newest, so that looking at it again is worth something.
      if (isStale) await showPlan(plan);
      setBusy(false);
    }
  };
  const figures = newest.current?.figures;
  return (
    <Dialog title={t('publish.title', { plan: name })} closeLabel={t('action.close')} onClose={close}
      actions={
        <>
          <button type="button" class="button" onClick={close}>{t('action.cancel')}</button>
          <button type="submit" form="publish" class="button primary" disabled={!complete || isBusy || isLost.value}>{t('action.publishNow', { plan: name })}</button>
        </>
      }>
      <form id="publish" class="stack" onSubmit={(event) => {
        event.preventDefault();
        void go();
      }}>
        <p>{t('publish.hint')} {published.value !== undefined && t('publish.replaces', { plan: planHeading(published.value.id) })}</p>
        {figures !== undefined && figures !== null && <p class="dim">{t('figures.cost')} {cost(figures.cost)} · {t('figures.unplanned')} {figures.unplanned} · {t('figures.late')} {figures.late}</p>}
        {codes.length > 0 && <h3>{t('publish.reasons')}</h3>}
        {codes.map(([code, text]) => (
          <label key={code} class="stack">
            <span class="reason-text">{text}</span>
            <input class="field" aria-label={t('publish.reason', { text })} value={reasons[code] ?? ''} onInput={(event) => {
              const { value } = event.currentTarget;
              setReasons((before) => ({ ...before, [code]: value }));
            }} />
          </label>
        ))}
        {error !== '' && <p class="error" role="alert">{error}</p>}
      </form>
    </Dialog>
  );
}
