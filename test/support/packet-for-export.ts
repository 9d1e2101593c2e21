/** Packets as they are exported: a good month with a month before it, and one that is as bad as a packet can be. */
import { createHash } from 'node:crypto';
import type { PacketDocument } from '../../src-shared/contract/packet-document.ts';
import type { PacketEvent, PacketHead, PacketReview } from '../../src-shared/contract/packets.ts';
import type { PacketForExport } from '../../src-main/packets/packet-for-export.ts';
import { buildPacket, documentBytes } from '../../src-main/packets/packet-model.ts';
import type { PacketSources } from '../../src-main/packets/packet-sources.ts';
import { buildMonth, bytesOf, goodAssumptions, goodTelemetry, inside, type JsonObject } from './finance-month.ts';

const digestOf = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

const BUILT_AT = '2026-05-03T08:30:00.000Z';

const telemetryBefore = (): JsonObject => {
  const telemetry = goodTelemetry();
  telemetry['window'] = { start: '2026-03-01T00:00:00Z', end: '2026-03-31T23:59:59.999999Z', label: '2026-03' };
  inside(telemetry, 'tier_subscription_snapshot', 1)['active_subscriptions'] = 80;
  inside(telemetry, 'tier_subscription_snapshot', 3)['active_subscriptions'] = 33;
  inside(telemetry, 'tier_llm_usage', 2)['total_cost_usd'] = 210.4;
  return telemetry;
};

const sourcesOf = (month: string, telemetry: JsonObject, more: Partial<PacketSources> = {}): PacketSources => ({
  month,
  artifacts: [],
  telemetryBytes: bytesOf(telemetry),
  assumptionsBytes: bytesOf(goodAssumptions()),
  policy: null,
  run: null,
  findings: [],
  previous: null,
  history: [],
  referenceRefusal: null,
  ...more,
});

export const INPUTS = [
  { role: 'finance-telemetry', title: 'Finance telemetry', name: 'finance_telemetry_2026-04.json', bytes: bytesOf(goodTelemetry()) },
  {
    role: 'finance-assumptions',
    title: 'Finance assumptions',
    name: 'finance_assumptions_2026-04.json',
    bytes: bytesOf(goodAssumptions()),
  },
].map((input) => ({ ...input, sha256: digestOf(input.bytes) }));

function goodDocument(): PacketDocument {
  const before = buildPacket(sourcesOf('2026-03', telemetryBefore()));
  return buildPacket(
    sourcesOf('2026-04', goodTelemetry(), {
      artifacts: INPUTS.map(({ role, title, name, sha256 }) => ({
        role,
        title,
        name,
        sha256,
        artifactId: `of-${role}`,
        capturedAt: '2026-05-02T06:00:00Z',
      })),
      run: {
        runId: '01990000-0000-7000-8000-0000000000aa',
        decision: 'pass',
        results: [
          {
            gate: 'telemetry_gate_window_valid',
            name: 'TEL 2',
            title: 'Window valid',
            state: 'pass',
            says: 'window.start ≤ window.end',
            figure: null,
          },
        ],
      },
      previous: { packetId: 'before', revision: 1, documentSha256: documentBytes(before).sha256, document: before },
    }),
  );
}

export const eventOf = (eventNo: number, kind: PacketEvent['kind'], text: string, more: Partial<PacketEvent> = {}): PacketEvent => ({
  eventNo,
  kind,
  at: `2026-05-04T10:${String(eventNo % 60).padStart(2, '0')}:00.000Z`,
  who: 'Tomás Reyes',
  role: 'founder',
  figure: null,
  figureTitle: null,
  about: null,
  text,
  ...more,
});

