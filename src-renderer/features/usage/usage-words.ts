import type {
  Backfill,
  LimitCrossing,
  LimitUse,
  ReconciliationFinding,
  UsageValidation,
} from '../../../src-shared/contract/metering-care.ts';
import { counted, decimal, integer } from '../../ui/format.ts';
import type { LimitState } from '../../ui/limit-bar.tsx';
import type { Status } from '../../ui/status.tsx';

/** Words and looks of usage screens. Pure. */

const NAMES: Readonly<Record<string, string>> = {
  ingest_unit: 'Ingest units',
  storage_gb_month: 'Storage',
  query_credit: 'Query credits',
  seat: 'Seats',
  llm_token: 'LLM tokens',
  api_request: 'API requests',
  approval: 'Approvals',
};

/** A metric's name as people say it; one that nobody knows here by its id. */
export const metricName = (metric: string): string => NAMES[metric] ?? metric.replaceAll('_', ' ');

export const LIMIT_LOOK: Readonly<Record<LimitState, { readonly status: Status; readonly word: string }>> = {
  none: { status: 'idle', word: 'no limit' },
  ok: { status: 'idle', word: 'within' },
  soft: { status: 'warn', word: 'near' },
  over: { status: 'bad', word: 'over' },
};

/** "today" or "in May 2026". */
export const periodWords = ({ per, period }: Pick<LimitUse, 'per' | 'period'>): string => (per === 'day' ? `on ${period}` : `in ${period}`);

/** Basis points as a percentage with as many places as it needs: 25 is `0.25%`, 100 is `1%`. */
export const bpText = (bp: number): string => (bp >= 1_000_000 ? '> 10,000%' : `${decimal(bp / 100, 2).replace(/\.?0+$/, '')}%`);

export const crossingWords = ({ threshold, per }: Pick<LimitCrossing, 'threshold' | 'per'>): string =>
  threshold === 'hard'
    ? `passed its ${per === 'day' ? 'daily' : 'monthly'} limit`
    : `came near its ${per === 'day' ? 'daily' : 'monthly'} limit`;

export const validationLook = ({
  holds,
  engine,
}: Pick<UsageValidation, 'holds' | 'engine'>): { readonly status: Status; readonly word: string } => {
  if (!holds) return { status: 'bad', word: 'deviates' };
  return engine === 'differs' ? { status: 'bad', word: 'engines differ' } : { status: 'ok', word: 'holds' };
};

/** "At most 5 of 1,842 cells deviate (0.28%), with 95% confidence." */
export const boundWords = (v: Pick<UsageValidation, 'boundCells' | 'population' | 'boundBp' | 'confidencePercent' | 'sampled'>): string =>
  v.sampled === v.population
    ? `Every one of ${counted(v.population, 'cell')} was looked at.`
    : `At most ${integer(v.boundCells)} of ${counted(v.population, 'cell')} deviate (${bpText(v.boundBp)}), with ${v.confidencePercent}% confidence.`;

export const ENGINE_WORDS: Readonly<Record<UsageValidation['engine'], string>> = {
  agrees: 'agrees to the last digit',
  differs: 'differs',
  'not-installed': 'is not installed here',
  'not-asked': 'was not asked',
};

export const BACKFILL_LOOK: Readonly<Record<Backfill['state'], { readonly status: Status; readonly word: string }>> = {
  collecting: { status: 'idle', word: 'takes files' },
  previewed: { status: 'warn', word: 'previewed' },
  applied: { status: 'ok', word: 'applied' },
  reversed: { status: 'idle', word: 'reversed' },
  discarded: { status: 'idle', word: 'discarded' },
};

export const FINDING_WORDS: Readonly<Record<ReconciliationFinding['kind'], string>> = {
  declared: 'Declared total',
  conservation: 'Conservation',
  sample: 'Sample',
};

/** Parts of a text that end with a line, none larger than `most` characters; a longer line is a part of its own. */
export function textParts(text: string, most: number): readonly string[] {
  const parts: string[] = [];
  for (let from = 0; from < text.length;) {
    const limit = from + most;
    if (limit >= text.length) {
      parts.push(text.slice(from));
      break;
    }
    const within = text.lastIndexOf('\n', limit - 1);
    const after = text.indexOf('\n', limit);
    const end = within >= from ? within + 1 : after === -1 ? text.length : after + 1;
    parts.push(text.slice(from, end));
    from = end;
  }
  return parts;
}

export const PERIOD_LOOK: Readonly<Record<'open' | 'grace' | 'closed', { readonly status: Status; readonly word: string }>> = {
  open: { status: 'accent', word: 'open' },
  grace: { status: 'warn', word: 'in grace' },
  closed: { status: 'ok', word: 'closed' },
};
