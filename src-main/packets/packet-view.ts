import type { OutputOf } from '../../src-shared/contract/define.ts';
import type { Contract } from '../../src-shared/contract/index.ts';
import type { PacketDocument, PacketFigure } from '../../src-shared/contract/packet-document.ts';
import type { PacketEvent, PacketHead, PacketReview } from '../../src-shared/contract/packets.ts';
import type { Role } from '../../src-shared/contract/roles.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { artifactsForMonth, KIND_NAMES, MONTHLESS_ROLES, PAID_TIERS, readContent } from '../evidence/index.ts';
import type { StoreDb } from '../store/index.ts';
import { type AssumptionPlace, assumptionPlaces } from './assumption-places.ts';
import { monthName, TIER_TITLES } from './figure-words.ts';
import type { GatesSeam, PacketRun } from './gates-seam.ts';
import { newerThan } from './packet-acts.ts';
import { checklistOf, openItems } from './packet-checklist.ts';
import { HEADLINE } from './packet-model.ts';
import { type Acting, refusalOf, type ReviewEvent, type ReviewState, reviewState, type Step, worstFact } from './packet-review.ts';
import {
  contentOf,
  documentOf,
  eventsOf,
  packetAddress,
  type PacketContent,
  packetOfMonth,
  packetsBefore,
  revisionsOf,
  scheduleOf,
  type StoredPacket,
} from './packet-rows.ts';
import { dueAt } from './packet-schedule.ts';

/** A packet as its screen shows it: one stored document and a few small indexed rows, whatever the workspace holds. */

export interface ViewArgs {
  readonly month: string;
  readonly revision: number | null;
  readonly memberId: string;
  readonly role: Role;
  /** ISO 8601 UTC. */
  readonly now: string;
}

export type PacketView = OutputOf<Contract, 'packet.get'>;

export function packetView(db: StoreDb, gates: GatesSeam, { month, revision, memberId, role, now }: ViewArgs): PacketView {
  const packet = packetOfMonth(db, month, revision);
  if (packet === null) throw noPacket(month, revision);
  const content = contentOf(db, packet.packetNo);
  const document = documentOf(content);
  const events = eventsOf(db, packet.packetNo);
  const review = reviewState(packet.builtAt, events);
  return {
    head: headOf(db, packet, content, review, now),
    window: document.window,
    figures: Object.fromEntries(document.figures.map((figure) => [figure.id, lightFigure(figure)])),
    headline: [...HEADLINE],
    tiers: PAID_TIERS.map((tier) => ({ tier, title: TIER_TITLES[tier] })),
    gates: document.gates,
    findings: document.findings,
    inputs: document.inputs,
    thresholds: document.thresholds,
    thresholdsVersion: document.thresholdsVersion,
    closeHistory: document.closeHistory,
    history: document.history,
    scenarios: document.scenarios,
    infraCostMultiplier: document.infraCostMultiplier,
    comparison: document.comparison,
    movement: document.movement,
    referenceRefusal: document.referenceRefusal,
    assumptions: placesOf(db, document).map(({ steps: _steps, ...place }) => place),
    review: reviewView(db, gates, packet, document, events, review, { memberId, role }),
    changedSince: newerThan(db, packet) === null ? changedSince(db, gates, content, now) : [],
    command: `countersign packet verify ${month}${revision === null ? '' : ` --revision ${revision}`}`,
  };
}

export const noPacket = (month: string, revision: number | null): AppError =>
  new AppError('NOT_FOUND', `${monthName(month)} has no packet${revision === null ? '' : ` with revision ${revision}`}.`, {
    nextStep: revision === null ? 'Build it, or look at what is missing for it.' : 'Open the newest revision of the month.',
    details: { month, revision },
  });

const lightFigure = ({ id, title, unit, value, says, limit, previous }: PacketFigure): PacketFigure => ({
  id,
  title,
  unit,
  value,
  says,
  limit,
  previous,
});

export function headOf(
  db: StoreDb,
  packet: StoredPacket,
  content: Pick<PacketContent, 'referenceFiles'>,
  review: ReviewState,
  now: string,
): PacketHead {
  const revisions = revisionsOf(db, packet.month);
  const newest = revisions.at(-1)!.revision;
  const due = dueAt(packet.month, scheduleOf(db));
  return {
    packetId: packet.packetId,
    month: packet.month,
    revision: packet.revision,
    revisions: revisions.map(({ packetId, revision, builtAt, builtBy, reason }) => ({ packetId, revision, builtAt, builtBy, reason })),
    state: review.state,
    stateSince: review.since,
    builtAt: packet.builtAt,
    builtBy: packet.builtBy,
    reason: packet.reason,
    ruleVersion: packet.ruleVersion,
    documentSha256: packet.documentSha256,
    dueAt: due,
    overdue: review.state !== 'accepted' && now > due,
    supersededBy: newest > packet.revision ? newest : null,
    referenceFiles: [...(content.referenceFiles ?? [])],
    address: packetAddress(packet.month, newest > packet.revision ? packet.revision : undefined),
  };
}

