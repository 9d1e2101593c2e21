import type { PacketDocument, ProvenFigure } from '../../../src-shared/contract/packet-document.ts';
import { PAID_TIERS } from '../../evidence/index.ts';
import { grouped, monthName, TIER_TITLES } from '../figure-words.ts';
import { type Cell, heading, kept, type Node, paragraph, subheading, table } from './report-nodes.ts';
import { bare, change, comparisonCell, figuresById, limitCell } from './report-words.ts';

/** Discount, conversion, stress, scenarios, hosted against self-hosted, and the comparison with the month before. */

export const outlookPart = (document: PacketDocument): Node[] => [
  ...discountSection(document),
  ...stressSection(document),
  ...scenariosSection(document),
  ...hostingSection(document),
  ...comparisonSection(document),
];

const numberColumn = (title: string, width: number) => ({ title, width, align: 'right' as const });

function discountSection(document: PacketDocument): Node[] {
  const figures = figuresById(document);
  const row = (name: string, mrr: string, effective: string, discount: string): Cell[] => {
    const impact = figures.get(discount);
    return [
      name,
      bare(figures.get(mrr)?.value ?? null, 'USD'),
      bare(figures.get(effective)?.value ?? null, 'USD'),
      impact?.limit ? limitCell(bare(impact.value, 'percent'), impact.limit.holds) : bare(impact?.value ?? null, 'percent'),
      change(impact?.previous?.change, 'percent'),
    ];
  };
  return [
    heading('Discount and conversion'),
    table(
      [
        { title: 'Tier', width: '*' },
        numberColumn('MRR, USD', 90),
        numberColumn('Effective MRR, USD', 95),
        numberColumn('Discount impact', 75),
        numberColumn('Change', 60),
      ],
      PAID_TIERS.map((tier) => row(TIER_TITLES[tier], `tier.${tier}.mrr`, `tier.${tier}.effective_mrr`, `tier.${tier}.discount`)),
      row('All paid tiers', 'total.mrr', 'total.effective_mrr', 'discount_impact'),
    ),
    subheading('Conversion', 'month over month, as the assumptions state it'),
    table(
      [
        { title: 'Step', width: '*' },
        numberColumn('Change of conversion', 95),
        { title: 'Against its bound', width: 120 },
        numberColumn('Month before', 75),
      ],
      (['growth_to_pro_delta', 'pro_to_enterprise_delta'] as const).flatMap((id) => {
        const figure = figures.get(id);
        return figure === undefined
          ? []
          : [
              [
                figure.title,
                bare(figure.value, figure.unit),
                comparisonCell(figure.limit),
                bare(figure.previous?.value ?? null, figure.unit),
              ],
            ];
      }),
    ),
  ];
}

function sumTable(figure: ProvenFigure): Node {
  return table(
    [{ title: '', width: 14 }, { title: 'Part', width: 170 }, numberColumn('USD', 90), { title: 'From', width: '*' }],
    figure.lines.map(({ sign, label, value, unit, note }): Cell[] => [
      sign === '-' ? '−' : sign,
      label,
      value === null ? '' : bare(value, unit),
      note,
    ]),
  );
}

function stressSection(document: PacketDocument): Node[] {
  const figures = figuresById(document);
  const stress = figures.get('stress_margin');
  if (stress === undefined) return [];
  return [
    kept([
      heading('Stress', `infrastructure × ${grouped(document.infraCostMultiplier)}`),
      paragraph(`${stress.says} ${stress.limit === null ? '' : `${stress.limit.says}.`}`),
      sumTable(stress),
      paragraph(stress.formula.numbers, { margin: [0, 4, 0, 0], fontSize: 7.5 }),
      subheading('By tier'),
      table(
        [{ title: '', width: '*' }, ...PAID_TIERS.map((tier) => numberColumn(TIER_TITLES[tier], 68)), numberColumn('All paid tiers', 75)],
        [
          [
            'Margin',
            ...PAID_TIERS.map((tier) => bare(figures.get(`tier.${tier}.margin`)?.value ?? null, 'percent')),
            bare(figures.get('blended_margin')?.value ?? null, 'percent'),
          ],
          [
            'Under stress',
            ...PAID_TIERS.map((tier) => bare(figures.get(`tier.${tier}.stress_margin`)?.value ?? null, 'percent')),
            limitCell(bare(stress.value, 'percent'), stress.limit?.holds ?? true),
          ],
        ],
      ),
    ]),
  ];
}

