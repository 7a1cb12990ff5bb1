import { describe, expect, it } from 'vitest';
import { Problem } from '../api/client';
import type { DayEvent, EventResult, EventsAnswer } from '../api/types';
import { Outbox, standing } from './outbox';
import { memoryVault, nextSequence, type Vault } from './vault';

/** A server that keeps each id once, and a line that loses requests and answers as the dice say. */
class Line {
  readonly kept: DayEvent[] = [];
  sent = 0;
  constructor(private readonly mood: (attempt: number) => 'fine' | 'request lost' | 'answer lost' | Error, private readonly judge: (event: DayEvent) => EventResult['status'] = () => 'accepted') {}

  send = async (events: readonly DayEvent[]): Promise<EventsAnswer> => {
    this.sent += 1;
    const mood = this.mood(this.sent);
    if (mood instanceof Error) throw mood;
    if (mood === 'request lost') throw new TypeError('lost');
    const results = events.map((event): EventResult => {
      if (this.kept.some((known) => known.id === event.id)) return { id: event.id, status: 'duplicate' };
      const status = this.judge(event);
      if (status !== 'rejected') this.kept.push(event);
      return { id: event.id, status, ...(status === 'accepted' ? {} : { code: `event/${status}` }) };
    });
    if (mood === 'answer lost') throw new TypeError('lost');
    return { results, server_time: 0 };
  };
}

function box(line: Line, vault: Vault = memoryVault(), owner: () => string | undefined = () => 'K1'): Outbox {
  return new Outbox({ vault: () => vault, send: line.send, owner, offset: () => 250 });
}

/** One vault for the life of an outbox. */
function keep(): () => Vault {
  const vault = memoryVault();
  return () => vault;
}

const delivered = (order: string) => ({ kind: 'delivered' as const, order, run: 'R1', payload: {} });

/** Flushes until nothing waits, as timers and returning signal would. */
async function drain(outbox: Outbox): Promise<void> {
  for (let turn = 0; turn < 500 && outbox.waiting.value.length > 0; turn++) await outbox.flush();
  outbox.stop();
}

