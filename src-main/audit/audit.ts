import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { AuditEntry } from '../../src-shared/contract/audit.ts';
import type { Role } from '../../src-shared/contract/roles.ts';

/**
 * The rules of the audit log (docs/formats/audit-log.md): each entry is one line of canonical JSON (RFC 8785) that names
 * the SHA-256 of the line before it. The hash of an entry is the hash of its stored line, whole: nothing is cut out.
 */

/** Who acted, as they were called when they did. */
export interface Actor {
  readonly memberId: string;
  readonly name: string;
  readonly role: Role;
}

/** What the console does by itself (a schedule, a recovery): named, so that no entry is without an actor. */
export const CONSOLE_ACTOR: Actor = { memberId: 'console', name: 'Countersign', role: 'admin' };

export interface AuditInput {
  readonly actor: Actor;
  /** ISO 8601 UTC. */
  readonly at: string;
  /** `noun.verb`. */
  readonly action: string;
  /** What it was done to, in words a reader knows: a source's name, a backup's file name. */
  readonly subject: string | null;
  /** JSON values; never a secret. */
  readonly before: unknown;
  readonly after: unknown;
  /** Joins the answer, the log and this entry. */
  readonly requestId: string;
  /** Where it can be seen in the console. */
  readonly address?: string | null;
}

/** The members of a stored line, in their canonical order. */
export interface AuditLine {
  readonly action: string;
  readonly actor: { readonly member_id: string; readonly name: string; readonly role: Role };
  readonly address: string | null;
  readonly after: unknown;
  readonly at: string;
  readonly before: unknown;
  readonly previous_hash: string | null;
  readonly request_id: string;
  readonly seq: number;
  readonly subject: string | null;
}

export interface AuditHead {
  readonly seq: number;
  /** SHA-256 of the line, lower-case hex. */
  readonly hash: string;
}

/** SHA-256 of a line's UTF-8 bytes, lower-case hex. */
export const auditLineHash = (line: string): string => createHash('sha256').update(line, 'utf8').digest('hex');

/** A JSON value as it can be made canonical: `undefined` is absent, a lone surrogate becomes U+FFFD, bigint is a text. */
const jsonValue = (value: unknown): unknown => {
  if (value === undefined) return null;
  return JSON.parse(
    JSON.stringify(value, (_key, item: unknown) =>
      typeof item === 'bigint' ? item.toString() : typeof item === 'string' ? item.toWellFormed() : item,
    ),
  ) as unknown;
};

/** The line that records `entry` after `previous`, and its hash. Pure: the same input gives the same bytes. */
export const nextAuditLine = (previous: AuditHead | null, entry: AuditInput): { readonly line: string; readonly head: AuditHead } => {
  const seq = (previous?.seq ?? 0) + 1;
  const content: AuditLine = {
    action: entry.action,
    actor: { member_id: entry.actor.memberId, name: entry.actor.name.toWellFormed(), role: entry.actor.role },
    address: entry.address ?? null,
    after: jsonValue(entry.after),
    at: entry.at,
    before: jsonValue(entry.before),
    previous_hash: previous?.hash ?? null,
    request_id: entry.requestId,
    seq,
    subject: entry.subject?.toWellFormed() ?? null,
  };
  const line = canonicalize(content);
  if (line === undefined) throw new TypeError('an audit entry is always an object');
  return { line, head: { seq, hash: auditLineHash(line) } };
};

/** A stored line as the contract shows it. */
export const auditEntryOf = (line: string, hash: string): AuditEntry => {
  const content = JSON.parse(line) as AuditLine;
  return {
    seq: content.seq,
    at: content.at,
    actor: { memberId: content.actor.member_id, name: content.actor.name, role: content.actor.role },
    action: content.action,
    subject: content.subject,
    before: content.before,
    after: content.after,
    requestId: content.request_id,
    hash,
    previousHash: content.previous_hash,
    address: content.address,
  };
};

export interface StoredAuditLine {
  readonly seq: number;
  readonly line: string;
  readonly hash: string;
}

export interface AuditBreak {
  /** The entry at which the chain no longer holds. */
  readonly seq: number;
  readonly says: string;
}

/**
 * Checks that `row` follows `previous`: its number, its canonical form, its hash and the hash it names. Returns what does
 * not hold, as one sentence, or null.
 */
export const auditBreak = (previous: AuditHead | null, row: StoredAuditLine): AuditBreak | null => {
  const expected = (previous?.seq ?? 0) + 1;
  if (row.seq !== expected) {
    const missing = row.seq - expected;
    return {
      seq: expected,
      says:
        missing === 1
          ? `Entry ${expected} is missing: the next one that is there is ${row.seq}.`
          : `${missing} entries are missing from ${expected} on: the next one that is there is ${row.seq}.`,
    };
  }
  const broken = (says: string): AuditBreak => ({ seq: expected, says });
  if (auditLineHash(row.line) !== row.hash)
    return broken(`Entry ${expected} was changed after it was recorded: its hash does not fit its content.`);
  let content: Partial<AuditLine> | null;
  try {
    content = JSON.parse(row.line) as Partial<AuditLine> | null;
    if (canonicalize(content) !== row.line) return broken(`Entry ${expected} is not canonical JSON: it was not written by this log.`);
  } catch {
    return broken(`Entry ${expected} is not JSON: it was not written by this log.`);
  }
  if (content === null || typeof content !== 'object' || content.seq !== expected)
    return broken(`Entry ${expected} calls itself ${String(content?.seq)}: it was moved here from another place.`);
  if ((content.previous_hash ?? null) !== (previous?.hash ?? null))
    return broken(`Entry ${expected} does not name the hash of the entry before it: an entry was replaced, removed or put in between.`);
  return null;
};
