import { AppError } from '../../src-shared/kernel/errors.ts';
import type { PacketState } from '../../src-shared/contract/packets.ts';
import { type ChangedBy, recordChange } from '../members/index.ts';
import type { StoreDb } from '../store/index.ts';
import { monthName } from './figure-words.ts';
import type { GatesSeam } from './gates-seam.ts';
import { checklistOf, openItems, planMissing } from './packet-checklist.ts';
import {
  type Acting,
  openQuestions,
  refusalOf,
  type ReviewKind,
  type ReviewState,
  reviewState,
  type Step,
  worstFact,
} from './packet-review.ts';
import { contentOf, documentOf, eventsOf, mustFindPacket, packetAddress, packetOfMonth, type StoredPacket } from './packet-rows.ts';
import { refreshStanding } from './packet-standing.ts';

/** The steps of a review, each one event in one write with its entry in the audit log. */

export type Act =
  | { readonly step: 'submit' }
  | { readonly step: 'comment' | 'ask'; readonly figure: string | null; readonly text: string }
  | { readonly step: 'answer' | 'withdraw'; readonly question: number; readonly text: string }
  | { readonly step: 'check'; readonly item: string; readonly checked: boolean }
  | { readonly step: 'accept'; readonly knowing: string | null; readonly text: string }
  | { readonly step: 'sendBack'; readonly text: string };

export interface Stepped {
  readonly packetId: string;
  readonly eventNo: number;
  readonly state: PacketState;
  readonly openQuestions: number;
}

/** What a step needs to know of the packet it is taken on. */
interface Under {
  readonly db: StoreDb;
  readonly gates: GatesSeam;
  readonly packet: StoredPacket;
  readonly review: ReviewState;
  readonly acting: Acting;
}

interface NewEvent {
  readonly kind: ReviewKind;
  readonly figure?: string | null;
  readonly about?: number | null;
  readonly body: Readonly<Record<string, unknown>>;
}

const ACTIONS: Readonly<Record<Act['step'], string>> = {
  submit: 'packet.submit',
  comment: 'packet.comment',
  ask: 'packet.ask',
  answer: 'packet.answer',
  withdraw: 'packet.withdraw',
  check: 'packet.check',
  accept: 'packet.accept',
  sendBack: 'packet.sendBack',
};

/** @throws AppError CONFLICT with what stands in the way, NOT_FOUND for packet, figure or question */
export function act(db: StoreDb, gates: GatesSeam, args: { packetId: string; act: Act; by: ChangedBy }): Stepped {
  const packet = mustFindPacket(db, args.packetId);
  const review = reviewState(packet.builtAt, eventsOf(db, packet.packetNo));
  const acting: Acting = { memberId: args.by.memberId, role: args.by.role ?? 'admin' };
  refuse(args.act.step, packet, review, acting, newerThan(db, packet));
  const event = eventOf({ db, gates, packet, review, acting }, args.act);
  const eventNo = insertEvent(db, packet.packetNo, event, args.by);
  refreshStanding(db, packet.month);
  const after = reviewState(packet.builtAt, eventsOf(db, packet.packetNo));
  recordChange(db, args.by, {
    action: args.act.step === 'check' && !args.act.checked ? 'packet.uncheck' : ACTIONS[args.act.step],
    subject: packet.month,
    before: { revision: packet.revision, state: review.state },
    after: { revision: packet.revision, state: after.state, eventNo, figure: event.figure ?? null, ...event.body },
    address: packetAddress(packet.month),
  });
  return { packetId: packet.packetId, eventNo, state: after.state, openQuestions: openQuestions(after).length };
}

export const newerThan = (db: StoreDb, packet: StoredPacket): number | null => {
  const newest = packetOfMonth(db, packet.month)!;
  return newest.revision > packet.revision ? newest.revision : null;
};

export function refuse(step: Step, packet: StoredPacket, review: ReviewState, acting: Acting, newer: number | null): void {
  const refusal = refusalOf(step, { review, newer }, acting);
  if (refusal === null) return;
  throw new AppError('CONFLICT', `${nameOf(packet)}: ${refusal.says} Nothing was changed.`, {
    nextStep: refusal.nextStep,
    details: { month: packet.month, revision: packet.revision, state: review.state },
  });
}

const nameOf = (packet: StoredPacket): string => `Packet of ${monthName(packet.month)}, revision ${packet.revision}`;

export function insertEvent(db: StoreDb, packetNo: number, event: NewEvent, by: ChangedBy): number {
  const { next } = db.get<{ next: number }>('SELECT coalesce(max(event_no), 0) + 1 AS next FROM packet_events')!;
  db.run(
    'INSERT INTO packet_events (event_no, packet_no, kind, at, member_id, role, figure, about, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    [next, packetNo, event.kind, by.now, by.memberId, by.role, event.figure ?? null, event.about ?? null, JSON.stringify(event.body)],
  );
  return next;
}

function eventOf(under: Under, act: Act): NewEvent {
  switch (act.step) {
    case 'submit':
      return { kind: 'submitted', body: {} };
    case 'comment':
    case 'ask':
      checkFigure(under, act.figure);
      return { kind: act.step === 'ask' ? 'question' : 'comment', figure: act.figure, body: { text: act.text } };
    case 'answer':
    case 'withdraw':
      return answered(under, act);
    case 'check':
      return ticked(under, act);
    case 'accept':
      return accepted(under, act);
    case 'sendBack':
      return { kind: 'sent-back', body: { text: act.text } };
  }
}

