import { DECISION_IDS } from '../kinds/decision-backlog.ts';
import { SOURCE_TYPES, SUFFICIENT_MONTHS } from '../kinds/policy-decisions.ts';
import { PAID_TIERS } from '../finance/tiers.ts';
import { DECISION_TITLES } from '../../../src-shared/kernel/decision-titles.ts';
import { Gaps } from './gaps.ts';
import { approvalGaps, EMPTY_APPROVALS } from './governance.ts';
import { fileLabel, type Maker, monthWindow } from './maker.ts';
import { isPlainObject, listAt, objectAt, type PlainObject, textAt, without } from './plain-document.ts';

/** The packaging and pricing decisions with their approvals (contract A.4). */

export const OWNER_FUNCTIONS = ['product', 'finance', 'go_to_market', 'legal', 'engineering', 'operations'] as const;
export const RESOLUTIONS = ['locked_prelaunch', 'scheduled_postlaunch'] as const;
const CHOICES = {
  enterprise_pricing_model: ['Enterprise pricing model', ['flat_floor', 'spend_based', 'hybrid']],
  growth_auto_remediation_scope: ['Scope of automatic remediation in Growth', ['nonprod_only', 'all_environments']],
  pro_enforcement_boundary: ['Enforcement boundary of Pro', ['required_for_prod_enforcement', 'not_required']],
  migration_strategy: ['Migration strategy', ['grandfather_timeboxed', 'contract_renewal_cutover', 'immediate_cutover']],
} as const satisfies Record<string, readonly [string, readonly string[]]>;

const AMOUNTS = ['mrr_usd', 'effective_mrr_usd', 'llm_cogs_usd', 'infra_cogs_usd', 'support_cogs_usd'] as const;
const DAY_MS = 86_400_000;

const blankItem = (id: string): PlainObject => ({
  id,
  owner_function: DECISION_TITLES[id]?.ownerFunction ?? 'product',
  owner: '',
  decision_summary: '',
  resolution: '',
  launch_blocking: DECISION_TITLES[id]?.launchBlocking ?? false,
  approval_record_ref: '',
  approved_at: '',
});

/** Every decision once, in the order of the contract; those that a person wrote are kept. */
const itemsOf = (document: PlainObject): readonly PlainObject[] => {
  const written = new Map(
    listAt(objectAt(document, 'decision_backlog'), 'decision_items')
      .filter(isPlainObject)
      .map((item) => [textAt(item, 'id').toUpperCase(), item]),
  );
  return DECISION_IDS.map((id) => ({ ...blankItem(id), ...written.get(id), id }));
};

/** Members that are empty are left out where the contract lets them be absent. */
const cleanItem = (item: PlainObject): PlainObject =>
  textAt(item, 'resolution') === 'scheduled_postlaunch'
    ? item
    : without(item, ...['target_date', 'success_criteria'].filter((key) => textAt(item, key) === ''));

const blankTier = (tier: string): PlainObject => ({ tier, ...Object.fromEntries(AMOUNTS.map((key) => [key, null])) });

const DEFAULTS: PlainObject = {
  telemetry: { months_observed: null, source_type: '', tier_unit_economics: PAID_TIERS.map(blankTier) },
  policy_decisions: {
    enterprise_pricing_model: '',
    enterprise_floor_usd_monthly: null,
    max_annual_discount_percent: 20,
    growth_auto_remediation_scope: '',
    pro_enforcement_boundary: '',
    migration_strategy: '',
    migration_window_days: null,
    pricing_motion_allowed: false,
  },
  approvals: EMPTY_APPROVALS,
};

export const policyDecisionsMaker: Maker = {
  kind: 'policy-decisions',
  stores: 'policy-decisions',
  hasGates: true,
  start: (newest, { month, monthTiers }) => {
    const base: PlainObject = { ...DEFAULTS, ...(newest === null ? {} : without(newest, 'captured_at', 'gate_results')) };
    const telemetry = objectAt(base, 'telemetry');
    return {
      document: {
        ...base,
        window: month === null ? objectAt(base, 'window') : monthWindow(month),
        telemetry: monthTiers === null ? telemetry : { ...telemetry, tier_unit_economics: monthTiers },
        decision_backlog: { required_decision_ids: DECISION_IDS, decision_items: itemsOf(base) },
      },
      notes: [
        ...(newest === null ? [] : ['Decisions, approvals and policies come from the newest version.']),
        ...(monthTiers === null ? [] : [`Tier unit economics are those of ${month ?? 'the month'}, from its telemetry and assumptions.`]),
      ],
    };
  },
  complete: (draft, now) => ({
    ...without(draft, 'gate_results'),
    captured_at: textAt(draft, 'captured_at') || now,
    decision_backlog: {
      ...objectAt(draft, 'decision_backlog'),
      required_decision_ids: DECISION_IDS,
      decision_items: itemsOf(draft).map(cleanItem),
    },
  }),
  missing: (document, now) => {
    const gaps = new Gaps(document);
    const captured = { ms: gaps.time(['captured_at'], 'Time of capture') ?? Date.parse(now), says: 'the time of capture' };
    const start = gaps.time(['window', 'start'], 'Beginning of the window');
    const end = gaps.time(['window', 'end'], 'End of the window');
    if (start !== null && end !== null && end < start) gaps.add(['window', 'end'], 'The window must not end before it begins.');
    telemetryGaps(gaps, document);
    policyGaps(gaps, document);
    approvalGaps(gaps, ['approvals'], captured);
    for (const [index, item] of itemsOf(document).entries()) itemGaps(gaps, index, item, captured);
    return gaps.found;
  },
  fileName: (document) => {
    const window = objectAt(document, 'window');
    return `pkg_fin_policy_decisions_${fileLabel(textAt(window, 'end').slice(0, 7) || textAt(window, 'label'), 'undated')}.json`;
  },
};

