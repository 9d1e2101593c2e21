/** Reads lines that the fast lane leaves: unusual or wrong ones of `jcs-sha256-1`, and all of `erlmcp-json-0`. */
import { type CanonicalIssue, inspectLine, type TopMember } from './canonical-slow-path.ts';
import { findLegacyLayout, type LegacyLayout, legacyHash, legacySchema, statedHashes } from './legacy-profile.ts';
import { CURRENT_HASH, OTHER, PREVIOUS_HASH, RECEIPT_ID, ReceiptFields, slotOfName, TIMESTAMP } from './receipt-fields.ts';
import { claimIssue, isHashValue, isNullValue, memberFits, recomputeHash, schemaIssues, wantedOf } from './receipt-rules.ts';
import { parseTimestamp } from './timestamps.ts';

/** What a line says, and everything wrong with it by itself. Offsets of issues count in the line. */
export interface LineFacts {
  readonly issues: readonly CanonicalIssue[];
  /** Whether it could be taken apart, so that it has a hash and a link. */
  readonly readable: boolean;
  /** Recomputed hash; null where none can be computed. */
  readonly own: string | null;
  /** Hash that it states; null where it states none that could be one. */
  readonly stated: string | null;
  readonly previous: string | null | undefined;
  readonly receiptId: string | null;
  /** Milliseconds since 1970; NaN where it states no time. */
  readonly timeMs: number;
}

const fields = new ReceiptFields();
const members: TopMember[] = [];

/** A text value, or null where the member is absent or of another type. */
function textOf(line: Buffer, start: number, end: number): string | null {
  if (line[start] !== 0x22 || end - start <= 2) return null;
  try {
    return JSON.parse(line.toString('utf8', start, end)) as string;
  } catch {
    return null;
  }
}

const slotText = (line: Buffer, slot: number): string | null =>
  fields.has(slot) ? textOf(line, fields.valueStart[slot]!, fields.valueEnd[slot]!) : null;

const slotTime = (line: Buffer): number =>
  fields.has(TIMESTAMP) && line[fields.valueStart[TIMESTAMP]!] === 0x22
    ? parseTimestamp(line, fields.valueStart[TIMESTAMP]! + 1, fields.valueEnd[TIMESTAMP]! - 1)
    : NaN;

const schema = (pointer: string, offset: number, length: number, what: string): CanonicalIssue => ({
  code: 'RECEIPT_SCHEMA',
  offset,
  length,
  pointer,
  what,
});

const unreadable = (issues: readonly CanonicalIssue[]): LineFacts => ({
  issues,
  readable: false,
  own: null,
  stated: null,
  previous: undefined,
  receiptId: null,
  timeMs: NaN,
});

/** Reads a line of profile `jcs-sha256-1` the slow way. */
export function readUnusualLine(line: Buffer): LineFacts {
  const inspection = inspectLine(line, { strictness: 'canonical', fields, members });
  if (!inspection.readable) return unreadable(inspection.issues);
  if (!inspection.isObject) return unreadable([...inspection.issues, schema('', 0, line.length, 'is not an object')]);
  if (!fields.has(CURRENT_HASH) && members.some(({ name }) => name === 'hash_chain')) return readForeignNested(line);
  const issues = [
    ...inspection.issues,
    ...schemaIssues(line, 0, line.length, fields).map(({ pointer, offset, length, what }) => schema(pointer, offset, length, what)),
  ];
  return {
    issues,
    readable: true,
    own: recomputeHash(line, 0, line.length, fields),
    stated: statedHash(line),
    previous: previousHash(line),
    receiptId: slotText(line, RECEIPT_ID),
    timeMs: slotTime(line),
  };
}

/** The hash that a flat record states, in lower case: its spelling is a matter of the schema. */
function statedHash(line: Buffer): string | null {
  const text = slotText(line, CURRENT_HASH)?.toLowerCase() ?? '';
  return /^[0-9a-f]{64}$/.test(text) ? text : null;
}

function previousHash(line: Buffer): string | null | undefined {
  if (!fields.has(PREVIOUS_HASH)) return undefined;
  const start = fields.valueStart[PREVIOUS_HASH]!;
  const end = fields.valueEnd[PREVIOUS_HASH]!;
  if (isNullValue(line, start, end)) return null;
  return isHashValue(line, start, end) ? line.toString('latin1', start + 1, end - 1) : undefined;
}

