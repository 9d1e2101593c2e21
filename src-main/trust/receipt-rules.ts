/**
 * The rules of one receipt: which members it has, of which type, and the bytes that its hash covers. Byte by byte on the
 * places that a scanner found; nothing is parsed into objects.
 */
import { hash } from 'node:crypto';
import {
  AUDIT_FIELDS,
  CURRENT_HASH,
  ENVELOPE_CLAIM,
  OTHER,
  PLAN_ID,
  PREVIOUS_HASH,
  RECEIPT_ID,
  RECEIPT_MEMBERS,
  REFUSAL_TRIGGER,
  TIMESTAMP,
  VERSION,
  type ReceiptFields,
} from './receipt-fields.ts';
import { parseTimestamp } from './timestamps.ts';

export const HASH_HEX = 64;

/** Whether the 64 bytes from `p` are lower-case hex. */
export function isHex64(bytes: Uint8Array, p: number): boolean {
  for (let i = p; i < p + HASH_HEX; i += 1) {
    const c = bytes[i]!;
    if (!((c >= 0x30 && c <= 0x39) || (c >= 0x61 && c <= 0x66))) return false;
  }
  return true;
}

/** Whether a value is a string of 64 lower-case hex digits. */
export const isHashValue = (bytes: Uint8Array, start: number, end: number): boolean =>
  end - start === HASH_HEX + 2 && bytes[start] === 0x22 && isHex64(bytes, start + 1);

export const isNullValue = (bytes: Uint8Array, start: number, end: number): boolean => end - start === 4 && bytes[start] === 0x6e;

const isText = (bytes: Uint8Array, start: number, end: number): boolean => end - start > 2 && bytes[start] === 0x22;

export interface SchemaIssue {
  readonly pointer: string;
  /** Byte in the buffer that was scanned. */
  readonly offset: number;
  readonly length: number;
  readonly what: string;
}

/** Whether the value of a member has the type that the format asks for. */
export function memberFits(slot: number, bytes: Uint8Array, start: number, end: number): boolean {
  switch (slot) {
    case AUDIT_FIELDS:
    case ENVELOPE_CLAIM:
    case REFUSAL_TRIGGER:
      return bytes[start] === 0x7b;
    case CURRENT_HASH:
      return isHashValue(bytes, start, end);
    case PREVIOUS_HASH:
      return isNullValue(bytes, start, end) || isHashValue(bytes, start, end);
    case TIMESTAMP:
      return bytes[start] === 0x22 && !Number.isNaN(parseTimestamp(bytes, start + 1, end - 1));
    default:
      return isText(bytes, start, end);
  }
}

const WANTED: Readonly<Record<number, string>> = {
  [AUDIT_FIELDS]: 'an object',
  [CURRENT_HASH]: '64 lower-case hex digits',
  [ENVELOPE_CLAIM]: 'an object of numbers',
  [PLAN_ID]: 'a text',
  [PREVIOUS_HASH]: 'null or 64 lower-case hex digits',
  [RECEIPT_ID]: 'a text',
  [REFUSAL_TRIGGER]: 'an object',
  [TIMESTAMP]: 'a time YYYY-MM-DDTHH:MM:SS[.mmm]Z',
  [VERSION]: 'a text',
};

/** What a member must be, in words. */
export const wantedOf = (slot: number): string => WANTED[slot] ?? 'absent';

/**
 * Everything about a flat receipt that does not fit its schema (trust format §4.1): a member that is missing or of
 * another type, a claim that is no number, a member that no receipt has. `audit_fields` is open (attack corpus decision
 * 20).
 */
export function schemaIssues(bytes: Buffer, start: number, end: number, fields: ReceiptFields): SchemaIssue[] {
  const issues: SchemaIssue[] = [];
  for (let slot = 0; slot < OTHER; slot += 1) {
    const pointer = `/${RECEIPT_MEMBERS[slot]}`;
    if (!fields.has(slot)) {
      if (slot !== REFUSAL_TRIGGER) issues.push({ pointer, offset: start, length: end - start, what: `has no ${RECEIPT_MEMBERS[slot]}` });
      continue;
    }
    const from = fields.valueStart[slot]!;
    const to = fields.valueEnd[slot]!;
    if (!memberFits(slot, bytes, from, to)) {
      issues.push({ pointer, offset: from, length: to - from, what: `has a ${RECEIPT_MEMBERS[slot]} that is not ${wantedOf(slot)}` });
    }
  }
  if (fields.claimKeyStart >= 0) issues.push(claimIssue(bytes, fields));
  if (fields.otherKeyStart >= 0) {
    const key = bytes.toString('utf8', fields.otherKeyStart + 1, fields.otherKeyEnd - 1);
    issues.push({
      pointer: `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`,
      offset: fields.otherKeyStart,
      length: fields.otherKeyEnd - fields.otherKeyStart,
      what: `has a member that no receipt has, ${JSON.stringify(key.slice(0, 80))}`,
    });
  }
  return issues;
}

