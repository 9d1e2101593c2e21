/** A cell of the matrix by row and column. */
export interface Spot {
  readonly row: number;
  readonly column: number;
}

/**
 * Where a key moves in a matrix of `rows` by `columns`; null where the key means nothing here. Up and down, left and right,
 * Home and End within the row, PageUp and PageDown to the first and last row; J and K where letters are on.
 */
export const moveInMatrix = (key: string, at: Spot, rows: number, columns: number, letters: boolean): Spot | null => {
  if (rows === 0 || columns === 0) return null;
  const held = (row: number, column: number): Spot => ({
    row: Math.min(Math.max(row, 0), rows - 1),
    column: Math.min(Math.max(column, 0), columns - 1),
  });
  switch (key) {
    case 'ArrowDown':
      return held(at.row + 1, at.column);
    case 'ArrowUp':
      return held(at.row - 1, at.column);
    case 'ArrowRight':
      return held(at.row, at.column + 1);
    case 'ArrowLeft':
      return held(at.row, at.column - 1);
    case 'Home':
      return held(at.row, 0);
    case 'End':
      return held(at.row, columns - 1);
    case 'PageUp':
      return held(0, at.column);
    case 'PageDown':
      return held(rows - 1, at.column);
    case 'j':
      return letters ? held(at.row + 1, at.column) : null;
    case 'k':
      return letters ? held(at.row - 1, at.column) : null;
    default:
      return null;
  }
};
