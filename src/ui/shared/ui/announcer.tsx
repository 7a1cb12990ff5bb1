/** Says the result of an act to screen readers: one polite and one urgent region for the whole page. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';

const polite = signal('');
const urgent = signal('');

export function announce(text: string, how: 'polite' | 'urgent' = 'polite'): void {
  const region = how === 'urgent' ? urgent : polite;
  // The same text twice is silent unless the region was empty in between.
  region.value = '';
  setTimeout(() => {
    region.value = text;
  }, 30);
}

/** Drawn once, at the end of the page. */
export function Announcer(): JSX.Element {
  return (
    <div class="visually-hidden">
      <div role="status" aria-live="polite">{polite}</div>
      <div role="alert">{urgent}</div>
    </div>
  );
}
