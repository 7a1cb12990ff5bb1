/** What is wrong with a file, by kind, and the edits of cells that mend it; all of it plain data. */
import type { CellEdit } from '../../shared/api/days';
import type { ImportAnswer, ImportProblem } from '../../shared/api/types';
import { foundPlace } from '../fields/found-place';

/** Columns that an order need not have a value in. */
const optional = new Set(['name', 'phone', 'channel', 'mode', 'centre', 'service_min', 'group_id', 'priority', 'parcel_cm', 'best_before', 'min_life_share', 'placed_at', 'pin']);

/** Adds to the server's suggestions what a person would do where it has none: one parcel, or a cell left empty. */
export function withOwnSuggestions(answer: ImportAnswer): ImportAnswer {
  const meaning = new Map(answer.columns.map(({ header, column }) => [header, column]));
  const own = ({ code, column, value }: ImportProblem): string[] => {
    if (code === 'order/bad-pieces') return ['1'];
    const name = column === null ? undefined : (meaning.get(column) ?? column);
    return name !== undefined && optional.has(name) && value !== '' ? [''] : [];
  };
  return { ...answer, problems: answer.problems.map((problem) => (problem.row === null || problem.suggestions.length > 0 ? problem : { ...problem, suggestions: own(problem) })) };
}

/** The exchange of both ends of a window that ends before it starts, where they stand in two cells. */
export function swapOf(problem: ImportProblem, answer: ImportAnswer, rows: readonly ShownRow[]): CellEdit[] {
  if (problem.code !== 'order/reversed-window') return [];
  const row = rows.find((candidate) => candidate.row === problem.row);
  const at = (name: string): number => answer.columns.findIndex(({ column }) => column === name);
  const [from, until] = [at('tw_start'), at('tw_end')];
  const [start, end] = [row?.cells[from]?.text, row?.cells[until]?.text];
  if (row === undefined || start === undefined || end === undefined) return [];
  return [{ row: row.row, column: 'tw_start', text: end }, { row: row.row, column: 'tw_end', text: start }];
}

/** Problems that one act mends: one code in one column. */
export interface Kind {
  key: string;
  code: string;
  column: string | null;
  problems: readonly ImportProblem[];
  /** Whether each has a suggestion. */
  isSuggested: boolean;
  /** Whether the first suggestion of each is to leave the cell empty. */
  isEmptied: boolean;
  isNotice: boolean;
}

export const keyOf = ({ code, column }: Pick<ImportProblem, 'code' | 'column'>): string => `${code} ${column ?? ''}`;

/** Problems of rows first, the most frequent first, then what only should be looked at. */
export function kindsOf(problems: readonly ImportProblem[], notices: readonly ImportProblem[]): Kind[] {
  return [...gather(problems, false), ...gather(notices, true)];
}

function gather(found: readonly ImportProblem[], isNotice: boolean): Kind[] {
  const groups = new Map<string, ImportProblem[]>();
  for (const problem of found) {
    if (problem.row === null) continue;
    const group = groups.get(keyOf(problem));
    if (group === undefined) groups.set(keyOf(problem), [problem]);
    else group.push(problem);
  }
  const kinds = [...groups].map(([key, all]): Kind => ({
    key, code: all[0]?.code ?? '', column: all[0]?.column ?? null, problems: all, isNotice,
    isSuggested: all.every((problem) => problem.suggestions.length > 0), isEmptied: all.every((problem) => problem.suggestions[0] === ''),
  }));
  return kinds.sort((a, b) => b.problems.length - a.problems.length);
}

/** The edits that put a suggestion, or another text, in the place of what stands there. */
export function editsOf(problem: ImportProblem, text: string): CellEdit[] {
  if (problem.row === null) return [];
  const { row } = problem;
  const point = problem.code === 'order/swapped-coordinates' ? /^(-?[\d.]+),(-?[\d.]+)$/.exec(text.replace(/\s/g, '')) : null;
  if (point !== null) return [{ row, column: 'lat', text: point[1] ?? '' }, { row, column: 'lon', text: point[2] ?? '' }];
  if (problem.column === null) return [];
  const place = foundPlace(text);
  // The place that was chosen, not one that its name is looked up for again.
  if (place !== undefined) return [{ row, column: problem.column, text: place.address }, { row, column: 'lat', text: place.lat }, { row, column: 'lon', text: place.lon }];
  return [{ row, column: problem.column, text }];
}

