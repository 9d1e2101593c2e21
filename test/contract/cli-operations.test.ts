/**
 * The daily work in a terminal, in the order of a day: a source, a sync, a verdict, what could not be used, exports, the
 * people, the record, the copies. One workspace, one process a command.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { AuditEntry } from '../../src-shared/contract/audit.ts';
import type { Member } from '../../src-shared/contract/host.ts';
import type { QuarantinedRow, Source } from '../../src-shared/contract/sources.ts';
import type { Backup } from '../../src-shared/contract/workspace.ts';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { BROKEN, demoTrust, folderOf, LEGACY, SOUND, writeSource } from '../support/demo-source.ts';
import { createCli, type Ran } from './support/run-cli.ts';

interface Feed {
  readonly source: string;
  readonly feed: string;
  readonly received: number;
  readonly accepted: number;
  readonly duplicate: number;
  readonly conflict: number;
  readonly late: number;
  readonly quarantined: number;
  readonly cursor: string | null;
}
interface SyncJson {
  readonly feeds: readonly Feed[];
  readonly elapsed_ms: number;
}
interface VerifyJson {
  readonly verdict: string;
  readonly chains: readonly Readonly<Record<string, unknown>>[];
}

const SAMPLES = resolve(import.meta.dirname, '../../artifacts/sample-export');

const cli = createCli('operations');
const at = (...names: string[]): string => join(cli.folder, ...names);
const ws = at('workspace');
const source = at('source');
const trust = at('trust.vkeys');
const receiptsFile = (folder: string): string => join(source, 'receipts', folder, 'receipts.jsonl');
const on = (...words: string[]): Promise<Ran> => cli.run(...words, '--workspace', ws, '--json');
const conserved = (feed: Feed): boolean => feed.received === feed.accepted + feed.duplicate + feed.conflict + feed.late + feed.quarantined;

beforeAll(() => {
  writeSource(source, [SOUND, BROKEN, LEGACY]);
  writeFileSync(trust, demoTrust());
});

// Each command is a process of its own, and the machine may be busy.
vi.setConfig({ testTimeout: 180_000 });

describe('before there is a workspace', () => {
  it('commands that read make none and end with 2', async () => {
    const commands = [
      'source list',
      'quarantine list',
      'receipts list',
      'receipts export',
      'trust list',
      'audit verify',
      'verify',
      'metrics',
    ];
    for (const ran of await Promise.all(commands.map((words) => on(...words.split(' '))))) {
      expect(ran.code).toBe(2);
      expect(ran.json()).toMatchObject({ error: { code: 'STORE_MISSING' } });
    }
    expect(existsSync(ws)).toBe(false);
  });

  it('says so when none is named', async () => {
    const ran = await cli.run('source', 'list');
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain('--workspace');
  });
});

describe('sources and sync', () => {
  it('adding a source makes the workspace', async () => {
    const added = await cli.ask<Source>(ws, 'source', 'add', 'folder', source, '--name', 'northwind', '--schedule', 'manual');
    expect(added).toMatchObject({ name: 'northwind', kind: 'folder', location: source, state: 'active', schedule: 'manual' });
    expect(existsSync(join(ws, 'countersign.db'))).toBe(true);
    const again = await on('source', 'add', 'folder', source, '--name', 'northwind');
    expect(again).toMatchObject({ code: 2 });
    expect((await on('source', 'add', 'folder', at('no-such-folder'))).code).toBe(3);
  });

  it('sync takes every row once and proves conservation', async () => {
    const first = await cli.ask<SyncJson>(ws, 'sync');
    expect(first.feeds).toMatchObject([{ source: 'northwind', feed: 'receipts', duplicate: 0, conflict: 0, late: 0, quarantined: 0 }]);
    expect(first.feeds.every(conserved)).toBe(true);
    const receipts = SOUND.receipts + BROKEN.receipts - BROKEN.removed!.count + LEGACY.receipts;
    expect(first.feeds[0]!.accepted).toBeGreaterThanOrEqual(receipts);
    const second = await cli.ask<SyncJson>(ws, 'sync', 'northwind');
    expect(second.feeds).toMatchObject([{ received: 0, accepted: 0 }]);
    expect((await on('sync', 'nobody')).code).toBe(2);
  });

  it('a paused source is not read, and can be resumed', async () => {
    expect(await cli.ask(ws, 'source', 'pause', 'northwind')).toMatchObject({ state: 'paused' });
    const nothing = await on('sync');
    expect(nothing.code).toBe(2);
    expect(nothing.json()).toMatchObject({ error: { nextStep: expect.stringContaining('resume') as unknown } });
    expect(await cli.ask(ws, 'source', 'resume', 'northwind')).toMatchObject({ state: 'active' });
  });

  it('a source that cannot be read: exit 3, and what was accepted stays', async () => {
    const gone = at('gone');
    writeSource(gone, [LEGACY]);
    await cli.ask(ws, 'source', 'add', 'folder', gone, '--name', 'gone');
    rmSync(gone, { recursive: true });
    const ran = await on('sync', 'gone');
    expect(ran.code).toBe(3);
    expect(ran.json<SyncJson>().feeds).toMatchObject([
      { source: 'gone', feed: 'receipts', received: 0 },
      { source: 'gone', feed: 'evidence', received: 0 },
    ]);
    await cli.ask(ws, 'source', 'remove', 'gone', '--reason', 'its folder is not coming back');
    const { sources } = await cli.ask<{ sources: Source[] }>(ws, 'source', 'list');
    expect(sources.map(({ name }) => name)).toEqual(['northwind']);
    const all = await cli.ask<{ sources: Source[] }>(ws, 'source', 'list', '--removed');
    expect(all.sources).toContainEqual(expect.objectContaining({ name: 'gone', state: 'removed' }));
  });
});

describe('trust and verification', () => {
  it('the workspace gives the verdicts that its files give', async () => {
    expect(await cli.ask(ws, 'trust', 'add', trust, '--note', 'by phone')).toMatchObject({ known: 0 });
    const { logs } = await cli.ask<{ logs: { vkey: string; name: string }[] }>(ws, 'trust', 'list');
    expect(logs.length).toBeGreaterThan(2);
    const stored = await on('verify');
    const files = await cli.run('verify', join(source, 'receipts'), '--trust', trust, '--json');
    expect([stored.code, files.code]).toEqual([1, 1]);
    // Files are named from the workspace there and from the folder here; all else is the same.
    const plain = ({ verdict, chains }: VerifyJson): unknown => ({
      verdict,
      chains: [...chains]
        .map((chain) => ({
          ...chain,
          findings: (chain['findings'] as Record<string, unknown>[]).map(
            ({ file, evidence: _evidence, explain: _explain, next_step: _next, ...finding }) => ({
              ...finding,
              file: String(file).replace(/^northwind\//, ''),
            }),
          ),
        }))
        .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    });
    expect(plain(stored.json<VerifyJson>())).toEqual(plain(files.json<VerifyJson>()));
    expect(
      stored
        .json<VerifyJson>()
        .chains.map((chain) => chain['verdict'])
        .sort(),
    ).toEqual(['BROKEN', 'VERIFIED', 'VERIFIED']);
    expect(plain((await on('verify', '--from-zero')).json<VerifyJson>())).toEqual(plain(files.json<VerifyJson>()));
  });

  it('a key that is not trusted any more anchors nothing', async () => {
    const { logs } = await cli.ask<{ logs: { vkey: string; name: string }[] }>(ws, 'trust', 'list');
    const own = logs.find(({ name }) => name.endsWith('northwind-starter-1.1'))!;
    await cli.ask(ws, 'trust', 'remove', own.vkey, '--reason', 'the key was lent out');
    const lost = await on('verify', '--require-anchor');
    const chain = lost.json<VerifyJson>().chains.find((each) => each['chain_id'] === 'northwind-starter-1.1');
    expect(chain).toMatchObject({ verdict: 'VERIFIED_UNANCHORED', anchored_size: 0 });
    await cli.ask(ws, 'trust', 'add', own.vkey);
    const back = (await on('verify')).json<VerifyJson>().chains.find((each) => each['chain_id'] === 'northwind-starter-1.1');
    expect(back).toMatchObject({ verdict: 'VERIFIED', anchored_size: SOUND.receipts });
  });

  it('one receipt with its hash, and its proof of inclusion', async () => {
    const key = `northwind/${folderOf(SOUND)}`;
    const shown = await cli.ask<{ row: { index: number }; steps: Record<string, unknown> }>(ws, 'receipts', 'show', key, '42');
    expect(shown).toMatchObject({ row: { index: 42 }, steps: { hashHolds: true, linkHolds: true } });
    const proof = await cli.ask<{ holds: boolean; tlogProof: string }>(ws, 'receipts', 'proof', key, '42');
    expect(proof.holds).toBe(true);
    expect(proof.tlogProof).toMatch(/^c2sp\.org\/tlog-proof@v1\n/);
    expect((await on('receipts', 'show', key, '9999')).code).toBe(2);
    expect((await on('receipts', 'show', `northwind/${folderOf(BROKEN)}`, '121')).code).toBe(1);
  });
});

describe('quarantine', () => {
  const garbage = 'this line is no receipt\n';

  it('keeps a row that cannot be used, lets it be seen, requeued and dismissed', async () => {
    const file = receiptsFile(folderOf(LEGACY));
    const whole = readFileSync(file);
    writeFileSync(file, Buffer.concat([whole, Buffer.from(garbage)]));
    const synced = await cli.ask<SyncJson>(ws, 'sync');
    expect(synced.feeds).toMatchObject([{ received: 1, accepted: 0, quarantined: 1 }]);
    expect(synced.feeds.every(conserved)).toBe(true);
    const { rows } = await cli.ask<{ rows: QuarantinedRow[] }>(ws, 'quarantine', 'list');
    expect(rows).toMatchObject([{ sourceName: 'northwind', state: 'open', timesSeen: 1 }]);
    const id = rows[0]!.quarantineId;
    expect(await cli.ask(ws, 'quarantine', 'show', id)).toMatchObject({ rawText: garbage.trimEnd() });
    expect(await cli.ask(ws, 'quarantine', 'requeue', id)).toMatchObject({ requeued: 1, resolved: 0, stillBad: 1 });
    expect((await on('quarantine', 'dismiss', id)).code).toBe(2);
    expect(await cli.ask(ws, 'quarantine', 'dismiss', id, '--reason', 'written by hand, by mistake')).toMatchObject({ dismissed: 1 });
    expect((await cli.ask<{ rows: unknown[] }>(ws, 'quarantine', 'list')).rows).toEqual([]);
    expect((await cli.ask<{ rows: unknown[] }>(ws, 'quarantine', 'list', '--state', 'dismissed')).rows).toMatchObject([
      { decision: { reason: 'written by hand, by mistake' } },
    ]);
    // Dismissed is not deleted: the chain has the line, and does not hold with it.
    expect((await on('verify')).code).toBe(1);
  });
});

describe('exports', () => {
  const key = `northwind/${folderOf(SOUND)}`;
  const columns = 'receipt_id,plan_id,version,timestamp,throughput_req_s,concurrent,queue_depth,latency_p99_ms,failover_s,current_hash';

  it('JSON, CSV and TSV say the same of every receipt; the header stands once', async () => {
    const [json, csv, tsv] = await Promise.all([
      cli.run('receipts', 'export', '--chain', key, '--workspace', ws, '--json'),
      cli.run('receipts', 'export', '--format', 'csv', '--chain', key, '--workspace', ws),
      cli.run('receipts', 'export', '--format', 'tsv', '--chain', key, '--workspace', ws),
    ]);
    const rows = json.json<Record<string, string | number>[]>();
    expect(rows).toHaveLength(SOUND.receipts);
    expect(Object.keys(rows[0]!).join()).toBe(columns);
    for (const [{ stdout }, separator] of [
      [csv, ','],
      [tsv, '\t'],
    ] as const) {
      const lines = stdout.split(/\r?\n/).filter((line) => line !== '');
      expect(lines[0]).toBe(columns.replaceAll(',', separator));
      expect(lines.filter((line) => line === lines[0])).toHaveLength(1);
      expect(lines.slice(1)).toEqual(rows.map((row) => Object.values(row).join(separator)));
    }
    // Kept by CI, for whoever wants to see what an export looks like.
    mkdirSync(SAMPLES, { recursive: true });
    for (const [name, { stdout }] of Object.entries({ 'receipts.json': json, 'receipts.csv': csv, 'receipts.tsv': tsv })) {
      writeFileSync(join(SAMPLES, name), stdout);
    }
  });

  it('to a file, part of a chain, and a chain as it came', async () => {
    const file = at('part.json');
    expect(await cli.ask(ws, 'receipts', 'export', '--chain', key, '--from', '10', '--to', '19', '--output', file)).toMatchObject({ file });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toHaveLength(10);
    const zip = join(SAMPLES, 'chain-folder.zip');
    mkdirSync(SAMPLES, { recursive: true });
    await cli.ask(ws, 'receipts', 'export', '--format', 'chain-folder', '--chain', key, '--output', zip);
    const { unzipSync } = await import('fflate');
    const files = unzipSync(readFileSync(zip));
    const base = `northwind/receipts/${folderOf(SOUND)}`;
    expect(Buffer.from(files[`${base}/receipts.jsonl`]!)).toEqual(readFileSync(receiptsFile(folderOf(SOUND))));
    expect(Object.keys(files)).toContain(`${base}/checkpoints/000000000300.note`);
  });

  it('2: where it cannot be written, or would not be JSON', async () => {
    expect((await on('receipts', 'export', '--output', at('no', 'such', 'folder.json'))).code).toBe(2);
    expect((await on('receipts', 'export', '--output', cli.folder)).code).toBe(2);
    expect((await on('receipts', 'export', '--format', 'csv')).code).toBe(2);
    expect((await on('receipts', 'export', '--format', 'xlsx')).code).toBe(2);
    expect((await on('receipts', 'export', '--chain', 'northwind/none@0')).code).toBe(2);
  });
});

describe('people and the record', () => {
  it('acts as a member, within the role', async () => {
    await cli.ask(ws, 'member', 'add', 'Priya Raman', '--role', 'auditor', '--email', 'priya@audit.example');
    expect((await on('member', 'add', 'Nobody', '--role', 'emperor')).code).toBe(2);
    const { members } = await cli.ask<{ members: Member[] }>(ws, 'member', 'list');
    expect(members).toMatchObject([{ owner: true }, { name: 'Priya Raman', role: 'auditor', owner: false }]);
    const refused = await on('member', 'add', 'Mallory', '--role', 'admin', '--as', 'Priya Raman');
    expect(refused.code).toBe(2);
    expect(refused.json()).toMatchObject({ error: { code: 'FORBIDDEN' } });
    expect((await on('sync', '--as', 'Nobody at all')).code).toBe(2);
  });

  it('lists, verifies and exports the audit log, refusals included', async () => {
    const { entries } = await cli.ask<{ entries: AuditEntry[] }>(ws, 'audit', 'list', '--limit', '500');
    const actions = entries.map(({ action }) => action);
    for (const action of ['source.add', 'source.pause', 'source.resume', 'source.remove', 'quarantine.dismiss', 'member.add']) {
      expect(actions).toContain(action);
    }
    expect(entries.find(({ action }) => action === 'call.denied')).toMatchObject({ actor: { name: 'Priya Raman', role: 'auditor' } });
    expect(await cli.ask(ws, 'audit', 'verify')).toMatchObject({ entries: entries.length, brokenAt: null });
    const exported = await cli.run('audit', 'export', '--workspace', ws);
    const lines = exported.stdout.trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as AuditEntry).seq)).toEqual(entries.map(({ seq }) => seq));
    expect((await cli.ask<{ entries: AuditEntry[] }>(ws, 'audit', 'export')).entries).toEqual(entries);
  });
});

describe('copies', () => {
  let backup: Backup;

  it('makes a backup and goes back to it, with a reason', async () => {
    backup = await cli.ask<Backup>(ws, 'backup', 'create');
    expect(backup).toMatchObject({ kind: 'manual', state: 'whole' });
    expect((await cli.ask<{ backups: Backup[] }>(ws, 'backup', 'list')).backups.map(({ backupId }) => backupId)).toContain(backup.backupId);
    await cli.ask(ws, 'member', 'add', 'After the backup', '--role', 'engineering');
    expect((await on('backup', 'restore', backup.backupId)).code).toBe(2);
    expect((await on('backup', 'restore', 'no-such-backup', '--reason', 'a try')).code).toBe(2);
    await cli.ask(ws, 'backup', 'restore', backup.backupId, '--reason', 'the wrong member was added');
    const { members } = await cli.ask<{ members: Member[] }>(ws, 'member', 'list');
    expect(members.map(({ name }) => name)).not.toContain('After the backup');
    // A return on purpose is recorded, and is not taken for an attack.
    const { chains } = (await on('verify')).json<VerifyJson>();
    const codes = chains.flatMap((chain) => (chain['findings'] as { code: string }[]).map(({ code }) => code));
    expect(codes).not.toContain('LOG_ROLLBACK');
  });

  it('restores a workspace that cannot be opened; what can be read of it is exported', async () => {
    const damaged = at('damaged');
    await cli.ask(damaged, 'workspace', 'create', damaged, '--name', 'To be damaged');
    const copy = await cli.ask<Backup>(damaged, 'backup', 'create');
    const file = join(damaged, 'countersign.db');
    writeFileSync(file, 'these are not the bytes of a database '.repeat(2000));
    const failed = await cli.run('source', 'list', '--workspace', damaged, '--json');
    expect(failed.code).toBe(2);
    expect(failed.json()).toMatchObject({ error: { code: 'STORE_NOT_A_DATABASE' } });
    expect(readFileSync(file, 'utf8')).toMatch(/^these are not/);
    await cli.ask(damaged, 'backup', 'restore', copy.backupId, '--reason', 'the file was overwritten');
    expect((await cli.ask<{ sources: Source[] }>(damaged, 'source', 'list')).sources).toEqual([]);
  });

  it('exports what can be read, moves a workspace, and knows the ones of this machine', async () => {
    const readable = at('readable');
    const result = await cli.ask<{ readable: number; unreadable: number }>(ws, 'workspace', 'salvage', readable);
    expect(result.readable).toBeGreaterThan(600);
    expect(result.unreadable).toBe(0);
    expect(existsSync(join(readable, 'manifest.json'))).toBe(true);
    const moved = at('moved');
    await cli.ask(ws, 'workspace', 'move', moved);
    expect((await cli.ask<{ sources: Source[] }>(moved, 'source', 'list')).sources.map(({ name }) => name)).toEqual(['northwind']);
    expect((await on('source', 'list')).code).toBe(2);
    const known = await cli.run('workspace', 'list', '--json');
    const { workspaces } = known.json<{ workspaces: { folder: string; present: boolean; name: string }[] }>();
    expect(workspaces).toContainEqual(expect.objectContaining({ folder: moved, present: true }));
    expect(workspaces.filter(({ folder }) => folder === ws)).toEqual([]);
  });
});
