// What holds for every finance verifier, whatever the artifact: order of keys means nothing, nothing makes one throw, no
// figure passes as NaN, and what is declared is what follows from the rows.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VERIFIERS } from '../../../src-main/evidence/kinds/index.ts';
import { recogniseBytes } from '../../../src-main/evidence/recognise.ts';
import { microsOfMillis } from '../../../src-main/evidence/reference/timestamps.ts';
import { publishedVerdict, verifyEvidence } from '../../../src-main/evidence/verify-artifact.ts';
import { ARTIFACTS, CAPTURED_AT, decisionsArtifact, guardrailsArtifact, telemetryArtifact } from '../../support/evidence-artifacts.ts';

const NOW = microsOfMillis(Date.parse(CAPTURED_AT) + 3_600_000);
const KINDS = Object.keys(ARTIFACTS) as (keyof typeof ARTIFACTS)[];
type Kind = (typeof KINDS)[number];

const bytesOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const verify = (kind: Kind, bytes: Uint8Array) => verifyEvidence(kind, { artifact: bytes }, {}, NOW);

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** The same document with the members of every object in another order. */
function shuffled(value: Json, turn: () => number): Json {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, turn));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([key, item]) => ({ key, item, rank: turn() }));
  return Object.fromEntries(members.sort((a, b) => a.rank - b.rank).map(({ key, item }) => [key, shuffled(item, turn)]));
}

/** Every place in a document, as a path. */
function places(value: Json, path: (string | number)[] = []): (string | number)[][] {
  if (Array.isArray(value)) return value.flatMap((item, index) => [[...path, index], ...places(item, [...path, index])]);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [[...path, key], ...places(item, [...path, key])]);
}

function replaced(value: Json, [step, ...rest]: readonly (string | number)[], put: Json | undefined): Json {
  const last = rest.length === 0;
  if (Array.isArray(value)) {
    return value.flatMap((item, index) =>
      index !== step ? [item] : last ? (put === undefined ? [] : [put]) : [replaced(item, rest, put)],
    );
  }
  const members = Object.entries(value as { [key: string]: Json });
  return Object.fromEntries(
    members.flatMap(([key, item]): [string, Json][] =>
      key !== step ? [[key, item]] : last ? (put === undefined ? [] : [[key, put]]) : [[key, replaced(item, rest, put)]],
    ),
  );
}

const ODD: readonly (Json | undefined)[] = [
  undefined,
  null,
  true,
  false,
  0,
  -1,
  0.5,
  1e308,
  -1e308,
  9_007_199_254_740_993,
  '',
  ' ',
  'nan',
  'inf',
  '-inf',
  '9'.repeat(400),
  '1e999',
  'TODO',
  '2026-13-01T00:00:00Z',
  '0001-01-01T00:00:00+14:00',
  [],
  [[]],
  {},
  { a: {} },
  '__proto__',
];

