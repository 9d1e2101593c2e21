/**
 * Checkpoints of C2SP tlog-checkpoint: signed notes whose text is the head of a Merkle log:
 * `<origin> LF <size> LF <base64 root> LF`, then optional extension lines.
 */
import { type Digest, DIGEST_BYTES, digestFromBytes, digestToBase64 } from './merkle.ts';
import type { VerifierKey } from './note-key.ts';
import { checkSignatures, type NoteMalformed, type NoteSigner, parseNote, type SignatureCheck, type SignedNote, signNote } from './note.ts';
import { decodeStrictBase64 } from './strict-base64.ts';

/** The head of a log. */
export interface Checkpoint {
  /** Name of the log; of ours `countersign.local/<install id>/<log>`. */
  readonly origin: string;
  /** Number of entries. */
  readonly size: number;
  /** Root of the tree of these entries. */
  readonly root: Digest;
  /** Lines after the root, without LF. Signed, but without meaning here. */
  readonly extensions: readonly string[];
}

/** The host under which every origin of this product stands. It is a name, not an address. */
const ORIGIN_HOST = 'countersign.local';

/** Origin of a log of this product. Throws a RangeError where a part is empty or has a slash, white space or a plus sign. */
export function formatOrigin(installId: string, log: string): string {
  for (const part of [installId, log]) {
    if (!/^[^\p{White_Space}\p{Cc}+/]+$/u.test(part)) throw new RangeError(`not part of an origin: ${JSON.stringify(part)}`);
  }
  return `${ORIGIN_HOST}/${installId}/${log}`;
}

/** Install and log of an origin of this product, or undefined for the origin of another. */
export function parseOrigin(origin: string): { readonly installId: string; readonly log: string } | undefined {
  const [host, installId, log, ...rest] = origin.split('/');
  if (host !== ORIGIN_HOST || !installId || !log || rest.length > 0) return undefined;
  return { installId, log };
}

/** The log that an origin names: its last segment. */
export const logOfOrigin = (origin: string): string => origin.slice(origin.lastIndexOf('/') + 1);

/** Text of a checkpoint, as it is signed. Throws a RangeError where it would not parse back to the same. */
export function formatCheckpoint({ origin, size, root, extensions }: Checkpoint): string {
  const text = [origin, String(size), digestToBase64(root), ...extensions].map((line) => `${line}\n`).join('');
  const parsed = parseCheckpoint(text);
  if (!parsed.ok) throw new RangeError(`line ${parsed.problem.line} of the checkpoint: ${parsed.problem.reason}`);
  if (parsed.checkpoint.extensions.length !== extensions.length) throw new RangeError('a line of the checkpoint has a line feed');
  return text;
}

export type CheckpointResult =
  { readonly ok: true; readonly checkpoint: Checkpoint } | { readonly ok: false; readonly problem: NoteMalformed };

/** Parse the text of a checkpoint, strictly (attack corpus decision 8). Never throws. */
export function parseCheckpoint(text: string): CheckpointResult {
  const malformed = (line: number, reason: string): CheckpointResult => ({
    ok: false,
    problem: { code: 'NOTE_MALFORMED', line, reason },
  });
  const lines = text.split('\n');
  if (lines.pop() !== '' || lines.length < 3) return malformed(Math.max(lines.length, 1), 'a checkpoint has an origin, a size and a root');
  const empty = lines.indexOf('');
  if (empty !== -1) return malformed(empty + 1, empty === 0 ? 'the origin is empty' : 'the line is empty');
  const [origin = '', decimal = '', base64 = '', ...extensions] = lines;
  if (!/^(0|[1-9][0-9]*)$/.test(decimal)) return malformed(2, 'the size is not a decimal number without sign and leading zeros');
  const size = Number(decimal);
  if (!Number.isSafeInteger(size)) return malformed(2, 'the size is larger than 2^53 - 1');
  const root = decodeStrictBase64(base64);
  if (root === undefined) return malformed(3, 'the root is not base64 with padding');
  if (root.length !== DIGEST_BYTES) return malformed(3, `the root has ${root.length} bytes, not ${DIGEST_BYTES}`);
  return { ok: true, checkpoint: { origin, size, root: digestFromBytes(root), extensions } };
}

/** A signed checkpoint as bytes. The signer's key must have the origin as its name; cosign with `cosignNote`. */
export function signCheckpoint(checkpoint: Checkpoint, signer: NoteSigner): Buffer {
  if (signer.key.name !== checkpoint.origin) throw new RangeError(`the key of ${signer.key.name} cannot sign for ${checkpoint.origin}`);
  return signNote(formatCheckpoint(checkpoint), [signer]);
}

