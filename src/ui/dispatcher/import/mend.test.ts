import { describe, expect, it } from 'vitest';
import type { ImportAnswer, ImportProblem } from '../../shared/api/types';
import { ascii } from '../../shared/api/days';
import { badRowsCsv, badRowsName } from './csv';
import { shortSuggestion } from '../fields/found-place';
import { editsOf, editsOfKind, isWaiting, kindsOf, merged, placeOf, rowsOf, shownColumns, pointIn, swapOf, withOwnSuggestions } from './mend';

const problem = (row: number | null, column: string, code: string, suggestions: string[] = [], value = 'x'): ImportProblem => ({ row, column, code, value, reason: 'r', suggestions });
const answer = (more: Partial<ImportAnswer>): ImportAnswer => ({
  is_done: false, new: 0, changed: 0, unchanged: 0, rejected: 0, rows: 3, problem_count: 0, problems: [], notice_count: 0, notices: [], cells: [],
  columns: [{ header: '单号', column: 'order_id', is_chosen: false }, { header: '温层', column: 'temp_class', is_chosen: false }, { header: 'memo', column: null, is_chosen: false }],
  ...more,
});

describe('kinds', () => {
  const kinds = kindsOf([problem(2, 'a', 'order/bad-time', ['09:00']), problem(3, 'a', 'order/bad-time', ['10:00']), problem(4, 'b', 'order/bad-time'), problem(null, 'c', 'order/missing-column')], [problem(9, 'a', 'order/coarse-address')]);

  it('are one code in one column, the most frequent first, notices last, nothing of the whole file', () => {
    expect(kinds.map(({ key, problems, isSuggested, isNotice }) => [key, problems.length, isSuggested, isNotice])).toEqual([
      ['order/bad-time a', 2, true, false], ['order/bad-time b', 1, false, false], ['order/coarse-address a', 1, false, true],
    ]);
  });

  it('are mended by the first suggestion of each, or by one text', () => {
    const [first] = kinds;
    if (first === undefined) throw new Error('no kind');
    expect(editsOfKind(first)).toEqual([{ row: 2, column: 'a', text: '09:00' }, { row: 3, column: 'a', text: '10:00' }]);
    expect(editsOfKind(first, '8:00').map(({ text }) => text)).toEqual(['8:00', '8:00']);
  });
});

