/** The dialog that stands open. */
import type { JSX } from 'preact';
import { NewDayDialog } from '../new-day';
import { CompareDialog } from './compare';
import { DevicesDialog } from './devices';
import { KeysDialog } from './keys';
import type { Panel } from './open';
import { OrderDialog } from './order-form';
import { PublishDialog } from './publish';

export function OpenDialog({ open }: { open: Panel }): JSX.Element {
  switch (open.kind) {
    case 'devices': return <DevicesDialog />;
    case 'keys': return <KeysDialog />;
    case 'new-day': return <NewDayDialog />;
    case 'order-form': return <OrderDialog id={open.id} />;
    case 'publish': return <PublishDialog plan={open.plan} />;
    case 'compare': return <CompareDialog plan={open.plan} base={open.base} />;
  }
}
