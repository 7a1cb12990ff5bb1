/** The drawer over the map: an order or a run. It belongs to the selection, so it takes no focus away from the rows. */
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { Plan } from '../../shared/api/types';
import { Icon } from '../../shared/ui/icons';
import { drawer } from '../state/selection';
import { t } from '../texts';
import { runName } from '../words';
import { OrderPanel } from './order';
import { RunPanel } from './run';
import './drawer.css';

export function DrawerHost({ plan }: { plan: Plan }): JSX.Element | null {
  const open = drawer.value;
  const box = useRef<HTMLElement>(null);
  const from = useRef<Element | null>(null);
  const isOpen = open !== undefined;
  // Before the next key is heard: a late return would take the focus out of what was reached since.
  useLayoutEffect(() => {
    if (isOpen) from.current = document.activeElement;
    else if (from.current instanceof HTMLElement && from.current.isConnected) from.current.focus();
  }, [isOpen]);
  useEffect(() => {
    if (box.current !== null) box.current.scrollTop = 0;
  }, [open?.kind, open?.id]);
  if (open === undefined) return null;
  const run = open.kind === 'run' ? plan.runs.find((candidate) => candidate.id === open.id) : undefined;
  const title = run !== undefined ? runName(run) : t('order.title', { id: open.id });
  return (
    <aside class="drawer" aria-label={title} ref={box}>
      <header class="drawer-head">
        <h2>{title}</h2>
        <button type="button" class="icon-button" aria-label={t('action.close')} onClick={() => { drawer.value = undefined; }}><Icon name="close" /></button>
      </header>
      <div class="drawer-body">
        {open.kind === 'order' && <OrderPanel id={open.id} plan={plan} />}
        {run !== undefined && <RunPanel run={run} />}
      </div>
    </aside>
  );
}