describe('edits', () => {
  it('exchange both coordinates at once', () => {
    expect(editsOf(problem(5, 'lat', 'order/swapped-coordinates'), '35.9,14.5')).toEqual([{ row: 5, column: 'lat', text: '35.9' }, { row: 5, column: 'lon', text: '14.5' }]);
  });

  it('take a place with its pin', () => {
    expect(editsOf(problem(5, '地址', 'order/doubtful-address'), 'Triq il-Kbira, Il-Mosta at 35.908016,14.422514')).toEqual([
      { row: 5, column: '地址', text: 'Triq il-Kbira, Il-Mosta' }, { row: 5, column: 'lat', text: '35.908016' }, { row: 5, column: 'lon', text: '14.422514' },
    ]);
    expect(shortSuggestion('A, B at 1.5,2.5', ['A, B at 1.5,2.5', 'C at 1,2'])).toBe('A, B');
    expect(shortSuggestion('A at 1.5,2.5', ['A at 1.5,2.5', 'A at 1,2'])).toBe('A (1.500, 2.500)');
  });

  it('exchange the ends of a window, where they stand in two cells', () => {
    const windows = answer({ columns: [{ header: 'von', column: 'tw_start', is_chosen: false }, { header: 'bis', column: 'tw_end', is_chosen: false }], problems: [problem(2, 'bis', 'order/reversed-window')], cells: [{ row: 2, cells: ['18:00', '10:00'] }] });
    expect(swapOf(problem(2, 'bis', 'order/reversed-window'), windows, rowsOf(windows, []))).toEqual([{ row: 2, column: 'tw_start', text: '10:00' }, { row: 2, column: 'tw_end', text: '18:00' }]);
    expect(swapOf(problem(2, 'bis', 'order/bad-time'), windows, rowsOf(windows, []))).toEqual([]);
  });

  it('leave a cell empty that may be, and set one parcel', () => {
    const columns = [{ header: 'Tel', column: 'phone', is_chosen: false }, { header: 'kg', column: 'kg', is_chosen: false }, { header: 'n', column: 'pieces', is_chosen: false }];
    const problems = [problem(2, 'Tel', 'order/phone-scientific'), problem(3, 'kg', 'order/bad-weight'), problem(4, 'n', 'order/bad-pieces'), problem(5, 'Tel', 'order/x', ['y'])];
    expect(withOwnSuggestions(answer({ columns, problems })).problems.map(({ suggestions }) => suggestions)).toEqual([[''], [], ['1'], ['y']]);
  });

  it('take coordinates as they are pasted from a map', () => {
    expect(['35.9, 14.5', ' 35.9 14.5 ', '-1.25;-103', '91, 0', '35.9', 'x, 14'].map(pointIn)).toEqual([['35.9', '14.5'], ['35.9', '14.5'], ['-1.25', '-103'], undefined, undefined, undefined]);
  });

  it('of one cell replace each other', () => {
    const [a, b] = [{ row: 1, column: 'x', text: '1' }, { row: 1, column: 'x', text: '2' }];
    expect(merged([a], [b, { row: 2, column: 'x', text: '3' }])).toEqual([b, { row: 2, column: 'x', text: '3' }]);
  });

  it('travel in a header as ASCII', () => {
    expect(ascii({ 单号: 'é' })).toBe('{"\\u5355\\u53f7":"\\u00e9"}');
    expect(JSON.parse(ascii({ 单号: '𠮷' }))).toEqual({ 单号: '𠮷' });
  });
});

describe('rows', () => {
  const found = answer({ rejected: 1, problems: [problem(2, '温层', 'order/unknown-class')], notices: [problem(3, '单号', 'order/bare-phone')], cells: [{ row: 2, cells: ['A1', 'warm', 'hello'] }, { row: 3, cells: ['A2', 'dairy'] }, { row: 4, cells: ['A3'] }] });

  it('show the file with what was mended', () => {
    const rows = rowsOf(found, [{ row: 2, column: 'temp_class', text: 'dairy' }]);
    expect(rows.map((row) => [row.row, isWaiting(row)])).toEqual([[2, true], [3, false], [4, true]]);
    expect(rows[0]?.cells.map(({ text, isMended }) => [text, isMended])).toEqual([['A1', false], ['dairy', true], ['hello', false]]);
    expect(rows[1]?.cells[2]?.text).toBe('');
  });

  it('show columns that are read, and find the cell of a problem', () => {
    const rows = rowsOf(found, []);
    const shown = shownColumns(found, rows);
    expect(shown).toEqual([0, 1]);
    expect(placeOf(problem(2, '温层', 'c'), found, shown)).toBe(1);
    expect(placeOf(problem(2, 'litres', 'c'), found, shown)).toBe(0);
  });

  it('that wait become a file with a mark and without formulas', () => {
    const cells = answer({ problems: [problem(2, '温层', 'order/unknown-class')], cells: [{ row: 2, cells: ['=1+1', '+356 1', 'a, "b"'] }, { row: 3, cells: ['good'] }], notices: [problem(3, '单号', 'order/bare-phone')] });
    const csv = badRowsCsv(cells, rowsOf(cells, []).filter(isWaiting), { header: 'problem', problem: (code) => code });
    expect(csv).toBe('\uFEFF单号,温层,memo,problem\r\n\'=1+1,\'+356 1,"a, ""b""",温层: order/unknown-class\r\n');
    expect(badRowsName('订单.1124.xlsx', 18)).toBe('订单.1124-18-rows.csv');
  });
});
