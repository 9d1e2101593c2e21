import { Button, Checkbox } from '@blueprintjs/core';
import { memo } from 'react';
import type { TableColumn } from './table-columns.ts';

export interface TableRowProps<Row> {
  readonly id: string;
  readonly row: Row | undefined;
  readonly position: number;
  readonly height: number;
  readonly template: string;
  readonly columns: readonly TableColumn<Row>[];
  readonly focused: boolean;
  /** Column of the focused cell; null while the whole row is meant. */
  readonly focusedCell: number | null;
  readonly selected: boolean;
  readonly selectable: boolean;
  readonly failed: boolean;
  readonly name: string;
  readonly onRetry: () => void;
}

function TableRowInner<Row>(props: TableRowProps<Row>) {
  const { id, row, position, height, template, columns, focused, focusedCell, selected, selectable, failed, name, onRetry } = props;
  const first = selectable ? 2 : 1;
  return (
    <div
      role="row"
      id={id}
      aria-rowindex={position + 2}
      aria-selected={selectable ? selected : undefined}
      aria-busy={row === undefined && !failed ? true : undefined}
      data-position={position}
      className={`grid-row${focused ? ' grid-focus' : ''}${selected ? ' selected' : ''}`}
      style={{ height, gridTemplateColumns: template }}
    >
      {selectable ? (
        <div role="gridcell" aria-colindex={1} className="grid-check">
          {row === undefined ? null : (
            <Checkbox checked={selected} readOnly tabIndex={-1} aria-label={`Select ${name}`} className="cell-check" data-check />
          )}
        </div>
      ) : null}
      {failed ? (
        <div role="gridcell" aria-colindex={first} className="grid-failed t-bad">
          This row could not be read. <Button variant="minimal" size="small" text="Try again" onClick={onRetry} tabIndex={-1} />
        </div>
      ) : (
        columns.map((column, i) => (
          <div
            role="gridcell"
            key={column.id}
            id={`${id}-${i}`}
            aria-colindex={first + i}
            data-column={column.id}
            className={`${column.align === 'end' ? 'num' : ''}${focused && focusedCell === i ? ' cell-focus' : ''}`}
          >
            {row !== undefined ? (
              column.cell(row, position)
            ) : column.before === undefined ? (
              <span className="bone" />
            ) : (
              column.before(position)
            )}
          </div>
        ))
      )}
    </div>
  );
}

/** One row. Memoised: while the table scrolls, a row that stays in view is not drawn again. */
export const TableRow = memo(TableRowInner) as typeof TableRowInner;
