import { describe, expect, it } from 'vitest';
import { clock, clockRange, kilometres, longDate, minutesMark, money, roughSpan, signed, zoneOffset } from './format';

const at = (iso: string): number => Date.parse(iso) / 1000;

describe('clock', () => {
  it('shows the wall of the network, whatever zone the viewer sits in', () => {
    expect(clock(at('2026-11-24T08:05:00Z'), 'Europe/Malta')).toBe('09:05');
    expect(clock(at('2026-11-24T08:05:00Z'), 'Asia/Shanghai')).toBe('16:05');
    expect(clock(at('2026-11-24T23:00:00Z'), 'Europe/Malta')).toBe('00:00');
  });

  it('follows both changes of the clock', () => {
    expect(clock(at('2026-03-29T00:59:00Z'), 'Europe/Malta')).toBe('01:59');
    expect(clock(at('2026-03-29T01:00:00Z'), 'Europe/Malta')).toBe('03:00');
    expect(clock(at('2026-10-25T00:30:00Z'), 'Europe/Malta')).toBe('02:30');
    expect(clock(at('2026-10-25T01:30:00Z'), 'Europe/Malta')).toBe('02:30');
  });

  it('knows the offset of a zone at an instant', () => {
    expect(zoneOffset(at('2026-07-01T00:00:00Z'), 'Europe/Malta')).toBe(7200);
    expect(zoneOffset(at('2026-11-24T00:00:00Z'), 'Europe/Malta')).toBe(3600);
    expect(zoneOffset(at('2026-11-24T00:00:00Z'), 'Asia/Kolkata')).toBe(19800);
  });

  it('writes ranges with an en dash', () => {
    expect(clockRange(at('2026-11-24T08:00:00Z'), at('2026-11-24T08:30:00Z'), 'UTC')).toBe('08:00–08:30');
  });
});

describe('figures', () => {
  it('writes money in the currency of the day', () => {
    expect(money(45910, 'EUR', 2, 'en')).toBe('€459.10');
    expect(money(241283, 'CNY', 2, 'zh-CN')).toBe('¥2,412.83');
    expect(money(-40, 'EUR', 2, 'en')).toBe('−€0.40');
    expect(money(500, 'JPY', 0, 'en')).toBe('¥500');
  });

  it('writes a difference with its sign, and none when there is none', () => {
    expect(signed('€1.84', 184)).toBe('+€1.84');
    expect(signed('−€0.40', -40)).toBe('−€0.40');
    expect(signed('€0.00', 0)).toBeUndefined();
  });

  it('writes lengths and minutes', () => {
    expect(kilometres(10_340, 'en')).toBe('10.3');
    expect(kilometres(1_234_500, 'en')).toBe('1,235');
    expect(minutesMark(54.4)).toBe('54′');
    expect(minutesMark(-7)).toBe('−7′');
  });

  it('writes dates in the order of the language', () => {
    expect(longDate('2026-11-24', 'en')).toBe('Tue 24 Nov 2026');
    expect(longDate('2026-11-24', 'zh-CN')).toBe('2026-11-24 周二');
  });
});

describe('rough spans', () => {
  it.each([[35, '35 min', '35分钟'], [119, '119 min', '119分钟'], [300, '5 hr', '5小时'], [4320, '3 days', '3天']])('%i minutes', (minutes, english, chinese) => {
    expect([roughSpan(minutes, 'en'), roughSpan(minutes, 'zh-CN').replace(/\s/g, '')]).toEqual([english, chinese]);
  });
});
