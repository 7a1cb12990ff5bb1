/** Which day the page is about. It stands in the address, so that a reload and a link show the same. */
import { effect, signal } from '@preact/signals';
import { lookAt } from '../../shared/api/client';

/** Undefined: the day that people work by, whichever it is. */
export const lookedAt = signal<string | undefined>(inAddress());

function inAddress(): string | undefined {
  const date = new URLSearchParams(location.search).get('date') ?? '';
  return /^\d{4}-\d{2}-\d{2}$/.test(date) ? date : undefined;
}

effect(() => {
  lookAt(lookedAt.value);
  const address = new URL(location.href);
  if (lookedAt.value === undefined) address.searchParams.delete('date');
  else address.searchParams.set('date', lookedAt.value);
  if (address.href !== location.href) history.replaceState(null, '', address);
});