function telemetryGaps(gaps: Gaps, document: PlainObject): void {
  const months = gaps.number(['telemetry', 'months_observed'], 'Months observed', { min: 1, whole: true });
  if (months !== null && months >= 1 && months < Number(SUFFICIENT_MONTHS))
    gaps.add(['telemetry', 'months_observed'], `${months} month observed; a window of at least ${SUFFICIENT_MONTHS} is needed.`);
  const type = gaps.oneOf(['telemetry', 'source_type'], 'Where the telemetry comes from', SOURCE_TYPES);
  const allowed = gaps.value(['policy_decisions', 'pricing_motion_allowed']);
  if (type === 'production_observed' && allowed === false)
    gaps.add(
      ['policy_decisions', 'pricing_motion_allowed'],
      'With telemetry from production the contract asks that a pricing motion is allowed: it has no way to say that there is data, and no motion now.',
    );
  if (type === 'synthetic_prelaunch' && allowed === true)
    gaps.add(['policy_decisions', 'pricing_motion_allowed'], 'Telemetry from before the launch allows no pricing motion.');
  const rows = listAt(objectAt(document, 'telemetry'), 'tier_unit_economics');
  const present = new Set(rows.filter(isPlainObject).map((row) => textAt(row, 'tier').toLowerCase()));
  for (const tier of PAID_TIERS) if (!present.has(tier)) gaps.add(['telemetry', 'tier_unit_economics'], `No row for the tier ${tier}.`);
  for (const [index, row] of rows.entries()) {
    const at = ['telemetry', 'tier_unit_economics', index] as const;
    const tier = isPlainObject(row) ? textAt(row, 'tier') || `row ${index + 1}` : `row ${index + 1}`;
    const [mrr, effective] = AMOUNTS.map((key) =>
      gaps.number([...at, key], `${tier}: ${key.replaceAll('_', ' ').replace(' usd', ', USD')}`, { min: 0 }),
    );
    if (typeof mrr === 'number' && typeof effective === 'number' && effective > mrr)
      gaps.add([...at, 'effective_mrr_usd'], `${tier}: effective MRR ${effective} is more than MRR ${mrr}.`);
  }
}

function policyGaps(gaps: Gaps, document: PlainObject): void {
  const at = (key: string) => ['policy_decisions', key] as const;
  for (const [key, [what, allowed]] of Object.entries(CHOICES)) gaps.oneOf(at(key), what, allowed);
  const policy = objectAt(document, 'policy_decisions');
  if (textAt(policy, 'enterprise_pricing_model') !== 'spend_based')
    gaps.number(at('enterprise_floor_usd_monthly'), 'Enterprise floor, USD a month', { min: 1 });
  gaps.number(at('max_annual_discount_percent'), 'Largest annual discount, percent', { min: 0, max: 100 });
  gaps.number(at('migration_window_days'), 'Migration window, days', {
    min: textAt(policy, 'migration_strategy') === 'grandfather_timeboxed' ? 1 : 0,
    whole: true,
  });
  gaps.boolean(at('pricing_motion_allowed'), 'Whether a pricing motion is allowed');
}

function itemGaps(gaps: Gaps, index: number, item: PlainObject, captured: { readonly ms: number; readonly says: string }): void {
  const id = textAt(item, 'id');
  const at = (key: string) => ['decision_backlog', 'decision_items', index, key] as const;
  gaps.text(at('owner'), `${id}: its owner`);
  gaps.oneOf(at('owner_function'), `${id}: the owner’s function`, OWNER_FUNCTIONS);
  gaps.text(at('decision_summary'), `${id}: what was decided`);
  const resolution = gaps.oneOf(at('resolution'), `${id}: its resolution`, RESOLUTIONS);
  const blocking = gaps.boolean(at('launch_blocking'), `${id}: whether a launch waits for it`);
  gaps.text(at('approval_record_ref'), `${id}: its approval reference`);
  gaps.time(at('approved_at'), `${id}: when it was approved`, captured);
  if (resolution === 'scheduled_postlaunch') {
    const day = gaps.date(at('target_date'), `${id}: its target date`);
    if (day !== null && day < Math.floor(captured.ms / DAY_MS)) gaps.add(at('target_date'), `${id}: its target date has passed.`);
    gaps.text(at('success_criteria'), `${id}: its success criteria`);
    if (blocking === true) gaps.add(at('resolution'), `${id}: a launch waits for it, so it must be locked before the launch.`);
  } else if (textAt(item, 'target_date') !== '') gaps.date(at('target_date'), `${id}: its target date`);
}
