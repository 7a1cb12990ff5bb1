/** Which page of the phone is open. Every step is a step of the browser's history, so that the phone's Back goes back. */
import { signal } from '@preact/signals';

export const tabs = ['next', 'stops', 'map', 'more'] as const;
export type Tab = (typeof tabs)[number];
export type Page = { name: Tab } | { name: 'stop' | 'deliver' | 'problem'; subject: string };

export const page = signal<Page>({ name: 'next' });

/** The list of what waits to be sent, unfolded under the head; it folds away when another page opens. */
export const queueIsOpen = signal(false);

export function open(next: Page): void {
  history.pushState(next, '');
  show(next);
}

function show(next: Page): void {
  queueIsOpen.value = false;
  page.value = next;
}

/** Tabs stand next to each other: changing between them leaves no trace in the history. */
export function openTab(name: Tab): void {
  history.replaceState({ name }, '');
  show({ name });
}

export function back(): void {
  history.back();
}

export function followHistory(): void {
  history.replaceState(page.value, '');
  addEventListener('popstate', (event) => {
    show((event.state as Page | null) ?? { name: 'next' });
  });
}
