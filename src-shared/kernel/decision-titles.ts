/** What each decision of the backlog is about (contract A.4); which ones there are is the verifier's to say. */
export interface DecisionTitle {
  readonly title: string;
  /** Who usually owns it. */
  readonly ownerFunction: 'product' | 'finance' | 'go_to_market' | 'legal' | 'engineering' | 'operations';
  /** Whether a launch usually waits for it. */
  readonly launchBlocking: boolean;
}

const decision = (title: string, ownerFunction: DecisionTitle['ownerFunction'], launchBlocking = false): DecisionTitle => ({
  title,
  ownerFunction,
  launchBlocking,
});

export const DECISION_TITLES: Readonly<Record<string, DecisionTitle>> = {
  'PKG-004': decision('Rebalance the boundary between Growth, Pro and Enterprise', 'product', true),
  'PKG-005': decision('Simplify the message of Free and Starter, with the margin effect of free language-model use', 'product', true),
  'PKG-009': decision('Enterprise pricing policy and floor model', 'product', true),
  'PKG-011': decision('A ladder of language-model quality by tier', 'product', true),
  'PKG-012': decision('How generous the limits of Starter are', 'product', true),
  'PKG-013': decision('Split remediation into human approval and autonomous capability', 'product'),
  'PKG-016': decision('An explicit control-plane package', 'product'),
  'PKG-017': decision('Criteria for switching the message', 'go_to_market'),
  'PKG-018': decision('Migration and grandfathering plan', 'product'),
  'PKG-019': decision('Choice of go-to-market strategy, with owner and date', 'go_to_market'),
  'PKG-021': decision('Tier boundary of the control plane at runtime', 'engineering'),
  'PKG-022': decision('Contract tests of what a tier contains', 'engineering'),
  'PKG-023': decision('Regional pricing artifact', 'finance'),
  'PKG-024': decision('Control plane as an add-on or as a tier', 'product'),
  'PKG-025': decision('Narrative of the product core', 'go_to_market'),
  'PKG-026': decision('Commercial boundary of enforcement', 'product'),
  'PKG-027': decision('Enterprise led by capability', 'product'),
  'PKG-028': decision('Checks against one tier eating another', 'finance'),
  'PKG-029': decision('Matrix of the value of hosted against self-hosted', 'go_to_market'),
  'PKG-030': decision('Enterprise contract pack', 'legal'),
  'PKG-031': decision('Early pricing guardrail', 'finance'),
  'PKG-032': decision('Page that makes licensing clear', 'legal'),
  'FIN-001': decision('Monthly unit economics by tier', 'finance', true),
  'FIN-002': decision('Stress of costs with p50, p95 and p99', 'finance', true),
  'FIN-003': decision('Quarterly check of prices', 'finance', true),
  'FIN-004': decision('Evidence of cost and value in the beta', 'finance'),
  'FIN-005': decision('Funnel of migration between tiers', 'finance'),
  'FIN-006': decision('Price sensitivity', 'finance'),
  'FIN-007': decision('Economics of going to market', 'finance'),
  'FIN-008': decision('Total cost of hosted against self-hosted', 'finance'),
};