/** A record of `erlmcp-json-0` in a chain of `jcs-sha256-1`: one finding; its own hash keeps the chain readable. */
function readForeignNested(line: Buffer): LineFacts {
  const stated = statedHashes(line, members);
  const fits = findLegacyLayout(line, members) !== undefined;
  return {
    issues: [mixed(line, 'is a record of profile erlmcp-json-0')],
    readable: true,
    own: fits ? (stated.current ?? null) : null,
    stated: stated.current ?? null,
    previous: stated.previous,
    receiptId: slotText(line, RECEIPT_ID),
    timeMs: slotTime(line),
  };
}

const mixed = (line: Buffer, what: string): CanonicalIssue => ({
  code: 'CANON_PROFILE_MIXED',
  offset: 0,
  length: line.length,
  pointer: '',
  what,
});

/** A line of `erlmcp-json-0`, with the layout that holds from then on. */
export type LegacyLineFacts = LineFacts & { readonly layout: LegacyLayout | null | undefined };

/**
 * Reads a line of profile `erlmcp-json-0`. `layout` is undefined before the first record, which pins it; null where none
 * fits, and then hashes are taken as stated, for they cannot be recomputed.
 */
export function readLegacyLine(line: Buffer, layout: LegacyLayout | null | undefined, index: number): LegacyLineFacts {
  const inspection = inspectLine(line, { strictness: 'lexemes', fields, members });
  const pinned = layout ?? (index === 0 && inspection.isObject ? (findLegacyLayout(line, members) ?? null) : null);
  const unknown = index === 0 && pinned === null ? [profileUnknown(line)] : [];
  if (!inspection.readable) return { ...unreadable([...inspection.issues, ...unknown]), layout: pinned };
  if (!inspection.isObject) {
    return { ...unreadable([...inspection.issues, ...unknown, schema('', 0, line.length, 'is not an object')]), layout: pinned };
  }
  const receiptId = slotText(line, RECEIPT_ID);
  const timeMs = slotTime(line);
  if (fields.has(CURRENT_HASH) && !members.some(({ name }) => name === 'hash_chain')) {
    const facts: LineFacts = {
      issues: [...inspection.issues, ...unknown, mixed(line, 'is a record of profile jcs-sha256-1')],
      readable: true,
      own: recomputeHash(line, 0, line.length, fields),
      stated: statedHash(line),
      previous: previousHash(line),
      receiptId,
      timeMs,
    };
    return { ...facts, layout: pinned };
  }
  const stated = statedHashes(line, members);
  const shape = legacyShape(line, stated.current === undefined || stated.previous === undefined);
  const computed = pinned === null ? null : legacyHash(line, members, stated, pinned);
  const issues = [...inspection.issues, ...unknown, ...shape.issues];
  if (computed?.mixed === true && shape.complete) issues.push(mixed(line, 'has its members in another layout than the first record'));
  return {
    issues,
    readable: true,
    own: computed === null ? (stated.current ?? null) : computed.hash,
    stated: stated.current ?? null,
    previous: stated.previous,
    receiptId,
    timeMs,
    layout: pinned,
  };
}

const profileUnknown = (line: Buffer): CanonicalIssue => ({
  code: 'CANON_PROFILE_UNKNOWN',
  offset: 0,
  length: line.length,
  pointer: '',
  what: 'no member layout reproduces the hash of the first record',
});

/** The schema of a nested record. */
function legacyShape(line: Buffer, hashesMissing: boolean): { readonly issues: readonly CanonicalIssue[]; readonly complete: boolean } {
  const { missing, unknown } = legacySchema(members);
  const issues = missing.map((name) => schema(`/${name}`, 0, line.length, `has no ${name}`));
  for (const member of unknown) {
    const { name, keyStart, keyEnd } = member;
    issues.push(schema(`/${name}`, keyStart, keyEnd - keyStart, `has a member that no receipt has, ${JSON.stringify(name.slice(0, 80))}`));
  }
  for (const { name, valueStart, valueEnd } of members) {
    const slot = slotOfName(name);
    if (slot === OTHER || slot === CURRENT_HASH || slot === PREVIOUS_HASH) continue;
    if (!memberFits(slot, line, valueStart, valueEnd)) {
      issues.push(schema(`/${name}`, valueStart, valueEnd - valueStart, `has a ${name} that is not ${wantedOf(slot)}`));
    }
  }
  if (fields.claimKeyStart >= 0) {
    const { pointer, offset, length, what } = claimIssue(line, fields);
    issues.push(schema(pointer, offset, length, what));
  }
  if (hashesMissing && !missing.includes('hash_chain')) {
    const chain = members.find(({ name }) => name === 'hash_chain')!;
    const what = 'has a hash_chain without current_hash and previous_receipt_hash that could be hashes';
    issues.push(schema('/hash_chain', chain.valueStart, chain.valueEnd - chain.valueStart, what));
  }
  return { issues, complete: missing.length === 0 && unknown.length === 0 };
}
