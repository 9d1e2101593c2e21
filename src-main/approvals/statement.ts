import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Role } from '../../src-shared/contract/roles.ts';

/**
 * The statement of a request: canonical JSON (RFC 8785) of exactly what will be done. Its SHA-256 is what a confirmation is
 * bound to, and what is carried out is read from these bytes alone (docs/policies.md).
 */
export const STATEMENT_SCHEMA = 'urn:countersign:approval-request:1';

/** A value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface Statement {
  readonly schema: typeof STATEMENT_SCHEMA;
  /** UUIDv7: no two requests have the same bytes, so no confirmation fits another one. */
  readonly request_id: string;
  /** As `tenant.suspend`. */
  readonly kind: string;
  /** The act in a few words: "Suspend Harrow & Finch Freight". */
  readonly title: string;
  /** What will happen, sentence by sentence, as everybody who confirms reads it. */
  readonly says: readonly string[];
  readonly subject: { readonly type: 'tenant'; readonly tenant_id: string; readonly name: string; readonly partner_id: string };
  /** Exact parameters of the act. */
  readonly act: { readonly [key: string]: Json };
  /** How the subject stood when it was asked, and how it will stand. */
  readonly before: { readonly [key: string]: Json };
  readonly after: { readonly [key: string]: Json };
  readonly reason: string;
  readonly requested_by: { readonly member_id: string; readonly name: string; readonly role: Role };
  readonly requested_at: string;
  readonly expires_at: string;
  /** Different members who have to confirm, the requester not among them. */
  readonly quorum: number;
  readonly roles: readonly Role[];
  readonly policy: {
    readonly action: string;
    readonly id: string;
    readonly rule: number;
    readonly version: number;
    /** Of all policies that were in force. */
    readonly sha256: string;
  };
}

export interface StatementBytes {
  readonly text: string;
  /** SHA-256 of its UTF-8 bytes, lower-case hex. */
  readonly sha256: string;
}

export const sha256Of = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** A lone surrogate has no UTF-8 bytes; it becomes U+FFFD before anything is hashed. */
const wellFormed = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_key, item: unknown) => (typeof item === 'string' ? item.toWellFormed() : item)));

/** Canonical JSON of a value without `undefined`, and its hash. */
export const canonicalBytes = (value: unknown): StatementBytes => {
  const text = canonicalize(wellFormed(value));
  if (text === undefined) throw new TypeError('only a JSON value has canonical bytes');
  return { text, sha256: sha256Of(text) };
};

export const readStatement = (text: string): Statement => {
  const statement = JSON.parse(text) as Statement;
  if (statement.schema !== STATEMENT_SCHEMA) throw new TypeError('this is no statement of a request');
  return statement;
};
