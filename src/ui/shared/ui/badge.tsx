/** Number badge of a route and tags of temperature classes. */
import type { JSX } from 'preact';
import { linehaulLook, routeLook, type RouteLook } from '../palette';
import './badge.css';

/** `number` of a last-mile route, or `letter` of a linehaul run. The dash of the line returns under the figure. */
export function RouteBadge({ number, letter, small = false }: { number: number; letter?: string | undefined; small?: boolean }): JSX.Element {
  const look: RouteLook = letter === undefined ? routeLook(number) : linehaulLook;
  const style = { background: look.colour, color: look.on, boxShadow: look.isLight ? `inset 0 0 0 1.5px ${look.on}` : '0 0 0 1px var(--route-rim)' };
  return (
    <span class={small ? 'route-badge small' : 'route-badge'} style={style}>
      {letter ?? number}
      {look.dash !== undefined && (
        <svg class="route-badge-dash" width="16" height="2" viewBox="0 0 16 2" aria-hidden="true">
          <line x1="0" y1="1" x2="16" y2="1" stroke={look.on} stroke-width="1.5" stroke-dasharray={look.dash.map((part) => part / 2).join(' ')} />
        </svg>
      )}
    </span>
  );
}

/** `0–4°`, `−18°`: the figures are the same in every language; ambient goods carry none. */
export function TemperatureTags({ tags }: { tags: readonly string[] }): JSX.Element {
  return (
    <>
      {tags.map((tag) => (
        <span key={tag} class={`tag ${isFrozenTag(tag) ? 'frozen' : 'chilled'}`}>{tag}</span>
      ))}
    </>
  );
}

export function isFrozenTag(tag: string): boolean {
  return /^[−-]/.test(tag);
}
