/**
 * Coordinates as Chinese maps draw them: GCJ-02 (Amap, and Google and Apple inside mainland China) and BD-09 (Baidu).
 *
 * Everything else in these pages is WGS-84; points are shifted at the last moment, for the link that needs it. Outside
 * mainland China there is no shift: unlike the customary bounding box, which moves Delhi and Seoul as well, the outline
 * below follows the border, to within some ten kilometres.
 */
import type { Point } from './polyline';

/** Krasovsky 1940: the ellipsoid that the shift is defined on. */
const semiMajor = 6_378_245;
const eccentricitySquared = 0.006_693_421_622_965_823;
const baiduTurn = (Math.PI * 3000) / 180;

export function toGcj02(point: Point): Point {
  if (!isInMainlandChina(point)) return point;
  const [lat, lon] = point;
  const east = lon - 105;
  const north = lat - 35;
  const radians = (lat * Math.PI) / 180;
  const curve = 1 - eccentricitySquared * Math.sin(radians) ** 2;
  const metresNorth = waves(east, northTerms) - 100 + 2 * east + 3 * north + 0.2 * north ** 2 + 0.1 * east * north + 0.2 * Math.sqrt(Math.abs(east)) + waves(north, northByNorth);
  const metresEast = waves(east, eastTerms) + 300 + east + 2 * north + 0.1 * east ** 2 + 0.1 * east * north + 0.1 * Math.sqrt(Math.abs(east));
  const meridian = ((semiMajor * (1 - eccentricitySquared)) / curve ** 1.5) * (Math.PI / 180);
  const parallel = (semiMajor / Math.sqrt(curve)) * Math.cos(radians) * (Math.PI / 180);
  return [lat + metresNorth / meridian, lon + metresEast / parallel];
}

export function toBd09(point: Point): Point {
  if (!isInMainlandChina(point)) return point;
  const [lat, lon] = toGcj02(point);
  const reach = Math.hypot(lon, lat) + 0.000_02 * Math.sin(lat * baiduTurn);
  const angle = Math.atan2(lat, lon) + 0.000_003 * Math.cos(lon * baiduTurn);
  return [reach * Math.sin(angle) + 0.006, reach * Math.cos(angle) + 0.0065];
}

/** Amplitude in metres (before the common factor 2/3) and angular frequency in multiples of pi. */
type Terms = readonly (readonly [amplitude: number, frequency: number])[];
const northTerms: Terms = [[20, 6], [20, 2]];
const northByNorth: Terms = [[20, 1], [40, 1 / 3], [160, 1 / 12], [320, 1 / 30]];
const eastTerms: Terms = [[20, 6], [20, 2], [20, 1], [40, 1 / 3], [150, 1 / 12], [300, 1 / 30]];

function waves(at: number, terms: Terms): number {
  return terms.reduce((sum, [amplitude, frequency]) => sum + (amplitude * Math.sin(at * Math.PI * frequency) * 2) / 3, 0);
}

/** Border of the mainland, with some sea before the coast; Altai first, then against the clock. */
const mainland: readonly Point[] = [
  [49.2, 87.4], [47.1, 85.2], [47.2, 82.9], [45.4, 82.2], [44.9, 79.9], [42.2, 80.2], [41.0, 76.6], [39.7, 73.5], [37.2, 74.7], [35.6, 76.2], [34.6, 78.3], [32.6, 78.7],
  [30.3, 81.1], [28.3, 85.6], [27.8, 87.0], [27.9, 88.7], [27.2, 88.9], [28.1, 90.0], [27.8, 91.7], [29.3, 95.0], [28.3, 97.2], [27.6, 98.4], [25.2, 98.1], [23.9, 97.5],
  [21.9, 99.5], [21.1, 101.4], [22.3, 102.4], [22.5, 104.2], [23.3, 105.4], [22.7, 106.7], [21.6, 107.5], [19.6, 107.9], [18.0, 108.5], [18.0, 110.4], [20.2, 112.0], [21.6, 114.0],
  [22.2, 116.0], [23.6, 118.0], [24.4, 118.9], [25.4, 120.1], [27.2, 121.4], [30.0, 123.2], [32.2, 122.6], [34.8, 120.9], [36.6, 123.1], [38.4, 121.8], [39.6, 124.1], [40.1, 124.45],
  [40.9, 126.0], [41.7, 126.8], [41.4, 128.2], [42.1, 128.5], [42.4, 129.6], [43.0, 130.0], [42.3, 130.6], [43.3, 131.2], [44.8, 131.2], [45.2, 133.2], [48.3, 135.1], [47.7, 131.2],
  [48.9, 130.8], [49.6, 128.2], [50.4, 127.6], [52.6, 126.0], [53.6, 123.2], [53.3, 120.2], [51.8, 120.7], [49.9, 119.1], [49.8, 116.7], [47.7, 115.6], [47.9, 118.4], [46.6, 119.8],
  [46.4, 117.4], [45.1, 113.7], [44.9, 111.7], [43.4, 111.7], [42.4, 109.4], [42.5, 107.2], [41.7, 105.1], [42.7, 101.6], [42.8, 96.4], [44.3, 95.3], [45.1, 90.9], [47.9, 89.0],
];

/** Hong Kong and Macau draw their own maps, unshifted: `[south, west, north, east]`. */
const unshifted = [[22.13, 113.96, 22.5, 114.45], [22.13, 113.82, 22.4, 113.96], [22.1, 113.535, 22.215, 113.6]] as const;

export function isInMainlandChina([lat, lon]: Point): boolean {
  if (unshifted.some(([south, west, north, east]) => lat >= south && lat <= north && lon >= west && lon <= east)) return false;
  let inside = false;
  let [beforeLat, beforeLon] = mainland[mainland.length - 1] ?? [0, 0];
  for (const [cornerLat, cornerLon] of mainland) {
    if (cornerLat > lat !== beforeLat > lat && lon < ((beforeLon - cornerLon) * (lat - cornerLat)) / (beforeLat - cornerLat) + cornerLon) inside = !inside;
    [beforeLat, beforeLon] = [cornerLat, cornerLon];
  }
  return inside;
}
