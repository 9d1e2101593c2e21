import type { Need } from '../../src-shared/contract/overview.ts';
import type { Role } from '../../src-shared/contract/roles.ts';

/** What of the packets needs a person. */
export interface PacketStanding {
  /** Months without a packet, newest first. */
  readonly toBuild: readonly {
    readonly month: string;
    /** `May 2026` */
    readonly name: string;
    readonly buildAt: string;
    readonly due: boolean;
    readonly ready: boolean;
    readonly says: string;
    readonly address: string;
  }[];
  /** Packets that are not accepted, newest month first. */
  readonly open: readonly {
    readonly month: string;
    /** `May 2026` */
    readonly name: string;
    readonly revision: number;
    readonly state: 'draft' | 'in-review' | 'sent-back';
    readonly since: string;
    readonly openQuestions: number;
    readonly dueAt: string;
    readonly overdue: boolean;
    /** Who submitted it or sent it back. */
    readonly lastBy: string;
    /** Inputs that are others now, in words. */
    readonly changed: readonly string[];
    readonly address: string;
  }[];
}

const DECIDERS: readonly Role[] = ['admin', 'founder', 'finance'];
/** Older months without a packet are in the list of packets; the overview names the newest ones. */
const MOST_MONTHS = 3;

/** @param role who looks: a packet in review waits for those who decide */
export function packetNeeds({ toBuild, open: packets }: PacketStanding, role: Role): Need[] {
  const open = packets.map((packet): Need => {
    const { name, changed } = packet;
    const due = packet.overdue ? `It was due on ${packet.dueAt.slice(0, 10)}.` : `It is due on ${packet.dueAt.slice(0, 10)}.`;
    const questions = packet.openQuestions === 0 ? '' : ` ${packet.openQuestions} open question${packet.openQuestions === 1 ? '' : 's'}.`;
    const stale = changed.length === 0 ? '' : ` It is out of date: ${changed.join('; ')}.`;
    const common = {
      needId: `packet:${packet.month}`,
      since: packet.since,
      foundBy: 'packets',
      status: packet.overdue ? ('bad' as const) : ('warn' as const),
    };
    if (packet.state === 'in-review') {
      const mine = DECIDERS.includes(role);
      return {
        ...common,
        title: `The packet of ${name} is in review${mine ? ' and waits for you' : ''}`,
        says: `Submitted by ${packet.lastBy}. ${due}${questions}${stale}`,
        action: { label: mine ? 'Review the packet' : 'Open the packet', address: packet.address },
      };
    }
    if (packet.state === 'sent-back')
      return {
        ...common,
        title: `The packet of ${name} was sent back`,
        says: `${packet.lastBy} sent it back. ${due}${questions}${stale}`,
        action: { label: 'See why', address: packet.address },
      };
    return {
      ...common,
      status: packet.overdue ? 'bad' : stale === '' ? 'idle' : 'warn',
      title: `The packet of ${name} is a draft`,
      says: `Revision ${packet.revision} waits to be submitted for review. ${due}${questions}${stale}`,
      action: { label: 'Open the packet', address: packet.address },
    };
  });
  const waiting = toBuild.slice(0, MOST_MONTHS).map((month): Need => ({
    needId: `packet:${month.month}`,
    status: month.due ? 'warn' : 'idle',
    title: month.due ? `The packet of ${month.name} is due` : `The packet of ${month.name} is not built yet`,
    says: `${month.says}${month.due ? '' : ` It is built on ${month.buildAt.slice(0, 10)}.`}`,
    since: month.due ? month.buildAt : null,
    foundBy: 'packets',
    action: { label: month.ready ? 'Build the packet' : 'See what is missing', address: month.address },
  }));
  const urgency = { bad: 0, warn: 1, idle: 2 } as const;
  return [...open, ...waiting].sort((a, b) => urgency[a.status] - urgency[b.status]);
}
