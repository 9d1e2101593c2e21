/**
 * Profile `erlmcp-json-0`: receipts as the document's own code wrote them. Their hash covers the JSON of an object that is
 * nowhere stored: the members in file order, as spelled, without `hash_chain` and `conformance_events`, and with
 * `previous_receipt_hash` lifted out of `hash_chain` to a place that depends on the machine that wrote it. The first record
 * tells the place; from then on it is pinned (attack corpus decisions 22 to 24).
 *
 * Everything is done with the bytes as they stand. A number is never reparsed: `150.0` must stay `150.0`.
 */
import { hash } from 'node:crypto';
import type { TopMember } from './canonical-slow-path.ts';

/** Members of a record that are always there, besides `hash_chain`. */
const REQUIRED = ['receipt_id', 'plan_id', 'version', 'timestamp', 'envelope_claim', 'audit_fields'] as const;
const OPTIONAL = ['refusal_trigger', 'conformance_events'] as const;
const KNOWN: ReadonlySet<string> = new Set<string>([...REQUIRED, ...OPTIONAL, 'hash_chain']);
const NOT_HASHED: ReadonlySet<string> = new Set(['hash_chain', 'conformance_events']);

/** What the first record pins: the order of the members that are always there, and where the previous hash goes. */
export interface LegacyLayout {
  /** Names in file order, `hash_chain` included, optional ones not. */
  readonly order: readonly string[];
  /** Nearest required member before the place of `previous_receipt_hash`; null at the beginning. */
  readonly after: string | null;
  /**
   * Where it stands against a `refusal_trigger` in the same gap; null while no record has told, then both are tried
   * (decision 23).
   */
  readonly refusalFirst: boolean | null;
}

/** The hashes that a record states. */
export interface StatedHashes {
  readonly current: string | undefined;
  /** Undefined where it is missing or neither null nor 64 hex digits. */
  readonly previous: string | null | undefined;
}

const HEX_64 = /^[0-9a-f]{64}$/;

/** Reads `hash_chain`; duplicates and syntax were checked before. */
export function statedHashes(line: Buffer, members: readonly TopMember[]): StatedHashes {
  const chain = members.find(({ name }) => name === 'hash_chain');
  const nothing: StatedHashes = { current: undefined, previous: undefined };
  if (chain === undefined) return nothing;
  const text = line.toString('utf8', chain.valueStart, chain.valueEnd);
  // Names and hashes need no escape: an escaped name would be read by one verifier and not by another.
  if (text.includes('\\')) return nothing;
  const value = JSON.parse(text) as unknown;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return nothing;
  const { current_hash: current, previous_receipt_hash: previous } = value as Record<string, unknown>;
  return {
    current: typeof current === 'string' && HEX_64.test(current) ? current : undefined,
    previous: previous === null || (typeof previous === 'string' && HEX_64.test(previous)) ? previous : undefined,
  };
}

/** Names of members that are missing from a record, and of those that no record has. */
export function legacySchema(members: readonly TopMember[]): {
  readonly missing: readonly string[];
  readonly unknown: readonly TopMember[];
} {
  const names = new Set(members.map(({ name }) => name));
  return {
    missing: [...REQUIRED, 'hash_chain'].filter((name) => !names.has(name)),
    unknown: members.filter(({ name }) => !KNOWN.has(name)),
  };
}

const hashedMembers = (members: readonly TopMember[]): TopMember[] => members.filter(({ name }) => !NOT_HASHED.has(name));

/** Hex SHA-256 of the record with `previous_receipt_hash` put in before the member at `place`. */
function hashAt(line: Buffer, hashed: readonly TopMember[], place: number, previous: string | null): string {
  const parts: Buffer[] = [];
  const link = Buffer.from(`"previous_receipt_hash":${previous === null ? 'null' : `"${previous}"`}`, 'latin1');
  for (let i = 0; i <= hashed.length; i += 1) {
    if (i === place) parts.push(parts.length === 0 ? OPEN : COMMA, link);
    const member = hashed[i];
    if (member === undefined) continue;
    parts.push(parts.length === 0 ? OPEN : COMMA, spelled(line, member));
  }
  parts.push(CLOSE);
  return hash('sha256', Buffer.concat(parts), 'hex');
}

const OPEN = Buffer.from('{');
const COMMA = Buffer.from(',');
const CLOSE = Buffer.from('}');

/** Key, colon and value as in the file; the white space that could stand between them is no part of any record. */
const spelled = (line: Buffer, { keyStart, valueEnd }: TopMember): Buffer => line.subarray(keyStart, valueEnd);

/** Finds the layout that reproduces the hash of the first record, or undefined where none of the ≤ 9 places does. */
export function findLegacyLayout(line: Buffer, members: readonly TopMember[]): LegacyLayout | undefined {
  const { current, previous } = statedHashes(line, members);
  if (current === undefined || previous === undefined) return undefined;
  const hashed = hashedMembers(members);
  for (let place = 0; place <= hashed.length; place += 1) {
    if (hashAt(line, hashed, place, previous) !== current) continue;
    const before = hashed.slice(0, place);
    const after = before.findLast(({ name }) => name !== 'refusal_trigger')?.name ?? null;
    const refusalFirst = hashed[place - 1]?.name === 'refusal_trigger' ? true : hashed[place]?.name === 'refusal_trigger' ? false : null;
    return { order: requiredOrder(members), after, refusalFirst };
  }
  return undefined;
}

const requiredOrder = (members: readonly TopMember[]): string[] =>
  members.map(({ name }) => name).filter((name) => name !== 'refusal_trigger' && name !== 'conformance_events');

export interface LegacyHash {
  /** Hash by the pinned layout, or by whichever layout fits when the record does not keep to it; null where none does. */
  readonly hash: string | null;
  /** The record is in another layout than the first one. */
  readonly mixed: boolean;
}

/** Recomputes the hash of a record. */
export function legacyHash(line: Buffer, members: readonly TopMember[], stated: StatedHashes, layout: LegacyLayout): LegacyHash {
  if (stated.previous === undefined) return { hash: null, mixed: false };
  const hashed = hashedMembers(members);
  const order = requiredOrder(members);
  const inOrder = order.length === layout.order.length && order.every((name, i) => name === layout.order[i]);
  const pinned = inOrder ? pinnedPlaces(hashed, layout) : [];
  let first: string | null = null;
  for (const place of pinned) {
    const computed = hashAt(line, hashed, place, stated.previous);
    if (computed === stated.current) return { hash: computed, mixed: false };
    first ??= computed;
  }
  for (let place = 0; place <= hashed.length; place += 1) {
    if (pinned.includes(place) || stated.current === undefined) continue;
    if (hashAt(line, hashed, place, stated.previous) === stated.current) return { hash: stated.current, mixed: true };
  }
  return { hash: first, mixed: !inOrder };
}

/** Places in this record that agree with the pinned neighbours: one, or two beside a `refusal_trigger`. */
function pinnedPlaces(hashed: readonly TopMember[], layout: LegacyLayout): number[] {
  const after = layout.after === null ? 0 : hashed.findIndex(({ name }) => name === layout.after) + 1;
  if (hashed[after]?.name !== 'refusal_trigger') return [after];
  if (layout.refusalFirst === null) return [after + 1, after];
  return [layout.refusalFirst ? after + 1 : after];
}
