/** How the console is doing, in a terminal: doctor, its seven dimensions, the support bundle, metrics, the demo, tokens. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { DoctorCheck } from '../../src-shared/contract/host.ts';
import { demoTrust, LEGACY, SOUND, writeSource } from '../support/demo-source.ts';
import { type FeedServer, startFeedServer } from '../support/feed-server.ts';
import { createCli } from './support/run-cli.ts';

// Each command is a process of its own, and the machine may be busy.
vi.setConfig({ testTimeout: 180_000 });

const cli = createCli('health');
const at = (...names: string[]): string => join(cli.folder, ...names);
/** Names that must not leave this machine with a support bundle. */
const PARTNER = 'zephyrine-telecom';
const PERSON = 'Ottoline Quackenbush';
const MAIL = 'ottoline@zephyrine.example';
const TOKEN = 'tok_5ecret_d41d8cd98f00b204e9800998ecf8427e';

interface Doctor {
  readonly checks: readonly DoctorCheck[];
  readonly elapsedMs: number;
}

describe('doctor', () => {
  it('runs without a workspace, makes none, and says what it would need', async () => {
    const ran = await cli.run('doctor', '--json');
    expect(ran.code).toBe(0);
    const { checks } = ran.json<Doctor>();
    expect(checks.find(({ name }) => name === 'versions')).toMatchObject({
      state: 'ok',
      details: { countersign: expect.any(String) as unknown },
    });
    expect(checks.find(({ name }) => name === 'workspace')).toMatchObject({ state: 'unknown' });
    const none = await cli.run('doctor', '--workspace', at('nothing'), '--json');
    expect(none.code).toBe(1);
    expect(none.json<Doctor>().checks).toContainEqual(expect.objectContaining({ name: 'workspace', state: 'bad' }));
    expect(existsSync(at('nothing'))).toBe(false);
  });

  it('proves the seven dimensions, each by doing it', async () => {
    const ran = await cli.run('doctor', '--sanity', '--json');
    const { checks } = ran.json<Doctor>();
    const dimensions = [
      'concurrency',
      'observability',
      'deterministic_replay',
      'snapshot_stability',
      'export_integrity',
      'failure_modes',
      'operational_misconfiguration',
    ];
    const found = checks.filter(({ name }) => dimensions.includes(name));
    expect(found.map(({ name, state, says }) => (state === 'ok' ? name : `${name}: ${says}`))).toEqual(dimensions);
    expect(ran.code).toBe(0);
  });
});

