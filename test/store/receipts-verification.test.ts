// Verification of stored chains over real files and threads: going on from a state, tampering, rollback, kill, cancel.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isAppError } from '../../src-shared/kernel/errors.ts';
import { verifyPaths } from '../../src-main/receipts/index.ts';
import { testKey } from '../support/ed25519-test-key.ts';
import { checkpointNote, joinLines, type Profile, receiptLine, soundLines, verifierKey, writeChain } from '../support/small-chain.ts';
import { openReceiptsWorkspace, type OpenOptions, type ReceiptsWorkspace } from './support/receipts-workspace.ts';
import { temporaryFolder } from './support/workspace-folder.ts';
import { assertAppendOnly } from './support/assert-append-only.ts';

const ORIGIN = 'countersign.local/inst-00000001/chain-a';
const KEY = testKey(7);
const TRUST = verifierKey(ORIGIN, KEY);

const open = async (options: Partial<OpenOptions> & { folder?: string } = {}): Promise<ReceiptsWorkspace> => {
  const base = options.folder ?? temporaryFolder();
  const workspace = await openReceiptsWorkspace(join(base, 'workspace'), { stateFolder: join(base, 'state'), ...options });
  onTestFinished(() => workspace.close());
  return workspace;
};

const manifest = (profile: Profile, lines: readonly Buffer[]): Buffer => {
  const first = JSON.parse(lines[0]!.toString()) as { current_hash?: string; hash_chain?: { current_hash: string } };
  return Buffer.from(
    JSON.stringify({
      chain_id: 'chain-a',
      genesis_hash: first.current_hash ?? first.hash_chain?.current_hash,
      plan_id: 'pro',
      profile,
      source: 'northwind',
      version: '1.0',
    }),
  );
};

/** A chain that is delivered in parts. */
const growing = async (workspace: ReceiptsWorkspace, profile: Profile, lines: readonly Buffer[], source = 'src') => {
  await workspace.addSource(source);
  await workspace.deliver(source, 'chain-a/chain.json', manifest(profile, lines));
  let [taken, offset] = [0, 0];
  return {
    /** Delivers lines up to `to`. */
    grow: async (to: number) => {
      const bytes = joinLines(lines.slice(taken, to));
      await workspace.deliver(source, 'chain-a/receipts.jsonl', bytes, { offset });
      offset += bytes.length;
      taken = to;
    },
    note: (size: number, of: readonly Buffer[] = lines) =>
      workspace.deliver(
        source,
        `chain-a/checkpoints/${String(size).padStart(12, '0')}.note`,
        Buffer.from(checkpointNote(ORIGIN, of.slice(0, size), KEY)),
      ),
  };
};

const only = <T>(items: readonly T[]): T => {
  expect(items).toHaveLength(1);
  return items[0]!;
};
const codesOf = ({ document }: Awaited<ReturnType<ReceiptsWorkspace['verify']>>): string[] =>
  only(document.chains).findings.map(({ code }) => code);

