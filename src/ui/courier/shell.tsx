/** What stays on the screen: the head with the state of the line, notices, the offer to undo, the tabs. */
import type { ComponentChildren, JSX } from 'preact';
import { isSecure } from './offline';
import { theme } from '../shared/theme';
import { Icon, type IconName } from '../shared/ui/icons';
import { changed, isLasting, outbox, saved, undo, undoable, view } from './day';
import { routeColours } from './look';
import { openTab, page, queueIsOpen, tabs, type Tab } from './nav';
import { addressOf, Queue } from './queue';
import { t } from './words';

const tabIcons: Record<Tab, IconName> = { next: 'navigate', stops: 'list', map: 'map', more: 'dots' };

export function Frame({ heading, children }: { heading: ComponentChildren; children: ComponentChildren }): JSX.Element {
  return (
    <div class="phone">
      <header class="phone-head">
        <RouteChip />
        <div class="phone-heading">{heading}</div>
        <SyncPill />
      </header>
      <QueuePanel />
      <Notices />
      <main class="phone-main">{children}</main>
      <UndoBar />
      <nav class="phone-tabs" aria-label={t('tab.all')}>
        {tabs.map((tab) => (
          <button type="button" key={tab} aria-current={page.value.name === tab ? 'page' : undefined} onClick={() => openTab(tab)}>
            <Icon name={tabIcons[tab]} size={22} width={tab === 'more' ? 2.4 : 1.3} />
            {t(`tab.${tab}`)}
          </button>
        ))}
      </nav>
    </div>
  );
}

export function RouteChip(): JSX.Element | null {
  const route = saved.value?.route;
  if (route === undefined) return null;
  const { colour, on, dash } = routeColours(route.number, theme.value);
  return (
    <span class="route-chip" style={{ background: colour, color: on }}>
      {route.letter ?? route.number}
      {dash !== undefined && (
        <svg width="18" height="2" viewBox="0 0 18 2" aria-hidden="true"><line x2="18" y1="1" y2="1" stroke={on} stroke-width="1.5" stroke-dasharray={dash.map((part) => part / 2).join(' ')} /></svg>
      )}
    </span>
  );
}

const syncIcons = { 'up-to-date': 'tick', offline: 'offline', syncing: 'sync' } as const;

export function SyncPill(): JSX.Element {
  const { kind, waiting } = outbox.state.value;
  const trouble = outbox.troubled.value.length;
  const words = kind === 'syncing' ? t('sync.syncing', { count: waiting }) : kind === 'offline' && waiting > 0 ? t('sync.offlineCount', { count: waiting }) : t(`sync.${kind === 'offline' ? 'offline' : 'up-to-date'}`);
  return (
    <button type="button" class={`sync-pill ${kind}`} aria-expanded={queueIsOpen.value} title={t('sync.open')} onClick={() => (queueIsOpen.value = !queueIsOpen.value)}>
      <Icon name={syncIcons[kind]} size={18} width={1.8} />
      <span role="status">{words}</span>
      {trouble > 0 && <span class="sync-trouble"><Icon name="octagon" size={16} />{trouble}<span class="visually-hidden">{t('sync.trouble', { count: trouble })}</span></span>}
    </button>
  );
}

export function QueuePanel(): JSX.Element | null {
  return queueIsOpen.value ? <Queue onClose={() => (queueIsOpen.value = false)} /> : null;
}

function Notices(): JSX.Element | null {
  const change = changed.value;
  return (
    <>
      {!isSecure && <p class="notice warn"><Icon name="triangle" size={18} />{t('notice.insecure')}</p>}
      {(!isLasting.value || outbox.isAtRisk.value) && <p class="notice warn" role="alert"><Icon name="triangle" size={18} />{t('notice.memory')}</p>}
      {change !== undefined && (
        <p class="notice info" role="status">
          <span>
            {t('notice.changed')} {change.added > 0 && t('notice.added', { count: change.added })}{change.added > 0 && change.removed > 0 ? ' · ' : ''}{change.removed > 0 && t('notice.removed', { count: change.removed })}
          </span>
          <button type="button" class="notice-close" aria-label={t('action.close')} onClick={() => (changed.value = undefined)}><Icon name="close" size={20} /></button>
        </p>
      )}
    </>
  );
}

function UndoBar(): JSX.Element | null {
  const offer = undoable.value;
  if (offer === undefined) return null;
  const address = addressOf(offer.act);
  const words = offer.kind === 'departed' ? t('undo.departed', { trip: (offer.trip ?? 0) + 1 })
    : offer.kind === 'delivered' ? t('undo.delivered', { address }) : t('undo.failed', { address, reason: t(`reason.${offer.reason ?? 'other'}`) });
  return (
    <div class="undo-bar" role="status">
      <Icon name={offer.kind === 'failed' ? 'triangle' : 'tick'} size={20} />
      <span>{words}</span>
      <button type="button" onClick={() => void undo()}><Icon name="undo" size={20} />{t('undo')}</button>
      <span class="undo-time" key={offer.act.id} aria-hidden="true" />
    </div>
  );
}

/** `9 of 28` and the trip, or how much is done. */
export function Progress(): JSX.Element | null {
  const now = view.value;
  if (now === undefined) return null;
  const { next, trip } = now;
  return (
    <>
      <h1>{next !== undefined ? t('head.count', { number: next.stop.number, total: now.total }) : t('head.done', { done: now.done, total: now.total })}</h1>
      {trip !== undefined && <span>{t('head.trip', { trip: trip.index + 1 })}</span>}
    </>
  );
}
