/**
 * The live stream: server-sent events read through the common transport, resumed after the last number seen.
 *
 * `EventSource` forgets where it was once it gives up, and hides a 401; this reader does neither.
 */
import { send } from './client';
import type { Job, PlanHead, StoredEvent } from './types';

export type LiveMessage =
  | { type: 'event'; event: StoredEvent }
  | { type: 'job'; job: Job }
  | { type: 'plan'; head: PlanHead }
  | { type: 'day'; date: string }
  | { type: 'reset' };
export type LiveState = 'connecting' | 'open' | 'lost' | 'signed-out';

export interface Frame {
  id?: string;
  type: string;
  data: string;
}

/** No byte for this long, heartbeats included, means the line is dead. */
const silenceMs = 40_000;
const maxPauseMs = 15_000;

export interface LiveOptions {
  onMessage: (message: LiveMessage) => void;
  onState: (state: LiveState) => void;
  /** Called at every byte, heartbeats included. */
  onSign?: () => void;
  /** Number of the last event already known, if any. */
  after?: string | undefined;
}

/** Starts listening; the returned function stops it. */
export function listen({ onMessage, onState, onSign, after }: LiveOptions): () => void {
  const stopped = new AbortController();
  let lastId = after;
  let pause = 500;

  const readOnce = async (): Promise<'again' | 'signed-out'> => {
    const attempt = new AbortController();
    const stop = (): void => attempt.abort();
    stopped.signal.addEventListener('abort', stop);
    let watchdog = setTimeout(stop, silenceMs);
    try {
      const headers: Record<string, string> = { accept: 'text/event-stream' };
      if (lastId !== undefined) headers['last-event-id'] = lastId;
      const response = await send('/live', { headers, signal: attempt.signal, cache: 'no-store' });
      if (response.status === 401 || response.status === 403) return 'signed-out';
      if (!response.ok || response.body === null) return 'again';
      onState('open');
      pause = 500;
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = '';
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return 'again';
        clearTimeout(watchdog);
        watchdog = setTimeout(stop, silenceMs);
        onSign?.();
        const parsed = parseFrames(rest + value);
        rest = parsed.rest;
        for (const frame of parsed.frames) {
          if (frame.id !== undefined) lastId = frame.id;
          const message = messageOf(frame);
          if (message !== undefined) onMessage(message);
        }
      }
    } catch {
      return 'again';
    } finally {
      clearTimeout(watchdog);
      stopped.signal.removeEventListener('abort', stop);
    }
  };

  const run = async (): Promise<void> => {
    onState('connecting');
    while (!stopped.signal.aborted) {
      const outcome = await readOnce();
      if (stopped.signal.aborted) return;
      if (outcome === 'signed-out') {
        onState('signed-out');
        return;
      }
      onState('lost');
      await new Promise((resolve) => setTimeout(resolve, pause));
      pause = Math.min(pause * 2, maxPauseMs);
    }
  };
  void run();
  return () => stopped.abort();
}

/** Splits text of a stream into whole frames; what is not complete yet stays in `rest`. */
export function parseFrames(text: string): { frames: Frame[]; rest: string } {
  const blocks = text.replace(/\r\n/g, '\n').split('\n\n');
  const rest = blocks.pop() ?? '';
  const frames: Frame[] = [];
  for (const block of blocks) {
    const frame: Frame = { type: 'message', data: '' };
    const data: string[] = [];
    for (const line of block.split('\n')) {
      if (line.startsWith(':')) continue;
      const colon = line.indexOf(':');
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
      if (field === 'id') frame.id = value;
      else if (field === 'event') frame.type = value;
      else if (field === 'data') data.push(value);
    }
    frame.data = data.join('\n');
    if (data.length > 0 || frame.type !== 'message') frames.push(frame);
  }
  return { frames, rest };
}

function messageOf(frame: Frame): LiveMessage | undefined {
  if (frame.type === 'reset') return { type: 'reset' };
  try {
    const value: unknown = JSON.parse(frame.data);
    switch (frame.type) {
      case 'event': return { type: 'event', event: value as StoredEvent };
      case 'job': return { type: 'job', job: value as Job };
      case 'plan': return { type: 'plan', head: value as PlanHead };
      case 'day': return { type: 'day', date: (value as { date: string }).date };
      default: return undefined;
    }
  } catch {
    return undefined;
  }
}
