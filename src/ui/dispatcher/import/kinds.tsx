/** Problems by kind: how many, their code, and one act for all of a kind. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { focused } from '../../shared/ui/focus';
import { Icon } from '../../shared/ui/icons';
import { day } from '../state/day';
import { columnName, problemText } from '../fields/texts';
import { editsOfKind, swapOf, type Kind } from './mend';
import { acts, answer, edits, kinds, mend, pinning, rows, undo } from './state';
import { PinMap } from './pin';
import { t } from './texts';

export function Kinds(): JSX.Element {
  const found = answer.value;
  const problems = found?.problem_count ?? 0;
  return (
    <aside class="import-kinds" aria-label={t('kinds.title', { count: problems })}>
      <header>
        <h2>{problems > 0 ? t('kinds.title', { count: problems }) : t('kinds.looks', { count: found?.notice_count ?? 0 })}</h2>
        <span class="walk-keys" aria-hidden="true"><kbd>J</kbd><kbd>K</kbd> {t('kinds.next')}</span>
      </header>
      {acts.value.length > 0 && (
        <p class="mended-line"><Icon name="tick" size={14} />{t('kinds.acts', { count: edits.value.length })}<button type="button" class="button plain small" onClick={undo}><Icon name="undo" size={14} />{t('kinds.undo')}</button></p>
      )}
      <ul>{kinds.value.map((kind) => <KindCard key={kind.key} kind={kind} />)}</ul>
      {pinning.value !== undefined && day.value !== undefined && <PinMap key={pinning.value.row} day={day.value} problem={pinning.value} />}
    </aside>
  );
}

function KindCard({ kind }: { kind: Kind }): JSX.Element {
  const [text, setText] = useState('');
  const [isSetting, setSetting] = useState(false);
  const count = kind.problems.length;
  const first = kind.problems[0];
  const title = `${kind.column === null ? '' : `${columnName(kind.column)}: `}${problemText(kind.code, first?.reason ?? '')}`;
  const values = [...new Set(kind.problems.map((problem) => problem.value))].filter((value) => value !== '');
  const found = answer.value;
  const swaps = found === undefined ? [] : kind.problems.map((problem) => swapOf(problem, found, rows.value)).filter((swap) => swap.length > 0);
  const takeAll = swaps.length === count ? (
    <button type="button" class="button small" onClick={() => mend(swaps.flat())}>{t('kinds.swapAll', { count })}</button>
  ) : kind.isSuggested && (
    <button type="button" class="button small" onClick={() => mend(editsOfKind(kind))}>{t(kind.isEmptied ? 'kinds.emptyAll' : 'kinds.takeAll', { count })}</button>
  );
  return (
    <li class={kind.isNotice ? 'kind noted' : 'kind bad'}>
      <Icon name={kind.isNotice ? 'triangle' : 'octagon'} />
      <div class="kind-says">
        <strong>{title}</strong>
        {values.length > 0 && <span class="dim clip">{values.slice(0, 3).join(' · ')}{values.length > 3 && ' …'}</span>}
        <span class="code-name">{kind.code}</span>
        {!kind.isNotice && (takeAll !== false ? takeAll : kind.column !== null && kind.code !== 'order/duplicate-id' && (isSetting ? (
          <form class="set-all" onSubmit={(event) => {
            event.preventDefault();
            setSetting(false);
            mend(editsOfKind(kind, text));
          }}>
            <input ref={focused} class="field" aria-label={t('kinds.setText', { kind: title })} value={text} onInput={(event) => setText(event.currentTarget.value)} />
            <button type="submit" class="button small" disabled={text.trim() === ''}>{t('kinds.setAll', { count })}</button>
          </form>
        ) : <button type="button" class="button small" onClick={() => setSetting(true)}>{t('kinds.setAll', { count })}…</button>))}
      </div>
      <span class={kind.isNotice ? 'tag warn' : 'tag bad'}>{count}</span>
    </li>
  );
}
