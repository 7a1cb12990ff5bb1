/** Links that open the courier's own map or phone app. Points come as WGS-84 and leave as the app wants them. */
import type { Point } from '../shared/polyline';
import { isInMainlandChina, toBd09, toGcj02 } from '../shared/shift';

export const mapApps = ['phone', 'google', 'apple', 'amap', 'baidu'] as const;
export type MapApp = (typeof mapApps)[number];

export function navigationLink(app: MapApp, point: Point, name: string): string {
  const label = encodeURIComponent(name);
  switch (app) {
    // RFC 5870: WGS-84 by definition; the app that answers shifts it itself.
    case 'phone': return `geo:${pair(point)}?q=${pair(point)}(${label})`;
    case 'google': return `https://www.google.com/maps/dir/?api=1&destination=${pair(toGcj02(point))}`;
    case 'apple': return `https://maps.apple.com/?daddr=${pair(toGcj02(point))}&q=${label}`;
    case 'amap': {
      const [lat, lon] = rounded(toGcj02(point));
      return `https://uri.amap.com/navigation?to=${lon},${lat},${label}&coordinate=gaode&callnative=1&src=coldmile`;
    }
    case 'baidu': {
      const system = isInMainlandChina(point) ? 'bd09ll' : 'wgs84';
      return `https://api.map.baidu.com/direction?destination=latlng:${pair(toBd09(point))}|name:${label}&coord_type=${system}&output=html&src=coldmile`;
    }
  }
}

export { phoneLink } from '../shared/phone';

const rounded = ([lat, lon]: Point): [string, string] => [lat.toFixed(6), lon.toFixed(6)];
const pair = (point: Point): string => rounded(point).join(',');
