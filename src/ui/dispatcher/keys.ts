/** Keys of the whole page; the grid of rows and the menus handle their own. */
import { dayExtent } from './timeline/layout';
import { goToNow, stretchHours } from './timeline/timeline';
import { focusSearch } from './search';
import { panel } from './panels/open';
import { clearSelection, drawer, fitRequests } from './state/selection';
import { place } from './state/place';
import { isLost, setView, shown, view } from './state/day';
import { singleKeys } from './state/settings';
import { showTab, tabs } from './tray/tray';

export function onPageKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || panel.value !== undefined) return;
  // The other pages have keys of their own.
  if (place.value !== 'day' && !['/', '?', 'p', 'l'].includes(event.key)) return;
  const plan = shown.value;
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    if (plan !== undefined && plan.status !== 'published' && !isLost.value) panel.value = { kind: 'publish', plan: plan.id };
    event.preventDefault();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (event.key === 'Escape') {
    if (drawer.value !== undefined) drawer.value = undefined;
    else clearSelection();
    return;
  }
  if (!singleKeys.value) return;
  const act = actOf(event.key);
  if (act === undefined) return;
  event.preventDefault();
  act();
}

function actOf(key: string): (() => void) | undefined {
  const plan = shown.value;
  switch (key.toLowerCase()) {
    case '/': return focusSearch;
    case '?': return () => { panel.value = { kind: 'keys' }; };
    case 'f': return () => { fitRequests.value += 1; };
    case 'n': return view.value === 'live' ? goToNow : undefined;
    case 'p': return () => setView('plan');
    case 'l': return () => setView('live');
    case '+':
    case '=': return plan === undefined ? undefined : () => stretchHours(dayExtent(plan), 0.8);
    case '-': return plan === undefined ? undefined : () => stretchHours(dayExtent(plan), 1.25);
    default: {
      const chosen = /^[1-9]$/.test(key) ? tabs[Number(key) - 1] : undefined;
      return chosen === undefined ? undefined : () => showTab(chosen);
    }
  }
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input:not([type=checkbox]), textarea, select'));
}
