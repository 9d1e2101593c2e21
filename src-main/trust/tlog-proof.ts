/**
 * Portable proof that an entry is in a log: C2SP tlog-proof, kept in files `*.tlog-proof`. It holds the index, an inclusion
 * proof and the signed checkpoint, so that it can be verified offline with the log's verifier key alone.
 */
import {
  type CheckpointProblem,
  openCheckpoint,
  type OpenCheckpointOptions,
  type OpenedCheckpoint,
  parseCheckpoint,
} from './checkpoint.ts';
import { type Digest, DIGEST_BYTES, digestFromBytes, digestToBase64 } from './merkle.ts';
import { verifyInclusion } from './merkle-proof.ts';
import type { VerifierKey } from './note-key.ts';
import { decodeNoteText, MAX_NOTE_BYTES, parseNote } from './note.ts';
import { decodeStrictBase64 } from './strict-base64.ts';

const HEADER = 'c2sp.org/tlog-proof@v1';
/** No tree of at most 2^53 leaves has longer inclusion proofs. */
const MAX_PROOF_HASHES = 53;

export interface TlogProof {
  /** Index of the entry in the log, from 0. */
  readonly index: number;
  /** Sibling hashes from the leaf up. */
  readonly hashes: readonly Digest[];
  /** The signed checkpoint, verbatim. */
  readonly checkpointNote: Buffer;
  /** Opaque bytes that nothing signs: never rely on them. Absent and empty are different files. */
  readonly extra?: Buffer;
}

/** What is wrong with a proof, on which line of the file (from 1). */
export type TlogProofProblem = CheckpointProblem | { readonly code: 'PROOF_INCLUSION'; readonly line: number; readonly reason: string };

export type TlogProofResult =
  | {
      readonly ok: true;
      readonly proof: TlogProof;
      /** Line of the file on which the checkpoint begins. */
      readonly noteLine: number;
    }
  | { readonly ok: false; readonly problem: TlogProofProblem };

/** The file of a proof. Throws a RangeError where it would not parse back to the same. */
export function formatTlogProof({ index, hashes, checkpointNote, extra }: TlogProof): Buffer {
  const lines = [
    HEADER,
    ...(extra === undefined ? [] : [`extra ${Buffer.from(extra).toString('base64')}`]),
    `index ${index}`,
    ...hashes.map(digestToBase64),
    '',
  ];
  const bytes = Buffer.concat([Buffer.from(lines.map((line) => `${line}\n`).join('')), checkpointNote]);
  const parsed = parseTlogProof(bytes);
  if (!parsed.ok) throw new RangeError(`line ${parsed.problem.line} of the proof: ${parsed.problem.reason}`);
  return bytes;
}

/**
 * Parse the file of a proof. Whatever is wrong before the checkpoint is PROOF_INCLUSION, in the checkpoint NOTE_MALFORMED.
 * Signatures are not checked: see `verifyTlogProof`. Never throws.
 */
export function parseTlogProof(bytes: Uint8Array): TlogProofResult {
  const refuse = (line: number, reason: string): TlogProofResult => ({ ok: false, problem: { code: 'PROOF_INCLUSION', line, reason } });
  if (bytes.length > 2 * MAX_NOTE_BYTES) return refuse(1, `the proof has more than ${2 * MAX_NOTE_BYTES} bytes`);
  const decoded = decodeNoteText(bytes);
  if (!decoded.ok) return refuse(decoded.problem.line, decoded.problem.reason);
  const blank = decoded.text.indexOf('\n\n');
  const head = (blank === -1 ? decoded.text : decoded.text.slice(0, blank)).split('\n');
  if (head[0] !== HEADER) return refuse(1, `the first line is not ${HEADER}`);
  if (blank === -1) return refuse(head.length, 'no blank line and no checkpoint follow the proof');

  let at = 1;
  let extra: Buffer | undefined;
  if (head[at]?.startsWith('extra ')) {
    extra = decodeStrictBase64(head[at]!.slice('extra '.length));
    if (extra === undefined) return refuse(at + 1, 'the extra data are not base64 with padding');
    at += 1;
  }
  const decimal = /^index (0|[1-9][0-9]*)$/.exec(head[at] ?? '')?.[1];
  if (decimal === undefined) return refuse(at + 1, 'the line is not "index" and a decimal number without sign and leading zeros');
  const index = Number(decimal);
  if (!Number.isSafeInteger(index)) return refuse(at + 1, 'the index is larger than 2^53 - 1');
  at += 1;
  const hashes: Digest[] = [];
  for (; at < head.length; at += 1) {
    const hash = decodeStrictBase64(head[at]!);
    if (hash?.length !== DIGEST_BYTES) return refuse(at + 1, `the line is not the base64 of ${DIGEST_BYTES} bytes`);
    if (hashes.length === MAX_PROOF_HASHES) return refuse(at + 1, `the proof has more than ${MAX_PROOF_HASHES} hashes`);
    hashes.push(digestFromBytes(hash));
  }

  const noteLine = head.length + 2;
  const checkpointNote = Buffer.from(decoded.text.slice(blank + 2));
  const note = parseNote(checkpointNote);
  const body = note.ok ? parseCheckpoint(note.note.text) : note;
  if (!body.ok) return { ok: false, problem: shiftLine(body.problem, noteLine) };
  return { ok: true, proof: { index, hashes, checkpointNote, ...(extra === undefined ? {} : { extra }) }, noteLine };
}

/** The outcome of `verifyTlogProof`. */
export interface VerifiedTlogProof {
  /** True when a trusted log signed a checkpoint that holds the entry at `proof.index`. */
  readonly ok: boolean;
  /** Everything found wrong; NOTE_NO_TRUSTED_SIG too is a failure here, for nothing else vouches for the entry. */
  readonly problems: readonly TlogProofProblem[];
  readonly proof?: TlogProof;
  readonly opened?: OpenedCheckpoint;
}

/**
 * Verify that an entry, given by its leaf hash (`leafHash` of its bytes), is in the log: the checkpoint is by a trusted key
 * and of the expected log, and the hashes lead from the leaf to its root. Never throws.
 */
export function verifyTlogProof(
  bytes: Uint8Array,
  leaf: Digest,
  trustedKeys: readonly VerifierKey[],
  expected: OpenCheckpointOptions = {},
): VerifiedTlogProof {
  const parsed = parseTlogProof(bytes);
  if (!parsed.ok) return { ok: false, problems: [parsed.problem] };
  const { proof, noteLine } = parsed;
  const opened = openCheckpoint(proof.checkpointNote, trustedKeys, expected);
  const problems: TlogProofProblem[] = opened.problems.map((problem) => shiftLine(problem, noteLine));
  if (opened.checkpoint !== undefined) {
    const { size, root } = opened.checkpoint;
    const included = verifyInclusion({ index: proof.index, size, leaf, root, proof: proof.hashes });
    const indexLine = proof.extra === undefined ? 2 : 3;
    if (!included.ok) problems.push({ code: 'PROOF_INCLUSION', line: indexLine, reason: included.reason });
  }
  return { ok: problems.length === 0, problems, proof, opened };
}

const shiftLine = <P extends { readonly line: number }>(problem: P, noteLine: number): P => ({
  ...problem,
  line: problem.line + noteLine - 1,
});