describe('going on from the last verification', () => {
  it('reads only what is new, and says so', async () => {
    const workspace = await open();
    const lines = soundLines('jcs-sha256-1', 700);
    const chain = await growing(workspace, 'jcs-sha256-1', lines);
    await workspace.trust(TRUST);
    await chain.grow(600);
    await chain.note(600);
    expect(only((await workspace.verify()).chains)).toMatchObject({ verdict: 'VERIFIED', receipts: 600, newReceipts: 600 });
    await chain.grow(700);
    expect(only((await workspace.verify()).chains)).toMatchObject({ verdict: 'VERIFIED_UNANCHORED', receipts: 700, newReceipts: 100 });
    await chain.note(700);
    expect(only((await workspace.verify()).chains)).toMatchObject({ verdict: 'VERIFIED', receipts: 700, newReceipts: 0 });
    expect(only((await workspace.verify({ fromZero: true })).chains)).toMatchObject({ verdict: 'VERIFIED', newReceipts: 700 });
  });

  it('takes a checkpoint of an earlier size that comes later, and finds one that does not fit', async () => {
    const workspace = await open();
    const lines = soundLines('jcs-sha256-1', 900);
    const chain = await growing(workspace, 'jcs-sha256-1', lines);
    await workspace.trust(TRUST);
    await chain.grow(900);
    await workspace.verify();
    await chain.note(515);
    expect(only((await workspace.verify()).chains)).toMatchObject({ verdict: 'VERIFIED_UNANCHORED', newReceipts: 0 });
    await chain.note(
      300,
      soundLines('jcs-sha256-1', 300, () => ({ version: '9.9' })),
    );
    const report = await workspace.verify();
    expect(only(report.chains)).toMatchObject({ verdict: 'BROKEN', newReceipts: 900 });
    expect(codesOf(report)).toContain('LOG_FORK_PROVEN');
  });

  it('starts from zero when the trust, the manifest or the stored state is another', async () => {
    const workspace = await open();
    const lines = soundLines('jcs-sha256-1', 300);
    const chain = await growing(workspace, 'jcs-sha256-1', lines);
    await chain.grow(300);
    await workspace.verify();
    const newReceipts = async () => only((await workspace.verify()).chains).newReceipts;
    expect(await newReceipts()).toBe(0);
    await workspace.trust(TRUST);
    expect(await newReceipts()).toBe(300);
    expect(await newReceipts()).toBe(0);
    const raw = new Sqlite(workspace.file);
    raw.exec(`UPDATE stream_verdicts SET state = replace(state, '"errors":0', '"errors":0 ')`);
    raw.close();
    expect(await newReceipts()).toBe(300);
    const other = JSON.parse(manifest('jcs-sha256-1', lines).toString()) as object;
    await workspace.deliver('src', 'chain-a/chain.json', Buffer.from(JSON.stringify({ ...other, genesis_hash: null })));
    expect(await newReceipts()).toBe(300);
  });

  it('comes to what a verification from zero comes to, whatever was delivered when', async () => {
    const workspace = await open();
    await workspace.trust(TRUST);
    let sources = 0;
    for (const profile of ['jcs-sha256-1', 'erlmcp-json-0'] as const) {
      await fc.assert(
        fc.asyncProperty(
          fc.array(
            fc.record({
              more: fc.integer({ min: 0, max: 90 }),
              note: fc.boolean(),
              harm: fc.constantFrom('no', 'no', 'no', 'no', 'edit', 'drop', 'repeat', 'backward', 'garbage', 'wrong-note'),
            }),
            { minLength: 2, maxLength: 5 },
          ),
          fc.nat(),
          async (steps, seed) => {
            const source = `src-${(sources += 1)}`;
            const chainKeys = [`${source}/chain-a`];
            const lines = soundLines(profile, 700, (index) => (index % 97 === 50 ? { timestamp: '2025-03-03T04:00:00Z' } : {}));
            const sent: Buffer[] = [];
            await workspace.addSource(source);
            await workspace.deliver(source, 'chain-a/chain.json', manifest(profile, lines));
            let [at, offset] = [0, 0];
            for (const [i, { more, note, harm }] of steps.entries()) {
              let part = lines.slice(at, at + more);
              at += more;
              const where = part.length === 0 ? 0 : (seed + i) % part.length;
              if (harm === 'edit' && part.length > 0)
                part = part.with(where, Buffer.from(part[where]!.toString().replace('"pro"', '"fre"')));
              if (harm === 'drop') part = part.filter((_line, j) => j !== where);
              if (harm === 'repeat' && sent.length > 0) part = [...part, sent[(seed + i) % sent.length]!];
              if (harm === 'garbage') part = [...part, Buffer.from('{"not":"a receipt"')];
              if (harm === 'backward') part = [...part, Buffer.from('')];
              sent.push(...part);
              const bytes = joinLines(part);
              await workspace.deliver(source, 'chain-a/receipts.jsonl', bytes, { offset });
              offset += bytes.length;
              if (note || harm === 'wrong-note') {
                const of = harm === 'wrong-note' ? lines.slice(0, sent.length).toReversed() : sent;
                const name = `${String(of.length).padStart(12, '0')}.note`;
                await workspace.deliver(source, `chain-a/checkpoints/${name}`, Buffer.from(checkpointNote(ORIGIN, of, KEY)));
              }
              const goneOn = await workspace.verify({ chainKeys });
              const zero = await workspace.service.verifyChains({
                chainKeys,
                fromZero: true,
                now: '2026-06-07T06:00:00.000Z',
                trustFile: Buffer.from(TRUST),
                by: { memberId: null, role: null, requestId: 'req', now: '2026-06-07T06:00:00.000Z' },
              });
              // From zero may name the block that was rewritten, which only the memory of an earlier look tells.
              expect(simplified(goneOn.document.chains)).toEqual(simplified(zero.document.chains));
            }
          },
        ),
        { numRuns: process.env['COUNTERSIGN_DEEP'] === '1' ? 100 : 8 },
      );
    }
  }, 240_000);
});

