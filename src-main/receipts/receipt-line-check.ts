import { isUtf8 } from 'node:buffer';
import { MAX_LINE_BYTES, scanCanonicalObject } from '../trust/canonical-scanner.ts';
import type { FindingCode } from '../trust/findings.ts';
import { OTHER, ReceiptFields, REFUSAL_TRIGGER } from '../trust/receipt-fields.ts';

/**
 * Whether a line is a receipt at all: one JSON object with the members of a receipt, of either profile. Nothing is proven
 * here; canonical form, hashes and links are the verifier's. What is no receipt is stored all the same, and annotated.
 */
export interface LineProblem {
  readonly code: FindingCode;
  readonly says: string;
}

const fields = new ReceiptFields();

/** Members that both profiles have at the top. */
const COMMON = ['audit_fields', 'envelope_claim', 'plan_id', 'receipt_id', 'timestamp', 'version'] as const;

/**
 * What is wrong with the line `[start, end)`, or null. `bytes[end]` must exist and be a control byte (its LF). Canonical
 * lines take the scanner's way, about 1 µs; others are parsed.
 */
export const lineProblem = (bytes: Buffer, start: number, end: number): LineProblem | null =>
  scanCanonicalObject(bytes, start, end, fields) && hasAllMembers() ? null : parsedProblem(bytes, start, end);

const hasAllMembers = (): boolean => {
  for (let slot = 0; slot < OTHER; slot += 1) if (slot !== REFUSAL_TRIGGER && !fields.has(slot)) return false;
  return true;
};

const parsedProblem = (bytes: Buffer, start: number, end: number): LineProblem | null => {
  const length = end - start;
  if (length === 0) return { code: 'CANON_WHITESPACE', says: 'The line is blank: there is no receipt in it.' };
  if (length > MAX_LINE_BYTES)
    return { code: 'CANON_SIZE', says: `The line has ${length} bytes; a receipt has ${MAX_LINE_BYTES} at most.` };
  const line = bytes.subarray(start, end);
  if (!isUtf8(line)) return { code: 'CANON_UTF8', says: 'The line is not UTF-8 text.' };
  if (line[0] === 0xef && line[1] === 0xbb && line[2] === 0xbf)
    return { code: 'CANON_UTF8', says: 'The line begins with a byte order mark, which JSON does not allow.' };
  let value: unknown;
  try {
    value = JSON.parse(line.toString('utf8'));
  } catch {
    return { code: 'CANON_SYNTAX', says: 'The line is not JSON.' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { code: 'RECEIPT_SCHEMA', says: 'The line is JSON, but not an object.' };
  const missing: string[] = COMMON.filter((name) => !Object.hasOwn(value, name));
  if (!Object.hasOwn(value, 'current_hash') && !Object.hasOwn(value, 'hash_chain')) missing.push('current_hash');
  if (missing.length > 0)
    return { code: 'RECEIPT_SCHEMA', says: `The line is a JSON object without ${missing.join(', ')}: it is no receipt.` };
  return null;
};
