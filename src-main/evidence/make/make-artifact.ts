import type { MakerKind, MissingField } from '../../../src-shared/contract/evidence.ts';
import { judge } from '../judge.ts';
import type { GateResult, StrictnessFinding } from '../verdict.ts';
import { financeAssumptionsMaker } from './finance-assumptions.ts';
import { withApprovals } from './governance.ts';
import type { Maker } from './maker.ts';
import { documentBytes, objectAt, type PlainObject } from './plain-document.ts';
import { policyDecisionsMaker } from './policy-decisions.ts';
import { pricingBenchmarksMaker } from './pricing-benchmarks.ts';

const MAKERS: Readonly<Record<Exclude<MakerKind, 'governance'>, Maker>> = {
  'pricing-benchmarks': pricingBenchmarksMaker,
  'policy-decisions': policyDecisionsMaker,
  'finance-assumptions': financeAssumptionsMaker,
};

/** Governance is made as a part of the decisions, by their maker. */
export const makerOf = (kind: MakerKind): Maker => MAKERS[kind === 'governance' ? 'policy-decisions' : kind];

/** A draft made whole, with its verdict. */
export interface MadeDocument {
  /** The artifact as it would be stored. */
  readonly document: PlainObject;
  readonly bytes: Uint8Array;
  readonly missing: readonly MissingField[];
  readonly passes: boolean;
  readonly message: string | null;
  readonly field: string | null;
  readonly gates: readonly GateResult[];
  readonly strictness: readonly StrictnessFinding[];
}

/**
 * Completes a draft, computes its gates and verifies it. The gates are those that the verifier itself computes: no rule of a
 * gate is written down twice. Where it stops before them, the document declares none.
 */
export function makeDocument(kind: MakerKind, draft: PlainObject, now: string): MadeDocument {
  const maker = makerOf(kind);
  const complete = maker.complete(draft, now);
  const reached = maker.hasGates ? gatesOf(maker, complete, now) : {};
  const document = Object.keys(reached).length === 0 ? complete : { ...complete, gate_results: reached };
  const bytes = documentBytes(document);
  const judged = judge(maker.stores, bytes, Date.parse(now));
  const missing = maker.missing(document, now);
  return {
    document,
    bytes,
    missing,
    passes: judged?.verdict === 'pass',
    message: judged?.message ?? null,
    field: judged?.field ?? null,
    gates: judged?.gateResults ?? [],
    strictness: judged?.strictness ?? [],
  };
}

function gatesOf(maker: Maker, complete: PlainObject, now: string): PlainObject {
  const judged = judge(maker.stores, documentBytes({ ...complete, gate_results: {} }), Date.parse(now));
  return { ...judged?.gates };
}

/** The short form of governance is the approvals alone; the rest comes from the newest decisions. */
export const governanceDraft = (decisions: PlainObject, approvals: PlainObject): PlainObject => withApprovals(decisions, approvals);
export const approvalsOf = (decisions: PlainObject): PlainObject => objectAt(decisions, 'approvals');
