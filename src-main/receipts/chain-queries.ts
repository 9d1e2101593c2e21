import type { FindingDocument, Verdict } from '../../src-shared/contract/common.ts';
import type { ChainRow } from '../../src-shared/contract/receipts.ts';
import type { OutputOf } from '../../src-shared/contract/define.ts';
import type { Contract } from '../../src-shared/contract/index.ts';
import type { QueryMap, StoreDb } from '../store/index.ts';
import { type CheckpointStatus, openNotes } from '../trust/log-judge.ts';
import { digestToHex } from '../trust/merkle.ts';
import { chainKeyOf, parseChainKey } from './chain-address.ts';
import { countingNotes, describeChain } from './chain-inputs.ts';
import { allStandings, chainRowOf, type ChainStanding, standingOfChain } from './chain-list.ts';
import { mapRuns } from './chain-map.ts';
import { findStream, streamsOf } from './receipt-streams.ts';
import { isUndecided, type Seal, sealOf } from './seal.ts';
import { keysOf } from './stored-prepare.ts';
import { findingsOf } from './verification-queries.ts';

type ChainAnswer = OutputOf<Contract, 'receipt.chain'>;
type Checkpoint = ChainAnswer['checkpoints'][number];

export interface ChainsArgs {
  readonly search: string | null;
  readonly verdict: 'BROKEN' | 'INDETERMINATE' | 'VERIFIED_UNANCHORED' | 'VERIFIED' | 'none' | null;
  readonly sourceName: string | null;
  /** Place of the last chain of the page before. */
  readonly after: string | null;
  readonly limit: number;
}

export interface ChainArgs {
  readonly sourceName: string;
  readonly folder: string;
  readonly generation: number | null;
}

/** Checkpoints that one answer lists: the newest, and before them those that do not agree. */
const CHECKPOINTS_SHOWN = 200;
const VERIFICATIONS_SHOWN = 50;

const keyOf = ({ sourceName, folder }: ChainStanding): string => chainKeyOf(sourceName, folder);
const fold = (text: string): string => text.normalize('NFC').toLowerCase();

const matches =
  ({ search, verdict, sourceName }: ChainsArgs) =>
  (chain: ChainStanding): boolean => {
    if (sourceName !== null && chain.sourceName !== sourceName) return false;
    if (verdict !== null && (verdict === 'none' ? chain.verdict !== null : chain.verdict !== verdict)) return false;
    return search === null || fold(keyOf(chain)).includes(fold(search)) || fold(chain.log ?? '').includes(fold(search));
  };

/** What needs a person first. */
const URGENCY: Readonly<Record<Verdict | 'none', number>> = { BROKEN: 0, INDETERMINATE: 1, none: 2, VERIFIED_UNANCHORED: 3, VERIFIED: 4 };
const urgencyOf = ({ verdict }: ChainStanding): number => URGENCY[verdict ?? 'none'];

interface ListPlace {
  readonly urgency: number;
  readonly key: string;
}
const placeOf = (chain: ChainStanding): ListPlace => ({ urgency: urgencyOf(chain), key: keyOf(chain) });

/** The order of the list: urgency, then source and folder, as SQLite compares texts. */
const compare = (a: ListPlace, b: ListPlace): number => {
  if (a.urgency !== b.urgency) return a.urgency - b.urgency;
  const [left, right] = [parseChainKey(a.key), parseChainKey(b.key)];
  const bySource = Buffer.compare(Buffer.from(left?.sourceName ?? a.key), Buffer.from(right?.sourceName ?? b.key));
  return bySource !== 0 ? bySource : Buffer.compare(Buffer.from(left?.folder ?? ''), Buffer.from(right?.folder ?? ''));
};

/** A cursor: the place of the last chain of the page. */
const writePlace = ({ urgency, key }: ListPlace): string => `${urgency} ${key}`;
const readPlace = (cursor: string): ListPlace => ({ urgency: Number(cursor.slice(0, 1)), key: cursor.slice(2) });

function listChains(db: StoreDb, args: ChainsArgs): { chains: ChainRow[]; next: string | null; total: number; shown: number } {
  const all = allStandings(db);
  const shown = all.filter(matches(args)).sort((a, b) => compare(placeOf(a), placeOf(b)));
  const after = args.after === null ? null : readPlace(args.after);
  const start = after === null ? 0 : shown.findIndex((chain) => compare(placeOf(chain), after) > 0);
  if (start < 0) return { chains: [], next: null, total: all.length, shown: shown.length };
  const page = shown.slice(start, start + args.limit);
  const last = page.at(-1);
  return {
    chains: page.map((chain) => chainRowOf(db, chain)),
    next: last !== undefined && start + page.length < shown.length ? writePlace(placeOf(last)) : null,
    total: all.length,
    shown: shown.length,
  };
}

