/** Name, views, search, language, account. */
import type { JSX } from 'preact';
import { language, languages, setLanguage } from '../shared/i18n';
import { api, forget } from '../shared/api/client';
import { announce } from '../shared/ui/announcer';
import { Icon, Mark } from '../shared/ui/icons';
import { LookMenu } from '../shared/ui/look-menu';
import { MenuItems, Popover } from '../shared/ui/popover';
import { day, isLost, me, setView, stream, view, type View } from './state/day';
import { PageTabs } from './page-tabs';
import { place } from './state/place';
import { SearchBox } from './search';
import { panel } from './panels/open';
import { t } from './texts';
import { troubleText } from './words';
import './top-bar.css';

/** Before a dispatcher is signed in there is nothing to look for or to switch but language and look. */
export function TopBar({ isGated }: { isGated: boolean }): JSX.Element {
  const views: View[] = ['plan', 'live'];
  return (
    <header class="top-bar">
      <span class="brand"><Mark /><span>{t('app.name')}</span></span>
      {!isGated && <nav aria-label={t('nav.label')} class="views">
        {views.map((name) => (
          <button type="button" key={name} class="view" aria-current={place.value === 'day' && view.value === name ? 'page' : undefined} onClick={() => setView(name)}>
            {t(`nav.${name}`)}
            {name === 'live' && day.value !== undefined && <StreamDot />}
          </button>
        ))}
        <button type="button" class="view" aria-haspopup="dialog" onClick={() => { panel.value = { kind: 'devices' }; }}>{t('nav.devices')}</button>
        <PageTabs />
      </nav>}
      <span class="top-space" />
      {!isGated && <SearchBox />}
      {day.value !== undefined && <span class="place"><Icon name="pin" />{day.value.name}</span>}
      <Popover label={t('language.switch')} button={t(`language.${language.value}`)} buttonClass="bar-button" align="end" role="menu">
        {(close) => <MenuItems close={close} items={languages.map((lang) => ({ id: lang, content: lang === 'en' ? 'English' : '中文', current: language.value === lang, onChoose: () => setLanguage(lang) }))} />}
      </Popover>
      <LookMenu label={t('look.label')} words={{ system: t('look.system'), light: t('look.light'), dark: t('look.dark') }} buttonClass="bar-button" />
      {!isGated && <button type="button" class="bar-button" aria-label={t('action.help')} aria-haspopup="dialog" onClick={() => { panel.value = { kind: 'keys' }; }}>?</button>}
      {me.value !== undefined && (
        <Popover label={t('account.label', { name: me.value.name })} button={initials(me.value.name)} buttonClass="account" align="end" role="menu">
          {(close) => <MenuItems close={close} items={[{ id: 'out', content: <><Icon name="signOut" />{t('action.signOut')}</>, onChoose: () => void signOut().catch((error: unknown) => announce(troubleText(error), 'urgent')) }]} />}
        </Popover>
      )}
    </header>
  );
}

function StreamDot(): JSX.Element {
  const isOpen = stream.value === 'open' && !isLost.value;
  const words = t(isOpen ? 'nav.streamOpen' : 'nav.streamLost');
  return <span class={isOpen ? 'dot' : 'dot lost'} role="img" aria-label={words} title={words} />;
}

async function signOut(): Promise<void> {
  await api.signOut();
  forget();
  location.assign('/join');
}

function initials(name: string): string {
  if (/^\p{Script=Han}/u.test(name)) return name.slice(0, 1);
  const letters = name.match(/\p{L}+/gu)?.map((word) => word.slice(0, 1)) ?? [];
  return letters.slice(0, 2).join('').toUpperCase();
}
