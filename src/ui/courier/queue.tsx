/** What has not reached the server, and what the server sees differently. */
import type { JSX } from 'preact';
import { Icon, type IconName } from '../shared/ui/icons';
import type { Act } from '../shared/field/vault';
import { offsetMs } from '../shared/field/clock';
import { time } from './bits';
import { offlineSince, outbox, saved } from './day';
import { t, wordsOfCode } from './words';

/** As the server flags it. */
const clockToleranceMs = 120_000;

export function Queue({ onClose }: { onClose: () => void }): JSX.Element {
  const { kind } = outbox.state.value;
  const waiting = outbox.waiting.value;
  const since = offlineSince.value;
  const title = kind === 'offline' ? (since === undefined ? t('queue.offline') : t('queue.offlineSince', { time: time(since) })) : kind === 'syncing' ? t('queue.syncing') : t('sync.up-to-date');
  const readAt = saved.value?.askedAt;
  return (
    <section class={`queue ${kind}`} aria-label={t('queue.title')}>
      <div class="queue-head">
        <h2>{title}</h2>
        <button type="button" aria-label={t('queue.close')} onClick={onClose}><Icon name="down" size={20} width={2} /></button>
      </div>
      <p>
        {waiting.length > 0 ? t('queue.waits', { count: waiting.length }) : kind === 'up-to-date' && t('queue.empty')}
        {readAt !== undefined && ` ${t('queue.lastRead', { time: time(Math.floor((readAt + offsetMs.value) / 1000)) })}`}
      </p>
      {Math.abs(offsetMs.value) > clockToleranceMs && <p role="status">{t('queue.clockOff', { minutes: Math.round(Math.abs(offsetMs.value) / 60_000) })}</p>}
      <ul>{[...waiting].reverse().map((act) => <Row key={act.id} act={act} />)}</ul>
      {outbox.troubled.value.length > 0 && (
        <div class="queue-trouble">
          <h3><Icon name="octagon" size={18} />{t('queue.trouble')}</h3>
          <ul>
            {outbox.troubled.value.map((act) => (
              <Row key={act.id} act={act} answer={`${t(act.status === 'conflict' ? 'queue.conflict' : 'queue.rejected')}: ${wordsOfCode(act.code) ?? act.reason ?? act.code ?? ''}`} />
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}

const icons: Partial<Record<Act['event']['kind'], IconName>> = { delivered: 'tick', failed: 'close', departed: 'van', arrived: 'pin', undone: 'undo' };

function Row({ act, answer }: { act: Act; answer?: string }): JSX.Element {
  const { event } = act;
  const about = [
    event.kind === 'departed' ? '' : stopWords(act), event.payload.reason === undefined ? '' : t(`reason.${event.payload.reason}`), event.payload.note === undefined ? '' : t('deliver.note'), answer ?? '',
  ].filter((part) => part !== '').join(' · ');
  return (
    <li>
      <Icon name={icons[event.kind] ?? 'note'} size={20} width={1.8} />
      <div>
        <strong>{titleOf(act)}</strong>
        <span>{about}</span>
      </div>
      <div class="queue-side">
        <strong>{time(event.occurred_at + Math.round(event.device_offset_ms / 1000))}</strong>
        {answer !== undefined && <button type="button" onClick={() => void outbox.dismiss([act.id])}>{t('queue.dismiss')}</button>}
      </div>
    </li>
  );
}

function titleOf(act: Act): string {
  switch (act.event.kind) {
    case 'departed': return t('act.departed', { trip: act.label });
    case 'arrived': case 'delivered': case 'failed': case 'undone': return t(`act.${act.event.kind}`);
    default: return t('act.other');
  }
}

export function addressOf(act: Act): string {
  return act.label.slice(act.label.indexOf('|') + 1);
}

function stopWords(act: Act): string {
  const bar = act.label.indexOf('|');
  return bar < 0 ? '' : t('act.stop', { number: act.label.slice(0, bar), address: addressOf(act) });
}
