import type { OutputOf } from '../../src-shared/contract/define.ts';
import type { Contract } from '../../src-shared/contract/index.ts';
import type { PacketRow, PacketState } from '../../src-shared/contract/packets.ts';
import { artifactsForMonth, KIND_NAMES, monthsWithEvidence } from '../evidence/index.ts';
import type { StoreDb } from '../store/index.ts';
import { monthBefore, monthName } from './figure-words.ts';
import { REQUIRED_ROLES } from './gather-sources.ts';
import type { GatesSeam } from './gates-seam.ts';
import { CONSOLE_NAME, type Headline, inputsOf, packetAddress, packetOfMonth, scheduleOf, standingOf } from './packet-rows.ts';
import { buildAt, dueAt } from './packet-schedule.ts';
import { changedSince } from './packet-view.ts';

/** Packets as a list, the months that wait for one, and what other rooms ask of them. */

type List = OutputOf<Contract, 'packet.list'>;

interface Row {
  readonly packet_id: string;
  readonly month: string;
  readonly revision: number;
  readonly built_at: string;
  readonly headline: string;
  readonly state: PacketState;
  readonly open_questions: number;
  readonly state_since: string;
}

const ROWS = `SELECT p.packet_id, p.month, p.revision, p.built_at, p.headline, s.state, s.open_questions, s.state_since
  FROM packet_standing s JOIN packets p USING (packet_no)`;

export function packetList(db: StoreDb, { before, limit, now }: { before: string | null; limit: number; now: string }): List {
  const schedule = scheduleOf(db);
  const rows = db.all<Row>(`${ROWS} WHERE s.month < ? ORDER BY s.month DESC LIMIT ?`, [before ?? '9999-99', limit + 1]);
  const page = rows.slice(0, limit);
  const { total } = db.get<{ total: number }>('SELECT count(*) AS total FROM packet_standing')!;
  return {
    packets: page.map((row): PacketRow => {
      const headline = JSON.parse(row.headline) as Headline;
      const due = dueAt(row.month, schedule);
      return {
        packetId: row.packet_id,
        month: row.month,
        revision: row.revision,
        state: row.state,
        stateSince: row.state_since,
        builtAt: row.built_at,
        openQuestions: row.open_questions,
        decision: headline.decision,
        failing: [...headline.failing],
        referenceRefused: headline.referenceRefused,
        ...headline.figures,
        bounds: headline.bounds,
        dueAt: due,
        overdue: row.state !== 'accepted' && now > due,
        address: packetAddress(row.month),
      };
    }),
    next: rows.length > limit ? page.at(-1)!.month : null,
    total,
    toBuild: before === null ? monthsToBuild(db, now) : [],
    schedule,
  };
}

/** A year and the month before it: who left more months without a packet builds them by name. */
const MOST_TO_BUILD = 13;

/** Months with evidence and no packet, newest first; the month that has just closed counts as soon as it has. */
export function monthsToBuild(db: StoreDb, now: string): List['toBuild'] {
  const schedule = scheduleOf(db);
  const closed = monthBefore(now.slice(0, 7));
  const started = db.get<{ month: string }>('SELECT min(month) AS month FROM packet_standing')?.month ?? null;
  const months = new Set(monthsWithEvidence(db).filter((month) => month <= closed));
  // Where packets are made every month, the next one is awaited before any of its evidence came in.
  if (started !== null && started <= closed) months.add(closed);
  return [...months]
    .filter((month) => standingOf(db, month) === null)
    .sort()
    .reverse()
    .slice(0, MOST_TO_BUILD)
    .map((month) => {
      const found = artifactsForMonth(db, month, now);
      const missing = REQUIRED_ROLES.filter((role) => found[role] === null);
      const at = buildAt(month, schedule);
      return {
        month,
        buildAt: at,
        due: now >= at,
        ready: missing.length === 0,
        says:
          missing.length === 0
            ? `All that the packet of ${monthName(month)} needs is there.`
            : `Missing: ${missing.map((role) => KIND_NAMES[role].toLowerCase()).join(', ')}.`,
        address: packetAddress(month),
      };
    });
}