/** The chains without what the memory of this console adds. */
const simplified = (chains: Awaited<ReturnType<ReceiptsWorkspace['verify']>>['document']['chains']) =>
  chains.map((chain) => ({
    ...chain,
    findings_total: chain.findings.filter((finding) => !isRemembered(finding)).length,
    findings: chain.findings
      .filter((finding) => !isRemembered(finding))
      .map(({ gap: _gap, last_good_index: _last, explain: _explain, next_step: _next, ...finding }) => finding),
  }));
const isRemembered = ({ evidence }: { readonly evidence: readonly { readonly what: string }[] }): boolean =>
  evidence.some(({ what }) => what.startsWith('last seen'));

describe('what is found in the store', () => {
  const prepared = async () => {
    const workspace = await open();
    const lines = soundLines('jcs-sha256-1', 400);
    const chain = await growing(workspace, 'jcs-sha256-1', lines);
    await workspace.trust(TRUST);
    await chain.grow(400);
    await chain.note(400);
    expect((await workspace.verify()).document.verdict).toBe('VERIFIED');
    const tamper = (sql: string, ...params: unknown[]) => {
      const raw = new Sqlite(workspace.file);
      raw.exec('DROP TRIGGER receipt_lines_no_update; DROP TRIGGER receipt_lines_no_delete');
      raw.prepare(sql).run(...params);
      raw.close();
    };
    return { workspace, lines, tamper };
  };
  const at = (index: number) => 2 ** 32 + index;

  it('a line edited behind the triggers', async () => {
    const { workspace, lines, tamper } = await prepared();
    tamper('UPDATE receipt_lines SET bytes = ? WHERE position = ?', Buffer.from(lines[200]!.toString().replace('"pro"', '"fre"')), at(200));
    const report = await workspace.verify({ fromZero: true });
    expect(report.document.verdict).toBe('BROKEN');
    expect(only(report.document.chains).findings).toContainEqual(expect.objectContaining({ code: 'RECEIPT_HASH_MISMATCH', index: 200 }));
    expect(codesOf(report)).toContain('LOG_ROOT_MISMATCH');
  });

  it('a line of another length, which moves all offsets', async () => {
    const { workspace, lines, tamper } = await prepared();
    tamper(
      'UPDATE receipt_lines SET bytes = ? WHERE position = ?',
      Buffer.from(lines[200]!.toString().replace('"pro"', '"enterprise"')),
      at(200),
    );
    expect(only((await workspace.verify({ fromZero: true })).document.chains).findings).toContainEqual(
      expect.objectContaining({ code: 'RECEIPT_HASH_MISMATCH', index: 200 }),
    );
  });

  it('a line that is gone', async () => {
    const { workspace, tamper } = await prepared();
    tamper('DELETE FROM receipt_lines WHERE position = ?', at(123));
    const report = await workspace.verify({ fromZero: true });
    expect(report.document.verdict).toBe('BROKEN');
    expect(only(report.document.chains).findings).toContainEqual(expect.objectContaining({ index: 123, severity: 'error' }));
  });

  it('a suffix rewritten and hashed again: the block is named from the memory of the last look', async () => {
    const { workspace, lines } = await prepared();
    const raw = new Sqlite(workspace.file);
    raw.exec('DROP TRIGGER receipt_lines_no_update');
    const forged = soundLines('jcs-sha256-1', 400, (index) => (index >= 300 ? { version: '2.0' } : {}));
    const set = raw.prepare('UPDATE receipt_lines SET bytes = ? WHERE position = ?');
    for (let index = 300; index < 400; index += 1) set.run(forged[index], at(index));
    raw.close();
    expect(forged[299]!.equals(lines[299]!)).toBe(true);
    const report = await workspace.verify({ fromZero: true });
    expect(codesOf(report)).toContain('LOG_ROOT_MISMATCH');
  });

  it('more lines than fit one stretch, and a line far too long among them', async () => {
    const workspace = await open();
    const root = join(temporaryFolder(), 'chains');
    const lines = soundLines('jcs-sha256-1', 40_000);
    const long = Buffer.concat([Buffer.from('{"a":"'), Buffer.alloc(3_000_000, 0x61), Buffer.from('"}')]);
    const chain = writeChain(root, {
      profile: 'jcs-sha256-1',
      lines: [...lines.slice(0, 20_000), long, Buffer.from(''), ...lines.slice(20_000)],
      sizes: [],
    });
    await workspace.addSource('src');
    await workspace.importChains('src', root);
    const [stored, files] = [await workspace.verify(), await verifyPaths([root], { now: Date.parse('2026-06-07T06:00:00.000Z') })];
    expect(chain.receipts).toContain('chain-a');
    expect(
      stored.document.chains.map(({ root: merkle, findings }) => [
        merkle,
        findings.map(({ code, index, byte_offset: offset }) => [code, index, offset]),
      ]),
    ).toEqual(
      files.chains.map(({ root: merkle, findings }) => [
        merkle,
        findings.map(({ code, index, byte_offset: offset }) => [code, index, offset]),
      ]),
    );
  });
});

