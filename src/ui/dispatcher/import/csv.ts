/** Rows that wait, as a file that a spreadsheet opens and this page reads again. */
import type { ImportAnswer } from '../../shared/api/types';
import type { ShownRow } from './mend';

const mark = '\uFEFF';

/** Spreadsheets take a cell that begins so for a formula; with an apostrophe before it, it is a text. */
function defused(cell: string): string {
  return /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
}

function written(cell: string): string {
  const safe = defused(cell);
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

/** With a byte order mark, the file's own header, and what is wrong in a last column that is ignored when it is read. */
export function badRowsCsv(answer: ImportAnswer, rows: readonly ShownRow[], words: { header: string; problem: (code: string, reason: string) => string }): string {
  const header = [...answer.columns.map((column) => column.header), words.header];
  const lines = rows.map((row) => {
    const why = row.problems.map((problem) => `${problem.column === null ? '' : `${problem.column}: `}${words.problem(problem.code, problem.reason)}`);
    return [...row.cells.map((cell) => cell.text), why.join('; ')];
  });
  return mark + [header, ...lines].map((cells) => `${cells.map(written).join(',')}\r\n`).join('');
}

/** `orders.csv` → `orders-18-rows.csv` */
export function badRowsName(name: string, count: number): string {
  return `${name.replace(/\.[^.]*$/, '')}-${count}-rows.csv`;
}

/** Offers a text as a file. */
export function download(text: string, name: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
