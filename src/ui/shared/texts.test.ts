import { describe, expect, it } from 'vitest';
import * as centre from '../centre/texts';
import { chinese as centreChinese } from '../centre/texts.zh';
import * as courier from '../courier/texts';
import { chinese as courierChinese } from '../courier/texts.zh';
import * as join from '../join/texts';
import * as lost from '../lost/texts';
import type { Message } from './i18n';

const pages: readonly [string, Readonly<Record<string, Message>>, Readonly<Record<string, Message>>][] = [
  ['courier', courier.english, courierChinese], ['centre', centre.english, centreChinese], ['join', join.english, join.chinese], ['lost', lost.english, lost.chinese],
];
const forms = (message: Message | undefined): string[] => (message === undefined ? [''] : typeof message === 'string' ? [message] : [message.one, message.other]);
const holes = (text: string): string => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort().join(' ');

describe.each(pages)('words of the %s page', (_name, english, chinese) => {
  it('are there in both languages, none empty', () => {
    expect(Object.keys(chinese).sort()).toEqual(Object.keys(english).sort());
    for (const [key, message] of [...Object.entries(english), ...Object.entries(chinese)]) for (const text of forms(message)) expect(text.trim(), key).not.toBe('');
  });

  it('have the same holes to fill', () => {
    for (const [key, message] of Object.entries(english)) for (const text of forms(chinese[key])) expect(holes(text), key).toBe(holes(forms(message).at(-1) ?? ''));
  });

  it('are Chinese in Chinese, but for names and signs', () => {
    const same = Object.keys(english).filter((key) => forms(english[key]).join() === forms(chinese[key]).join());
    expect(same.filter((key) => !['app.name', 'language.en', 'language.zh-CN'].includes(key))).toEqual([]);
  });
});
