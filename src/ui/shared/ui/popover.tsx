/** Popovers and menus that hang on a button: Escape and a press outside close them, focus comes back to the button. */
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import './overlay.css';

export interface PopoverProps {
  /** What the button is for, said after its visible text; also the name of the box. */
  label: string;
  /** True when the visible text already says it. */
  saysItself?: boolean;
  button: ComponentChildren;
  buttonClass?: string;
  /** Which side of the button the box keeps to. */
  align?: 'start' | 'end';
  side?: 'below' | 'above';
  disabled?: boolean;
  role?: 'dialog' | 'menu';
  children: (close: () => void) => ComponentChildren;
}

export function Popover({ label, saysItself = false, button, buttonClass = 'button', align = 'start', side = 'below', disabled = false, role = 'dialog', children }: PopoverProps): JSX.Element {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const trigger = useRef<HTMLButtonElement>(null);
  const close = (): void => {
    setOpen(false);
    trigger.current?.focus();
  };
  // Before the box is painted: a key typed the moment it is seen goes into it.
  useLayoutEffect(() => {
    if (open) root.current?.querySelector<HTMLElement>('.popover :is(button:not(:disabled), input, select, a[href])')?.focus();
  }, [open]);
  useEffect(() => {
    if (!open) return undefined;
    const onPress = (event: PointerEvent): void => {
      if (event.target instanceof Node && root.current?.contains(event.target) === false) setOpen(false);
    };
    // A button that is disabled while it has the focus gives it to nothing.
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || (event.target instanceof Node && root.current?.contains(event.target) === true)) return;
      event.preventDefault();
      close();
    };
    document.addEventListener('pointerdown', onPress);
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('pointerdown', onPress);
      document.removeEventListener('keydown', onKey);
    };
  }, [open]);
  return (
    <div class="popover-root" ref={root}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && open) {
          event.stopPropagation();
          close();
        }
      }}>
      <button type="button" ref={trigger} class={buttonClass} aria-haspopup={role} aria-expanded={open} disabled={disabled}
        onClick={() => setOpen(!open)}>
        {button}
        {!saysItself && <span class="visually-hidden">, {label}</span>}
      </button>
      {open && (
        <div class={`popover ${align} ${side}`} role={role} aria-label={label}>
          {children(close)}
        </div>
      )}
    </div>
  );
}

export interface MenuItem {
  id: string;
  content: ComponentChildren;
  current?: boolean;
  onChoose: () => void;
}

/** Items of a menu inside a {@link Popover} with role `menu`; arrows, Home and End walk. */
export function MenuItems({ items, close }: { items: readonly MenuItem[]; close: () => void }): JSX.Element {
  const walk = (event: KeyboardEvent): void => {
    const all = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('[role^=menuitem]')];
    const at = all.findIndex((item) => item === document.activeElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    all[(next + all.length) % all.length]?.focus();
  };
  return (
    <div class="menu-items" role="presentation" onKeyDown={walk}>
      {items.map((item) => (
        <button type="button" key={item.id} class="menu-item" role="menuitemradio" aria-checked={item.current === true}
          onClick={() => {
            close();
            item.onChoose();
          }}>
          {item.content}
        </button>
      ))}
    </div>
  );
}