interface CheckpointRow {
  readonly document_no: number;
  readonly name: string;
  readonly state: CheckpointStatus['state'];
  readonly size: number | null;
  readonly root: string | null;
  readonly origin: string | null;
  readonly signed_by: string;
  readonly received_at: string;
}

const signersOf = (signedBy: CheckpointStatus['signedBy']): Checkpoint['signedBy'] =>
  signedBy.map(({ name, kind, trusted, cosignedAtSeconds }) => ({
    name: name.toWellFormed(),
    kind,
    trusted,
    at: cosignedAtSeconds === null ? null : new Date(cosignedAtSeconds * 1000).toISOString(),
  }));

const checkpointOf = (row: CheckpointRow): Checkpoint => ({
  name: row.name,
  size: row.size,
  root: row.root,
  origin: row.origin,
  signedBy: signersOf(JSON.parse(row.signed_by) as CheckpointStatus['signedBy']),
  state: row.state,
  receivedAt: row.received_at,
});

const CHECKPOINT = `SELECT p.document_no, p.name, p.state, p.size, p.root, p.origin, p.signed_by, d.received_at
  FROM checkpoint_states p JOIN chain_documents d USING (document_no) WHERE p.stream_no = ?`;

/** Checkpoints that came after the last verification: opened, but not held against the receipts yet. */
function newCheckpoints(db: StoreDb, chain: ChainStanding, log: string, vkeys: readonly string[], lines: number): Checkpoint[] {
  const last =
    db.get<{ last: number }>('SELECT last_document_no AS last FROM stream_verdicts WHERE stream_no = ?', [chain.streamNo])?.last ?? 0;
  const rows = db.all<{ document_no: number; received_at: string }>(
    'SELECT document_no, received_at FROM chain_documents WHERE chain_no = ? AND document_no > ? ORDER BY document_no DESC LIMIT ?',
    [chain.chainNo, last, CHECKPOINTS_SHOWN],
  );
  if (rows.length === 0) return [];
  const received = new Map(rows.map((row) => [row.document_no, row.received_at]));
  const keys = keysOf(vkeys);
  const notes = countingNotes(db, chain.chainNo, log, keys, new Set(received.keys()));
  const opened = new Map(openNotes(notes, keys, log).opened.map(({ name, result }) => [name, result]));
  return notes.flatMap(({ name, documentNo }): Checkpoint[] => {
    const { checkpoint, trusted, signatures } = opened.get(name)!;
    // Whether it agrees is for the next verification to say; until then it is not counted as more than untrusted.
    const state = checkpoint === undefined ? 'malformed' : trusted && checkpoint.size > lines ? 'ahead' : 'untrusted';
    const signedBy = signatures.map((check): CheckpointStatus['signedBy'][number] => ({
      name: check.signature.name,
      kind: check.status === 'unknown' ? 'unknown' : check.key.algorithm === 'ed25519' ? 'log' : 'witness',
      trusted: check.status === 'good',
      cosignedAtSeconds: check.status === 'good' ? (check.cosignedAtSeconds ?? null) : null,
    }));
    return [
      {
        name,
        size: checkpoint?.size ?? null,
        root: checkpoint === undefined ? null : digestToHex(checkpoint.root),
        origin: checkpoint?.origin ?? null,
        signedBy: signersOf(signedBy),
        state,
        receivedAt: received.get(documentNo)!,
      },
    ];
  });
}