/** What is wrong with a checkpoint, on which line of the note (from 1). */
export type CheckpointProblem =
  | NoteMalformed
  | { readonly code: 'NOTE_BAD_SIG'; readonly line: number; readonly reason: string; readonly key: VerifierKey }
  | { readonly code: 'NOTE_NO_TRUSTED_SIG'; readonly line: number; readonly reason: string }
  | {
      readonly code: 'NOTE_ORIGIN';
      readonly line: number;
      readonly reason: string;
      readonly expected: string;
      readonly actual: string;
    };

/** A checkpoint as far as it could be opened. Without `trusted`, what it says must not be relied upon. */
export interface OpenedCheckpoint {
  /** True when a trusted key of the log signed it, the origin fits, and no known key's signature fails. */
  readonly trusted: boolean;
  /** Everything found wrong. NOTE_NO_TRUSTED_SIG alone is a warning, for removing the file would have the same effect. */
  readonly problems: readonly CheckpointProblem[];
  /** Absent where the note or its text is malformed. */
  readonly checkpoint?: Checkpoint;
  readonly note?: SignedNote;
  /** One for each signature line. */
  readonly signatures: readonly SignatureCheck[];
  /** Trusted witnesses that cosigned, and when. They stand beside the log's own signature and never replace it. */
  readonly cosigners: readonly { readonly key: VerifierKey; readonly cosignedAtSeconds: number }[];
}

export interface OpenCheckpointOptions {
  /** The log (`chain_id`) that the last segment of the origin must name. */
  readonly log?: string;
  /** The whole origin, where it is known. */
  readonly origin?: string;
}

/**
 * Open a checkpoint: parse the note and its text, check every signature against the trusted keys, compare the origin with
 * the name of the key that signed and with what is expected (attack corpus decisions 6 to 9). Never throws.
 */
export function openCheckpoint(
  noteBytes: Uint8Array,
  trustedKeys: readonly VerifierKey[],
  expected: OpenCheckpointOptions = {},
): OpenedCheckpoint {
  const parsed = parseNote(noteBytes);
  if (!parsed.ok) return { trusted: false, problems: [parsed.problem], signatures: [], cosigners: [] };
  const { note } = parsed;
  const signatures = checkSignatures(note, trustedKeys);
  const body = parseCheckpoint(note.text);
  if (!body.ok) return { trusted: false, problems: [body.problem], note, signatures, cosigners: [] };
  const { checkpoint } = body;

  const problems: CheckpointProblem[] = [];
  for (const check of signatures) {
    if (check.status !== 'bad') continue;
    const { line, name } = check.signature;
    problems.push({ code: 'NOTE_BAD_SIG', line, reason: `the signature of the trusted key ${name} does not verify`, key: check.key });
  }
  const good = signatures.filter((check) => check.status === 'good');
  const byLogs = good.filter((check) => check.key.algorithm === 'ed25519');
  const [first] = byLogs;
  if (first === undefined) {
    if (problems.length === 0) {
      problems.push({
        code: 'NOTE_NO_TRUSTED_SIG',
        line: note.signatures[0]!.line,
        reason: good.length > 0 ? 'only witnesses signed, no trusted log' : 'no signature is by a trusted key',
      });
    }
  } else {
    const origin = originProblem(checkpoint.origin, byLogs, first, expected);
    if (origin !== undefined) problems.push({ code: 'NOTE_ORIGIN', line: 1, ...origin });
  }
  const cosigners = good.flatMap(({ key, cosignedAtSeconds }) => (cosignedAtSeconds === undefined ? [] : [{ key, cosignedAtSeconds }]));
  return { trusted: problems.length === 0, problems, checkpoint, note, signatures, cosigners };
}

/** Of the text only what is signed counts, so the origin is looked at once a trusted log has signed it. */
function originProblem(
  origin: string,
  byLogs: readonly { readonly key: VerifierKey }[],
  first: { readonly key: VerifierKey },
  expected: OpenCheckpointOptions,
): { reason: string; expected: string; actual: string } | undefined {
  if (!byLogs.some(({ key }) => key.name === origin)) {
    return { reason: 'the origin is not the name of the key that signed', expected: first.key.name, actual: origin };
  }
  if (expected.origin !== undefined && expected.origin !== origin) {
    return { reason: 'the checkpoint is of another log', expected: expected.origin, actual: origin };
  }
  if (expected.log !== undefined && expected.log !== logOfOrigin(origin)) {
    return { reason: 'the checkpoint is of another log', expected: expected.log, actual: logOfOrigin(origin) };
  }
  return undefined;
}