describe('receipt_ids', () => {
  const two = async (workspace: ReceiptsWorkspace, source: string, folder: string, shift: number, count = 40) => {
    const lines = soundLines('jcs-sha256-1', count, (index) => ({
      receipt_id: `00000000-0000-4000-8000-${String(index + shift).padStart(12, '0')}`,
    }));
    await workspace.deliver(
      source,
      `${folder}/chain.json`,
      Buffer.from(manifest('jcs-sha256-1', lines).toString().replace('chain-a', folder)),
    );
    await workspace.deliver(source, `${folder}/receipts.jsonl`, joinLines(lines));
    return lines;
  };
  const verdicts = (report: Awaited<ReturnType<ReceiptsWorkspace['verify']>>) =>
    Object.fromEntries(report.chains.map(({ chainKey, verdict }) => [chainKey, verdict]));

  it('that stand in two chains of a source break the later one, whichever was verified first', async () => {
    const workspace = await open();
    await workspace.addSource('src');
    await two(workspace, 'src', 'b', 0);
    expect(verdicts(await workspace.verify())).toEqual({ 'src/b': 'VERIFIED_UNANCHORED' });
    await two(workspace, 'src', 'a', 39);
    const expected = { 'src/a': 'VERIFIED_UNANCHORED', 'src/b': 'BROKEN' };
    const report = await workspace.verify({ chainKeys: ['src/a'] });
    expect(verdicts(report)).toEqual(expected);
    expect(report.document.chains[1]!.findings).toContainEqual(expect.objectContaining({ code: 'CHAIN_DUPLICATE_ID', index: 39 }));
    expect(verdicts(await workspace.verify({ fromZero: true }))).toEqual(expected);
    expect(verdicts(await workspace.verify())).toEqual(expected);
  });

  it('of another source are nobody else’s business', async () => {
    const workspace = await open();
    for (const source of ['one', 'two']) {
      await workspace.addSource(source);
      await two(workspace, source, 'a', 0);
    }
    expect(verdicts(await workspace.verify())).toEqual({ 'one/a': 'VERIFIED_UNANCHORED', 'two/a': 'VERIFIED_UNANCHORED' });
  });

  it('are found again in what comes later', async () => {
    const workspace = await open();
    await workspace.addSource('src');
    const lines = soundLines('jcs-sha256-1', 30);
    const again = receiptLine('jcs-sha256-1', 30, (JSON.parse(lines[29]!.toString()) as { current_hash: string }).current_hash, {
      receipt_id: '00000000-0000-4000-8000-000000000007',
    }).line;
    await workspace.deliver('src', 'chain-a/chain.json', manifest('jcs-sha256-1', lines));
    const first = joinLines(lines);
    await workspace.deliver('src', 'chain-a/receipts.jsonl', first);
    await workspace.verify();
    await workspace.deliver('src', 'chain-a/receipts.jsonl', joinLines([again]), { offset: first.length });
    expect(only((await workspace.verify()).document.chains).findings).toContainEqual(
      expect.objectContaining({ code: 'CHAIN_DUPLICATE_ID', index: 30, evidence: [{ what: 'the same receipt_id', index: 7 }] }),
    );
  });
});

