/** Signing in with a one-time link `/join#CODE`, or with the code typed by hand; then on to the page of the role. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { api, isOffline, Problem } from '../shared/api/client';
import type { Role } from '../shared/api/types';
import { language, languages, messages, setLanguage } from '../shared/i18n';
import { start } from '../shared/start';
import { wearTheme } from '../shared/theme';
import { Mark } from '../shared/ui/icons';
import { chinese, english } from './texts';
import './join.css';

const t = messages(english, chinese);
const pageOf: Record<Role, string> = { dispatcher: '/', courier: '/c', centre: '/centre' };

const isBusy = signal(false);
const trouble = signal<'error.code' | 'error.limit' | 'error.offline' | 'error.other' | undefined>(undefined);
const typed = signal('');

/** A secret of this browser, made once for a page load and its reloads: should the answer be lost, the same request joins the same device. */
function joinKey(): string {
  const known = sessionStorage.getItem('join-key');
  if (known !== null) return known;
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const key = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  sessionStorage.setItem('join-key', key);
  return key;
}

async function join(code: string): Promise<void> {
  isBusy.value = true;
  trouble.value = undefined;
  try {
    const me = await api.join(code, joinKey());
    location.replace(pageOf[me.role] + location.search);
  } catch (error) {
    trouble.value = isOffline(error) ? 'error.offline' : reasonOf(error);
    isBusy.value = false;
  }
}

function reasonOf(error: unknown): 'error.code' | 'error.limit' | 'error.other' {
  if (!(error instanceof Problem) || error.status >= 500) return 'error.other';
  return error.status === 429 ? 'error.limit' : 'error.code';
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
