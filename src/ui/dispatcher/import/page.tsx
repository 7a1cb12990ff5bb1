/** Orders from a file: dropped, chosen or pasted; looked at by the server; mended cell by cell or kind by kind; taken. */
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { longDate } from '../../shared/format';
import { language } from '../../shared/i18n';
import { Icon } from '../../shared/ui/icons';
import { day, setView } from '../state/day';
import { refreshDays } from '../state/days';
import { ImportBar } from './bar';
import { Columns } from './columns';
import { FilePicker } from './file';
import { Kinds } from './kinds';
import { onWalkKey, Rows } from './rows';
import { answer, areRemembered, busy, chosen, fileProblems, forget, lookAgain, taken, trouble } from './state';
import { columnName, problemText } from '../fields/texts';
import { t } from './texts';
import './import.css';

export function ImportPage(): JSX.Element {
  useEffect(() => {
    document.addEventListener('keydown', onWalkKey);
    return () => document.removeEventListener('keydown', onWalkKey);
  }, []);
  const date = day.value?.date;
  useEffect(() => {
    lookAgain();
    refreshDays().catch(() => undefined);
  }, [date]);
  const found = answer.value;
  return (
    <>
      <main class="import">
        <Head />
        {trouble.value !== '' && <p class="import-band bad" role="alert"><Icon name="octagon" />{trouble.value}</p>}
        {taken.value !== undefined && <Done />}
        {chosen.value === undefined ? <FilePicker /> : found === undefined ? (trouble.value === '' && <Reading />) : (taken.value === undefined || taken.value.rejected > 0) && (
          <div class="import-body">
            <div class="import-main">
              <Figures />
              <Columns />
              {fileProblems.value.length > 0 ? <FileWrong /> : <Rows />}
            </div>
            {(found.problem_count > 0 || found.notice_count > 0) && fileProblems.value.length === 0 && <Kinds />}
          </div>
        )}
      </main>
      {found !== undefined && (taken.value === undefined || taken.value.rejected > 0) && <ImportBar />}
    </>
  );
}

const steps = ['file', 'columns', 'rows', 'take'] as const;

function Head(): JSX.Element {
  const found = answer.value;
  const at = found === undefined ? 0 : fileProblems.value.length > 0 ? 1 : found.rejected > 0 ? 2 : taken.value !== undefined ? 4 : 3;
  const file = chosen.value;
  return (
    <div class="import-head">
      <h1>{t('title')} <span class="dim">{day.value !== undefined && t('into', { date: longDate(day.value.date, language.value) })}</span></h1>
      <ol class="import-steps" aria-label={t('step.label')}>
        {steps.map((step, index) => (
          <li key={step} class={index < at ? 'done' : undefined} aria-current={index === at ? 'step' : undefined}>
            <span class="step-mark" aria-hidden="true">{index < at ? <Icon name="tick" size={12} width={2} /> : index + 1}</span>{t(`step.${step}`)}
          </li>
        ))}
      </ol>
      <span class="sub-space" />
      {file !== undefined && <span class="import-file"><Icon name="note" /><strong class="clip">{file.name}</strong>{found !== undefined && <span class="dim">{t('file.size', { rows: count(found.rows), size: size(file.blob.size) })}</span>}</span>}
      {file !== undefined && <button type="button" class="button" onClick={forget}>{t('file.other')}</button>}
    </div>
  );
}

const count = (value: number): string => value.toLocaleString(language.value);
const size = (bytes: number): string => (bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`);

function Reading(): JSX.Element {
  return <div class="import-reading" role="status"><span class="bar-moving" aria-hidden="true" />{t('reading')}</div>;
}

function Figures(): JSX.Element | null {
  const found = answer.value;
  if (found === undefined) return null;
  const figures = [
    ['new', found.new, 'good'], ['changed', found.changed, 'info'], ['unchanged', found.unchanged, ''], ['rejected', found.rejected, found.rejected > 0 ? 'bad' : ''], ['notices', found.notice_count, found.notice_count > 0 ? 'warn' : ''],
  ] as const;
  const matched = found.columns.filter((column) => column.column !== null).length;
  return (
    <div class="import-figures" aria-busy={busy.value !== ''}>
      <dl aria-label={t('figure.label')}>
        {figures.filter(([name, value]) => value > 0 || name === 'new' || name === 'rejected').map(([name, value, tone]) => <div key={name} class={tone}><dt>{t(`figure.${name}`)}</dt><dd>{count(value)}</dd></div>)}
      </dl>
      <span class="dim import-matched">{t('columns.matched', { matched, count: found.columns.length })}{areRemembered.value && ` · ${t('columns.remembered')}`}</span>
      {busy.value !== '' && <span class="import-busy" role="status">{t(busy.value)}</span>}
    </div>
  );
}

function FileWrong(): JSX.Element {
  return (
    <section class="import-wrong" role="alert">
      <h2><Icon name="octagon" />{t('file.wrong')}</h2>
      <ul>
        {fileProblems.value.map((problem, index) => (
          <li key={index}><strong>{problem.column === null ? '' : columnName(problem.column)}</strong> {problemText(problem.code, problem.reason)} <span class="code-name">{problem.code}</span></li>
        ))}
      </ul>
    </section>
  );
}

function Done(): JSX.Element | null {
  const done = taken.value;
  if (done === undefined) return null;
  const waits = answer.value?.rejected ?? 0;
  return (
    <section class={done.rejected === 0 ? 'import-done alone' : 'import-done'} role="status">
      <Icon name="tick" size={20} width={2} />
      <div>
        <h2>{t('done.title', { count: count(done.new + done.changed) })}</h2>
        <p>{t('done.facts', { new: count(done.new), changed: count(done.changed), unchanged: count(done.unchanged) })}{done.rejected > 0 && waits > 0 && ` ${t('done.waiting', { count: waits })}`}</p>
      </div>
      <span class="sub-space" />
      <span class="done-acts">
        <button type="button" class="button" onClick={forget}>{t('done.another')}</button>
        <button type="button" class="button primary" onClick={() => setView('plan')}>{t('done.plan')}</button>
      </span>
    </section>
  );
}
