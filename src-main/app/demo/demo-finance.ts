/** The company's figures for six months: five good closes, and one in which starter tenants cost more than they may. */
export const DEMO_MONTHS = 6;

export const FREE_TIER = { tier: 'free', tenants: [2310, 2378, 2449, 2516, 2590, 2664] } as const;

/** Six figures, oldest month first. */
type Six = readonly [number, number, number, number, number, number];

export interface DemoTier {
  readonly tier: 'starter' | 'growth' | 'pro' | 'enterprise';
  readonly monthlyPrice: number;
  readonly active: Six;
  readonly dunning: Six;
  /** Mean cost of language models for each subscription, USD a month. */
  readonly llmEach: Six;
  readonly p50: Six;
  readonly p95: Six;
  readonly p99: Six;
  /** Assumptions of the finance team. */
  readonly annualMix: number;
  readonly infraPercent: Six;
  readonly supportEach: Six;
}

export const PAID_TIERS: readonly DemoTier[] = [
  {
    tier: 'starter',
    monthlyPrice: 49,
    active: [1184, 1196, 1205, 1217, 1228, 1240],
    dunning: [52, 49, 51, 48, 47, 41],
    llmEach: [1.35, 1.36, 1.37, 1.38, 1.4, 1.41],
    p50: [0.86, 0.87, 0.88, 0.89, 0.9, 0.92],
    p95: [3.26, 3.29, 3.33, 3.38, 3.43, 3.6],
    p99: [6.31, 6.38, 6.44, 6.52, 6.6, 6.85],
    // Of last year's contracts. The billing system says 48 %: the demo lets a reader correct it.
    annualMix: 0.7,
    infraPercent: [7.31, 7.31, 7.3, 7.27, 7.24, 7.2],
    supportEach: [5.72, 5.71, 5.69, 5.66, 5.63, 5.6],
  },
  {
    tier: 'growth',
    monthlyPrice: 149,
    active: [629, 640, 650, 661, 671, 684],
    dunning: [27, 26, 24, 23, 22, 19],
    llmEach: [3.84, 3.82, 3.8, 3.78, 3.76, 3.62],
    p50: [3.3, 3.28, 3.26, 3.22, 3.2, 3.1],
    p95: [7.7, 7.62, 7.55, 7.48, 7.4, 7.2],
    p99: [14.5, 14.3, 14.2, 14.1, 13.9, 13.4],
    annualMix: 0.7,
    infraPercent: [6.75, 6.72, 6.69, 6.66, 6.63, 6.6],
    supportEach: [11.7, 11.64, 11.58, 11.52, 11.46, 11.4],
  },
  {
    tier: 'pro',
    monthlyPrice: 299,
    active: [288, 293, 298, 304, 309, 312],
    dunning: [11, 10, 9, 9, 8, 7],
    llmEach: [8.31, 8.24, 8.19, 8.12, 8.05, 7.95],
    p50: [7.1, 7.06, 7, 6.95, 6.9, 6.8],
    p95: [15.9, 15.8, 15.6, 15.5, 15.3, 15.1],
    p99: [29.4, 29.1, 28.9, 28.6, 28.4, 27.9],
    annualMix: 0.7,
    infraPercent: [6.15, 6.12, 6.09, 6.06, 6.03, 6],
    supportEach: [17.9, 17.8, 17.7, 17.65, 17.6, 17.5],
  },
  {
    tier: 'enterprise',
    monthlyPrice: 799,
    active: [88, 89, 91, 92, 94, 96],
    dunning: [3, 3, 2, 3, 2, 2],
    llmEach: [24.9, 24.7, 24.5, 24.3, 24.1, 23.85],
    p50: [20.3, 20.1, 20, 19.8, 19.6, 19.4],
    p95: [54.4, 54.1, 53.8, 53.4, 53.1, 52.6],
    p99: [91.2, 90.7, 90.1, 89.6, 89, 88.1],
    annualMix: 0.5,
    infraPercent: [5.75, 5.72, 5.69, 5.66, 5.63, 5.6],
    supportEach: [47, 46.8, 46.6, 46.4, 46.2, 46],
  },
];

/** Points by which more Growth tenants went to Pro, and more Pro tenants to Enterprise, than in the month before. */
export const CONVERSION_DELTAS: readonly (readonly [number, number])[] = [
  [0.21, 0.11],
  [0.16, 0.14],
  [0.22, 0.09],
  [0.2, 0.12],
  [0.14, 0.08],
  [0.12, 0.1],
];

/** The close before the first month of the demo: blended gross margin, percent. */
export const CLOSE_BEFORE = 81.35;

/** What an analysis costs at most on the free and the starter plan. */
export const PLAN_LIMITS: readonly { readonly name: string; readonly free: number; readonly starter: number }[] = [
  { name: 'llm_analyses_per_day', free: 1, starter: 5 },
  { name: 'llm_analyses_per_user_per_day', free: 1, starter: 2 },
  { name: 'llm_system_analyses_per_day', free: 1, starter: 2 },
  { name: 'llm_analysis_max_records', free: 128, starter: 256 },
  { name: 'llm_analysis_max_window_days', free: 31, starter: 90 },
  { name: 'llm_prompt_max_input_tokens', free: 2048, starter: 4096 },
  { name: 'llm_output_max_tokens', free: 512, starter: 1024 },
];

/** Prices and reports of others that our prices were held against. */
export const BENCHMARKS: readonly {
  readonly id: string;
  readonly title: string;
  readonly url: string;
  readonly sourceClass: string;
  readonly confidence: number;
  /** Days before the register was written. */
  readonly age: number;
}[] = [
  {
    id: 'ledgerly-pricing',
    title: 'Ledgerly pricing page',
    url: 'https://ledgerly.example.org/pricing',
    sourceClass: 'vendor_pricing_page',
    confidence: 0.94,
    age: 6,
  },
  {
    id: 'quantum-billing-plans',
    title: 'Quantum Billing plans',
    url: 'https://quantum-billing.example.org/plans',
    sourceClass: 'vendor_pricing_page',
    confidence: 0.91,
    age: 6,
  },
  {
    id: 'meterwise-pricing',
    title: 'Meterwise pricing page',
    url: 'https://meterwise.example.org/pricing',
    sourceClass: 'vendor_pricing_page',
    confidence: 0.88,
    age: 19,
  },
  {
    id: 'saas-benchmarks',
    title: 'SaaS margin benchmarks, yearly report',
    url: 'https://reports.example.org/saas-margins',
    sourceClass: 'industry_benchmark_report',
    confidence: 0.86,
    age: 41,
  },
  {
    id: 'llm-cost-index',
    title: 'Language model cost index',
    url: 'https://index.example.org/llm-cost',
    sourceClass: 'industry_benchmark_report',
    confidence: 0.82,
    age: 12,
  },
  {
    id: 'finops-unit-economics',
    title: 'FinOps guidance on unit economics',
    url: 'https://finops.example.org/unit-economics',
    sourceClass: 'standards_guidance',
    confidence: 0.97,
    age: 55,
  },
  {
    id: 'usage-pricing-survey',
    title: 'Survey of usage prices',
    url: 'https://survey.example.org/usage-prices',
    sourceClass: 'analyst_report',
    confidence: 0.79,
    age: 33,
  },
  {
    id: 'price-change-guidance',
    title: 'Guidance on price changes and grandfathering',
    url: 'https://guidance.example.org/price-changes',
    sourceClass: 'standards_guidance',
    confidence: 0.93,
    age: 28,
  },
];
