import { createHash } from 'node:crypto';
import { actorOf, type ChangedBy, recordChange } from '../members/index.ts';
import type { QueryMap, StoreDb } from '../store/index.ts';
import type { Verdict } from '../trust/chain-verifier.ts';
import type { Finding } from '../trust/findings.ts';
import { DIGEST_BYTES } from '../trust/merkle.ts';
import { chainAddress, chainKeyOf } from './chain-address.ts';
import type { ChainPlace } from './chain-inputs.ts';
import { readTileOf, TILE_DIGESTS } from './merkle-tiles.ts';
import { addKeys, type SortedKeys } from './receipt-key-index.ts';
import { findStream } from './receipt-streams.ts';
import type { StoredOutcome } from './stored-conclude.ts';
import { RULE_VERSION } from './stored-prepare.ts';

/** A chain that can be verified. */
export interface VerifiableChain extends ChainPlace {
  readonly sourceId: string;
  readonly streamNo: number;
  readonly lines: number;
  /** False while its copy is not finished. */
  readonly complete: boolean;
  /** Lines in the index of fingerprints. */
  readonly keyed: number;
}

export interface RecordArgs {
  readonly verificationId: string;
  readonly place: ChainPlace;
  readonly streamNo: number;
  readonly outcome: StoredOutcome;
  /** Lines whose fingerprints are in the index now. */
  readonly keyed: number;
  /** Fingerprints of a few new lines, added in the same transaction. */
  readonly keys: SortedKeys | null;
  readonly lastDocumentNo: number;
  readonly trustSha256: string;
  readonly inputsSha256: string;
  readonly elapsedMs: number;
  readonly by: ChangedBy;
}

const sha256 = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');

/** Digest of a verification's result: what the same inputs must give again, byte for byte. */
export const resultDigest = ({ result }: StoredOutcome): string => sha256(JSON.stringify(result));

const nextNo = (db: StoreDb, table: string, column: string): number =>
  db.get<{ next: number }>(`SELECT coalesce(max(${column}), 0) + 1 AS next FROM ${table}`)!.next;

/** Number of a finding, recorded when it is met for the first time. */
function findingNo(db: StoreDb, finding: Finding): number {
  const document = JSON.stringify(finding);
  const digest = sha256(document);
  const known = db.get<{ finding_no: number }>('SELECT finding_no FROM receipt_findings WHERE sha256 = ?', [digest]);
  if (known !== undefined) return known.finding_no;
  const no = nextNo(db, 'receipt_findings', 'finding_no');
  db.run('INSERT INTO receipt_findings (finding_no, sha256, code, severity, document) VALUES (?, ?, ?, ?, ?)', [
    no,
    digest,
    finding.code,
    finding.severity,
    document,
  ]);
  return no;
}

function addTiles(db: StoreDb, streamNo: number, { firstBlock, blocks, verifiedFrom }: StoredOutcome): void {
  if (verifiedFrom === 0) db.run('DELETE FROM stream_tiles WHERE stream_no = ?', [streamNo]);
  const readTile = readTileOf(db, streamNo);
  const end = firstBlock + blocks.length / DIGEST_BYTES;
  for (let block = firstBlock; block < end;) {
    const tileNo = Math.floor(block / TILE_DIGESTS);
    const upTo = Math.min(end, (tileNo + 1) * TILE_DIGESTS);
    const kept = (readTile(tileNo) ?? new Uint8Array(0)).subarray(0, (block - tileNo * TILE_DIGESTS) * DIGEST_BYTES);
    const added = blocks.subarray((block - firstBlock) * DIGEST_BYTES, (upTo - firstBlock) * DIGEST_BYTES);
    db.run('INSERT INTO stream_tiles (stream_no, tile_no, digests) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET digests = excluded.digests', [
      streamNo,
      tileNo,
      Buffer.concat([kept, added]),
    ]);
    block = upTo;
  }
}

