/** The platform's own `<dialog>`, modal: focus stays inside, Escape and a click next to it close, focus returns to where it was. */
import type { RefObject, TargetedEvent, TargetedMouseEvent } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

export interface Modal {
  ref: RefObject<HTMLDialogElement | null>;
  onCancel: (event: TargetedEvent<HTMLDialogElement>) => void;
  onClose: () => void;
  onClick: (event: TargetedMouseEvent<HTMLDialogElement>) => void;
}

/** What to spread over a `<dialog>` that is open as long as it is rendered. */
export function useModal(onClose: () => void): Modal {
  const ref = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const before = document.activeElement;
    ref.current?.showModal();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return {
    ref,
    onCancel: (event) => {
      event.preventDefault();
      onClose();
    },
    // A second Escape without a press in between closes a dialog whatever `cancel` says.
    onClose,
    onClick: (event) => {
      if (event.target === ref.current) onClose();
    },
  };
}
