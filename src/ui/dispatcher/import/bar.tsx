/** The foot of the import: what becomes of bad rows, those as a file, and the one button that writes. */
import { computed } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { language } from '../../shared/i18n';
import { Icon } from '../../shared/ui/icons';
import { isLost } from '../state/day';
import { problemText } from '../fields/texts';
import { badRowsCsv, badRowsName, download } from './csv';
import { answer, badRows, busy, chosen, take, takeable, waitingRows } from './state';
import { t } from './texts';

const isRefused = computed(() => badRows.value === 'refuse' && (answer.value?.rejected ?? 0) > 0);
/** Nothing can be taken now. */
const isClosed = computed(() => takeable.value === 0 || isRefused.value || busy.value !== '' || isLost.value);

function onKey(event: KeyboardEvent): void {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || isClosed.value) return;
  event.preventDefault();
  void take();
}

export function ImportBar(): JSX.Element | null {
  const found = answer.value;
  const rejected = found?.rejected ?? 0;
  const isBlocked = isRefused.value;
  const isOff = isClosed.value;
  useEffect(() => {
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  if (found === undefined) return null;
  return (
    <footer class="action-bar import-bar">
      {rejected > 0 && (
        <fieldset class="import-how">
          <legend class="visually-hidden">{t('bar.how')}</legend>
          {(['wait', 'refuse'] as const).map((how) => (
            <label key={how}><input type="radio" name="bad-rows" checked={badRows.value === how} onChange={() => { badRows.value = how; }} />{t(`bar.${how}`, { count: rejected })}</label>
          ))}
        </fieldset>
      )}
      <span class="sub-space" />
      {rejected > 0 && (
        <button type="button" class="button" onClick={() => download(badRowsCsv(found, waitingRows.value, { header: t('csv.problem'), problem: problemText }), badRowsName(chosen.value?.name ?? 'orders', waitingRows.value.length))}>
          <Icon name="download" />{t('bar.download', { count: waitingRows.value.length })}
        </button>
      )}
      <button type="button" class="button primary" aria-keyshortcuts="Control+Enter" disabled={isOff} onClick={() => void take()}>
        {isBlocked ? t('bar.mendFirst', { count: rejected }) : takeable.value === 0 ? t('bar.nothing') : t('bar.take', { count: takeable.value.toLocaleString(language.value) })}<kbd aria-hidden="true">Ctrl ↵</kbd>
      </button>
    </footer>
  );
}