describe('checkpoints', () => {
  it('that a source writes over still count', async () => {
    const workspace = await open();
    const lines = soundLines('jcs-sha256-1', 64);
    const chain = await growing(workspace, 'jcs-sha256-1', lines);
    await workspace.trust(TRUST);
    await chain.grow(64);
    await chain.note(64);
    expect((await workspace.verify()).document.verdict).toBe('VERIFIED');
    // The same file name, another history of the same size: only the earlier version proves the fork.
    await chain.note(
      64,
      soundLines('jcs-sha256-1', 64, () => ({ version: '3.0' })),
    );
    expect(codesOf(await workspace.verify())).toContain('LOG_FORK_PROVEN');
    await workspace.deliver('src', 'chain-a/checkpoints/000000000064.note', Buffer.from('nothing'));
    expect(codesOf(await workspace.verify())).toEqual(expect.arrayContaining(['NOTE_MALFORMED', 'LOG_FORK_PROVEN']));
  });

  it('of a key that is no longer trusted anchor nothing', async () => {
    const workspace = await open();
    const chain = await growing(workspace, 'jcs-sha256-1', soundLines('jcs-sha256-1', 20));
    await workspace.trust(TRUST);
    await chain.grow(20);
    await chain.note(20);
    expect((await workspace.verify()).document.verdict).toBe('VERIFIED');
    await workspace.service.handlers['trustedLog.remove']({ vkey: TRUST, reason: 'the key was lost' }, workspace.context);
    const report = await workspace.verify();
    expect(report.document.verdict).toBe('VERIFIED_UNANCHORED');
    expect(codesOf(report)).toContain('NOTE_NO_TRUSTED_SIG');
  });
});

