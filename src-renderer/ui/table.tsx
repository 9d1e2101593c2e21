import {
  useEffect,
  useEffectEvent,
  useId,
  useRef,
  useState,
  type ClipboardEvent,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
} from 'react';
import { copyCell, copyRows, gridTemplate, type TableColumn } from './table-columns.ts';
import { TableFoot } from './table-foot.tsx';
import { TableHead, type TableSort } from './table-head.tsx';
import { actOf } from './table-keys.ts';
import { TableRow } from './table-row.tsx';
import type { RowSource } from './table-rows.ts';
import { type RingPlace, ringKey, turnRing } from './table-windows.ts';
import { NO_SELECTION, selectRange, type Selection, toggleAll, toggleRow } from './table-selection.ts';
import { useRowsInView } from './table-stretch-hook.ts';
import './table.css';

export interface DataTableProps<Row> {
  /** Names the table for those who do not see it. */
  readonly label: string;
  readonly columns: readonly TableColumn<Row>[];
  readonly source: RowSource<Row>;
  /** Stable name of a row; may be known before the row is read. */
  readonly keyAt: (position: number) => string | undefined;
  /** How a row is called aloud. */
  readonly nameOf: (row: Row) => string;
  readonly rowHeight?: 24 | 28 | 32;
  readonly sort?: TableSort;
  readonly onSort?: (sort: TableSort) => void;
  readonly onOpen?: (row: Row, position: number, aside: boolean) => void;
  /** The focused row, as an inspector beside the table follows it. */
  readonly onFocusRow?: (row: Row | undefined, position: number) => void;
  /** Moves the focus from outside, as when a break is opened. */
  readonly focusPosition?: number | undefined;
  readonly selection?: Selection;
  readonly onSelect?: (selection: Selection) => void;
  readonly selectLimit?: number;
  /** Stands between toolbar and rows while something is selected. */
  readonly bulk?: ReactNode;
  /** In place of the rows where there are none. */
  readonly empty: ReactNode;
  /** In place of the rows where none could be read. */
  readonly failed: (error: Error | null, retry: () => void) => ReactNode;
  /** The order in words: "Broken first, then by name". */
  readonly order: string;
  /** "98 of 1,842 chains". */
  readonly counted?: string | undefined;
  readonly keys?: ReactNode;
  readonly letters?: boolean;
}

