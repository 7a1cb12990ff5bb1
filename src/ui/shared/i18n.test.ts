import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fill, pickLanguage, type Message, type Texts } from './i18n';
import { common, commonChinese } from './texts';

const holes = (message: Message): string[] => {
  const forms = typeof message === 'string' ? [message] : [message.one, message.other];
  return [...new Set(forms.flatMap((form) => form.match(/\{\w+\}/g) ?? []))].sort();
};

/** Every page keeps its words in `texts.ts` (`english`) and `texts.zh.ts` (`chinese`). */
async function tables(): Promise<[string, Texts, Texts][]> {
  const found: [string, Texts, Texts][] = [['shared', common, commonChinese]];
  for (const page of ['dispatcher', 'courier', 'centre', 'join']) {
    const folder = join(import.meta.dirname, '..', page);
    if (!readdirSync(folder).includes('texts.zh.ts')) continue;
    const { english } = (await import(`../${page}/texts.ts`)) as { english: Texts };
    const { chinese } = (await import(`../${page}/texts.zh.ts`)) as { chinese: Texts };
    found.push([page, english, { ...commonChinese, ...chinese }]);
  }
  return found;
}

describe('texts', () => {
  it('have the same keys and holes in both languages, and none is empty', async () => {
    for (const [page, english, chinese] of await tables()) {
      expect(Object.keys(chinese).sort(), page).toEqual(Object.keys(english).sort());
      for (const [key, message] of Object.entries(english)) {
        const other = chinese[key] ?? '';
        expect(holes(other), `${page} ${key}`).toEqual(holes(message));
        for (const form of [message, other].flatMap((text) => (typeof text === 'string' ? [text] : [text.one, text.other]))) expect(form, `${page} ${key}`).not.toBe('');
      }
    }
  });

  it('choose the plural form of the language', () => {
    const stops = { one: '{count} stop', other: '{count} stops' };
    expect(fill(stops, { count: 1 }, 'en')).toBe('1 stop');
    expect(fill(stops, { count: 0 }, 'en')).toBe('0 stops');
    expect(fill('{count} 站', { count: 1 }, 'zh-CN')).toBe('1 站');
  });

  it('leave an unknown hole visible rather than write undefined', () => {
    expect(fill('to {place}', {}, 'en')).toBe('to {place}');
  });

  it('take the first wish that the pages speak', () => {
    expect(pickLanguage(['mt', 'zh-HK', 'en'])).toBe('zh-CN');
    expect(pickLanguage(['mt', 'it'])).toBe('en');
  });
});
