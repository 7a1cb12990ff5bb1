/** At the door: to whom, a note if needed, Delivered; or what is wrong. Two taps each. */
import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { failureReasons, type DeliveredTo } from '../shared/api/types';
import { announce } from '../shared/ui/announcer';
import { Icon, type IconName } from '../shared/ui/icons';
import { BigButton, ColdMargin, TagMark } from './bits';
import { deliver, report } from './day';
import { phoneLink } from './links';
import { back, open, openTab } from './nav';
import { Actions } from './next';
import type { StopView } from './route';
import { QueuePanel, SyncPill } from './shell';
import { t } from './words';

const recipients: readonly DeliveredTo[] = ['recipient', 'neighbour', 'safe-place'];
const reasonIcons: Record<(typeof failureReasons)[number], IconName> = {
  'nobody-home': 'person', 'address-not-found': 'pin', refused: 'close', damaged: 'cube', 'wrong-items': 'parcel', unsafe: 'triangle', other: 'dots',
};
const maxNoteLength = 500;

export function DeliverPage({ stop }: { stop: StopView }): JSX.Element {
  const [to, setTo] = useState<DeliveredTo>('recipient');
  const [note, setNote] = useState('');
  const [isBusy, setBusy] = useState(false);
  const done = async (): Promise<void> => {
    setBusy(true);
    await deliver(stop, to, note.trim());
    announce(t('undo.delivered', { address: stop.stop.address ?? '' }));
    openTab('next');
  };
  return (
    <DoorFrame stop={stop}>
      <div class="door-body">
        <section class="door-parcels">
          <h2>{t('deliver.parcels', { count: stop.stop.parcels.length })}</h2>
          <ul>
            {stop.stop.parcels.map((parcel) => <li key={parcel.id}><TagMark tag={parcel.tag} /><span class="parcel-id">{parcel.id}</span></li>)}
          </ul>
          <ColdMargin stop={stop} />
        </section>
        <fieldset class="given">
          <legend>{t('deliver.to')}</legend>
          {recipients.map((who) => (
            <label key={who} class={to === who ? 'is-on' : ''}>
              <input type="radio" name="to" checked={to === who} onChange={() => setTo(who)} />
              {t(`deliver.${who}`)}
            </label>
          ))}
        </fieldset>
        <NoteField note={note} onNote={setNote} />
      </div>
      <Actions>
        <div class="action-row">
          <button type="button" class="act" onClick={() => open({ name: 'problem', subject: stop.subject })}><Icon name="triangle" size={20} />{t('problem')}</button>
        </div>
        <BigButton icon="tick" disabled={isBusy} onPress={done}>{t('deliver.done')}</BigButton>
        <p class="under-hint">{t('deliver.undoHint')}</p>
      </Actions>
    </DoorFrame>
  );
}

export function ProblemPage({ stop }: { stop: StopView }): JSX.Element {
  const [note, setNote] = useState('');
  const [isBusy, setBusy] = useState(false);
  return (
    <DoorFrame stop={stop}>
      <div class="door-body">
        <NoteField note={note} onNote={setNote} />
        <p class="problem-hint">{t('problem.hint')}</p>
      </div>
      <Actions>
        <h2 class="problem-title">{t('problem.title')}</h2>
        <ul class="reasons">
          {failureReasons.map((reason) => (
            <li key={reason}>
              <button type="button" disabled={isBusy}
                onClick={() => {
                  setBusy(true);
                  void report(stop, reason, note.trim()).then(() => {
                    announce(t('undo.failed', { reason: t(`reason.${reason}`), address: stop.stop.address ?? '' }));
                    openTab('next');
                  });
                }}>
                <Icon name={reasonIcons[reason]} size={22} width={reason === 'other' ? 2.4 : 1.5} />
                <span>{t(`reason.${reason}`)}</span>
              </button>
            </li>
          ))}
        </ul>
      </Actions>
    </DoorFrame>
  );
}

export function DoorFrame({ stop, children }: { stop: StopView; children: ComponentChildren }): JSX.Element {
  const link = phoneLink(stop.stop.phone);
  return (
    <div class="phone door">
      <header class="door-head">
        <button type="button" class="head-button" aria-label={t('back')} onClick={back}><Icon name="left" size={22} width={2} /></button>
        <div>
          <h1>{stop.stop.address ?? t('next.noAddress')}</h1>
          <p>{[stop.stop.recipient, t('deliver.stop', { number: stop.stop.number })].filter((part) => part !== null).join(' · ')}</p>
        </div>
        <SyncPill />
        {link !== undefined && <a class="head-button" href={link} aria-label={t('call')}><Icon name="call" size={24} /></a>}
      </header>
      <QueuePanel />
      <main class="phone-main">{children}</main>
    </div>
  );
}

function NoteField({ note, onNote }: { note: string; onNote: (note: string) => void }): JSX.Element {
  return (
    <label class="note-field">
      <span>{t('deliver.note')}</span>
      <textarea rows={2} maxLength={maxNoteLength} value={note} placeholder={t('deliver.notePlaceholder')} onInput={(event) => onNote(event.currentTarget.value)} />
    </label>
  );
}
