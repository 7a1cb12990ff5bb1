/** A new day: its date, and whose sites, vehicles and people it takes over. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Problem } from '../shared/api/client';
import { longDate } from '../shared/format';
import { language } from '../shared/i18n';
import { announce } from '../shared/ui/announcer';
import { Dialog } from '../shared/ui/dialog';
import { panel } from './panels/open';
import { day as shownDay, isLost } from './state/day';
import { addDay, days, firstFree } from './state/days';
import { t as words } from './texts';
import { t } from './texts.days';
import { troubleText } from './words';

const named = (date: string): string => longDate(date, language.value);

export function NewDayDialog(): JSX.Element {
  const shown = shownDay.value?.date ?? '';
  const taken = days.value.map((head) => head.date);
  const [date, setDate] = useState(() => firstFree(shown, taken));
  const [from, setFrom] = useState(shown);
  const [network, setNetwork] = useState<File>();
  const [error, setError] = useState('');
  const [isBusy, setBusy] = useState(false);
  const close = (): void => {
    panel.value = undefined;
  };
  const isTaken = taken.includes(date);
  const isFile = from === '';
  const make = async (): Promise<void> => {
    setBusy(true);
    setError('');
    try {
      await addDay(date, isFile ? { network: (await network?.text()) ?? '' } : { from });
      announce(t('created', { date: named(date) }));
      close();
    } catch (reason) {
      const listed = reason instanceof Problem ? reason.errors.slice(0, 8).map((flaw) => `${flaw.pointer.slice(1)} ${flaw.detail}`.trim()) : [];
      setError([troubleText(reason), ...listed.filter((text) => !troubleText(reason).includes(text))].join('\n'));
      setBusy(false);
    }
  };
  return (
    <Dialog title={t('title')} closeLabel={words('action.close')} onClose={close} actions={
      <>
        <button type="button" class="button" onClick={close}>{words('action.cancel')}</button>
        <button type="submit" form="new-day" class="button primary" disabled={isBusy || isTaken || date === '' || (isFile && network === undefined) || isLost.value}>{t('create')}</button>
      </>
    }>
      <form id="new-day" class="new-day" onSubmit={(event) => {
        event.preventDefault();
        void make();
      }}>
        <label>{t('date')}<input type="date" class="field" required autofocus value={date} onInput={(event) => setDate(event.currentTarget.value)} /></label>
        {isTaken && <p class="error" role="alert">{t('taken')}</p>}
        <label>{t('with')}
          <select class="field" value={from} onChange={(event) => setFrom(event.currentTarget.value)}>
            {[...taken].reverse().map((other) => <option key={other} value={other}>{t('as', { date: named(other) })}</option>)}
            <option value="">{t('file')}</option>
          </select>
        </label>
        {isFile && <label>{t('chooseFile')}<input type="file" accept=".toml" onChange={(event) => setNetwork(event.currentTarget.files?.[0])} /></label>}
        <p class="dim">{t('hint')}</p>
        {error !== '' && <p class="error pre" role="alert">{error}</p>}
      </form>
    </Dialog>
  );
}
