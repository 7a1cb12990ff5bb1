/** A sheet that comes up from the foot of the phone, within reach of the thumb. */
import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';
import { Icon } from '../shared/ui/icons';
import { useModal } from '../shared/ui/modal';
import { t } from './words';

export function Sheet({ title, onClose, children }: { title: string; onClose: () => void; children: ComponentChildren }): JSX.Element {
  const modal = useModal(onClose);
  const heading = useId();
  return (
    <dialog {...modal} class="phone-sheet" aria-labelledby={heading}>
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
