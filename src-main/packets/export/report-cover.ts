import type { PacketDocument, PacketFigure } from '../../../src-shared/contract/packet-document.ts';
import { monthName } from '../figure-words.ts';
import type { PacketForExport } from '../packet-for-export.ts';
import { INK } from './palette.ts';
import {
  CONTENT_WIDTH,
  facts,
  fittingSize,
  hash,
  heading,
  kept,
  mark,
  type Node,
  paragraph,
  pill,
  small,
  type Status,
  statusFill,
  table,
  type TextNode,
} from './report-nodes.ts';
import {
  bare,
  bound,
  change,
  comparisonCell,
  DECISIONS,
  figuresById,
  shortened,
  since,
  STATES,
  utc,
  whole,
  wholeChange,
} from './report-words.ts';

/** The first page: what it is, how it stands, what is wrong, the key figures. */

const KEY_FIGURES = ['total.mrr', 'blended_margin', 'stress_margin', 'p95_envelope', 'discount_impact'] as const;
const MORE_FIGURES = [
  'total.mrr',
  'total.effective_mrr',
  'total.cogs',
  'total.gross_profit',
  'blended_margin',
  'stress_margin',
  'p95_envelope',
  'discount_impact',
  'growth_to_pro_delta',
  'pro_to_enterprise_delta',
  'arr',
] as const;

export const coverPage = (packet: PacketForExport): Node[] => [
  titleBlock(packet),
  factBlock(packet),
  statementBlock(packet),
  decisionBlock(packet),
  keyFigures(packet.document),
  figureTable(packet.document),
];

function titleBlock({ workspace, document, head }: PacketForExport): Node {
  const failing = document.gates.results.filter(({ state }) => state === 'fail');
  const [state, word] = STATES[head.state];
  const pills: Node[] = [
    pill(state, word),
    ...(failing.length === 0
      ? []
      : [
          pill(
            'bad',
            failing.length <= 3
              ? `${failing.map(({ name }) => name).join(', ')} ${failing.length === 1 ? 'fails' : 'fail'}`
              : `${failing.length} gates fail`,
          ),
        ]),
    ...(head.supersededBy === null ? [] : [pill('warn', `replaced by revision ${head.supersededBy}`)]),
    ...(document.referenceRefusal === null ? [] : [pill('warn', 'no reference files')]),
  ];
  return {
    stack: [
      {
        text: [{ text: 'Countersign', bold: true, color: INK.ink }, `   ${workspace}`],
        fontSize: 9,
        color: INK.ink2,
        margin: [0, -18, 0, 22],
      },
      { text: 'Monthly finance packet', fontSize: 9.5, color: INK.ink3 },
      { text: monthName(document.month), fontSize: 26, bold: true, margin: [0, 0, 0, 6] },
      { columns: pills, columnGap: 6, margin: [0, 0, 0, 10] },
    ],
  };
}

function factBlock({ document, head }: PacketForExport): Node {
  const revision = `${head.revision} of ${head.revisions.length}${head.reason === null ? '' : `: ${shortened(head.reason, 120)}`}`;
  return {
    stack: [
      {
        columns: [
          facts(
            [
              ['Revision', revision],
              ['Built', `${utc(head.builtAt)} by ${head.builtBy}`],
              [
                'Rules',
                `version ${head.ruleVersion}; thresholds ${document.thresholdsVersion === null ? 'of the assumptions' : `version ${document.thresholdsVersion}`}`,
              ],
            ],
            52,
          ),
          facts(
            [
              ['State', `${STATES[head.state][1]} since ${utc(head.stateSince)}`],
              ['To be accepted by', utc(head.dueAt)],
              ['Gates', DECISIONS[document.gates.decision]],
            ],
            78,
          ),
        ],
        columnGap: 14,
      },
      facts(
        [
          ['Window', `${utc(document.window.start)} to ${utc(document.window.end)}`],
          ['SHA-256', hash(head.documentSha256, { fontSize: 8 })],
        ],
        52,
      ),
    ],
    fontSize: 8,
  };
}

