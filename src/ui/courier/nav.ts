/** Which page of the phone is open. Every step is a step of the browser's history, so that the phone's Back goes back. */
import { signal } from '@preact/signals';

export const tabs = ['next', 'stops', 'map', 'more'] as const;
export type Tab = (typeof tabs)[number];
export type Page = { name: Tab } | { name: 'stop' | 'deliver' | 'problem'; subject: string };

export const page = signal<Page>({ name: 'next' });

export function open(next: Page): void {
  history.pushState(next, '');
  page.value = next;
}

/** Tabs stand beside each other: changing between them leaves no trace in the history. */
export function openTab(name: Tab): void {
  history.replaceState({ name }, '');
  page.value = { name };
}

export function back(): void {
  history.back();
}

export function followHistory(): void {
  history.replaceState(page.value, '');
  addEventListener('popstate', (event) => {
    page.value = (event.state as Page | null) ?? { name: 'next' };
  });
}
