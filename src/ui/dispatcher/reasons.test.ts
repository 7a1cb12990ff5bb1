import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { Relaxation, Unplanned } from '../shared/api/types';
import { language, languages } from '../shared/i18n';
import { reasonText, relaxationText, type Names } from './reasons';

const ids: Names = { site: (id) => id, courier: (id) => id };
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

it('makes the sentence of code and figures, with names in place of ids', () => {
  const named = { ...ids, site: () => 'Sliema' };
  expect(reasonText(entry, named)).toBe('No courier of Sliema can bring it: even alone it would be 12 min late');
  language.value = 'zh-CN';
  expect(reasonText(entry, named)).toBe('Sliema 的配送员无法送达：单独配送也会晚 12 分钟');
});

it('leaves unknown codes and plans without figures as they came', () => {
  for (const lang of languages) {
    language.value = lang;
    expect(reasonText({ ...entry, code: 'unplanned/new' }, ids)).toBe(entry.reason);
    expect(reasonText({ ...entry, details: {} }, ids)).toBe(entry.reason);
  }
  expect(reasonText({ ...entry, code: 'unplanned/not-placed', details: {} }, ids)).toBe('单独可送，但当前最佳方案未排入');
});

it('writes figures as the language does', () => {
  const late = { ...entry, code: 'unplanned/after-cut-off', details: { late_min: 810 } };
  expect(reasonText(late, ids)).toBe('Placed 13 h 30 min after the last cut-off');
  expect(reasonText({ ...entry, code: 'unplanned/too-far-from-road', details: { distance_m: 1234, limit_m: 350 } }, ids)).toBe('The door is 1,234 m from the nearest usable road; 350 m is the limit');
  expect(reasonText({ ...entry, code: 'unplanned/no-truck-on-duty', details: { hubs: ['H', 'H2'] } }, ids)).toBe('No truck works at H or H2 today');
  language.value = 'zh-CN';
  expect(reasonText(late, ids)).toBe('下单晚于最后截单时间 13 小时 30 分钟');
  expect(reasonText({ ...entry, code: 'unplanned/load-too-large', details: { carrier: 'truck', centre: 'C1', compartment: 'chilled', over_l: 12.5 } }, ids)).toBe('货车无法送到 C1：冷藏超出任何车辆 12.5 升');
});

describe('what the server can say', () => {
  const source = readFileSync(new URL('../../plan/reasons.rs', import.meta.url), 'utf8');
  const table = source.slice(source.indexOf('pub const REASONS'), source.indexOf('const fn reason('));
  const rows = [...table.matchAll(/"(unplanned\/[a-z-]+)",\s*(?:Some\(\w+\)|None),\s*&\[([^;]*?)\]\s*,?\s*\)/gs)].map(([, code = '', sets = '']) => ({
    code, sets: sets.includes('CARRIER') ? [['carrier', 'centre']] : [...sets.matchAll(/\[([^\]]*)\]/g)].map(([, names = '']) => [...names.matchAll(/"(\w+)"/g)].map(([, name = '']) => name)),
  }));
  const kinds = [...readFileSync(new URL('../../plan/unplanned.rs', import.meta.url), 'utf8').matchAll(/Self::\w+ => "([a-z-]+)"/g)].map(([, kind = '']) => kind);
  const value = (name: string): unknown => (name === 'hubs' ? ['H'] : /_(min|l|kg|km|m)$/.test(name) ? 7 : name === 'compartment' ? 'frozen' : name === 'carrier' ? 'truck' : 'C1');

  it('has words for every code with every set of figures, in both languages', () => {
    expect(rows.length).toBeGreaterThan(20);
    for (const lang of languages) {
      language.value = lang;
      for (const { code, sets } of rows) {
        for (const names of sets.length === 0 ? [[]] : sets) {
          const text = reasonText({ ...entry, code, reason: 'SERVER', details: Object.fromEntries(names.map((name) => [name, value(name)])) }, ids);
          expect(text, `${lang} ${code} ${names.join()}`).not.toMatch(/SERVER|[{}]|unplanned/);
          if (names.some((name) => /_(min|l|kg|km|m)$/.test(name))) expect(text, code).toContain('7');
        }
      }
    }
  });

  it('has words for every kind of change, in both languages', () => {
    expect(kinds.length).toBe(14);
    for (const lang of languages) {
      language.value = lang;
      for (const kind of kinds) expect(relaxationText({ kind, cost: 0, edits: [] }, euros, ids)).not.toBe(kind);
    }
  });
});

it('tells a change from what to what, with its price unless that is nothing', () => {
  expect(relaxationText(window, euros, ids)).toBe('Window: 12:00 → 12:15');
  expect(relaxationText(courier, euros, ids)).toBe('One more courier: C1, e-bike, 08:00–14:00 (+€12.50)');
  expect(relaxationText({ kind: 'mode', cost: 0, edits: [{ table: 'order', id: 'A1', field: 'mode', from: 'door', to: 'either' }] }, euros, ids)).toBe('Door or pickup: delivery to the door → door or pickup');
  expect(relaxationText({ kind: 'room', cost: 0, edits: [{ table: 'site', id: 'C1', field: 'storage.chilled_l', from: 350, to: 1356 }] }, euros, ids)).toBe('Room: C1 350 L → 1,356 L');
  language.value = 'zh-CN';
  expect(relaxationText(window, euros, ids)).toBe('时间窗：12:00 → 12:15');
});