function dice(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

describe('the outbox', () => {
  it('brings every act to the server once and in order, whatever gets lost', async () => {
    for (let seed = 1; seed <= 25; seed++) {
      const roll = dice(seed);
      const line = new Line(() => (roll() < 0.3 ? 'request lost' : roll() < 0.4 ? 'answer lost' : 'fine'));
      const vault = memoryVault();
      let outbox = box(line, vault);
      for (let index = 0; index < 40; index++) {
        await outbox.add(delivered(`o${index}`), '');
        if (roll() < 0.2) {
          // The page is closed and opened again.
          await outbox.flush();
          outbox.stop();
          outbox = box(line, vault);
          await outbox.load();
        }
      }
      await drain(outbox);
      expect(line.kept.map((event) => event.order), `seed ${seed}`).toEqual(Array.from({ length: 40 }, (_, index) => `o${index}`));
      const numbers = line.kept.map((event) => event.seq);
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      expect(new Set(numbers).size).toBe(40);
      expect(outbox.state.value).toEqual({ kind: 'up-to-date', waiting: 0 });
    }
  });

  it('keeps the time an act happened and the clock offset of that moment', async () => {
    const line = new Line(() => 'fine');
    let now = 1_800_000_000_900;
    const outbox = new Outbox({ vault: keep(), send: line.send, owner: () => 'K1', offset: () => -1234.4, now: () => now });
    await outbox.add(delivered('a'), '');
    now += 60_000;
    await drain(outbox);
    expect(line.kept[0]).toMatchObject({ occurred_at: 1_800_000_000, device_offset_ms: -1234 });
  });

  it('does not send again what is answered while the vault is read', async () => {
    const line = new Line(() => 'fine');
    const vault = memoryVault();
    const slow: Vault = { ...vault };
    const outbox = box(line, slow);
    const act = await outbox.add(delivered('o1'), '');
    const before = [{ ...act, status: 'waiting' as const }];
    let answer = (): void => undefined;
    slow.acts = () => new Promise((done) => (answer = () => done(before)));
    const loading = outbox.load();
    await drain(outbox);
    answer();
    await loading;
    expect(outbox.acts.value.map(({ id, status }) => [id, status])).toEqual([[act.id, 'accepted']]);
    const again = outbox.load();
    await outbox.dismiss([act.id]);
    answer();
    await again;
    expect(outbox.acts.value).toEqual([]);
  });

  it('sends at most a hundred at a time', async () => {
    const sizes: number[] = [];
    const line = new Line(() => 'fine');
    const vault = memoryVault();
    const offline = box(new Line(() => 'request lost'), vault);
    for (let index = 0; index < 230; index++) await offline.add(delivered(`o${index}`), '');
    await offline.flush();
    expect(offline.state.value).toEqual({ kind: 'offline', waiting: 230 });
    offline.stop();
    const outbox = new Outbox({ vault: () => vault, owner: () => 'K1', offset: () => 0, send: (events) => {
      sizes.push(events.length);
      return line.send(events);
    } });
    await outbox.load();
    await drain(outbox);
    expect(sizes).toEqual([100, 100, 30]);
  });

  it('keeps conflicts and refusals where they can be seen, and goes on', async () => {
    const line = new Line(() => 'fine', (event) => (event.order === 'b' ? 'conflict' : event.order === 'c' ? 'rejected' : 'accepted'));
    const outbox = box(line);
    for (const order of ['a', 'b', 'c', 'd']) await outbox.add(delivered(order), order);
    await drain(outbox);
    expect(outbox.troubled.value.map((act) => [act.label, act.status, act.code])).toEqual([['b', 'conflict', 'event/conflict'], ['c', 'rejected', 'event/rejected']]);
    expect(line.kept.map((event) => event.order)).toEqual(['a', 'b', 'd']);
    expect(standing(outbox.acts.value).map((act) => act.label)).toEqual(['a', 'd']);
  });

  it('still sees a conflict whose answer was lost', async () => {
    const outbox = new Outbox({
      vault: keep(), owner: () => 'K1', offset: () => 0,
      send: async (events) => ({ results: events.map((event) => ({ id: event.id, status: 'duplicate', code: 'event/already-delivered' })), server_time: 0 }),
    });
    await outbox.add(delivered('a'), '');
    await drain(outbox);
    expect(outbox.troubled.value).toHaveLength(1);
  });

  it('is not held up by one act that the server cannot read', async () => {
    const poison = new Problem(400, 'request/malformed', 'Malformed', '');
    const kept: (string | null | undefined)[] = [];
    const vault = memoryVault();
    const outbox = new Outbox({
      vault: () => vault, owner: () => 'K1', offset: () => 0,
      send: async (events) => {
        if (events.some((event) => event.order === 'bad')) throw poison;
        kept.push(...events.map((event) => event.order));
        return { results: events.map((event) => ({ id: event.id, status: 'accepted' })), server_time: 0 };
      },
    });
    for (const order of ['a', 'bad', 'b']) await outbox.add(delivered(order), order);
    await drain(outbox);
    expect(kept).toEqual(['a', 'b']);
    expect(outbox.troubled.value.map((act) => act.code)).toEqual(['request/malformed']);
  });

  it('waits through busy servers and ended sessions without losing anything', async () => {
    const answers: (Error | 'fine')[] = [new Problem(503, 'busy', '', ''), new Problem(429, 'slow', '', ''), new Problem(401, 'auth/required', '', ''), 'fine'];
    const line = new Line((attempt) => answers[Math.min(attempt, answers.length) - 1] ?? 'fine');
    let isSignedOut = false;
    const outbox = new Outbox({ vault: keep(), send: line.send, owner: () => 'K1', offset: () => 0, onSignedOut: () => (isSignedOut = true) });
    await outbox.add(delivered('a'), '');
    for (let turn = 0; turn < 3; turn++) await outbox.flush();
    await drain(outbox);
    expect(isSignedOut).toBe(true);
    expect(line.kept).toHaveLength(1);
  });

  it('does not turn in circles when an answer names none of the acts', async () => {
    let calls = 0;
    const outbox = new Outbox({ vault: keep(), owner: () => 'K1', offset: () => 0, send: async () => ({ results: [], server_time: calls++ }) });
    await outbox.add(delivered('a'), '');
    await outbox.flush();
    outbox.stop();
    expect(calls).toBeLessThan(4);
    expect(outbox.waiting.value).toHaveLength(1);
  });

  it('does not send the acts of another person', async () => {
    const line = new Line(() => 'fine');
    const vault = memoryVault();
    let owner: string | undefined;
    const outbox = box(line, vault, () => owner);
    await vault.append((seq) => ({ id: 'x', owner: 'K1', label: '', status: 'waiting', event: { id: 'x', seq, kind: 'noted', occurred_at: 0, device_offset_ms: 0, payload: {} } }));
    await outbox.load();
    owner = 'K2';
    await outbox.flush();
    expect(line.kept).toHaveLength(0);
    owner = 'K1';
    await outbox.flush();
    expect(line.kept).toHaveLength(1);
  });

  it('goes on in memory and says so when storage refuses', async () => {
    const line = new Line(() => 'fine');
    const full: Vault = { ...memoryVault(), append: () => Promise.reject(new Error('quota')), update: () => Promise.reject(new Error('quota')) };
    const outbox = box(line, full);
    await outbox.add(delivered('a'), '');
    await outbox.add(delivered('b'), '');
    await drain(outbox);
    expect(outbox.isAtRisk.value).toBe(true);
    expect(line.kept.map((event) => event.order)).toEqual(['a', 'b']);
  });

  it('cannot be emptied by hand while something waits', async () => {
    const outbox = box(new Line(() => 'request lost'));
    const act = await outbox.add(delivered('a'), '');
    await outbox.flush();
    outbox.stop();
    await outbox.dismiss([act.id]);
    expect(outbox.waiting.value).toHaveLength(1);
  });

  it('numbers acts upwards after storage was lost, and after the clock went back', () => {
    expect(nextSequence(undefined, 1_800_000_000_000)).toBe(1_800_000_000_000);
    expect(nextSequence(1_800_000_000_000, 1_700_000_000_000)).toBe(1_800_000_000_001);
  });
});
