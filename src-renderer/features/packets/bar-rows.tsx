import type { ReactNode } from 'react';

export interface BarRow {
  readonly id: string;
  readonly label: ReactNode;
  /** Against `most`; null draws none. */
  readonly value: number | null;
  readonly figure: ReactNode;
  readonly status?: 'bad' | undefined;
  /** A total, or the other side of a comparison: set apart by a second cue. */
  readonly plain?: boolean;
}

export interface BarRowsProps {
  readonly label: string;
  readonly rows: readonly BarRow[];
  readonly most: number;
  /** A threshold that all rows are seen against. */
  readonly mark?: { readonly at: number; readonly says: string };
}

/** Bars of one scale, each with its figure: few enough to be read one by one. */
export function BarRows({ label, rows, most, mark }: BarRowsProps) {
  const width = (value: number): string => `${Math.max(0, Math.min(100, (value / most) * 100))}%`;
  return (
    <div className="bar-rows" role="group" aria-label={label}>
      {rows.map((row) => (
        <div key={row.id} className="bar-row">
          <span className="ellipsis">{row.label}</span>
          <span className="bar-track" aria-hidden="true">
            {row.value === null ? null : (
              <i
                className={`bar-fill${row.status === 'bad' ? ' bar-bad' : ''}${row.plain === true ? ' bar-plain' : ''}`}
                style={{ width: width(row.value) }}
              />
            )}
            {mark === undefined ? null : <i className="bar-mark" style={{ left: width(mark.at) }} />}
          </span>
          <span className="num">{row.figure}</span>
        </div>
      ))}
      {mark === undefined ? null : (
        <div className="bar-row bar-scale tiny muted" aria-hidden="true">
          <span />
          <span className="bar-says" style={{ '--at': width(mark.at) } as Record<string, string>}>
            {mark.says}
          </span>
          <span />
        </div>
      )}
    </div>
  );
}
