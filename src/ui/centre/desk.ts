/**
 * The desk of one centre: read once, kept fresh by the live stream, overlaid with what this desk has done.
 *
 * Acts go through the same outbox as on the phone, so that a van can be unloaded during a short outage.
 */
import { computed, signal } from '@preact/signals';
import { api, isSignedOut, Problem } from '../shared/api/client';
import { listen } from '../shared/api/live';
import type { Arrival, Desk, Me, Pickup, WaitingOrder } from '../shared/api/types';
import { measureOffset, offsetMs, recallOffset } from '../shared/field/clock';
import { keepSending, Outbox, standing } from '../shared/field/outbox';
import { memoryVault, openVault, type Act, type Vault } from '../shared/field/vault';

export type Phase = 'starting' | 'ready' | 'offline' | 'signed-out' | 'wrong-role' | 'none';
/** A van of today, with what this desk knows of it before the server does. */
export interface ArrivalView extends Arrival {
  isPending: boolean;
}

const freshMs = 300;
const refreshMs = 60_000;
const undoMs = 10_000;

export const phase = signal<Phase>('starting');
export const me = signal<Me | undefined>(undefined);
export const desk = signal<Desk | undefined>(undefined);
export const isLasting = signal(true);
export const undoable = signal<Act | undefined>(undefined);

let vault: Vault = memoryVault();
let askedAt = 0;

export const outbox = new Outbox({
  vault: () => vault,
  send: (events, stop) => api.sendEvents(events, stop),
  owner: () => me.value?.centre,
  offset: () => offsetMs.value,
  onSettled: () => soon(),
  onSignedOut: () => (phase.value = 'signed-out'),
});

const stampOf = (act: Act): number => act.event.occurred_at + Math.round(act.event.device_offset_ms / 1000);

/** Acts that the desk as last read cannot hold yet. */
const fresh = computed(() => {
  const read = desk.value === undefined ? 0 : askedAt;
  return standing(outbox.acts.value).filter((act) => act.status === 'waiting' || (act.settledAt ?? 0) >= read);
});

export const arrivals = computed((): ArrivalView[] =>
  (desk.value?.arrivals ?? []).map((arrival) => {
    const act = fresh.value.find((one) => one.event.kind === 'received' && one.event.run === arrival.run);
    return { ...arrival, received_at: arrival.received_at ?? (act === undefined ? null : stampOf(act)), isPending: act?.status === 'waiting' };
  }),
);

/** What still lies here, the first to leave on top. */
export const waiting = computed((): WaitingOrder[] => {
  const gone = new Set(fresh.value.filter((act) => act.event.kind === 'collected').map((act) => act.event.order));
  return (desk.value?.waiting ?? [])
    .filter((order) => order.state !== 'collected' && order.state !== 'delivered' && !gone.has(order.order))
    .sort((a, b) => (a.leaves_at ?? Infinity) - (b.leaves_at ?? Infinity) || (a.ready_at ?? 0) - (b.ready_at ?? 0));
});

export async function begin(): Promise<void> {
  vault = await openVault('coldmile-centre');
  isLasting.value = vault.isLasting;
  await recallOffset(vault).catch(() => undefined);
  await outbox.load().catch(() => undefined);
  me.value = await vault.read<Me>('me').catch(() => undefined);
  const kept = await vault.read<Desk>('desk').catch(() => undefined);
  if (kept !== undefined && kept.site === me.value?.centre) {
    desk.value = kept;
    phase.value = 'ready';
  }
  keepSending(outbox);
  await refresh();
  setInterval(() => void refresh(), refreshMs);
  follow();
}

/** Any event may touch this desk; a short wait gathers a burst of them into one reading. */
function follow(): void {
  listen({
    onMessage: (message) => {
      if (message.type !== 'job') soon();
    },
    onState: (state) => {
      if (state === 'open') {
        outbox.isReachable.value = true;
        outbox.wake();
        soon();
      } else if (state === 'lost') outbox.isReachable.value = false;
      else if (state === 'signed-out') phase.value = 'signed-out';
    },
  });
}

let timer: ReturnType<typeof setTimeout> | undefined;

/** A stream that never pauses must not put the reading off for ever, so the first message starts the wait. */
function soon(): void {
  timer ??= setTimeout(() => {
    timer = undefined;
    void refresh();
  }, freshMs);
}

let reading: Promise<void> | undefined;
let readAgain = false;

/** One reading at a time, so that an older answer never overtakes a newer one; a call meanwhile is one more reading. */
export function refresh(): Promise<void> {
  if (reading !== undefined) {
    readAgain = true;
    return reading;
  }
  reading = (async () => {
    do {
      readAgain = false;
      await readDesk();
    } while (readAgain);
  })().finally(() => {
    reading = undefined;
  });
  return reading;
}

async function readDesk(): Promise<void> {
  try {
    const who = await api.me();
    if (who.role !== 'centre' || who.centre === undefined) {
      phase.value = 'wrong-role';
      return;
    }
    me.value = who;
    const started = Date.now();
    const read = await api.desk(who.centre);
    askedAt = started;
    desk.value = read;
    phase.value = 'ready';
    outbox.isReachable.value = true;
    await Promise.all([vault.write('me', who), vault.write('desk', read), measureOffset(vault, api.time)]).catch(() => undefined);
    await forgetOld(read);
    void outbox.flush();
  } catch (error) {
    if (isSignedOut(error)) phase.value = 'signed-out';
    else if (error instanceof Problem && error.status === 404) phase.value = desk.value === undefined ? 'none' : 'ready';
    else {
      outbox.isReachable.value = false;
      if (desk.value === undefined) phase.value = 'offline';
    }
  }
}

/** Accepted acts that the desk as read already holds need not be kept. */
async function forgetOld(read: Desk): Promise<void> {
  const old = outbox.acts.value.filter((act) => act.status === 'accepted' && stampOf(act) < read.now_at - 3600);
  if (old.length > 0) await outbox.dismiss(old.map((act) => act.id));
}

const beingReceived = new Set<string>();

/** A second press while the first is being stored is ignored. */
export async function receive(arrival: Arrival): Promise<void> {
  if (beingReceived.has(arrival.run)) return;
  beingReceived.add(arrival.run);
  try {
    offerUndo(await outbox.add({ kind: 'received', centre: desk.value?.site ?? null, run: arrival.run, payload: {} }, arrival.letter));
  } finally {
    beingReceived.delete(arrival.run);
  }
}

export async function handOver(pickup: Pickup, code: string): Promise<void> {
  offerUndo(await outbox.add({ kind: 'collected', centre: desk.value?.site ?? null, order: pickup.order, payload: { code } }, pickup.order));
}

let undoTimer: ReturnType<typeof setTimeout> | undefined;

function offerUndo(act: Act): void {
  clearTimeout(undoTimer);
  undoable.value = act;
  undoTimer = setTimeout(() => (undoable.value = undefined), undoMs);
}

export async function undo(): Promise<void> {
  const act = undoable.value;
  if (act === undefined) return;
  clearTimeout(undoTimer);
  undoable.value = undefined;
  await outbox.add({ kind: 'undone', centre: desk.value?.site ?? null, payload: { event: act.id } }, act.label);
}

export async function signOut(): Promise<void> {
  if (outbox.waiting.value.length > 0) return;
  await api.signOut();
  await outbox.dismiss(outbox.acts.value.map((act) => act.id));
  await vault.forget('me').catch(() => undefined);
  await vault.forget('desk').catch(() => undefined);
  desk.value = undefined;
  phase.value = 'signed-out';
}
