import type { Approval } from '../../../src-shared/contract/approvals.ts';
import { StatusWord } from '../../ui/status.tsx';
import type { TableColumn } from '../../ui/table-columns.ts';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { quorumWords, STATE_LOOK } from './approval-words.ts';

export const APPROVAL_COLUMNS: readonly TableColumn<Approval>[] = [
  { id: 'ref', title: 'Request', track: '88px', fixed: true, cell: (row) => <code>{row.ref}</code>, text: (row) => row.ref },
  {
    id: 'title',
    title: 'What is asked',
    track: 'minmax(220px, 1fr)',
    fixed: true,
    cell: (row) => (
      <span className="ellipsis" title={row.reason}>
        {visibleText(row.title)}
      </span>
    ),
    text: (row) => row.title,
  },
  {
    id: 'state',
    title: 'State',
    track: '112px',
    cell: (row) => {
      const look = STATE_LOOK[row.state];
      return (
        <StatusWord status={look.status} icon={look.icon}>
          {look.word}
        </StatusWord>
      );
    },
    text: (row) => row.state,
  },
  {
    id: 'quorum',
    title: 'Confirmed',
    track: '112px',
    foldBelow: 620,
    cell: (row) => <span className="second">{quorumWords(row)}</span>,
    text: quorumWords,
  },
  {
    id: 'by',
    title: 'Asked by',
    track: '140px',
    foldBelow: 700,
    cell: (row) => <span className="second ellipsis">{visibleText(row.requestedBy.name)}</span>,
    text: (row) => row.requestedBy.name,
  },
  {
    id: 'at',
    title: 'Asked',
    track: '84px',
    align: 'end',
    foldBelow: 760,
    cell: (row) => <Time at={row.requestedAt} form="column" />,
    text: (row) => row.requestedAt,
  },
  {
    id: 'until',
    title: 'Stands until',
    track: '92px',
    align: 'end',
    cell: (row) => <Time at={row.endedAt ?? row.expiresAt} form="column" />,
    text: (row) => row.endedAt ?? row.expiresAt,
  },
];
