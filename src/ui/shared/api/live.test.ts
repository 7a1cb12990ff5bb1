import { afterEach, describe, expect, it, vi } from 'vitest';
import { setTransport } from './client';
import { listen, parseFrames, type LiveMessage, type LiveState } from './live';

describe('frames', () => {
  it('are read whole, and the rest waits', () => {
    const { frames, rest } = parseFrames(': beat\n\nid: 7\nevent: event\ndata: {"a":1}\n\nid: 8\nevent: jo');
    expect(frames).toEqual([{ id: '7', type: 'event', data: '{"a":1}' }]);
    expect(rest).toBe('id: 8\nevent: jo');
  });

  it('join lines of data, and survive a carriage return cut in two', () => {
    const first = parseFrames('event: reset\r\ndata: a\r\ndata: b\r');
    expect(first.frames).toEqual([]);
    expect(parseFrames(`${first.rest}\n\r\n`).frames).toEqual([{ type: 'reset', data: 'a\nb' }]);
  });
});

describe('listening', () => {
  afterEach(() => vi.useRealTimers());

  it('resumes after the last number it saw', async () => {
    vi.useFakeTimers();
    const asked: (string | undefined)[] = [];
    const answers = ['id: 41\nevent: event\ndata: {"number":41}\n\n', 'event: reset\ndata: \n\n'];
    setTransport((_address, init) => {
      asked.push((init?.headers as Record<string, string>)['last-event-id']);
      return Promise.resolve(new Response(answers.shift() ?? '', { headers: { 'content-type': 'text/event-stream' } }));
    });
    const heard: LiveMessage[] = [];
    const states: LiveState[] = [];
    const stop = listen({ after: '40', onMessage: (message) => heard.push(message), onState: (state) => states.push(state) });
    await vi.advanceTimersByTimeAsync(600);
    stop();
    expect(asked.slice(0, 2)).toEqual(['40', '41']);
    expect(heard.map((message) => message.type)).toEqual(['event', 'reset']);
    expect(states.slice(0, 3)).toEqual(['connecting', 'open', 'lost']);
  });

  it('stops for good when there is no session', async () => {
    vi.useFakeTimers();
    let calls = 0;
    setTransport(() => {
      calls += 1;
      return Promise.resolve(new Response('', { status: 401 }));
    });
    const states: LiveState[] = [];
    listen({ onMessage: () => undefined, onState: (state) => states.push(state) });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(calls).toBe(1);
    expect(states).toEqual(['connecting', 'signed-out']);
  });
});
