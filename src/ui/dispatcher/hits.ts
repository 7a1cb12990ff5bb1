/** What a search hit says besides its label: id, state and time, from the plan on the screen and what has happened. */
import type { OrderState, Plan, SearchHit, StoredEvent } from '../shared/api/types';
import { effectiveEvents, type DayProgress } from '../shared/fold';
import { findStop } from './state/selection';

export interface HitFacts {
  /** Where the label does not begin with it. */
  id?: string;
  /** Planned start of service at the door. */
  at?: number;
  /** Neither a stop nor left out: it is collected at a centre. */
  isPickup: boolean;
  isUnplanned: boolean;
  state?: OrderState;
}

/**
 * `progress` belongs to `plan` when that is the live one. Under a draft the states that depend on its stops are unknown; what
 * ended stays true under any plan.
 */
export function hitFacts(hit: SearchHit, plan: Plan | undefined, events: readonly StoredEvent[], progress: DayProgress | undefined): HitFacts {
  if (hit.kind !== 'order' || plan === undefined) return { isPickup: false, isUnplanned: false };
  const found = findStop(plan, (stop) => stop.order === hit.id);
  const isUnplanned = plan.unplanned.some((entry) => entry.order === hit.id);
  const state = progress?.orders.get(hit.id) ?? ended(hit.id, events);
  return {
    ...(hit.label.startsWith(hit.id) ? {} : { id: hit.id }),
    ...(found === undefined ? {} : { at: found.stop.starts_at }),
    ...(state === undefined ? {} : { state }),
    isPickup: found === undefined && !isUnplanned,
    isUnplanned,
  };
}

function ended(order: string, events: readonly StoredEvent[]): OrderState | undefined {
  const last = effectiveEvents(events.filter((event) => event.order === order || event.kind === 'undone')).filter((event) => event.order === order).at(-1);
  return last?.kind === 'delivered' || last?.kind === 'failed' || last?.kind === 'collected' ? last.kind : undefined;
}