/** The table of the house: virtualised, keyboard first, with rows read by position as they come into view. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, source, keyAt, nameOf, rowHeight = 28, sort, onSort, onOpen, onFocusRow, focusPosition, letters = true } = props;
  const { selection = NO_SELECTION, onSelect, selectLimit = 500 } = props;
  const selectable = onSelect !== undefined;
  const grid = useRef<HTMLDivElement>(null);
  const id = useId();
  const [at, setAt] = useState<{ position: number; cell: number | null }>({ position: focusPosition ?? 0, cell: null });
  const [said, setSaid] = useState('');
  const waiting = source.state === 'loading';
  const count = waiting ? 12 : source.count;
  const view = useRowsInView(grid, count, rowHeight);
  const position = Math.min(at.position, Math.max(0, count - 1));

  const [first, last] = [view.rows[0]?.position ?? 0, view.rows.at(-1)?.position ?? 0];
  const [turned, setTurned] = useState<RingPlace>({ first, rotation: 0 });
  const place = turned.first === first ? turned : turnRing(turned, first, last - first + 1);
  if (place !== turned) setTurned(place);
  const ring = last - first < 60 ? 64 : 512;
  const { need } = source;
  useEffect(() => {
    need({ from: first, to: last });
  }, [need, first, last]);

  // The focus follows the caller where it moves it, and stays with the reader where the caller only repeats it.
  const [followed, setFollowed] = useState(focusPosition);
  if (focusPosition !== followed) {
    setFollowed(focusPosition);
    if (focusPosition !== undefined && focusPosition !== at.position) setAt({ position: focusPosition, cell: null });
  }
  const { reveal } = view;
  const revealFocus = useEffectEvent((to: number) => {
    reveal(to, 'centre');
  });
  useEffect(() => {
    if (focusPosition !== undefined && !waiting) revealFocus(focusPosition);
  }, [focusPosition, waiting]);

  const moveTo = (to: number, cell: number | null): void => {
    setAt({ position: to, cell });
    reveal(to);
    onFocusRow?.(source.rowAt(to), to);
  };
  const select = (to: number, range: boolean): void => {
    onSelect?.(range ? selectRange(selection, to, keyAt, selectLimit) : toggleRow(selection, to, keyAt, selectLimit));
  };
  const open = (aside: boolean): void => {
    const row = source.rowAt(position);
    if (row !== undefined) onOpen?.(row, position, aside);
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    // Keys pressed on a control inside the table belong to the control.
    if (event.target !== grid.current) return;
    const pressed = { key: event.key, ctrl: event.ctrlKey || event.metaKey, shift: event.shiftKey, alt: event.altKey };
    const act = actOf(pressed, { position, count, pageRows: view.pageRows, letters, selected: selection.keys.size });
    if (act === null) return;
    if (act.act === 'cell') {
      const next = (at.cell ?? -1) + act.by;
      setAt({ position, cell: next < 0 ? null : Math.min(next, columns.length - 1) });
    } else if (act.act === 'move') moveTo(act.to, at.cell);
    else if (act.act === 'open') {
      if (onOpen === undefined) return;
      open(act.aside);
    } else if (!selectable) return;
    else if (act.act === 'clear') onSelect(NO_SELECTION);
    else select(position, act.act === 'select-range');
    event.preventDefault();
    event.stopPropagation();
  };

  const onClick = (event: MouseEvent): void => {
    const target = event.target as HTMLElement;
    const rowElement = target.closest<HTMLElement>('[data-position]');
    if (rowElement === null) return;
    const to = Number(rowElement.dataset['position']);
    if (target.closest('.grid-check') !== null) {
      event.preventDefault();
      select(to, event.shiftKey);
    }
    const cell = columns.findIndex((c) => c.id === target.closest<HTMLElement>('[data-column]')?.dataset['column']);
    setAt({ position: to, cell: cell < 0 || target.closest('a,button') !== null ? null : at.position === to ? cell : null });
    onFocusRow?.(source.rowAt(to), to);
  };

  const onCopy = (event: ClipboardEvent): void => {
    if (window.getSelection()?.isCollapsed === false) return;
    const row = source.rowAt(position);
    const chosen: Row[] = [];
    if (selection.keys.size > 0) {
      for (let i = 0; i < count && chosen.length < selection.keys.size; i += 1) {
        const key = keyAt(i);
        const found = key !== undefined && selection.keys.has(key) ? source.rowAt(i) : undefined;
        if (found !== undefined) chosen.push(found);
      }
    } else if (row !== undefined) chosen.push(row);
    const column = at.cell === null || selection.keys.size > 0 ? undefined : columns[at.cell];
    if (chosen.length === 0) return;
    event.clipboardData.setData(
      'text/plain',
      column !== undefined && row !== undefined ? copyCell(column.text(row)) : copyRows(columns, chosen),
    );
    event.preventDefault();
    setSaid(column === undefined ? (chosen.length === 1 ? 'Row copied' : `${chosen.length} rows copied`) : `${column.title} copied`);
  };

  const template = gridTemplate(
    columns.map((c) => c.track),
    selectable,
  );
  const empty = source.state === 'ready' && count === 0;
  const broken = source.state === 'error';
  const rowId = (p: number): string => `${id}-r${p}`;
  const inView = view.rows.some((r) => r.position === position);
  const read = selection.keys.size;
  return (
    <div className="grid-frame">
      {props.bulk}
      {broken ? (
        <div className="grid-instead">{props.failed(source.error, source.retry)}</div>
      ) : empty ? (
        <div className="grid-instead">{props.empty}</div>
      ) : (
        <div
          role="grid"
          ref={grid}
          aria-label={label}
          aria-rowcount={waiting ? -1 : count + 1}
          aria-colcount={columns.length + (selectable ? 1 : 0)}
          aria-multiselectable={selectable ? true : undefined}
          aria-busy={waiting}
          aria-activedescendant={waiting || !inView ? undefined : at.cell === null ? rowId(position) : `${rowId(position)}-${at.cell}`}
          tabIndex={0}
          className={`grid${waiting ? ' waiting' : ''}${inView ? '' : ' focus-away'}`}
          onKeyDown={onKeyDown}
          onClick={onClick}
          onDoubleClick={(event) => {
            if ((event.target as HTMLElement).closest('[data-position]') !== null) open(event.ctrlKey || event.metaKey);
          }}
          onCopy={onCopy}
        >
          <TableHead
            columns={columns}
            template={template}
            sort={sort}
            onSort={onSort}
            selectable={selectable}
            allSelected={read === 0 ? 'none' : read >= Math.min(count, selectLimit) ? 'all' : 'some'}
            onSelectAll={() => onSelect?.(toggleAll(selection, count, keyAt, selectLimit))}
          />
          <div role="rowgroup" className="grid-rows" style={{ height: view.height }}>
            <div role="presentation" className="grid-window" style={{ transform: `translateY(${view.rows[0]?.top ?? 0}px)` }}>
              {view.rows.map(({ position: p }, i) => {
                const row = source.rowAt(p);
                const key = keyAt(p);
                return (
                  <TableRow
                    key={ringKey(place, i, ring)}
                    id={rowId(p)}
                    row={row}
                    position={p}
                    height={rowHeight}
                    template={template}
                    columns={columns}
                    focused={p === position && !waiting}
                    focusedCell={p === position ? at.cell : null}
                    selected={key !== undefined && selection.keys.has(key)}
                    selectable={selectable}
                    failed={source.failedAt(p)}
                    name={row === undefined ? '' : nameOf(row)}
                    onRetry={source.retry}
                  />
                );
              })}
            </div>
          </div>
        </div>
      )}
      <TableFoot
        order={props.order}
        counted={props.counted}
        readAt={source.readAt}
        readMs={source.readMs}
        keys={props.keys}
        selectable={selectable}
        opens={onOpen !== undefined}
      />
      <span className="visually-hidden" role="status">
        {said}
      </span>
    </div>
  );
}