/** The newest packet of a month, for the rooms and gates that ask whether there is one. */
export interface MonthPacket {
  readonly packetId: string;
  readonly month: string;
  readonly revision: number;
  readonly state: PacketState;
  readonly documentSha256: string;
  readonly address: string;
}

export function packetForMonth(db: StoreDb, month: string): MonthPacket | null {
  const packet = packetOfMonth(db, month);
  if (packet === null) return null;
  const { packetId, revision, documentSha256 } = packet;
  return { packetId, month, revision, state: standingOf(db, month)!.state, documentSha256, address: packetAddress(month) };
}

/** What `telemetry.source_type` says where production was observed. */
const PRODUCTION = 'production_observed';

export interface ProductionCloses {
  /** Accepted months with production telemetry that follow each other without a gap up to the newest of them, oldest first. */
  readonly months: readonly string[];
}

/** Closes on production telemetry (contract A.4: two of them allow a pricing motion). A restated month counts again when it is accepted again. */
export function productionCloses(db: StoreDb): ProductionCloses {
  const accepted = db
    .all<{ month: string; source: string | null }>(
      `SELECT s.month, json_extract(p.headline, '$.telemetrySource') AS source
       FROM packet_standing s JOIN packets p USING (packet_no) WHERE s.state = 'accepted' ORDER BY s.month DESC`,
    )
    .filter(({ source }) => source === PRODUCTION)
    .map(({ month }) => month);
  const run: string[] = [];
  for (const month of accepted) {
    if (run.length > 0 && month !== monthBefore(run[0]!)) break;
    run.unshift(month);
  }
  return { months: run };
}

/** What of the packets needs a person. */
export interface PacketsInNeed {
  readonly toBuild: readonly (List['toBuild'][number] & { readonly name: string })[];
  readonly open: readonly {
    readonly month: string;
    /** `May 2026` */
    readonly name: string;
    readonly revision: number;
    readonly state: Exclude<PacketState, 'accepted'>;
    readonly since: string;
    readonly openQuestions: number;
    readonly dueAt: string;
    readonly overdue: boolean;
    readonly lastBy: string;
    /** Inputs that are others now, in words. */
    readonly changed: readonly string[];
    readonly address: string;
  }[];
}

export function packetsInNeed(db: StoreDb, gates: GatesSeam, now: string): PacketsInNeed {
  const schedule = scheduleOf(db);
  const open = db
    .all<Row & { packet_no: number; last_by: string | null }>(
      `SELECT p.packet_no, p.packet_id, p.month, p.revision, p.built_at, p.headline, s.state, s.open_questions, s.state_since,
         (SELECT m.name FROM packet_events e LEFT JOIN members m USING (member_id)
          WHERE e.packet_no = s.packet_no AND e.kind IN ('submitted', 'sent-back') ORDER BY e.event_no DESC LIMIT 1) AS last_by
       FROM packet_standing s JOIN packets p USING (packet_no) WHERE s.state <> 'accepted' ORDER BY s.month DESC LIMIT 12`,
    )
    .flatMap((row) => {
      if (row.state === 'accepted') return [];
      const due = dueAt(row.month, schedule);
      return [
        {
          month: row.month,
          name: monthName(row.month),
          revision: row.revision,
          state: row.state,
          since: row.state_since,
          openQuestions: row.open_questions,
          dueAt: due,
          overdue: now > due,
          lastBy: row.last_by ?? CONSOLE_NAME,
          changed: changedSince(db, gates, { inputs: inputsOf(db, row.packet_no) }, now),
          address: packetAddress(row.month),
        },
      ];
    });
  return { toBuild: monthsToBuild(db, now).map((month) => ({ ...month, name: monthName(month.month) })), open };
}
