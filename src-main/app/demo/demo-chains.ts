import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { formatOrigin, signCheckpoint } from '../../trust/checkpoint.ts';
import { CompactRange, leafHash } from '../../trust/merkle.ts';
import { makeVerifierKey } from '../../trust/note-key.ts';
import { cosignatureSigner, cosignNote, ed25519Signer } from '../../trust/note.ts';
import { chainFolder, chainId, CHAINS, DEMO_INSTALL, type DemoChain, WITNESSES } from './seed-model.ts';
import type { Seeded } from './seeded.ts';

/** One file of a demo source, as it will stand in the partner's folder. */
export interface DemoFile {
  readonly partner: string;
  /** Below the source: `receipts/pro@1.4/receipts.jsonl`. */
  readonly path: string;
  readonly bytes: Buffer;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const DAYS = 148;
const REASONS = ['rate_limit_exceeded', 'queue_overflow', 'concurrent_limit', 'latency_p99_violated'] as const;
const CODES: Record<(typeof REASONS)[number], number> = {
  rate_limit_exceeded: 1056,
  queue_overflow: 1001,
  concurrent_limit: 1002,
  latency_p99_violated: 1003,
};

const originOf = (chain: DemoChain) => formatOrigin(DEMO_INSTALL, chainId(chain));
const time = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z');

interface Draft {
  readonly receipt_id: string;
  readonly timestamp: string;
  readonly refusal: { code: number; reason: string; attempted_action: string; timestamp: string } | null;
  readonly actuals: Record<string, number>;
}

function drafts(chain: DemoChain, seeded: Seeded, now: string): Draft[] {
  const name = `${chain.partner}/${chainFolder(chain)}`;
  // The newest receipt is two hours old; the oldest about five months.
  const end = Math.floor(Date.parse(now) / 1000) * 1000 - 2 * 3_600_000;
  const step = Math.floor((DAYS * 86_400) / chain.receipts) * 1000;
  const start = end - (chain.receipts - 1) * step;
  return Array.from({ length: chain.receipts }, (_, i) => {
    const chance = seeded.bytes(`${name} ${i}`);
    const at = time(start + i * step + (chance.readUInt16BE(0) % 240) * 1000 - 240_000);
    const load = 0.35 + (chance[2] ?? 0) / 460;
    const refused = (chance[3] ?? 0) < 3;
    const reason = REASONS[(chance[4] ?? 0) % REASONS.length]!;
    return {
      receipt_id: seeded.uuid(`${name} receipt ${i}`),
      timestamp: at,
      refusal: refused ? { code: CODES[reason], reason, attempted_action: 'inbound_message', timestamp: at } : null,
      actuals: {
        concurrent_actual: Math.round(chain.envelope.concurrent * load),
        latency_p99_actual: Math.round(chain.envelope.latency_p99_ms * (refused ? 1.1 : load)),
        throughput_actual: Math.round(chain.envelope.throughput_req_s * load),
      },
    };
  });
}

/** Profile jcs-sha256-1: the stored line is the canonical form of the receipt with its own hash in it. */
function jcsLines(chain: DemoChain, all: readonly Draft[]): { lines: string[]; genesis: string } {
  let previous: string | null = null;
  let genesis = '';
  const lines = all.map((draft, i) => {
    const body = {
      audit_fields: {
        // Actual figures of every 16th receipt: enough to show a claim beside what happened.
        ...(i % 16 === 0 || draft.refusal ? { actuals: draft.actuals } : {}),
        erlang_version: '14.2',
        hostname: `edge-${String((i % 9) + 1).padStart(2, '0')}`,
        machine_id: `erlmcp@${chain.partner}-edge`,
        otp_version: '26',
        requestor_id: `svc-${chain.partner}`,
      },
      envelope_claim: chain.envelope,
      plan_id: chain.plan,
      previous_receipt_hash: previous,
      receipt_id: draft.receipt_id,
      ...(draft.refusal ? { refusal_trigger: draft.refusal } : {}),
      timestamp: draft.timestamp,
      version: chain.version,
    };
    const current = sha256(canonicalize(body)!);
    previous = current;
    if (i === 0) genesis = current;
    return canonicalize({ ...body, current_hash: current })!;
  });
  return { lines, genesis };
}

/** Profile erlmcp-json-0: members as the emitter spelled them, floats with their ".0", the hash nested in hash_chain. */
function legacyLines(chain: DemoChain, all: readonly Draft[]): { lines: string[]; genesis: string } {
  const float = (n: number) => (Number.isInteger(n) ? `${n}.0` : String(n));
  const { envelope: e } = chain;
  const claim = `{"throughput_req_s":${float(e.throughput_req_s)},"concurrent":${e.concurrent},"queue_depth":${e.queue_depth},"latency_p99_ms":${float(e.latency_p99_ms)},"failover_s":${float(e.failover_s)}}`;
  const audit = `{"requestor_id":null,"machine_id":"erlmcp@${chain.partner}-edge","erlang_version":"14.2","otp_version":"26","hostname":"edge-01"}`;
  let previous: string | null = null;
  let genesis = '';
  const lines = all.map((draft, i) => {
    const head = `"receipt_id":"${draft.receipt_id}","plan_id":"${chain.plan}","version":"${chain.version}","timestamp":"${draft.timestamp}","envelope_claim":${claim}`;
    const prior = previous === null ? 'null' : `"${previous}"`;
    const current = sha256(`{${head},"previous_receipt_hash":${prior},"audit_fields":${audit}}`);
    const events =
      i % 8 === 0
        ? `,"conformance_events":[{"timestamp":"${draft.timestamp}","status":"pass","metrics":${JSON.stringify(draft.actuals)}}]`
        : '';
    previous = current;
    if (i === 0) genesis = current;
    return `{${head},"hash_chain":{"previous_receipt_hash":${prior},"current_hash":"${current}"},"audit_fields":${audit}${events}}`;
  });
  return { lines, genesis };
}

/** Checkpoints over the chain as its source knows it, before anything was taken out. */
function checkpoints(chain: DemoChain, lines: readonly string[], all: readonly Draft[], seeded: Seeded): { name: string; bytes: Buffer }[] {
  const origin = originOf(chain);
  const log = ed25519Signer(origin, seeded.key(origin));
  const tree = new CompactRange();
  const notes: { name: string; bytes: Buffer }[] = [];
  lines.forEach((line, i) => {
    tree.append(leafHash(Buffer.from(line)));
    const size = i + 1;
    const due = size % chain.checkpointEvery === 0 || (size === lines.length && !chain.openEnd);
    if (!due) return;
    const signed = signCheckpoint({ origin, size, root: tree.root(), extensions: [] }, log);
    const seconds = Math.floor(Date.parse(all[i]!.timestamp) / 1000) + 300;
    const witnesses = WITNESSES.slice(0, chain.witnesses).map((name) => cosignatureSigner(name, seeded.key(name), seconds));
    notes.push({ name: `${String(size).padStart(12, '0')}.note`, bytes: witnesses.length > 0 ? cosignNote(signed, witnesses) : signed });
  });
  return notes;
}

export function makeDemoChain(chain: DemoChain, seeded: Seeded, now: string): DemoFile[] {
  const all = drafts(chain, seeded, now);
  const { lines, genesis } = chain.profile === 'jcs-sha256-1' ? jcsLines(chain, all) : legacyLines(chain, all);
  const manifest = {
    chain_id: chainId(chain),
    source: chain.partner,
    plan_id: chain.plan,
    version: chain.version,
    profile: chain.profile,
    genesis_hash: genesis,
  };
  const { removed } = chain;
  const kept = removed ? lines.filter((_, i) => i <= removed.after || i > removed.after + removed.count) : lines;
  const folder = `receipts/${chainFolder(chain)}`;
  return [
    { partner: chain.partner, path: `${folder}/chain.json`, bytes: Buffer.from(`${canonicalize(manifest)!}\n`) },
    { partner: chain.partner, path: `${folder}/receipts.jsonl`, bytes: Buffer.from(`${kept.join('\n')}\n`) },
    ...checkpoints(chain, lines, all, seeded).map(({ name, bytes }) => ({
      partner: chain.partner,
      path: `${folder}/checkpoints/${name}`,
      bytes,
    })),
  ];
}

/** The trust file of the demo: every chain's log and the outside witnesses. */
export function makeDemoTrust(seeded: Seeded): string {
  const logs = CHAINS.map((chain) => makeVerifierKey(originOf(chain), seeded.key(originOf(chain))).vkey);
  const witnesses = WITNESSES.map((name) => makeVerifierKey(name, seeded.key(name), 'cosignature/v1').vkey);
  return [
    '# Logs and witnesses of the demo. Their keys are made from its seed: they prove nothing outside it.',
    ...logs,
    ...witnesses,
    '',
  ].join('\n');
}
