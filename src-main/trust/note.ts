/**
 * Signed notes of C2SP signed-note: a text, a blank line, and signature lines `— <key name> base64(<key id> ‖ <signature>)`.
 * Reading is strict, so that a note has one spelling. Verifier keys are in note-key.ts.
 */
import type { KeyObject } from 'node:crypto';
import { signEd25519, verifyEd25519 } from './ed25519.ts';
import { formatKeyId, isKeyName, makeVerifierKey, type VerifierKey } from './note-key.ts';
import { decodeStrictBase64 } from './strict-base64.ts';

/** Most signatures a note may have; signed-note demands that as many be accepted (attack corpus decision 8). */
export const MAX_NOTE_SIGNATURES = 16;
/** Longer notes are refused unread. Ours have about 300 bytes. */
export const MAX_NOTE_BYTES = 1_000_000;

const SIGNATURE_PREFIX = '— '; // U+2014, not a hyphen
const KEY_ID_BYTES = 4;

/** One signature line. */
export interface NoteSignature {
  readonly name: string;
  /** Unsigned 32-bit key id. */
  readonly keyId: number;
  /** What follows the key id. */
  readonly signature: Buffer;
  /** Line in the note, from 1. */
  readonly line: number;
}

export interface SignedNote {
  /** The signed text, with its final LF. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** Why a note is not one, and on which line (from 1). */
export interface NoteMalformed {
  readonly code: 'NOTE_MALFORMED';
  readonly line: number;
  readonly reason: string;
}

export type NoteResult = { readonly ok: true; readonly note: SignedNote } | { readonly ok: false; readonly problem: NoteMalformed };

const malformed = (line: number, reason: string): { readonly ok: false; readonly problem: NoteMalformed } => ({
  ok: false,
  problem: { code: 'NOTE_MALFORMED', line, reason },
});

/** Parse a signed note. Never throws. */
export function parseNote(bytes: Uint8Array): NoteResult {
  if (bytes.length === 0) return malformed(1, 'the note is empty');
  if (bytes.length > MAX_NOTE_BYTES) return malformed(1, `the note has more than ${MAX_NOTE_BYTES} bytes`);
  const decoded = decodeNoteText(bytes);
  if (!decoded.ok) return decoded;
  const { text: whole } = decoded;
  const lastLine = countLines(whole);
  if (!whole.endsWith('\n')) return malformed(lastLine, 'the last line does not end with a line feed');
  const split = whole.lastIndexOf('\n\n');
  if (split === -1) return malformed(lastLine, 'no blank line separates a text from signatures');
  const text = whole.slice(0, split + 1);
  const firstLine = countLines(text) + 2;
  const lines = whole.slice(split + 2, -1).split('\n');
  if (lines.length === 1 && lines[0] === '') return malformed(firstLine, 'no signature follows the blank line');
  if (lines.length > MAX_NOTE_SIGNATURES) {
    return malformed(firstLine + MAX_NOTE_SIGNATURES, `the note has more than ${MAX_NOTE_SIGNATURES} signatures`);
  }
  const signatures: NoteSignature[] = [];
  for (const [i, line] of lines.entries()) {
    const signature = parseSignatureLine(line, firstLine + i);
    if (typeof signature === 'string') return malformed(firstLine + i, signature);
    signatures.push(signature);
  }
  return { ok: true, note: { text, signatures } };
}

/** UTF-8 without controls other than LF; a byte order mark stays part of the text. */
export function decodeNoteText(bytes: Uint8Array): { readonly ok: true; readonly text: string } | ReturnType<typeof malformed> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return malformed(lineOfInvalidUtf8(bytes), 'the line is not UTF-8');
  }
  const control = /[\0-\x09\x0b-\x1f]/.exec(text);
  if (control !== null) {
    const hex = text.charCodeAt(control.index).toString(16).toUpperCase().padStart(4, '0');
    return malformed(countLines(text.slice(0, control.index + 1)), `the line has the control character U+${hex}`);
  }
  return { ok: true, text };
}

/** Number of lines, of which the last need not end with LF. */
const countLines = (text: string): number => text.split('\n').length - (text.endsWith('\n') ? 1 : 0);

/** A line feed is never part of a longer sequence, so each line is UTF-8 or not by itself. */
function lineOfInvalidUtf8(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const lf = bytes.indexOf(0x0a, start);
    const end = lf === -1 ? bytes.length : lf;
    try {
      decoder.decode(bytes.subarray(start, end));
    } catch {
      return line;
    }
    start = end + 1;
  }
  return line;
}

function parseSignatureLine(text: string, line: number): NoteSignature | string {
  if (!text.startsWith(SIGNATURE_PREFIX)) return 'a signature line starts with an em dash (U+2014) and a space';
  const [name = '', base64, ...rest] = text.slice(SIGNATURE_PREFIX.length).split(' ');
  if (base64 === undefined || rest.length > 0) return 'a signature line is an em dash, a key name and base64, each after one space';
  if (!isKeyName(name)) return 'the key name is empty or has white space or a plus sign';
  const blob = decodeStrictBase64(base64);
  if (blob === undefined) return 'the signature is not base64 with padding';
  if (blob.length <= KEY_ID_BYTES) return 'the signature is shorter than a key id and one byte';
  return { name, keyId: blob.readUInt32BE(0), signature: blob.subarray(KEY_ID_BYTES), line };
}