function checkFigure({ db, packet }: Under, figure: string | null): void {
  if (figure === null || documentOf(contentOf(db, packet.packetNo)).figures.some(({ id }) => id === figure)) return;
  throw new AppError('NOT_FOUND', `The packet of ${monthName(packet.month)} has no figure ${figure}. Nothing was changed.`, {
    nextStep: 'Name a figure as `packet show` lists it.',
    details: { figure },
  });
}

function answered({ packet, review, acting }: Under, { step, question, text }: Extract<Act, { step: 'answer' | 'withdraw' }>): NewEvent {
  const asked = review.questions.find((one) => one.question.eventNo === question);
  if (asked === undefined)
    throw new AppError('NOT_FOUND', `${nameOf(packet)} has no question ${question}. Nothing was changed.`, {
      nextStep: 'Look at the questions of this revision.',
      details: { question },
    });
  if (asked.state === 'withdrawn' || (step === 'withdraw' && asked.state !== 'open'))
    throw new AppError('CONFLICT', `The question was ${asked.state}. Nothing was changed.`, {
      nextStep: 'Ask another one where something is still unclear.',
      details: { question },
    });
  if (step === 'withdraw' && acting.role !== 'admin' && asked.question.memberId !== acting.memberId)
    throw new AppError('CONFLICT', `Only ${asked.question.who}, who asked it, or an admin withdraws the question. Nothing was changed.`, {
      nextStep: 'Answer it.',
      details: { question },
    });
  return { kind: step === 'answer' ? 'answer' : 'withdrawn', figure: asked.question.figure, about: question, body: { text } };
}

function ticked({ db, gates, packet, review, acting }: Under, { item, checked }: Extract<Act, { step: 'check' }>): NewEvent {
  const plans = gates.plans(db);
  const found = checklistOf({ document: documentOf(contentOf(db, packet.packetNo)), review, role: acting.role, plans }).find(
    (one) => one.item === item,
  );
  if (found === undefined || found.automatic)
    throw new AppError('NOT_FOUND', `The checklist has no item ${item} that is ticked by hand. Nothing was changed.`, {
      nextStep: 'Name an item as the checklist lists it.',
      details: { item },
    });
  if (!found.mine)
    throw new AppError('CONFLICT', `“${found.label}” is for the role ${found.role}. Nothing was changed.`, {
      nextStep: `A member with the role ${found.role}, or an admin, ticks it.`,
      details: { item, role: found.role },
    });
  if (checked && planMissing(item, plans))
    throw new AppError('CONFLICT', 'The freeze has no corrective plan yet, so there is none to accept. Nothing was changed.', {
      nextStep: 'Write the plan with its owner and date under Evidence & gates.',
      details: { item },
    });
  if (found.checked === checked)
    throw new AppError('CONFLICT', `“${found.label}” is ${checked ? 'ticked' : 'not ticked'} already.`, {
      nextStep: 'Nothing is left to do.',
      details: { item },
    });
  return { kind: checked ? 'checked' : 'unchecked', body: { item, text: found.label } };
}

function accepted({ db, gates, packet, review, acting }: Under, { knowing, text }: Extract<Act, { step: 'accept' }>): NewEvent {
  const document = documentOf(contentOf(db, packet.packetNo));
  const open = openItems(review, checklistOf({ document, review, role: acting.role, plans: gates.plans(db) }));
  if (open.length > 0)
    throw new AppError(
      'CONFLICT',
      `${nameOf(packet)} cannot be accepted yet: ${open.length} ${open.length === 1 ? 'item is' : 'items are'} open.`,
      {
        nextStep: `${open[0]!.says}${open.length === 1 ? '.' : `; ${open.length - 1} more.`}`,
        details: { open },
      },
    );
  const worst = worstFact(document);
  if (worst !== null && knowing !== worst.code)
    throw new AppError('CONFLICT', `${nameOf(packet)} can be accepted only knowing the worst of it: ${worst.says}`, {
      nextStep: `Accept it naming ${worst.code}, or send it back.`,
      details: { open: [{ code: worst.code, says: worst.says, figure: null }], worst },
    });
  return { kind: 'accepted', body: { text, knowing: worst?.code ?? null, documentSha256: packet.documentSha256 } };
}

/** Records that the packet was recomputed. By anybody, in any state, on any revision. */
export function recordVerified(
  db: StoreDb,
  args: { packetId: string; holds: boolean; says: string; documentSha256: string; recomputedSha256: string | null; by: ChangedBy },
): number {
  const packet = mustFindPacket(db, args.packetId);
  const { holds, says, documentSha256, recomputedSha256 } = args;
  const eventNo = insertEvent(
    db,
    packet.packetNo,
    { kind: 'verified', body: { holds, text: says, documentSha256, recomputedSha256 } },
    args.by,
  );
  recordChange(db, args.by, {
    action: 'packet.verify',
    subject: packet.month,
    before: null,
    after: { revision: packet.revision, holds, documentSha256, recomputedSha256 },
    address: packetAddress(packet.month),
  });
  return eventNo;
}
