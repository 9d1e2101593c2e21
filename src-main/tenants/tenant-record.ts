import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { tenantStatus, type TenantStatus } from '../../src-shared/contract/tenants.ts';
import {
  identifier,
  knownFieldsOnly,
  notFarAhead,
  oneOf,
  optional,
  parseRecord,
  type RecordObject,
  refuse,
  text,
  tierOf,
  time,
} from './record-fields.ts';

/** A tenant's record, as a line of `<source>/tenants/*.ndjson` or as made here (docs/formats/tenants.md). Pure. */

export interface TenantContact {
  readonly name: string;
  readonly email: string | null;
  readonly role: string | null;
  readonly phone: string | null;
}

export interface TenantRecord {
  readonly tenant_id: string;
  readonly name: string;
  readonly partner_id: string;
  readonly tier: string;
  readonly plan_id: string;
  readonly plan_version: string;
  readonly status: TenantStatus;
  readonly region: string;
  /** UTC with nine places. */
  readonly created_at: string;
  readonly updated_at: string;
  readonly contacts: readonly TenantContact[];
  /** Sorted, each once. */
  readonly tags: readonly string[];
  /** How the source rates it, 0 to 100. */
  readonly risk: number | null;
}

const FIELDS: ReadonlySet<string> = new Set([
  'tenant_id',
  'name',
  'partner_id',
  'tier',
  'plan_id',
  'plan_version',
  'status',
  'region',
  'created_at',
  'updated_at',
  'contacts',
  'tags',
  'risk',
]);
const CONTACT_FIELDS: ReadonlySet<string> = new Set(['name', 'email', 'role', 'phone']);
const MOST_CONTACTS = 50;
const MOST_TAGS = 50;
/** What the words of a source stand for. */
const RISK_WORDS: Readonly<Record<string, number>> = { low: 20, medium: 50, raised: 60, high: 80 };

function contact(value: unknown, at: number): TenantContact {
  if (typeof value === 'string') {
    const name = text({ contact: value }, 'contact', 200);
    return { name, email: name.includes('@') ? name : null, role: null, phone: null };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refuse('RECORD_FIELD', `contacts[${at}] must be text or an object.`);
  const record = value as RecordObject;
  knownFieldsOnly(record, CONTACT_FIELDS);
  const part = (field: string): string | null => optional(record, field, (from, name) => text(from, name, 200));
  const [name, email] = [part('name'), part('email')];
  const shown = name ?? email;
  if (shown === null) return refuse('RECORD_FIELD', `contacts[${at}] has neither name nor email.`);
  return { name: shown, email, role: part('role'), phone: part('phone') };
}

function listOf(record: RecordObject, field: string, most: number): readonly unknown[] {
  const value = record[field];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || value.length > most) return refuse('RECORD_FIELD', `${field} must be a list of at most ${most}.`);
  return value as readonly unknown[];
}

function riskOfSource(record: RecordObject): number | null {
  const value = record['risk'];
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') {
    const known = RISK_WORDS[value.trim().toLowerCase()];
    if (known !== undefined) return known;
  }
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 100) return value;
  return refuse('RECORD_FIELD', `risk must be a whole number from 0 to 100, or one of ${Object.keys(RISK_WORDS).join(', ')}.`);
}

/** @throws RecordRefusal */
export function readTenantRecord(line: string, now: string): TenantRecord {
  const record = parseRecord(line);
  knownFieldsOnly(record, FIELDS);
  const read: TenantRecord = {
    tenant_id: identifier(record, 'tenant_id'),
    name: text(record, 'name', 200),
    partner_id: identifier(record, 'partner_id'),
    tier: tierOf(record),
    plan_id: text(record, 'plan_id', 100),
    plan_version: text(record, 'plan_version', 60),
    status: oneOf(record, 'status', tenantStatus.options),
    region: text(record, 'region', 100),
    created_at: time(record, 'created_at'),
    updated_at: time(record, 'updated_at'),
    contacts: listOf(record, 'contacts', MOST_CONTACTS).map(contact),
    tags: [
      ...new Set(
        listOf(record, 'tags', MOST_TAGS).map((value, at) => {
          const tag = text({ [`tags[${at}]`]: value }, `tags[${at}]`, 50);
          return tag.includes(',') ? refuse('RECORD_FIELD', `tags[${at}] holds a comma.`) : tag;
        }),
      ),
    ].sort(),
    risk: riskOfSource(record),
  };
  notFarAhead(read.updated_at, now);
  return read;
}

/** Canonical JSON (RFC 8785) of a record, and its SHA-256: two lines that say the same have the same. */
export function canonicalRecord(record: object): { readonly body: string; readonly sha256: string } {
  const body = canonicalize(record);
  if (body === undefined) throw new TypeError('a record is always an object');
  return { body, sha256: createHash('sha256').update(body, 'utf8').digest('hex') };
}

/** A name as it is sorted and searched: lower case, accents taken off. */
export const plainText = (value: string): string => value.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

const MOST_WORDS = 200;

/** The words a tenant is found by: of name, id, contacts and tags, each once, sorted. */
export function wordsOf(record: Pick<TenantRecord, 'tenant_id' | 'name' | 'contacts'>, tags: readonly string[]): string[] {
  const parts = [record.name, record.tenant_id, ...record.contacts.flatMap(({ name, email }) => [name, email ?? '']), ...tags];
  const words = new Set<string>();
  for (const part of parts)
    for (const token of plainText(part).split(/\s+/)) {
      // Whole, for ids, addresses and double names, and in its parts.
      const whole = token.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
      for (const word of [whole, ...whole.split(/[^\p{L}\p{N}]+/u)]) if (word !== '') words.add(word.slice(0, 200));
    }
  return [...words].sort().slice(0, MOST_WORDS);
}

/** What is searched for, as beginnings of words; signs that stand alone are passed over. */
export const searchWords = (search: string): string[] =>
  [
    ...new Set(
      plainText(search)
        .split(/[\s,;]+/)
        .map((word) => word.replace(/^[^\p{L}\p{N}]+/u, ''))
        .filter((word) => word !== ''),
    ),
  ].slice(0, 8);
