/**
 * The courier's day on this phone: signals for the pages, and the few acts that change it.
 *
 * Local first. The pages draw what lies in the vault; reading the route anew and sending acts go on behind them.
 */
import { computed, signal } from '@preact/signals';
import { api, forget, isSignedOut, Problem } from '../shared/api/client';
import type { DeliveredTo, FailureReason, Me } from '../shared/api/types';
import { now, measureOffset, offsetMs, recallOffset } from '../shared/field/clock';
import { keepSending, Outbox } from '../shared/field/outbox';
import { memoryVault, openVault, type Act, type Vault } from '../shared/field/vault';
import { mergeRoute, outdated, routeView, type SavedRoute, type StopView } from './route';

export type Phase = 'starting' | 'ready' | 'nothing-cached' | 'no-route' | 'signed-out' | 'wrong-role' | 'failed';
export interface Undoable {
  act: Act;
  kind: 'delivered' | 'failed' | 'departed';
  reason?: FailureReason;
  trip?: number;
}
export interface Changed {
  added: number;
  removed: number;
}

const undoMs = 10_000;
/** A route this long after its last return holds nothing but addresses that this phone no longer needs. */
const keepRouteS = 24 * 3600;
const refreshMs = 60_000;

export const phase = signal<Phase>('starting');
export const me = signal<Me | undefined>(undefined);
export const saved = signal<SavedRoute | undefined>(undefined);
/** The stop that the courier wants to serve before its turn. */
export const chosen = signal<string | undefined>(undefined);
export const undoable = signal<Undoable | undefined>(undefined);
export const changed = signal<Changed | undefined>(undefined);
export const isLasting = signal(true);
export const offlineSince = signal<number | undefined>(undefined);

let vault: Vault = memoryVault();
export const outbox = new Outbox({
  vault: () => vault,
  send: (events, stop) => api.sendEvents(events, stop),
  owner: () => me.value?.courier ?? me.value?.name,
  offset: () => offsetMs.value,
  onSettled: () => void readRoute(),
  onSignedOut: () => void endSession(),
});

export const view = computed(() => (saved.value === undefined ? undefined : routeView(saved.value, outbox.acts.value, chosen.value)));

/** Opens the vault, shows what it holds, then asks the server. */
export async function begin(): Promise<void> {
  vault = await openVault('coldmile-courier');
  isLasting.value = vault.isLasting;
  await recallOffset(vault).catch(() => undefined);
  await outbox.load().catch(() => undefined);
  me.value = await vault.read<Me>('me').catch(() => undefined);
  const kept = await vault.read<SavedRoute>('route').catch(() => undefined);
  const end = Math.max(0, ...(kept?.route.trips.map((trip) => trip.returns_at) ?? []));
  if (kept !== undefined && now.value < end + keepRouteS) {
    saved.value = kept;
    phase.value = 'ready';
  } else if (kept !== undefined) await vault.forget('route').catch(() => undefined);
  outbox.isReachable.subscribe((isReachable) => {
    offlineSince.value = isReachable ? undefined : (offlineSince.peek() ?? now.peek());
  });
  keepSending(outbox);
  addEventListener('online', () => void refresh());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void refresh();
  });
  setInterval(() => void refresh(), refreshMs);
  await refresh();
}

/** Who is signed in, what time it is, what the route looks like now; then whatever waits is sent. */
export async function refresh(): Promise<void> {
  try {
    const who = await api.me();
    outbox.isReachable.value = true;
    if (who.role !== 'courier') {
      phase.value = 'wrong-role';
      return;
    }
    me.value = who;
    await vault.write('me', who).catch(() => undefined);
    await measureOffset(vault, api.time).catch(() => undefined);
  } catch (error) {
    return failed(error);
  }
  await readRoute();
  void outbox.flush();
}

let reading: Promise<void> | undefined;

