import { applyEdits, modify } from 'jsonc-parser';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { Fields, isArray, isObject, PAID_TIERS, readJson } from '../evidence/index.ts';
import { TIER_TITLES } from './figure-words.ts';

/** The numbers of an assumptions file that may be corrected or tried, and the change of some of them in its text. */

export interface AssumptionPlace {
  /** JSON pointer. */
  readonly pointer: string;
  readonly title: string;
  readonly unit: string;
  /** As the file has it. */
  readonly value: string;
  readonly min: number | null;
  readonly max: number | null;
  /** The pointer's steps, for whoever edits the text. */
  readonly steps: readonly (string | number)[];
}

interface Spec {
  readonly steps: readonly (string | number)[];
  readonly title: string;
  readonly unit: string;
  readonly min?: number;
  readonly max?: number;
}

const perTier = (member: string, title: string, unit: string, bounds: { min: number; max?: number }): Spec[] =>
  PAID_TIERS.map((tier) => ({ steps: [member, tier], title: `${TIER_TITLES[tier]}, ${title}`, unit, ...bounds }));

const SPECS: readonly Spec[] = [
  ...perTier('annual_mix_by_tier', 'share that pays annually', 'share', { min: 0, max: 1 }),
  ...perTier('infra_cogs_percent_of_effective_mrr_by_tier', 'infrastructure of effective MRR', 'percent', { min: 0 }),
  ...perTier('support_cogs_per_active_subscription_usd_by_tier', 'support per subscription', 'USD', { min: 0 }),
  { steps: ['support_cogs_per_dunning_event_usd'], title: 'Support per dunning event', unit: 'USD', min: 0 },
  {
    steps: ['conversion_signals', 'growth_to_pro_conversion_mom_delta_percent'],
    title: 'Growth to Pro, change of conversion',
    unit: 'points',
  },
  {
    steps: ['conversion_signals', 'pro_to_enterprise_conversion_mom_delta_percent'],
    title: 'Pro to Enterprise, change of conversion',
    unit: 'points',
  },
  { steps: ['stress_scenario', 'infra_cost_multiplier'], title: 'Infrastructure under stress', unit: 'times', min: 1 },
  ...(
    [
      ['annual_staffing_usd', 'staffing'],
      ['annual_oncall_usd', 'on call'],
      ['annual_security_compliance_usd', 'security and compliance'],
      ['annual_infra_ops_usd', 'infrastructure and operations'],
      ['annual_tooling_usd', 'tooling'],
    ] as const
  ).map(([key, title]) => ({ steps: ['self_hosted_tco_inputs', key], title: `Self-hosted ${title}, a year`, unit: 'USD', min: 0 })),
  ...(
    [
      ['min_blended_gross_margin_percent', 'Floor of the blended margin', 100],
      ['max_p95_tenant_llm_cogs_pct_mrr', 'Limit of p95 LLM cost of MRR', undefined],
      ['max_annual_discount_impact_percent', 'Limit of the discount impact', 100],
      ['min_stress_margin_percent', 'Floor of the stress margin', 100],
    ] as const
  ).map(([key, title, max]) => ({ steps: ['thresholds', key], title, unit: 'percent', min: 0, ...(max === undefined ? {} : { max }) })),
];

const pointerOf = (steps: readonly (string | number)[]): string => steps.map((step) => `/${step}`).join('');

function fieldsOf(bytes: Uint8Array): Fields | null {
  const { value } = readJson(bytes);
  return isObject(value) ? new Fields(value, []) : null;
}

/** What the file has of the known places, and its closes. */
export function assumptionPlaces(bytes: Uint8Array): AssumptionPlace[] {
  const file = fieldsOf(bytes);
  if (file === null) return [];
  const specs = SPECS.flatMap((spec): AssumptionPlace[] => {
    const value = valueAt(file, spec.steps);
    return value === null
      ? []
      : [
          {
            pointer: pointerOf(spec.steps),
            title: spec.title,
            unit: spec.unit,
            value,
            min: spec.min ?? null,
            max: spec.max ?? null,
            steps: spec.steps,
          },
        ];
  });
  const closes = file.raw('close_history');
  if (!isArray(closes)) return specs;
  return [
    ...specs,
    ...closes.flatMap((close, index): AssumptionPlace[] => {
      if (!isObject(close)) return [];
      const steps = ['close_history', index, 'blended_gross_margin_percent'];
      const value = shown(close.get('blended_gross_margin_percent'));
      const month = shown(close.get('month')) ?? String(index + 1);
      return value === null
        ? []
        : [{ pointer: pointerOf(steps), title: `Close of ${month}, blended margin`, unit: 'percent', value, min: 0, max: 100, steps }];
    }),
  ];
}

function valueAt(file: Fields, steps: readonly (string | number)[]): string | null {
  let value: unknown = file.raw(String(steps[0]));
  for (const step of steps.slice(1)) value = value instanceof Map ? value.get(step) : undefined;
  return shown(value);
}

const shown = (value: unknown): string | null =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' ? String(value) : null;

export interface AssumptionChange {
  readonly pointer: string;
  readonly value: number | string;
}

/**
 * The file's text with some of its values changed, everything else in it untouched, byte for byte.
 * @throws AppError BAD_INPUT where a pointer names none of the places, or a value lies outside its bounds
 */
export function changeAssumptions(bytes: Uint8Array, changes: readonly AssumptionChange[]): Uint8Array {
  const places = new Map(assumptionPlaces(bytes).map((place) => [place.pointer, place]));
  const wanted = new Map<string, number>();
  let text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  for (const { pointer, value } of changes) {
    const place = places.get(pointer);
    if (place === undefined)
      throw new AppError('BAD_INPUT', `${pointer} is none of the assumptions that can be changed. Nothing was changed.`, {
        nextStep: 'Name one of those that the packet lists.',
        details: { pointer, known: [...places.keys()] },
      });
    const number = typeof value === 'number' ? value : Number(value);
    if (!Number.isFinite(number) || (typeof value === 'string' && value.trim() === ''))
      throw new AppError('BAD_INPUT', `${place.title} must be a number, not “${value}”. Nothing was changed.`, {
        nextStep: 'Give a number such as 7.5.',
        details: { pointer },
      });
    if ((place.min !== null && number < place.min) || (place.max !== null && number > place.max))
      throw new AppError('BAD_INPUT', `${place.title} must be ${boundsSay(place)}, not ${number}. Nothing was changed.`, {
        nextStep: 'Give a value within these bounds.',
        details: { pointer, min: place.min, max: place.max },
      });
    text = edited(text, place.steps, number);
    wanted.set(pointer, number);
  }
  const made = Buffer.from(text, 'utf8');
  const after = new Map(assumptionPlaces(made).map((place) => [place.pointer, place.value]));
  for (const [pointer, number] of wanted)
    // A member that stands twice: the last one counts, and it need not be the one that was changed.
    if (Number(after.get(pointer)) !== number)
      throw new AppError('BAD_INPUT', `${pointer} stands twice in the assumptions, so it cannot be changed here. Nothing was changed.`, {
        nextStep: 'Correct the file itself and add it as evidence.',
        details: { pointer },
      });
  return made;
}

const boundsSay = ({ min, max }: AssumptionPlace): string =>
  max === null ? `at least ${min}` : min === null ? `at most ${max}` : `between ${min} and ${max}`;

export const edited = (text: string, steps: readonly (string | number)[], value: unknown): string =>
  applyEdits(text, modify(text, [...steps], value, { formattingOptions: { insertSpaces: true, tabSize: 2 } }));