const goodReview = (): PacketReview => {
  const question = eventOf(2, 'question', 'Is this net of the tenants that came back?', {
    figure: 'tier.starter.llm',
    figureTitle: 'Starter, LLM cost',
  });
  const answer = eventOf(3, 'answer', 'Yes: they count as zero.', { who: 'Lena Brandt', role: 'finance', about: 2 });
  const ticked = eventOf(4, 'checked', 'Margin trend explained', { who: 'Lena Brandt', role: 'finance' });
  const accepted = eventOf(5, 'accepted', 'A good month.');
  const allowed = { allowed: false, says: 'It is accepted.' };
  return {
    events: [eventOf(1, 'submitted', '', { who: 'Lena Brandt', role: 'finance' }), question, answer, ticked, accepted],
    questions: [{ question, state: 'answered', answers: [answer] }],
    comments: [],
    checklist: [
      {
        item: 'finance.margin_trend',
        role: 'finance',
        label: 'Margin trend explained',
        says: 'Blended and stress margin over the last closes.',
        checked: true,
        automatic: false,
        needed: true,
        mine: false,
        by: 'Lena Brandt',
        at: ticked.at,
      },
    ],
    open: [],
    worst: null,
    may: { submit: allowed, comment: allowed, accept: allowed, sendBack: allowed, correct: allowed },
    decided: { kind: 'accepted', at: accepted.at, who: accepted.who, text: accepted.text },
    lastVerified: null,
  };
};

export interface Changes {
  readonly workspace?: string;
  readonly document?: Partial<PacketDocument>;
  readonly head?: Partial<PacketHead>;
  readonly review?: Partial<PacketReview>;
  readonly inputFiles?: PacketForExport['inputFiles'];
}

/** An accepted month, with what is changed in it. */
export function packetForExport({
  workspace = 'Switchboard',
  document: documentChanges,
  head,
  review,
  inputFiles,
}: Changes = {}): PacketForExport {
  const document: PacketDocument = { ...goodDocument(), ...documentChanges };
  const { text, sha256 } = documentBytes(document);
  const referenceFiles =
    document.referenceRefusal === null ? buildMonth().files.map(({ name, bytes }) => ({ name, bytes, sha256: digestOf(bytes) })) : [];
  return {
    workspace,
    document,
    documentText: text,
    head: {
      packetId: '01990000-0000-7000-8000-000000000001',
      month: document.month,
      revision: 1,
      revisions: [
        { packetId: '01990000-0000-7000-8000-000000000001', revision: 1, builtAt: BUILT_AT, builtBy: 'Lena Brandt', reason: null },
      ],
      state: 'accepted',
      stateSince: '2026-05-04T10:05:00.000Z',
      builtAt: BUILT_AT,
      builtBy: 'Lena Brandt',
      reason: null,
      ruleVersion: document.ruleVersion,
      documentSha256: sha256,
      dueAt: '2026-05-10T17:00:00.000Z',
      overdue: false,
      supersededBy: null,
      referenceFiles: referenceFiles.map(({ name, sha256: digest }) => ({ name, sha256: digest })),
      address: `/packets/${document.month}`,
      ...head,
    },
    review: { ...goodReview(), ...review },
    referenceFiles,
    inputFiles: inputFiles ?? INPUTS.map(({ role, name, sha256: digest, bytes }) => ({ role, name, sha256: digest, bytes })),
  };
}

/** Names that the font has, and some that it has not: Chinese, Arabic, Hindi, an emoji, a sign that turns text around. */
export const NAMES = [
  'Tomás Reyes',
  'Łukasz Żółć',
  'Ελένη Παππά',
  'Ольга Ёлкина',
  'Nguyễn Thị Hồng',
  '张三',
  'محمد',
  'प्रिया',
  'Ada 🦊',
  'a\u202eb',
] as const;

const LONG = 'The annual mix of Starter is last year’s. The billing system says otherwise, and nobody has said which one counts. '.repeat(
  40,
);

