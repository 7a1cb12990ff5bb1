/** Fridge, freezer and shelves over the day against their capacity: what the plan says, drawn; the same in a table. */
import type { JSX } from 'preact';
import { decimal } from '../shared/format';
import { language } from '../shared/i18n';
import { now } from '../shared/field/clock';
import { Icon } from '../shared/ui/icons';
import { time } from './app';
import { desk } from './desk';
import { cornersOf, hoursOf, litresAt, storageLines, tightShare, withNow, type StorageLine } from './storage';
import { t } from './words';

const width = 444;
const height = 116;
const topMargin = 6;
const order = ['chilled', 'frozen', 'ambient'] as const;
const litres = (value: number): string => decimal(value, 0, language.value);

export function Storage(): JSX.Element {
  const read = desk.value;
  if (read === undefined) return <section class="card grows" />;
  const lines = storageLines(read, now.value);
  const [from, to] = withNow(hoursOf(read), now.value);
  const worst = lines.filter((line) => line.capacity > 0 && line.peak >= line.capacity * tightShare).sort((a, b) => b.peak / b.capacity - a.peak / a.capacity)[0];
  return (
    <section class="card grows storage" aria-labelledby="storage-title">
      <header class="card-head"><h2 id="storage-title">{t('storage.title')}</h2><span class="quiet right">{t('storage.note')}</span></header>
      <div class="bands">
        <svg width="0" height="0" class="patterns" aria-hidden="true">
          {order.map((one) => (
            <pattern key={one} id={`to-come-${one}`} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
              <rect width="6" height="6" class={`band-pale ${one}`} /><rect width="2" height="6" class={`band-hatch ${one}`} />
            </pattern>
          ))}
        </svg>
        {order.map((one) => {
          const line = lines.find((candidate) => candidate.compartment === one);
          return line === undefined ? null : <Band key={one} line={line} from={from} to={to} />;
        })}
        <Hours from={from} to={to} />
      </div>
      <Sentence worst={worst} />
      <Table lines={lines} from={from} to={to} />
    </section>
  );
}

function Band({ line, from, to }: { line: StorageLine; from: number; to: number }): JSX.Element {
  const { compartment, capacity, now: current, peak, peakAt, steps } = line;
  const name = t(`storage.${compartment}`);
  const max = Math.max(capacity, peak, ...steps.map(([, value]) => value), 1);
  const x = (at: number): number => ((at - from) / (to - from)) * width;
  const y = (value: number): number => height - (value / max) * (height - topMargin);
  const at = Math.min(Math.max(now.value, from), to);
  const outline = (a: number, b: number): string => cornersOf(steps, a, b).map(([when, value], index) => `${index === 0 ? 'M' : 'L'}${x(when).toFixed(1)} ${y(value).toFixed(1)}`).join('');
  const area = (a: number, b: number): string => `${outline(a, b)}L${x(b).toFixed(1)} ${height}L${x(a).toFixed(1)} ${height}Z`;
  const isTight = capacity > 0 && peak >= capacity * tightShare;
  return (
    <div class="band">
      <p class="band-head"><strong>{name}</strong><span>{capacity > 0 ? t('storage.now', { litres: litres(current), capacity: litres(capacity) }) : t('storage.none')}</span></p>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={t('storage.chart', { storage: name, litres: litres(current), capacity: litres(capacity), peak: litres(peak), time: time(peakAt) })}>
        <path d={area(from, at)} class={`band-past ${compartment}`} />
        <path d={area(at, to)} fill={`url(#to-come-${compartment})`} />
        <path d={outline(from, at)} class={`band-line ${compartment}`} />
        <path d={outline(at, to)} class={`band-line dashed ${compartment}`} />
        {capacity > 0 && <line x2={width} y1={y(capacity)} y2={y(capacity)} class="band-full" />}
        <line x1="0" x2={width} y1={height - 0.5} y2={height - 0.5} class="band-ground" />
        {at === now.value && <line x1={x(at)} x2={x(at)} y1="0" y2={height} class="band-now" />}
        {peak > current && <circle cx={x(peakAt)} cy={y(peak)} r="4" class={`band-peak ${compartment}`} />}
        {peak > current && capacity > 0 && (
          <text x={x(peakAt) + (x(peakAt) > width * 0.6 ? -2 : 2)} y={Math.max(14, y(peak) - 9)} text-anchor={x(peakAt) > width * 0.6 ? 'end' : 'start'} class={isTight ? 'band-word tight' : 'band-word'}>
            {t('storage.peak', { percent: Math.round((peak / capacity) * 100), time: time(peakAt) })}
          </text>
        )}
      </svg>
    </div>
  );
}

const hour = 3600;

function Hours({ from, to }: { from: number; to: number }): JSX.Element {
  const step = Math.max(1, Math.ceil((to - from) / hour / 5)) * hour;
  const marks = Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);
  return <div class="band-hours" aria-hidden="true">{marks.map((mark) => <span key={mark} style={{ left: `${((mark - from) / (to - from)) * 100}%` }}>{time(mark)}</span>)}</div>;
}

function Sentence({ worst }: { worst: StorageLine | undefined }): JSX.Element {
  if (worst === undefined) return <p class="storage-word good"><Icon name="tick" />{t('storage.fine')}</p>;
  const name = t(`storage.${worst.compartment}`);
  const words = worst.peak > worst.capacity
    ? t('storage.full', { storage: name, time: time(worst.peakAt), litres: litres(worst.peak - worst.capacity) })
    : t('storage.tight', { storage: name, time: time(worst.peakAt), percent: Math.round((worst.peak / worst.capacity) * 100) });
  return <p class={worst.peak > worst.capacity ? 'storage-word bad' : 'storage-word warn'}><Icon name={worst.peak > worst.capacity ? 'octagon' : 'triangle'} size={20} />{words}</p>;
}

function Table({ lines, from, to }: { lines: readonly StorageLine[]; from: number; to: number }): JSX.Element {
  const hours = Array.from({ length: Math.round((to - from) / hour) }, (_, index) => from + index * hour);
  return (
    <details class="storage-table">
      <summary>{t('storage.table')}</summary>
      <div class="scrolls" tabIndex={0} role="region" aria-label={t('storage.table')}>
        <table>
          <thead><tr><th scope="col">{t('storage.hour')}</th>{order.map((one) => <th scope="col" key={one}>{t(`storage.${one}`)}</th>)}</tr></thead>
          <tbody>
            {hours.map((at) => <tr key={at}><th scope="row">{time(at)}</th>{order.map((one) => <td key={one}>{litres(litresAt(lines.find((line) => line.compartment === one)?.steps ?? [], at))}</td>)}</tr>)}
          </tbody>
        </table>
      </div>
    </details>
  );
}
