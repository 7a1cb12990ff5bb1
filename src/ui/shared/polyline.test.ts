import { describe, expect, it } from 'vitest';
import { decodePolyline, encodePolyline, type Point } from './polyline';

describe('polyline', () => {
  it('reads the example of the format', () => {
    expect(decodePolyline('_p~iF~ps|U_ulLnnqC_mqNvxq`@')).toEqual([[38.5, -120.2], [40.7, -120.95], [43.252, -126.453]]);
  });

  it('comes back unchanged', () => {
    const line: Point[] = [[35.89, 14.51], [35.89001, 14.50999], [-33.4, -70.6], [0, 0]];
    expect(decodePolyline(encodePolyline(line))).toEqual(line);
  });

  it('ends early on damage instead of throwing', () => {
    expect(decodePolyline('_p~iF~ps|U_ul')).toEqual([[38.5, -120.2]]);
    expect(decodePolyline('')).toEqual([]);
  });
});
