import { Icon } from '@blueprintjs/core';
import type { QuarantinedRow } from '../../../src-shared/contract/sources.ts';
import { integer } from '../../ui/format.ts';
import type { TableColumn } from '../../ui/table-columns.ts';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { STATE_LOOK } from './quarantine-words.ts';

export const QUARANTINE_COLUMNS: readonly TableColumn<QuarantinedRow>[] = [
  {
    id: 'source',
    title: 'Source',
    track: '76px',
    cell: (row) => <span className="second">{row.sourceName}</span>,
    text: (row) => row.sourceName,
  },
  {
    id: 'position',
    title: 'Where it stood',
    track: 'minmax(180px, 1fr)',
    fixed: true,
    cell: (row) => visibleText(row.position),
    text: (row) => row.position,
  },
  { id: 'code', title: 'Reason', track: '150px', cell: (row) => <code>{row.code}</code>, text: (row) => `${row.code}: ${row.says}` },
  {
    id: 'state',
    title: 'State',
    track: '82px',
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
    track: '72px',
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
  { id: 'feed', title: 'Feed', track: '84px', hidden: true, cell: (row) => row.feed, text: (row) => row.feed },
];