export function claimIssue(bytes: Buffer, fields: ReceiptFields): SchemaIssue {
  const key = bytes.toString('utf8', fields.claimKeyStart + 1, fields.claimKeyEnd - 1);
  return {
    pointer: `/envelope_claim/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`,
    offset: fields.claimKeyStart,
    length: fields.claimKeyEnd - fields.claimKeyStart,
    what: `claims ${JSON.stringify(key.slice(0, 80))} with something that is not a number`,
  };
}

/** Preimages are put together here; no line that is hashed is longer, and `previous_receipt_hash` may be put in. */
const scratch = Buffer.alloc(65_535 + 256);

/**
 * `current_hash` as the bytes say: hex SHA-256 of the line without the member `"current_hash":…` and its comma. Exact for
 * a canonical line, where `audit_fields` always comes first; in others the comma that goes is the one before the member,
 * or the one after it where it is the first. A line without the member is hashed whole.
 */
export function recomputeHash(bytes: Uint8Array, start: number, end: number, fields: ReceiptFields): string {
  if (!fields.has(CURRENT_HASH)) return hash('sha256', bytes.subarray(start, end), 'hex');
  let cutFrom = fields.keyStart[CURRENT_HASH]!;
  let cutTo = fields.valueEnd[CURRENT_HASH]!;
  if (bytes[cutFrom - 1] === 0x2c) cutFrom -= 1;
  else if (bytes[cutTo] === 0x2c) cutTo += 1;
  const head = cutFrom - start;
  scratch.set(bytes.subarray(start, cutFrom), 0);
  scratch.set(bytes.subarray(cutTo, end), head);
  return hash('sha256', scratch.subarray(0, head + end - cutTo), 'hex');
}

/**
 * The hash that the line would have if `previous_receipt_hash` said `previous` instead: it tells whether only the link
 * was altered. Both must be 64 hex digits long.
 */
export function recomputeHashWithPrevious(line: Buffer, start: number, end: number, fields: ReceiptFields, previous: string): string {
  const copy = Buffer.from(line.subarray(start, end));
  copy.write(previous, fields.valueStart[PREVIOUS_HASH]! - start + 1, 'latin1');
  const cutFrom = fields.keyStart[CURRENT_HASH]! - start - 1;
  const cutTo = fields.valueEnd[CURRENT_HASH]! - start;
  return hash('sha256', Buffer.concat([copy.subarray(0, cutFrom), copy.subarray(cutTo)]), 'hex');
}

/**
 * Whether all members are there with the right types, as in every plain receipt. The digits of the two hashes and the
 * time are left to the caller, and so is any complaint: `schemaIssues` says what is wrong.
 */
export function fitsPlainly(bytes: Uint8Array, fields: ReceiptFields): boolean {
  const { keyStart, valueStart, valueEnd } = fields;
  if (fields.otherKeyStart >= 0 || fields.claimKeyStart >= 0) return false;
  for (let slot = 0; slot < OTHER; slot += 1) {
    if (keyStart[slot]! < 0) {
      if (slot !== REFUSAL_TRIGGER) return false;
      continue;
    }
    const from = valueStart[slot]!;
    const first = bytes[from];
    const length = valueEnd[slot]! - from;
    if (slot === AUDIT_FIELDS || slot === ENVELOPE_CLAIM || slot === REFUSAL_TRIGGER) {
      if (first !== 0x7b) return false;
    } else if (slot === PREVIOUS_HASH) {
      if (length !== HASH_HEX + 2 && !isNullValue(bytes, from, valueEnd[slot]!)) return false;
    } else if (first !== 0x22 || length <= 2 || (slot === CURRENT_HASH && length !== HASH_HEX + 2)) {
      return false;
    }
  }
  return true;
}