/** One reading at a time, so that an older answer never overtakes a newer one. */
function readRoute(): Promise<void> {
  reading ??= readRouteOnce().finally(() => {
    reading = undefined;
  });
  return reading;
}

async function readRouteOnce(): Promise<void> {
  const askedAt = Date.now();
  try {
    const route = await api.courierRoute();
    outbox.isReachable.value = true;
    const before = saved.value;
    const change = mergeRoute(before, route, askedAt, outbox.acts.value);
    saved.value = change.saved;
    phase.value = 'ready';
    if (change.added.length > 0 || change.removed > 0) changed.value = { added: change.added.length, removed: change.removed };
    await vault.write('route', change.saved).catch(() => undefined);
    await outbox.dismiss(outdated(outbox.acts.value, route));
  } catch (error) {
    await failed(error);
  }
}

async function failed(error: unknown): Promise<void> {
  if (isSignedOut(error)) return endSession();
  if (error instanceof Problem && error.code === 'route/none') {
    if (saved.value === undefined) phase.value = 'no-route';
    return;
  }
  if (!(error instanceof Problem)) outbox.isReachable.value = false;
  if (saved.value === undefined) phase.value = error instanceof Problem ? 'failed' : 'nothing-cached';
}

/** The server no longer knows this phone: addresses go, acts that wait stay until someone signs in again. */
async function endSession(): Promise<void> {
  phase.value = 'signed-out';
  saved.value = undefined;
  forget();
  await vault.forget('route').catch(() => undefined);
}

export async function signOut(): Promise<void> {
  if (outbox.waiting.value.length > 0) return;
  await api.signOut();
  await outbox.dismiss(outbox.acts.value.map((act) => act.id));
  await vault.forget('me').catch(() => undefined);
  me.value = undefined;
  await endSession();
}

export function labelOf(stop: StopView): string {
  return `${stop.stop.number}|${stop.stop.address ?? ''}`;
}

const about = (stop: StopView): { run: string | null; stop: string; order: string | null } =>
  ({ run: saved.value?.route.run ?? null, stop: stop.stop.key, order: stop.stop.order });

export async function leave(trip: number): Promise<void> {
  const act = await outbox.add({ kind: 'departed', run: saved.value?.route.run ?? null, payload: { trip } }, String(trip + 1));
  offerUndo({ act, kind: 'departed', trip });
}

export async function arrive(stop: StopView): Promise<void> {
  stopUndo();
  if (stop.state !== 'arrived') await outbox.add({ kind: 'arrived', ...about(stop), payload: {} }, labelOf(stop));
}

export async function deliver(stop: StopView, to: DeliveredTo, note: string): Promise<void> {
  const payload = note === '' ? { to } : { to, note };
  const act = await outbox.add({ kind: 'delivered', ...about(stop), payload }, labelOf(stop));
  chosen.value = undefined;
  offerUndo({ act, kind: 'delivered' });
}

export async function report(stop: StopView, reason: FailureReason, note: string): Promise<void> {
  const payload = note === '' ? { reason } : { reason, note };
  const act = await outbox.add({ kind: 'failed', ...about(stop), payload }, labelOf(stop));
  chosen.value = undefined;
  offerUndo({ act, kind: 'failed', reason });
}

let undoTimer: ReturnType<typeof setTimeout> | undefined;

/** Only the last act can be taken back, so any further act ends the offer. */
function offerUndo(offer: Undoable): void {
  clearTimeout(undoTimer);
  undoable.value = offer;
  undoTimer = setTimeout(stopUndo, undoMs);
}

function stopUndo(): void {
  clearTimeout(undoTimer);
  undoable.value = undefined;
}

export async function undo(): Promise<void> {
  const offer = undoable.value;
  if (offer === undefined) return;
  stopUndo();
  await outbox.add({ kind: 'undone', run: offer.act.event.run ?? null, payload: { event: offer.act.id } }, offer.act.label);
}
