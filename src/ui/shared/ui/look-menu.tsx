/** The switch between day and night, in the bar of a page. */
import type { JSX } from 'preact';
import { chooseTheme, themeChoice, themes, type ThemeChoice } from '../theme';
import { Icon } from './icons';
import { MenuItems, Popover } from './popover';

export interface LookMenuProps {
  label: string;
  words: Readonly<Record<ThemeChoice, string>>;
  buttonClass: string;
}

export function LookMenu({ label, words, buttonClass }: LookMenuProps): JSX.Element {
  return (
    <Popover label={label} button={<Icon name="moon" />} buttonClass={buttonClass} align="end" role="menu">
      {(close) => <MenuItems close={close} items={themes.map((look) => ({ id: look, content: words[look], current: themeChoice.value === look, onChoose: () => chooseTheme(look) }))} />}
    </Popover>
  );
}
