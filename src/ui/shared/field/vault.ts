/**
 * What a device in the field keeps: its acts, and a few named values such as the route.
 *
 * IndexedDB where the browser gives it, memory where it does not (some private windows); `isLasting` says which, so that
 * the page can warn before work starts. Knows nothing of what the values mean.
 */
import type { DayEvent } from '../api/types';

export type ActStatus = 'waiting' | 'accepted' | 'conflict' | 'rejected';

/** One act of this device and what became of it. */
export interface Act {
  /** The same as `event.id`. */
  id: string;
  event: DayEvent;
  /** Who did it, so that the next person to sign in on this device does not send it as their own. */
  owner: string;
  /** Where it happened, as the person saw it. */
  label: string;
  status: ActStatus;
  /** Device time in milliseconds at which the server's answer came. */
  settledAt?: number;
  code?: string;
  reason?: string;
}

export interface Vault {
  readonly isLasting: boolean;
  read<T>(name: string): Promise<T | undefined>;
  write(name: string, value: unknown): Promise<void>;
  acts(): Promise<Act[]>;
  /** Stores the act that `make` returns for the next sequence number; number and act are written together or not at all. */
  append(make: (seq: number) => Act): Promise<Act>;
  update(acts: readonly Act[]): Promise<void>;
  drop(ids: readonly string[]): Promise<void>;
  /** Forgets the named value. */
  forget(name: string): Promise<void>;
}

const sequence = 'sequence';

/**
 * Numbers only grow, also on a device whose storage was lost in between: they start again from the clock, not from one,
 * because the server orders the acts of a device by them.
 */
export function nextSequence(last: number | undefined, now: number): number {
  return Math.max((last ?? 0) + 1, Math.trunc(now));
}

export async function openVault(name: string): Promise<Vault> {
  if (typeof indexedDB === 'undefined') return memoryVault();
  try {
    return diskVault(await open(name));
  } catch {
    return memoryVault();
  }
}

export function memoryVault(): Vault {
  const values = new Map<string, unknown>();
  const acts = new Map<string, Act>();
  let last: number | undefined;
  return {
    isLasting: false,
    read: async <T>(name: string) => values.get(name) as T | undefined,
    write: async (name, value) => void values.set(name, structuredClone(value)),
    acts: async () => inOrder([...acts.values()].map((act) => structuredClone(act))),
    append: async (make) => {
      last = nextSequence(last, Date.now());
      const act = make(last);
      acts.set(act.id, structuredClone(act));
      return act;
    },
    update: async (changed) => changed.forEach((act) => acts.set(act.id, structuredClone(act))),
    drop: async (ids) => ids.forEach((id) => acts.delete(id)),
    forget: async (name) => void values.delete(name),
  };
}

function diskVault(db: IDBDatabase): Vault {
  return {
    isLasting: true,
    read: <T>(name: string) => ask(db, 'values', (store) => store.get(name) as IDBRequest<T | undefined>),
    write: (name, value) => change(db, ['values'], (stores) => void stores('values').put(value, name)),
    acts: async () => inOrder(await ask(db, 'acts', (store) => store.getAll() as IDBRequest<Act[]>)),
    append: (make) =>
      new Promise((resolve, reject) => {
        const work = db.transaction(['values', 'acts'], 'readwrite', { durability: 'strict' });
        let made: Act | undefined;
        const last = work.objectStore('values').get(sequence) as IDBRequest<number | undefined>;
        last.onsuccess = () => {
          const seq = nextSequence(last.result, Date.now());
          made = make(seq);
          work.objectStore('values').put(seq, sequence);
          work.objectStore('acts').put(made);
        };
        work.oncomplete = () => (made === undefined ? reject(new Error('nothing was stored')) : resolve(made));
        work.onabort = () => reject(work.error ?? new Error('storing was refused'));
      }),
    update: (acts) => change(db, ['acts'], (stores) => acts.forEach((act) => stores('acts').put(act))),
    drop: (ids) => change(db, ['acts'], (stores) => ids.forEach((id) => stores('acts').delete(id))),
    forget: (name) => change(db, ['values'], (stores) => void stores('values').delete(name)),
  };
}

function open(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('values');
      request.result.createObjectStore('acts', { keyPath: 'id' });
    };
    request.onsuccess = () => {
      // Another window that wants to upgrade must not wait for this one.
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error ?? new Error('no database'));
  });
}

function ask<T>(db: IDBDatabase, name: string, question: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = question(db.transaction(name, 'readonly').objectStore(name));
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('reading failed'));
  });
}

function change(db: IDBDatabase, names: string[], work: (stores: (name: string) => IDBObjectStore) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(names, 'readwrite');
    work((name) => transaction.objectStore(name));
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error('storing was refused'));
  });
}

function inOrder(acts: Act[]): Act[] {
  return acts.sort((a, b) => a.event.seq - b.event.seq);
}
