/** Day and night as the device has it, and the switch that overrules it. */
import { computed, effect, signal } from '@preact/signals';

export const themes = ['system', 'light', 'dark'] as const;
export type ThemeChoice = (typeof themes)[number];

const stored = 'coldmile.theme';
const night = typeof matchMedia === 'undefined' ? undefined : matchMedia('(prefers-color-scheme: dark)');
const systemIsDark = signal(night?.matches ?? false);
night?.addEventListener('change', (event) => {
  systemIsDark.value = event.matches;
});

export const themeChoice = signal<ThemeChoice>(recall());
export const theme = computed<'light' | 'dark'>(() => {
  if (themeChoice.value !== 'system') return themeChoice.value;
  return systemIsDark.value ? 'dark' : 'light';
});

export function chooseTheme(next: ThemeChoice): void {
  themeChoice.value = next;
  try {
    localStorage.setItem(stored, next);
  } catch {
    // Then it lasts as long as the page.
  }
}

/** Puts the choice on the page; called once by every page. */
export function wearTheme(): void {
  effect(() => {
    document.documentElement.classList.toggle('dark', theme.value === 'dark');
  });
}

function recall(): ThemeChoice {
  try {
    const choice = localStorage.getItem(stored);
    return themes.find((known) => known === choice) ?? 'system';
  } catch {
    return 'system';
  }
}
