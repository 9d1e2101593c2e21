// A small chain of each profile with signed checkpoints, made from the format texts alone: no code of the product, so
// that it can be held against the product.
import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testKey } from './ed25519-test-key.ts';

export type Profile = 'jcs-sha256-1' | 'erlmcp-json-0';

/** A value whose members are already in the order in which they are to be written. */
type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

const sha256 = (...parts: readonly (string | Uint8Array)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** Root of RFC 6962 §2.1, by its recursive definition. */
export const merkleRoot = (entries: readonly Uint8Array[]): Buffer => {
  if (entries.length === 0) return sha256('');
  if (entries.length === 1) return sha256('\0', entries[0] as Uint8Array);
  let left = 1;
  while (left * 2 < entries.length) left *= 2;
  return sha256('\u0001', merkleRoot(entries.slice(0, left)), merkleRoot(entries.slice(left)));
};

/** Timestamp of receipt `index`: one every minute. */
const timeOf = (index: number): string => new Date(Date.UTC(2025, 2, 3, 4, 5, 6) + index * 60_000).toISOString().replace('.000Z', 'Z');

/** Overrides of the members of one receipt. */
export interface ReceiptParts {
  readonly receipt_id?: string;
  readonly audit_fields?: Readonly<Record<string, Json>>;
  readonly version?: string;
  readonly timestamp?: string;
}

/** One line without LF, and its hash. `parts` replace members; `audit_fields` must come sorted. */
export const receiptLine = (
  profile: Profile,
  index: number,
  previous: string | null,
  parts: ReceiptParts = {},
): { readonly line: Buffer; readonly hash: string } => {
  const id = parts.receipt_id ?? `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
  const audit = parts.audit_fields ?? { hostname: `höst-${String(index)}`, machine_id: 'm', requestor_id: null };
  const timestamp = parts.timestamp ?? timeOf(index);
  const version = parts.version ?? '1.0';
  const refusal =
    index % 3 === 1
      ? { refusal_trigger: { attempted_action: 'publish', code: 1021, metric_value: 31.25, reason: 'unknown', timestamp } }
      : {};
  if (profile === 'jcs-sha256-1') {
    const render = (hash: object): string =>
      JSON.stringify({
        audit_fields: audit,
        ...hash,
        envelope_claim: { concurrent: 50, failover_s: 1.5, throughput_req_s: 900 },
        plan_id: 'pro',
        previous_receipt_hash: previous,
        receipt_id: id,
        ...refusal,
        timestamp,
        version,
      });
    const hash = sha256(render({})).toString('hex');
    return { line: Buffer.from(render({ current_hash: hash })), hash };
  }
  const envelope = '"envelope_claim":{"throughput_req_s":1000.0,"concurrent":5}';
  const head = `"receipt_id":${JSON.stringify(id)},"plan_id":"pro","version":${JSON.stringify(version)},"timestamp":"${timestamp}",${envelope}`;
  const tail = `"audit_fields":${JSON.stringify(audit)}${'refusal_trigger' in refusal ? `,${JSON.stringify(refusal).slice(1, -1)}` : ''}`;
  const link = `"previous_receipt_hash":${JSON.stringify(previous)}`;
  const hash = sha256(`{${head},${link},${tail}}`).toString('hex');
  const events = index % 2 === 0 ? ',"conformance_events":[{"status":"pass"}]' : '';
  return { line: Buffer.from(`{${head},"hash_chain":{${link},"current_hash":"${hash}"},${tail}${events}}`), hash };
};

/** Lines without LF of a sound chain; `parts(index)` may override members. */
export const soundLines = (profile: Profile, count: number, parts: (index: number) => ReceiptParts = () => ({})): Buffer[] => {
  const lines: Buffer[] = [];
  let previous: string | null = null;
  for (let index = 0; index < count; index += 1) {
    const { line, hash } = receiptLine(profile, index, previous, parts(index));
    lines.push(line);
    previous = hash;
  }
  return lines;
};

/** The file that holds these lines. */
export const joinLines = (lines: readonly Uint8Array[]): Buffer => Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')]));

const publicBytes = (key: KeyObject): Buffer => createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);

const keyBlob = (key: KeyObject): Buffer => Buffer.concat([Buffer.from([1]), publicBytes(key)]);

const keyId = (name: string, key: KeyObject): Buffer => sha256(`${name}\n`, keyBlob(key)).subarray(0, 4);

/** A line of `trust.vkeys`. */
export const verifierKey = (name: string, key: KeyObject): string =>
  `${name}+${keyId(name, key).toString('hex')}+${keyBlob(key).toString('base64')}`;

/** A signed note over any text that ends in LF. */
export const signedNote = (text: string, name: string, key: KeyObject): string =>
  `${text}\n— ${name} ${Buffer.concat([keyId(name, key), sign(null, Buffer.from(text), key)]).toString('base64')}\n`;

/** A checkpoint of the log over these entries. */
export const checkpointNote = (origin: string, entries: readonly Uint8Array[], key: KeyObject): string =>
  signedNote(`${origin}\n${String(entries.length)}\n${merkleRoot(entries).toString('base64')}\n`, origin, key);

/** Where a chain was written, and what makes it. */
export interface ChainFolder {
  /** The folder of chains; it holds `trust.vkeys` and the chain folder. */
  readonly root: string;
  readonly folder: string;
  readonly receipts: string;
  readonly trust: string;
  readonly origin: string;
  readonly key: KeyObject;
}

/** Writes a chain folder with checkpoints at `sizes` below `root`, and `trust.vkeys` beside it. */
export const writeChain = (
  root: string,
  {
    chainId = 'chain-a',
    profile,
    lines,
    sizes,
  }: { chainId?: string; profile: Profile; lines: readonly Buffer[]; sizes: readonly number[] },
): ChainFolder => {
  const folder = join(root, chainId);
  const origin = `countersign.local/inst-00000001/${chainId}`;
  const key = testKey(7);
  mkdirSync(join(folder, 'checkpoints'), { recursive: true });
  const first: unknown = lines[0] === undefined ? null : JSON.parse(lines[0].toString());
  const genesis =
    first === null
      ? null
      : ((first as { current_hash?: string }).current_hash ?? (first as { hash_chain: { current_hash: string } }).hash_chain.current_hash);
  writeFileSync(
    join(folder, 'chain.json'),
    JSON.stringify({ chain_id: chainId, genesis_hash: genesis, plan_id: 'pro', profile, source: 'test', version: '1.0' }),
  );
  writeFileSync(join(folder, 'receipts.jsonl'), joinLines(lines));
  for (const size of sizes)
    writeFileSync(join(folder, 'checkpoints', `${String(size).padStart(12, '0')}.note`), checkpointNote(origin, lines.slice(0, size), key));
  writeFileSync(join(root, 'trust.vkeys'), `${verifierKey(origin, key)}\n`);
  return { root, folder, receipts: join(folder, 'receipts.jsonl'), trust: join(root, 'trust.vkeys'), origin, key };
};
