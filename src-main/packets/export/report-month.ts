import type { PacketDocument } from '../../../src-shared/contract/packet-document.ts';
import { PAID_TIERS } from '../../evidence/index.ts';
import { grouped, monthName, TIER_TITLES } from '../figure-words.ts';
import { type Band, bandsOption, marginOption, marginSpan, waterfallOption, waterfallSpan, type Waterfall } from './charts.ts';
import { drawChart } from './draw-chart.ts';
import {
  type Cell,
  CONTENT_WIDTH,
  heading,
  kept,
  type Node,
  paragraph,
  picture,
  small,
  subheading,
  table,
  type TableColumn,
} from './report-nodes.ts';
import { bare, change, figuresById, limitCell, monthShort } from './report-words.ts';

/** The month: tiers, margin over the closes, language-model cost, what moved MRR. */

export const monthPart = (document: PacketDocument): Node[] => [
  ...tiersSection(document),
  ...marginSection(document),
  ...llmSection(document),
  ...movementSection(document),
];

const TIER_COLUMNS = [
  ['active', 'total.active', 'Active', 'count', 30],
  ['mrr', 'total.mrr', 'MRR', 'USD', 50],
  ['effective_mrr', 'total.effective_mrr', 'Effective', 'USD', 50],
  ['llm', 'total.llm', 'LLM', 'USD', 40],
  ['infra', 'total.infra', 'Infra', 'USD', 44],
  ['support', 'total.support', 'Support', 'USD', 44],
  ['gross_profit', 'total.gross_profit', 'Gross profit', 'USD', 50],
  ['margin', 'blended_margin', 'Margin', 'percent', 34],
] as const;

function tiersSection(document: PacketDocument): Node[] {
  const figures = figuresById(document);
  const cell = (id: string, unit: 'count' | 'USD' | 'percent'): Cell => {
    const figure = figures.get(id);
    const text = bare(figure?.value ?? null, unit);
    return figure === undefined || figure.limit === null ? text : limitCell(text, figure.limit.holds);
  };
  const moved = (id: string): string => change(figures.get(id)?.previous?.change, 'percent');
  const columns: TableColumn[] = [
    { title: 'Tier', width: '*' },
    ...TIER_COLUMNS.map(([, , title, , width]): TableColumn => ({ title, width, align: 'right' })),
    { title: document.comparison === null ? 'Change' : monthShort(document.comparison.month), width: 38, align: 'right' },
  ];
  return [
    kept([
      heading('Tiers', 'USD; MRR at list prices, effective MRR after annual payment'),
      {
        ...table(
          columns,
          PAID_TIERS.map((tier) => [
            TIER_TITLES[tier],
            ...TIER_COLUMNS.map(([column, , , unit]) => cell(`tier.${tier}.${column}`, unit)),
            moved(`tier.${tier}.margin`),
          ]),
          ['All paid tiers', ...TIER_COLUMNS.map(([, total, , unit]) => cell(total, unit)), moved('blended_margin')],
        ),
        fontSize: 7.5,
      },
      small('The last column is the change of the margin, in points.', { margin: [0, 3, 0, 0] }),
    ]),
  ];
}

function marginSection(document: PacketDocument): Node[] {
  const { history, thresholds } = document;
  const known = history.filter((month) => month.blendedMargin !== null || month.stressMargin !== null);
  if (known.length === 0) return [];
  const height = 150;
  const from = grouped(String(marginSpan(known, thresholds).min));
  return [
    kept([
      heading('Margin', `%, ${known.length} ${known.length === 1 ? 'close' : 'closes'}; the axis begins at ${from}`),
      picture(drawChart(marginOption(known, thresholds), CONTENT_WIDTH, height), CONTENT_WIDTH),
      paragraph(marginWords(document), { margin: [0, 4, 0, 0] }),
    ]),
  ];
}

function marginWords({ history, closeHistory, thresholds }: PacketDocument): string {
  const said = (name: string, values: readonly (string | null)[]): string[] => {
    const known = values.filter((value) => value !== null);
    const [first, last] = [known[0], known.at(-1)];
    if (first === undefined || last === undefined) return [];
    return [known.length === 1 ? `${name} is ${grouped(last)}%` : `${name} went from ${grouped(first)}% to ${grouped(last)}%`];
  };
  const words = [
    ...said(
      'Blended margin',
      history.map(({ blendedMargin }) => blendedMargin),
    ),
    ...said(
      'stress margin',
      history.map(({ stressMargin }) => stressMargin),
    ),
  ].join(', ');
  const closes = closeHistory.slice(-thresholds.requiredCloses).map(({ month, blendedMargin }) => `${month} ${grouped(blendedMargin)}%`);
  return `${words}. The floor must hold for ${thresholds.requiredCloses} ${thresholds.requiredCloses === 1 ? 'close' : 'closes in a row'}: ${closes.join(', ')}.`;
}

