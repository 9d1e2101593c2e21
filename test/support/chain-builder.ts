/**
 * Builds receipt chains for tests: seeded, so that the same options give the same bytes, in either profile, with signed
 * checkpoints. The honest chain comes first; `mutate` helpers below do to it what attackers do.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import canonicalize from 'canonicalize';
import { formatOrigin, signCheckpoint } from '../../src-main/trust/checkpoint.ts';
import { CompactRange, type Digest, leafHash } from '../../src-main/trust/merkle.ts';
import { ed25519Signer, type NoteSigner } from '../../src-main/trust/note.ts';
import type { ChainProfile } from '../../src-main/trust/chain-profile.ts';
import { testKey } from './ed25519-test-key.ts';

export type Receipt = Record<string, unknown>;

export interface ChainBuilderOptions {
  readonly seed?: number;
  readonly receipts?: number;
  readonly chainId?: string;
  readonly installId?: string;
  readonly source?: string;
  readonly planId?: string;
  readonly version?: string;
  readonly profile?: ChainProfile;
  /** Sizes at which the log signs; by default once, at the end. */
  readonly checkpointsAt?: readonly number[];
  /** Time of the first receipt; the others follow minutes apart. */
  readonly startAt?: string;
  /** Seed byte of the log's key. */
  readonly keySeed?: number;
  /** Every how many receipts one has a refusal; 0: none. */
  readonly refusalEvery?: number;
}

export interface NoteFile {
  readonly name: string;
  readonly bytes: Buffer;
}

/** A chain as files. Lines are without LF. */
export interface BuiltChain {
  readonly manifest: {
    readonly chain_id: string;
    readonly source: string;
    readonly plan_id: string;
    readonly version: string;
    readonly profile: ChainProfile;
    readonly genesis_hash: string | null;
  };
  readonly lines: readonly Buffer[];
  readonly checkpoints: readonly NoteFile[];
  readonly origin: string;
  readonly signer: NoteSigner;
}

/** A small generator of chance (mulberry32): the same seed, the same numbers from 0 to 1. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const hexOf = (random: () => number, digits: number): string =>
  Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('');

export const seededUuid = (random: () => number): string =>
  `${hexOf(random, 8)}-${hexOf(random, 4)}-4${hexOf(random, 3)}-a${hexOf(random, 3)}-${hexOf(random, 12)}`;

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

export const canonicalBytes = (value: unknown): Buffer => Buffer.from(canonicalize(value)!, 'utf8');

/** A receipt of profile `jcs-sha256-1` as its line: `current_hash` is computed over all other members. */
export function sealReceipt(receipt: Receipt): { readonly line: Buffer; readonly hash: string } {
  const { current_hash: _old, ...rest } = receipt;
  const hash = sha256(canonicalBytes(rest));
  return { line: canonicalBytes({ ...rest, current_hash: hash }), hash };
}

/** Members of a document record in the order in which its lines spell them. */
const LEGACY_ORDER = [
  'receipt_id',
  'plan_id',
  'version',
  'timestamp',
  'envelope_claim',
  'refusal_trigger',
  'hash_chain',
  'audit_fields',
] as const;

/**
 * A receipt of profile `erlmcp-json-0` as its line. `lexemes` are the members as spelled; the hashed object has
 * `previous_receipt_hash` after `envelope_claim` (and after a refusal).
 */
export function sealLegacy(
  lexemes: ReadonlyMap<string, string>,
  previous: string | null,
): { readonly line: Buffer; readonly hash: string } {
  const member = (name: string): string => `${JSON.stringify(name)}:${lexemes.get(name)!}`;
  const link = `"previous_receipt_hash":${JSON.stringify(previous)}`;
  const present = LEGACY_ORDER.filter((name) => name === 'hash_chain' || lexemes.has(name));
  const hashed = present.map((name) => (name === 'hash_chain' ? link : member(name)));
  const hash = sha256(`{${hashed.join(',')}}`);
  const chain = `"hash_chain":{"previous_receipt_hash":${JSON.stringify(previous)},"current_hash":"${hash}"}`;
  return { line: Buffer.from(`{${present.map((name) => (name === 'hash_chain' ? chain : member(name))).join(',')}}`, 'utf8'), hash };
}

