/** The file that is being taken in: its bytes, what was said of its columns and cells, and what the server makes of it. */
import { batch, computed, signal } from '@preact/signals';
import { daysApi, type BadRows, type CellEdit } from '../../shared/api/days';
import type { ImportAnswer, ImportProblem } from '../../shared/api/types';
import { announce } from '../../shared/ui/announcer';
import { day, refreshDay } from '../state/day';
import { troubleText } from '../words';
import { isWaiting, kindsOf, merged, rowsOf, withOwnSuggestions } from './mend';
import { rememberColumns, rememberedColumns } from './layouts';
import { t } from './texts';

export interface Chosen {
  name: string;
  blob: Blob;
}
type Columns = Readonly<Record<string, string>>;

export const chosen = signal<Chosen | undefined>(undefined);
export const answer = signal<ImportAnswer | undefined>(undefined);
export const columns = signal<Columns>({});
export const areRemembered = signal(false);
/** Acts of mending, the last one last; each can be taken back. */
export const acts = signal<readonly (readonly CellEdit[])[]>([]);
export const busy = signal<'' | 'reading' | 'taking'>('');
export const trouble = signal('');
/** What the last taking did. */
export const taken = signal<ImportAnswer | undefined>(undefined);
/** The row whose door is looked for on the map. */
export const pinning = signal<ImportProblem | undefined>(undefined);
export const badRows = signal<BadRows>('wait');

export const edits = computed(() => acts.value.reduce<CellEdit[]>((all, act) => merged(all, act), []));
const allRows = computed(() => (answer.value === undefined ? [] : rowsOf(answer.value, edits.value)));
/** Rows with something to mend or to look at. */
export const rows = computed(() => allRows.value.filter((row) => row.problems.length + row.notices.length > 0));
export const waitingRows = computed(() => allRows.value.filter(isWaiting));
export const kinds = computed(() => (answer.value === undefined ? [] : kindsOf(answer.value.problems, answer.value.notices)));
/** What is wrong with the file as a whole. */
export const fileProblems = computed(() => {
  const found = answer.value;
  if (found === undefined) return [];
  return found.problems.filter((problem) => problem.row === null || (found.rows === 0 && found.rejected === 0));
});
/** Rows that change the day when they are taken. */
export const takeable = computed(() => (answer.value === undefined ? 0 : answer.value.new + answer.value.changed));

/** The day that the answer is about. */
let lookedFor = '';
let running: AbortController | undefined;

export function choose(name: string, blob: Blob): void {
  batch(() => {
    forget();
    chosen.value = { name, blob };
  });
  void look();
}

export function forget(): void {
  running?.abort();
  batch(() => {
    chosen.value = undefined;
    answer.value = undefined;
    taken.value = undefined;
    columns.value = {};
    areRemembered.value = false;
    acts.value = [];
    pinning.value = undefined;
    trouble.value = '';
    busy.value = '';
  });
}

export function mend(more: readonly CellEdit[]): void {
  if (more.length === 0) return;
  acts.value = [...acts.value, more];
  void look();
}

export function undo(): void {
  acts.value = acts.value.slice(0, -1);
  void look();
}

/** `undefined` leaves the column to its header; an empty text ignores it. */
export function matchColumn(header: string, column: string | undefined): void {
  const { [header]: _before, ...others } = columns.value;
  columns.value = column === undefined ? others : { ...others, [header]: column };
  areRemembered.value = false;
  const headers = answer.value?.columns.map((found) => found.header);
  if (headers !== undefined) rememberColumns(headers, columns.value);
  void look();
}

/** A dry run; an answer that a later one has overtaken is dropped. */
export async function look(): Promise<void> {
  const file = chosen.value;
  const date = day.value?.date;
  if (file === undefined || date === undefined) return;
  running?.abort();
  const own = new AbortController();
  running = own;
  lookedFor = date;
  busy.value = 'reading';
  try {
    const isFirst = answer.value === undefined;
    let found = await daysApi.importOrders(date, file.blob, { columns: columns.value, cells: edits.value }, 'look', own.signal);
    const known = isFirst ? rememberedColumns(found.columns.map((column) => column.header)) : undefined;
    if (known !== undefined) {
      columns.value = known;
      areRemembered.value = true;
      found = await daysApi.importOrders(date, file.blob, { columns: known, cells: edits.value }, 'look', own.signal);
    }
    if (own !== running) return;
    batch(() => {
      answer.value = withOwnSuggestions(found);
      trouble.value = '';
      busy.value = '';
    });
    announce(t('said', { ready: takeable.value, rejected: found.rejected }));
  } catch (error) {
    if (own !== running || own.signal.aborted) return;
    batch(() => {
      trouble.value = troubleText(error);
      busy.value = '';
    });
  }
}

/** Another day is on the screen: the rows are compared with that one. */
export function lookAgain(): void {
  if (answer.value === undefined || lookedFor === day.value?.date) return;
  taken.value = undefined;
  void look();
}

export async function take(): Promise<void> {
  const file = chosen.value;
  const date = day.value?.date;
  if (file === undefined || date === undefined || busy.value !== '') return;
  busy.value = 'taking';
  try {
    const done = await daysApi.importOrders(date, file.blob, { columns: columns.value, cells: edits.value }, badRows.value);
    batch(() => {
      busy.value = '';
      trouble.value = done.is_done ? '' : t('refused', { count: done.rejected });
      if (done.is_done) taken.value = done;
      else answer.value = withOwnSuggestions(done);
    });
    if (done.is_done) {
      announce(t('taken', { count: done.new + done.changed }));
      await refreshDay();
      if (done.rejected > 0) await look();
    }
  } catch (error) {
    batch(() => {
      busy.value = '';
      trouble.value = troubleText(error);
    });
  }
}
