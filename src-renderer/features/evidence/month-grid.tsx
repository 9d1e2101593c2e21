import { Icon } from '@blueprintjs/core';
import { type KeyboardEvent, useState } from 'react';
import type { Answer } from '../../port/use-app.ts';
import { router } from '../../router/router.ts';
import { counted } from '../../ui/format.ts';
import { StatusWord } from '../../ui/status.tsx';
import { Time, useNow } from '../../ui/time.tsx';
import { cellLook, countdown, stateLook } from './evidence-words.ts';

type Months = Answer<'evidence.months'>;
type Kind = Months['kinds'][number];

/** As many months as are shown; earlier ones are in the list. */
const SHOWN_MONTHS = 12;

const SIGNS = { ok: 'tick', soon: 'time', past: 'tick', stale: 'time', fail: 'cross', idle: 'minus' } as const;

function NowCell({ kind }: { readonly kind: Kind }) {
  const nowMs = useNow();
  const newest = kind.cells.at(-1);
  if (newest === undefined) return <span className="muted">none yet</span>;
  const left = countdown(newest, nowMs);
  if (left !== null)
    return left.status === 'ok' ? <span className="second">{left.text}</span> : <StatusWord status={left.status}>{left.text}</StatusWord>;
  const look = stateLook(newest.state, kind.kind);
  if (newest.state === 'pass') return <span className="muted">{kind.limit === null ? 'does not age' : 'holds'}</span>;
  return newest.state === 'none' ? <span className="muted">{look.word}</span> : <StatusWord status={look.status}>{look.word}</StatusWord>;
}

/**
 * Which evidence there is: one row a kind, one column a month, with how long each verdict still holds. Arrow keys move,
 * Enter opens the artifact.
 */
export function MonthGrid({ of }: { readonly of: Months }) {
  const nowMs = useNow();
  const months = of.months.slice(-SHOWN_MONTHS);
  const [at, setAt] = useState<{ row: number; column: number } | null>(null);
  const focus = at ?? { row: 0, column: Math.max(0, months.length - 1) };
  const move = (event: KeyboardEvent<HTMLElement>): void => {
    const by = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (by === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const row = Math.min(of.kinds.length - 1, Math.max(0, focus.row + by[0]!));
    const column = Math.min(months.length - 1, Math.max(0, focus.column + by[1]!));
    setAt({ row, column });
    event.currentTarget.querySelector<HTMLElement>(`[data-cell="${row}-${column}"]`)?.focus();
  };
  return (
    <div className="ev-grid-scroll" role="region" aria-label="Evidence by kind and month">
      <table className="ev-grid" role="grid" onKeyDown={move}>
        <caption className="visually-hidden">Evidence by kind and month, with how long each verdict still holds</caption>
        <thead>
          <tr>
            <th scope="col">Kind</th>
            {months.map((month, index) => (
              <th key={month} scope="col" className={index === months.length - 1 ? 'newest' : undefined} title={month}>
                {month.slice(5)}
                {index === 0 || month.endsWith('-01') ? <span className="year">{month.slice(0, 4)}</span> : null}
              </th>
            ))}
            <th scope="col" className="num">
              Now
            </th>
          </tr>
        </thead>
        <tbody>
          {of.kinds.map((kind, row) => (
            <tr key={kind.kind}>
              <th scope="row" title={kind.limit === null ? undefined : `Holds until ${kind.limit}`}>
                {kind.name}
              </th>
              {months.map((month, column) => {
                const cell = kind.cells.find((one) => one.month === month);
                const place = `${row}-${column}`;
                const tabIndex = focus.row === row && focus.column === column ? 0 : -1;
                const take = (): void => setAt({ row, column });
                if (cell === undefined)
                  return (
                    <td key={month}>
                      <span
                        className="ev-cell ev-none"
                        data-cell={place}
                        tabIndex={tabIndex}
                        onFocus={take}
                        aria-label={`${kind.name}, ${month}: none`}
                      >
                        –
                      </span>
                    </td>
                  );
                const { look, figure, words } = cellLook(cell, cell === kind.cells.at(-1), nowMs);
                const more = cell.artifacts > 1 ? `; ${counted(cell.artifacts, 'artifact')} of this month, the newest counts` : '';
                return (
                  <td key={month}>
                    <button
                      type="button"
                      className={`ev-cell ev-${look}`}
                      data-cell={place}
                      tabIndex={tabIndex}
                      title={`${cell.artifactName}: ${words}${cell.message === null ? '' : ` (${cell.message})`}${more}`}
                      aria-label={`${kind.name}, ${month}: ${words}${more}`}
                      onFocus={take}
                      onClick={() => {
                        router.go(cell.address);
                      }}
                    >
                      {figure === '' ? <Icon icon={SIGNS[look]} size={12} /> : figure}
                    </button>
                  </td>
                );
              })}
              <td className="num small">
                <NowCell kind={kind} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="tiny muted ev-grid-foot">
        As of <Time at={of.asOf} form="short" />. Move with arrow keys, open with Enter.
        {of.months.length > SHOWN_MONTHS ? ` ${counted(of.months.length - SHOWN_MONTHS, 'earlier month')} in the list below.` : ''}
      </p>
    </div>
  );
}
