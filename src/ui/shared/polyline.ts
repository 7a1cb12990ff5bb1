/** Encoded polylines with five decimals, as the server writes the legs of a trip. */
export type Point = readonly [lat: number, lon: number];

/** Damaged input ends the line early; it never throws, so that one bad leg cannot empty the map. */
export function decodePolyline(text: string): Point[] {
  const points: Point[] = [];
  let position = 0;
  let lat = 0;
  let lon = 0;
  const next = (): number | undefined => {
    let value = 0;
    let shift = 0;
    for (;;) {
      const code = text.charCodeAt(position++) - 63;
      if (Number.isNaN(code) || code < 0 || shift > 30) return undefined;
      value |= (code & 31) << shift;
      shift += 5;
      if (code < 32) return value & 1 ? ~(value >> 1) : value >> 1;
    }
  };
  while (position < text.length) {
    const dLat = next();
    const dLon = next();
    if (dLat === undefined || dLon === undefined) break;
    lat += dLat;
    lon += dLon;
    points.push([lat / 1e5, lon / 1e5]);
  }
  return points;
}

export function encodePolyline(points: readonly Point[]): string {
  let text = '';
  let lastLat = 0;
  let lastLon = 0;
  const write = (difference: number): void => {
    let rest = difference < 0 ? ~(difference << 1) : difference << 1;
    while (rest >= 32) {
      text += String.fromCharCode((32 | (rest & 31)) + 63);
      rest >>= 5;
    }
    text += String.fromCharCode(rest + 63);
  };
  for (const [pointLat, pointLon] of points) {
    const lat = Math.round(pointLat * 1e5);
    const lon = Math.round(pointLon * 1e5);
    write(lat - lastLat);
    write(lon - lastLon);
    lastLat = lat;
    lastLon = lon;
  }
  return text;
}

/** Metres between two points of one town, on a sphere. */
export function distance([latA, lonA]: Point, [latB, lonB]: Point): number {
  const radians = Math.PI / 180;
  const half = Math.sin(((latB - latA) * radians) / 2) ** 2 + Math.cos(latA * radians) * Math.cos(latB * radians) * Math.sin(((lonB - lonA) * radians) / 2) ** 2;
  return 2 * 6_371_009 * Math.asin(Math.sqrt(half));
}

export function lengthOf(line: readonly Point[]): number {
  let sum = 0;
  for (let index = 1; index < line.length; index++) sum += distance(line[index - 1] ?? [0, 0], line[index] ?? [0, 0]);
  return sum;
}
