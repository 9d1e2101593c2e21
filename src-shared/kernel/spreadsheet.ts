const NUMBER = /^-?[0-9]+(\.[0-9]+)?$/;
/** What a spreadsheet takes for the beginning of a formula, with the full-width forms that some of them fold. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/**
 * A text that a spreadsheet would run gets an apostrophe in front: names come from outside. Real numbers stay numbers; null
 * is an empty cell.
 */
export const safeCell = (cell: string | number | null): string => {
  const text = cell === null ? '' : String(cell);
  return FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
};
