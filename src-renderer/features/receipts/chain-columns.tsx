import type { ChainRow } from '../../../src-shared/contract/receipts.ts';
import { hrefOf } from '../../router/router.ts';
import { byteSize, integer } from '../../ui/format.ts';
import type { TableColumn } from '../../ui/table-columns.ts';
import { Time } from '../../ui/time.tsx';
import { partyNames, verdictLook } from './verdict-words.ts';
import { VerdictWord } from './verdict.tsx';

const none = <span className="muted">–</span>;

export const CHAIN_COLUMNS: readonly TableColumn<ChainRow>[] = [
  {
    id: 'chain',
    title: 'Chain',
    track: 'minmax(170px, 1fr)',
    fixed: true,
    cell: (c) => (
      <a href={hrefOf(c.address)} tabIndex={-1} className="chain-name">
        <span className="second">{c.sourceName}/</span>
        <b>{c.folder}</b>
      </a>
    ),
    text: (c) => c.chainKey,
  },
  {
    id: 'verdict',
    title: 'Verdict',
    track: '178px',
    cell: (c) => <VerdictWord verdict={c.verdict} />,
    text: (c) => verdictLook(c.verdict).word,
  },
  {
    id: 'findings',
    title: 'Findings',
    track: '64px',
    align: 'end',
    cell: (c) => (c.findingsTotal === 0 ? none : <b className={c.verdict === 'BROKEN' ? 't-bad' : 't-warn'}>{integer(c.findingsTotal)}</b>),
    text: (c) => String(c.findingsTotal),
  },
  {
    id: 'receipts',
    title: 'Receipts',
    track: '84px',
    align: 'end',
    cell: (c) => integer(c.receipts),
    text: (c) => String(c.receipts),
  },
  {
    id: 'new',
    title: 'Not yet verified',
    track: '100px',
    align: 'end',
    foldBelow: 1180,
    cell: (c) => (c.notYetVerified === 0 ? none : integer(c.notYetVerified)),
    text: (c) => String(c.notYetVerified),
  },
  {
    id: 'anchored',
    title: 'Anchored',
    track: '84px',
    align: 'end',
    cell: (c) => (c.anchoredSize === 0 ? none : integer(c.anchoredSize)),
    text: (c) => String(c.anchoredSize),
  },
  {
    id: 'parties',
    title: 'Outside parties',
    track: 'minmax(130px, 1.1fr)',
    foldBelow: 980,
    cell: (c) => (c.outsideParties.length === 0 ? none : <span className="second">{partyNames(c)}</span>),
    text: partyNames,
  },
  {
    id: 'last',
    title: 'Last, UTC',
    track: '84px',
    align: 'end',
    cell: (c) => (c.lastAt === null ? none : <Time at={c.lastAt} form="column" />),
    text: (c) => c.lastAt ?? '',
  },
  {
    id: 'source',
    title: 'Source',
    track: '92px',
    foldBelow: 1400,
    cell: (c) => <span className="second">{c.sourceName}</span>,
    text: (c) => c.sourceName,
  },
  { id: 'bytes', title: 'Size', track: '76px', align: 'end', hidden: true, cell: (c) => byteSize(c.bytes), text: (c) => String(c.bytes) },
  { id: 'profile', title: 'Profile', track: '120px', hidden: true, cell: (c) => <code>{c.profile}</code>, text: (c) => c.profile },
  {
    id: 'generations',
    title: 'Generations',
    track: '92px',
    align: 'end',
    hidden: true,
    cell: (c) => integer(c.generations),
    text: (c) => String(c.generations),
  },
  {
    id: 'verifiedAt',
    title: 'Verified',
    track: '84px',
    align: 'end',
    hidden: true,
    cell: (c) => (c.verifiedAt === null ? none : <Time at={c.verifiedAt} form="column" />),
    text: (c) => c.verifiedAt ?? '',
  },
];
