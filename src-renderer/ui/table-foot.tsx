import type { ReactNode } from 'react';
import { duration } from './format.ts';
import { Keys } from './parts.tsx';
import { shortTime } from './time-format.ts';

export interface TableFootProps {
  readonly order: string;
  readonly counted: string | undefined;
  readonly readAt: number | null;
  readonly readMs: number | null;
  readonly keys: ReactNode;
  readonly selectable: boolean;
  readonly opens: boolean;
}

/** The foot says in which order the rows stand, when they were read and how long that took, and which keys work here. */
export function TableFoot({ order, counted, readAt, readMs, keys, selectable, opens }: TableFootProps) {
  const read =
    readAt === null
      ? ''
      : ` Read at ${shortTime(new Date(readAt).toISOString(), readAt)}${readMs === null ? '' : `, query ${duration(readMs)}`}.`;
  return (
    <div className="grid-foot small muted">
      <span className="ellipsis">
        {counted === undefined ? null : <b className="second">{counted}. </b>}
        {order}.{read}
      </span>
      <span className="push row none">
        {opens && keys === undefined ? (
          <>
            <Keys>Enter</Keys> open
          </>
        ) : null}
        {selectable ? (
          <>
            <Keys>X</Keys> select
          </>
        ) : null}
        {keys}
      </span>
    </div>
  );
}
