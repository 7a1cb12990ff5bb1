/**
 * Acts to be sent to the server: kept first, then sent in order, until each one has an answer.
 *
 * An act is stored before the page shows it. Sending is safe to repeat, because the server knows an act by its id; so a
 * lost answer only means sending again. Nothing leaves the box without an answer for exactly that act, and an answer that
 * says no stays visible. One batch is in flight at a time, also across windows where the browser has locks.
 */
import { computed, signal, type ReadonlySignal } from '@preact/signals';
import { Problem } from '../api/client';
import type { DayEvent, EventResult, EventsAnswer } from '../api/types';
import { uuid7 } from '../uuid';
import type { Act, Vault } from './vault';

export interface OutboxOptions {
  /** Asked anew each time: the vault is opened after the page has started. */
  vault: () => Vault;
  send: (events: readonly DayEvent[], stop: AbortSignal) => Promise<EventsAnswer>;
  /** Who is signed in; acts of others stay where they are. */
  owner: () => string | undefined;
  /** Server clock less device clock, in milliseconds. */
  offset: () => number;
  now?: () => number;
  /** Called after answers came in, so that the page can read anew. */
  onSettled?: () => void;
  /** The session is over; sending waits for the next sign-in. */
  onSignedOut?: () => void;
}

/** The three states that are always on the screen. */
export interface SyncState {
  kind: 'up-to-date' | 'offline' | 'syncing';
  waiting: number;
}

const batchSize = 100;
const answerTimeoutMs = 30_000;
const firstPauseMs = 2_000;
const maxPauseMs = 60_000;

type Outcome = 'done' | 'later' | 'signed-out';

export class Outbox {
  readonly acts = signal<readonly Act[]>([]);
  /** True while the last word from the network was an answer. */
  readonly isReachable = signal(true);
  /** True when an act could not be written to storage: it lives only as long as the page. */
  readonly isAtRisk = signal(false);
  readonly waiting = computed(() => this.acts.value.filter((act) => act.status === 'waiting'));
  readonly troubled = computed(() => this.acts.value.filter((act) => act.status === 'conflict' || act.status === 'rejected'));
  readonly state: ReadonlySignal<SyncState> = computed(() => {
    const waiting = this.waiting.value.length;
    if (!this.isReachable.value) return { kind: 'offline', waiting };
    return { kind: waiting > 0 ? 'syncing' : 'up-to-date', waiting };
  });

