/** Which page of the phone is drawn, and what stands there when there is no route. */
import type { JSX } from 'preact';
import { language, languages, setLanguage } from '../shared/i18n';
import { Announcer } from '../shared/ui/announcer';
import { Icon } from '../shared/ui/icons';
import { outbox, phase, refresh, view } from './day';
import { DeliverPage, ProblemPage } from './deliver';
import { LazyMap } from './lazymap';
import { MorePage } from './more';
import { NavigateSheet } from './navigate';
import { page } from './nav';
import { NextPage } from './next';
import { Frame, Progress } from './shell';
import { StopPage, StopsPage } from './stops';
import { t } from './words';

export function App(): JSX.Element {
  return (
    <>
      {phase.value === 'ready' ? <Page /> : <NoRoute />}
      <NavigateSheet />
      <Announcer />
    </>
  );
}

function Page(): JSX.Element {
  const current = page.value;
  switch (current.name) {
    case 'next': return <NextPage />;
    case 'stops': return <StopsPage />;
    case 'map': return <Frame heading={<Progress />}><div class="map-page"><LazyMap focus="route" target={view.value?.next} /></div></Frame>;
    case 'more': return <MorePage />;
    case 'stop': case 'deliver': case 'problem': {
      const stop = view.value?.stops.find((candidate) => candidate.subject === current.subject);
      // The stop may have left the route while its page was open.
      if (stop === undefined) return <NextPage />;
      if (current.name === 'stop') return <StopPage key={stop.subject} stop={stop} />;
      return current.name === 'deliver' ? <DeliverPage key={stop.subject} stop={stop} /> : <ProblemPage key={stop.subject} stop={stop} />;
    }
  }
}

function NoRoute(): JSX.Element {
  const why = phase.value;
  const kept = outbox.waiting.value.length;
  if (why === 'starting' || why === 'ready') return <main class="phone no-route" aria-busy="true"><p role="status">{t('loading')}…</p></main>;
  const [title, hint] = {
    'nothing-cached': [t('start.nothing'), t('start.nothingHint')], 'no-route': [t('start.none'), t('start.noneHint')], 'signed-out': [t('start.signedOut'), t('start.signedOutHint')],
    'wrong-role': [t('start.wrongRole'), t('start.signedOutHint')], failed: [t('start.failed'), ''],
  }[why];
  const mustSignIn = why === 'signed-out' || why === 'wrong-role';
  return (
    <main class="phone no-route">
      <Icon name={why === 'nothing-cached' ? 'offline' : mustSignIn ? 'lock' : 'van'} size={48} width={1} />
      <h1>{title}</h1>
      <p>{hint}</p>
      {kept > 0 && <p class="notice warn"><Icon name="clock" size={18} />{t('start.signedOutKept', { count: kept })}</p>}
      {mustSignIn ? <a class="big" href="/join">{t('start.join')}</a> : <button type="button" class="big" onClick={() => void refresh()}>{t('action.retry')}</button>}
      <p class="segments">
        {languages.map((one) => <button type="button" key={one} class={language.value === one ? 'is-on' : ''} aria-pressed={language.value === one} onClick={() => setLanguage(one)}>{t(`language.${one}`)}</button>)}
      </p>
    </main>
  );
}