function saveCheckpoints(db: StoreDb, streamNo: number, outcome: StoredOutcome, inPart: boolean): void {
  const counted = new Set(outcome.checkpoints.map(({ documentNo }) => documentNo));
  // Those that were looked at again and no longer count, and after a whole verification all that do not.
  const stale = db
    .all<{ document_no: number; state: string; flagged: number }>(
      'SELECT document_no, state, flagged FROM checkpoint_states WHERE stream_no = ?',
      [streamNo],
    )
    .filter(({ document_no: no, state, flagged }) => !counted.has(no) && (!inPart || state !== 'agrees' || flagged === 1));
  for (const { document_no: no } of stale) db.run('DELETE FROM checkpoint_states WHERE stream_no = ? AND document_no = ?', [streamNo, no]);
  for (const each of outcome.checkpoints) {
    // A note that agreed and was written over since: an earlier version now, told apart only where it has another head.
    db.run('DELETE FROM checkpoint_states WHERE stream_no = ? AND name = ? AND document_no < ? AND size IS ? AND root IS ?', [
      streamNo,
      each.name,
      each.documentNo,
      each.size,
      each.root,
    ]);
    db.run(`UPDATE checkpoint_states SET name = name || '~' || document_no WHERE stream_no = ? AND name = ? AND document_no < ?`, [
      streamNo,
      each.name,
      each.documentNo,
    ]);
    db.run(
      `INSERT INTO checkpoint_states (stream_no, document_no, name, state, flagged, size, root, origin, signed_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET name = excluded.name, state = excluded.state, flagged = excluded.flagged, size = excluded.size,
         root = excluded.root, origin = excluded.origin, signed_by = excluded.signed_by`,
      [
        streamNo,
        each.documentNo,
        each.name,
        each.state,
        each.flagged ? 1 : 0,
        each.size,
        each.root,
        each.origin,
        JSON.stringify(each.signedBy),
      ],
    );
  }
}

/** The finding that a list shows: the first error, else the first of all. */
const firstOf = (findings: readonly Finding[]): Finding | undefined => findings.find(({ severity }) => severity === 'error') ?? findings[0];