  private readonly options: OutboxOptions;
  private running: Promise<Outcome> | undefined;
  private again = false;
  private readonly removed = new Set<string>();
  private pauseMs = firstPauseMs;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: OutboxOptions) {
    this.options = options;
  }

  /**
   * Reads what earlier pages and other windows left behind. What happened here while it was read stands: an answered act
   * does not wait again, a removed one stays away.
   */
  async load(): Promise<void> {
    const stored = await this.options.vault().acts();
    const known = new Map(this.acts.value.map((act) => [act.id, act]));
    const unsaved = this.acts.value.filter((act) => !stored.some((other) => other.id === act.id) && act.status === 'waiting');
    const read = stored.filter((act) => !this.removed.has(act.id)).map((act) => {
      const own = known.get(act.id);
      return own === undefined || own.status === 'waiting' ? act : own;
    });
    this.acts.value = [...read, ...unsaved];
  }

  async add(event: Omit<DayEvent, 'id' | 'seq' | 'occurred_at' | 'device_offset_ms'>, label: string): Promise<Act> {
    const now = (this.options.now ?? Date.now)();
    const make = (seq: number): Act => {
      const id = uuid7(now);
      const stamped: DayEvent = { ...event, id, seq, occurred_at: Math.floor(now / 1000), device_offset_ms: Math.round(this.options.offset()) };
      return { id, event: stamped, owner: this.options.owner() ?? '', label, status: 'waiting' };
    };
    let act: Act;
    try {
      act = await this.options.vault().append(make);
    } catch {
      this.isAtRisk.value = true;
      act = make(Math.max(now, (this.acts.value.at(-1)?.event.seq ?? 0) + 1));
    }
    this.acts.value = [...this.acts.value, act];
    void this.flush();
    return act;
  }

  /** Sends what waits. Calls while a batch is in flight share it and start one more round after it. */
  flush(): Promise<Outcome> {
    if (this.running !== undefined) {
      this.again = true;
      return this.running;
    }
    this.running = this.run().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  /** The network came back, or someone looks at the page: try now, and patiently again from the start. */
  wake(): void {
    this.pauseMs = firstPauseMs;
    void this.load().then(() => this.flush());
  }

  /** Removes an answered act from the list; one that waits cannot be removed. */
  async dismiss(ids: readonly string[]): Promise<void> {
    const gone = this.acts.value.filter((act) => ids.includes(act.id) && act.status !== 'waiting').map((act) => act.id);
    for (const id of gone) this.removed.add(id);
    await this.options.vault().drop(gone);
    this.acts.value = this.acts.value.filter((act) => !gone.includes(act.id));
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private async run(): Promise<Outcome> {
    clearTimeout(this.timer);
    let outcome: Outcome = 'done';
    do {
      this.again = false;
      outcome = await alone(() => this.sendAll());
    } while (this.again && outcome === 'done');
    if (outcome === 'later') {
      this.timer = setTimeout(() => void this.flush(), this.pauseMs * (0.8 + Math.random() * 0.4));
      this.pauseMs = Math.min(this.pauseMs * 2, maxPauseMs);
    } else this.pauseMs = firstPauseMs;
    return outcome;
  }

  private async sendAll(): Promise<Outcome> {
    let size = batchSize;
    for (;;) {
      const owner = this.options.owner();
      const batch = this.waiting.value.filter((act) => act.owner === owner).slice(0, size);
      if (owner === undefined || batch.length === 0) return 'done';
      const step = await this.sendBatch(batch);
      if (step === 'smaller') size = 1;
      else if (step !== 'sent') return step;
    }
  }

  private async sendBatch(batch: readonly Act[]): Promise<'sent' | 'smaller' | 'later' | 'signed-out'> {
    const stop = new AbortController();
    const timeout = setTimeout(() => stop.abort(), answerTimeoutMs);
    try {
      const answer = await this.options.send(batch.map((act) => act.event), stop.signal);
      this.isReachable.value = true;
      return (await this.settle(batch, answer.results)) ? 'sent' : 'later';
    } catch (error) {
      if (!(error instanceof Problem)) {
        this.isReachable.value = false;
        return 'later';
      }
      this.isReachable.value = error.status !== 502 && error.status !== 504;
      if (error.status === 401) {
        this.options.onSignedOut?.();
        return 'signed-out';
      }
      // The server is busy, or the session may not speak now: nothing is wrong with the acts.
      if (error.status >= 500 || [403, 408, 425, 429].includes(error.status)) return 'later';
      if (batch.length > 1) return 'smaller';
      const refused = batch.map((act): EventResult => ({ id: act.id, status: 'rejected', code: error.code, reason: error.message }));
      await this.settle(batch, refused);
      return 'sent';
    } finally {
      clearTimeout(timeout);
    }
  }

  /** Writes down the answers; false when none of them was about this batch, so that sending on would turn in circles. */
  private async settle(batch: readonly Act[], results: readonly EventResult[]): Promise<boolean> {
    const settledAt = (this.options.now ?? Date.now)();
    const answered: Act[] = [];
    for (const act of batch) {
      const result = results.find((candidate) => candidate.id === act.id);
      if (result === undefined) continue;
      // A conflict whose first answer was lost comes back as a duplicate that still names its code.
      const repeated = result.code === undefined ? 'accepted' : 'conflict';
      const status = result.status === 'duplicate' ? repeated : result.status;
      answered.push({ ...act, status, settledAt, ...(result.code === undefined ? {} : { code: result.code }), ...(result.reason === undefined ? {} : { reason: result.reason }) });
    }
    if (answered.length === 0) return false;
    await this.options.vault().update(answered).catch(() => {
      // Sent again after the next start, and answered as a duplicate then.
      this.isAtRisk.value = true;
    });
    const byId = new Map(answered.map((act) => [act.id, act]));
    this.acts.value = this.acts.value.map((act) => byId.get(act.id) ?? act);
    this.options.onSettled?.();
    return true;
  }
}

/** Keeps other windows of this browser from sending at the same moment, where locks exist (secure contexts). */
function alone<T>(work: () => Promise<T>): Promise<T> {
  if (typeof navigator === 'undefined' || navigator.locks === undefined) return work();
  return navigator.locks.request('coldmile.outbox', work) as Promise<T>;
}

/** Flushes on `online`, when the page is looked at again, and every minute; the returned function stops that. */
export function keepSending(outbox: Outbox, everyMs = 60_000): () => void {
  const wake = (): void => {
    if (document.visibilityState !== 'hidden') outbox.wake();
  };
  const offline = (): void => {
    outbox.isReachable.value = false;
  };
  addEventListener('online', wake);
  addEventListener('offline', offline);
  document.addEventListener('visibilitychange', wake);
  const timer = setInterval(wake, everyMs);
  return () => {
    removeEventListener('online', wake);
    removeEventListener('offline', offline);
    document.removeEventListener('visibilitychange', wake);
    clearInterval(timer);
    outbox.stop();
  };
}

/** Acts that still tell what is true: not refused, not taken back. Oldest first. */
export function standing(acts: readonly Act[]): Act[] {
  const valid = acts.filter((act) => act.status === 'waiting' || act.status === 'accepted');
  const takenBack = new Set(valid.flatMap((act) => (act.event.kind === 'undone' && act.event.payload.event !== undefined ? [act.event.payload.event] : [])));
  return valid.filter((act) => act.event.kind !== 'undone' && !takenBack.has(act.id));
}
