import { Checkbox, Icon } from '@blueprintjs/core';
import type { TableColumn } from './table-columns.ts';

export interface TableSort {
  /** A name that the caller's query sorts by. */
  readonly by: string;
  readonly descending: boolean;
}

export interface TableHeadProps<Row> {
  readonly columns: readonly TableColumn<Row>[];
  readonly template: string;
  readonly sort: TableSort | undefined;
  readonly onSort: ((sort: TableSort) => void) | undefined;
  readonly selectable: boolean;
  readonly allSelected: 'all' | 'some' | 'none';
  readonly onSelectAll: () => void;
}

export function TableHead<Row>({ columns, template, sort, onSort, selectable, allSelected, onSelectAll }: TableHeadProps<Row>) {
  const first = selectable ? 2 : 1;
  return (
    <div role="rowgroup" className="grid-top">
      <div role="row" aria-rowindex={1} className="grid-head" style={{ gridTemplateColumns: template }}>
        {selectable ? (
          <div role="columnheader" aria-colindex={1} className="grid-check">
            <Checkbox
              checked={allSelected === 'all'}
              indeterminate={allSelected === 'some'}
              onChange={onSelectAll}
              aria-label="Select all rows that are read"
              className="cell-check"
            />
          </div>
        ) : null}
        {columns.map((column, i) => {
          const by = column.sortBy;
          const sorted = by !== undefined && sort?.by === by;
          return (
            <div
              role="columnheader"
              key={column.id}
              aria-colindex={first + i}
              aria-sort={sorted ? (sort.descending ? 'descending' : 'ascending') : undefined}
              className={column.align === 'end' ? 'num' : ''}
            >
              {by === undefined || onSort === undefined ? (
                <span className="ellipsis">{column.title}</span>
              ) : (
                <button
                  type="button"
                  className="grid-sort"
                  onClick={() => {
                    onSort({ by, descending: sorted ? !sort.descending : column.align === 'end' });
                  }}
                >
                  <span className="ellipsis">{column.title}</span>
                  {sorted ? <Icon icon={sort.descending ? 'arrow-down' : 'arrow-up'} size={11} /> : null}
                </button>
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}
