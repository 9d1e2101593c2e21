import { createHash, generateKeyPairSync, hash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { formatOrigin, signCheckpoint } from '../../../src-main/trust/checkpoint.ts';
import { CompactRange, leafHash } from '../../../src-main/trust/merkle.ts';
import { ed25519Signer } from '../../../src-main/trust/note.ts';

/** Chains of another shape are not taken for these. */
const SHAPE = 2;
export const CACHE = resolve(import.meta.dirname, `../../../.cache/bench/${SHAPE}`);
export const CHAIN = 'bench-chain';
const id = (i: number) => {
  const hex = createHash('sha256').update(`receipt ${i}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

export interface BigChain {
  /** What a folder source points at: `receipts/bench-chain/…` lies in it. */
  readonly source: string;
  /** The chain folder: chain.json, receipts.jsonl, checkpoints/. */
  readonly folder: string;
  readonly file: string;
  readonly trust: string;
  readonly receipts: number;
}

/**
 * One receipt of about 700 B, in canonical form, with its hash. It has the members that receipts usually have, because the
 * Python verifier is quick only with those: it would be an easy peer for any other.
 */
export function receiptLine(i: number, previous: string | null): { line: string; hash: string } {
  const time = new Date(Date.UTC(2025, 0, 1) + i * 20_000).toISOString().replace('.000Z', 'Z');
  const host = `edge-${String(i % 40).padStart(2, '0')}.eu-central.bench.example`;
  const head =
    `{"audit_fields":{"erlang_version":"14.2.5","hostname":"${host}","machine_id":"erlmcp@${host}","otp_version":"26",` +
    `"requestor_id":"svc-bench-${i % 997}/collector/${hash('md5', `trace ${i}`)}"}`;
  const tail =
    `,"envelope_claim":{"concurrent":500,"failover_s":5,"latency_p99_ms":200.5,"queue_depth":1000,"throughput_req_s":1000},"plan_id":"pro",` +
    `"previous_receipt_hash":${previous === null ? 'null' : `"${previous}"`},"receipt_id":"${id(i)}","timestamp":"${time}","version":"1.4.0"}`;
  const current = hash('sha256', head + tail);
  return { line: `${head},"current_hash":"${current}"${tail}`, hash: current };
}

/** A sound chain with one checkpoint at its end; made once and kept in .cache/bench. */
export function bigChain(receipts: number): BigChain {
  const source = join(CACHE, String(receipts), 'source');
  const folder = join(source, 'receipts', CHAIN);
  const trust = join(CACHE, String(receipts), 'trust.vkeys');
  const made: BigChain = { source, folder, file: join(folder, 'receipts.jsonl'), trust, receipts };
  if (existsSync(trust)) return made;
  mkdirSync(join(folder, 'checkpoints'), { recursive: true });
  const fd = openSync(made.file, 'w');
  const tree = new CompactRange();
  let previous: string | null = null;
  let genesis = '';
  let batch: string[] = [];
  for (let i = 0; i < receipts; i += 1) {
    const made: { line: string; hash: string } = receiptLine(i, previous);
    previous = made.hash;
    if (i === 0) genesis = made.hash;
    tree.append(leafHash(Buffer.from(made.line)));
    batch.push(made.line);
    if (batch.length === 4096 || i === receipts - 1) {
      writeSync(fd, `${batch.join('\n')}\n`);
      batch = [];
    }
  }
  closeSync(fd);
  const origin = formatOrigin('bench', CHAIN);
  const signer = ed25519Signer(origin, generateKeyPairSync('ed25519').privateKey);
  writeFileSync(
    join(folder, 'checkpoints', `${String(receipts).padStart(12, '0')}.note`),
    signCheckpoint({ origin, size: receipts, root: tree.root(), extensions: [] }, signer),
  );
  const manifest = {
    chain_id: CHAIN,
    genesis_hash: genesis,
    plan_id: 'pro',
    profile: 'jcs-sha256-1',
    source: 'bench',
    version: '1.4.0',
  };
  writeFileSync(join(folder, 'chain.json'), `${JSON.stringify(manifest)}\n`);
  writeFileSync(trust, `${signer.key.vkey}\n`);
  return made;
}
