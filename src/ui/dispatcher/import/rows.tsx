/** Rows that need a look as they stand in the file; what is wrong stands under its cell, with what may have been meant as buttons. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { CellEdit } from '../../shared/api/days';
import type { ImportAnswer, ImportProblem } from '../../shared/api/types';
import { language } from '../../shared/i18n';
import { selected } from '../../shared/ui/focus';
import { Icon } from '../../shared/ui/icons';
import { shortSuggestion } from '../fields/found-place';
import { columnName, problemText } from '../fields/texts';
import { editsOf, isOfPlace, placeOf, shownColumns, swapOf, type ShownRow } from './mend';
import { answer, mend, pinning, rows, taken, takeable } from './state';
import { t } from './texts';
import './rows.css';

/** Rows drawn at once; mending makes room for the next. */
const maxDrawn = 200;
const maxSuggestions = 3;

export function Rows(): JSX.Element | null {
  const found = answer.value;
  if (found === undefined) return null;
  const drawn = rows.value.slice(0, maxDrawn);
  if (drawn.length === 0) return taken.value === undefined ? <Clean found={found} /> : null;
  const shown = shownColumns(found, drawn);
  const unlisted = found.rejected - rows.value.filter((row) => row.problems.length > 0).slice(0, maxDrawn).length;
  return (
    <>
      <div class="import-table" role="region" aria-label={t('rows.label')} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col" class="row-number">{t('rows.row')}</th>
              {shown.map((index) => {
                const column = found.columns[index];
                return <th key={index} scope="col"><span class="written">{column?.header}</span>{column?.column === null || column === undefined ? '–' : columnName(column.column)}</th>;
              })}
            </tr>
          </thead>
          <tbody>{drawn.map((row) => <RowLines key={row.row} row={row} found={found} shown={shown} />)}</tbody>
        </table>
      </div>
      {unlisted > 0 && <p class="dim import-unlisted">{t('rows.more', { count: unlisted })}</p>}
    </>
  );
}

function Clean({ found }: { found: ImportAnswer }): JSX.Element {
  return (
    <div class="import-clean">
      <Icon name="tick" size={22} width={2} />
      <h2>{t('rows.clean')}</h2>
      <p>{takeable.value === 0 && found.unchanged > 0 ? t('rows.same') : t('rows.cleanHint', { count: found.rows.toLocaleString(language.value) })}</p>
    </div>
  );
}

interface RowProps {
  row: ShownRow;
  found: ImportAnswer;
  shown: readonly number[];
}

function RowLines({ row, found, shown }: RowProps): JSX.Element {
  const isBad = row.problems.length > 0;
  const all = [...row.problems, ...row.notices];
  const wrong = new Map(all.map((problem) => [placeOf(problem, found, shown), problem]));
  return (
    <>
      <tr class={isBad ? 'row-line bad' : 'row-line noted'}>
        <th scope="row" class="row-number">{row.row}<Icon name={isBad ? 'octagon' : 'triangle'} size={14} /></th>
        {shown.map((index, place) => {
          const cell = row.cells[index];
          const problem = wrong.get(place);
          const tone = problem === undefined ? (cell?.isMended === true ? 'mended' : undefined) : row.problems.includes(problem) ? 'bad' : 'noted';
          return <td key={index} class={tone} title={cell?.isMended === true ? t('rows.mended') : undefined}><span class="cell-text">{cell?.text}</span></td>;
        })}
      </tr>
      {all.map((problem, index) => <ProblemLine key={`${problem.code} ${problem.column} ${index}`} problem={problem} place={placeOf(problem, found, shown)} width={shown.length} isNotice={!row.problems.includes(problem)} />)}
    </>
  );
}

interface ProblemProps {
  problem: ImportProblem;
  place: number;
  width: number;
  isNotice: boolean;
}

