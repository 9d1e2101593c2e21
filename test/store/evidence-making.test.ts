// Artifacts are made from their newest version, verified, kept in versions and recorded; files are added as they came.
import { afterEach, describe, expect, it } from 'vitest';
import { benchmarksArtifact, decisionsArtifact, telemetryArtifact } from '../support/evidence-artifacts.ts';
import { goodAssumptions } from '../support/finance-month.ts';
import { type EvidenceWorkspace, openEvidenceWorkspace } from '../support/evidence-workspace.ts';

let w: EvidenceWorkspace;
afterEach(() => w.close());
const opened = async (): Promise<void> => {
  w = await openEvidenceWorkspace('2026-03-05T09:00:00.000Z');
};
const add = async (name: string, document: unknown) => (await w.ask('evidence.add', { name, text: JSON.stringify(document) })).artifact;
const auditActions = () =>
  w.store.db
    .all<{ line: string }>('SELECT line FROM audit_entries ORDER BY seq')
    .map(({ line }) => (JSON.parse(line) as { action: string }).action);

describe('a register that is made', () => {
  it('starts from the newest version, computes summary and gates, and becomes the next version', async () => {
    await opened();
    await add('register.json', benchmarksArtifact());
    const started = await w.ask('evidence.makeStart', { kind: 'pricing-benchmarks' });
    expect(started).toMatchObject({ passes: true, missing: [], basedOn: { name: 'register.json' } });
    expect(started.document).not.toHaveProperty('gate_results');
    const { artifact, isNew, passes } = await w.ask('evidence.make', { kind: 'pricing-benchmarks', document: started.document });
    expect([isNew, passes, artifact.state, artifact.origin]).toEqual([true, true, 'pass', 'made']);
    const stored = JSON.parse(Buffer.from((await w.evidence.bytes(artifact.artifactId, null)).bytes).toString('utf8')) as Record<
      string,
      never
    >;
    expect(stored['captured_at']).toBe('2026-03-05T09:00:00.000Z');
    expect(stored['gate_results']).toEqual({
      pkg_gate_020_minimum_sources_met: true,
      pkg_gate_020_register_fresh: true,
      pkg_gate_020_required_classes_present: true,
    });
    // The same document at the same time is the same version; a later one is a new one.
    expect((await w.ask('evidence.make', { kind: 'pricing-benchmarks', document: started.document })).isNew).toBe(false);
    w.setNow('2026-03-06T09:00:00.000Z');
    const second = await w.ask('evidence.make', { kind: 'pricing-benchmarks', document: started.document });
    expect(second).toMatchObject({ isNew: true, artifact: { artifactId: artifact.artifactId, versions: 2 } });
    expect(auditActions().filter((action) => action === 'evidence.make')).toHaveLength(2);
  });

  it('that lacks something says all of it, is kept on request and does not pass', async () => {
    await opened();
    const started = await w.ask('evidence.makeStart', { kind: 'pricing-benchmarks' });
    expect(started).toMatchObject({ basedOn: null, passes: false });
    const document = {
      ...started.document,
      sources: [{ id: 'a', url: 'http://plain.test', source_class: 'blog', confidence_score: 'high', crawled_at: 'today' }],
    };
    const checked = await w.ask('evidence.makeCheck', { kind: 'pricing-benchmarks', document });
    expect(checked.missing.map(({ pointer }) => pointer)).toEqual([
      '/sources/0/url',
      '/sources/0/source_class',
      '/sources/0/confidence_score',
      '/sources/0/crawled_at',
      '/sources',
      '/sources',
      '/sources',
      '/sources',
    ]);
    expect(await w.ask('evidence.make', { kind: 'pricing-benchmarks', document })).toMatchObject({
      passes: false,
      artifact: { state: 'fail' },
    });
  });
});

describe('decisions that are made', () => {
  it('take the tiers of the month from telemetry and assumptions, and keep what was decided', async () => {
    await opened();
    await add('decisions.json', decisionsArtifact());
    await add('telemetry.json', telemetryArtifact());
    await add('assumptions.json', { ...goodAssumptions(), source_window_label: '2026-02' });
    const started = await w.ask('evidence.makeStart', { kind: 'policy-decisions', month: '2026-02' });
    expect(started.notes).toHaveLength(2);
    const document = started.document as {
      window: { label: string };
      telemetry: { tier_unit_economics: { tier: string; mrr_usd: number }[] };
      decision_backlog: { decision_items: unknown[] };
    };
    expect(document.window.label).toBe('2026-02');
    expect(document.decision_backlog.decision_items).toHaveLength(30);
    expect(document.telemetry.tier_unit_economics).not.toEqual(decisionsArtifact().telemetry.tier_unit_economics);
    const made = await w.ask('evidence.make', { kind: 'policy-decisions', document: started.document });
    expect(made).toMatchObject({
      passes: true,
      missing: [],
      artifact: { name: 'pkg_fin_policy_decisions_2026-02.json', month: '2026-02', state: 'pass' },
    });
  });

  it('change their approvals by the short form alone', async () => {
    await opened();
    await expect(w.ask('evidence.makeCheck', { kind: 'governance', document: {} })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await add('decisions.json', decisionsArtifact());
    const started = await w.ask('evidence.makeStart', { kind: 'governance' });
    const one = {
      ...started.document,
      governance_mode: 'segregated_owners',
      finance_owner: 'Ada',
      product_owner: 'ADA',
      go_to_market_owner: 'Cy',
    };
    expect(await w.ask('evidence.makeCheck', { kind: 'governance', document: one })).toMatchObject({
      passes: false,
      missing: [{ pointer: '/governance_mode' }],
    });
    const three = { ...one, product_owner: 'Ben' };
    const { artifact, passes } = await w.ask('evidence.make', { kind: 'governance', document: three });
    expect(passes).toBe(true);
    const stored = JSON.parse(Buffer.from((await w.evidence.bytes(artifact.artifactId, null)).bytes).toString('utf8')) as {
      approvals: object;
      policy_decisions: object;
    };
    expect(stored.approvals).toMatchObject({ product_owner: 'Ben', governance_mode: 'segregated_owners' });
    expect(stored.policy_decisions).toEqual(decisionsArtifact().policy_decisions);
  });
});

describe('a file that is added', () => {
  it('is kept as it came, once, and recorded', async () => {
    await opened();
    const text = `${JSON.stringify(telemetryArtifact(), null, 1)}\n`;
    const first = await w.ask('evidence.add', { name: 'telemetry.json', text });
    expect(first).toMatchObject({ isNew: true, artifact: { kind: 'finance-telemetry', origin: 'imported', state: 'pass' } });
    expect((await w.ask('evidence.add', { name: 'telemetry.json', text })).isNew).toBe(false);
    expect(auditActions().filter((action) => action === 'evidence.add')).toHaveLength(1);
  });

  it('that is no evidence is refused, and nothing is stored', async () => {
    await opened();
    await expect(w.ask('evidence.add', { name: 'x.json', text: '{"a": 1}' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(w.ask('evidence.add', { name: 'x.json', text: 'not json' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    expect((await w.ask('evidence.list', {})).total).toBe(0);
  });

  it('may be larger than what the writer verifies at once', async () => {
    await opened();
    const large = {
      ...telemetryArtifact(),
      notes: Array.from({ length: 3_000 }, (_, i) => `a note that makes the artifact larger, number ${i}`),
    };
    expect((await add('large.json', large)).state).toBe('pass');
  });
});
