import type { PacketDocument } from '../../../src-shared/contract/packet-document.ts';
import { INK } from './palette.ts';
import { heading, type Node, paragraph, small, statusWord, table, type TextNode } from './report-nodes.ts';
import { DECISIONS, GATE_STATES, SEVERITIES } from './report-words.ts';

/** What was checked: gates, consistency of the artifacts, the reference. */

export const checksPart = (document: PacketDocument): Node[] => [
  ...gatesSection(document),
  ...findingsSection(document),
  ...referenceSection(document),
];

function gatesSection({ gates }: PacketDocument): Node[] {
  const count = (state: string): number => gates.results.filter((result) => result.state === state).length;
  const counts = [
    `${count('pass')} of ${gates.results.length} pass`,
    ...(count('fail') === 0 ? [] : [`${count('fail')} ${count('fail') === 1 ? 'fails' : 'fail'}`]),
    ...(count('stale') === 0 ? [] : [`${count('stale')} stale`]),
    ...(count('no-run') === 0 ? [] : [`${count('no-run')} without a run`]),
  ].join(', ');
  return [
    heading('Gates', `${DECISIONS[gates.decision]}; ${counts}`),
    table(
      [
        { title: 'Gate', width: 46 },
        { title: 'What it asks', width: 142 },
        { title: 'State', width: 52 },
        { title: 'Figure and reason', width: '*' },
      ],
      gates.results.map(({ name, title, state, says, gate }) => {
        const [status, word] = GATE_STATES[state];
        return [
          { text: name, bold: true, ...(state === 'fail' ? { color: INK.bad } : {}) },
          { stack: [{ text: title }, small(gate, { fontSize: 6.25 })] },
          statusWord(status, word),
          { text: says, ...(state === 'fail' ? { color: INK.bad, bold: true } : {}) } satisfies TextNode,
        ];
      }),
    ),
    ...(gates.runId === null ? [] : [small(`Gate run ${gates.runId}`, { margin: [0, 3, 0, 0] })]),
  ];
}

function findingsSection({ findings }: PacketDocument): Node[] {
  if (findings.length === 0)
    return [
      heading('Consistency findings', 'none'),
      paragraph('The month’s artifacts were compared with each other and do not contradict one another.'),
    ];
  return [
    heading('Consistency findings', String(findings.length)),
    table(
      [
        { title: 'Severity', width: 52 },
        { title: 'What is found', width: '*' },
        { title: 'Between', width: 105 },
      ],
      findings.map(({ severity, says, code, artifacts }) => [
        statusWord(...SEVERITIES[severity]),
        { stack: [{ text: says }, small(code, { fontSize: 6.25 })] },
        { text: artifacts.join(', '), color: INK.ink2 },
      ]),
    ),
  ];
}

function referenceSection({ referenceRefusal }: PacketDocument): Node[] {
  if (referenceRefusal === null) return [];
  const { part, says, field } = referenceRefusal;
  return [
    heading('The reference writes no files for this month'),
    paragraph([{ text: `${part}: `, bold: true }, `${says}${field === null ? '' : ` (${field})`}`]),
    paragraph('The figures of this packet are computed by the same formulas all the same; what the reference refuses is said above.'),
  ];
}
