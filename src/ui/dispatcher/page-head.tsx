/** The head of a page next to the day, and what those pages share. */
import type { ComponentChildren, JSX } from 'preact';
import { day } from './state/day';
import { DaySwitch } from './days';
import './page-head.css';

/** The day can be changed here too: the page then is about that one. */
export function PageHead({ title, hint, children }: { title: string; hint?: string; children?: ComponentChildren }): JSX.Element {
  return (
    <header class="page-head">
      <div>
        <h2 class="page-title">{title}</h2>
        {hint !== undefined && <p class="dim">{hint}</p>}
      </div>
      <span class="sub-space" />
      {children}
      {day.value !== undefined && <DaySwitch day={day.value} />}
    </header>
  );
}
