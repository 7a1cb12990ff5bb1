/** A sheet that comes up from the foot of the phone, within reach of the thumb. */
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { Icon } from '../shared/ui/icons';
import { t } from './words';

export function Sheet({ title, onClose, children }: { title: string; onClose: () => void; children: ComponentChildren }): JSX.Element {
  const box = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => box.current?.showModal(), []);
  return (
    <dialog ref={box} class="phone-sheet" aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === box.current) onClose();
      }}>
      <div class="phone-sheet-box">
        <div class="phone-sheet-head">
          <h2 id={heading}>{title}</h2>
          <button type="button" aria-label={t('action.close')} onClick={onClose}><Icon name="close" size={22} /></button>
        </div>
        {children}
      </div>
    </dialog>
  );
}
