import type { GateThresholds } from '../../../src-shared/contract/gates.ts';

/** The thresholds as rows of a table and fields of a form. */
export interface ThresholdRow {
  readonly key: keyof Omit<GateThresholds, 'discountBands'>;
  readonly name: string;
  readonly gate: string;
  readonly sign: '≥' | '≤';
  readonly unit: '%' | ' pt' | '';
  readonly min: number;
  readonly max: number;
  readonly shown: (value: number) => string;
}

const two = (value: number): string => value.toFixed(2);

export const THRESHOLDS: readonly ThresholdRow[] = [
  { key: 'minBlendedGrossMarginPercent', name: 'Blended gross margin', gate: 'FIN 1', sign: '≥', unit: '%', min: 0, max: 100, shown: two },
  {
    key: 'requiredConsecutiveMarginCloses',
    name: 'Closes in a row that hold it',
    gate: 'FIN 1',
    sign: '≥',
    unit: '',
    min: 1,
    max: 36,
    shown: String,
  },
  { key: 'maxP95TenantLlmCogsPctMrr', name: 'p95 LLM cost of MRR', gate: 'FIN 2', sign: '≤', unit: '%', min: 0, max: 1000, shown: two },
  {
    key: 'maxAnnualDiscountImpactPercent',
    name: 'Annual discount impact',
    gate: 'FIN 3',
    sign: '≤',
    unit: '%',
    min: 0,
    max: 100,
    shown: two,
  },
  {
    key: 'minGrowthToProConversionMomDeltaPercent',
    name: 'Growth to Pro, month on month',
    gate: 'FIN 4',
    sign: '≥',
    unit: ' pt',
    min: -100,
    max: 100,
    shown: two,
  },
  {
    key: 'minProToEnterpriseConversionMomDeltaPercent',
    name: 'Pro to Enterprise, month on month',
    gate: 'FIN 4',
    sign: '≥',
    unit: ' pt',
    min: -100,
    max: 100,
    shown: two,
  },
  { key: 'minStressMarginPercent', name: 'Stress margin', gate: 'FIN 5', sign: '≥', unit: '%', min: 0, max: 100, shown: two },
  {
    key: 'maxAnnualDiscountPercent',
    name: 'Discount cap of the policy',
    gate: 'policy',
    sign: '≤',
    unit: '%',
    min: 0,
    max: 100,
    shown: two,
  },
];

export const TIERS = ['starter', 'growth', 'pro', 'enterprise'] as const;

export type ThresholdDraft = Readonly<Record<string, string>>;
export const bandKey = (tier: (typeof TIERS)[number]): string => `band.${tier}`;

/** The texts of the form's fields. */
export const draftOf = (body: GateThresholds): ThresholdDraft => ({
  ...Object.fromEntries(THRESHOLDS.map(({ key }) => [key, String(body[key])])),
  ...Object.fromEntries(
    TIERS.map((tier) => [bandKey(tier), body.discountBands[tier] === undefined ? '' : String(body.discountBands[tier])]),
  ),
});

export interface ReadDraft {
  /** Null while a field cannot be read. */
  readonly body: GateThresholds | null;
  /** By field: why it cannot be read. */
  readonly problems: Readonly<Record<string, string>>;
}

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/;

export const readDraft = (draft: ThresholdDraft, from: GateThresholds): ReadDraft => {
  const problems: Record<string, string> = {};
  const read = (field: string, min: number, max: number, whole: boolean): number => {
    const text = (draft[field] ?? '').trim().replace('\u2212', '-');
    const value = NUMBER.test(text) ? Number(text) : NaN;
    if (!Number.isFinite(value) || value < min || value > max || (whole && !Number.isInteger(value)))
      problems[field] = `A ${whole ? 'whole ' : ''}number between ${min} and ${max}.`;
    return value;
  };
  const plain = Object.fromEntries(THRESHOLDS.map((row) => [row.key, read(row.key, row.min, row.max, row.unit === '')]));
  const bands: GateThresholds['discountBands'] = {};
  for (const tier of TIERS) if ((draft[bandKey(tier)] ?? '').trim() !== '') bands[tier] = read(bandKey(tier), 0, 100, false);
  return { body: Object.keys(problems).length > 0 ? null : { ...from, ...plain, discountBands: bands }, problems };
};
