/** What the company of the demo decided, for each of the 30 decisions that a release needs. */
export interface DemoDecision {
  readonly id: string;
  readonly owner: string;
  readonly ownerFunction: 'product' | 'finance' | 'go_to_market' | 'legal' | 'engineering' | 'operations';
  readonly summary: string;
  readonly blocking: boolean;
  /** For what is decided but done after launch: days from the approval to its date, and how one sees that it is done. */
  readonly later?: { readonly days: number; readonly criteria: string };
}

const FINANCE = 'Lena Brandt';
const PRODUCT = 'Tomás Reyes';
const MARKET = 'Noor Haddad';
const ENGINEERING = 'Ines Duarte';

type Row = readonly [id: string, owner: string, ownerFunction: DemoDecision['ownerFunction'], summary: string, blocking?: boolean];

const LOCKED: readonly Row[] = [
  ['PKG-004', PRODUCT, 'product', 'Growth keeps automation outside production; Pro begins where production is touched.', true],
  ['PKG-005', PRODUCT, 'product', 'Free and Starter say in one line what each is for; the free tier is watched for its model cost.', true],
  ['PKG-009', FINANCE, 'finance', 'Enterprise is priced by a floor of 799 USD a month and governed usage above it.', true],
  ['PKG-011', PRODUCT, 'product', 'Each tier names the depth of analysis it gives, not a number of tokens.', true],
  ['PKG-012', FINANCE, 'finance', 'Starter prompts end at 4,096 tokens.', true],
  ['PKG-013', ENGINEERING, 'engineering', 'Remediation with a person in between and without one are two capabilities.'],
  ['PKG-016', PRODUCT, 'product', 'The control plane is a package with a list of what it holds.'],
  ['PKG-017', MARKET, 'go_to_market', 'The message changes when two closes in a row hold the margin floor.'],
  ['PKG-018', PRODUCT, 'product', 'Customers keep their price for 90 days when a plan changes.'],
  ['PKG-019', MARKET, 'go_to_market', 'Sold by trial up to Pro, by people from Enterprise on.'],
  ['PKG-021', ENGINEERING, 'engineering', 'The boundary of tiers is checked at run time.'],
  ['PKG-022', ENGINEERING, 'engineering', 'What each tier may do is held by contract tests.'],
  ['PKG-023', FINANCE, 'finance', 'One list price in USD for all regions until the next review.'],
  ['PKG-024', PRODUCT, 'product', 'The control plane is part of a tier and not sold beside one.'],
  ['PKG-025', PRODUCT, 'product', 'The product is told as control of spend, not as a report of it.'],
  ['PKG-026', MARKET, 'go_to_market', 'Enforcement is sold from Pro on.'],
  ['PKG-027', PRODUCT, 'product', 'Enterprise is told by what it can do.'],
  ['PKG-028', FINANCE, 'finance', 'Each new plan is checked against the revenue of those around it.'],
  ['PKG-032', 'Amara Okafor', 'legal', 'One page says which part of the product is under which licence.'],
  ['FIN-001', FINANCE, 'finance', 'Unit economics by tier are closed each month.', true],
  ['FIN-002', FINANCE, 'finance', 'Cost of models is read at p50, p95 and p99 of all tenants, and stressed.', true],
  ['FIN-003', FINANCE, 'finance', 'Prices are looked at again each quarter.', true],
  ['FIN-004', FINANCE, 'finance', 'Cost and value of the beta are on file.'],
  ['FIN-005', MARKET, 'go_to_market', 'Moves between tiers are counted each month.'],
  ['FIN-006', FINANCE, 'finance', 'Two price scenarios stand in each packet.'],
  ['FIN-007', MARKET, 'go_to_market', 'Cost of winning a customer is set against the tier.'],
  ['FIN-008', FINANCE, 'finance', 'Hosting against running it oneself is compared each month.'],
];

const LATER: readonly DemoDecision[] = [
  {
    id: 'PKG-029',
    owner: PRODUCT,
    ownerFunction: 'product',
    summary: 'What hosting gives over running it oneself.',
    blocking: false,
    later: { days: 60, criteria: 'The table is published and sales use it in three deals.' },
  },
  {
    id: 'PKG-030',
    owner: 'Amara Okafor',
    ownerFunction: 'legal',
    summary: 'A contract pack for Enterprise.',
    blocking: false,
    later: { days: 75, criteria: 'Two contracts were signed with it unchanged.' },
  },
  {
    id: 'PKG-031',
    owner: FINANCE,
    ownerFunction: 'finance',
    summary: 'An early guardrail for price changes.',
    blocking: false,
    later: { days: 45, criteria: 'A price change was refused by the guard, and the reason was understood.' },
  },
];

/** In the order of the canonical list. */
export const DECISIONS: readonly DemoDecision[] = [
  ...LOCKED.map(([id, owner, ownerFunction, summary, blocking = false]): DemoDecision => ({ id, owner, ownerFunction, summary, blocking })),
  ...LATER,
].sort((a, b) => order(a.id) - order(b.id));

export const OWNERS = { finance: FINANCE, product: PRODUCT, goToMarket: MARKET } as const;

/** PKG before FIN, each by number. */
function order(id: string): number {
  return (id.startsWith('FIN') ? 1000 : 0) + Number(id.slice(4));
}