describe.each(KINDS)('%s', (kind) => {
  const good = JSON.parse(JSON.stringify(ARTIFACTS[kind]())) as Json;

  it('passes as it is made, and is recognised', () => {
    const bytes = bytesOf(good);
    expect(verify(kind, bytes)).toMatchObject({ verdict: 'pass', message: null, field: null, label: VERIFIERS[kind].label });
    expect(recogniseBytes(bytes)).toBe(kind);
  });

  it('says the same whatever the order of the keys', () => {
    const before = verify(kind, bytesOf(good));
    fc.assert(
      fc.property(fc.infiniteStream(fc.integer()), (stream) => {
        const after = verify(kind, bytesOf(shuffled(good, () => stream.next().value as number)));
        expect(publishedVerdict(after)).toEqual(publishedVerdict(before));
        expect(after.figures).toHaveLength(before.figures.length);
        for (const figure of before.figures) expect(after.figures).toContainEqual(figure);
      }),
      { numRuns: 30 },
    );
  });

  it('answers every odd value in every place with a verdict, and no figure is ever no number', () => {
    for (const path of places(good)) {
      for (const odd of ODD) {
        const verdict = verify(kind, bytesOf(replaced(good, path, odd)));
        expect(verdict.verdict === 'pass').toBe(verdict.message === null);
        for (const { computed, declared, inputs } of verdict.figures) {
          for (const number of [computed, declared, ...inputs.map(({ value }) => value)]) {
            if (number !== null) expect(Number.isFinite(number), `${path.join('.')} ${JSON.stringify(odd)}`).toBe(true);
          }
        }
        if (verdict.verdict === 'pass') expect(verdict.figures.every(({ holds }) => holds)).toBe(true);
      }
    }
  });

  it('answers any document at all', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => {
        expect(verify(kind, Buffer.from(text)).verdict).toBe('fail');
      }),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(verify(kind, bytes).verdict).toBe('fail');
      }),
      { numRuns: 300 },
    );
  });

  it('answers the artifact with bytes changed, cut and doubled', () => {
    const bytes = bytesOf(good);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.nat(bytes.length), (at, value, end) => {
        const copy = Buffer.from(bytes);
        copy[at] = value;
        for (const hostile of [copy, copy.subarray(0, end), Buffer.concat([copy, copy.subarray(end)])]) {
          const verdict = verify(kind, hostile);
          expect(verdict.verdict === 'pass').toBe(verdict.message === null);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('names what JSON itself let pass, beside a verdict that stands', () => {
    const text = JSON.stringify(good);
    const odd = Buffer.from(`{"captured_at":"gone","extra/~":{"n":NaN,"m":-Infinity},${text.slice(1)}`);
    const verdict = verify(kind, odd);
    expect(verdict.verdict).toBe('pass');
    expect(verdict.strictness).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ code: 'JSON_DUPLICATE_KEY', pointer: '/captured_at' }),
        expect.objectContaining({ code: 'JSON_NON_FINITE', pointer: '/extra~1~0/n' }),
        expect.objectContaining({ code: 'JSON_NON_FINITE', pointer: '/extra~1~0/m' }),
      ]),
    );
  });

  it('fails clearly for what cannot be read', () => {
    const text = JSON.stringify(good);
    const messages = [
      Buffer.alloc(0),
      Buffer.from('\ufeff{}'),
      Buffer.from([0x7b, 0xff, 0x7d]),
      Buffer.from(`${'['.repeat(100_000)}`),
      Buffer.from(`${'{"a":'.repeat(200_000)}`),
      Buffer.from(`{"captured_at": ${'1'.repeat(1_000_000)}}`),
      Buffer.from(text.slice(0, -1)),
      Buffer.from(`${text},`),
      Buffer.from('null'),
      Buffer.from('"text"'),
    ].map((bytes) => verify(kind, bytes).message);
    expect(messages).toEqual([
      'The artifact is not valid JSON: the text ends where a value is expected at line 1, column 1 (byte 0).',
      'The artifact is not valid JSON: it begins with a byte order mark at line 1, column 1 (byte 0).',
      'The artifact is not valid JSON: a byte that is not UTF-8 at line 1, column 2 (byte 1).',
      'The artifact is not valid JSON: more than 990 objects and lists within each other at line 1, column 991 (byte 990).',
      'The artifact is not valid JSON: more than 990 objects and lists within each other at line 1, column 4951 (byte 4950).',
      'The artifact is not valid JSON: a whole number of more than 4300 digits at line 1, column 17 (byte 16).',
      `The artifact is not valid JSON: "," or "}" is expected at line 1, column ${text.length} (byte ${text.length - 1}).`,
      `The artifact is not valid JSON: more text after the end of the value at line 1, column ${text.length + 1} (byte ${text.length}).`,
      'The artifact must be a JSON object at its top level.',
      'The artifact must be a JSON object at its top level.',
    ]);
    expect(verifyEvidence(kind, { artifact: null }, {}, NOW)).toMatchObject({
      verdict: 'fail',
      message: 'The file does not exist or is not a regular file.',
    });
  });

  it('reads fifty megabytes', () => {
    const filler = Buffer.from(`"padding":"${'x'.repeat(50_000_000)}",`);
    const bytes = Buffer.concat([Buffer.from('{'), filler, bytesOf(good).subarray(1)]);
    expect(verify(kind, bytes).verdict).toBe('pass');
    const rows = Buffer.from(`"rows":[${'{"a":1,"a":2},'.repeat(1_000_000)}0],`);
    const many = verify(kind, Buffer.concat([Buffer.from('{'), rows, bytesOf(good).subarray(1)]));
    expect(many.verdict).toBe('pass');
    expect(many.strictness.length).toBeLessThan(1000);
  });
});

