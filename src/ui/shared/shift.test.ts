import { describe, expect, it } from 'vitest';
import { distance, type Point } from './polyline';
import { isInMainlandChina, toBd09, toGcj02 } from './shift';

/** Reference values of an independent implementation, `[lat, lon]`: WGS-84, GCJ-02, BD-09. */
const vectors: readonly [string, Point, Point, Point][] = [
  ['Beijing', [39.914266, 116.403988], [39.915670251113426, 116.41023240747266], [39.92196580126834, 116.41661560068297]],
  ['Shanghai', [31.2304, 121.4737], [31.22845773757727, 121.47822305927693], [31.234310593689997, 121.484781468503]],
  ['Urumqi', [43.8256, 87.6168], [43.82680539311119, 87.61964994946926], [43.83294979479329, 87.62609977081571]],
  ['Haikou', [20.044, 110.1999], [20.041885974611123, 110.20419239478825], [20.047662640587728, 110.2107350145077]],
];

describe('coordinates of Chinese maps', () => {
  it.each(vectors)('%s is shifted as map apps shift it, to a centimetre', (_name, wgs, gcj, bd) => {
    expect(distance(toGcj02(wgs), gcj)).toBeLessThan(0.01);
    expect(distance(toBd09(wgs), bd)).toBeLessThan(0.01);
  });

  it('moves central Shanghai by half a kilometre, and by more than one for Baidu', () => {
    const people: Point = [31.2304, 121.4737];
    expect(Math.round(distance(people, toGcj02(people)))).toBe(481);
    expect(Math.round(distance(people, toBd09(people)) / 10)).toBe(114);
  });

  const outside: readonly [string, Point][] = [
    ['Valletta', [35.8997, 14.5146]], ['Tokyo', [35.69, 139.69]], ['Delhi', [28.6, 77.2]], ['Seoul', [37.57, 126.98]], ['Pyongyang', [39.03, 125.75]],
    ['Hanoi', [21.03, 105.85]], ['Taipei', [25.03, 121.57]], ['Hong Kong', [22.32, 114.17]], ['Macau', [22.19, 113.55]], ['Ulaanbaatar', [47.9, 106.9]],
    ['Almaty', [43.25, 76.95]], ['Vladivostok', [43.12, 131.9]], ['Kathmandu', [27.7, 85.3]], ['Thimphu', [27.47, 89.64]], ['Yangon', [16.8, 96.2]],
  ];
  it.each(outside)('%s stays where it is', (_name, point) => {
    expect(toGcj02(point)).toEqual(point);
    expect(toBd09(point)).toEqual(point);
  });

  const inside: readonly [string, Point][] = [
    ['Shenzhen', [22.54, 114.06]], ['Zhuhai', [22.27, 113.57]], ['Lhasa', [29.65, 91.1]], ['Kunming', [25.04, 102.71]], ['Kashgar', [39.47, 75.99]],
    ['Heihe', [50.25, 127.5]], ['Dandong', [40.12, 124.38]], ['Sanya', [18.25, 109.5]], ['Xiamen', [24.48, 118.09]], ['Dalian', [38.91, 121.6]],
    ['Qingdao', [36.07, 120.38]], ['Suifenhe', [44.4, 131.15]], ['Jinghong', [22.0, 100.8]], ['Manzhouli', [49.6, 117.45]], ['Hunchun', [42.86, 130.36]],
  ];
  it.each(inside)('%s lies in the mainland', (_name, point) => {
    expect(isInMainlandChina(point)).toBe(true);
  });
});
