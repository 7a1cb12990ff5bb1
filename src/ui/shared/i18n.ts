/**
 * Languages of the pages.
 *
 * Each page calls {@link messages} with its own English and Chinese texts (plus the common ones), so that a phone never
 * downloads the console's words. The language is a signal: a component that calls `t` while drawing is drawn again when it changes.
 */
import { effect, signal } from '@preact/signals';

export const languages = ['en', 'zh-CN'] as const;
export type Language = (typeof languages)[number];

/** A text, or its forms by plural category of `count`. Holes are written `{name}`. */
export type Message = string | { readonly one: string; readonly other: string };
export type Texts = Readonly<Record<string, Message>>;
/** What a second language must provide for texts `T`: the same keys, no more, no fewer. */
export type SameKeys<T extends Texts> = { readonly [K in keyof T]: Message };
export type Values = Readonly<Record<string, string | number>>;

const stored = 'coldmile.language';

export const language = signal<Language>(initialLanguage());

export function setLanguage(next: Language): void {
  language.value = next;
  try {
    localStorage.setItem(stored, next);
  } catch {
    // Private windows may refuse storage; the choice then lasts as long as the page.
  }
}

if (typeof document !== 'undefined') {
  effect(() => {
    document.documentElement.lang = language.value;
  });
}

/** Binds texts in every language to one function `t(key, values)`. */
export function messages<T extends Texts>(english: T, chinese: SameKeys<T>): (key: keyof T & string, values?: Values) => string {
  const byLanguage: Record<Language, Readonly<Record<string, Message>>> = { en: english, 'zh-CN': chinese };
  return (key, values = {}) => fill(byLanguage[language.value][key] ?? key, values, language.value);
}

export function fill(message: Message, values: Values, lang: Language): string {
  const text = typeof message === 'string' ? message : pluralForm(message, values['count'], lang);
  return text.replace(/\{(\w+)\}/g, (hole, name: string) => (name in values ? String(values[name]) : hole));
}

function pluralForm(message: { one: string; other: string }, count: string | number | undefined, lang: Language): string {
  return new Intl.PluralRules(lang).select(Number(count ?? 0)) === 'one' ? message.one : message.other;
}

function initialLanguage(): Language {
  if (typeof navigator === 'undefined') return 'en';
  let chosen: string | null = null;
  try {
    chosen = new URLSearchParams(location.search).get('lang') ?? localStorage.getItem(stored);
  } catch {
    // As above.
  }
  return pickLanguage(chosen === null ? navigator.languages : [chosen]);
}

/** The first of the wishes that the pages speak; English when none is. */
export function pickLanguage(wishes: readonly string[]): Language {
  for (const wish of wishes) {
    if (wish.toLowerCase().startsWith('zh')) return 'zh-CN';
    if (wish.toLowerCase().startsWith('en')) return 'en';
  }
  return 'en';
}
