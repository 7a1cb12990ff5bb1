/** Links out of the page: into the phone's own map app, and to its dialler. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import type { Point } from '../shared/polyline';
import { Icon } from '../shared/ui/icons';
import { mapApps, navigationLink, phoneLink, type MapApp } from './links';
import { chooseMapApp, mapApp } from './prefs';
import { Sheet } from './sheet';
import { t } from './words';

interface Target {
  point: Point;
  name: string;
}

/** Where to, while the courier has not yet said with which app. */
export const asking = signal<Target | undefined>(undefined);

export function NavigateButton({ point, name }: Target): JSX.Element {
  const app = mapApp.value;
  const content = <><Icon name="navigate" size={20} />{t('navigate')}</>;
  if (app === undefined) return <button type="button" class="act" aria-haspopup="dialog" onClick={() => (asking.value = { point, name })}>{content}</button>;
  return <a class="act" href={navigationLink(app, point, name)} {...newWindow(app)}>{content}</a>;
}

export function CallButton({ phone }: { phone: string | null }): JSX.Element {
  const link = phoneLink(phone);
  if (link === undefined) return <button type="button" class="act" disabled title={t('call.none')}><Icon name="call" size={20} />{t('call')}</button>;
  return <a class="act" href={link}><Icon name="call" size={20} />{t('call')}</a>;
}

/** Asked once; the answer is kept and can be changed under More. */
export function NavigateSheet(): JSX.Element | null {
  const target = asking.value;
  if (target === undefined) return null;
  const close = (): void => {
    asking.value = undefined;
  };
  return (
    <Sheet title={t('navigate.title')} onClose={close}>
      <ul class="choices">
        {mapApps.map((app) => (
          <li key={app}>
            <a class="choice" href={navigationLink(app, target.point, target.name)} {...newWindow(app)}
              onClick={() => {
                chooseMapApp(app);
                close();
              }}>
              <Icon name={app === 'phone' ? 'phone' : 'map'} size={22} />{t(`navigate.${app}`)}
            </a>
          </li>
        ))}
      </ul>
      <p class="sheet-hint">{t('navigate.remember')} {t('navigate.shift')}</p>
    </Sheet>
  );
}

/** `geo:` must stay in this window, or an empty one remains behind the map app. */
function newWindow(app: MapApp): { target?: string; rel?: string } {
  return app === 'phone' ? {} : { target: '_blank', rel: 'noreferrer' };
}
