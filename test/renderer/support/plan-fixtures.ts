/** Plans as the screens meet them: the launch list and a few later versions, read and compared by the room's own rules. */
import type { Handlers } from '../../../src-shared/contract/define.ts';
import type { PlanProposal, plans, PlanVersionRow } from '../../../src-shared/contract/plans.ts';
import { AppError } from '../../../src-shared/kernel/errors.ts';
import { LAUNCH_PLANS } from '../../../src-main/plans/launch-list.ts';
import { planJsonSchema } from '../../../src-main/plans/plan-schema.ts';
import type { PlanSpec } from '../../../src-main/plans/plan-spec.ts';
import { compareVersions } from '../../../src-main/plans/plan-version.ts';
import { changesPrice, planDifferences, priceOf, specView } from '../../../src-main/plans/plan-view.ts';
import { canonicalPlan, readPlan } from '../../../src-main/plans/read-plan.ts';

type PlanHandlers = Handlers<typeof plans>;

const TENANTS: Readonly<Record<string, number>> = {
  'free@1.0.0': 921,
  'starter@2.3.0': 431,
  'starter@1.0.0': 11,
  'pro@2.1.4': 139,
  'pro@2.1.3': 26,
};

const later = (planId: string, version: string, change: (spec: PlanSpec) => PlanSpec): PlanSpec => {
  const base = LAUNCH_PLANS.find((spec) => spec.plan_id === planId);
  if (base === undefined) throw new Error(`no plan ${planId} in the launch list`);
  return { ...change(base), version };
};

const missing = (): never => {
  throw new AppError('NOT_FOUND', 'There is no such plan.', { nextStep: 'Look for it among the plans.' });
};

/** @param frozen whether a change of price is refused now. */
export const makePlanHandlers = (now: string, scenario: 'full' | 'empty', frozen: () => boolean, told: () => void): PlanHandlers => {
  const specs: PlanSpec[] =
    scenario === 'empty'
      ? []
      : [
          ...LAUNCH_PLANS,
          later('starter', '2.3.0', (spec) => ({ ...spec, guardrails: { ...spec.guardrails, llm_prompt_max_input_tokens: 8192 } })),
          later('pro', '2.1.3', (spec) => ({ ...spec, guardrails: { ...spec.guardrails, llm_prompt_max_input_tokens: 12_288 } })),
          later('pro', '2.1.4', (spec) => spec),
        ];
  const proposals: PlanProposal[] = [];
  const of = (planId: string): PlanSpec[] =>
    specs.filter((spec) => spec.plan_id === planId).sort((a, b) => compareVersions(b.version, a.version));
  const rowOf = (spec: PlanSpec): PlanVersionRow => {
    const builtIn = spec.version === '1.0.0';
    return {
      planId: spec.plan_id,
      version: spec.version,
      name: spec.name,
      tier: spec.tier,
      price: priceOf(spec),
      origin: builtIn ? 'built-in' : 'source',
      sourceName: builtIn ? null : 'northwind',
      receivedAt: builtIn ? null : '2026-05-09T08:58:00.000Z',
      by: null,
      sha256: canonicalPlan(spec).sha256,
      tenants: TENANTS[`${spec.plan_id}@${spec.version}`] ?? 0,
      newest: of(spec.plan_id)[0] === spec,
      conflicts: 0,
      address: `/plans/${spec.plan_id}/${spec.version}`,
    };
  };
  const find = (planId: string, version: string): PlanSpec => of(planId).find((spec) => spec.version === version) ?? missing();
  return {
    'plan.list': ({ planId }) => ({
      plans: (planId === undefined ? specs.filter((spec) => of(spec.plan_id)[0] === spec) : of(planId)).map(rowOf),
    }),
    'plan.show': ({ planId, version }) => {
      const all = of(planId);
      const spec = version === undefined ? (all[0] ?? missing()) : find(planId, version);
      const previous = all[all.indexOf(spec) + 1];
      return {
        plan: rowOf(spec),
        spec: specView(spec),
        versions: all.map(rowOf),
        previous: previous?.version ?? null,
        differences: previous === undefined ? [] : planDifferences(previous, spec),
      };
    },
    'plan.compare': ({ a, b }) => {
      const [first, second] = [find(a.planId, a.version), find(b.planId, b.version)];
      return { a: specView(first), b: specView(second), differences: planDifferences(first, second) };
    },
    'plan.validate': ({ text }) => {
      const { spec, problems } = readPlan(text);
      const before = spec === null ? undefined : of(spec.plan_id)[0];
      return {
        valid: spec !== null,
        problems: [...problems],
        spec: spec === null ? null : specView(spec),
        comparedWith: before?.version ?? null,
        differences: spec === null || before === undefined ? [] : planDifferences(before, spec),
        changesPrice: spec !== null && before !== undefined && changesPrice(before, spec),
      };
    },
    'plan.propose': ({ text, reason }) => {
      const { spec } = readPlan(text);
      if (spec === null) throw new AppError('BAD_INPUT', 'The plan has errors; nothing was added.', { nextStep: 'Correct them.' });
      const before = of(spec.plan_id)[0];
      const refused = before !== undefined && changesPrice(before, spec) && frozen();
      const proposal: PlanProposal = {
        proposalNo: proposals.length + 1,
        at: now,
        by: 'Amara Okafor',
        planId: spec.plan_id,
        version: spec.version,
        outcome: refused ? 'refused' : 'added',
        says: refused ? 'Prices are frozen, and this version changes one.' : 'The version was added; no tenant has it yet.',
        reason,
        differences: before === undefined ? [] : planDifferences(before, spec),
      };
      proposals.unshift(proposal);
      if (!refused) specs.push(spec);
      told();
      return proposal;
    },
    'plan.proposals': ({ before, limit }) => ({
      proposals: proposals.filter(({ proposalNo }) => before === undefined || proposalNo < before).slice(0, limit),
      next: null,
    }),
    'plan.schema': () => ({ fileName: 'plan.schema.json', schema: planJsonSchema() }),
  };
};
