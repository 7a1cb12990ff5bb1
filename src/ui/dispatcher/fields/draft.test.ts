import { describe, expect, it } from 'vitest';
import { complaintsOf, patchOf, rebase, textsOf, type Field } from './draft';

const field = (key: string, kind: Field['kind'] = 'text'): Field => ({ key, kind, label: key });
const fields = [field('name'), field('off', 'flag'), field('kg', 'number'), field('storage.chilled_l', 'number'), field('break.min', 'number'), field('break.from', 'time')];

describe('a draft of a row', () => {
  const values = { name: 'Anna', off: true, kg: 80, storage: { chilled_l: 250 }, break: { min: 30, from: '11:30' } };
  const before = textsOf(fields, values);

  it('has texts, empty where there is nothing', () => {
    expect(before).toEqual({ name: 'Anna', off: 'true', kg: '80', 'storage.chilled_l': '250', 'break.min': '30', 'break.from': '11:30' });
    expect(textsOf(fields, {})['storage.chilled_l']).toBe('');
  });

  it('sends only what changed, typed, nested, null for what is gone', () => {
    expect(patchOf(fields, before, before, false)).toBeUndefined();
    expect(patchOf(fields, before, { ...before, name: '', off: '', kg: '4,5', 'storage.chilled_l': '300' }, false)).toEqual({ name: null, off: null, kg: 4.5, storage: { chilled_l: 300 } });
    expect(patchOf(fields, before, { ...before, 'break.min': '', 'break.from': '' }, false)).toEqual({ break: null });
    expect(patchOf(fields, before, { ...before, kg: 'many' }, false)).toEqual({ kg: 'many' });
    expect(patchOf(fields, before, { ...before, kg: '4,5', name: ' ' }, true)).toEqual({ kg: '4,5', name: null });
  });

  it('is carried over to what somebody else saved, and asks where both changed', () => {
    const mine = { ...before, name: 'Ann', kg: '90' };
    const present = textsOf(fields, { ...values, name: 'Annie', storage: { chilled_l: 400 } });
    const { texts, conflicts } = rebase(fields, before, mine, present);
    expect(texts).toEqual({ ...before, name: 'Ann', kg: '90', 'storage.chilled_l': '400' });
    expect(conflicts).toEqual({ name: 'Annie' });
  });

  it('has its complaints under their fields', () => {
    const flaw = (pointer: string, detail: string) => ({ pointer, code: 'c', detail });
    const found = complaintsOf(fields, [flaw('/courier.name', 'no'), flaw('/site.storage.chilled_l', 'large'), flaw('/courier.break', 'short'), flaw('/kg', 'is it? (perhaps: 1.5; 1500)'), flaw('', 'all')]);
    expect(Object.keys(found).sort()).toEqual(['', 'break.min', 'kg', 'name', 'storage.chilled_l']);
    expect(found['kg']?.[0]).toEqual({ code: 'c', text: 'is it?', suggestions: ['1.5', '1500'] });
  });
});