/** What is wrong, worst first; that nothing is, where nothing is. */
export function statements({ document, head }: Pick<PacketForExport, 'document' | 'head'>): (readonly [Status, string])[] {
  const { gates, findings, referenceRefusal } = document;
  const wrong: (readonly [Status, string])[] = [
    ...(head.supersededBy === null ? [] : [['warn', `Revision ${head.supersededBy} replaces this one. Read that one instead.`] as const]),
    ...gates.results
      .filter(({ state }) => state === 'fail')
      .map(({ name, title, says }) => ['bad', `${name}, ${lowerFirst(title)}, fails: ${says}.`] as const),
    ...findings.filter(({ severity }) => severity === 'error').map(({ says }) => ['bad', says] as const),
    ...(referenceRefusal === null ? [] : [['warn', `The reference writes no files for the month: ${referenceRefusal.says}`] as const]),
    ...(gates.results.some(({ state }) => state === 'stale') ? [['warn', 'Evidence of some gates is stale; see “Gates”.'] as const] : []),
    ...(gates.decision === 'no-run'
      ? [['idle', 'No gate run stands behind this packet; only the finance gates are computed, from its own figures.'] as const]
      : []),
  ];
  const warnings = findings.filter(({ severity }) => severity === 'warning').length;
  const noted: (readonly [Status, string])[] =
    warnings === 0 ? [] : [['warn', `${warnings === 1 ? 'One warning' : `${warnings} warnings`} among the consistency findings.`]];
  return wrong.length + noted.length > 0
    ? [...wrong, ...noted]
    : [['ok', `Nothing stands against the month: ${DECISIONS[gates.decision]}, and its artifacts agree.`]];
}

const lowerFirst = (text: string): string => (/^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text);

const MOST_STATEMENTS = 8;

function statementBlock(packet: PacketForExport): Node {
  const all = statements(packet);
  const shown = all.slice(0, MOST_STATEMENTS);
  const worst = all.some(([status]) => status === 'bad') ? 'bad' : (all[0]?.[0] ?? 'ok');
  return {
    table: {
      widths: ['*'],
      body: [
        [
          {
            fillColor: statusFill(worst),
            stack: [
              ...shown.map(([status, says], i): Node => ({
                columns: [
                  { ...mark(status, 8), margin: [0, 2, 0, 0] },
                  { text: shortened(says, 320), width: '*', fontSize: 9.5, color: INK.ink, lineHeight: 1.2 },
                ],
                columnGap: 6,
                margin: [0, i === 0 ? 0 : 3, 0, 0],
              })),
              ...(all.length > shown.length
                ? [small(`and ${all.length - shown.length} more, in “Gates” and “Consistency findings”`, { margin: [14, 3, 0, 0] })]
                : []),
            ],
          },
        ],
      ],
    },
    layout: 'card',
    margin: [0, 10, 0, 0],
  };
}

/** What acceptance still waits for, as the record says it: what depends on who asks is left out. */
export function waitsFor({ review }: Pick<PacketForExport, 'review'>): string {
  const answers = review.questions
    .filter(({ state }) => state === 'open')
    .map(({ question }) => `${question.who}${question.figureTitle === null ? '' : ` on ${question.figureTitle}`}`);
  const ticks = review.checklist
    .filter(({ role, checked, automatic }) => role === 'finance' && !checked && !automatic)
    .map(({ label }) => label);
  const parts = [
    ...(answers.length === 0 ? [] : [`${answers.length === 1 ? 'an answer' : `${answers.length} answers`} to ${listed(answers, 4)}`]),
    ...(ticks.length === 0 ? [] : [`${ticks.length === 1 ? 'one tick' : `${ticks.length} ticks`} of finance: ${listed(ticks, 6)}`]),
  ];
  return parts.length === 0 ? 'Nothing that was asked or that finance ticks is open.' : `Accepting waits for ${parts.join('; and for ')}.`;
}

