/** How all chains stand, one light row each: for the list, its counts and the seal. Nothing here counts receipts. */
import type { FindingDocument, Verdict } from '../../src-shared/contract/common.ts';
import type { ChainRow } from '../../src-shared/contract/receipts.ts';
import type { StoreDb } from '../store/index.ts';
import { parseTimestamp } from '../trust/timestamps.ts';
import { chainAddress, chainKeyOf } from './chain-address.ts';
import { describeChain } from './chain-inputs.ts';
import { findStream, positionOf } from './receipt-streams.ts';
import { viewStoredReceipt } from './receipt-view.ts';

/** A chain and the last verification of one of its generations. */
export interface ChainStanding {
  readonly chainNo: number;
  readonly sourceName: string;
  readonly folder: string;
  /** null while only documents came. */
  readonly streamNo: number | null;
  readonly generation: number;
  readonly generations: number;
  readonly lines: number;
  readonly bytes: number;
  readonly verificationNo: number | null;
  readonly verdict: Verdict | null;
  readonly verifiedAt: string | null;
  readonly verifiedReceipts: number;
  readonly anchoredSize: number;
  readonly findingsTotal: number;
  readonly root: string | null;
  readonly log: string | null;
  readonly outsideParties: readonly string[];
  readonly firstFindingNo: number | null;
}

interface StandingRow {
  readonly chain_no: number;
  readonly name: string;
  readonly folder: string;
  readonly stream_no: number | null;
  readonly generation: number | null;
  readonly generations: number | null;
  readonly lines: number | null;
  readonly bytes: number | null;
  readonly verification_no: number | null;
  readonly verdict: Verdict | null;
  readonly at: string | null;
  readonly receipts: number | null;
  readonly anchored_size: number | null;
  readonly findings_total: number | null;
  readonly root: string | null;
  readonly log: string | null;
  readonly outside_parties: string | null;
  readonly first_finding_no: number | null;
}

const STANDING = `SELECT c.chain_no, s.name, c.folder, t.stream_no, t.generation,
    (SELECT max(generation) FROM streams WHERE chain_no = c.chain_no) AS generations, st.lines, st.line_bytes + st.tail_bytes AS bytes,
    v.verification_no, f.verdict, f.at, f.receipts, f.anchored_size, f.findings_total, f.root, f.log, v.outside_parties, v.first_finding_no
  FROM chains c JOIN sources s USING (source_id)
  LEFT JOIN streams t ON t.chain_no = c.chain_no AND t.generation = coalesce(?, (SELECT max(generation) FROM streams WHERE chain_no = c.chain_no))
  LEFT JOIN stream_state st USING (stream_no)
  LEFT JOIN stream_verdicts v USING (stream_no)
  LEFT JOIN verifications f USING (verification_no)`;

const standingOf = (row: StandingRow): ChainStanding => ({
  chainNo: row.chain_no,
  sourceName: row.name,
  folder: row.folder,
  streamNo: row.stream_no,
  generation: row.generation ?? 1,
  generations: row.generations ?? 0,
  lines: row.lines ?? 0,
  bytes: row.bytes ?? 0,
  verificationNo: row.verification_no,
  verdict: row.verdict,
  verifiedAt: row.at,
  verifiedReceipts: row.receipts ?? 0,
  anchoredSize: row.anchored_size ?? 0,
  findingsTotal: row.findings_total ?? 0,
  root: row.root,
  log: row.log,
  outsideParties: row.outside_parties === null ? [] : (JSON.parse(row.outside_parties) as string[]),
  firstFindingNo: row.first_finding_no,
});

/** All chains in the order of source and folder, each with its current generation. */
export const allStandings = (db: StoreDb): ChainStanding[] =>
  db.all<StandingRow>(`${STANDING} ORDER BY s.name, c.folder`, [null]).map(standingOf);

/** One chain with the named generation, or its current one; null where there is no such chain or generation. */
export const standingOfChain = (db: StoreDb, sourceName: string, folder: string, generation: number | null): ChainStanding | null => {
  const row = db.get<StandingRow>(`${STANDING} WHERE s.name = ? AND c.folder = ?`, [generation, sourceName, folder]);
  return row === undefined || (generation !== null && row.stream_no === null) ? null : standingOf(row);
};

/** Receipts that came in after the last verification. */
export const notYetVerified = ({ verdict, lines, verifiedReceipts }: ChainStanding): number =>
  verdict === null ? lines : Math.max(0, lines - verifiedReceipts);

/** A time that the contract can carry; null where the receipt says it in another form. */
const isoTimeOf = (text: string | null): string | null => {
  if (text === null) return null;
  const bytes = Buffer.from(text, 'latin1');
  return Number.isNaN(parseTimestamp(bytes, 0, bytes.length)) ? null : text;
};

const findingDocument = (db: StoreDb, findingNo: number | null): FindingDocument | null => {
  if (findingNo === null) return null;
  const row = db.get<{ document: string }>('SELECT document FROM receipt_findings WHERE finding_no = ?', [findingNo]);
  return row === undefined ? null : (JSON.parse(row.document) as FindingDocument);
};

/** The row that lists show: with its manifest, first and last time, and what to look at first. */
export const chainRowOf = (db: StoreDb, standing: ChainStanding): ChainRow => {
  const { chainNo, sourceName, folder, streamNo, lines } = standing;
  const stream = streamNo === null ? null : findStream(db, chainNo, standing.generation);
  const { chain, manifest } = describeChain(db, standing, stream);
  const timeAt = (index: number): string | null =>
    streamNo === null || lines === 0 ? null : isoTimeOf(viewStoredReceipt(db, positionOf(streamNo, index))?.timestamp ?? null);
  return {
    chainKey: chainKeyOf(sourceName, folder),
    chainId: chain.log,
    sourceName,
    folder,
    planId: manifest?.plan_id ?? '',
    version: manifest?.version ?? '',
    profile: chain.profile,
    receipts: lines,
    bytes: standing.bytes,
    generation: standing.generation,
    generations: standing.generations,
    verdict: standing.verdict,
    verifiedAt: standing.verifiedAt,
    notYetVerified: notYetVerified(standing),
    findingsTotal: standing.findingsTotal,
    firstFinding: findingDocument(db, standing.firstFindingNo),
    anchoredSize: standing.anchoredSize,
    outsideParties: [...standing.outsideParties],
    firstAt: timeAt(0),
    lastAt: timeAt(lines - 1),
    address: chainAddress(sourceName, folder),
  };
};
