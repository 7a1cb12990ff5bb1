/** A bar between two parts: drag it, or move it with the arrow keys. */
import type { JSX } from 'preact';

export interface SplitProps {
  label: string;
  /** Direction in which the bar itself runs. */
  orientation: 'vertical' | 'horizontal';
  value: number;
  min: number;
  max: number;
  step: number;
  /** Pointer position on the axis to value. */
  fromPointer: (event: PointerEvent) => number;
  onChange: (value: number) => void;
}

export function Split({ label, orientation, value, min, max, step, fromPointer, onChange }: SplitProps): JSX.Element {
  const set = (next: number): void => onChange(Math.min(max, Math.max(min, next)));
  const onKeyDown = (event: KeyboardEvent): void => {
    const [more, less] = orientation === 'vertical' ? ['ArrowRight', 'ArrowLeft'] : ['ArrowUp', 'ArrowDown'];
    if (event.key === more) set(value + step);
    else if (event.key === less) set(value - step);
    else if (event.key === 'Home') set(min);
    else if (event.key === 'End') set(max);
    else return;
    event.preventDefault();
  };
  return (
    <div class={`split ${orientation}`} role="separator" tabIndex={0} aria-label={label} aria-orientation={orientation}
      aria-valuenow={Math.round((100 * (value - min)) / Math.max(max - min, 1e-9))} aria-valuemin={0} aria-valuemax={100} onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        event.preventDefault();
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) set(fromPointer(event));
      }} />
  );
}
