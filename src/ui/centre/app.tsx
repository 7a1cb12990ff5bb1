/** The desk: three columns, a bar above, keys that jump between them. */
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { clock, longDate } from '../shared/format';
import { language, languages, setLanguage } from '../shared/i18n';
import { now } from '../shared/field/clock';
import { announce, Announcer } from '../shared/ui/announcer';
import { Icon, Mark } from '../shared/ui/icons';
import { LookMenu } from '../shared/ui/look-menu';
import { Popover } from '../shared/ui/popover';
import { desk, isLasting, me, outbox, phase, refresh, signOut, undo, undoable } from './desk';
import { HandOver } from './handover';
import { Outgoing, Receive } from './receive';
import { Storage } from './storage-chart';
import { Waiting } from './waiting';
import { t, wordsOfCode } from './words';

/** F1, F2 and F3 go to the first thing to press or type in their column. */
const jumps: Readonly<Record<string, string>> = { F1: '#receive-first', F2: '#pickup-code', F3: '#wait-search' };

export function App(): JSX.Element {
  useEffect(() => {
    const jump = (event: KeyboardEvent): void => {
      const target = jumps[event.key];
      if (target === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      document.querySelector<HTMLElement>(target)?.focus();
    };
    addEventListener('keydown', jump);
    return () => removeEventListener('keydown', jump);
  }, []);
  return (
    <>
      {phase.value === 'ready' ? <DeskPage /> : <NoDesk />}
      <Announcer />
    </>
  );
}

export const zone = (): string => desk.value?.timezone ?? 'UTC';
export const time = (at: number): string => clock(at, zone());

function DeskPage(): JSX.Element {
  const { kind } = outbox.state.value;
  return (
    <div class="desk">
      <TopBar />
      {kind === 'offline' && <p class="stale" role="status"><Icon name="offline" />{t('stale', { time: time(desk.value?.now_at ?? now.value) })}</p>}
      {(!isLasting.value || outbox.isAtRisk.value) && outbox.waiting.value.length > 0 && <p class="stale" role="alert"><Icon name="triangle" />{t('sync.memory')}</p>}
      <main class="desk-columns">
        <div class="column"><Receive /><Outgoing /></div>
        <div class="column"><Storage /></div>
        <div class="column"><HandOver /><Waiting /></div>
      </main>
      <UndoBar />
    </div>
  );
}

function TopBar(): JSX.Element {
  return (
    <header class="top-bar">
      <Mark size={24} />
      <strong class="top-name">{t('app.name')}</strong>
      <h1>{desk.value?.name ?? me.value?.name}</h1>
      <span class="top-date">{longDate(desk.value?.date ?? '', language.value)}</span>
      <span class="top-gap" />
      <Sync />
      <span class="top-chip"><Icon name="clock" />{time(now.value)}</span>
      <Languages />
      <LookMenu label={t('look.label')} words={{ system: t('look.system'), light: t('look.light'), dark: t('look.dark') }} buttonClass="top-chip" />
      <button type="button" class="top-chip" disabled={outbox.waiting.value.length > 0} onClick={() => signOut().catch(() => announce(t('error.offline'), 'urgent'))}><Icon name="signOut" />{t('action.signOut')}</button>
    </header>
  );
}

function Languages(): JSX.Element {
  return (
    <span class="top-languages" role="group" aria-label={t('language.switch')}>
      {languages.map((one) => <button type="button" key={one} lang={one} aria-pressed={language.value === one} onClick={() => setLanguage(one)}>{t(`language.${one}`)}</button>)}
    </span>
  );
}

const syncIcons = { 'up-to-date': 'tick', offline: 'offline', syncing: 'sync' } as const;

function Sync(): JSX.Element {
  const { kind, waiting } = outbox.state.value;
  const trouble = outbox.troubled.value;
  const words = kind === 'syncing' ? t('sync.syncing', { count: waiting }) : kind === 'offline' && waiting > 0 ? t('sync.offlineCount', { count: waiting }) : t(kind === 'offline' ? 'sync.offline' : 'sync.up-to-date');
  return (
    <Popover label={trouble.length > 0 ? `${words} · ${t('sync.trouble')}` : words} align="end" buttonClass={`top-sync ${kind}`} button={<><Icon name={syncIcons[kind]} width={2} />{words}{trouble.length > 0 && <span class="top-trouble"><Icon name="octagon" />{trouble.length}</span>}</>}>
      {() => (
        <div class="sync-box">
          <h2>{t('sync.queue')}</h2>
          {outbox.waiting.value.length === 0 ? <p>{t('sync.empty')}</p> : <ul>{outbox.waiting.value.map((act) => <li key={act.id}><span>{wordsOfAct(act.event.kind, act.label)}</span><span>{time(act.event.occurred_at + Math.round(act.event.device_offset_ms / 1000))}</span></li>)}</ul>}
          {trouble.length > 0 && (
            <>
              <h2 class="bad">{t('sync.trouble')}</h2>
              <ul>
                {trouble.map((act) => (
                  <li key={act.id}>
                    <span>{wordsOfAct(act.event.kind, act.label)}<small>{wordsOfCode(act.code) ?? act.reason ?? act.code}</small></span>
                    <button type="button" class="button" onClick={() => void outbox.dismiss([act.id])}>{t('sync.seen')}</button>
                  </li>
                ))}
              </ul>
            </>
          )}
        </div>
      )}
    </Popover>
  );
}

function wordsOfAct(kind: string, label: string): string {
  if (kind === 'received') return t('act.received', { letter: label });
  return kind === 'collected' ? t('act.collected', { order: label }) : t('act.undone');
}

function UndoBar(): JSX.Element | null {
  const act = undoable.value;
  if (act === undefined) return null;
  return (
    <div class="desk-undo" role="status">
      <Icon name="tick" size={20} />
      <span>{wordsOfAct(act.event.kind, act.label)}</span>
      <button type="button" onClick={() => void undo()}><Icon name="undo" />{t('hand.undo')}</button>
    </div>
  );
}

function NoDesk(): JSX.Element {
  const why = phase.value;
  if (why === 'starting' || why === 'ready') return <main class="no-desk" aria-busy="true"><p role="status">{t('loading')}…</p></main>;
  const [title, hint] = {
    offline: [t('start.offline'), ''], 'signed-out': [t('start.signedOut'), t('start.signedOutHint')], 'wrong-role': [t('start.wrongRole'), t('start.signedOutHint')], none: [t('start.none'), t('start.noneHint')],
  }[why];
  return (
    <main class="no-desk">
      <Icon name={why === 'offline' ? 'offline' : why === 'none' ? 'van' : 'lock'} size={48} width={1} />
      <h1>{title}</h1>
      <p>{hint}</p>
      {why === 'offline' || why === 'none' ? <button type="button" class="button primary" onClick={() => void refresh()}>{t('action.retry')}</button> : <a class="button primary" href="/join">{t('start.join')}</a>}
      <Languages />
    </main>
  );
}
