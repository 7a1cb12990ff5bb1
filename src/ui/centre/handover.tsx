/** Six digits, the parcels they open with the place to look, one key to hand over. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { api, isOffline, Problem } from '../shared/api/client';
import type { Pickup } from '../shared/api/types';
import { announce } from '../shared/ui/announcer';
import { isFrozenTag } from '../shared/ui/badge';
import { Icon } from '../shared/ui/icons';
import { desk, handOver, outbox } from './desk';
import { t } from './words';

const codeLength = 6;
type Trouble = 'hand.unknown' | 'hand.limit' | 'hand.offline' | 'hand.failed';

const code = signal('');
const found = signal<Pickup | undefined>(undefined);
const trouble = signal<Trouble | undefined>(undefined);
const isBusy = signal(false);

export function HandOver(): JSX.Element {
  const pickup = found.value;
  const isOpen = pickup !== undefined && pickup.state !== 'collected' && pickup.state !== 'delivered';
  return (
    <section class="card hand" aria-labelledby="hand-title">
      <header class="card-head"><h2 id="hand-title">{t('hand.title')}</h2><kbd>F2</kbd></header>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void (isOpen ? give() : check());
        }}>
        <div class="digits">
          <input id="pickup-code" inputMode="numeric" autocomplete="off" aria-label={t('hand.code')} aria-describedby="hand-hint" autofocus value={code.value} onInput={(event) => type(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'Escape') clear();
            }} />
          <span class="digit-boxes" aria-hidden="true">
            {Array.from({ length: codeLength }, (_, index) => <span key={index} class={index === Math.min(code.value.length, codeLength - 1) ? 'is-here' : ''}>{code.value[index] ?? ''}</span>)}
          </span>
        </div>
        <div aria-live="polite">
          {pickup === undefined && trouble.value === undefined && <p class="hint" id="hand-hint">{isBusy.value ? `${t('hand.checking')}…` : t('hand.hint')}</p>}
          {trouble.value !== undefined && <p class="hand-trouble"><Icon name="octagon" size={18} />{t(trouble.value)}</p>}
          {pickup !== undefined && (
            <>
              <p class="hand-who"><strong>{pickup.recipient}</strong><span>{pickup.order}</span></p>
              <ul class="hand-parcels">
                {pickup.parcels.map((parcel) => (
                  <li key={parcel.id}>
                    <strong class={`place ${parcel.compartment}`}>{t(`storage.${parcel.compartment}`)}</strong>
                    {parcel.tag !== null && parcel.tag !== '' && <span class={`tag ${isFrozenTag(parcel.tag) ? 'frozen' : 'chilled'}`}>{parcel.tag}</span>}
                    <span class="quiet">{parcel.id}</span>
                  </li>
                ))}
              </ul>
              {!isOpen && <p class="hand-trouble"><Icon name="octagon" size={18} />{t('hand.state', { state: t(`state.${pickup.state}`) })}</p>}
            </>
          )}
        </div>
        {pickup !== undefined && (
          <div class="hand-buttons">
            {isOpen && <button type="submit" class="button primary main">{t('hand.button', { count: pickup.parcels.length })}<kbd>Enter</kbd></button>}
            <button type="button" class="button tall" onClick={clear}>{t('hand.clear')}</button>
          </div>
        )}
      </form>
    </section>
  );
}

/** The sixth digit asks; a scanner that types faster than hands does the same. */
function type(text: string): void {
  const digits = text.replace(/\D/g, '').slice(0, codeLength);
  const isNew = digits !== code.value;
  code.value = digits;
  if (!isNew) return;
  found.value = undefined;
  trouble.value = undefined;
  if (digits.length === codeLength) void check();
}

async function check(): Promise<void> {
  const site = desk.value?.site;
  const asked = code.value;
  if (site === undefined || asked.length !== codeLength || isBusy.value) return;
  isBusy.value = true;
  try {
    const answer = await api.pickup(site, asked);
    if (asked === code.value) found.value = answer;
  } catch (error) {
    if (asked === code.value) trouble.value = troubleOf(error);
    if (isOffline(error)) outbox.isReachable.value = false;
  } finally {
    isBusy.value = false;
    if (code.value !== asked) void check();
  }
}

function troubleOf(error: unknown): Trouble {
  if (isOffline(error)) return 'hand.offline';
  if (!(error instanceof Problem)) return 'hand.failed';
  if (error.status === 429) return 'hand.limit';
  return error.status === 404 ? 'hand.unknown' : 'hand.failed';
}

async function give(): Promise<void> {
  const pickup = found.value;
  if (pickup === undefined) return;
  const used = code.value;
  clear();
  await handOver(pickup, used);
  announce(t('hand.done', { order: pickup.order }));
}

function clear(): void {
  code.value = '';
  found.value = undefined;
  trouble.value = undefined;
  document.querySelector<HTMLElement>('#pickup-code')?.focus();
}
