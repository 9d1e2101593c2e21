import { Icon } from '@blueprintjs/core';
import { type QuarantinedRow } from '../../../src-shared/contract/sources.ts';
import { integer } from '../../ui/format.ts';
import { type TableColumn } from '../../ui/table-columns.ts';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { STATE_LOOK } from './quarantine-words.ts';

export const QUARANTINE_COLUMNS: readonly TableColumn<QuarantinedRow>[] = [
  {
    id: 'position',
    title: 'Where it stood',
    track: 'minmax(190px, 1fr)',
    fixed: true,
    cell: (row) => <b className="where">{visibleText(row.position)}</b>,
    text: (row) => row.position,
  },
  { id: 'code', title: 'Reason', track: '172px', cell: (row) => <code>{row.code}</code>, text: (row) => `${row.code}: ${row.says}` },
  {
    id: 'state',
    title: 'State',
    track: '96px',
    cell: (row) => {
      const look = STATE_LOOK[row.state];
      return (
        <span className={`status ${row.state === 'open' ? 't-warn' : 'second'}`} title={look.says}>
          <Icon icon={look.icon} size={12} />
          <span>{look.word}</span>
        </span>
      );
    },
    text: (row) => row.state,
  },
  {
    id: 'source',
    title: 'Source, feed',
    track: '148px',
    foldBelow: 700,
    cell: (row) => (
      <>
        {row.sourceName} <span className="second">{row.feed}</span>
      </>
    ),
    text: (row) => `${row.sourceName} ${row.feed}`,
  },
  {
    id: 'times',
    title: 'Seen',
    track: '52px',
    align: 'end',
    foldBelow: 820,
    cell: (row) => integer(row.timesSeen),
    text: (row) => String(row.timesSeen),
  },
  {
    id: 'last',
    title: 'Last seen',
    track: '84px',
    align: 'end',
    cell: (row) => <Time at={row.lastSeenAt} form="column" />,
    text: (row) => row.lastSeenAt,
  },
  {
    id: 'first',
    title: 'First seen',
    track: '84px',
    align: 'end',
    hidden: true,
    cell: (row) => <Time at={row.firstSeenAt} form="column" />,
    text: (row) => row.firstSeenAt,
  },
  {
    id: 'bytes',
    title: 'Bytes',
    track: '68px',
    align: 'end',
    hidden: true,
    cell: (row) => integer(row.bytes),
    text: (row) => String(row.bytes),
  },
];
