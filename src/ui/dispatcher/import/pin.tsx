/** Where a row's door is, when no address tells: the map is moved under the pin, or the coordinates are typed. */
import type { Map as LibreMap } from 'maplibre-gl';
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { Day, ImportProblem } from '../../shared/api/types';
import { MapView } from '../../shared/map/view';
import { theme } from '../../shared/theme';
import { selected } from '../../shared/ui/focus';
import { Icon } from '../../shared/ui/icons';
import { foundPlace } from '../fields/found-place';
import { t as words } from '../texts';
import { pointIn } from './mend';
import { mend, pinning } from './state';
import { t } from './texts';
import './pin.css';

/** How close the map is where a suggestion says about where it is, and where nothing does. */
const zooms = { suggested: 15, unknown: 11 };

export function PinMap({ day, problem }: { day: Day; problem: ImportProblem }): JSX.Element {
  const first = problem.suggestions.map(foundPlace).find((place) => place !== undefined);
  const [[south, west], [north, east]] = day.bounds;
  const start = first === undefined ? { lat: (south + north) / 2, lng: (west + east) / 2 } : { lat: Number(first.lat), lng: Number(first.lon) };
  const [text, setText] = useState(written(start.lat, start.lng));
  /** While the map follows what is typed, it does not write over it. */
  const isTyping = useRef(false);
  const map = useRef<LibreMap | undefined>(undefined);
  const onStyle = (made: LibreMap): void => {
    if (map.current === made) return;
    map.current = made;
    made.jumpTo({ center: start, zoom: first === undefined ? zooms.unknown : zooms.suggested });
    made.on('move', () => {
      if (!isTyping.current) setText(written(made.getCenter().lat, made.getCenter().lng));
    });
    made.on('click', (event) => made.panTo(event.lngLat));
  };
  const point = pointIn(text);
  const close = (): void => {
    pinning.value = undefined;
  };
  return (
    <section class="pin-box" aria-label={t('pin.title', { row: problem.row ?? 0 })} onKeyDown={(event) => {
      if (event.key === 'Escape') close();
    }}>
      <div class="pin-head">
        <h3>{t('pin.title', { row: problem.row ?? 0 })}</h3>
        <button type="button" class="icon-button" aria-label={words('action.close')} onClick={close}><Icon name="close" size={14} /></button>
      </div>
      {problem.value !== '' && <p class="clip">{problem.value}</p>}
      <div class="pin-map">
        <MapView bounds={day.bounds} attribution={day.attribution} theme={theme.value} onStyle={onStyle} isBare
          texts={{ label: t('pin.map'), failed: words('map.failed'), zoomIn: words('map.zoomIn'), zoomOut: words('map.zoomOut') }}>
          <span class="pin-mark" aria-hidden="true"><Icon name="pin" size={32} width={1.6} /></span>
        </MapView>
      </div>
      <form class="pin-form" onSubmit={(event) => {
        event.preventDefault();
        if (point === undefined || problem.row === null) return;
        close();
        mend([{ row: problem.row, column: 'lat', text: point[0] }, { row: problem.row, column: 'lon', text: point[1] }]);
      }}>
        <input ref={selected} class="field" aria-label={t('pin.point')} aria-invalid={point === undefined} value={text} onInput={(event) => {
          const typed = event.currentTarget.value;
          setText(typed);
          const place = pointIn(typed);
          if (place === undefined) return;
          isTyping.current = true;
          map.current?.jumpTo({ center: { lat: Number(place[0]), lng: Number(place[1]) } });
          isTyping.current = false;
        }} />
        <button type="submit" class="button primary" disabled={point === undefined}>{t('pin.use')}</button>
      </form>
    </section>
  );
}

const written = (lat: number, lng: number): string => `${lat.toFixed(6)}, ${lng.toFixed(6)}`;
