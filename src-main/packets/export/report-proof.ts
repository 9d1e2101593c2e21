import type { PacketDocument } from '../../../src-shared/contract/packet-document.ts';
import { shown } from '../figure-words.ts';
import type { PacketForExport } from '../packet-for-export.ts';
import { packetStem, safeFileName } from './file-names.ts';
import { INK } from './palette.ts';
import { hash, heading, kept, type Node, paragraph, small, subheading, table, type TextNode } from './report-nodes.ts';
import { bare, utc } from './report-words.ts';

/** What the figures follow from and how anybody can redo them. */

export const proofPart = (packet: PacketForExport): Node[] => [
  ...formulasSection(packet.document),
  ...historySection(packet.document),
  ...inputsSection(packet),
  ...verifySection(packet),
];

const EXPLAINED = [
  'blended_margin',
  'stress_margin',
  'p95_envelope',
  'discount_impact',
  'total.mrr',
  'total.effective_mrr',
  'total.cogs',
  'total.gross_profit',
  'arr',
  'tco',
  'hosting_delta',
] as const;

function formulasSection({ figures, ruleVersion }: PacketDocument): Node[] {
  const explained = EXPLAINED.flatMap((id) => figures.find((figure) => figure.id === id) ?? []);
  return [
    heading('How the figures are computed', `rules, version ${ruleVersion}`),
    table(
      [
        { title: 'Figure', width: 92 },
        { title: 'Formula', width: '*' },
        { title: 'Rule and rounding', width: 128 },
      ],
      explained.map(({ title, formula, rule, rounding }) => [
        title,
        { stack: [{ text: formula.words }, { text: formula.numbers, color: INK.ink2, fontSize: 7.5, margin: [0, 1, 0, 0] }] },
        { stack: [{ text: `${rule.name}, version ${rule.version}`, fontSize: 7.5 }, small(rounding)] },
      ]),
    ),
    small(`The document holds the same for all ${figures.length} figures, with the input rows of each.`, { margin: [0, 3, 0, 0] }),
  ];
}

function historySection({ history }: PacketDocument): Node[] {
  if (history.length < 2) return [];
  return [
    heading('History', `${history.length} months, oldest first`),
    table(
      [
        { title: 'Month', width: 44 },
        { title: 'From', width: '*' },
        { title: 'MRR, USD', width: 72, align: 'right' },
        { title: 'Effective, USD', width: 72, align: 'right' },
        { title: 'Blended', width: 46, align: 'right' },
        { title: 'Stress', width: 46, align: 'right' },
        { title: 'p95 of MRR', width: 48, align: 'right' },
        { title: 'Discount', width: 46, align: 'right' },
      ],
      history.map((month, i) => [
        month.month,
        i === history.length - 1 ? 'this packet' : month.from === 'close' ? 'stated close' : `packet, revision ${month.revision ?? 1}`,
        known(month.mrr, 'USD'),
        known(month.effectiveMrr, 'USD'),
        known(month.blendedMargin, 'percent'),
        known(month.stressMargin, 'percent'),
        known(month.p95Envelope, 'percent'),
        known(month.discountImpact, 'percent'),
      ]),
    ),
  ];
}

const known = (value: string | null, unit: 'USD' | 'percent'): string | TextNode =>
  value === null ? { text: '–', color: INK.ink3 } : bare(value, unit);

const digestRow = (name: string, what: string, sha256: string): Node[] => [
  { stack: [{ text: name }, small(what)] },
  hash(sha256, { margin: [0, 1, 0, 0] }),
];
const DIGEST_COLUMNS = [
  { title: 'File', width: '*' },
  { title: 'SHA-256', width: 262 },
] as const;

