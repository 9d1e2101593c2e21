/**
 * Receipt chains for the screens: real SHA-256 chains and real signed checkpoints, made from a seed, so that whoever redoes
 * a hash from a picture of a screen gets the hash in the picture. Chains are made when they are first looked into.
 */
import { createHash, createPrivateKey, type KeyObject } from 'node:crypto';
import { formatOrigin, signCheckpoint } from '../../../src-main/trust/checkpoint.ts';
import { type Digest, digestToHex, leafHash } from '../../../src-main/trust/merkle.ts';
import { rootOfTree, subtreesOfLeaves, type SubtreeSource } from '../../../src-main/trust/merkle-proof.ts';
import { cosignatureSigner, cosignNote, ed25519Signer } from '../../../src-main/trust/note.ts';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
export const uuidOf = (seed: string): string => {
  const h = sha256(seed);
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-7${h.slice(13, 16)}-a${h.slice(17, 20)}-${h.slice(20, 32)}`;
};

/** What is done to a chain after it was made. */
export type Fate = 'good' | 'unanchored' | 'removed' | 'unknown-profile' | 'new' | 'rows-only';

export interface ChainSpec {
  readonly source: string;
  readonly folder: string;
  readonly plan: 'free' | 'starter' | 'pro';
  readonly version: string;
  readonly profile: 'jcs-sha256-1' | 'erlmcp-json-0';
  /** Receipts that were issued. */
  readonly issued: number;
  readonly firstAt: string;
  readonly everySeconds: number;
  readonly fate: Fate;
  /** Checkpoints: size and how many outside parties signed. */
  readonly checkpoints: readonly { readonly size: number; readonly parties: 1 | 2 }[];
  /** Positions that were taken out of the file. */
  readonly removed: readonly number[];
}

export interface StoredReceipt {
  readonly id: string;
  readonly at: string;
  readonly previous: string | null;
  readonly hash: string;
  readonly byteOffset: number;
  readonly byteLength: number;
}

export interface StoredNote {
  readonly name: string;
  readonly size: number;
  readonly root: string;
  readonly parties: number;
  readonly origin: string;
  readonly note: Buffer;
}

export interface ChainModel {
  readonly spec: ChainSpec;
  readonly chainKey: string;
  readonly receipts: readonly StoredReceipt[];
  readonly bytes: number;
  readonly lineOf: (index: number) => string;
  readonly subtrees: SubtreeSource;
  readonly root: string;
  readonly notes: readonly StoredNote[];
}

const ENVELOPES = {
  free: '"concurrent":5,"failover_s":30,"latency_p99_ms":1000,"queue_depth":10,"throughput_req_s":10',
  starter: '"concurrent":50,"failover_s":15,"latency_p99_ms":500,"queue_depth":100,"throughput_req_s":100',
  pro: '"concurrent":500,"failover_s":5,"latency_p99_ms":200,"queue_depth":1000,"throughput_req_s":1000',
};

/** A private key that depends on a name alone: RFC 8410's PKCS #8 frame around 32 bytes. */
const keyOf = (name: string): KeyObject =>
  createPrivateKey({
    key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), createHash('sha256').update(`key of ${name}`).digest()]),
    format: 'der',
    type: 'pkcs8',
  });

export const PARTIES = ['Halden-Audit', 'Meridian-Witness'] as const;

const timeOf = (spec: ChainSpec, i: number): string => {
  const jitter = Number.parseInt(sha256(`${spec.folder} ${i}`).slice(0, 4), 16) % Math.max(1, Math.floor(spec.everySeconds * 0.6));
  return new Date(Date.parse(spec.firstAt) + (i * spec.everySeconds + jitter) * 1000).toISOString().replace('.000', '');
};

const jcs = (spec: ChainSpec, id: string, at: string, previous: string | null) => {
  const audit = `{"audit_fields":{"erlang_version":"14.2","hostname":"edge-07","machine_id":"erlmcp@edge-07","otp_version":"26","requestor_id":"svc-${spec.source}"}`;
  const rest =
    `,"envelope_claim":{${ENVELOPES[spec.plan]}},"plan_id":"${spec.plan}","previous_receipt_hash":${previous === null ? 'null' : `"${previous}"`}` +
    `,"receipt_id":"${id}","timestamp":"${at}","version":"${spec.version}"}`;
  const hash = sha256(audit + rest);
  return { hash, line: `${audit},"current_hash":"${hash}"${rest}` };
};

/** The document's own layout: file order, floats as written, `hash_chain` nested; `previous_receipt_hash` goes in before hashing. */
const erlmcp = (spec: ChainSpec, id: string, at: string, previous: string | null) => {
  const head = `{"receipt_id":"${id}","plan_id":"${spec.plan}","version":"${spec.version}","timestamp":"${at}"`;
  const claim = `,"envelope_claim":{"throughput_req_s":1000.0,"concurrent":500,"queue_depth":1000,"latency_p99_ms":200.0,"failover_s":5.0}`;
  const audit = `,"audit_fields":{"machine_id":"erlmcp@edge-02","erlang_version":"13.2","otp_version":"25"}`;
  const named = previous === null ? 'null' : `"${previous}"`;
  const hash = sha256(`${head}${claim}${audit},"previous_receipt_hash":${named}}`);
  return { hash, line: `${head}${claim}${audit},"hash_chain":{"previous_receipt_hash":${named},"current_hash":"${hash}"}}` };
};

export const makeLine = (spec: ChainSpec, id: string, at: string, previous: string | null): { hash: string; line: string } =>
  spec.profile === 'jcs-sha256-1' ? jcs(spec, id, at, previous) : erlmcp(spec, id, at, previous);

/** Receipts, bytes and times without making the chain: all lines but the first have one length. */
export const measureChain = (spec: ChainSpec): { receipts: number; bytes: number; firstAt: string; lastAt: string } => {
  const receipts = spec.issued - spec.removed.length;
  const length = (previous: string | null): number => makeLine(spec, uuidOf('x'), timeOf(spec, 0), previous).line.length + 1;
  return {
    receipts,
    bytes: length(null) + (receipts - 1) * length(sha256('x')),
    firstAt: timeOf(spec, 0),
    lastAt: timeOf(spec, spec.issued - 1),
  };
};

export const makeChain = (spec: ChainSpec): ChainModel => {
  const issuedLeaves: Digest[] = [];
  const leaves: Digest[] = [];
  const receipts: StoredReceipt[] = [];
  const gone = new Set(spec.removed);
  let previous: string | null = null;
  let offset = 0;
  for (let i = 0; i < spec.issued; i += 1) {
    const id = uuidOf(`${spec.source}-${spec.folder}-${i}`);
    const at = timeOf(spec, i);
    const { hash, line } = makeLine(spec, id, at, previous);
    const bytes = Buffer.from(line);
    const leaf = leafHash(bytes);
    issuedLeaves.push(leaf);
    if (!gone.has(i)) {
      leaves.push(leaf);
      receipts.push({ id, at, previous, hash, byteOffset: offset, byteLength: bytes.length });
      offset += bytes.length + 1;
    }
    previous = hash;
  }
  const issued = subtreesOfLeaves(issuedLeaves);
  const subtrees = subtreesOfLeaves(leaves);
  const chainId = `${spec.source}-${spec.folder}`;
  const origin = formatOrigin('install-7f3a', chainId);
  const notes = spec.checkpoints.map(({ size, parties }): StoredNote => {
    const root = rootOfTree(size, issued);
    const seconds = Math.floor(Date.parse(timeOf(spec, size - 1)) / 1000) + 4;
    const signed = signCheckpoint({ origin, size, root, extensions: [] }, ed25519Signer(origin, keyOf(origin)));
    const witnesses = PARTIES.slice(0, parties).map((name, i) => cosignatureSigner(name, keyOf(name), seconds + i));
    return {
      name: `${String(size).padStart(12, '0')}.note`,
      size,
      root: digestToHex(root),
      parties,
      origin,
      note: cosignNote(signed, witnesses),
    };
  });
  return {
    spec,
    chainKey: `${spec.source}/${spec.folder}`,
    receipts,
    bytes: offset,
    lineOf: (index) => {
      const receipt = receipts[index];
      return receipt === undefined ? '' : makeLine(spec, receipt.id, receipt.at, receipt.previous).line;
    },
    subtrees,
    root: digestToHex(rootOfTree(receipts.length, subtrees)),
    notes,
  };
};
