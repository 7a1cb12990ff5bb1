/** The words of the courier page, bound to the language of the moment. */
import { messages } from '../shared/i18n';
import { english } from './texts';
import { chinese } from './texts.zh';

export const t = messages(english, chinese);
export type Key = keyof typeof english;

/** Words for a stable code, where the page has some. */
export function wordsOfCode(code: string | undefined): string | undefined {
  const key = `code.${code ?? ''}`;
  return key in english ? t(key as Key) : undefined;
}