describe('a source with a token', () => {
  const ws = at('workspace');
  let server: FeedServer;

  beforeAll(async () => {
    mkdirSync(at(PARTNER));
    server = await startFeedServer(writeSource(at(PARTNER), [LEGACY]));
    server.token = TOKEN;
    writeFileSync(at('token.txt'), `${TOKEN}\n`);
    writeFileSync(at('wrong.txt'), 'another\n');
  });
  afterAll(() => server.close());

  it('is asked for it at each run: a terminal keeps none', async () => {
    const refused = await cli.run('source', 'add', 'http', server.url, '--name', PARTNER, '--workspace', ws, '--json');
    expect(refused.code).toBe(2);
    expect(refused.json()).toMatchObject({ error: { code: 'SOURCE_UNAUTHORISED' } });
    const added = await cli.ask(ws, 'source', 'add', 'http', server.url, '--name', PARTNER, '--token-file', at('token.txt'));
    expect(added).toMatchObject({ kind: 'http', hasToken: true });
    expect(JSON.stringify(added)).not.toContain(TOKEN);
    const without = await cli.run('sync', '--workspace', ws, '--json');
    expect(without.code).toBe(3);
    const wrong = await cli.run('sync', PARTNER, '--token-file', at('wrong.txt'), '--workspace', ws, '--json');
    expect(wrong.code).toBe(3);
    const right = await cli.ask<{ feeds: { accepted: number; quarantined: number }[] }>(
      ws,
      'sync',
      PARTNER,
      '--token-file',
      at('token.txt'),
    );
    expect(right.feeds[0]!.accepted).toBeGreaterThanOrEqual(LEGACY.receipts);
    expect(right.feeds[0]!.quarantined).toBe(0);
    expect((await cli.run('sync', '--token-file', at('token.txt'), '--workspace', ws)).code).toBe(2);
    expect((await cli.run('sync', PARTNER, '--token-file', at('no-such.txt'), '--workspace', ws)).code).toBe(2);
  });

  it('is nowhere in the workspace or the state folder', () => {
    for (const file of [...filesBelow(ws), ...filesBelow(cli.stateDir)]) {
      expect(readFileSync(file).includes(TOKEN), file).toBe(false);
    }
  });

  it('and what it names is not in a support bundle', async () => {
    await cli.ask(ws, 'member', 'add', PERSON, '--role', 'finance', '--email', MAIL);
    await cli.ask(ws, 'source', 'add', 'folder', writeSource(at(`${PARTNER}-disk`), [SOUND]), '--name', `${PARTNER}-disk`);
    writeFileSync(at('trust.vkeys'), demoTrust());
    await cli.ask(ws, 'trust', 'add', at('trust.vkeys'));
    await cli.ask(ws, 'sync', `${PARTNER}-disk`);
    // A run that fails brings names into the log.
    await cli.run('sync', PARTNER, '--workspace', ws);
    const file = at('support.zip');
    const ran = await cli.run('doctor', '--workspace', ws, '--bundle', file, '--json');
    expect(ran.json<Doctor>().checks.length).toBeGreaterThan(5);
    expect(statSync(file).mode & 0o077).toBe(0);
    const files = unzipSync(readFileSync(file));
    expect(Object.keys(files).sort()).toEqual(['README.txt', 'checks.json', 'counts.json', 'log.ndjson', 'metrics.txt', 'version.json']);
    const all = Object.values(files)
      .map((bytes) => Buffer.from(bytes).toString('utf8'))
      .join('\n');
    const receipt = readFileSync(at(PARTNER, 'receipts', 'starter@0.9', 'receipts.jsonl'), 'utf8').slice(16, 50);
    for (const secret of [TOKEN, PARTNER, PERSON, 'Ottoline', MAIL, cli.folder, server.url, receipt]) {
      expect(all.includes(secret), `${secret} is in the bundle`).toBe(false);
    }
    expect(JSON.parse(Buffer.from(files['version.json']!).toString('utf8'))).toMatchObject({ node: process.versions.node });
  });

  it('metrics, in the form that Prometheus reads', async () => {
    const ran = await cli.run('metrics', '--workspace', ws);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/^# HELP countersign_call_seconds /m);
    expect(ran.stdout).toMatch(/^# TYPE countersign_denied_total counter$/m);
    const { text } = await cli.ask<{ text: string }>(ws, 'metrics');
    expect(text).toMatch(/^# TYPE /m);
  });
});

describe('the demo', () => {
  it('is the same bytes for the same seed and day, and the workspace finds what its files show', async () => {
    const words = ['--seed', 'a seed of its own', '--now', '2026-06-03T12:00:00Z', '--json'];
    const made = await Promise.all([at('demo-a'), at('demo-b')].map((folder) => cli.run('demo', 'create', folder, ...words)));
    for (const ran of made) {
      expect(ran).toMatchObject({ code: 0 });
      expect(ran.json()).toMatchObject({ chains: 7, sources: ['switchboard', 'northwind', 'meridian', 'kestrel'] });
    }
    const digests = [at('demo-a'), at('demo-b')].map((folder) =>
      filesBelow(join(folder, 'demo-sources')).map((file) => [
        file.slice(folder.length),
        createHash('sha256').update(readFileSync(file)).digest('hex'),
      ]),
    );
    expect(digests[0]!.length).toBeGreaterThan(30);
    expect(digests[1]).toEqual(digests[0]);
    expect((await cli.run('demo', 'create', at('demo-a'), ...words)).code).toBe(2);

    const stored = await cli.run('verify', '--workspace', at('demo-a'), '--json', '--now', '2026-06-03T12:00:00Z');
    expect(stored.code).toBe(1);
    const { chains } = stored.json<{ chains: { chain_id: string; verdict: string; findings: { code: string }[] }[] }>();
    expect(chains.filter(({ verdict }) => verdict === 'BROKEN').map(({ chain_id: id }) => id)).toEqual(['northwind-pro-1.4']);
    expect(chains.find(({ chain_id: id }) => id === 'northwind-pro-1.4')?.findings.map(({ code }) => code)).toContain('CHAIN_DELETED');
  });
});

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
