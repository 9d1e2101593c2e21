import { Icon } from '@blueprintjs/core';
import { Fragment, type KeyboardEvent, useRef, useState } from 'react';
import type { Answer } from '../../port/use-app.ts';
import { setQuery } from '../../router/router.ts';
import { useLetters } from '../../ui/preferences.ts';
import { cellWords, figureText, gateLook } from './gates-words.ts';
import { moveInMatrix, type Spot } from './matrix-keys.ts';

export type Matrix = Answer<'gate.matrix'>;
type Gate = Matrix['groups'][number]['gates'][number];
type Cell = Gate['cells'][number];

/** How many months stay in a narrow window; older ones fold. */
const NARROW_MONTHS = 6;

export const openGate = (gate: string, month: string): void => {
  setQuery({ gate, month }, { replace: false });
};

function CellButton({ gate, cell, open, focusable }: { gate: Gate; cell: Cell; open: boolean; focusable: boolean }) {
  const look = gateLook(cell.state, gate.decides);
  const figure = gate.showsFigure && cell.value !== null ? figureText(cell.value) : null;
  const kind = cell.state === 'fail' && !gate.decides ? 'later' : cell.state;
  return (
    <button
      type="button"
      className={`gate gate-${kind}${open ? ' gate-open' : ''}`}
      aria-label={cellWords(gate, cell)}
      aria-pressed={open}
      title={cellWords(gate, cell)}
      data-cell
      tabIndex={focusable ? 0 : -1}
      onClick={() => {
        if (open) setQuery({ gate: undefined, month: undefined });
        else openGate(gate.gate, cell.month);
      }}
    >
      {cell.state === 'no-run' ? (
        <span aria-hidden="true">–</span>
      ) : cell.state === 'pass' && figure !== null ? null : (
        <Icon icon={look.icon} size={cell.state === 'pass' ? 14 : figure === null ? 11 : 9} />
      )}
      {figure}
    </button>
  );
}

export interface GateMatrixProps {
  readonly matrix: Matrix;
  readonly openGate: string | null;
  readonly openMonth: string | null;
}

/** Gates over months: since when one fails. Arrow keys move, Enter opens. */
export function GateMatrix({ matrix, openGate: openedGate, openMonth }: GateMatrixProps) {
  const { months, groups, notes } = matrix;
  const letters = useLetters();
  const table = useRef<HTMLTableElement>(null);
  const rows = groups.flatMap(({ gates }) => gates);
  const opened: Spot = {
    row: Math.max(
      0,
      rows.findIndex(({ gate }) => gate === openedGate),
    ),
    column: openMonth === null || !months.includes(openMonth) ? months.length - 1 : months.indexOf(openMonth),
  };
  const [moved, setMoved] = useState<Spot | null>(null);
  const at = moved ?? opened;

  const onKeyDown = (event: KeyboardEvent<HTMLTableElement>): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (!(event.target instanceof HTMLElement) || !event.target.matches('[data-cell]')) return;
    const to = moveInMatrix(event.key, at, rows.length, months.length, letters);
    if (to === null) return;
    event.preventDefault();
    setMoved(to);
    const row = table.current?.querySelectorAll('[data-gate-row]')[to.row];
    row?.querySelectorAll<HTMLElement>('[data-cell]')[to.column]?.focus();
  };
  const folds = (column: number): string => (column < months.length - NARROW_MONTHS ? ' hide-narrow' : '');
  let row = -1;
  return (
    <div className="matrix-scroll">
      <table className="matrix" aria-label="Gates by month" ref={table} onKeyDown={onKeyDown}>
        <thead>
          <tr>
            <th scope="col">Gate</th>
            <th scope="col" className="num rule hide-narrow">
              Threshold
            </th>
            {months.map((month, column) => (
              <th key={month} scope="col" className={`${month === openMonth ? 'col-open' : ''}${folds(column)}`}>
                <span>{month.slice(5)}</span>
                {month.endsWith('-01') || column === 0 || column === months.length - NARROW_MONTHS ? (
                  <span
                    className={`year${column === months.length - NARROW_MONTHS && column !== 0 && !month.endsWith('-01') ? ' only-narrow' : ''}`}
                  >
                    {month.slice(0, 4)}
                  </span>
                ) : null}
              </th>
            ))}
          </tr>
        </thead>
        {groups.map((group) => (
          <Fragment key={group.name}>
            <tbody>
              <tr className="group">
                <th colSpan={months.length + 2} scope="rowgroup">
                  {group.name}
                </th>
              </tr>
              {group.gates.map((gate) => {
                row += 1;
                const here = row;
                return (
                  <tr key={gate.gate} data-gate-row>
                    <th scope="row">
                      <span className="gate-id">{gate.short}</span>
                      {gate.name}
                    </th>
                    <td className="num rule muted hide-narrow">{gate.rule}</td>
                    {gate.cells.map((cell, column) => (
                      <td key={cell.month} className={`gate-td${folds(column)}`}>
                        <CellButton
                          gate={gate}
                          cell={cell}
                          open={gate.gate === openedGate && cell.month === openMonth}
                          focusable={here === at.row && column === at.column}
                        />
                      </td>
                    ))}
                  </tr>
                );
              })}
            </tbody>
          </Fragment>
        ))}
      </table>
      <p className="tiny muted matrix-note">{[...notes, 'Move with the arrow keys, open with Enter.'].join(' ')}</p>
    </div>
  );
}

export function MatrixLegend() {
  return (
    <span className="legend hide-narrow" aria-hidden="true">
      <span>
        <i className="gate gate-pass">
          <Icon icon="small-tick" size={14} />
        </i>
        passes
      </span>
      <span>
        <i className="gate gate-fail">
          <Icon icon="cross" size={11} />
        </i>
        fails
      </span>
      <span>
        <i className="gate gate-stale">
          <Icon icon="time" size={11} />
        </i>
        stale
      </span>
      <span>– no run</span>
    </span>
  );
}