describe('what this installation saw', () => {
  it('finds a workspace that was set back, and is quiet about a restore done on purpose', async () => {
    const folder = temporaryFolder();
    const workspace = await openReceiptsWorkspace(join(folder, 'workspace'), { stateFolder: join(folder, 'state') });
    const lines = soundLines('jcs-sha256-1', 120);
    const chain = await growing(workspace, 'jcs-sha256-1', lines);
    await chain.grow(80);
    await workspace.verify();
    // A copy of the workspace as it was with 80 receipts.
    const raw = new Sqlite(workspace.file);
    raw.exec(`VACUUM INTO '${join(folder, 'earlier.db')}'`);
    raw.close();
    await chain.grow(120);
    await workspace.verify();
    expect(await workspace.service.logSizes()).toEqual({ 'src/chain-a': 120 });
    await workspace.close();

    mkdirSync(join(folder, 'back'));
    writeFileSync(join(folder, 'back', 'countersign.db'), readFileSync(join(folder, 'earlier.db')));
    const back = await openReceiptsWorkspace(join(folder, 'back'), { stateFolder: join(folder, 'state') });
    onTestFinished(() => back.close());
    const report = await back.verify();
    expect(only(report.document.chains)).toMatchObject({ verdict: 'BROKEN', receipts: 80 });
    expect(codesOf(report)).toContain('LOG_ROLLBACK');

    await back.pool.write('workspace.recordRestore', {
      restore: {
        restoreId: 'r1',
        restoredAt: '2026-06-08T06:00:00.000Z',
        backupName: 'b.db',
        backupTakenAt: '2026-06-07T05:00:00.000Z',
        backupSha256: 'a'.repeat(64),
        reason: 'the import of Monday was wrong',
        member: 'Amara',
        fromSizes: { 'src/chain-a': 120 },
        setAside: null,
      },
      by: { memberId: null, role: null, requestId: 'req', now: '2026-06-08T06:00:00.000Z' },
    });
    expect((await back.verify({ now: '2026-06-08T07:00:00.000Z' })).document.verdict).toBe('VERIFIED_UNANCHORED');
    const chainAnswer = await back.service.handlers['receipt.chain']({ chainKey: 'src/chain-a' }, back.context);
    expect(chainAnswer.acknowledgedRollback).toEqual({
      at: '2026-06-08T06:00:00.000Z',
      reason: 'the import of Monday was wrong',
      member: 'Amara',
    });

    // Another history of more receipts: it must lead through what was seen, restore or not.
    const other = soundLines('jcs-sha256-1', 140, (index) => (index >= 90 ? { version: '2.0' } : {}));
    await back.deliver('src', 'chain-a/receipts.jsonl', joinLines(other.slice(80)), { offset: joinLines(lines.slice(0, 80)).length });
    expect(codesOf(await back.verify({ now: '2026-06-08T08:00:00.000Z' }))).toContain('LOG_ROOT_MISMATCH');
  });

  it('finds a source that changed its past, in the generation that it opened', async () => {
    const workspace = await open();
    const lines = soundLines('jcs-sha256-1', 60);
    const chain = await growing(workspace, 'jcs-sha256-1', lines);
    await chain.grow(60);
    await workspace.verify();
    const other = soundLines('jcs-sha256-1', 61, (index) => (index >= 30 ? { version: '2.0' } : {}));
    await workspace.deliver('src', 'chain-a/receipts.jsonl', joinLines(other), { offset: 0, restart: 'The source changed its past.' });
    expect(codesOf(await workspace.verify())).toContain('LOG_ROOT_MISMATCH');
    const { generations } = await workspace.service.handlers['receipt.chain']({ chainKey: 'src/chain-a' }, workspace.context);
    expect(generations.map(({ generation, receipts, current }) => [generation, receipts, current])).toEqual([
      [2, 61, true],
      [1, 60, false],
    ]);
    const first = await workspace.service.handlers['receipt.chain']({ chainKey: 'src/chain-a', generation: 1 }, workspace.context);
    expect(first.chain).toMatchObject({ verdict: 'VERIFIED_UNANCHORED', receipts: 60 });
  });
});

