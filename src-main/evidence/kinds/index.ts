import { dispositionRegister } from './disposition-register.ts';
import { failureInjection } from './failure-injection.ts';
import { financeGuardrails } from './finance-guardrails.ts';
import { financeTelemetry } from './finance-telemetry.ts';
import { keyRotationDrill } from './key-rotation-drill.ts';
import { monthlyRefresh } from './monthly-refresh.ts';
import { operationalReadiness } from './operational-readiness.ts';
import { policyDecisions } from './policy-decisions.ts';
import { pricingBenchmarks } from './pricing-benchmarks.ts';
import { stress } from './stress.ts';

/** Every kind that can be verified, by its name. */
export const VERIFIERS = {
  'finance-guardrails': financeGuardrails,
  'finance-telemetry': financeTelemetry,
  'pricing-benchmarks': pricingBenchmarks,
  'policy-decisions': policyDecisions,
  'monthly-refresh': monthlyRefresh,
  'operational-readiness': operationalReadiness,
  stress,
  'failure-injection': failureInjection,
  'disposition-register': dispositionRegister,
  'key-rotation-drill': keyRotationDrill,
};

export type VerifiableKind = keyof typeof VERIFIERS;