function ProblemLine({ problem, place, width, isNotice }: ProblemProps): JSX.Element {
  const [isEditing, setEditing] = useState(false);
  const row = problem.row ?? 0;
  const column = problem.column === null ? '' : columnName(problem.column);
  // Under the columns at the right there is room only to the left of the cell.
  const isLeft = place < Math.min(4, Math.ceil(width / 2));
  const offers = offersOf(problem);
  const mark = <svg width="10" height="6" viewBox="0 0 10 6" aria-hidden="true"><path d="M0 6 5 0l5 6z" fill="currentColor" /></svg>;
  return (
    <tr class={isNotice ? 'problem-line noted' : 'problem-line bad'}>
      <td class="row-number" />
      {isLeft && place > 0 && <td colSpan={place} />}
      <td class={isLeft ? undefined : 'from-right'} colSpan={isLeft ? Math.max(1, width - place) : place + 1}>
        <span class="problem-says">
          {isLeft && mark}
          <span class="problem-text" title={problem.reason}>{problemText(problem.code, problem.reason)}</span>
          {isEditing ? <CellField problem={problem} column={column} onDone={() => setEditing(false)} /> : (
            <>
              {offers.map(({ text, edits }, index) => (
                <button type="button" key={`${index} ${text}`} class="button tinted small" data-problem aria-label={t('rows.inRow', { row, text })} onClick={(event) => {
                  stepOn(event.currentTarget);
                  mend(edits);
                }}>{text}</button>
              ))}
              {isOfPlace(problem) && <button type="button" class="button tinted small" data-problem={offers.length === 0 ? true : undefined} aria-label={t('rows.inRow', { row, text: t('rows.pin') })} aria-pressed={pinning.value?.row === row} onClick={() => { pinning.value = problem; }}>{t('rows.pin')}</button>}
              {problem.column !== null && <button type="button" class="button plain small" data-problem={offers.length === 0 && !isOfPlace(problem) ? true : undefined} aria-label={t('rows.editIn', { row, column })} onClick={() => setEditing(true)}>{t('rows.edit')}</button>}
            </>
          )}
          {!isLeft && mark}
        </span>
      </td>
      {!isLeft && place + 1 < width && <td colSpan={width - place - 1} />}
    </tr>
  );
}

interface Offer {
  text: string;
  edits: readonly CellEdit[];
}

/** What a press mends: both ends exchanged, or what may have been meant. */
function offersOf(problem: ImportProblem): Offer[] {
  const swap = answer.value === undefined ? [] : swapOf(problem, answer.value, rows.value);
  const own = problem.suggestions.slice(0, maxSuggestions).map((text): Offer => ({
    text: text === '' ? t('rows.empty') : t('rows.use', { text: shortSuggestion(text, problem.suggestions) }), edits: editsOf(problem, text),
  }));
  return swap.length === 0 ? own : [{ text: t('rows.swap', { from: swap[0]?.text ?? '', until: swap[1]?.text ?? '' }), edits: swap }, ...own];
}

function CellField({ problem, column, onDone }: { problem: ImportProblem; column: string; onDone: () => void }): JSX.Element {
  const [text, setText] = useState(problem.value);
  return (
    <form class="cell-edit" onSubmit={(event) => {
      event.preventDefault();
      stepOn(event.currentTarget);
      onDone();
      if (text !== problem.value) mend(editsOf(problem, text));
    }}>
      <input ref={selected} class="field" data-problem aria-label={t('rows.editCell', { column, row: problem.row ?? 0 })} value={text} onInput={(event) => setText(event.currentTarget.value)} onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onDone();
      }} />
    </form>
  );
}

/** The first button of each problem, from top to bottom. */
function stops(): HTMLElement[] {
  return [...document.querySelectorAll('.problem-line')].flatMap((line) => {
    const first = line.querySelector<HTMLElement>('[data-problem]');
    return first === null ? [] : [first];
  });
}

/** What is mended goes away: the focus is on the next problem before that. */
function stepOn(from: HTMLElement): void {
  const all = stops();
  const line = from.closest('.problem-line');
  const at = all.findIndex((stop) => stop.closest('.problem-line') === line);
  (all[at + 1] ?? all[at - 1])?.focus();
}

/** `J` and `K` walk the problems. */
export function onWalkKey(event: KeyboardEvent): void {
  const step = { j: 1, k: -1 }[event.key.toLowerCase()];
  if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target instanceof HTMLElement && event.target.matches('input, textarea, select')) return;
  const all = stops();
  const line = document.activeElement?.closest('.problem-line');
  const at = all.findIndex((stop) => stop.closest('.problem-line') === line);
  const next = at < 0 ? (step > 0 ? all[0] : all.at(-1)) : all[Math.min(all.length - 1, Math.max(0, at + step))];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
  next.scrollIntoView({ block: 'nearest' });
}
