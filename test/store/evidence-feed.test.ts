// The feed of evidence over real files: kept once by content, in every version, and nothing is lost.
import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { evidenceFeed } from '../../src-main/evidence/index.ts';
import { rebuildStandings } from '../../src-main/evidence/artifact-store.ts';
import { ARTIFACTS, benchmarksArtifact, guardrailsArtifact, telemetryArtifact } from '../support/evidence-artifacts.ts';
import { type EvidenceWorkspace, openEvidenceWorkspace } from '../support/evidence-workspace.ts';
import { put, temporaryFolder } from '../support/sync-workspace.ts';

const NOW = '2026-03-05T09:00:00.000Z';
const open: { w: EvidenceWorkspace; source: string }[] = [];

const workspace = async (now = NOW) => {
  const source = temporaryFolder();
  const w = await openEvidenceWorkspace(now);
  open.push({ w, source });
  const write = (name: string, content: unknown): void => {
    put(join(source, 'evidence', name), typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content));
  };
  write('readme.txt', 'no artifact');
  await w.ask('source.add', { kind: 'folder', location: source, name: 'alpha' });
  return { w, source, write };
};

afterEach(async () => {
  for (const { w, source } of open.splice(0)) {
    expect(w.faults).toEqual([]);
    await w.close();
    rmSync(source, { recursive: true, force: true });
  }
});

const list = async (w: EvidenceWorkspace) => (await w.ask('evidence.list', { limit: 100 })).artifacts;