function scenariosSection(document: PacketDocument): Node[] {
  if (document.scenarios.length === 0) return [heading('Scenarios'), paragraph('The assumptions have no scenarios.')];
  const times = (byTier: Readonly<Record<string, string>>): string => {
    const moved = PAID_TIERS.filter((tier) => (byTier[tier] ?? '1') !== '1').map(
      (tier) => `${TIER_TITLES[tier]} × ${grouped(byTier[tier]!)}`,
    );
    return moved.length === 0 ? 'as they are' : moved.join(', ');
  };
  return [
    heading('Scenarios', 'LLM and support move with subscriptions, infrastructure with effective MRR'),
    table(
      [
        { title: 'Scenario', width: '*' },
        { title: 'Subscriptions', width: 110 },
        { title: 'Prices', width: 110 },
        numberColumn('Effective MRR, USD', 85),
        numberColumn('Margin', 45),
      ],
      document.scenarios.map(({ name, subscriptionsByTier, monthlyPricesByTier, effectiveMrr, margin }) => [
        name,
        times(subscriptionsByTier),
        times(monthlyPricesByTier),
        grouped(effectiveMrr),
        `${grouped(margin)}%`,
      ]),
    ),
  ];
}

function hostingSection(document: PacketDocument): Node[] {
  const figures = figuresById(document);
  const [arr, tco, delta] = ['arr', 'tco', 'hosting_delta'].map((id) => figures.get(id));
  if (arr === undefined || tco === undefined || delta === undefined) return [];
  const row = (figure: ProvenFigure): Cell[] => [
    figure.title,
    bare(figure.value, 'USD'),
    change(figure.previous?.change, 'USD'),
    figure.says,
  ];
  return [
    kept([
      heading('Hosted against self-hosted', 'USD a year'),
      table(
        [{ title: 'Figure', width: 120 }, numberColumn('USD', 80), numberColumn('Change', 72), { title: 'What it is', width: '*' }],
        [row(arr), row(tco)],
        row(delta).map((cell, i) => (i === 3 && typeof cell === 'string' ? { text: cell, bold: false } : cell)),
      ),
      paragraph(`Self-hosted yearly cost: ${tco.formula.numbers}`, { margin: [0, 4, 0, 0], fontSize: 7.5 }),
    ]),
  ];
}

function comparisonSection(document: PacketDocument): Node[] {
  const { comparison, month } = document;
  const figures = figuresById(document);
  if (comparison === null)
    return [heading('Compared with the month before'), paragraph(`No earlier packet stands to compare ${monthName(month)} with.`)];
  return [
    heading(`Compared with ${monthName(comparison.month)}`, `revision ${comparison.revision}; the largest moves`),
    table(
      [
        { title: 'Figure', width: '*' },
        numberColumn(monthName(comparison.month), 95),
        numberColumn(monthName(month), 95),
        numberColumn('Change', 90),
      ],
      comparison.largest.map(({ figure, title, unit, change: by }) => [
        unit === 'USD' ? `${title}, USD` : title,
        bare(figures.get(figure)?.previous?.value ?? null, unit),
        bare(figures.get(figure)?.value ?? null, unit),
        change(by, unit),
      ]),
    ),
    ...(comparison.margin.length === 0
      ? []
      : [
          subheading('Why the blended margin moved', 'the reasons add up to its change exactly'),
          table(
            [{ title: 'Reason', width: 110 }, numberColumn('Change', 60), { title: 'What it is', width: '*' }],
            comparison.margin.map(({ label, value, says }) => [label, change(value, 'percent'), says]),
          ),
        ]),
  ];
}