const eventView = (event: ReviewEvent, titles: ReadonlyMap<string, string>): PacketEvent => ({
  eventNo: event.eventNo,
  kind: event.kind,
  at: event.at,
  who: event.who,
  role: event.role,
  figure: event.figure,
  figureTitle: event.figure === null ? null : (titles.get(event.figure) ?? null),
  about: event.about,
  text: event.body.text ?? '',
});

export const titlesOf = (document: Pick<PacketDocument, 'figures'>): ReadonlyMap<string, string> =>
  new Map(document.figures.map(({ id, title }) => [id, title]));

export function reviewView(
  db: StoreDb,
  gates: GatesSeam,
  packet: StoredPacket,
  document: PacketDocument,
  events: readonly ReviewEvent[],
  review: ReviewState,
  acting: Acting,
): PacketReview {
  const titles = titlesOf(document);
  const view = (event: ReviewEvent): PacketEvent => eventView(event, titles);
  const newer = newerThan(db, packet);
  const checklist = checklistOf({ document, review, role: acting.role, plans: gates.plans(db) });
  const may = (step: Step) => {
    const refusal = refusalOf(step, { review, newer }, acting);
    return { allowed: refusal === null, says: refusal === null ? '' : `${refusal.says} ${refusal.nextStep}` };
  };
  const { decided, lastVerified } = review;
  return {
    events: events.map(view),
    questions: review.questions.map(({ question, state, answers }) => ({ question: view(question), state, answers: answers.map(view) })),
    comments: review.comments.map(view),
    checklist,
    open: openItems(review, checklist),
    worst: worstFact(document),
    may: { submit: may('submit'), comment: may('comment'), accept: may('accept'), sendBack: may('sendBack'), correct: may('correct') },
    decided:
      decided === null
        ? null
        : { kind: decided.kind === 'accepted' ? 'accepted' : 'sent-back', at: decided.at, who: decided.who, text: decided.body.text ?? '' },
    lastVerified:
      lastVerified === null
        ? null
        : { at: lastVerified.at, who: lastVerified.who, holds: lastVerified.body.holds === true, says: lastVerified.body.text ?? '' },
  };
}

/** What may be corrected or tried, with what the packet's own assumptions say. */
export function placesOf(db: StoreDb, document: Pick<PacketDocument, 'inputs'>): AssumptionPlace[] {
  const artifact = document.inputs.find(({ role }) => role === 'finance-assumptions');
  const bytes = artifact === undefined ? null : readContent(db, artifact.sha256);
  return bytes === null ? [] : assumptionPlaces(bytes);
}

/**
 * Inputs of the newest revision that are others now: a rebuild would tell of them. What speaks of no month is replaced all
 * the time; only what the gates make of it counts.
 */
export function changedSince(db: StoreDb, gates: GatesSeam, { inputs }: Pick<PacketContent, 'inputs'>, now: string): string[] {
  const present = artifactsForMonth(db, inputs.month, now);
  const before = new Map(inputs.artifacts.map((artifact) => [artifact.role, artifact.sha256]));
  const artifacts = (Object.keys(present) as (keyof typeof present)[]).flatMap((role) => {
    const [was, is] = [before.get(role) ?? null, present[role]?.sha256 ?? null];
    if (was === is || MONTHLESS_ROLES.has(role)) return [];
    return [`${KIND_NAMES[role]} ${was === null ? 'came in' : is === null ? 'no longer counts' : 'has a newer version'}`];
  });
  const policy = gates.thresholdsFor(db, inputs.month);
  const [previous] = packetsBefore(db, inputs.month, 1);
  const run = gates.latestRun(db, inputs.month);
  const ranThen = run === null || run.runId === inputs.runId ? run : inputs.runId === null ? null : gates.runById(db, inputs.runId);
  const sameRun = outcomeOf(run) === outcomeOf(ranThen);
  return [
    ...artifacts,
    ...(sameRun ? [] : [ranThen === null ? 'The gates were run' : 'The gates were run again, with other results']),
    ...(policy?.version === inputs.policy?.version ? [] : ['The thresholds were changed']),
    ...(previous?.documentSha256 === inputs.previous?.documentSha256
      ? []
      : [
          previous === undefined
            ? 'The packet before it is gone'
            : `The packet of ${monthName(previous.month)} ${inputs.previous === null ? 'was built' : 'was restated'}`,
        ]),
  ];
}

/** What a run decided, gate by gate; not the figures, of which some are ages. */
const outcomeOf = (run: PacketRun | null): string => JSON.stringify([run?.decision, run?.results.map(({ gate, state }) => [gate, state])]);
