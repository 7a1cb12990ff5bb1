/** What waits to be collected, the first to leave on top, with a search. */
import { computed, signal } from '@preact/signals';
import type { JSX } from 'preact';
import { now } from '../shared/field/clock';
import { TemperatureTags } from '../shared/ui/badge';
import { Icon } from '../shared/ui/icons';
import { time } from './app';
import { waiting } from './desk';
import { t } from './words';

const wanted = signal('');
const hits = computed(() => {
  const text = wanted.value.trim().toLowerCase();
  return text === '' ? waiting.value : waiting.value.filter((order) => `${order.order} ${order.recipient ?? ''}`.toLowerCase().includes(text));
});
const soonS = 3600;

export function Waiting(): JSX.Element {
  return (
    <section class="card grows" aria-labelledby="wait-title">
      <header class="card-head"><h2 id="wait-title">{t('wait.title')}</h2><span class="tag">{waiting.value.length}</span><kbd>F3</kbd></header>
      <label class="wait-search"><Icon name="search" /><input id="wait-search" type="search" placeholder={t('wait.search')} aria-label={t('wait.search')} value={wanted.value} onInput={(event) => (wanted.value = event.currentTarget.value)} /></label>
      {hits.value.length === 0 ? <p class="empty">{t(waiting.value.length === 0 ? 'wait.none' : 'wait.noHit')}</p> : (
        <ul class="rows scrolls" tabIndex={0} aria-labelledby="wait-title">
          {hits.value.map((order) => (
            <li key={order.order}>
              <span class="row-text"><strong>{order.recipient ?? order.order}</strong><small>{order.order} · {t(`storage.${order.compartment}`)} · {t('wait.parcels', { count: order.parcel_count })}</small></span>
              <TemperatureTags tags={order.tags} />
              <Leaves at={order.leaves_at} readyAt={order.ready_at} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Leaves({ at, readyAt }: { at: number | null; readyAt: number | null }): JSX.Element | null {
  if (readyAt !== null && readyAt > now.value) return <span class="tag info">{t('wait.ready', { time: time(readyAt) })}</span>;
  if (at === null) return null;
  const left = at - now.value;
  if (left < 0) return <span class="tag bad"><Icon name="octagon" size={12} />{t('wait.over', { time: time(at) })}</span>;
  return <span class={left < soonS ? 'tag warn' : 'tag'}>{left < soonS && <Icon name="triangle" size={12} />}{t('wait.leaves', { time: time(at) })}</span>;
}