/** One act for all problems of a kind: the first suggestion of each, or one text for all. */
export function editsOfKind(kind: Kind, text?: string): CellEdit[] {
  return kind.problems.flatMap((problem) => editsOf(problem, text ?? problem.suggestions[0] ?? problem.value));
}

/** Later edits of a cell replace earlier ones. */
export function merged(edits: readonly CellEdit[], more: readonly CellEdit[]): CellEdit[] {
  const byCell = new Map([...edits, ...more].map((edit) => [`${edit.row} ${edit.column}`, edit]));
  return [...byCell.values()];
}

/** A row as it stands in the file, with what was mended and what is still wrong. */
export interface ShownRow {
  row: number;
  cells: readonly { text: string; isMended: boolean }[];
  problems: readonly ImportProblem[];
  notices: readonly ImportProblem[];
}

/** Whether it waits; of what is wrong with very many rows only the first thousand are told. */
export const isWaiting = (row: ShownRow): boolean => row.problems.length > 0 || row.notices.length === 0;

/** All rows that the server shows: those that wait and those to look at. */
export function rowsOf(answer: ImportAnswer, edits: readonly CellEdit[]): ShownRow[] {
  const of = (found: readonly ImportProblem[], row: number): ImportProblem[] => found.filter((problem) => problem.row === row);
  const byRow = (found: readonly ImportProblem[]): Set<number | null> => new Set(found.map((problem) => problem.row));
  const bad = byRow(answer.problems);
  const noted = byRow(answer.notices);
  const columns = answer.columns;
  return answer.cells.map(({ row, cells }) => {
    const own = edits.filter((edit) => edit.row === row);
    return {
      row,
      problems: bad.has(row) ? of(answer.problems, row) : [],
      notices: noted.has(row) ? of(answer.notices, row) : [],
      cells: columns.map(({ header, column }, index) => {
        const edit = own.find((candidate) => candidate.column === header || candidate.column === column);
        return { text: edit?.text ?? cells[index] ?? '', isMended: edit !== undefined };
      }),
    };
  });
}

/** Columns by which people know an order, in the order in which they read them. */
const read = ['order_id', 'name', 'phone', 'address', 'window', 'tw_start', 'tw_end', 'temp_class', 'pieces', 'kg', 'litres', 'mode'];

/** Positions of the columns worth showing, as people read them: those that tell the order, and those with a problem. */
export function shownColumns(answer: ImportAnswer, rows: readonly ShownRow[]): number[] {
  const wrong = new Set(rows.flatMap((row) => [...row.problems, ...row.notices].map((problem) => problem.column)));
  const rank = (index: number): number => {
    const place = read.indexOf(answer.columns[index]?.column ?? '');
    return place < 0 ? read.length : place;
  };
  const shown = answer.columns.flatMap(({ header, column }, index) => {
    const isEmpty = rows.every((row) => (row.cells[index]?.text ?? '') === '');
    const isWrong = wrong.has(header) || (column !== null && wrong.has(column));
    return isWrong || (column !== null && read.includes(column) && !isEmpty) ? [index] : [];
  });
  return shown.sort((a, b) => rank(a) - rank(b));
}

/** Where the cell of a problem stands among the columns that are shown; the first where it names none of them. */
export function placeOf(problem: ImportProblem, answer: ImportAnswer, shown: readonly number[]): number {
  return Math.max(0, shown.findIndex((index) => answer.columns[index]?.header === problem.column || answer.columns[index]?.column === problem.column));
}

/** `35.9, 14.5` as it is pasted from a map: latitude and longitude, `undefined` where it is none. */
export function pointIn(text: string): readonly [string, string] | undefined {
  const found = /^\s*(-?\d+(?:\.\d+)?)\s*[,;\s]\s*(-?\d+(?:\.\d+)?)\s*$/.exec(text);
  if (found === null) return undefined;
  const [, lat = '', lon = ''] = found;
  return Math.abs(Number(lat)) <= 90 && Math.abs(Number(lon)) <= 180 ? [lat, lon] : undefined;
}

const placeless = new Set(['order/unknown-address', 'order/doubtful-address', 'order/unsure-address', 'order/approximate-address', 'order/coarse-address', 'order/no-place', 'order/bad-coordinate', 'order/zero-coordinates', 'order/missing-coordinate']);

/** Whether a pin on the map would mend it. */
export const isOfPlace = (problem: ImportProblem): boolean => placeless.has(problem.code);
