/** Search over orders, routes and sites: a combobox that selects what it finds everywhere at once. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { api, isOffline } from '../shared/api/client';
import type { OrderState, SearchHit } from '../shared/api/types';
import { foldDay, type DayProgress } from '../shared/fold';
import { Icon } from '../shared/ui/icons';
import { hitFacts } from './hits';
import { events, isLost, progress, shown } from './state/day';
import { fitRequests, openOrder, openRun, selectOrder } from './state/selection';
import { folded } from './state/settings';
import { t } from './texts';
import { hm, troubleText } from './words';

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
  /** Why there are none, when the server did not say so. */
  trouble?: string;
}

export function SearchBox(): JSX.Element {
  const [text, setText] = useState('');
  const [answer, setAnswer] = useState<Answer>();
  const hits = answer?.hits;
  const lost = isLost.value;
  const [at, setAt] = useState(0);
  const root = useRef<HTMLDivElement>(null);
  /** Text for which Enter was pressed before its hits were there. */
  const awaited = useRef<string | undefined>(undefined);

  const choose = (hit: SearchHit | undefined): void => {
    awaited.current = undefined;
    if (hit === undefined) return;
    setText('');
    setAnswer(undefined);
    // From here on keys are for what was found.
    document.getElementById('search')?.blur();
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
    const fail = (error: unknown): void => {
      if (aborted.signal.aborted) return;
      setAnswer({ text: wanted, hits: [], trouble: isOffline(error) ? t('search.lost') : t('search.failed', { error: troubleText(error) }) });
    };
    if (lost) {
      setAnswer({ text: wanted, hits: [], trouble: t('search.lost') });
      return undefined;
    }
    const timer = setTimeout(() => {
      api.search(wanted, aborted.signal).then(({ items }) => take(items), fail);
    }, pauseMs);
    return () => {
      clearTimeout(timer);
      aborted.abort();
    };
  }, [text, lost]);

  useEffect(() => {
    document.getElementById(`hit-${at}`)?.scrollIntoView({ block: 'nearest' });
  }, [at]);

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
  const plan = shown.value;
  const states = !open || plan?.status !== 'published' ? undefined : (progress.value ?? foldDay(plan, events.value));
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
            <HitLine hit={hit} states={states} />
          </div>
        ))}
        {answer?.trouble !== undefined && <div class="search-hit trouble" role="option" aria-selected="false" aria-disabled="true"><Icon name="offline" />{answer.trouble}</div>}
        {hits?.length === 0 && answer?.trouble === undefined && <div class="search-hit" role="option" aria-selected="false" aria-disabled="true">{t('search.none', { text })}</div>}
      </div>
    </div>
  );
}

const tones: Partial<Record<OrderState, string>> = { delivered: 'tag good', collected: 'tag good', failed: 'tag bad' };

/** Who or what it is, then id, state and time, so that three of one name are three. */
function HitLine({ hit, states }: { hit: SearchHit; states: DayProgress | undefined }): JSX.Element {
  const facts = hitFacts(hit, shown.value, events.value, states);
  const { id, at, state } = facts;
  return (
    <>
      <span class="clip">{hit.label}</span>
      {hit.kind !== 'order' && <span class="dim">{t(`search.kind.${hit.kind}`)}</span>}
      {id !== undefined && <span class="dim">{id}</span>}
      {facts.isUnplanned && <span class="tag warn">{t('order.unplanned')}</span>}
      {facts.isPickup && state !== 'collected' && <span class="tag">{t('search.pickup')}</span>}
      {state !== undefined && (state !== 'planned' || !facts.isPickup) && <span class={tones[state] ?? 'tag'}>{t(`state.${state}`)}</span>}
      {at !== undefined && <span class="hit-time">{hm(at)}</span>}
    </>
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
