/** Choices, what works without signal, and signing out. */
import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { longDate } from '../shared/format';
import { language, languages, setLanguage } from '../shared/i18n';
import { chooseTheme, themeChoice, themes } from '../shared/theme';
import { announce } from '../shared/ui/announcer';
import { Icon } from '../shared/ui/icons';
import { me, outbox, saved, signOut } from './day';
import { mapApps } from './links';
import { askToKeep, hasNewVersion, isKept, isSecure, loadNewVersion, offlineState } from './offline';
import { canKeepAwake, canLocate, chooseMapApp, keepsAwake, mapApp, setAwake, setPosition, showsPosition } from './prefs';
import { Frame } from './shell';
import { t } from './words';

export function MorePage(): JSX.Element {
  const route = saved.value?.route;
  return (
    <Frame heading={<h1>{t('more.title')}</h1>}>
      <div class="more">
        <p class="more-who"><Icon name="person" size={22} /><span><strong>{route?.courier_name ?? me.value?.name ?? ''}</strong>{route !== undefined && ` · ${longDate(route.date, language.value)} · ${route.base.name}`}</span></p>
        {hasNewVersion.value && <p class="more-row"><span>{t('more.newVersion')}</span><button type="button" class="act" onClick={loadNewVersion}>{t('more.load')}</button></p>}
        <Choice label={t('more.look')} options={themes.map((look) => ({ id: look, text: t(`more.look.${look}`) }))} value={themeChoice.value} onChoose={chooseTheme} />
        <Choice label={t('more.language')} options={languages.map((one) => ({ id: one, text: t(`language.${one}`) }))} value={language.value} onChoose={setLanguage} />
        <label class="more-row">
          <span>{t('more.mapApp')}</span>
          <select value={mapApp.value ?? ''} onChange={(event) => chooseMapApp(mapApps.find((app) => app === event.currentTarget.value))}>
            <option value="">{t('more.mapApp.none')}</option>
            {mapApps.map((app) => <option key={app} value={app}>{t(`navigate.${app}`)}</option>)}
          </select>
        </label>
        {canKeepAwake && <Switch label={t('more.awake')} hint={t('more.awakeHint')} isOn={keepsAwake.value} onSwitch={(on) => void setAwake(on)} />}
        {canLocate && <Switch label={t('more.position')} hint={t('more.positionHint')} isOn={showsPosition.value} onSwitch={setPosition} />}
        <OfflineCard />
        <SignOut />
      </div>
    </Frame>
  );
}

function OfflineCard(): JSX.Element {
  return (
    <section class="more-card">
      <h2><Icon name={offlineState.value === 'ready' ? 'tick' : 'offline'} size={20} />{t('more.offline')}</h2>
      <p>{t(`more.offline.${offlineState.value}`)}</p>
      {isKept.value === 'kept' && <p>{t('more.kept')}</p>}
      {isKept.value === 'refused' && <p>{t('more.keepRefused')}</p>}
      {isSecure && isKept.value === 'not-asked' && (
        <>
          <button type="button" class="act" onClick={() => void askToKeep()}>{t('more.keep')}</button>
          <p>{t('more.keepHint')}</p>
        </>
      )}
    </section>
  );
}

function SignOut(): JSX.Element {
  const waiting = outbox.waiting.value.length;
  const [isBusy, setBusy] = useState(false);
  const leave = (): void => {
    setBusy(true);
    signOut().catch(() => announce(t('error.offline'), 'urgent')).finally(() => setBusy(false));
  };
  return (
    <section class="more-out">
      <button type="button" class="act" disabled={waiting > 0 || isBusy || !outbox.isReachable.value} onClick={leave}><Icon name="signOut" size={20} />{t('action.signOut')}</button>
      <p>{waiting > 0 ? t('more.signOutBlocked', { count: waiting }) : outbox.isReachable.value ? t('more.signOutHint') : t('error.offline')}</p>
    </section>
  );
}

function Choice<T extends string>({ label, options, value, onChoose }: { label: string; options: readonly { id: T; text: string }[]; value: T; onChoose: (id: T) => void }): JSX.Element {
  return (
    <fieldset class="more-row">
      <legend class="visually-hidden">{label}</legend>
      <span aria-hidden="true">{label}</span>
      <span class="segments">
        {options.map((option) => (
          <label key={option.id} class={option.id === value ? 'is-on' : ''}>
            <input type="radio" name={label} checked={option.id === value} onChange={() => onChoose(option.id)} />{option.text}
          </label>
        ))}
      </span>
    </fieldset>
  );
}

function Switch({ label, hint, isOn, onSwitch }: { label: ComponentChildren; hint: string; isOn: boolean; onSwitch: (on: boolean) => void }): JSX.Element {
  return (
    <label class="more-row">
      <span>{label}<small>{hint}</small></span>
      <span class={isOn ? 'switch is-on' : 'switch'}>
        <input type="checkbox" role="switch" checked={isOn} onChange={(event) => onSwitch(event.currentTarget.checked)} />
        {t(isOn ? 'more.on' : 'more.off')}
      </span>
    </label>
  );
}
