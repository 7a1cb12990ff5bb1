/** Which dialog stands open; at most one. */
import { signal } from '@preact/signals';

export type Panel =
  | { kind: 'devices' }
  | { kind: 'keys' }
  | { kind: 'new-day' }
  | { kind: 'order-form'; id?: string }
  | { kind: 'publish'; plan: string }
  | { kind: 'compare'; plan: string; base: string };

export const panel = signal<Panel | undefined>(undefined);

/** What was added last, for a day that has no plan to show it in. */
export const lastAdded = signal('');