const HOSTS = ['edge-07.example', 'prod-server-01', 'bücher-prod-01', '東京-node-3'] as const;
const REASONS = ['queue_overflow', 'rate_limit_exceeded', 'throughput_limit'] as const;
const CLAIMS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  team: { concurrent: 128, failover_s: 30, latency_p99_ms: 250, queue_depth: 2048, throughput_req_s: 450 },
  pro: { concurrent: 500, failover_s: 5, latency_p99_ms: 200.5, queue_depth: 1000, throughput_req_s: 1000 },
};

/** Makes receipts one after another; their chain fields are filled in by whoever seals them. */
export function* receiptBodies(
  options: Required<Pick<ChainBuilderOptions, 'seed' | 'planId' | 'version' | 'startAt' | 'refusalEvery'>>,
): Generator<Receipt> {
  const random = seededRandom(options.seed);
  let timeMs = Date.parse(options.startAt);
  for (let i = 0; ; i += 1) {
    const timestamp = new Date(timeMs).toISOString().replace(i % 3 === 0 ? '.000Z' : 'Z', 'Z');
    const host = HOSTS[Math.floor(random() * HOSTS.length)]!;
    yield {
      audit_fields: {
        erlang_version: '14.2.5',
        hostname: host,
        machine_id: `erlmcp@${host}`,
        otp_version: '26',
        requestor_id: random() < 0.4 ? null : `user-${hexOf(random, 6)}`,
      },
      envelope_claim: CLAIMS[options.planId] ?? CLAIMS['team'],
      plan_id: options.planId,
      receipt_id: seededUuid(random),
      ...(options.refusalEvery > 0 && i % options.refusalEvery === options.refusalEvery - 1
        ? {
            refusal_trigger: {
              attempted_action: 'tool_call',
              code: 1056,
              metric_value: Math.round(random() * 10_000) / 4,
              reason: REASONS[Math.floor(random() * REASONS.length)],
              timestamp,
            },
          }
        : {}),
      timestamp,
      version: options.version,
    };
    timeMs += 60_000 + Math.floor(random() * 600) * 1000;
  }
}

const DEFAULTS = {
  seed: 1,
  receipts: 3,
  chainId: 'receipts-test',
  installId: 'inst-test',
  source: 'erlmcp/test',
  planId: 'team',
  version: '1.0',
  profile: 'jcs-sha256-1',
  startAt: '2025-03-01T08:00:00Z',
  keySeed: 7,
  refusalEvery: 3,
} as const;

/** An honest chain. */
export function buildChain(options: ChainBuilderOptions = {}): BuiltChain {
  const all = { ...DEFAULTS, ...options };
  const lines: Buffer[] = [];
  let previous: string | null = null;
  let genesis: string | null = null;
  for (const body of receiptBodies(all)) {
    if (lines.length === all.receipts) break;
    const sealed: { readonly line: Buffer; readonly hash: string } =
      all.profile === 'jcs-sha256-1'
        ? sealReceipt({ ...body, previous_receipt_hash: previous })
        : sealLegacy(legacyLexemes(body), previous);
    lines.push(sealed.line);
    previous = sealed.hash;
    genesis ??= sealed.hash;
  }
  const origin = formatOrigin(all.installId, all.chainId);
  const signer = ed25519Signer(origin, testKey(all.keySeed));
  const { chainId: chain_id, source, planId: plan_id, version, profile } = all;
  const chain: BuiltChain = {
    manifest: { chain_id, source, plan_id, version, profile, genesis_hash: genesis },
    lines,
    checkpoints: [],
    origin,
    signer,
  };
  return { ...chain, checkpoints: (all.checkpointsAt ?? [all.receipts]).map((size) => checkpointOf(chain, size)) };
}

