import { afterEach, expect, it } from 'vitest';
import type { Unplanned } from '../shared/api/types';
import { language } from '../shared/i18n';
import { reasonText, relaxationText } from './reasons';

const entry: Unplanned = {
  order: 'A1', label: '1 Triq', point: null, window: null, tags: [], code: 'unplanned/window-too-tight', impossible: true,
  reason: 'no courier of Sliema can bring it: even alone it would be 12 min late', relaxation: 'window +12 min',
};
afterEach(() => {
  language.value = 'en';
});

it('keeps the words of the server in English', () => {
  language.value = 'en';
  expect([reasonText(entry), relaxationText(entry)]).toEqual([entry.reason, 'window +12 min']);
});

it('says the same in Chinese with the same figure, and leaves unknown codes as they came', () => {
  language.value = 'zh-CN';
  expect([reasonText(entry), relaxationText(entry)]).toEqual(['单独配送也会晚到（12 分钟）', '放宽时间窗（12 分钟）']);
  expect(reasonText({ ...entry, code: 'unplanned/new' })).toBe(entry.reason);
});
