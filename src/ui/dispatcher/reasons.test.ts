import { afterEach, expect, it } from 'vitest';
import type { Relaxation, Unplanned } from '../shared/api/types';
import { language } from '../shared/i18n';
import { reasonText, relaxationText } from './reasons';

const euros = (minor: number): string => `€${(minor / 100).toFixed(2)}`;
const window: Relaxation = {
  kind: 'window', cost: 0, edits: [{ table: 'order', id: 'A1', field: 'tw_end', from: '12:00', to: '12:15' }],
};
const courier: Relaxation = {
  kind: 'courier', cost: 1250,
  edits: [{ table: 'courier', id: 'K9', field: null, from: null, to: { id: 'K9', name: 'K9', base: 'C1', vehicle: 'e-bike', start: '08:00', end: '14:00' } }],
};
const entry: Unplanned = {
  order: 'A1', label: '1 Triq', point: null, window: null, tags: [], code: 'unplanned/window-too-tight', impossible: true,
  details: { carrier: 'courier', centre: 'C1', late_min: 12 },
  reason: 'no courier of C1 can bring it: even alone it would be 12 min late', tried: ['window'], relaxations: [window],
};
afterEach(() => {
  language.value = 'en';
});

it('keeps the words of the server in English', () => {
  language.value = 'en';
  expect(reasonText(entry)).toBe(entry.reason);
});

it('makes the sentence of the same figures in Chinese, and leaves unknown codes and plans without figures as they came', () => {
  language.value = 'zh-CN';
  expect(reasonText(entry)).toBe('C1 的配送员无法送达：单独配送也会晚 12 分钟');
  expect(reasonText({ ...entry, code: 'unplanned/new' })).toBe(entry.reason);
  expect(reasonText({ ...entry, details: {} })).toBe(entry.reason);
  expect(reasonText({ ...entry, code: 'unplanned/not-placed', details: {} })).toBe('单独可送，但当前最佳方案未排入');
});

it('tells a change from what to what, with its price unless that is nothing', () => {
  language.value = 'en';
  expect(relaxationText(window, euros)).toBe('Window: 12:00 → 12:15');
  expect(relaxationText(courier, euros)).toBe('One more courier: K9 (C1, e-bike, 08:00, 14:00) (+€12.50)');
  language.value = 'zh-CN';
  expect(relaxationText(window, euros)).toBe('时间窗: 12:00 → 12:15');
});
