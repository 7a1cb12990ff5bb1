/** Links to the pages next to the day, in the top bar; in a narrow window behind one button. */
import type { JSX } from 'preact';
import { Icon } from '../shared/ui/icons';
import { MenuItems, Popover } from '../shared/ui/popover';
import { useMedia } from './media';
import { day } from './state/day';
import { go, place } from './state/place';
import { t } from './texts';

const shown = ['people', 'changes'] as const;
/** Where the bar has no room for all. */
const tight = '(max-width: 1279px)';

export function PageTabs(): JSX.Element | null {
  const isTight = useMedia(tight);
  if (day.value === undefined) return null;
  if (!isTight) {
    return (
      <>
        {shown.map((name) => <button type="button" key={name} class="view" aria-current={place.value === name ? 'page' : undefined} onClick={() => go(name)}>{t(`nav.${name}`)}</button>)}
      </>
    );
  }
  return (
    <Popover label={t('nav.more')} button={<Icon name="dots" />} buttonClass="view" role="menu">
      {(close) => <MenuItems close={close} items={shown.map((name) => ({ id: name, content: t(`nav.${name}`), current: place.value === name, onChoose: () => go(name) }))} />}
    </Popover>
  );
}
