/** Map tiles that a route passes through, so that the phone can fetch them while it has signal. */
import type { Point } from '../shared/polyline';

const lowestZoom = 10;

/** Addresses of the tiles along `points`, coarse ones first, and one tile around each at the finest zoom. */
export function tilesAlong(points: readonly Point[], template: string, finestZoom: number, max: number): string[] {
  const found = new Set<string>();
  for (let zoom = lowestZoom; zoom <= finestZoom; zoom++) {
    const margin = zoom === finestZoom ? 1 : 0;
    for (const point of points) {
      const [column, row] = tileAt(point, zoom);
      for (let x = column - margin; x <= column + margin; x++) {
        for (let y = row - margin; y <= row + margin; y++) {
          if (found.size >= max) return [...found];
          found.add(template.replace('{z}', String(zoom)).replace('{x}', String(x)).replace('{y}', String(y)));
        }
      }
    }
  }
  return [...found];
}

export function tileAt([lat, lon]: Point, zoom: number): [column: number, row: number] {
  const count = 2 ** zoom;
  const radians = (lat * Math.PI) / 180;
  const row = ((1 - Math.asinh(Math.tan(radians)) / Math.PI) / 2) * count;
  return [Math.floor(((lon + 180) / 360) * count), Math.floor(row)];
}
