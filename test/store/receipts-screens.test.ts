// What the screens of receipts are drawn from: every answer held to the contract, over real files and threads.
import { mkdirSync, writeFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contract, type Contract } from '../../src-shared/contract/index.ts';
import type { InputOf, OutputOf } from '../../src-shared/contract/define.ts';
import { verifyPaths } from '../../src-main/receipts/index.ts';
import { digestFromBytes, leafHash } from '../../src-main/trust/merkle.ts';
import { verifyInclusion } from '../../src-main/trust/merkle-proof.ts';
import { parseVerifierKey } from '../../src-main/trust/note-key.ts';
import { verifyTlogProof } from '../../src-main/trust/tlog-proof.ts';
import { testKey } from '../support/ed25519-test-key.ts';
import { checkpointNote, joinLines, soundLines, verifierKey, writeChain } from '../support/small-chain.ts';
import { openReceiptsWorkspace, type ReceiptsWorkspace } from './support/receipts-workspace.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';

type Handlers = ReceiptsWorkspace['service']['handlers'];

let base: string;
let workspace: ReceiptsWorkspace;

/** Calls a handler as the router does: input and answer are held to the contract. */
const ask = async <N extends keyof Handlers & keyof Contract>(name: N, input: InputOf<Contract, N>): Promise<OutputOf<Contract, N>> => {
  const { input: accepts, output } = contract[name];
  const handler = workspace.service.handlers[name] as (parsed: unknown, context: unknown) => unknown;
  const answer = await handler(accepts.parse(input), workspace.context);
  return output.parse(JSON.parse(JSON.stringify(answer))) as OutputOf<Contract, N>;
};

const lines = soundLines('jcs-sha256-1', 1_000);
const nested = soundLines('erlmcp-json-0', 40);
const KEY = testKey(7);

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'countersign-screens-'));
  workspace = await openReceiptsWorkspace(join(base, 'workspace'), { stateFolder: join(base, 'state') });
  const north = join(base, 'north', 'receipts');
  const good = writeChain(north, { chainId: 'good', profile: 'jcs-sha256-1', lines, sizes: [256, 700, 1_000] });
  writeChain(north, {
    chainId: 'broken',
    profile: 'jcs-sha256-1',
    lines: soundLines('jcs-sha256-1', 600, (i) => ({ receipt_id: `b-${i}`.padEnd(12, 'x') })).toSpliced(300, 2),
    sizes: [200],
  });
  writeFileSync(
    join(north, 'broken', 'checkpoints', '000000000600.note'),
    checkpointNote(
      'countersign.local/inst-00000001/broken',
      soundLines('jcs-sha256-1', 600, (i) => ({ receipt_id: `b-${i}`.padEnd(12, 'x') })),
      KEY,
    ),
  );
  const south = join(base, 'south', 'receipts');
  writeChain(south, { chainId: 'old', profile: 'erlmcp-json-0', lines: nested, sizes: [] });
  await workspace.addSource('north');
  await workspace.addSource('south');
  await workspace.importChains('north', north);
  await workspace.importChains('south', south);
  await workspace.trust(['good', 'broken', 'old'].map((id) => verifierKey(`countersign.local/inst-00000001/${id}`, KEY)).join('\n'));
  expect(good.origin).toContain('good');
});
afterAll(async () => {
  await workspace.close();
  rmSync(base, { recursive: true, force: true });
});

describe('before anything was verified', () => {
  it('every answer says so', async () => {
    expect(await ask('receipt.seal', {})).toMatchObject({
      form: 'unknown',
      chains: 3,
      notVerified: 3,
      receipts: 1_638,
      checkedAt: null,
      worst: null,
    });
    const { chains, total, shown } = await ask('receipt.chains', { verdict: 'none' });
    expect([chains.length, total, shown]).toEqual([3, 3, 3]);
    expect(chains[0]).toMatchObject({ verdict: null, notYetVerified: chains[0]!.receipts });
    const chain = await ask('receipt.chain', { chainKey: 'north/good' });
    expect(chain.map).toEqual([{ fromIndex: 0, toIndex: 999, state: 'not-verified' }]);
    expect(chain.checkpoints.map(({ size, state }) => [size, state])).toHaveLength(3);
    expect(await ask('receipt.findings', { chainKey: 'north/good' })).toEqual({ findings: [], next: null, total: 0 });
    expect(await ask('receipt.verdictProof', { chainKey: 'north/good' })).toMatchObject({ verdict: null, formula: [], resultSha256: null });
    expect((await ask('receipt.proof', { chainKey: 'north/good', index: 3 })).holds).toBe(true);
  });
});

