import { numberText } from './numbers.ts';

export type CsvCell = null | boolean | bigint | number | string;

/**
 * What the reference's generators write with Python's `csv.writer`: fields quoted only where they must be, CRLF behind
 * every row, whole numbers and floats as Python prints them.
 */
export const writeReferenceCsv = (rows: readonly (readonly CsvCell[])[]): string =>
  rows.map((row) => `${row.map((cell) => field(cell, row.length === 1)).join(',')}\r\n`).join('');

function field(cell: CsvCell, alone: boolean): string {
  const text = textOf(cell);
  // A row of one empty field would otherwise be an empty line, which is no row.
  return /[",\r\n]/.test(text) || (alone && text === '') ? `"${text.replaceAll('"', '""')}"` : text;
}

function textOf(cell: CsvCell): string {
  if (cell === null) return '';
  if (typeof cell === 'string') return cell;
  if (typeof cell === 'boolean') return cell ? 'True' : 'False';
  return numberText(cell);
}