describe('artifacts of a folder source', () => {
  it('are recognised by shape whatever they are called, kept as they came and verified', async () => {
    const { w, write } = await workspace();
    const text = `${JSON.stringify(guardrailsArtifact(), null, 3)}\n\n`;
    write('a.json', text);
    write('b/c.json', telemetryArtifact());
    write('register.JSON', benchmarksArtifact());
    const run = await w.sync();
    expect(run).toMatchObject({ outcome: 'ok', conserved: true, counts: { received: 3, accepted: 3, quarantined: 0 } });
    const artifacts = await list(w);
    expect(artifacts.map(({ kind, name, month, state, sourceName }) => [name, kind, month, state, sourceName])).toEqual([
      ['register.JSON', 'pricing-benchmarks', '2026-03', 'pass', 'alpha'],
      ['b/c.json', 'finance-telemetry', '2026-02', 'pass', 'alpha'],
      ['a.json', 'finance-guardrails', '2026-02', 'pass', 'alpha'],
    ]);
    const kept = await w.evidence.bytes(artifacts[2]!.artifactId, null);
    expect(Buffer.from(kept.bytes).toString('utf8')).toBe(text);
  });

  it('have one content for the same bytes, a version for each change, and nothing for a repeat', async () => {
    const { w, write } = await workspace();
    write('one.json', guardrailsArtifact());
    write('same.json', guardrailsArtifact());
    await w.sync();
    expect(w.store.db.get('SELECT count(*) AS n FROM evidence_contents')).toEqual({ n: 1 });
    expect((await w.sync()).counts).toMatchObject({ received: 0 });
    write('one.json', { ...guardrailsArtifact(), note: 'second' });
    expect((await w.sync()).counts).toMatchObject({ received: 1, accepted: 1 });
    write('one.json', guardrailsArtifact());
    expect((await w.sync()).counts).toMatchObject({ received: 1, accepted: 1 });
    expect(w.store.db.get('SELECT count(*) AS n FROM evidence_contents')).toEqual({ n: 2 });
    const one = (await list(w)).find(({ name }) => name === 'one.json')!;
    expect(one.versions).toBe(3);
    const answer = await w.ask('evidence.artifact', { artifactId: one.artifactId });
    expect(answer.versions.map(({ position, sha256 }) => [position, sha256 === one.sha256])).toEqual([
      [3, true],
      [2, false],
      [1, true],
    ]);
    expect(answer.fields.filter(({ change }) => change !== 'same')).toEqual([
      { pointer: '/note', value: null, before: '"second"', change: 'removed' },
    ]);
    const [newest, , oldest] = answer.versions;
    const against = await w.ask('evidence.artifact', {
      artifactId: one.artifactId,
      versionNo: newest!.versionNo,
      against: oldest!.versionNo,
    });
    expect(against).toMatchObject({ changed: 0, against: oldest!.versionNo });
  });

  it('delivered once more to a feed that forgot its cursor are duplicates', async () => {
    const { w, write } = await workspace();
    write('one.json', guardrailsArtifact());
    await w.sync();
    w.store.db.run('DELETE FROM sync_files');
    expect((await w.sync()).counts).toMatchObject({ received: 1, accepted: 0, duplicate: 1 });
  });

  it('of many months in one file stand for each of them, and the newest is the artifact', async () => {
    const { w, write } = await workspace();
    write('telemetry.json', telemetryArtifact());
    await w.sync();
    const march = {
      ...telemetryArtifact(),
      captured_at: '2026-04-02T08:30:00Z',
      window: { start: '2026-03-01T00:00:00Z', end: '2026-03-31T23:59:59Z', label: '2026-03' },
    };
    write('telemetry.json', march);
    await w.sync();
    const months = await w.ask('evidence.months', {});
    const cells = months.kinds.find(({ kind }) => kind === 'finance-telemetry')!.cells;
    expect(cells.map(({ month }) => month)).toEqual(['2026-02', '2026-03']);
    expect(cells[0]!.address).toMatch(/\?version=1$/);
    expect(await list(w)).toMatchObject([{ month: '2026-03', versions: 2 }]);
    const february = await w.store.read('evidence.forMonth', { month: '2026-02', asOf: NOW });
    expect(february['finance-telemetry']).toMatchObject({ month: '2026-02', name: 'telemetry.json' });
    expect(february['finance-guardrails']).toBeNull();
  });

  it('called a template are shown, and count for no month', async () => {
    const { w, write } = await workspace();
    write('finance_guardrails_TEMPLATE.json', guardrailsArtifact());
    await w.sync();
    expect(await list(w)).toMatchObject([{ month: null, state: 'pass' }]);
    expect((await w.store.read('evidence.forMonth', { month: '2026-02', asOf: NOW }))['finance-guardrails']).toBeNull();
  });

  it('stand as their facts say: rebuilt from zero, the same rows', async () => {
    const { w, write } = await workspace();
    for (const [name, make] of Object.entries(ARTIFACTS)) write(`${name}.json`, make());
    write('finance-guardrails.json', { ...guardrailsArtifact(), note: 1 });
    await w.sync();
    const before = w.store.db.all('SELECT * FROM evidence_standing ORDER BY artifact_no, version_no');
    rebuildStandings(w.store.db);
    expect(w.store.db.all('SELECT * FROM evidence_standing ORDER BY artifact_no, version_no')).toEqual(before);
    expect(before.length).toBeGreaterThan(3);
  });
});

