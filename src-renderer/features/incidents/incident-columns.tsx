import type { Incident } from '../../../src-shared/contract/incidents.ts';
import { integer } from '../../ui/format.ts';
import { StatusWord } from '../../ui/status.tsx';
import type { TableColumn } from '../../ui/table-columns.ts';
import { Time } from '../../ui/time.tsx';
import { KIND_WORDS, restoredWords } from './incident-words.ts';

export const INCIDENT_COLUMNS: readonly TableColumn<Incident>[] = [
  {
    id: 'id',
    title: 'Incident',
    track: '84px',
    fixed: true,
    cell: (row) => <code>{row.incidentId}</code>,
    text: (row) => row.incidentId,
  },
  {
    id: 'title',
    title: 'What is wrong',
    track: 'minmax(200px, 1fr)',
    fixed: true,
    cell: (row) => (
      <span className="ellipsis" title={row.says}>
        {row.title}
      </span>
    ),
    text: (row) => `${row.title}: ${row.says}`,
  },
  {
    id: 'tenant',
    title: 'Tenant',
    track: '150px',
    foldBelow: 620,
    cell: (row) => <span className="second ellipsis">{row.tenant?.name ?? ''}</span>,
    text: (row) => row.tenant?.name ?? '',
  },
  {
    id: 'state',
    title: 'State',
    track: '96px',
    cell: (row) =>
      row.state === 'resolved' ? (
        <StatusWord status="ok" icon="tick">
          resolved
        </StatusWord>
      ) : (
        <StatusWord status={row.severity}>{row.severity === 'bad' ? 'open' : 'watch'}</StatusWord>
      ),
    text: (row) => row.state,
  },
  {
    id: 'owner',
    title: 'Owner',
    track: '120px',
    foldBelow: 720,
    cell: (row) =>
      row.owner === null ? <span className="muted">nobody yet</span> : <span className="second ellipsis">{row.owner.name}</span>,
    text: (row) => row.owner?.name ?? '',
  },
  { id: 'kind', title: 'Kind', track: '104px', foldBelow: 820, cell: (row) => KIND_WORDS[row.kind], text: (row) => row.kind },
  {
    id: 'opened',
    title: 'Opened',
    track: '76px',
    align: 'end',
    cell: (row) => <Time at={row.openedAt} form="column" />,
    text: (row) => row.openedAt,
  },
  {
    id: 'restore',
    title: 'Restored in',
    track: '88px',
    align: 'end',
    foldBelow: 760,
    cell: (row) => (row.restoreSeconds === null ? <span className="muted">–</span> : restoredWords(row.restoreSeconds)),
    text: (row) => (row.restoreSeconds === null ? '' : String(row.restoreSeconds)),
  },
  {
    id: 'times',
    title: 'Met',
    track: '52px',
    align: 'end',
    hidden: true,
    cell: (row) => integer(row.timesSeen),
    text: (row) => String(row.timesSeen),
  },
];
