/** Small line pictures on a grid of 16, drawn for these pages. They decorate: the word next to them carries the meaning. */
import type { JSX } from 'preact';

const paths = {
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9ZM10.4 10.4 14 14',
  close: 'M4 4l8 8M12 4l-8 8',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  tick: 'M3 8.5 6.5 12 13 4.5',
  left: 'M10 3 5 8l5 5',
  right: 'M6 3l5 5-5 5',
  down: 'M3.5 6 8 10.5 12.5 6',
  lock: 'M3.5 7.5h9v6h-9zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5',
  fridge: 'M4 1.8h8v12.4H4zM4 6.5h8M6 3.6v1.2M6 8.4v2.4',
  navigate: 'M14 2 2 7.2l5.2 1.6L8.8 14z',
  call: 'M3.2 2h2.6l1.2 3.2-1.6 1.2a8 8 0 0 0 4.2 4.2l1.2-1.6 3.2 1.2v2.6c0 .7-.5 1.2-1.2 1.2C7 14 2 9 2 3.2 2 2.5 2.5 2 3.2 2Z',
  dots: 'M3.2 8h.01M8 8h.01M12.8 8h.01',
  undo: 'M3 6.5h6.5a3.5 3.5 0 0 1 0 7H6M5.6 3.8 3 6.5l2.6 2.7',
  sync: 'M13.5 6.5A6 6 0 0 0 3 4.6L2 6M2 3v3h3M2.5 9.5A6 6 0 0 0 13 11.4l1-1.4M14 13v-3h-3',
  house: 'M2.5 7.5 8 3l5.5 4.5M4 6.5v7h8v-7',
  grid: 'M2.5 2.5h4v4h-4zM9.5 2.5h4v4h-4zM2.5 9.5h4v4h-4zM9.5 9.5h4v4h-4z',
  cube: 'M8 1.8 13.5 5v6L8 14.2 2.5 11V5zM2.5 5 8 8l5.5-3M8 8v6.2',
  pin: 'M8 14.2S3.2 9.6 3.2 6.3a4.8 4.8 0 0 1 9.6 0C12.8 9.6 8 14.2 8 14.2ZM8 4.6a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6Z',
  octagon: 'M5.4 1.8h5.2l3.6 3.6v5.2l-3.6 3.6H5.4l-3.6-3.6V5.4zM8 4.6v4.2M8 11v.6',
  triangle: 'M8 2 14.6 13.6H1.4zM8 6.2v3.6M8 11.4v.6',
  clock: 'M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8ZM8 4.4V8l2.4 1.6',
  offline: 'M4.6 12.4h6.6a2.6 2.6 0 0 0 1-5 4.2 4.2 0 0 0-7-2.2M4 7a2.8 2.8 0 0 0 .6 5.4M2 2l12 12',
  bolt: 'M9 1.5 3.5 9H8l-1 5.5L12.5 7H8z',
  person: 'M8 2a2.8 2.8 0 1 0 0 5.6A2.8 2.8 0 0 0 8 2ZM2.8 14c.4-3 2.4-4.4 5.2-4.4s4.8 1.4 5.2 4.4',
  phone: 'M4.5 1.5h7v13h-7zM7 12.4h2',
  van: 'M1.5 4h8v7.5h-8zM9.5 6.5h3l2 2.5v2.5h-5M4.5 10.6a1.4 1.4 0 1 0 0 2.8 1.4 1.4 0 0 0 0-2.8ZM11.5 10.6a1.4 1.4 0 1 0 0 2.8 1.4 1.4 0 0 0 0-2.8Z',
  parcel: 'M2.5 4.5h11v9h-11zM2.5 4.5 4 2h8l1.5 2.5M8 2v5',
  link: 'M6.5 9.5l3-3M7 4.5 8.8 2.7a3 3 0 0 1 4.4 4.4L11.5 9M9 11.5l-1.8 1.8a3 3 0 0 1-4.4-4.4L4.5 7',
  list: 'M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.5M2.5 8h.5M2.5 12h.5',
  map: 'M2 4l4-1.8 4 1.8 4-1.8v10L10 14l-4-1.8L2 14zM6 2.2v10M10 4v10',
  snow: 'M8 1.5v13M2.4 4.8l11.2 6.4M13.6 4.8 2.4 11.2M6.4 2.6 8 4.2l1.6-1.6M6.4 13.4 8 11.8l1.6 1.6',
  compare: 'M2.5 4.5h7M7.5 2.5l2 2-2 2M13.5 11.5h-7M8.5 9.5l-2 2 2 2',
  history: 'M3 4.5A6 6 0 1 1 2 8M3 1.8v2.9h2.9M8 4.8V8l2.2 1.5',
  note: 'M3 2.5h7l3 3v8H3zM9.5 2.5v3.5H13M5.5 8.5h5M5.5 11h3',
  moon: 'M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.7 5.7 0 1 0 6.8 6.8Z',
  download: 'M8 2.5v7.5M4.8 7 8 10.2 11.2 7M3 13h10',
  signOut: 'M6 2.5H2.5v11H6M6.5 8h7M11 5.2 13.8 8 11 10.8',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 16, width = 1.5 }: { name: IconName; size?: number; width?: number }): JSX.Element {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width={width}
      stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}

/** The mark of the house: a centre with the doors around it. */
export function Mark({ size = 24 }: { size?: number }): JSX.Element {
  const arms = [0, 60, 120, 180, 240, 300];
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="var(--accent)" stroke-width="1.8" stroke-linecap="round" aria-hidden="true">
      {arms.map((turn) => (
        <path key={turn} d="M12 7.6V4" transform={`rotate(${turn} 12 12)`} />
      ))}
      {arms.map((turn) => (
        <circle key={turn} cx="12" cy="2.4" r={turn === 60 ? 2 : 1.2} fill={turn === 60 ? '#fff' : 'var(--accent)'} stroke="none" transform={`rotate(${turn} 12 12)`} />
      ))}
      <circle cx="12" cy="12" r="4" stroke="#fff" stroke-width="2.2" />
    </svg>
  );
}
