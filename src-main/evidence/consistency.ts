import type { Refusal } from './verdict.ts';
import { type ConsistencyFinding, type ConsistencyRole, finding } from './consistency/finding.ts';
import { guardrailsFromTelemetry, packetFromTelemetry, recompute } from './consistency/from-telemetry.ts';
import {
  closeHistory,
  closesAgree,
  closesOfAssumptions,
  type KnownClose,
  stressMargin,
  thresholdsAgree,
} from './consistency/guardrails-checks.ts';
import { packetAddsUp, packetFromGuardrails } from './consistency/packet-checks.ts';
import { discountCap, effectiveMrr, enterpriseFloor, monthsObserved, policyTiers, pricingMotion } from './consistency/policy-checks.ts';
import {
  type ComparedArtifact,
  readAssumptionsData,
  readBenchmarks,
  readDecisions,
  readDocument,
  readGuardrails,
  readPacket,
  readTelemetry,
} from './consistency/read-documents.ts';
import {
  captureSpread,
  capturedBeforeEnd,
  capturedBeforeSource,
  type Dated,
  overlap,
  type Windowed,
  windowCovers,
  windowsAgree,
} from './consistency/window-checks.ts';

/** The artifacts of one month, each as far as there is one. */
export interface ConsistencyInput {
  readonly guardrails?: ComparedArtifact;
  readonly telemetry?: ComparedArtifact;
  readonly assumptions?: ComparedArtifact;
  readonly decisions?: ComparedArtifact;
  readonly benchmarks?: ComparedArtifact;
  readonly packet?: ComparedArtifact;
  /** Guardrails of earlier months: each says how its month closed. */
  readonly earlierGuardrails?: readonly ComparedArtifact[];
  /** Days between the oldest and the newest capture; default 14, as the monthly refresh has it. */
  readonly maxCaptureSpreadDays?: number;
}

const MAX_CAPTURE_SPREAD_DAYS = 14;

/**
 * What the artifacts of a month say against each other, the gravest first. Each check looks at what is there; none changes
 * a verdict. The same artifacts give the same findings, whatever the order of the members in them.
 */
export function consistencyFindings(input: ConsistencyInput): ConsistencyFinding[] {
  const found: ConsistencyFinding[] = [];
  const unread = (role: ConsistencyRole, artifact: ComparedArtifact, refusal: Refusal) => found.push(notCompared(role, artifact, refusal));
  const guardrails = readDocument('finance-guardrails', input.guardrails, readGuardrails, unread);
  const telemetry = readDocument('finance-telemetry', input.telemetry, readTelemetry, unread);
  const assumptions = readDocument('finance-assumptions', input.assumptions, readAssumptionsData, unread);
  const decisions = readDocument('policy-decisions', input.decisions, readDecisions, unread);
  const benchmarks = readDocument('pricing-benchmarks', input.benchmarks, readBenchmarks, unread);
  const packet = readDocument('committee-packet', input.packet, readPacket, unread);
  const earlier = (input.earlierGuardrails ?? []).flatMap(
    (artifact) => readDocument('finance-guardrails', artifact, readGuardrails, unread) ?? [],
  );

  const months: (Dated & Windowed)[] = [
    ...(telemetry ? [{ document: telemetry, capturedAt: telemetry.data.capturedAt, window: telemetry.data.span }] : []),
    ...(guardrails ? [{ document: guardrails, capturedAt: guardrails.data.capturedAt, window: guardrails.data.window }] : []),
    ...(packet ? [{ document: packet, capturedAt: packet.data.capturedAt, window: packet.data.window }] : []),
  ];
  const dated = (document: { data: { readonly capturedAt: bigint | null } } & Dated['document']): Dated[] =>
    document.data.capturedAt === null ? [] : [{ document, capturedAt: document.data.capturedAt }];
  const assumptionsDated = assumptions ? dated(assumptions) : [];
  const decisionsDated = decisions ? dated(decisions) : [];

  found.push(...windowsAgree(months));
  found.push(...captureSpread([...months, ...assumptionsDated, ...decisionsDated], input.maxCaptureSpreadDays ?? MAX_CAPTURE_SPREAD_DAYS));
  found.push(...capturedBeforeEnd(months));
  const sources = [...months.filter(({ document }) => document === telemetry), ...assumptionsDated];
  for (const made of months.filter(({ document }) => document !== telemetry)) found.push(...capturedBeforeSource(made, sources));

  const month = telemetry && assumptions ? recompute(telemetry, assumptions) : null;
  if (guardrails) {
    found.push(...stressMargin(guardrails), ...closeHistory(guardrails));
    const known: KnownClose[] = [
      ...(assumptions ? closesOfAssumptions(assumptions) : []),
      ...earlier.flatMap((document) => {
        const { window, metrics } = document.data;
        const margin = metrics.blended_gross_margin_percent;
        const place = document.at('/metrics/blended_gross_margin_percent', margin);
        return window.label === null ? [] : [{ month: window.label, blendedGrossMarginPercent: margin, place }];
      }),
    ];
    found.push(...closesAgree(guardrails, known));
    if (assumptions) found.push(...thresholdsAgree(guardrails, assumptions));
    if (telemetry && overlap(telemetry.data.span, guardrails.data.window)) {
      found.push(...guardrailsFromTelemetry(guardrails, telemetry, assumptions, month));
    }
  }
  if (packet) {
    found.push(...packetAddsUp(packet));
    if (guardrails && overlap(packet.data.window, guardrails.data.window)) found.push(...packetFromGuardrails(packet, guardrails));
    if (telemetry && assumptions && overlap(packet.data.window, telemetry.data.span)) {
      found.push(...packetFromTelemetry(packet, telemetry, assumptions, month));
    }
  }
  if (decisions) {
    found.push(...monthsObserved(decisions), ...discountCap(decisions, guardrails, telemetry));
    const evidence = [...months, ...(benchmarks ? dated(benchmarks) : [])];
    found.push(
      ...pricingMotion(
        decisions,
        [guardrails, packet].filter((document) => document !== null),
        evidence,
      ),
    );
    const decided: Windowed = { document: decisions, window: decisions.data.window };
    if (months[0]) found.push(...windowCovers(decided, months[0]));
    if (telemetry) {
      found.push(...enterpriseFloor(decisions, telemetry));
      if (overlap(decisions.data.window, telemetry.data.span)) found.push(...policyTiers(decisions, telemetry));
      if (assumptions) found.push(...effectiveMrr(decisions, telemetry, assumptions));
    }
  }
  return found.toSorted((a, b) => GRAVITY[a.severity] - GRAVITY[b.severity]);
}

const GRAVITY = { error: 0, warning: 1, note: 2 } as const;

const notCompared = (role: ConsistencyRole, artifact: ComparedArtifact, refusal: Refusal): ConsistencyFinding =>
  finding('CONSISTENCY_NOT_COMPARED', {
    title: `${artifact.name} could not be compared`,
    says: `${artifact.name} was left out of the comparison: ${refusal.message}.`,
    figures: [],
    alsoFrom: [role],
    next_step: 'Correct the artifact; its own verifier says more.',
  });

export type { ComparedArtifact } from './consistency/read-documents.ts';
export {
  CONSISTENCY_CODES,
  type ConsistencyCode,
  type ConsistencyFigure,
  type ConsistencyFinding,
  type ConsistencyRole,
  type ConsistencySeverity,
  type FigureByFormula,
  type FigureInArtifact,
  type FigureValue,
} from './consistency/finding.ts';