/** What the screen of a chain shows, but for what only this installation knows. */
function chainAnswer(
  db: StoreDb,
  args: ChainArgs & { readonly vkeys: readonly string[] },
): Omit<ChainAnswer, 'acknowledgedRollback' | 'verifyCommand' | 'pythonCommand'> | null {
  const chain = standingOfChain(db, args.sourceName, args.folder, args.generation);
  if (chain === null) return null;
  const stream = chain.streamNo === null ? null : findStream(db, chain.chainNo, chain.generation);
  const described = describeChain(db, chain, stream);
  const verdict = db.get<{ broken_blocks: Buffer }>('SELECT broken_blocks FROM stream_verdicts WHERE stream_no = ?', [chain.streamNo ?? 0]);
  const findings = chain.verificationNo === null ? [] : findingsOf(db, chain.verificationNo).map(({ finding }) => finding);
  const fresh = newCheckpoints(db, chain, described.chain.log, args.vkeys, chain.lines);
  const stored = [
    ...db.all<CheckpointRow>(`${CHECKPOINT} AND p.state <> 'agrees' ORDER BY p.document_no DESC LIMIT ?`, [
      chain.streamNo ?? 0,
      CHECKPOINTS_SHOWN,
    ]),
    ...db.all<CheckpointRow>(`${CHECKPOINT} AND p.state = 'agrees' ORDER BY p.size DESC LIMIT ?`, [chain.streamNo ?? 0, CHECKPOINTS_SHOWN]),
  ].map(checkpointOf);
  const freshNames = new Set(fresh.map(({ name }) => name));
  return {
    chain: chainRowOf(db, chain),
    manifest: described.manifest === null ? null : { ...described.manifest },
    root: chain.root,
    checkpoints: [...fresh, ...stored.filter(({ name }) => !freshNames.has(name))].slice(0, CHECKPOINTS_SHOWN),
    map: mapRuns({
      receipts: chain.lines,
      verified: chain.verdict === null ? null : chain.verifiedReceipts,
      decided: chain.verdict !== 'INDETERMINATE',
      anchoredSize: chain.anchoredSize,
      brokenBlocks: verdict?.broken_blocks ?? new Uint8Array(0),
      findings,
    }),
    generations: streamsOf(db, chain.chainNo)
      .map(({ generation, lines, openedAt, because }) => ({
        generation,
        receipts: lines,
        openedAt,
        because,
        current: generation === chain.generations,
      }))
      .reverse(),
    verifications: db
      .all<{
        verification_id: string;
        at: string;
        verdict: ChainAnswer['verifications'][number]['verdict'];
        receipts: number;
        new_receipts: number;
        findings_total: number;
        elapsed_ms: number;
        from_zero: number;
        member_name: string;
      }>(
        `SELECT verification_id, at, verdict, receipts, new_receipts, findings_total, elapsed_ms, from_zero, member_name FROM verifications
         WHERE chain_no = ? ORDER BY verification_no DESC LIMIT ?`,
        [chain.chainNo, VERIFICATIONS_SHOWN],
      )
      .map((row) => ({
        verificationId: row.verification_id,
        at: row.at,
        verdict: row.verdict,
        receipts: row.receipts,
        newReceipts: row.new_receipts,
        findingsTotal: row.findings_total,
        elapsedMs: row.elapsed_ms,
        fromZero: row.from_zero === 1,
        member: row.member_name,
      })),
  };
}

export const chainReads = {
  'receipts.chains': (db: StoreDb, args: ChainsArgs) => listChains(db, args),
  'receipts.seal': (db: StoreDb, _args: null): Seal =>
    sealOf(allStandings(db), (chain) => chainRowOf(db, chain).firstFinding?.explain ?? 'It cannot be decided with what is here.'),
  /** Chains whose verdict is not sound, worst first, and how many have receipts that were not verified yet. */
  'receipts.inNeed': (db: StoreDb, { limit }: { limit: number }): { chains: ChainRow[]; notVerified: number } => {
    const all = allStandings(db);
    const bad = (['BROKEN', 'INDETERMINATE'] as const).flatMap((verdict) => all.filter((chain) => chain.verdict === verdict));
    return {
      chains: bad.slice(0, limit).map((chain) => chainRowOf(db, chain)),
      notVerified: all.filter((chain) => isUndecided(chain) && chain.lines > 0).length,
    };
  },
  'receipts.standing': (db: StoreDb, args: ChainArgs): ChainStanding | null =>
    standingOfChain(db, args.sourceName, args.folder, args.generation),
  'receipts.chain': (db: StoreDb, args: ChainArgs & { vkeys: readonly string[] }) => chainAnswer(db, args),
  'receipts.findings': (
    db: StoreDb,
    args: ChainArgs & { after: number; limit: number },
  ): { findings: FindingDocument[]; next: number | null; total: number } | null => {
    const chain = standingOfChain(db, args.sourceName, args.folder, args.generation);
    if (chain === null) return null;
    const rows = chain.verificationNo === null ? [] : findingsOf(db, chain.verificationNo, args.after, args.limit + 1);
    const page = rows.slice(0, args.limit);
    return {
      findings: page.map(({ finding }) => ({ ...finding, evidence: [...finding.evidence] })),
      next: rows.length > page.length ? (page.at(-1)?.place ?? null) : null,
      total: chain.findingsTotal,
    };
  },
} satisfies QueryMap;
