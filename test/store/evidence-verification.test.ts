// Verdicts are verified as artifacts arrive, and again when time alone changes them.
import { afterEach, describe, expect, it } from 'vitest';
import { createEvidenceClock } from '../../src-main/evidence/index.ts';
import { benchmarksArtifact, decisionsArtifact, guardrailsArtifact, telemetryArtifact } from '../support/evidence-artifacts.ts';
import { type EvidenceWorkspace, openEvidenceWorkspace } from '../support/evidence-workspace.ts';

let w: EvidenceWorkspace;
const opened = async (now: string): Promise<EvidenceWorkspace> => (w = await openEvidenceWorkspace(now));
afterEach(() => w.close());

const add = async (name: string, document: unknown) => (await w.ask('evidence.add', { name, text: JSON.stringify(document) })).artifact;
const HOUR = 3_600_000;

describe('an artifact with an age limit', () => {
  it('holds to the millisecond, and is verified again when it is due: then it is too old, and was right in its time', async () => {
    await opened('2026-03-05T09:00:00.000Z');
    const artifact = await add('guardrails.json', guardrailsArtifact());
    const captured = Date.parse(artifact.capturedAt!);
    expect(artifact).toMatchObject({ state: 'pass', holdsUntil: new Date(captured + 744 * HOUR + 1).toISOString() });

    w.setNow(new Date(captured + 744 * HOUR).toISOString());
    expect(await w.evidence.verifyDue()).toMatchObject({ verified: 0 });
    w.setNow(artifact.holdsUntil!);
    expect(await w.evidence.verifyDue()).toMatchObject({ verified: 1, changed: 1, months: ['2026-02'] });
    const { artifacts } = await w.ask('evidence.list', { state: 'stale' });
    expect(artifacts).toMatchObject([{ name: 'guardrails.json', state: 'stale', holdsUntil: null }]);
    expect(artifacts[0]!.message).toContain('too old');
    // Nothing is forgotten: both verdicts are facts.
    expect(w.store.db.all('SELECT verdict, stale FROM evidence_verifications ORDER BY verification_no')).toEqual([
      { verdict: 'pass', stale: 0 },
      { verdict: 'fail', stale: 1 },
    ]);
    expect(await w.evidence.verifyDue()).toMatchObject({ verified: 0 });
  });

  it('that fails for another reason is never called too old', async () => {
    await opened('2026-12-01T00:00:00.000Z');
    const bad = guardrailsArtifact();
    expect(await add('bad.json', { ...bad, metrics: { ...bad.metrics, blended_gross_margin_percent: 1 } })).toMatchObject({
      state: 'fail',
    });
    expect(await add('old.json', guardrailsArtifact())).toMatchObject({ state: 'stale' });
  });
});

describe('a register of benchmarks', () => {
  it('holds until its oldest source is 120 days old', async () => {
    const register = benchmarksArtifact();
    const oldest = Math.min(...register.sources.map(({ crawled_at: at }) => Date.parse(at)));
    await opened(new Date(Date.parse(register.captured_at) + HOUR).toISOString());
    const artifact = await add('register.json', register);
    expect(artifact).toMatchObject({ state: 'pass', holdsUntil: new Date(oldest + 120 * 24 * HOUR + 1).toISOString() });
    w.setNow(artifact.holdsUntil!);
    await w.evidence.verifyDue();
    expect((await w.ask('evidence.list', {})).artifacts).toMatchObject([{ state: 'stale' }]);
  });
});

describe('the clock of evidence', () => {
  it('looks at once and again when something is due', async () => {
    await opened('2026-03-05T09:00:00.000Z');
    const artifact = await add('telemetry.json', telemetryArtifact());
    w.setNow(artifact.holdsUntil!);
    const found = await new Promise((done, failed) => {
      const clock = createEvidenceClock({
        verification: { verify: () => w.evidence.verifyDue(), nextDue: w.evidence.verification.nextDue },
        nowMs: () => Date.parse(artifact.holdsUntil!),
        onVerified: (verified) => {
          void clock.stop().then(() => done(verified));
        },
        onError: failed,
      });
      clock.start();
    });
    expect(found).toMatchObject({ verified: 1, changed: 1 });
  });
});

describe('a verification that a member asks for', () => {
  it('verifies what is named, records it, and says how it went', async () => {
    await opened('2026-03-05T09:00:00.000Z');
    const one = await add('a.json', guardrailsArtifact());
    await add('b.json', decisionsArtifact());
    await w.ask('evidence.verify', { artifactIds: [one.artifactId] });
    expect(await w.jobs[0]).toBe('1 verified; 0 verdicts are other than before.');
    await w.ask('evidence.verify', {});
    expect(await w.jobs[1]).toBe('Nothing was due: every verdict still holds.');
    const lines = w.store.db.all<{ line: string }>(`SELECT line FROM audit_entries WHERE line LIKE '%evidence.verify%'`);
    expect(lines).toHaveLength(2);
    expect(w.announced.length).toBeGreaterThanOrEqual(3);
  });
});

describe('a figure of an artifact', () => {
  it('opens its proof: formula, rows, rule, the artifact’s hash, and what it was before', async () => {
    await opened('2026-03-05T09:00:00.000Z');
    const { artifactId, sha256 } = await add('guardrails.json', guardrailsArtifact());
    const answer = await w.ask('evidence.artifact', { artifactId });
    expect(answer.gates).toHaveLength(5);
    expect(answer.verifyCommand).toContain(`evidence show ${artifactId} --raw --revision 1`);
    expect(answer.verifyCommand).toContain('--max-artifact-age-hours 744 --now 2026-03-05T09:00:00.000Z');
    const proof = await w.ask('evidence.figureProof', { artifactId, figure: 'blended_gross_margin_percent' });
    const declared = answer.figures.find(({ figure }) => figure === 'blended_gross_margin_percent')!;
    expect(proof).toMatchObject({ holds: true, value: declared.declared });
    expect(proof.proof.inputs.at(-1)).toMatchObject({ sha256, name: 'guardrails.json' });
    expect(proof.proof.inputs.length).toBe(4 * 4 + 1);
    expect(proof.proof.resultSha256).toMatch(/^[0-9a-f]{64}$/);
    await expect(w.ask('evidence.figureProof', { artifactId, figure: 'nothing' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('the artifacts of a month', () => {
  it('that contradict each other are shown with both figures and where they stand', async () => {
    await opened('2026-03-05T09:00:00.000Z');
    expect(await w.ask('evidence.consistency', {})).toMatchObject({ month: null, findings: [] });
    await add('guardrails.json', guardrailsArtifact());
    const decisions = decisionsArtifact();
    await add('decisions.json', { ...decisions, policy_decisions: { ...decisions.policy_decisions, max_annual_discount_percent: 0.5 } });
    const answer = await w.ask('evidence.consistency', {});
    expect(answer.month).toBe('2026-02');
    const finding = answer.findings.find(({ code }) => code === 'CONSISTENCY_DISCOUNT_ABOVE_POLICY_CAP')!;
    expect(finding.severity).toBe('error');
    const sides = finding.figures[0]!;
    expect([sides.left.artifact?.name, sides.right.artifact?.name].sort()).toContain('decisions.json');
    expect(sides.left.artifact?.address ?? sides.right.artifact?.address).toMatch(/^\/evidence\/artifact\//);
    // Both verdicts stand as they were.
    expect((await w.ask('evidence.list', {})).artifacts.map(({ state }) => state)).toEqual(['pass', 'pass']);
  });
});