function inputsSection({ document, head }: PacketForExport): Node[] {
  const { inputs, comparison, thresholds } = document;
  return [
    heading('Inputs', 'the artifacts that the packet was built from'),
    table(
      [...DIGEST_COLUMNS],
      inputs.map(({ title, name, capturedAt, sha256 }) =>
        digestRow(
          name,
          `${title}${capturedAt === null ? '' : `, captured ${capturedAt.length >= 16 ? utc(capturedAt) : capturedAt}`}`,
          sha256,
        ),
      ),
    ),
    ...(comparison === null
      ? []
      : [
          subheading('Compared with'),
          table(
            [...DIGEST_COLUMNS],
            [digestRow(`Packet of ${comparison.month}`, `revision ${comparison.revision}`, comparison.documentSha256)],
          ),
        ]),
    ...(head.referenceFiles.length === 0
      ? []
      : [
          subheading('Files of the reference', 'recomputed from the same inputs'),
          table(
            [...DIGEST_COLUMNS],
            head.referenceFiles.map(({ name, sha256 }) => [{ text: name }, hash(sha256)]),
          ),
        ]),
    subheading(
      'Thresholds',
      document.thresholdsVersion === null ? 'of the assumptions' : `of the workspace, version ${document.thresholdsVersion}`,
    ),
    paragraph(
      [
        `blended margin at least ${shown(thresholds.minBlendedMargin, 'percent')}`,
        `in ${thresholds.requiredCloses} ${thresholds.requiredCloses === 1 ? 'close' : 'closes in a row'}`,
        `stress margin at least ${shown(thresholds.minStressMargin, 'percent')}`,
        `p95 LLM of MRR at most ${shown(thresholds.maxP95Envelope, 'percent')}`,
        `discount impact at most ${shown(thresholds.maxDiscountImpact, 'percent')}`,
        `change of conversion at least ${shown(thresholds.minGrowthToProDelta, 'percent')} from Growth to Pro`,
        `and ${shown(thresholds.minProToEnterpriseDelta, 'percent')} from Pro to Enterprise`,
      ].join(', ') + '.',
    ),
  ];
}

/** The time that the reference's files carry, from the one of them that says it. */
export function referenceTime({ referenceFiles }: Pick<PacketForExport, 'referenceFiles'>): string | null {
  const file = referenceFiles.find(({ name }) => name.startsWith('finance_committee_packet_') && name.endsWith('.json'));
  if (file === undefined) return null;
  const parsed: unknown = JSON.parse(Buffer.from(file.bytes).toString('utf8'));
  const at = typeof parsed === 'object' && parsed !== null && 'captured_at' in parsed ? parsed.captured_at : null;
  return typeof at === 'string' ? at : null;
}

const command = (text: string): Node => ({
  table: { widths: ['*'], body: [[{ text, fontSize: 7.75, fillColor: INK.sunken, color: INK.ink, preserveLeadingSpaces: true }]] },
  layout: 'pill',
  margin: [0, 1, 0, 6],
});

function verifySection(packet: PacketForExport): Node[] {
  const { head, document, inputFiles } = packet;
  const stem = packetStem(packet);
  const pathOf = (role: string): string | null => {
    const file = inputFiles.find((input) => input.role === role);
    return file === undefined ? null : `inputs/${safeFileName(role)}/${safeFileName(file.name)}`;
  };
  const [telemetry, assumptions, at] = [pathOf('finance-telemetry'), pathOf('finance-assumptions'), referenceTime(packet)];
  const quoted = (path: string): string => (/^[A-Za-z0-9._/@+-]+$/.test(path) ? path : `'${path}'`);
  return [
    kept([
      heading('How to verify', 'with tools that everybody has, and with Countersign'),
      paragraph(`Export the packet as ZIP, unpack it and go into the folder ${stem}. Every file has the digest in SHA256SUMS:`),
      command('sha256sum -c SHA256SUMS'),
      paragraph('The document is the packet; this report is drawn from it. Its digest stands at the foot of every page:'),
      command(`sha256sum ${stem}.json`),
      paragraph('In the workspace, every figure is recomputed from the stored inputs and compared byte for byte; exit code 0 means equal:'),
      command(`countersign packet verify ${document.month} --revision ${head.revision}`),
      ...(telemetry === null || assumptions === null || at === null
        ? []
        : [
            paragraph('Without the workspace, the reference’s files come out of the two inputs alone, byte for byte:'),
            command(
              [
                'countersign packet build',
                `  --telemetry-path ${quoted(telemetry)}`,
                `  --assumptions-path ${quoted(assumptions)}`,
                `  --now ${at} --output-dir again`,
              ].join(' \\\n'),
            ),
            command('diff -r again reference'),
          ]),
    ]),
  ];
}
