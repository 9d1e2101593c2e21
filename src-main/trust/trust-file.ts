/**
 * The trust file `trust.vkeys`: the logs and witnesses whose signatures count, one C2SP verifier key a line. Blank lines and
 * lines that start with '#' are skipped, white space around a line too, for people write this file by hand.
 */
import { AppError } from '../../src-shared/kernel/errors.ts';
import { parseVerifierKey, type VerifierKey } from './note-key.ts';

/** A line that is neither a key nor to be skipped. */
export interface TrustFileProblem {
  /** Line from 1. */
  readonly line: number;
  readonly reason: string;
}

export interface TrustFile {
  /** In the order of the file; a key that stands twice counts once. */
  readonly keys: readonly VerifierKey[];
  readonly problems: readonly TrustFileProblem[];
}

/** Parse a trust file. Reads on after a bad line, so that all of them can be told at once. Never throws. */
export function parseTrustFile(bytes: Uint8Array): TrustFile {
  const keys: VerifierKey[] = [];
  const problems: TrustFileProblem[] = [];
  const decoder = new TextDecoder('utf-8', { fatal: true });
  // A line feed is never part of a longer UTF-8 sequence, so lines can be cut before decoding.
  for (let line = 1, start = 0; start < bytes.length; line += 1) {
    const lf = bytes.indexOf(0x0a, start);
    const end = lf === -1 ? bytes.length : lf;
    let text: string;
    try {
      text = decoder.decode(bytes.subarray(start, end)).trim();
    } catch {
      problems.push({ line, reason: 'the line is not UTF-8' });
      text = '';
    }
    start = end + 1;
    if (text === '' || text.startsWith('#')) continue;
    const parsed = parseVerifierKey(text);
    if (!parsed.ok) {
      problems.push({ line, reason: parsed.reason });
      continue;
    }
    const { key } = parsed;
    const same = keys.find((known) => known.name === key.name && known.keyId === key.keyId);
    if (same === undefined) keys.push(key);
    else if (!same.publicKey.equals(key.publicKey)) problems.push({ line, reason: 'another key has the same name and key id' });
  }
  return { keys, problems };
}

/**
 * The keys of a trust file in which every line is sound. Throws an AppError TRUST_FILE that names the bad lines: a key
 * that was left out by mistake must not pass for a log nobody trusts.
 */
export function requireTrustFile(bytes: Uint8Array, fileName: string): readonly VerifierKey[] {
  const { keys, problems } = parseTrustFile(bytes);
  const [first] = problems;
  if (first === undefined) return keys;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  throw new AppError('TRUST_FILE', `${fileName}, line ${first.line}: ${first.reason}${more}. Nothing was verified.`, {
    nextStep: 'Write one verifier key a line, as the log gives it out; start other lines with #.',
    details: { fileName, problems },
  });
}
