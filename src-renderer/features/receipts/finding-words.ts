import type { FindingDocument } from '../../../src-shared/contract/common.ts';
import { integer } from '../../ui/format.ts';

/** A finding's title says what is true, not what kind of error it is. The sentence below it is the verifier's own. */
const position = (index: number | null): string => (index === null ? 'this chain' : `#${integer(index)}`);

const CANONICAL: Readonly<Record<string, string>> = {
  CANON_SYNTAX: 'is not well-formed JSON',
  CANON_UTF8: 'holds bytes that are not UTF-8',
  CANON_DUPLICATE_KEY: 'has the same key twice',
  CANON_UNSORTED: 'has keys out of order',
  CANON_NUMBER: 'writes a number in a form that is not canonical',
  CANON_SURROGATE: 'holds half of a surrogate pair',
  CANON_DEPTH: 'is nested more than 64 deep',
  CANON_SIZE: 'is larger than 65,535 bytes',
  CANON_WHITESPACE: 'has blanks where the canonical form has none',
};

export const findingTitle = (f: FindingDocument): string => {
  const at = position(f.index);
  const line = f.index === null ? 'A line' : `Receipt ${at}`;
  const canonical = CANONICAL[f.code];
  if (canonical !== undefined) return `${line} ${canonical}`;
  switch (f.code) {
    case 'CHAIN_DELETED':
      return f.last_good_index === null
        ? `Receipts were removed before ${at}`
        : `Receipts were removed after #${integer(f.last_good_index)}`;
    case 'CHAIN_INSERTED':
      return `A receipt was put in at ${at}`;
    case 'CHAIN_REORDERED':
      return `The order was changed at ${at}`;
    case 'CHAIN_FORK':
      return `Two receipts name the same predecessor at ${at}`;
    case 'CHAIN_AMENDED_IN_PLACE':
      return `Receipt ${at} was rewritten in place`;
    case 'CHAIN_GENESIS_UNDECLARED':
      return `Receipt ${at} begins a second chain`;
    case 'CHAIN_DUPLICATE_ID':
      return `Receipt ${at} repeats an id`;
    case 'CHAIN_TORN_TAIL':
      return 'The last line is incomplete';
    case 'CANON_PROFILE_UNKNOWN':
      return 'No known layout reproduces the first receipt';
    case 'CANON_PROFILE_MIXED':
      return `The layout changes at ${at}`;
    case 'RECEIPT_SCHEMA':
      return `${line} lacks a field or has one of the wrong type`;
    case 'RECEIPT_HASH_MISMATCH':
      return `Receipt ${at} was changed after it was hashed`;
    case 'LOG_TRUNCATED':
      return 'An outside checkpoint counts more receipts than are here';
    case 'LOG_ROOT_MISMATCH':
      return 'An outside checkpoint has another root';
    case 'LOG_FORK_PROVEN':
      return 'Two signed checkpoints contradict each other';
    case 'LOG_ROLLBACK':
      return 'This chain is older than when it was last seen';
    case 'NOTE_MALFORMED':
      return 'A checkpoint cannot be read';
    case 'NOTE_NO_TRUSTED_SIG':
      return 'A checkpoint is signed by nobody you trust';
    case 'NOTE_BAD_SIG':
      return 'A signature on a checkpoint does not hold';
    case 'NOTE_ORIGIN':
      return 'A checkpoint belongs to another log';
    case 'PROOF_INCLUSION':
      return `The proof that ${at} is in the log does not hold`;
    case 'PROOF_CONSISTENCY':
      return 'A later checkpoint does not continue an earlier one';
    case 'CLOCK_BACKWARD':
      return `Receipt ${at} is dated before its predecessor`;
    case 'CLOCK_FUTURE':
      return `Receipt ${at} is dated in the future`;
    case 'CLOCK_OUTSIDE_ANCHOR':
      return `Receipt ${at} is dated after the checkpoint that covers it`;
    case 'UNANCHORED_TAIL':
      return 'The newest receipts are covered by no outside checkpoint';
    default:
      return f.index === null ? f.code : `${f.code} at ${at}`;
  }
};

export interface Gap {
  readonly from: number | null;
  readonly to: number | null;
  /** null where nobody can say how many. */
  readonly count: number | null;
}

const whole = (value: unknown): number | null => (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null);

/** The gap of a finding as the verifier prints it: `{from, to, count}` with "unknown" for what cannot be told. */
export const gapOf = (f: FindingDocument): Gap | null => {
  if (typeof f.gap !== 'object' || f.gap === null) return null;
  const gap = f.gap as Record<string, unknown>;
  return { from: whole(gap['from']), to: whole(gap['to']), count: whole(gap['count']) };
};

export const gapWords = (gap: Gap): string => {
  const where =
    gap.from === null
      ? ''
      : gap.to === null || gap.to === gap.from
        ? `, entry ${integer(gap.from)}`
        : `, entries ${integer(gap.from)} to ${integer(gap.to)}`;
  if (gap.count === null) return `an unknown number of receipts${where}`;
  return `${integer(gap.count)} ${gap.count === 1 ? 'receipt' : 'receipts'}${where}`;
};

/** What the crack on the map says: as short as a label may be. */
export const crackLabel = (f: FindingDocument): string => {
  if (f.code === 'CHAIN_DELETED') {
    const count = gapOf(f)?.count ?? null;
    const missing = count === null ? 'receipts missing' : `${integer(count)} missing`;
    return f.last_good_index === null ? `${missing} before #${integer(f.index ?? 0)}` : `${missing} after #${integer(f.last_good_index)}`;
  }
  return `${f.code} at ${position(f.index)}`;
};

/** Where a finding stands, in words that an editor understands: line and byte of which file. */
export const whereWords = (f: FindingDocument): string => {
  const line = f.line === null ? null : `line ${integer(f.line)}`;
  const lineOfFile = f.file === null ? line : line === null ? f.file : `${line} of ${f.file}`;
  const length = f.byte_length === null ? '' : ` (${integer(f.byte_length)} B)`;
  const byte = f.byte_offset === null ? null : `byte ${integer(f.byte_offset)}${length}`;
  return [lineOfFile, byte].filter((part) => part !== null).join(', ');
};

const LINK_CODES = new Set(['CHAIN_DELETED', 'CHAIN_INSERTED', 'CHAIN_REORDERED', 'CHAIN_FORK', 'CHAIN_AMENDED_IN_PLACE']);

/** How the two values of a finding are called: what should stand there, and what does. */
export const valueLabels = (code: string): { readonly expected: string; readonly actual: string } => {
  if (LINK_CODES.has(code)) return { expected: 'Should name', actual: 'Names' };
  if (code === 'RECEIPT_HASH_MISMATCH') return { expected: 'Hashes to', actual: 'Says' };
  if (code === 'LOG_TRUNCATED') return { expected: 'Counted', actual: 'Here' };
  if (code === 'LOG_ROOT_MISMATCH') return { expected: 'Checkpoint', actual: 'Root here' };
  return { expected: 'Expected', actual: 'Found' };
};

/** A value of a finding as text; a record or list as JSON. */
export const valueText = (value: unknown): string =>
  value === null || value === undefined
    ? 'nothing'
    : typeof value === 'string'
      ? value
      : typeof value === 'number'
        ? integer(value)
        : JSON.stringify(value);

export const isHash = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);

/** Codes of findings that break a chain at a receipt: the map cracks there. */
export const isBreak = (f: FindingDocument): boolean => f.severity === 'error' && f.index !== null && !/^(LOG|NOTE|PROOF)_/.test(f.code);
