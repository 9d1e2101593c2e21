import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Close, type ComputeMonth, demoEvidence, firstClose } from '../../../src-main/app/demo/demo-evidence.ts';
import { DAY, type DemoMonth, iso, next, startOf } from '../../../src-main/app/demo/demo-months.ts';
import { keyRotation } from '../../../src-main/app/demo/demo-records.ts';
import { createSeeded } from '../../../src-main/app/demo/seeded.ts';
import type { ArtifactKind } from '../../../src-main/evidence/verdict.ts';
import { computeReferencePacket } from '../../../src-main/packets/reference-packet.ts';
import { CACHE } from './big-chain.ts';

/** Files of another shape are not taken for these. */
const SHAPE = 1;
const FIRST_MONTH = '2010-01';
/** Of the demo's six months, the five in which every gate holds: a rejected artifact would be done sooner. */
const GOOD_MONTHS = 5;

export interface EvidenceFile {
  readonly path: string;
  readonly kind: ArtifactKind;
  /** ISO 8601 UTC; by this clock the file passes. */
  readonly now: string;
}

/** A month's telemetry and assumptions, and the clock at which its packet is computed. */
export interface MonthFiles {
  readonly month: string;
  readonly telemetry: string;
  readonly assumptions: string;
  readonly now: string;
}

/** What the demo calls its files, without the month. */
const DEMO_NAMES: readonly (readonly [name: string, kind: ArtifactKind])[] = [
  ['finance_telemetry_snapshot', 'finance-telemetry'],
  ['finance_guardrails', 'finance-guardrails'],
  ['pkg_fin_policy_decisions', 'policy-decisions'],
  ['pricing_benchmark_register', 'pricing-benchmarks'],
  ['enforcement_stress_artifact', 'stress'],
  ['enforcement_failure_injection', 'failure-injection'],
  ['disposition_register', 'disposition-register'],
  ['key_rotation_drill', 'key-rotation-drill'],
];

/** Artifacts of all eight kinds in turn, each with content of its own; made once and kept in .cache/bench. */
export function evidenceFiles(count: number): readonly EvidenceFile[] {
  const months = Math.ceil(count / DEMO_NAMES.length);
  const folder = evidenceFolder(months);
  const files = benchMonths(FIRST_MONTH, months).flatMap(({ month, decidedAt }) =>
    DEMO_NAMES.map(([name, kind]) => ({ path: join(folder, `${month}_${name}.json`), kind, now: decidedAt })),
  );
  return files.slice(0, count);
}

export function monthFiles(count: number): readonly MonthFiles[] {
  const folder = evidenceFolder(count);
  return benchMonths(FIRST_MONTH, count).map(({ month, decidedAt }) => ({
    month,
    telemetry: join(folder, `${month}_finance_telemetry_snapshot.json`),
    assumptions: join(folder, `${month}_finance_committee_packet_assumptions.json`),
    now: decidedAt,
  }));
}

/** Months one after the other, each with the figures of one of the demo's good ones. */
function benchMonths(first: string, count: number): readonly DemoMonth[] {
  let month = first;
  return Array.from({ length: count }, (_, index) => {
    const captured = startOf(next(month)) + 2 * DAY;
    const made = {
      index: index % GOOD_MONTHS,
      month,
      plannedAt: iso(captured),
      capturedAt: iso(captured),
      decidedAt: iso(captured + DAY / 12),
    };
    month = next(month);
    return made;
  });
}

function evidenceFolder(months: number): string {
  const folder = join(CACHE, `evidence-${SHAPE}-${months}`);
  const done = join(folder, 'done');
  if (existsSync(done)) return folder;
  mkdirSync(folder, { recursive: true });
  for (const { month, files } of monthsOfEvidence(FIRST_MONTH, months)) {
    // The demo holds this drill every third month only; written twice, it is the same.
    for (const { name, text } of [...files, keyRotation(month.capturedAt)])
      writeFileSync(join(folder, `${month.month}_${name.replace(`_${month.month}`, '')}`), text);
  }
  writeFileSync(done, '');
  return folder;
}

export interface MonthOfEvidence {
  readonly month: DemoMonth;
  readonly files: readonly { readonly name: string; readonly text: string }[];
}

/** What the demo's company would have written in these months. */
export function monthsOfEvidence(first: string, count: number): readonly MonthOfEvidence[] {
  const seeded = createSeeded('bench');
  let closes: readonly Close[] = [];
  return benchMonths(first, count).map((month) => {
    if (closes.length === 0) closes = [firstClose(month)];
    const { files, close } = demoEvidence(seeded, month, closes, computeMonth);
    closes = [...closes, close].slice(-GOOD_MONTHS);
    return { month, files };
  });
}

/** The guardrails as a packet writes them, and the rows that the decisions name again. */
const computeMonth: ComputeMonth = (telemetry, assumptions, now) => {
  const { files, month } = computeReferencePacket({
    telemetryBytes: Buffer.from(telemetry),
    assumptionsBytes: Buffer.from(assumptions),
    maxTelemetryAgeHours: null,
    now,
  });
  return {
    guardrails: { name: files[0].name, text: Buffer.from(files[0].bytes).toString('utf8') },
    tiers: month.tiers.map((row) => ({
      tier: row.tier,
      mrr_usd: row.mrrUsd,
      effective_mrr_usd: row.effectiveMrrUsd,
      llm_cogs_usd: row.llmCogsUsd,
      infra_cogs_usd: row.infraCogsUsd,
      support_cogs_usd: row.supportCogsUsd,
    })),
    margin: month.metrics.blendedGrossMarginPercent,
  };
};
