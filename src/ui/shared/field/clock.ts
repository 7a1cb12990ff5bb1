/** The server's time on a device whose own clock may be wrong: the difference is measured, kept and told with every act. */
import { signal } from '@preact/signals';
import type { Vault } from './vault';

const stored = 'clock-offset';
/** A slower answer says too little about the moment it was written. */
const slowestAnswerMs = 5_000;

/** Server clock less device clock, in milliseconds. */
export const offsetMs = signal(0);
/** The server's time in whole seconds, moving every few seconds. */
export const now = signal(Math.floor(Date.now() / 1000));

const read = (): number => Math.floor((Date.now() + offsetMs.value) / 1000);

export function startClock(everyMs = 5_000): () => void {
  now.value = read();
  const timer = setInterval(() => {
    now.value = read();
  }, everyMs);
  return () => clearInterval(timer);
}

export async function recallOffset(vault: Vault): Promise<void> {
  offsetMs.value = (await vault.read<number>(stored)) ?? 0;
  now.value = read();
}

export async function measureOffset(vault: Vault, ask: () => Promise<{ server_time_ms: number }>): Promise<void> {
  const before = Date.now();
  const { server_time_ms: server } = await ask();
  const after = Date.now();
  if (after - before > slowestAnswerMs || after < before) return;
  offsetMs.value = server - (before + after) / 2;
  now.value = read();
  await vault.write(stored, offsetMs.value);
}
