/** Where no page is: says so, and leads to those that are. */
import type { JSX } from 'preact';
import { language, languages, messages, setLanguage } from '../shared/i18n';
import { start } from '../shared/start';
import { wearTheme } from '../shared/theme';
import { Mark } from '../shared/ui/icons';
import { chinese, english } from './texts';
import './lost.css';

const t = messages(english, chinese);
const pages = [['/', 'console'], ['/c', 'courier'], ['/centre', 'centre'], ['/join', 'join'], ['/docs', 'docs']] as const;

function Lost(): JSX.Element {
  document.title = `${t('title')} · ${t('app.name')}`;
  return (
    <main class="lost">
      <div class="lost-mark"><Mark size={40} /></div>
      <h1>{t('title')}</h1>
      <p>{t('explain', { path: location.pathname })}</p>
      <ul>
        {pages.map(([path, name]) => <li key={path}><a href={path}><strong>{t(name)}</strong><code>{path}</code></a></li>)}
      </ul>
      <p class="lost-languages">
        {languages.map((one) => <button type="button" key={one} lang={one} aria-pressed={language.value === one} onClick={() => setLanguage(one)}>{t(`language.${one}`)}</button>)}
      </p>
    </main>
  );
}

wearTheme();
void start('dispatcher', () => <Lost />);