function record(db: StoreDb, args: RecordArgs): { readonly before: Verdict | null } {
  const { outcome, streamNo, place, by } = args;
  const { result } = outcome;
  const actor = actorOf(db, by);
  const before =
    db.get<{ verdict: Verdict }>('SELECT verdict FROM verifications WHERE chain_no = ? ORDER BY verification_no DESC LIMIT 1', [
      place.chainNo,
    ])?.verdict ?? null;
  const no = nextNo(db, 'verifications', 'verification_no');
  if (args.keys !== null) addKeys(db, args.keys);
  db.run(
    `INSERT INTO verifications (verification_no, verification_id, chain_no, stream_no, at, verdict, log, profile, receipts, new_receipts, bytes, root,
       anchored_size, findings_total, from_zero, elapsed_ms, rule_version, trust_sha256, inputs_sha256, result_sha256, state_sha256,
       member_id, member_name, request_id)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      no,
      args.verificationId,
      place.chainNo,
      streamNo,
      by.now,
      result.verdict,
      result.chain_id,
      result.profile,
      result.receipts,
      result.receipts - outcome.verifiedFrom,
      result.bytes,
      result.root,
      result.anchored_size,
      result.findings_total,
      outcome.verifiedFrom === 0 ? 1 : 0,
      args.elapsedMs,
      RULE_VERSION,
      args.trustSha256,
      args.inputsSha256,
      resultDigest(outcome),
      outcome.state === null ? null : sha256(outcome.state),
      actor.memberId,
      actor.name,
      by.requestId,
    ],
  );
  let firstNo: number | null = null;
  const first = firstOf(result.findings);
  result.findings.forEach((finding, i) => {
    const number = findingNo(db, finding);
    if (finding === first) firstNo = number;
    db.run('INSERT INTO verification_findings (verification_no, place, finding_no, line_index) VALUES (?, ?, ?, ?)', [
      no,
      i,
      number,
      finding.index,
    ]);
  });
  addTiles(db, streamNo, outcome);
  saveCheckpoints(db, streamNo, outcome, outcome.verifiedFrom > 0);
  db.run(
    `INSERT INTO stream_verdicts (stream_no, verification_no, state, last_document_no, keyed, broken_blocks, outside_parties, first_finding_no)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET verification_no = excluded.verification_no, state = excluded.state, last_document_no = excluded.last_document_no,
       keyed = excluded.keyed, broken_blocks = excluded.broken_blocks, outside_parties = excluded.outside_parties, first_finding_no = excluded.first_finding_no`,
    [streamNo, no, outcome.state, args.lastDocumentNo, args.keyed, outcome.brokenBlocks, JSON.stringify(outcome.outsideParties), firstNo],
  );
  if (before !== result.verdict) {
    recordChange(db, by, {
      action: 'receipt.verify',
      subject: chainKeyOf(place.sourceName, place.folder),
      before: before === null ? null : { verdict: before },
      after: {
        verdict: result.verdict,
        receipts: result.receipts,
        anchoredSize: result.anchored_size,
        findings: result.findings_total,
        root: result.root,
      },
      address: chainAddress(place.sourceName, place.folder),
    });
  }
  return { before };
}

/** Findings of a verification, in order. */
export const findingsOf = (
  db: StoreDb,
  verificationNo: number,
  after = -1,
  limit = 1_000,
): { readonly place: number; readonly finding: Finding }[] =>
  db
    .all<{ place: number; document: string }>(
      `SELECT f.place, d.document FROM verification_findings f JOIN receipt_findings d USING (finding_no)
       WHERE f.verification_no = ? AND f.place > ? ORDER BY f.place LIMIT ?`,
      [verificationNo, after, limit],
    )
    .map(({ place, document }) => ({ place, finding: JSON.parse(document) as Finding }));

export const verificationReads = {
  /** All chains, in the order of their source and folder, with the stream that is current. */
  'receipts.verifiable': (db: StoreDb, _args: null): VerifiableChain[] =>
    db
      .all<{ chain_no: number; source_id: string; name: string; folder: string }>(
        'SELECT c.chain_no, c.source_id, s.name, c.folder FROM chains c JOIN sources s USING (source_id) ORDER BY s.name, c.folder',
      )
      .flatMap((row) => {
        const stream = findStream(db, row.chain_no);
        if (stream === null) return [];
        const keyed = db.get<{ keyed: number }>('SELECT keyed FROM stream_verdicts WHERE stream_no = ?', [stream.streamNo])?.keyed ?? 0;
        return [
          {
            chainNo: row.chain_no,
            sourceId: row.source_id,
            sourceName: row.name,
            folder: row.folder,
            streamNo: stream.streamNo,
            lines: stream.lines,
            complete: stream.complete,
            keyed,
          },
        ];
      }),
  /** Where some streams stand, for words about receipts that were found elsewhere. */
  'receipts.streamPlaces': (db: StoreDb, { streamNos }: { streamNos: readonly number[] }) =>
    streamNos.flatMap((streamNo) =>
      db.all<{ stream_no: number; chain_no: number; generation: number; name: string; folder: string }>(
        `SELECT t.stream_no, t.chain_no, t.generation, s.name, c.folder FROM streams t JOIN chains c USING (chain_no) JOIN sources s USING (source_id)
         WHERE t.stream_no = ?`,
        [streamNo],
      ),
    ),
} satisfies QueryMap;

export const verificationWrites = {
  /** Adds fingerprints to the index: derived, so it may run ahead of the verification it belongs to. */
  'receipts.addKeys': (db: StoreDb, keys: SortedKeys): void => addKeys(db, keys),
  /** Records a verification: facts, and in the same transaction what is derived from them. */
  'receipts.record': (db: StoreDb, args: RecordArgs) => record(db, args),
} satisfies QueryMap;
