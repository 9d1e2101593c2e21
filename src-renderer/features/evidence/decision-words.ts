import type { Choice } from './form-fields.tsx';

/** The words of the decisions' fields. */

const choices = (...pairs: readonly (readonly [string, string])[]): readonly Choice[] => pairs.map(([value, label]) => ({ value, label }));

export const OWNER_FUNCTIONS = choices(
  ['product', 'product'],
  ['finance', 'finance'],
  ['go_to_market', 'go to market'],
  ['legal', 'legal'],
  ['engineering', 'engineering'],
  ['operations', 'operations'],
);
export const RESOLUTIONS = choices(
  ['locked_prelaunch', 'locked before the launch'],
  ['scheduled_postlaunch', 'scheduled after the launch'],
);
export const GOVERNANCE_MODES = choices(
  ['founder_acting_roles_prelaunch', 'the founder acts in all roles, before the launch'],
  ['segregated_owners', 'three different owners'],
);
export const SOURCE_TYPES = choices(
  ['synthetic_prelaunch', 'synthetic, before the launch'],
  ['production_observed', 'observed in production'],
);
export const PRICING_MODELS = choices(['flat_floor', 'flat with a floor'], ['spend_based', 'by spend'], ['hybrid', 'hybrid']);
export const REMEDIATION_SCOPES = choices(['nonprod_only', 'not in production'], ['all_environments', 'in all environments']);
export const BOUNDARIES = choices(
  ['required_for_prod_enforcement', 'Pro is required for enforcement in production'],
  ['not_required', 'not required'],
);
export const MIGRATIONS = choices(
  ['grandfather_timeboxed', 'old terms are kept for a time'],
  ['contract_renewal_cutover', 'at the renewal of the contract'],
  ['immediate_cutover', 'at once'],
);
