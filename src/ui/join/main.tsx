/** Signing in with a one-time link `/join#CODE`, or with the code typed by hand; then on to the page of the role. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { language, languages, messages, setLanguage } from '../shared/i18n';
import { codeIn, pageOf, signIn, type SignInTrouble } from '../shared/sign-in';
import { start } from '../shared/start';
import { wearTheme } from '../shared/theme';
import { Mark } from '../shared/ui/icons';
import { chinese, english } from './texts';
import './join.css';

const t = messages(english, chinese);
const isBusy = signal(false);
const trouble = signal<`error.${SignInTrouble}` | undefined>(undefined);
const typed = signal('');

async function join(text: string): Promise<void> {
  isBusy.value = true;
  trouble.value = undefined;
  const answer = await signIn(codeIn(text));
  if ('me' in answer) {
    location.replace(pageOf[answer.me.role] + location.search);
    return;
  }
  trouble.value = `error.${answer.trouble}`;
  isBusy.value = false;
}

function Join(): JSX.Element {
  return (
    <main class="join">
      <div class="join-mark"><Mark size={40} /></div>
      <h1>{t('title')}</h1>
      {isBusy.value ? <p role="status">{t('busy')}…</p> : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (typed.value.trim() !== '') void join(typed.value.trim());
          }}>
          <p>{t('explain')}</p>
          {trouble.value !== undefined && <p class="join-trouble" role="alert">{t(trouble.value)}</p>}
          <label for="code">{t('code')}</label>
          <input id="code" autocomplete="one-time-code" autocapitalize="characters" spellcheck={false} autofocus value={typed.value} onInput={(event) => (typed.value = event.currentTarget.value)} />
          <button type="submit" disabled={typed.value.trim() === ''}>{t('submit')}</button>
        </form>
      )}
      <p class="join-languages">
        {languages.map((one) => <button type="button" key={one} lang={one} aria-pressed={language.value === one} onClick={() => setLanguage(one)}>{t(`language.${one}`)}</button>)}
      </p>
    </main>
  );
}

wearTheme();
void start('courier', () => <Join />).then(() => {
  const code = decodeURIComponent(location.hash.slice(1));
  if (code === '') return;
  // A code that was used must not stay in the address or the history.
  history.replaceState(null, '', location.pathname + location.search);
  typed.value = code;
  void join(code);
});