describe('what is recorded', () => {
  it('nothing, when nothing changed and nobody asked', async () => {
    const workspace = await open();
    const chain = await growing(workspace, 'jcs-sha256-1', soundLines('jcs-sha256-1', 20));
    await chain.grow(20);
    const history = async () =>
      (await workspace.service.handlers['receipt.chain']({ chainKey: 'src/chain-a' }, workspace.context)).verifications.length;
    await workspace.verify({ console: true });
    expect(await history()).toBe(1);
    expect(await workspace.verify({ console: true })).toMatchObject({ chains: [], says: 'Nothing new. 1 chain unchanged.' });
    expect(await history()).toBe(1);
    await workspace.verify();
    expect(await history()).toBe(2);
    await chain.note(20);
    await workspace.verify({ console: true });
    expect(await history()).toBe(3);
  });

  it('facts that refuse every change', async () => {
    const workspace = await open();
    // Its first finding stands at a receipt, so that no column of it is empty.
    const lines = soundLines('jcs-sha256-1', 20, (index) => (index === 7 ? { timestamp: '2025-01-01T00:00:00Z' } : {}));
    const chain = await growing(workspace, 'jcs-sha256-1', lines);
    await workspace.trust(TRUST);
    await chain.grow(20);
    await workspace.verify();
    for (const table of ['trusted_log_events', 'verifications', 'receipt_findings', 'verification_findings'])
      assertAppendOnly(workspace.file, table);
  });

  it('an audit entry when a verdict changes, not when it stays', async () => {
    const workspace = await open();
    const chain = await growing(workspace, 'jcs-sha256-1', soundLines('jcs-sha256-1', 40));
    await chain.grow(20);
    await workspace.verify();
    await workspace.verify();
    await workspace.trust(TRUST);
    await chain.note(20);
    await workspace.verify();
    const { entries } = await workspace.pool.read('audit.page', { before: null, limit: 20, action: 'receipt.verify', actor: null });
    expect(
      entries.map(({ subject, before, after }) => [
        subject,
        (before as { verdict: string } | null)?.verdict ?? null,
        (after as { verdict: string }).verdict,
      ]),
    ).toEqual([
      ['src/chain-a', 'VERIFIED_UNANCHORED', 'VERIFIED'],
      ['src/chain-a', null, 'VERIFIED_UNANCHORED'],
    ]);
  });

  it('nothing at all in a workspace that may only be read', async () => {
    const folder = temporaryFolder();
    const workspace = await openReceiptsWorkspace(join(folder, 'workspace'), { stateFolder: join(folder, 'state') });
    const chain = await growing(workspace, 'jcs-sha256-1', soundLines('jcs-sha256-1', 20));
    await chain.grow(20);
    await workspace.close();
    const reading = await open({ folder, readOnly: true });
    expect((await reading.verify()).document.verdict).toBe('VERIFIED_UNANCHORED');
    expect((await reading.service.handlers['receipt.seal']({}, reading.context)).notVerified).toBe(1);
    expect(await reading.service.logSizes()).toEqual({});
  });

  it('no verdict on a copy that is not finished', async () => {
    const workspace = await open();
    await workspace.addSource('src');
    const lines = soundLines('jcs-sha256-1', 20);
    await workspace.deliver('src', 'chain-a/receipts.jsonl', joinLines(lines));
    const raw = new Sqlite(workspace.file);
    raw.exec('UPDATE stream_state SET complete = 0');
    raw.close();
    const report = await workspace.verify();
    expect(report.chains).toEqual([]);
    expect(only(report.skipped).chainKey).toBe('src/chain-a');
  });

  it('INDETERMINATE where chain.json cannot be read', async () => {
    const workspace = await open();
    await workspace.addSource('src');
    await workspace.deliver('src', 'chain-a/chain.json', Buffer.from('{"chain_id":7}'));
    await workspace.deliver('src', 'chain-a/receipts.jsonl', joinLines(soundLines('jcs-sha256-1', 5)));
    const report = await workspace.verify();
    expect(report.chains[0]?.verdict).toBe('INDETERMINATE');
    expect(only(report.document.problems ?? []).file).toBe('src/chain-a/chain.json');
  });
});

describe('stopping', () => {
  it('happens in mid-work, and a later verification starts as if nothing had been', async () => {
    const workspace = await open();
    const lines = soundLines('jcs-sha256-1', 60_000);
    const chain = await growing(workspace, 'jcs-sha256-1', lines);
    await chain.grow(60_000);
    const abort = new AbortController();
    let abortedAt = 0;
    const verifying = workspace.service.verifyChains({
      fromZero: false,
      now: '2026-06-07T06:00:00.000Z',
      by: { memberId: null, role: null, requestId: 'req', now: '2026-06-07T06:00:00.000Z' },
      signal: abort.signal,
      onProgress: (done) => {
        if (done < 4_000 || abortedAt > 0) return;
        abortedAt = performance.now();
        abort.abort();
      },
    });
    const failure = await verifying.then(
      () => null,
      (error: unknown) => error,
    );
    expect(isAppError(failure) && failure.code).toBe('CANCELLED');
    expect(abortedAt).toBeGreaterThan(0);
    expect((await workspace.service.handlers['receipt.seal']({}, workspace.context)).notVerified).toBe(1);
    expect((await workspace.verify()).document.verdict).toBe('VERIFIED_UNANCHORED');
  });

  it('refuses a chain that is not there, and verifies nothing', async () => {
    const workspace = await open();
    await expect(workspace.verify({ chainKeys: ['src/none'] })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
