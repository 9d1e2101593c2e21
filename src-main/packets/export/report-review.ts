import type { PacketEvent } from '../../../src-shared/contract/packets.ts';
import type { PacketForExport } from '../packet-for-export.ts';
import { INK } from './palette.ts';
import { heading, linesOf, type Node, paragraph, type Status, statusWord, table } from './report-nodes.ts';
import { EVENTS, person, utc } from './report-words.ts';

/** What people asked, answered, ticked and decided. */

export const reviewPart = (packet: PacketForExport): Node[] => [
  ...questionsSection(packet),
  ...commentsSection(packet),
  ...checklistSection(packet),
  ...recordSection(packet),
];

const QUESTION_STATES: Readonly<Record<'open' | 'answered' | 'withdrawn', readonly [Status, string]>> = {
  open: ['warn', 'open'],
  answered: ['ok', 'answered'],
  withdrawn: ['idle', 'withdrawn'],
};

const SHORT_LINES = 25;

const signature = ({ who, role, at, figureTitle }: PacketEvent): string =>
  `${person(who, role)}, ${utc(at)}${figureTitle === null ? '' : `, on ${figureTitle}`}`;

function questionsSection({ review }: PacketForExport): Node[] {
  const { questions } = review;
  if (questions.length === 0) return [heading('Questions', 'none was asked')];
  const open = questions.filter(({ state }) => state === 'open').length;
  return [
    heading('Questions', `${questions.length} asked, ${open === 0 ? 'none' : open} open`),
    ...questions.map(({ question, state, answers }): Node => ({
      stack: [
        {
          columns: [
            { text: signature(question), fontSize: 7.5, color: INK.ink3, width: '*' },
            { stack: [statusWord(...QUESTION_STATES[state])], width: 56, fontSize: 7.5 },
          ],
          margin: [0, 4, 0, 1],
        },
        paragraph(question.text, { color: INK.ink, margin: [0, 0, 0, 3] }),
        ...answers.map(quoted),
      ],
      // A long exchange may run over pages; a short one is not cut.
      unbreakable: linesOf([question.text, ...answers.flatMap(({ text }) => ['', text])].join('\n')) < SHORT_LINES,
    })),
  ];
}

const quoted = (event: PacketEvent): Node => ({
  table: {
    widths: ['*'],
    body: [
      [
        {
          stack: [
            { text: signature({ ...event, figureTitle: null }), fontSize: 7.5, color: INK.ink3 },
            paragraph(event.text, { margin: [0, 1, 0, 0] }),
          ],
        },
      ],
    ],
  },
  layout: 'quote',
  margin: [6, 0, 0, 4],
});

function commentsSection({ review }: PacketForExport): Node[] {
  const { comments } = review;
  if (comments.length === 0) return [];
  return [
    heading('Comments', String(comments.length)),
    ...comments.map((comment): Node => ({
      stack: [
        { text: signature(comment), fontSize: 7.5, color: INK.ink3, margin: [0, 4, 0, 1] },
        paragraph(comment.text, { color: INK.ink }),
      ],
      unbreakable: linesOf(comment.text) < SHORT_LINES,
    })),
  ];
}

function checklistSection({ review }: PacketForExport): Node[] {
  const { checklist } = review;
  const done = checklist.filter(({ checked }) => checked).length;
  return [
    heading('Checklist', `${done} of ${checklist.length}`),
    table(
      [
        { title: 'Done', width: 40 },
        { title: 'Role', width: 54 },
        { title: 'Item', width: '*' },
        { title: 'By', width: 140 },
      ],
      checklist.map(({ checked, role, label, says, by, at, automatic }) => [
        statusWord(checked ? 'ok' : 'idle', checked ? 'done' : 'open'),
        role,
        { text: [{ text: label }, { text: `  ${says}`, color: INK.ink3, fontSize: 7 }] },
        automatic ? 'follows from the record' : by === null || at === null ? '' : `${by}, ${utc(at)}`,
      ]),
    ),
  ];
}

function recordSection({ review, head }: PacketForExport): Node[] {
  const built = head.revisions.map(({ revision, builtAt, builtBy, reason }) => ({
    at: builtAt,
    who: builtBy,
    what: `built revision ${revision}${reason === null ? '' : `: ${reason}`}`,
    role: '',
  }));
  const events = review.events.map((event) => ({ at: event.at, who: event.who, what: eventWords(event), role: event.role ?? '' }));
  // Stable: what happened at the same moment keeps its order.
  const record = [...built, ...events].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  return [
    heading('Record', 'who did what, and when'),
    table(
      [
        { title: 'When, UTC', width: 84 },
        { title: 'Who', width: 110 },
        { title: 'Role', width: 62 },
        { title: 'What', width: '*' },
      ],
      record.map(({ at, who, role, what }) => [utc(at).replace(' UTC', ''), who, role, what]),
    ),
  ];
}

/** Texts of questions, answers and comments stand above; the record says that they were made. */
function eventWords({ kind, text, figureTitle }: PacketEvent): string {
  const on = figureTitle === null ? '' : ` on ${figureTitle}`;
  if (kind === 'checked' || kind === 'unchecked') return `${EVENTS[kind]} “${text}”`;
  if (kind === 'accepted' || kind === 'sent-back' || kind === 'verified') return `${EVENTS[kind]}${text === '' ? '' : `: ${text}`}`;
  return `${EVENTS[kind]}${on}`;
}