/**
 * What is known of one signature line: `good` by a known key; `bad`, which claims a known key (name and id) but does not
 * verify; `unknown`, of a key not given, and to be ignored (attack corpus decisions 6 and 7).
 */
export type SignatureCheck =
  | {
      readonly status: 'good';
      readonly signature: NoteSignature;
      readonly key: VerifierKey;
      /** Seconds since 1970 at which a cosigner saw the note; only of `cosignature/v1`. */
      readonly cosignedAtSeconds?: number;
    }
  | { readonly status: 'bad'; readonly signature: NoteSignature; readonly key: VerifierKey }
  | { readonly status: 'unknown'; readonly signature: NoteSignature };

/** Check every signature of a note, in its order. Never throws. */
export function checkSignatures(note: SignedNote, keys: readonly VerifierKey[]): SignatureCheck[] {
  const text = Buffer.from(note.text);
  return note.signatures.map((signature) => {
    const key = keys.find((candidate) => candidate.name === signature.name && candidate.keyId === signature.keyId);
    if (key === undefined) return { status: 'unknown', signature };
    if (key.algorithm === 'ed25519') {
      return { status: verifyEd25519(key.publicKey, text, signature.signature) ? 'good' : 'bad', signature, key };
    }
    const cosignedAtSeconds = verifyCosignature(key.publicKey, text, signature.signature);
    return cosignedAtSeconds === undefined ? { status: 'bad', signature, key } : { status: 'good', signature, key, cosignedAtSeconds };
  });
}

/** The bytes that a `cosignature/v1` signs (C2SP tlog-cosignature). */
const cosignedMessage = (text: Uint8Array, seconds: number | bigint): Buffer =>
  Buffer.concat([Buffer.from(`cosignature/v1\ntime ${seconds}\n`), text]);

/** The time of a cosignature `u64be seconds ‖ signature` that verifies. Times beyond safe integers are refused. */
function verifyCosignature(publicKey: KeyObject, text: Uint8Array, blob: Buffer): number | undefined {
  if (blob.length < 8) return undefined;
  const seconds = Number(blob.readBigUInt64BE(0));
  if (!Number.isSafeInteger(seconds)) return undefined;
  return verifyEd25519(publicKey, cosignedMessage(text, seconds), blob.subarray(8)) ? seconds : undefined;
}

/** Something that can sign the text of a note; the private key may live anywhere. */
export interface NoteSigner {
  readonly key: VerifierKey;
  /** The signature bytes after the key id. */
  readonly sign: (text: Buffer) => Buffer;
}

/** A signer over an Ed25519 private key. Throws as `makeVerifierKey` does. */
export const ed25519Signer = (name: string, privateKey: KeyObject): NoteSigner => ({
  key: makeVerifierKey(name, privateKey),
  sign: (text) => signEd25519(privateKey, text),
});

/**
 * A witness that cosigns at a time, in seconds since 1970. The signed bytes do not name the witness, so one key must never
 * serve two of them. Throws a RangeError for a time that is not a whole number from 0, else as `makeVerifierKey` does.
 */
export function cosignatureSigner(name: string, privateKey: KeyObject, seconds: number): NoteSigner {
  if (!Number.isSafeInteger(seconds) || seconds < 0) throw new RangeError(`not a time in whole seconds: ${seconds}`);
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(seconds));
  return {
    key: makeVerifierKey(name, privateKey, 'cosignature/v1'),
    sign: (text) => Buffer.concat([time, signEd25519(privateKey, cosignedMessage(text, seconds))]),
  };
}

/** One signature line with its LF. */
export function formatSignatureLine(name: string, keyId: number, signature: Uint8Array): string {
  const blob = Buffer.concat([Buffer.from(formatKeyId(keyId), 'hex'), signature]);
  return `${SIGNATURE_PREFIX}${name} ${blob.toString('base64')}\n`;
}

/**
 * Sign a text. Throws a RangeError where what comes out would not parse as a note: a text without final LF or with
 * controls, no signer, or too many.
 */
export function signNote(text: string, signers: readonly NoteSigner[]): Buffer {
  return addLines(`${text}\n`, text, signers);
}

/** The note with further signatures after its own. Throws a RangeError where it is malformed or would have too many. */
export function cosignNote(noteBytes: Uint8Array, signers: readonly NoteSigner[]): Buffer {
  const parsed = parseNote(noteBytes);
  if (!parsed.ok) throw new RangeError(`line ${parsed.problem.line}: ${parsed.problem.reason}`);
  return addLines(Buffer.from(noteBytes).toString(), parsed.note.text, signers);
}

function addLines(before: string, text: string, signers: readonly NoteSigner[]): Buffer {
  const signed = Buffer.from(text);
  const lines = signers.map(({ key, sign }) => formatSignatureLine(key.name, key.keyId, sign(signed)));
  const bytes = Buffer.from(before + lines.join(''));
  const parsed = parseNote(bytes);
  if (!parsed.ok) throw new RangeError(`line ${parsed.problem.line}: ${parsed.problem.reason}`);
  if (parsed.note.text !== text) throw new RangeError('the text would not be what is signed');
  return bytes;
}
