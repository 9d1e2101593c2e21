import { stringify } from 'csv-stringify/sync';
import type { PacketDocument, ProvenFigure } from '../../../src-shared/contract/packet-document.ts';
import { PAID_TIERS } from '../../evidence/index.ts';
import { TIER_TITLES } from '../figure-words.ts';
import type { PacketForExport } from '../packet-for-export.ts';

/** A packet's figures for spreadsheets: RFC 4180, CR LF, UTF-8 without a byte order mark. */

type Cell = string | number | null;

const NUMBER = /^-?[0-9]+(\.[0-9]+)?$/;
/** What a spreadsheet takes for the beginning of a formula, with the full-width forms that some of them fold. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/**
 * A text that a spreadsheet would run gets an apostrophe in front: names come from outside. Real numbers stay numbers.
 */
export const safeCell = (cell: Cell): string => {
  const text = cell === null ? '' : String(cell);
  return FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
};

export const csvOf = (rows: readonly (readonly Cell[])[]): Uint8Array =>
  Buffer.from(stringify([...rows.map((row) => row.map(safeCell))], { record_delimiter: 'windows' }), 'utf8');

const FIGURE_COLUMNS = [
  'month',
  'revision',
  'figure',
  'tier',
  'title',
  'unit',
  'value',
  'limit_kind',
  'limit',
  'limit_holds',
  'comparison',
  'gate',
  'previous_month',
  'previous_value',
  'change',
  'says',
] as const;

const TIER_ID = /^tier\.([a-z]+)\./;

/** Every figure of the packet, key figures first, one row each; `tier` is empty where it is none of a tier. */
export const figuresCsv = ({ document, head }: Pick<PacketForExport, 'document' | 'head'>): Uint8Array =>
  csvOf([
    FIGURE_COLUMNS,
    ...document.figures.map(({ id, title, unit, value, limit, previous, says }: ProvenFigure): Cell[] => [
      document.month,
      head.revision,
      id,
      TIER_ID.exec(id)?.[1] ?? null,
      title,
      unit,
      value,
      limit?.kind ?? null,
      limit?.value ?? null,
      limit === null ? null : String(limit.holds),
      limit?.says ?? null,
      limit?.gate ?? null,
      previous?.month ?? null,
      previous?.value ?? null,
      previous?.change ?? null,
      says,
    ]),
  ]);

/** Columns of the tiers, with what stands in the row of all paid tiers. */
const TIER_COLUMNS: readonly (readonly [column: string, header: string, total: string | null])[] = [
  ['active', 'active_subscriptions', 'total.active'],
  ['dunning', 'dunning_events', null],
  ['mrr', 'mrr_usd', 'total.mrr'],
  ['effective_mrr', 'effective_mrr_usd', 'total.effective_mrr'],
  ['llm', 'llm_cogs_usd', 'total.llm'],
  ['infra', 'infra_cogs_usd', 'total.infra'],
  ['support', 'support_cogs_usd', 'total.support'],
  ['cogs', 'cogs_usd', 'total.cogs'],
  ['gross_profit', 'gross_profit_usd', 'total.gross_profit'],
  ['margin', 'gross_margin_percent', 'blended_margin'],
  ['stress_margin', 'stress_margin_percent', 'stress_margin'],
  ['discount', 'discount_impact_percent', 'discount_impact'],
  ['p50', 'p50_llm_usd', null],
  ['p95', 'p95_llm_usd', null],
  ['p99', 'p99_llm_usd', null],
  ['p50_of_mrr', 'p50_llm_percent_of_mrr', null],
  ['p95_of_mrr', 'p95_llm_percent_of_mrr', 'p95_envelope'],
  ['p99_of_mrr', 'p99_llm_percent_of_mrr', null],
];

/** The economics of the tiers, a row each, and one of all paid tiers. Its `p95_llm_percent_of_mrr` is that of the worst tier. */
export const tiersCsv = ({ document }: { readonly document: Pick<PacketDocument, 'figures' | 'month'> }): Uint8Array => {
  const values = new Map(document.figures.map(({ id, value }) => [id, value]));
  return csvOf([
    ['month', 'tier', ...TIER_COLUMNS.map(([, header]) => header)],
    ...PAID_TIERS.map((tier): Cell[] => [
      document.month,
      TIER_TITLES[tier],
      ...TIER_COLUMNS.map(([column]) => values.get(`tier.${tier}.${column}`) ?? null),
    ]),
    [document.month, 'All paid tiers', ...TIER_COLUMNS.map(([, , total]) => (total === null ? null : (values.get(total) ?? null)))],
  ]);
};
