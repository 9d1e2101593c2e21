import type { EvidenceArtifact } from '../../../src-shared/contract/evidence.ts';
import { hrefOf } from '../../router/router.ts';
import { byteSize, integer, shortHash } from '../../ui/format.ts';
import { StatusWord } from '../../ui/status.tsx';
import type { TableColumn } from '../../ui/table-columns.ts';
import { Time, useNow } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { countdown, KIND_WORDS, originWords, stateLook } from './evidence-words.ts';

const none = <span className="muted">–</span>;

function Left({ of }: { readonly of: EvidenceArtifact }) {
  const left = countdown(of, useNow());
  if (left === null) return none;
  return left.status === 'ok' ? <span className="second">{left.text}</span> : <StatusWord status={left.status}>{left.text}</StatusWord>;
}

export const ARTIFACT_COLUMNS: readonly TableColumn<EvidenceArtifact>[] = [
  {
    id: 'name',
    title: 'Artifact',
    track: 'minmax(220px, 1.3fr)',
    fixed: true,
    cell: (a) => (
      <a href={hrefOf(a.address)} tabIndex={-1} className="ellipsis">
        <b>{visibleText(a.name)}</b>
      </a>
    ),
    text: (a) => a.name,
  },
  { id: 'kind', title: 'Kind', track: '148px', cell: (a) => KIND_WORDS[a.kind], text: (a) => KIND_WORDS[a.kind] },
  { id: 'month', title: 'Month', track: '68px', cell: (a) => a.month ?? none, text: (a) => a.month ?? '' },
  {
    id: 'state',
    title: 'Verdict',
    track: '120px',
    cell: (a) => {
      const look = stateLook(a.state, a.kind);
      return a.state === 'pass' ? <span className="second">{look.word}</span> : <StatusWord status={look.status}>{look.word}</StatusWord>;
    },
    text: (a) => stateLook(a.state, a.kind).word,
  },
  {
    id: 'message',
    title: 'Because',
    track: 'minmax(120px, 1.4fr)',
    foldBelow: 1180,
    cell: (a) =>
      a.message === null ? (
        none
      ) : (
        <span className="second ellipsis" title={a.message}>
          {visibleText(a.message)}
        </span>
      ),
    text: (a) => a.message ?? '',
  },
  { id: 'left', title: 'Holds', track: '112px', cell: (a) => <Left of={a} />, text: (a) => a.holdsUntil ?? '' },
  {
    id: 'captured',
    title: 'Captured, UTC',
    track: '100px',
    align: 'end',
    cell: (a) => (a.capturedAt === null ? none : <Time at={a.capturedAt} form="column" />),
    text: (a) => a.capturedAt ?? '',
  },
  {
    id: 'versions',
    title: 'Versions',
    track: '70px',
    align: 'end',
    foldBelow: 900,
    cell: (a) => integer(a.versions),
    text: (a) => String(a.versions),
  },
  {
    id: 'from',
    title: 'From',
    track: '104px',
    foldBelow: 1000,
    cell: (a) => <span className="second">{originWords(a)}</span>,
    text: originWords,
  },
  {
    id: 'strictness',
    title: 'Oddities',
    track: '72px',
    align: 'end',
    hidden: true,
    cell: (a) => (a.strictness === 0 ? none : integer(a.strictness)),
    text: (a) => String(a.strictness),
  },
  {
    id: 'arrived',
    title: 'Arrived, UTC',
    track: '100px',
    align: 'end',
    hidden: true,
    cell: (a) => <Time at={a.arrivedAt} form="column" />,
    text: (a) => a.arrivedAt,
  },
  { id: 'bytes', title: 'Size', track: '76px', align: 'end', hidden: true, cell: (a) => byteSize(a.bytes), text: (a) => String(a.bytes) },
  { id: 'sha256', title: 'SHA-256', track: '140px', hidden: true, cell: (a) => <code>{shortHash(a.sha256)}</code>, text: (a) => a.sha256 },
];