/** Members as a document's own code would spell them: floats keep their `.0`. */
function legacyLexemes(body: Receipt): Map<string, string> {
  const lexemes = new Map(Object.entries(body).map(([name, value]) => [name, JSON.stringify(value)]));
  const claim = Object.entries(body['envelope_claim'] as Record<string, number>);
  const floats = claim.map(([name, value]) => `"${name}":${/_s$|_ms$/.test(name) && Number.isInteger(value) ? `${value}.0` : value}`);
  return lexemes.set('envelope_claim', `{${floats.join(',')}}`);
}

/** Name of a checkpoint's file: its size on 12 digits, and a suffix where two share one. */
export const noteName = (size: number, suffix = ''): string => `${String(size).padStart(12, '0')}${suffix}.note`;

export function rootOfLines(lines: readonly Buffer[], size = lines.length): Digest {
  const range = new CompactRange();
  for (const line of lines.slice(0, size)) range.append(leafHash(line));
  return range.root();
}

/** What the log signs when it has `size` of the chain's lines. */
export const checkpointOf = (
  chain: BuiltChain,
  size: number,
  { suffix = '', signer = chain.signer }: { suffix?: string; signer?: NoteSigner } = {},
): NoteFile => ({
  name: noteName(size, suffix),
  bytes: signCheckpoint({ origin: chain.origin, size, root: rootOfLines(chain.lines, size), extensions: [] }, signer),
});

/** The same chain with other lines; its checkpoints and manifest stay those of the honest one. */
export const withLines = (chain: BuiltChain, lines: readonly Buffer[]): BuiltChain => ({ ...chain, lines });

export const receiptOf = (line: Buffer): Receipt => JSON.parse(line.toString('utf8')) as Receipt;

/** Lines chained anew from `from` on, as somebody with the code but without the log's key could do. */
export function rechain(lines: readonly Buffer[], from: number): Buffer[] {
  const chained = lines.slice(0, from);
  let previous = from === 0 ? null : (receiptOf(chained[from - 1]!)['current_hash'] as string);
  for (const line of lines.slice(from)) {
    const sealed = sealReceipt({ ...receiptOf(line), previous_receipt_hash: previous });
    chained.push(sealed.line);
    previous = sealed.hash;
  }
  return chained;
}

/** One line changed in place; nothing is hashed again. */
export const editLine = (chain: BuiltChain, index: number, edit: (text: string) => string): BuiltChain =>
  withLines(
    chain,
    chain.lines.map((line, i) => (i === index ? Buffer.from(edit(line.toString('latin1')), 'latin1') : line)),
  );

/** One receipt changed and hashed again; its successor still names the old hash. */
export const editAndRehash = (chain: BuiltChain, index: number, change: Receipt): BuiltChain =>
  withLines(
    chain,
    chain.lines.map((line, i) => (i === index ? sealReceipt({ ...receiptOf(line), ...change }).line : line)),
  );

/** The bytes of `receipts.jsonl`. */
export const fileBytes = (lines: readonly Buffer[]): Buffer => Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')]));

/** Writes the chain's folder below `root`; returns its path. `receipts` takes other bytes than the chain's lines. */
export function writeChain(
  root: string,
  chain: BuiltChain,
  receipts: Buffer = fileBytes(chain.lines),
  folder = chain.manifest.chain_id,
): string {
  const path = join(root, folder);
  mkdirSync(join(path, 'checkpoints'), { recursive: true });
  writeFileSync(join(path, 'chain.json'), Buffer.concat([canonicalBytes(chain.manifest), Buffer.from('\n')]));
  writeFileSync(join(path, 'receipts.jsonl'), receipts);
  for (const { name, bytes } of chain.checkpoints) writeFileSync(join(path, 'checkpoints', name), bytes);
  return path;
}

/** The text of `trust.vkeys` for these logs. */
export const trustFile = (chains: readonly BuiltChain[]): string => chains.map(({ signer }) => `${signer.key.vkey}\n`).join('');
