import { columnVisibilityFeature, tableFeatures, useTable, type ColumnDef } from '@tanstack/react-table';
import { type RefObject, useEffect, useMemo, useState } from 'react';
import { readSaved, writeSaved } from './saved-state.ts';
import { type ColumnChoice, isShown, type TableColumn } from './table-columns.ts';

const features = tableFeatures({ columnVisibilityFeature });
const NO_ROWS: object[] = [];

const parseChoice = (value: unknown): ColumnChoice | null =>
  typeof value !== 'object' || value === null
    ? null
    : Object.fromEntries(Object.entries(value).filter((entry): entry is [string, boolean] => typeof entry[1] === 'boolean'));

export interface ShownColumns<Row> {
  readonly shown: readonly TableColumn<Row>[];
  readonly choice: ColumnChoice;
  readonly choose: (choice: ColumnChoice) => void;
  /** Width of the table, px. */
  readonly width: number;
}

/** The columns that show: what someone chose (kept from visit to visit), else what fits the width of the table. */
export const useColumns = <Row>(
  tableId: string,
  columns: readonly TableColumn<Row>[],
  frame: RefObject<HTMLElement | null>,
): ShownColumns<Row> => {
  const [choice, setChoice] = useState<ColumnChoice>(() => readSaved(`columns.${tableId}`, parseChoice, {}));
  const [width, setWidth] = useState(() => (typeof window === 'undefined' ? 1200 : window.innerWidth));
  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const watch = new ResizeObserver(() => {
      setWidth(element.clientWidth);
    });
    watch.observe(element);
    return () => {
      watch.disconnect();
    };
  }, [frame]);
  const definitions = useMemo(
    () => columns.map((c): ColumnDef<typeof features, object> => ({ id: c.id, header: c.title, enableHiding: c.fixed !== true })),
    [columns],
  );
  const columnVisibility = useMemo(
    () => Object.fromEntries(columns.map((c) => [c.id, isShown(c, choice, width)])),
    [columns, choice, width],
  );
  const table = useTable({ features, columns: definitions, data: NO_ROWS, state: { columnVisibility } });
  const ids = table
    .getVisibleLeafColumns()
    .map((column) => column.id)
    .join('\n');
  const shown = useMemo(() => ids.split('\n').flatMap((id) => columns.filter((c) => c.id === id)), [ids, columns]);
  return {
    shown,
    choice,
    choose: (next) => {
      setChoice(next);
      writeSaved(`columns.${tableId}`, next);
    },
    width,
  };
};