const RANKS = ['p50', 'p95', 'p99'] as const;

export function bandsOf(document: Pick<PacketDocument, 'figures'>): Band[] {
  const figures = figuresById(document);
  return PAID_TIERS.flatMap((tier) => {
    const [p50, p95, p99] = RANKS.map((rank) => figures.get(`tier.${tier}.${rank}_of_mrr`)?.value ?? null);
    if (typeof p50 !== 'string' || typeof p95 !== 'string' || typeof p99 !== 'string') return [];
    return [{ title: TIER_TITLES[tier], p50: Number(p50), p95: Number(p95), p99: Number(p99) }];
  });
}

function llmSection(document: PacketDocument): Node[] {
  const figures = figuresById(document);
  const bands = bandsOf(document);
  const limit = Number(document.thresholds.maxP95Envelope);
  const value = (id: string, unit: 'USD' | 'percent'): string => bare(figures.get(id)?.value ?? null, unit);
  const rows = PAID_TIERS.map((tier): Cell[] => {
    const p95 = figures.get(`tier.${tier}.p95_of_mrr`)?.value ?? null;
    return [
      TIER_TITLES[tier],
      ...RANKS.map((rank) => value(`tier.${tier}.${rank}`, 'USD')),
      value(`tier.${tier}.p50_of_mrr`, 'percent'),
      limitCell(value(`tier.${tier}.p95_of_mrr`, 'percent'), p95 === null || Number(p95) <= limit),
      value(`tier.${tier}.p99_of_mrr`, 'percent'),
    ];
  });
  const chartWidth = 205;
  const tableNode = {
    ...table(
      [
        { title: 'Tier', width: '*' },
        ...RANKS.map((rank): TableColumn => ({ title: `${rank}, USD`, width: 31, align: 'right' })),
        ...RANKS.map((rank): TableColumn => ({ title: `${rank}, %`, width: 32, align: 'right' })),
      ],
      rows,
    ),
    fontSize: 7.5,
    width: '*' as const,
  };
  return [
    kept([
      heading('LLM cost of a tenant', 'a month, by tier; percent of what a subscription brings'),
      bands.length === 0
        ? tableNode
        : {
            columns: [
              {
                width: chartWidth,
                stack: [
                  picture(drawChart(bandsOption(bands, limit), chartWidth, 112), chartWidth),
                  small('% of MRR, logarithmic: p50 to p95 strong, to p99 pale, tick at p95', { alignment: 'center' }),
                ],
              },
              tableNode,
            ],
            columnGap: 12,
          },
      paragraph(`${figures.get('p95_envelope')?.says ?? ''} ${figures.get('p95_envelope')?.limit?.says ?? ''}`.trim(), {
        margin: [0, 5, 0, 0],
      }),
    ]),
  ];
}

function waterfallOf(document: PacketDocument, movement: NonNullable<PacketDocument['movement']>): Waterfall {
  return {
    from: { tick: monthShort(movement.fromMonth), value: Number(movement.from) },
    to: { tick: monthShort(document.month), value: Number(movement.to) },
    steps: movement.steps.map(({ tier, kind, value }) => ({ tick: `${TIER_TITLES[tier]}\n${kind}`, value: Number(value) })),
  };
}

function movementSection(document: PacketDocument): Node[] {
  const { movement } = document;
  if (movement === null) return [heading('MRR movement'), paragraph('There is no packet of a month before to move from.')];
  const model = waterfallOf(document, movement);
  const from = grouped(String(waterfallSpan(model).min));
  return [
    kept([
      heading('MRR movement', `USD, ${monthName(movement.fromMonth)} to ${monthName(document.month)}; the axis begins at ${from}`),
      picture(drawChart(waterfallOption(model), CONTENT_WIDTH, 140), CONTENT_WIDTH),
      paragraph(movement.says, { margin: [0, 4, 0, 4] }),
    ]),
    subheading('Steps', 'USD'),
    table(
      [
        { title: 'Step', width: 130 },
        { title: 'MRR, USD', width: 80, align: 'right' },
        { title: 'What it is', width: '*' },
      ],
      [
        [monthName(movement.fromMonth), grouped(movement.from), ''],
        ...movement.steps.map((step) => [step.label, change(step.value, 'USD'), step.says]),
      ],
      [monthName(document.month), grouped(movement.to), ''],
    ),
  ];
}