describe('after verification', () => {
  beforeAll(async () => {
    await workspace.verify();
  });

  it('seal, list and needs tell the worst', async () => {
    const seal = await ask('receipt.seal', {});
    expect(seal).toMatchObject({ form: 'broken', broken: 1, anchored: 1, unanchored: 1, notVerified: 0 });
    expect(seal.worst).toMatchObject({ chainKey: 'north/broken', address: '/receipts/north/broken' });
    expect(seal.worst?.says).toContain('#300');
    const { chains, notVerified } = await workspace.service.chainsInNeed();
    expect(chains.map(({ chainKey }) => chainKey)).toEqual(['north/broken']);
    expect(notVerified).toBe(0);
    const found = await workspace.service.findChains('GOOD', 5);
    expect(found.map(({ chainKey }) => chainKey)).toEqual(['north/good']);
  });

  it('the list goes on where its page ended, by any filter', async () => {
    const keys: string[] = [];
    for (let after: string | null = null, page = 0; page === 0 || after !== null; page += 1) {
      const answer: OutputOf<Contract, 'receipt.chains'> = await ask('receipt.chains', { limit: 1, ...(after === null ? {} : { after }) });
      keys.push(...answer.chains.map(({ chainKey }) => chainKey));
      after = answer.next;
    }
    expect([...keys].sort()).toEqual(['north/broken', 'north/good', 'south/old']);
    expect(keys[0]).toBe('north/broken');
    expect((await ask('receipt.chains', { sourceName: 'south' })).chains.map(({ chainKey }) => chainKey)).toEqual(['south/old']);
    expect((await ask('receipt.chains', { verdict: 'VERIFIED' })).chains.map(({ chainKey }) => chainKey)).toEqual(['north/good']);
    expect(await ask('receipt.chains', { search: 'nobody' })).toMatchObject({ chains: [], shown: 0, total: 3 });
  });

  it('a chain shows its map, checkpoints, history and commands', async () => {
    const { chain, manifest, root, checkpoints, map, verifications, verifyCommand, pythonCommand } = await ask('receipt.chain', {
      chainKey: 'north/good',
    });
    expect(chain).toMatchObject({
      verdict: 'VERIFIED',
      receipts: 1_000,
      anchoredSize: 1_000,
      planId: 'pro',
      firstAt: '2025-03-03T04:05:06Z',
    });
    expect(manifest).toMatchObject({ chain_id: 'good', profile: 'jcs-sha256-1' });
    expect(root).toMatch(/^[0-9a-f]{64}$/);
    expect(checkpoints.map(({ size, state }) => [size, state])).toEqual([
      [1_000, 'agrees'],
      [700, 'agrees'],
      [256, 'agrees'],
    ]);
    expect(map).toEqual([{ fromIndex: 0, toIndex: 999, state: 'anchored' }]);
    expect(verifications).toHaveLength(1);
    expect(verifications[0]).toMatchObject({ verdict: 'VERIFIED', receipts: 1_000, newReceipts: 1_000, fromZero: true, member: 'Amara' });
    expect(verifyCommand).toContain('verify --workspace');
    expect(pythonCommand).toContain('north/receipts/good');
    const broken = await ask('receipt.chain', { chainKey: 'north/broken' });
    expect(broken.checkpoints.map(({ size, state }) => [size, state])).toEqual([
      [600, 'ahead'],
      [200, 'agrees'],
    ]);
    expect(broken.map.map(({ state }) => state)).toContain('broken');
  });

  it('findings come page by page, in their order', async () => {
    const first = await ask('receipt.findings', { chainKey: 'north/broken', limit: 1 });
    expect(first.findings[0]).toMatchObject({ code: 'CHAIN_DELETED', index: 300 });
    expect(first.total).toBeGreaterThan(1);
    const rest = await ask('receipt.findings', { chainKey: 'north/broken', after: first.next! });
    expect(rest.findings).toHaveLength(first.total - 1);
    expect(rest.next).toBeNull();
  });

  it('rows come by position, with the codes of what was found at them', async () => {
    const { rows, total, generation } = await ask('receipt.page', { chainKey: 'north/broken', from: 298, limit: 4 });
    expect([total, generation]).toEqual([598, 1]);
    expect(rows.map(({ index, line, findings }) => [index, line, findings])).toEqual([
      [298, 299, []],
      [299, 300, []],
      [300, 301, ['CHAIN_DELETED']],
      [301, 302, []],
    ]);
    expect(rows[0]).toMatchObject({ planId: 'pro', refusal: 'unknown', receiptId: `b-298`.padEnd(12, 'x') });
    expect(rows[1]!.refusal).toBeNull();
    expect((await ask('receipt.page', { chainKey: 'north/broken', from: 5_000 })).rows).toEqual([]);
    const old = await ask('receipt.page', { chainKey: 'south/old', from: 0, limit: 2 });
    expect(old.rows[1]).toMatchObject({ previousHash: old.rows[0]!.hash });
  });

  it('a receipt is taken apart to its bytes', async () => {
    const receipt = await ask('receipt.get', { chainKey: 'north/good', index: 500 });
    expect(receipt.line).toBe(lines[500]!.toString());
    expect(Buffer.from(receipt.lineBase64, 'base64').equals(lines[500]!)).toBe(true);
    expect(receipt.steps).toMatchObject({ hashHolds: true, linkHolds: true });
    expect(receipt.neighbours.map(({ index }) => index)).toEqual([498, 499, 500, 501, 502]);
    expect(receipt.fields).toMatchObject({ plan_id: 'pro' });
    const at = await ask('receipt.get', { chainKey: 'north/broken', index: 300 });
    expect(at.findings.map(({ code }) => code)).toEqual(['CHAIN_DELETED']);
    expect(at.steps).toMatchObject({ hashHolds: true, linkHolds: false });
    expect((await ask('receipt.get', { chainKey: 'south/old', index: 39 })).steps).toMatchObject({ hashHolds: true, linkHolds: true });
  });

  it('a proof holds by the verifier of proofs, and with nothing but the key', async () => {
    for (const index of [0, 255, 256, 511, 699, 700, 999]) {
      const proof = await ask('receipt.proof', { chainKey: 'north/good', index });
      expect(proof).toMatchObject({ holds: true, index, size: index < 256 ? 256 : index < 700 ? 700 : 1_000 });
      expect(proof.checkpoint).toMatchObject({ size: proof.size, state: 'agrees' });
      const leaf = leafHash(lines[index]!);
      expect(proof.leafHash).toBe(Buffer.from(leaf, 'latin1').toString('hex'));
      const digest = (hex: string) => digestFromBytes(Buffer.from(hex, 'hex'));
      expect(
        verifyInclusion({
          index,
          size: proof.size,
          leaf,
          root: digest(proof.checkpointRoot!),
          proof: proof.path.map(({ hash }) => digest(hash)),
        }),
      ).toEqual({ ok: true });
      const key = parseVerifierKey(verifierKey('countersign.local/inst-00000001/good', KEY));
      const checked = verifyTlogProof(Buffer.from(proof.tlogProof!), leaf, key.ok ? [key.key] : [], { log: 'good' });
      expect(checked.problems).toEqual([]);
    }
    const named = await ask('receipt.proof', { chainKey: 'north/good', index: 3, checkpointName: '000000001000.note' });
    expect(named).toMatchObject({ holds: true, size: 1_000 });
    const without = await ask('receipt.proof', { chainKey: 'south/old', index: 3 });
    expect(without).toMatchObject({ holds: true, size: 40, checkpoint: null, tlogProof: null });
    await expect(ask('receipt.proof', { chainKey: 'north/good', index: 3, checkpointName: 'none.note' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('the verdict opens its proof: formula with figures, inputs with digests', async () => {
    const sound = await ask('receipt.verdictProof', { chainKey: 'north/good' });
    expect(sound).toMatchObject({ verdict: 'VERIFIED', changedSince: null });
    expect(sound.formula.every(({ holds }) => holds === true)).toBe(true);
    expect(sound.inputs.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['chain.json', 'receipts.jsonl', 'trusted logs', 'checkpoints/000000001000.note']),
    );
    expect(sound.resultSha256).toMatch(/^[0-9a-f]{64}$/);
    const broken = await ask('receipt.verdictProof', { chainKey: 'north/broken' });
    expect(broken.formula.filter(({ holds }) => holds === false).map(({ says }) => says)).toEqual(
      expect.arrayContaining(['Every receipt names the one before it, the first is the declared one']),
    );
    expect(broken.formula[1]).toMatchObject({ holds: true });
  });

  it('receipts are found by the beginning of an id or a hash', async () => {
    const { hash, receiptId } = (await ask('receipt.get', { chainKey: 'north/good', index: 77 })).row;
    for (const text of [hash!, hash!.slice(0, 10), receiptId!]) {
      const { matches } = await ask('receipt.find', { text, limit: 50 });
      expect(matches).toContainEqual({ chainKey: 'north/good', index: 77, receiptId, hash, address: '/receipts/north/good/77' });
      for (const match of matches) expect([match.hash?.startsWith(text), match.receiptId?.startsWith(text)]).toContain(true);
    }
    expect((await ask('receipt.find', { text: 'b-123xxx' })).matches.map(({ index }) => index)).toEqual([123]);
    expect(await ask('receipt.find', { text: 'abc' })).toEqual({ matches: [] });
    expect(await ask('receipt.find', { text: 'zzzzzzzzzz' })).toEqual({ matches: [] });
  });

  it('the request to the source names chain, gap and the checkpoints held', async () => {
    const { subject, text } = await ask('receipt.ask', { chainKey: 'north/broken', findingIndex: 0 });
    expect(subject).toBe('Receipt chain broken: CHAIN_DELETED at receipt 300');
    for (const part of [
      'To: test',
      'CHAIN_DELETED',
      'Entries concerned: 300 to 301 (2).',
      '000000000600.note: 600 entries',
      '598 receipts',
    ])
      expect(text).toContain(part);
    await expect(ask('receipt.ask', { chainKey: 'north/broken', findingIndex: 99 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('trusted logs are listed with the chains they anchor', async () => {
    const { logs } = await ask('trustedLog.list', {});
    expect(logs.map(({ name, kind, chains, addedBy }) => [name, kind, chains, addedBy])).toEqual(
      ['good', 'broken', 'old'].map((id) => [`countersign.local/inst-00000001/${id}`, 'log', id === 'old' ? 0 : 1, 'Amara']),
    );
    expect(await ask('trustedLog.add', { text: logs[0]!.vkey })).toEqual({ added: 0, known: 1 });
    await expect(ask('trustedLog.add', { text: 'not a key' })).rejects.toMatchObject({ code: 'TRUST_FILE' });
    await expect(ask('trustedLog.add', { text: '# only a comment' })).rejects.toMatchObject({ code: 'TRUST_FILE' });
    await expect(ask('trustedLog.remove', { vkey: 'x+00000000+AA==', reason: 'no reason' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('conformance is counted over whole chains', async () => {
    expect(await workspace.service.conformance(['north/good', 'south/old'])).toEqual([
      { chainKey: 'north/good', receipts: 1_000, withActuals: 0, pass: 0, fail: 0, violations: {} },
      { chainKey: 'south/old', receipts: 40, withActuals: 0, pass: 0, fail: 0, violations: {} },
    ]);
  });

  it('what is not there is refused in plain words', async () => {
    const missing = { code: 'NOT_FOUND' };
    await expect(ask('receipt.chain', { chainKey: 'north/none' })).rejects.toMatchObject(missing);
    await expect(ask('receipt.chain', { chainKey: 'north/good', generation: 2 })).rejects.toMatchObject(missing);
    await expect(ask('receipt.findings', { chainKey: 'north/none' })).rejects.toMatchObject(missing);
    await expect(ask('receipt.page', { chainKey: 'north/none' })).rejects.toMatchObject(missing);
    await expect(ask('receipt.get', { chainKey: 'north/good', index: 1_000 })).rejects.toMatchObject(missing);
    await expect(ask('receipt.proof', { chainKey: 'north/good', index: 1_000 })).rejects.toMatchObject(missing);
    await expect(ask('receipt.export', { chainKeys: ['north/none'], format: 'csv' })).rejects.toMatchObject(missing);
    await expect(ask('receipt.chain', { chainKey: 'no-slash' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(ask('receipt.findings', { chainKey: 'north/good', after: 'x' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});

describe('export', () => {
  const exported = async (input: InputOf<Contract, 'receipt.export'>): Promise<Buffer> => {
    const { fileName } = await ask('receipt.export', input);
    const file = workspace.issued.at(-1)!;
    expect(file.fileName).toBe(fileName);
    return buffer(file.open());
  };
  const HEADER = [
    'receipt_id',
    'plan_id',
    'version',
    'timestamp',
    'throughput_req_s',
    'concurrent',
    'queue_depth',
    'latency_p99_ms',
    'failover_s',
    'current_hash',
  ];
  const rowOf = (line: Buffer): string[] => {
    const { receipt_id: id, timestamp, current_hash: hash } = JSON.parse(line.toString()) as Record<string, string>;
    return [id!, 'pro', '1.0', timestamp!, '900', '50', '', '', '1.5', hash!];
  };

  it('CSV and TSV have the columns of the contract, the header once, a record a receipt', async () => {
    const records = [HEADER, ...lines.map(rowOf)];
    expect((await exported({ chainKeys: ['north/good'], format: 'csv' })).toString()).toBe(
      records.map((record) => `${record.join(',')}\r\n`).join(''),
    );
    expect((await exported({ chainKeys: ['north/good'], format: 'tsv' })).toString()).toBe(
      records.map((record) => `${record.join('\t')}\n`).join(''),
    );
    const all = (await exported({ format: 'csv' })).toString().split('\r\n');
    expect(all.filter((record) => record.startsWith('receipt_id,'))).toHaveLength(1);
    expect(all).toHaveLength(1 + 1_638 + 1);
  });

  it('JSON keeps every number as it is spelled', async () => {
    const text = (await exported({ chainKeys: ['south/old'], format: 'json' })).toString();
    expect(text).toContain('"throughput_req_s":1000.0,');
    const rows = JSON.parse(text) as Record<string, unknown>[];
    expect(rows).toHaveLength(40);
    expect(Object.keys(rows[0]!)).toEqual(HEADER);
    expect(rows[0]).toMatchObject({ plan_id: 'pro', queue_depth: null, current_hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
    expect(JSON.parse((await exported({ chainKeys: ['south/old'], format: 'json', fromIndex: 40 })).toString())).toEqual([]);
  });

  it('takes a range, its last receipt included', async () => {
    const text = (await exported({ chainKeys: ['north/good'], format: 'tsv', fromIndex: 998, toIndex: 5_000 })).toString();
    expect(text.trimEnd().split('\n')).toHaveLength(3);
    const one = (await exported({ chainKeys: ['north/good'], format: 'tsv', fromIndex: 7, toIndex: 7 })).toString();
    expect(one.trimEnd().split('\n')[1]).toBe(rowOf(lines[7]!).join('\t'));
  });

  it('gives a chain’s files as they came; unpacked they are verified', async () => {
    const files = unzipSync(await exported({ chainKeys: ['north/good', 'north/broken'], format: 'chain-folder' }));
    expect(Buffer.from(files['north/receipts/good/receipts.jsonl']!).equals(joinLines(lines))).toBe(true);
    const folder = join(base, 'unpacked');
    for (const [path, bytes] of Object.entries(files)) {
      mkdirSync(join(folder, path, '..'), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    }
    const { chains } = await verifyPaths([join(folder, 'north', 'receipts')], { now: Date.parse('2026-06-07T06:00:00.000Z') });
    expect(chains.map(({ chain_id: id, receipts }) => [id, receipts])).toEqual([
      ['broken', 598],
      ['good', 1_000],
    ]);
    const again = await exported({ chainKeys: ['north/good', 'north/broken'], format: 'chain-folder' });
    expect(again.equals(await exported({ chainKeys: ['north/good', 'north/broken'], format: 'chain-folder' }))).toBe(true);
  });

  it('keeps a row for a line that cannot be read, and disarms what a spreadsheet would run', async () => {
    await workspace.addSource('odd');
    const evil = soundLines('jcs-sha256-1', 1, () => ({ receipt_id: '=1+1,"x"' }));
    await workspace.deliver('odd', 'chain/receipts.jsonl', Buffer.concat([joinLines(evil), Buffer.from('garbage\n\n'), joinLines(evil)]));
    const records = (await exported({ chainKeys: ['odd/chain'], format: 'csv' })).toString().trimEnd().split('\r\n');
    expect(records).toHaveLength(5);
    expect(records[1]).toMatch(/^"'=1\+1,""x""",pro,/);
    expect(records.slice(2, 4)).toEqual([',,,,,,,,,', ',,,,,,,,,']);
  });
});
