/**
 * Whether the server still answers, known within five seconds of its last sign.
 *
 * A hung server closes nothing, so silence alone tells nothing: after {@link quietMs} without a sign the server is asked,
 * and one that does not answer within {@link patienceMs} is lost. Whatever the server sends is a sign, so a busy page asks
 * nothing. A page that is hidden neither asks nor judges: its timers are late.
 */

/** Silence after which the server is asked. */
export const quietMs = 2_000;
/** How long the answer may take; with the quiet before it and one beat it stays below five seconds. */
export const patienceMs = 2_400;
const beatMs = 250;
/** A lost server is asked again this often. */
const againMs = 1_000;

export interface PulseOptions {
  /** Asks for anything small; settles without an error when the server answered, whatever it said. */
  ask: (signal: AbortSignal) => Promise<unknown>;
  onLost: () => void;
  /** A sign after the loss. */
  onBack: () => void;
  isHidden?: () => boolean;
}

export interface Pulse {
  /** The server has said something. */
  sign: () => void;
  stop: () => void;
}

export function watchPulse({ ask, onLost, onBack, isHidden = () => false }: PulseOptions): Pulse {
  let lastSign = performance.now();
  let asked: { at: number; stop: AbortController } | undefined;
  let isLost = false;
  let refusedAt = -Infinity;

  const sign = (): void => {
    lastSign = performance.now();
    if (!isLost) return;
    isLost = false;
    onBack();
  };
  const lose = (): void => {
    refusedAt = performance.now();
    if (isLost) return;
    isLost = true;
    onLost();
  };
  const question = (): void => {
    const own = { at: performance.now(), stop: new AbortController() };
    asked = own;
    ask(own.stop.signal).then(sign, () => {
      // Silence since the question; an answer to another one may have come in between.
      if (asked === own && lastSign < own.at) lose();
    }).finally(() => {
      if (asked === own) asked = undefined;
    });
  };
  const beat = (): void => {
    if (isHidden()) return;
    const at = performance.now();
    if (asked !== undefined) {
      if (at - asked.at < patienceMs) return;
      const { at: since, stop } = asked;
      asked = undefined;
      stop.abort();
      if (lastSign < since) lose();
    } else if (at - lastSign >= quietMs && at - refusedAt >= againMs) question();
  };
  const timer = setInterval(beat, beatMs);
  return {
    sign,
    stop: () => {
      clearInterval(timer);
      asked?.stop.abort();
      asked = undefined;
    },
  };
}
