/** That a receipt is in the log which a checkpoint signs: from the stored tiles and the lines of one block. */
import type { OutputOf } from '../../src-shared/contract/define.ts';
import type { Contract } from '../../src-shared/contract/index.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import type { StoreDb } from '../store/index.ts';
import { grouped } from '../trust/explain.ts';
import { BLOCK_ENTRIES } from '../trust/block-range.ts';
import { openNotes } from '../trust/log-judge.ts';
import { type Digest, DIGEST_BYTES, digestToHex, leafHash, nodeHash } from '../trust/merkle.ts';
import { buildInclusionProof, verifyInclusion } from '../trust/merkle-proof.ts';
import { formatTlogProof } from '../trust/tlog-proof.ts';
import { countingNotes, describeChain } from './chain-inputs.ts';
import type { ChainStanding } from './chain-list.ts';
import { leavesOf, subtreesOfStream } from './merkle-tiles.ts';
import type { StreamRow } from './receipt-streams.ts';
import { keysOf } from './stored-prepare.ts';

type ProofAnswer = OutputOf<Contract, 'receipt.proof'>;
export type PathStep = ProofAnswer['path'][number];
export type ProofDraft = Omit<ProofAnswer, 'checkpoint'> & { readonly checkpointName: string | null };

/**
 * The siblings of an inclusion proof with the entries each stands for (RFC 6962 §2.1.1): every step up the tree takes the
 * other half of the range.
 */
export const pathOf = (index: number, size: number, hashes: readonly Digest[]): PathStep[] => {
  const downwards: { side: 'left' | 'right'; from: number; to: number }[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    let width = 1;
    while (2 * width < end - start) width *= 2;
    const middle = start + width;
    if (index < middle) {
      downwards.push({ side: 'right', from: middle, to: end });
      end = middle;
    } else {
      downwards.push({ side: 'left', from: start, to: middle });
      start = middle;
    }
  }
  return downwards.reverse().map(({ side, from, to }, i) => ({ side, hash: digestToHex(hashes[i]!), covers: { from, to } }));
};

interface Against {
  readonly name: string;
  readonly size: number;
  readonly root: Digest;
  readonly trusted: boolean;
  readonly note: Buffer;
}

/** The checkpoint that is named, or the smallest trusted one that covers the receipt; null where none does. */
function chooseCheckpoint(
  db: StoreDb,
  chain: ChainStanding,
  log: string,
  vkeys: readonly string[],
  index: number,
  wanted: string | null,
  lines: number,
): Against | null {
  const keys = keysOf(vkeys);
  const only =
    wanted === null
      ? db.all<{ document_no: number }>(
          `SELECT document_no FROM checkpoint_states WHERE stream_no = ? AND state = 'agrees' AND size > ? ORDER BY size LIMIT 1`,
          [chain.streamNo, index],
        )
      : null;
  // Before the first verification no state is known, and all are looked at.
  const notes = countingNotes(
    db,
    chain.chainNo,
    log,
    keys,
    only === null || only.length === 0 ? undefined : new Set(only.map(({ document_no: no }) => no)),
  );
  const covering = openNotes(notes, keys, log).opened.flatMap(({ name, result }): Against[] => {
    const { checkpoint, trusted } = result;
    if (checkpoint === undefined || checkpoint.size <= index || checkpoint.size > lines) return [];
    return [
      { name, size: checkpoint.size, root: checkpoint.root, trusted, note: Buffer.from(notes.find((note) => note.name === name)!.bytes) },
    ];
  });
  if (wanted !== null) {
    const found = covering.find(({ name }) => name === wanted);
    if (found === undefined)
      throw new AppError(
        'NOT_FOUND',
        `The checkpoint ${wanted} does not cover receipt #${grouped(index)}, or the chain has fewer receipts than it signs.`,
        {
          nextStep: 'Choose another checkpoint.',
          details: { checkpointName: wanted },
        },
      );
    return found;
  }
  return covering.filter(({ trusted }) => trusted).sort((a, b) => a.size - b.size)[0] ?? null;
}

/** Entries that may be hashed for one proof; what the tiles do not hold yet waits for the next verification. */
const HASHED_AT_MOST = 65_536;

function requireTiles(db: StoreDb, { streamNo }: StreamRow, size: number): void {
  const bytes =
    db.get<{ bytes: number | null }>('SELECT sum(length(digests)) AS bytes FROM stream_tiles WHERE stream_no = ?', [streamNo])?.bytes ?? 0;
  if (size - (bytes / DIGEST_BYTES) * BLOCK_ENTRIES <= HASHED_AT_MOST) return;
  throw new AppError('CONFLICT', `The proof rests on ${grouped(size)} receipts, and most of them were not verified here yet.`, {
    nextStep: 'Verify the chain, then ask for the proof again.',
    retryable: true,
  });
}

export interface ProofInput {
  readonly chain: ChainStanding;
  readonly stream: StreamRow;
  readonly index: number;
  readonly checkpointName: string | null;
  readonly vkeys: readonly string[];
}

export const proveReceipt = (db: StoreDb, { chain, stream, index, checkpointName, vkeys }: ProofInput): ProofDraft => {
  const described = describeChain(db, chain, stream);
  const against = chooseCheckpoint(db, chain, described.chain.log, vkeys, index, checkpointName, stream.lines);
  // Without a checkpoint the proof is against all that is here; tiles reach as far as the last verification.
  const size = against?.size ?? stream.lines;
  requireTiles(db, stream, size);
  const leaf = leavesOf(db, stream.streamNo, index, index + 1)[0] ?? leafHash(Buffer.alloc(0));
  const subtree = subtreesOfStream(db, stream.streamNo);
  const hashes = buildInclusionProof(index, size, subtree);
  const path = pathOf(index, size, hashes);
  const root = hashes.reduce((node, sibling, i) => (path[i]!.side === 'left' ? nodeHash(sibling, node) : nodeHash(node, sibling)), leaf);
  const { ok } = verifyInclusion({ index, size, leaf, root: against?.root ?? root, proof: hashes });
  return {
    index,
    size,
    leafHash: digestToHex(leaf),
    path,
    root: digestToHex(root),
    holds: ok,
    checkpointRoot: against === null ? null : digestToHex(against.root),
    checkpointName: against?.name ?? null,
    tlogProof: against !== null && ok ? formatTlogProof({ index, hashes, checkpointNote: against.note }).toString('utf8') : null,
    says: sayProof(index, hashes.length, size, against, ok),
  };
};

function sayProof(index: number, steps: number, size: number, against: Against | null, ok: boolean): string {
  const what = `Receipt #${grouped(index)}`;
  if (against === null)
    return `${what} is in the log of the ${grouped(size)} receipts that are here; no trusted checkpoint covers it, so nobody outside vouches for this root.`;
  if (!ok)
    return `${what} is not in the log that checkpoint ${against.name} signs: the ${grouped(size)} receipts here lead to another root.`;
  const who = against.trusted ? 'a trusted log signed' : 'the checkpoint states, though nobody you trust signed it';
  return `${what} is one of the ${grouped(size)} receipts of checkpoint ${against.name}: ${steps === 1 ? 'one step leads' : `${steps} steps lead`} from its leaf to the root that ${who}.`;
}
