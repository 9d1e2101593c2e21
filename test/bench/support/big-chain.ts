import { createHash, generateKeyPairSync, hash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { formatOrigin, signCheckpoint } from '../../../src-main/trust/checkpoint.ts';
import { CompactRange, leafHash } from '../../../src-main/trust/merkle.ts';
import { ed25519Signer } from '../../../src-main/trust/note.ts';

const CACHE = resolve(import.meta.dirname, '../../../.cache/bench');
const id = (i: number) => {
  const hex = createHash('sha256').update(`receipt ${i}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

export interface BigChain {
  /** The chain folder: chain.json, receipts.jsonl, checkpoints/. */
  readonly folder: string;
  readonly file: string;
  readonly trust: string;
  readonly receipts: number;
}

/** One receipt of about 700 B, in canonical form, with its hash. */
export function receiptLine(i: number, previous: string | null): { line: string; hash: string } {
  const time = new Date(Date.UTC(2025, 0, 1) + i * 20_000).toISOString().replace('.000Z', 'Z');
  const head =
    `{"audit_fields":{"erlang_version":"14.2.5","hostname":"edge-${String(i % 40).padStart(2, '0')}.bench.example","machine_id":"erlmcp@bench-edge-${i % 40}",` +
    `"note":"metered window closed by the scheduler; figures are those of the collector, not of the tenant; see the catalogue for units","otp_version":"26","requestor_id":"svc-bench-${i % 997}","trace_id":"${hash('md5', `trace ${i}`)}"}`;
  const tail =
    `,"envelope_claim":{"concurrent":500,"failover_s":5,"latency_p99_ms":200,"queue_depth":1000,"throughput_req_s":1000},"plan_id":"pro",` +
    `"previous_receipt_hash":${previous === null ? 'null' : `"${previous}"`},"receipt_id":"${id(i)}","timestamp":"${time}","version":"1.4"}`;
  const current = hash('sha256', head + tail);
  return { line: `${head},"current_hash":"${current}"${tail}`, hash: current };
}

/** A sound chain with one checkpoint at its end; made once and kept in .cache/bench. */
export function bigChain(receipts: number): BigChain {
  const folder = join(CACHE, String(receipts), 'chain');
  const trust = join(CACHE, String(receipts), 'trust.vkeys');
  const made: BigChain = { folder, file: join(folder, 'receipts.jsonl'), trust, receipts };
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
  const origin = formatOrigin('bench', 'bench-chain');
  const signer = ed25519Signer(origin, generateKeyPairSync('ed25519').privateKey);
  writeFileSync(
    join(folder, 'checkpoints', `${String(receipts).padStart(12, '0')}.note`),
    signCheckpoint({ origin, size: receipts, root: tree.root(), extensions: [] }, signer),
  );
  const manifest = {
    chain_id: 'bench-chain',
    genesis_hash: genesis,
    plan_id: 'pro',
    profile: 'jcs-sha256-1',
    source: 'bench',
    version: '1.4',
  };
  writeFileSync(join(folder, 'chain.json'), `${JSON.stringify(manifest)}\n`);
  writeFileSync(trust, `${signer.key.vkey}\n`);
  return made;
}
