import { describe, expect, it } from 'vitest';
import type { Point } from '../shared/polyline';
import { mapApps, navigationLink, phoneLink } from './links';

const valletta: Point = [35.8997, 14.5146];
const shanghai: Point = [31.2304, 121.4737];

describe('links to map apps', () => {
  it('leave points outside China untouched', () => {
    for (const app of mapApps) {
      const link = navigationLink(app, valletta, 'x');
      expect(link).toMatch(app === 'amap' ? /14\.514600,35\.899700/ : /35\.899700,14\.514600/);
    }
    expect(navigationLink('baidu', valletta, 'x')).toContain('coord_type=wgs84');
  });

  it('shift points in China for those who need it, and name the system', () => {
    expect(navigationLink('phone', shanghai, 'x')).toContain('geo:31.230400,121.473700');
    expect(navigationLink('google', shanghai, 'x')).toContain('31.228458,121.478223');
    expect(navigationLink('apple', shanghai, 'x')).toContain('31.228458,121.478223');
    expect(navigationLink('amap', shanghai, 'x')).toContain('to=121.478223,31.228458,x&coordinate=gaode');
    expect(navigationLink('baidu', shanghai, 'x')).toContain('latlng:31.234311,121.484781|name:x&coord_type=bd09ll');
  });

  it('carry names of any script without breaking', () => {
    const link = navigationLink('amap', shanghai, '华山路 77 号 & 2, (北门)');
    expect(link).not.toMatch(/[\s&](2|北)/);
    expect(new URL(link).searchParams.get('coordinate')).toBe('gaode');
  });
});

describe('the call button', () => {
  it('dials digits only, and is not there for hidden numbers', () => {
    expect(phoneLink('+356 2122-0417')).toBe('tel:+35621220417');
    expect(phoneLink('+••• •••• ••17')).toBeUndefined();
    expect(phoneLink(null)).toBeUndefined();
    expect(phoneLink('–')).toBeUndefined();
  });

  it('never joins digits over a point, an extension or two numbers', () => {
    expect(phoneLink('35660776826.0')).toBe('tel:35660776826');
    expect(phoneLink('35660776826,00')).toBe('tel:35660776826');
    expect(phoneLink('0356 60 77 68 26 ext. 5')).toBe('tel:035660776826');
    expect(phoneLink('021 6289 3000 转 812')).toBe('tel:02162893000');
    for (const phone of ['06077/6826 oder 99123456', '35660776826.5', '3,56608E+11', '3.56608E+11', '21220417, 99123456',
      '21220417/99123456', '21220417 99123456', '+35621220417 +35699123456', '21220417; 99123456', '2122.0417', 'ask at the shop 21']) {
      expect(phoneLink(phone), phone).toBeUndefined();
    }
  });

  it('leaves out what cannot be seen and reads other digits', () => {
    expect(phoneLink('\u202d+356 2122 0417\u202c')).toBe('tel:+35621220417');
    expect(phoneLink('\u200b2122\u200b0417')).toBe('tel:21220417');
    expect(phoneLink('＋３５６ ２１２２ ０４１７')).toBe('tel:+35621220417');
    expect(phoneLink('+49 (0)30 123456')).toBe('tel:+4930123456');
    expect(phoneLink('06077/6826')).toBe('tel:060776826');
  });
});
