/** A dialog in the middle of the page. */
import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';
import { Icon } from './icons';
import { useModal } from './modal';
import './overlay.css';

export interface DialogProps {
  title: string;
  closeLabel: string;
  onClose: () => void;
  children: ComponentChildren;
  /** Buttons at the foot. */
  actions?: ComponentChildren;
  wide?: boolean;
}

export function Dialog({ title, closeLabel, onClose, children, actions, wide = false }: DialogProps): JSX.Element {
  const modal = useModal(onClose);
  const heading = useId();
  return (
    <dialog {...modal} class={wide ? 'dialog wide' : 'dialog'} aria-labelledby={heading}>
      <div class="dialog-box">
        <header class="dialog-head">
          <h2 id={heading}>{title}</h2>
          <button type="button" class="icon-button" aria-label={closeLabel} onClick={onClose}><Icon name="close" /></button>
        </header>
        <div class="dialog-body">{children}</div>
        {actions !== undefined && <footer class="dialog-actions">{actions}</footer>}
      </div>
    </dialog>
  );
}