describe('figures', () => {
  const amount = fc.integer({ min: 1, max: 50_000_000 }).map((cents) => cents / 100);
  const tier = fc
    .tuple(
      amount,
      fc.double({ min: 0.5, max: 1, noNaN: true }),
      fc.array(fc.double({ min: 0, max: 0.3, noNaN: true }), { minLength: 3, maxLength: 3 }),
    )
    .map(([mrr, share, costs]) => {
      const effective = Math.max(0.01, Math.floor(mrr * share * 100) / 100);
      const [llm, infra, support] = costs.map((part) => Math.floor(effective * part * 100) / 100) as [number, number, number];
      return { mrr, effective, llm, infra, support };
    });

  it('that follow from the rows pass, and one cent more in a row is found or rounds away', () => {
    fc.assert(
      fc.property(fc.array(tier, { minLength: 4, maxLength: 4 }), (tiers) => {
        const artifact = guardrailsArtifact(tiers);
        const verdict = verify('finance-guardrails', bytesOf(artifact));
        expect(verdict.message).toBe(null);
        expect(verdict.figures.map(({ computed, declared }) => computed ?? declared)).toEqual(
          verdict.figures.map(({ declared }) => declared),
        );
        for (const { formula, inputs } of verdict.figures) for (const { value } of inputs) expect(formula).toContain(String(value));
        const row = artifact.tier_unit_economics[0]!;
        const more = verify(
          'finance-guardrails',
          bytesOf({
            ...artifact,
            tier_unit_economics: [
              { ...row, gross_margin_percent: row.gross_margin_percent - 0.01 },
              ...artifact.tier_unit_economics.slice(1),
            ],
          }),
        );
        expect(more.verdict).toBe('fail');
      }),
      { numRuns: 200 },
    );
  });

  it('compare the declared value as it is: what rounds to the floor is still below it', () => {
    const artifact = guardrailsArtifact();
    const blended = artifact.metrics.blended_gross_margin_percent;
    const file = {
      ...artifact,
      metrics: { ...artifact.metrics, blended_gross_margin_percent: blended - 0.004 },
      thresholds: { ...artifact.thresholds, min_blended_gross_margin_percent: blended },
      gate_results: { ...artifact.gate_results, fin_gate_1_gross_margin_floor: false },
    };
    expect(verify('finance-guardrails', bytesOf(file))).toMatchObject({
      verdict: 'fail',
      field: null,
      gates: { fin_gate_1_gross_margin_floor: false },
    });
    expect(verifyEvidence('finance-guardrails', { artifact: bytesOf(file) }, { allowFailedGates: true }, NOW).verdict).toBe('pass');
  });
});

describe('the kinds over three artifacts', () => {
  const inputs = {
    guardrails: bytesOf(guardrailsArtifact()),
    telemetry: bytesOf(telemetryArtifact()),
    policy: bytesOf(decisionsArtifact()),
  };

  it('readiness: ready before launch, with what remains', () => {
    const verdict = verifyEvidence('operational-readiness', inputs, {}, NOW);
    expect(verdict).toMatchObject({
      verdict: 'pass',
      derived: { prelaunch_operational_ready: true, postlaunch_pricing_motion_ready: false, months_observed: 2 },
      report: { generated_at: '2026-03-02T09:30:00+00:00', remaining_work_item_count: 1 },
    });
    expect(Object.keys(publishedVerdict(verdict).gates)).toEqual(['policy', 'finance', 'telemetry']);
    expect(
      verdict.figures.every(({ inputs: rows }) => rows.every(({ pointer }) => /^(guardrails|telemetry|policy)#\//.test(pointer))),
    ).toBe(true);
    const required = verifyEvidence('operational-readiness', inputs, { requireProductionObservedTelemetry: true }, NOW);
    expect(required).toMatchObject({ verdict: 'fail', field: null });
  });

  it('monthly refresh: only the times of capture count', () => {
    const late = bytesOf({ captured_at: '2026-02-20T08:30:00Z' });
    const verdict = verifyEvidence('monthly-refresh', { ...inputs, telemetry: late }, {}, NOW);
    expect(verdict).toMatchObject({ verdict: 'pass', derived: { capture_spread_days_2dp: '10.00' } });
    expect(verifyEvidence('monthly-refresh', { ...inputs, telemetry: late }, { maxCaptureSpreadDays: 9.99 }, NOW).message).toContain(
      '10 days apart',
    );
    expect(verifyEvidence('monthly-refresh', { ...inputs, policy: null }, {}, NOW)).toMatchObject({
      verdict: 'fail',
      field: 'pkg_fin_policy_decisions',
    });
  });

  it('answer any documents at all', () => {
    const any = fc.oneof(
      fc.json().map((text) => Buffer.from(text)),
      fc.constant(null),
      fc.constantFrom(...Object.values(inputs)),
    );
    fc.assert(
      fc.property(any, any, any, (guardrails, telemetry, policy) => {
        for (const kind of ['monthly-refresh', 'operational-readiness'] as const) {
          const verdict = verifyEvidence(kind, { guardrails, telemetry, policy }, {}, NOW);
          expect(verdict.verdict === 'pass').toBe(verdict.message === null);
        }
      }),
      { numRuns: 300 },
    );
  });
});