describe('files that are no evidence', () => {
  const cases: readonly (readonly [string, string | Uint8Array, string])[] = [
    ['broken.json', '{"captured_at": ', 'ARTIFACT_NOT_JSON'],
    ['empty.json', '', 'ARTIFACT_NOT_JSON'],
    ['bom.json', '\ufeff{}', 'ARTIFACT_NOT_JSON'],
    ['latin.json', Uint8Array.from([0x7b, 0x22, 0xe9, 0x22, 0x3a, 0x31, 0x7d]), 'ARTIFACT_NOT_UTF8'],
    ['list.json', '[{"metrics": 1}]', 'ARTIFACT_UNKNOWN'],
    ['other.json', '{"hello": "world"}', 'ARTIFACT_UNKNOWN'],
    ['deep.json', `${'['.repeat(5_000)}${']'.repeat(5_000)}`, 'ARTIFACT_NOT_JSON'],
  ];

  it('are in quarantine with their text, reason and next step, and every file is accounted for', async () => {
    const { w, write } = await workspace();
    for (const [name, content] of cases) write(name, content);
    write('good.json', guardrailsArtifact());
    const run = await w.sync();
    expect(run).toMatchObject({ conserved: true, counts: { received: cases.length + 1, accepted: 1, quarantined: cases.length } });
    const { rows } = await w.ask('quarantine.page', { limit: 100 });
    expect(Object.fromEntries(rows.map(({ position, code }) => [position, code]))).toEqual(
      Object.fromEntries(cases.map(([name, , code]) => [name, code])),
    );
    for (const row of rows) {
      expect(row.says.length).toBeGreaterThan(20);
      expect(row.nextStep.length).toBeGreaterThan(20);
      const entry = await w.ask('quarantine.entry', { quarantineId: row.quarantineId });
      const [, content] = cases.find(([name]) => name === row.position)!;
      expect(Buffer.from(entry.rawBase64, 'base64').equals(Buffer.from(content as string))).toBe(true);
    }
  });

  it('of 50 MB are held by their beginning and hash, once, and the other files are taken', async () => {
    const { w, source, write } = await workspace();
    const huge = join(source, 'evidence', 'huge.json');
    writeFileSync(huge, '{"metrics": "');
    truncateSync(huge, 50 * 1024 * 1024);
    write('good.json', guardrailsArtifact());
    const run = await w.sync();
    expect(run).toMatchObject({ outcome: 'ok', conserved: true, counts: { received: 2, accepted: 1, quarantined: 1 } });
    const { rows } = await w.ask('quarantine.page', { limit: 10 });
    expect(rows).toMatchObject([{ position: 'huge.json', code: 'ARTIFACT_TOO_LARGE', bytes: 50 * 1024 * 1024, timesSeen: 1 }]);
    expect(rows[0]!.says).toMatch(/52,428,800 bytes.*[0-9a-f]{64}/);
    expect((await w.ask('quarantine.entry', { quarantineId: rows[0]!.quarantineId })).rawText).toMatch(/^\{"metrics": "/);
    expect((await w.sync()).counts.received).toBe(0);
    expect((await w.sync({ full: true })).counts.received).toBe(0);
    expect(await w.ask('quarantine.requeue', { quarantineIds: [rows[0]!.quarantineId] })).toMatchObject({ stillBad: 1 });
  });

  it('are looked at again on request, and stay where nothing has changed', async () => {
    const { w, write } = await workspace();
    write('broken.json', '{');
    await w.sync();
    const { rows } = await w.ask('quarantine.page', { limit: 10 });
    expect(await w.ask('quarantine.requeue', { quarantineIds: [rows[0]!.quarantineId] })).toMatchObject({ resolved: 0, stillBad: 1 });
    // A row that can be read is kept as evidence of the file it came from.
    const good = Buffer.from(JSON.stringify(guardrailsArtifact()));
    const result = evidenceFeed.requeue(
      w.store.db,
      (await w.ask('source.list', {})).sources[0]!.sourceId,
      {
        path: 'late.json',
        line: null,
        byteOffset: null,
        bytes: good,
        byteLength: good.length,
        code: 'X',
        says: '',
        nextStep: '',
        address: null,
      },
      NOW,
    );
    expect(result.outcome).toBe('resolved');
    expect((await list(w)).map(({ name }) => name)).toEqual(['late.json']);
  });
});

describe('fuzzed artifacts', () => {
  const base = JSON.stringify(guardrailsArtifact());
  const mutated = fc.oneof(
    fc.nat(base.length).map((at) => base.slice(0, at)),
    fc
      .tuple(fc.nat(base.length - 1), fc.constantFrom('"', '{', '}', ',', '0', 'NaN', '\\u0000', '[[', '1e999', '\u{1f600}'))
      .map(([at, text]) => base.slice(0, at) + text + base.slice(at + 1)),
    fc.jsonValue().map((value) => JSON.stringify({ ...guardrailsArtifact(), metrics: value })),
    fc
      .tuple(fc.constantFrom('captured_at', 'window', 'tier_unit_economics', 'gate_results'), fc.jsonValue())
      .map(([key, value]) => JSON.stringify({ ...guardrailsArtifact(), [key]: value })),
    fc.constant(`{"metrics":{},"metrics":${base.slice(1)}`),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  );

  it('are kept or held, one for one, with a verdict or a reason; and every answer about them fits the contract', async () => {
    const { w, write } = await workspace();
    let received = 0;
    const contents = fc.sample(mutated, { numRuns: 150, seed: 20260301 });
    for (const [index, content] of contents.entries()) write(`fuzz-${String(index).padStart(3, '0')}.json`, content);
    received += contents.length;
    const run = await w.sync();
    expect(run).toMatchObject({ conserved: true, counts: { received } });
    const { totals } = await w.ask('quarantine.page', { limit: 1 });
    const { artifacts } = await w.ask('evidence.list', { limit: 500 });
    expect(artifacts.length + totals.open).toBe(received);
    expect(artifacts.filter(({ state, kind }) => state === 'none' && kind !== 'committee-packet')).toEqual([]);
    for (const { artifactId } of artifacts) {
      const answer = await w.ask('evidence.artifact', { artifactId });
      expect(answer.verification).not.toBeNull();
      for (const { figure } of answer.figures.slice(0, 2)) await w.ask('evidence.figureProof', { artifactId, figure });
    }
    await w.ask('evidence.months', {});
    await w.ask('evidence.consistency', {});
  });
});

describe('items of an HTTP source', () => {
  it('are kept as files are: recognised, held where they are no evidence, and all accounted for', async () => {
    const items = [
      { kind: 'artifact', name: 'guardrails.json', text: JSON.stringify(guardrailsArtifact()) },
      { kind: 'artifact', name: 'latin.json', base64: '/w==' },
      { kind: 'artifact', name: 'guardrails.json', text: JSON.stringify({ ...guardrailsArtifact(), note: 2 }) },
      { kind: 'note', name: 'a.json', text: '{}' },
    ];
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      response.end(items.map((item) => `${JSON.stringify(item)}\n`).join(''));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const w = await openEvidenceWorkspace(NOW);
    try {
      await w.ask('source.add', { kind: 'http', location: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, name: 'alpha' });
      expect(await w.sync()).toMatchObject({ conserved: true, counts: { received: 4, accepted: 2, quarantined: 2 } });
      expect(await list(w)).toMatchObject([{ name: 'guardrails.json', versions: 2, state: 'pass' }]);
      expect((await w.sync()).counts.received).toBe(0);
    } finally {
      await w.close();
      server.close();
    }
  });

  it.each([
    [
      { kind: 'artifact', name: 'a/b.json', text: '{}' },
      { kind: 'whole', path: 'a/b.json', bytes: Buffer.from('{}') },
    ],
    [
      { kind: 'artifact', name: 'a.json', base64: '/w==' },
      { kind: 'whole', path: 'a.json', bytes: Buffer.from([0xff]) },
    ],
    [{ kind: 'artifact', name: '../a.json', text: '{}' }, { kind: 'garbage' }],
    [{ kind: 'artifact', name: 'a.txt', text: '{}' }, { kind: 'garbage' }],
    [{ kind: 'artifact', name: 'a.json' }, { kind: 'garbage' }],
    [{ kind: 'artifact', name: 'a.json', text: '\ud800' }, { kind: 'garbage' }],
    [{ kind: 'line', name: 'a.json', text: '{}' }, { kind: 'garbage' }],
  ])('%j', (item, expected) => {
    expect(evidenceFeed.parseItem(item)).toMatchObject(expected);
  });
});