/** Everything at once: 36 months, long texts, 40 questions, failed gates, findings, a refusal of the reference. */
export function worstPacket(): PacketForExport {
  const good = goodDocument();
  const questions = Array.from({ length: 40 }, (_, i): PacketReview['questions'][number] => {
    const who = NAMES[i % NAMES.length]!;
    const texts = ['Which one counts?', LONG, 'x'.repeat(400), 'one\ntwo\n\nthree', 'line\n'.repeat(90)];
    const question = eventOf(100 + i * 2, 'question', `Question ${i + 1}: ${texts[i % texts.length]!}`, {
      who,
      figureTitle: i % 2 === 0 ? 'Starter, p95 LLM cost of MRR' : null,
    });
    const answer = eventOf(101 + i * 2, 'answer', `Answer ${i + 1}. ${i % 7 === 0 ? LONG : 'Yes.'}`, { about: question.eventNo });
    return i % 3 === 0 ? { question, state: 'open', answers: [] } : { question, state: 'answered', answers: [answer] };
  });
  const history = Array.from({ length: 36 }, (_, i) => {
    const number = 2023 * 12 + 4 + i;
    return {
      month: `${Math.floor(number / 12)}-${String((number % 12) + 1).padStart(2, '0')}`,
      from: 'packet' as const,
      revision: 1,
      blendedMargin: i === 9 ? null : (76 + ((i * 7) % 13)).toFixed(2),
      stressMargin: i % 11 === 0 ? null : (71 + ((i * 5) % 9)).toFixed(2),
      p95Envelope: '7.10',
      discountImpact: '10.90',
      mrr: '123456789.00',
      effectiveMrr: '-1234.50',
    };
  });
  const gates = Array.from({ length: 38 }, (_, i) => ({
    gate: `pkg_fin_gate_with_a_rather_long_name_${i}`,
    name: `PKG ${i}`,
    title: 'Sources of every class complete',
    state: (['fail', 'pass', 'stale', 'no-run'] as const)[i % 4]!,
    says: i === 4 ? LONG : `${i}.00% > 8.00%`,
    figure: null,
  }));
  return packetForExport({
    workspace: `Switchboard → ${NAMES[5]} ${NAMES[6]}`,
    document: {
      history,
      gates: { runId: good.gates.runId, decision: 'fail', results: [...good.gates.results, ...gates] },
      findings: Array.from({ length: 30 }, (_, i) => ({
        code: `CONSISTENCY_FINDING_${i}`,
        severity: (['error', 'warning', 'note'] as const)[i % 3]!,
        says: i === 0 ? LONG : `Finding ${i}: =cmd|' /C calc'!A0 contradicts ${NAMES[i % NAMES.length]!}`,
        figure: null,
        artifacts: ['finance-guardrails', 'policy-decisions'],
      })),
      figures: good.figures.map((figure) =>
        figure.id === 'total.mrr'
          ? { ...figure, value: '-999999999999999.99', limit: null }
          : figure.id.endsWith('p95_of_mrr')
            ? { ...figure, value: null }
            : figure,
      ),
      scenarios: Array.from({ length: 30 }, (_, i) => ({
        ...good.scenarios[0]!,
        name: i === 0 ? `@SUM(A1) ${'long '.repeat(60)}` : `scenario_${i}_${NAMES[i % NAMES.length]!}`,
      })),
      movement: {
        ...good.movement!,
        steps: good.movement!.steps.flatMap((step) => [
          step,
          {
            ...step,
            id: `${step.id}.back`,
            kind: 'price' as const,
            label: `${step.label} back`,
            value: `-${step.value}`.replace('--', ''),
          },
        ]),
        to: good.movement!.from,
      },
      referenceRefusal: { part: 'guardrails', says: 'margin_percent must not be negative', field: 'tier_unit_economics/0/margin_percent' },
    },
    head: { state: 'in-review', supersededBy: 7, revision: 6, reason: LONG, builtBy: NAMES[4] },
    review: {
      decided: null,
      questions,
      comments: NAMES.map((who, i) => eventOf(300 + i, 'comment', i === 3 ? LONG : `Comment of ${who}`, { who })),
      events: questions.flatMap(({ question, answers }) => [question, ...answers]),
      checklist: [
        {
          item: 'plan.fin_gate_2',
          role: 'finance',
          label: 'FIN 2 corrective plan accepted',
          says: 'step\n'.repeat(120),
          checked: false,
          automatic: false,
          needed: true,
          mine: false,
          by: null,
          at: null,
        },
        ...Array.from({ length: 20 }, (_, i) => ({
          item: `item.${i}`,
          role: 'finance' as const,
          label: `Item ${i}`,
          says: 'Looked at.',
          checked: i % 2 === 0,
          automatic: false,
          needed: true,
          mine: false,
          by: i % 2 === 0 ? NAMES[i % NAMES.length]! : null,
          at: i % 2 === 0 ? '2026-05-04T10:00:00.000Z' : null,
        })),
      ],
      lastVerified: { at: '2026-05-04T11:00:00.000Z', who: NAMES[7], holds: false, says: LONG },
    },
  });
}
