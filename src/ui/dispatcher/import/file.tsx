/** Where a file comes in: by dropping it anywhere on the page, by choosing it, or by pasting rows. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { focused } from '../../shared/ui/focus';
import { Icon } from '../../shared/ui/icons';
import { isPast } from '../state/days';
import { choose } from './state';
import { t } from './texts';

export function FilePicker(): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const [text, setText] = useState('');
  const isClosed = isPast.value;
  useEffect(() => {
    const onOver = (event: DragEvent): void => setOver(event.dataTransfer?.types.includes('Files') === true);
    const onLeave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    document.addEventListener('dragover', onOver);
    document.addEventListener('dragleave', onLeave);
    return () => {
      document.removeEventListener('dragover', onOver);
      document.removeEventListener('dragleave', onLeave);
    };
  }, []);
  const read = (pasted: string): void => {
    if (pasted.trim() !== '') choose(t('drop.pasted'), new Blob([pasted], { type: 'text/tab-separated-values' }));
  };
  if (isClosed) return <div class="import-drop"><p>{t('drop.past')}</p></div>;
  return (
    <div class={isOver ? 'import-drop over' : 'import-drop'}>
      <div class="drop-box">
        <Icon name="note" size={28} />
        <h2>{t('drop.title')}</h2>
        <p class="dim">{t('drop.hint')}</p>
        <button type="button" ref={focused} class="button primary" onClick={() => input.current?.click()}>{t('drop.choose')}</button>
        <input ref={input} type="file" class="visually-hidden" tabIndex={-1} aria-label={t('drop.choose')} accept=".csv,.tsv,.txt,.xlsx,text/csv,text/tab-separated-values" onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = '';
          if (file !== undefined) choose(file.name, file);
        }} />
      </div>
      <form class="paste-box" onSubmit={(event) => {
        event.preventDefault();
        read(text);
      }}>
        <label for="pasted">{t('drop.or')}</label>
        <textarea id="pasted" class="field" rows={5} spellcheck={false} placeholder={t('drop.pasteHint')} value={text} onInput={(event) => setText(event.currentTarget.value)} onPaste={(event) => {
          const pasted = event.clipboardData?.getData('text/plain') ?? '';
          // Whole rows are read at once; a piece of text is left to be typed on.
          if (text !== '' || !pasted.includes('\n')) return;
          event.preventDefault();
          read(pasted);
        }} />
        <button type="submit" class="button" disabled={text.trim() === ''}>{t('drop.read')}</button>
      </form>
      <p class="dim drop-columns">{t('drop.columns')}</p>
    </div>
  );
}
