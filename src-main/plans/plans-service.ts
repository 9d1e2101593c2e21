import type { Contract } from '../../src-shared/contract/index.ts';
import type { Handlers } from '../../src-shared/contract/define.ts';
import { changedBy } from '../members/index.ts';
import type { Store } from '../store/index.ts';
import { planJsonSchema, PLAN_SCHEMA_FILE } from './plan-schema.ts';
import type { plansReads, plansWrites } from './plans-queries.ts';

export interface PlansServiceOptions {
  readonly store: Store<typeof plansReads, typeof plansWrites>;
  /** Why price motions are frozen, as one sentence; null where they are not. */
  readonly pricingFrozen: () => Promise<string | null>;
  /** Tenants by `plan_id version`, as far as the caller sees them. */
  readonly tenantCounts: () => Promise<Readonly<Record<string, number>>>;
  /** Facts changed: the faces ask again. */
  readonly changed: () => void;
}

type PlanProcedures = Pick<
  Handlers<Contract>,
  'plan.list' | 'plan.show' | 'plan.compare' | 'plan.validate' | 'plan.propose' | 'plan.proposals' | 'plan.schema'
>;

/** Plans of an open workspace: versions, their differences, proposals. */
export function createPlansService({ store, pricingFrozen, tenantCounts, changed }: PlansServiceOptions) {
  const counted = async () => {
    const counts = await tenantCounts();
    return <Row extends { planId: string; version: string }>(row: Row) => ({
      ...row,
      tenants: counts[`${row.planId} ${row.version}`] ?? 0,
    });
  };

  const handlers: PlanProcedures = {
    'plan.list': async ({ planId }) => {
      const [rows, withTenants] = await Promise.all([store.read('plans.list', { planId: planId ?? null }), counted()]);
      return { plans: rows.map(withTenants) };
    },
    'plan.show': async ({ planId, version }) => {
      const [found, withTenants] = await Promise.all([store.read('plans.show', { planId, version: version ?? null }), counted()]);
      return { ...found, plan: withTenants(found.plan), versions: found.versions.map(withTenants) };
    },
    'plan.compare': (input) => store.read('plans.compare', input),
    'plan.validate': async ({ text }) => {
      const { spec, problems, differences, ...rest } = await store.read('plans.check', { text });
      return { valid: spec !== null, spec, problems: [...problems], differences: [...differences], ...rest };
    },
    'plan.propose': async ({ text, reason }, ctx) => {
      const proposal = await store.write('plans.propose', { text, reason, frozen: await pricingFrozen(), by: changedBy(ctx) });
      changed();
      return proposal;
    },
    'plan.proposals': ({ before, limit }) => store.read('plans.proposals', { before: before ?? null, limit }),
    'plan.schema': () => ({ fileName: PLAN_SCHEMA_FILE, schema: planJsonSchema() }),
  };
  return { handlers };
}

export type PlansService = ReturnType<typeof createPlansService>;