const listed = (items: readonly string[], most: number): string =>
  [...items.slice(0, most), ...(items.length > most ? [`${items.length - most} more`] : [])].join(', ');

function decisionBlock(packet: PacketForExport): Node {
  const { review, head } = packet;
  const { decided } = review;
  const lines: Node[] =
    decided === null
      ? [paragraph(head.state === 'draft' ? 'Not submitted yet; nobody has decided.' : `Nobody has decided yet. ${waitsFor(packet)}`)]
      : [
          paragraph([
            { text: decided.kind === 'accepted' ? 'Accepted' : 'Sent back', bold: true, color: INK.ink },
            ` by ${decided.who}, ${utc(decided.at)}${decided.text === '' ? '.' : `: “${shortened(decided.text, 600)}”`}`,
          ]),
        ];
  const verified = review.lastVerified;
  return {
    stack: [
      heading('Decision'),
      ...lines,
      paragraph(
        verified === null
          ? 'It has not been recomputed since it was built.'
          : `Recomputed ${utc(verified.at)} by ${verified.who}: ${verified.holds ? 'equal, byte for byte.' : `not equal. ${shortened(verified.says, 320)}`}`,
      ),
    ],
  };
}

/** Five beside each other, less what is around each. */
const CARD_WIDTH = CONTENT_WIDTH / KEY_FIGURES.length - 18;

function keyFigures(document: PacketDocument): Node {
  const figures = figuresById(document);
  const cards = KEY_FIGURES.flatMap((id) => figures.get(id) ?? []);
  const comparedWith = document.comparison === null ? '' : monthName(document.comparison.month).split(' ')[0]!;
  return kept([
    heading('Key figures'),
    {
      table: {
        widths: cards.map(() => CARD_WIDTH),
        body: [cards.map((figure): Node => card(figure, comparedWith))],
      },
      layout: 'card',
    },
  ]);
}

function card(figure: PacketFigure, comparedWith: string): Node {
  const failing = figure.limit !== null && !figure.limit.holds;
  const value = figure.value === null ? 'none' : figure.unit === 'USD' ? whole(figure.value) : bare(figure.value, figure.unit);
  const moved = wholeChange(figure);
  const below: TextNode = small(moved === '' ? 'no month before' : `${moved} on ${comparedWith}`);
  return {
    fillColor: INK.sunken,
    stack: [
      small(figure.unit === 'USD' ? `${figure.title}, USD` : figure.title, { bold: true }),
      { text: value, fontSize: fittingSize(value, CARD_WIDTH, 17), bold: true, color: failing ? INK.bad : INK.ink, margin: [0, 1, 0, 1] },
      figure.limit === null
        ? small('no bound')
        : {
            columns: [
              { ...mark(failing ? 'bad' : 'ok', 6.5), margin: [0, 1, 0, 0] },
              small(bound(figure.limit, figure.unit), { width: '*', ...(failing ? { color: INK.bad, bold: true } : {}) }),
            ],
            columnGap: 3,
          },
      below,
    ],
  };
}

function figureTable(document: PacketDocument): Node {
  const figures = figuresById(document);
  const rows = MORE_FIGURES.flatMap((id) => figures.get(id) ?? []);
  return {
    ...table(
      [
        { title: 'Figure', width: '*' },
        { title: 'Value', width: 78, align: 'right' },
        { title: 'Against its bound', width: 118 },
        { title: since(document) || 'Change', width: 92, align: 'right' },
      ],
      rows.map((figure) => [
        figure.unit === 'USD' ? `${figure.title}, USD` : figure.title,
        bare(figure.value, figure.unit),
        comparisonCell(figure.limit),
        change(figure.previous?.change, figure.unit),
      ]),
    ),
    margin: [0, 8, 0, 0],
  };
}
