/** Search over orders, routes and sites: a combobox that selects what it finds everywhere at once. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { api } from '../shared/api/client';
import type { SearchHit } from '../shared/api/types';
import { Icon } from '../shared/ui/icons';
import { shown } from './state/day';
import { fitRequests, openOrder, openRun, selectOrder } from './state/selection';
import { folded } from './state/settings';
import { t } from './texts';

const pauseMs = 150;

export function focusSearch(): void {
  const field = document.getElementById('search');
  if (field instanceof HTMLInputElement) {
    field.focus();
    field.select();
  }
}

/** Hits with the text that they answer. */
interface Answer {
  text: string;
  hits: readonly SearchHit[];
}

export function SearchBox(): JSX.Element {
  const [text, setText] = useState('');
  const [answer, setAnswer] = useState<Answer>();
  const hits = answer?.hits;
  const [at, setAt] = useState(0);
  const root = useRef<HTMLDivElement>(null);
  /** Text for which Enter was pressed before its hits were there. */
  const awaited = useRef<string | undefined>(undefined);

  const choose = (hit: SearchHit | undefined): void => {
    awaited.current = undefined;
    if (hit === undefined) return;
    setText('');
    setAnswer(undefined);
    show(hit);
  };

  useEffect(() => {
    const wanted = text.trim();
    if (wanted === '') {
      setAnswer(undefined);
      return undefined;
    }
    const aborted = new AbortController();
    const take = (hits: readonly SearchHit[]): void => {
      if (aborted.signal.aborted) return;
      if (awaited.current === wanted && hits.length > 0) return choose(hits[0]);
      setAnswer({ text: wanted, hits });
      setAt(0);
    };
    const timer = setTimeout(() => {
      api.search(wanted, aborted.signal).then(({ items }) => take(items), () => take([]));
    }, pauseMs);
    return () => {
      clearTimeout(timer);
      aborted.abort();
    };
  }, [text]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey) return;
    const count = hits?.length ?? 0;
    const wanted = text.trim();
    if (event.key === 'ArrowDown' && count > 0) setAt((at + 1) % count);
    else if (event.key === 'ArrowUp' && count > 0) setAt((at - 1 + count) % count);
    else if (event.key === 'Enter') {
      // What is listed may still answer an earlier text: Enter is for the text that stands in the field.
      if (answer?.text === wanted) choose(hits?.[at]);
      else awaited.current = wanted;
    } else if (event.key === 'Escape') {
      awaited.current = undefined;
      setText('');
      if (event.currentTarget instanceof HTMLElement) event.currentTarget.blur();
    } else return;
    event.preventDefault();
  };
  const open = hits !== undefined;
  return (
    <div class="search" role="search" ref={root} onFocusOut={(event) => {
      if (!(event.relatedTarget instanceof Node) || root.current?.contains(event.relatedTarget) !== true) {
        awaited.current = undefined;
        setAnswer(undefined);
      }
    }}>
      <div class="search-field">
        <Icon name="search" />
        <input id="search" type="text" role="combobox" autocomplete="off" spellcheck={false} aria-label={t('search.label')} aria-expanded={open} aria-controls="search-results"
          aria-activedescendant={open && hits.length > 0 ? `hit-${at}` : undefined} placeholder={t('search.placeholder')} value={text}
          onInput={(event) => setText(event.currentTarget.value)} onKeyDown={onKeyDown} />
        <kbd aria-hidden="true">/</kbd>
      </div>
      <div id="search-results" role="listbox" aria-label={t('search.results')} class="search-results" hidden={!open}>
        {hits?.map((hit, index) => (
          <div key={`${hit.kind} ${hit.id}`} id={`hit-${index}`} role="option" aria-selected={index === at} class="search-hit" onPointerDown={(event) => event.preventDefault()} onClick={() => choose(hit)} onPointerEnter={() => setAt(index)}>
            <span class="clip">{hit.label}</span>
            <span class="dim">{t(`search.kind.${hit.kind}`)}</span>
          </div>
        ))}
        {hits?.length === 0 && <div class="search-hit" role="option" aria-selected="false" aria-disabled="true">{t('search.none', { text })}</div>}
      </div>
    </div>
  );
}

function show(hit: SearchHit): void {
  if (hit.kind === 'order') {
    selectOrder(shown.value, hit.id);
    openOrder(hit.id);
  } else if (hit.kind === 'run') openRun(hit.id);
  else {
    const id = `centre ${hit.id}`;
    folded.value = folded.value.filter((other) => other !== id);
    document.querySelector(`[data-site="${CSS.escape(hit.id)}"]`)?.scrollIntoView({ block: 'nearest' });
    return;
  }
  fitRequests.value += 1;
}
