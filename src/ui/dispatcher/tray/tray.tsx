/** Below the rows: what has no place, what breaks a rule, what happened. */
import type { JSX } from 'preact';
import { signal } from '@preact/signals';
import type { Plan } from '../../shared/api/types';
import { events, view } from '../state/day';
import { t } from '../texts';
import { Activity } from './activity';
import { UnplannedList } from './unplanned';
import { Violations } from './violations';
import './tray.css';

export const tabs = ['unplanned', 'violations', 'activity'] as const;
export type Tab = (typeof tabs)[number];
export const tab = signal<Tab>(view.peek() === 'live' ? 'activity' : 'unplanned');

/** In a small window: whether more of the tray is seen than its tabs. */
export const isTrayOpen = signal(false);

/** Shows a tab; in a small window it opens the tray. */
export function showTab(name: Tab): void {
  tab.value = name;
  isTrayOpen.value = true;
}

export function Tray({ plan, isFolded = false }: { plan: Plan; isFolded?: boolean }): JSX.Element {
  const counts: Record<Tab, number> = { unplanned: plan.unplanned.length, violations: plan.violations.length, activity: events.value.length };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    event.stopPropagation();
    tab.value = tabs[(tabs.indexOf(tab.value) + step + tabs.length) % tabs.length] ?? 'unplanned';
    document.getElementById(`tab-${tab.value}`)?.focus();
  };
  return (
    <section class="tray" aria-label={t('tray.label')}>
      <div class="tray-head">
        <div class="tabs" role="tablist" aria-label={t('tray.label')} onKeyDown={onKeyDown}>
          {tabs.map((name) => (
            <button type="button" key={name} id={`tab-${name}`} role="tab" aria-selected={tab.value === name} aria-controls="tray-panel" tabIndex={tab.value === name ? 0 : -1} class="tab" onClick={() => {
              if (tab.value === name) isTrayOpen.value = !isTrayOpen.value;
              else showTab(name);
            }}>
              {t(`tray.${name}`)}
              <span class={name === 'violations' && counts[name] > 0 ? 'count bad' : 'count'}>{counts[name]}</span>
            </button>
          ))}
        </div>
      </div>
      <div id="tray-panel" class="tray-panel" role="tabpanel" aria-labelledby={`tab-${tab.value}`} tabIndex={0} hidden={isFolded}>
        {tab.value === 'unplanned' && <UnplannedList plan={plan} />}
        {tab.value === 'violations' && <Violations plan={plan} />}
        {tab.value === 'activity' && <Activity plan={plan} />}
      </div>
    </section>
  );
}
