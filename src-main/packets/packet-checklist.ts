import type { PacketDocument } from '../../src-shared/contract/packet-document.ts';
import type { PacketCheckItem } from '../../src-shared/contract/packets.ts';
import type { Role } from '../../src-shared/contract/roles.ts';
import { openQuestions, type OpenItem, type ReviewState } from './packet-review.ts';

/** What is looked at before a packet is accepted, by role. */

interface Item {
  readonly item: string;
  readonly role: Role;
  readonly label: string;
  readonly says: string;
}

const ITEMS: readonly Item[] = [
  {
    item: 'finance.margin_trend',
    role: 'finance',
    label: 'Margin trend explained',
    says: 'Blended and stress margin over the last closes.',
  },
  {
    item: 'finance.largest_move',
    role: 'finance',
    label: 'Largest move traced to its rows',
    says: 'From the comparison with the packet before to the input rows.',
  },
  {
    item: 'finance.stress_case',
    role: 'finance',
    label: 'Stress case reviewed',
    says: 'The multiplier, and the margin that is left under it.',
  },
  {
    item: 'finance.inputs',
    role: 'finance',
    label: 'Inputs complete and fresh',
    says: 'Telemetry and assumptions are those of the month.',
  },
  { item: 'finance.findings', role: 'finance', label: 'Consistency findings read', says: 'What the artifacts say against each other.' },
  {
    item: 'founder.gates',
    role: 'founder',
    label: 'Gates and what they freeze understood',
    says: 'A gate that fails freezes price and packaging motions.',
  },
  {
    item: 'founder.hosting',
    role: 'founder',
    label: 'Hosted against self-hosted cost considered',
    says: 'ARR run rate against the yearly cost of running it oneself.',
  },
  { item: 'founder.outlook', role: 'founder', label: 'Scenarios tried', says: 'Prices and subscriptions other than the month’s.' },
  {
    item: 'leadership.llm_cost',
    role: 'leadership',
    label: 'LLM cost of MRR seen by tier',
    says: 'p95 of a tenant against what a subscription brings.',
  },
  {
    item: 'leadership.discount',
    role: 'leadership',
    label: 'Discount impact within policy',
    says: 'What annual payment takes off MRR, by tier.',
  },
  { item: 'engineering.llm_cost', role: 'engineering', label: 'LLM cost explained', says: 'Each tier’s cost and its percentiles.' },
  {
    item: 'engineering.infra',
    role: 'engineering',
    label: 'Infrastructure share still right',
    says: 'The percentages in the assumptions against what is spent.',
  },
  { item: 'platform.infra', role: 'platform', label: 'Stress multiplier still right', says: 'How much dearer infrastructure can become.' },
  { item: 'auditor.verified', role: 'auditor', label: 'Packet recomputed from its inputs', says: 'Verify again gives the same bytes.' },
];

export interface ChecklistInput {
  readonly document: Pick<PacketDocument, 'gates'>;
  readonly review: ReviewState;
  /** Who asks: accepting waits for the items of their role too. */
  readonly role: Role;
  /** Corrective plans of open freezes by gate; null where there is a freeze and no plan. */
  readonly plans: ReadonlyMap<string, string | null>;
}

export const QUESTIONS_ITEM = 'questions_answered';
const PLAN = 'plan.';

export function checklistOf({ document, review, role, plans }: ChecklistInput): PacketCheckItem[] {
  const tick = (item: string) => {
    const event = review.checked.get(item);
    return { checked: event !== undefined, by: event?.who ?? null, at: event?.at ?? null };
  };
  const open = openQuestions(review).length;
  return [
    ...ITEMS.map((item): PacketCheckItem => ({
      ...item,
      ...tick(item.item),
      automatic: false,
      needed: item.role === 'finance' || item.role === role,
      mine: role === item.role || role === 'admin',
    })),
    ...document.gates.results
      .filter(({ state }) => state === 'fail')
      .map((gate): PacketCheckItem => ({
        item: `${PLAN}${gate.gate}`,
        role: 'finance',
        label: `${gate.name} corrective plan accepted`,
        says: planSays(plans, gate.gate),
        ...tick(`${PLAN}${gate.gate}`),
        automatic: false,
        needed: true,
        mine: role === 'finance' || role === 'founder' || role === 'admin',
      })),
    {
      item: QUESTIONS_ITEM,
      role: 'finance',
      label: 'All questions answered',
      says: review.questions.length === 0 ? 'None was asked.' : `${review.questions.length} asked, ${open} open.`,
      checked: open === 0,
      by: null,
      at: null,
      automatic: true,
      needed: true,
      mine: false,
    },
  ];
}

const planSays = (plans: ReadonlyMap<string, string | null>, gate: string): string => {
  const plan = plans.get(gate);
  if (plan === null) return 'The freeze has no corrective plan yet.';
  return plan ?? 'No freeze is open for it.';
};

/** A plan cannot be accepted before it is written. */
export const planMissing = (item: string, plans: ReadonlyMap<string, string | null>): boolean =>
  item.startsWith(PLAN) && plans.get(item.slice(PLAN.length)) === null;

/** Exactly what accepting waits for. */
export function openItems(review: ReviewState, checklist: readonly PacketCheckItem[]): OpenItem[] {
  return [
    ...openQuestions(review).map(({ question }) => ({
      code: `question.${question.eventNo}`,
      says: `The question of ${question.who} is not answered: “${shortened(question.body.text ?? '')}”`,
      figure: question.figure,
    })),
    ...checklist
      .filter(({ needed, checked, automatic }) => needed && !checked && !automatic)
      .map(({ item, label, role }) => ({ code: item, says: `${label} is not ticked (${role})`, figure: null })),
  ];
}

const shortened = (text: string): string => (text.length > 80 ? `${text.slice(0, 77)}…` : text);
