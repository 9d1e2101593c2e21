import type { PacketDocument, PacketHistoryMonth } from '../../src-shared/contract/packet-document.ts';
import type { PacketSchedule, PacketState } from '../../src-shared/contract/packets.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import type { StoreDb } from '../store/index.ts';
import type { ReviewEvent } from './packet-review.ts';
import type { PacketArtifact, PacketThresholds } from './packet-sources.ts';

/** Packets as they are stored. */

/** All that the document and the reference's files are a function of. */
export interface StoredInputs {
  readonly month: string;
  readonly artifacts: readonly PacketArtifact[];
  /** What was compared across artifacts, by the role it was compared in. */
  readonly compared: readonly { readonly role: string; readonly name: string; readonly sha256: string }[];
  readonly policy: { readonly version: number; readonly thresholds: PacketThresholds } | null;
  readonly runId: string | null;
  readonly previous: { readonly packetId: string; readonly documentSha256: string } | null;
  /** Earlier packets whose headlines are the history, oldest first. */
  readonly history: readonly { readonly packetId: string; readonly documentSha256: string }[];
  /** The time that the reference's files carry. */
  readonly referenceAt: string;
}

/** The few figures of a document that lists and later months show. */
export interface Headline {
  readonly figures: Omit<PacketHistoryMonth, 'month' | 'from' | 'revision'>;
  /** The bounds that stand beside them. */
  readonly bounds: Pick<PacketDocument['thresholds'], 'minBlendedMargin' | 'minStressMargin' | 'maxP95Envelope'>;
  readonly decision: PacketDocument['gates']['decision'];
  /** Short names of the gates that fail: "FIN 2". */
  readonly failing: readonly string[];
  readonly errors: number;
  readonly referenceRefused: boolean;
  /** `telemetry.source_type` of the month's decisions. */
  readonly telemetrySource: string | null;
}

export interface ReferenceFile {
  readonly name: string;
  readonly sha256: string;
}

export interface StoredPacket {
  readonly packetNo: number;
  readonly packetId: string;
  readonly month: string;
  readonly revision: number;
  readonly builtAt: string;
  readonly builtBy: string;
  readonly reason: string | null;
  readonly ruleVersion: string;
  readonly documentSha256: string;
  readonly headline: Headline;
}

interface Row {
  readonly packet_no: number;
  readonly packet_id: string;
  readonly month: string;
  readonly revision: number;
  readonly built_at: string;
  readonly built_by: string | null;
  readonly reason: string | null;
  readonly rule_version: string;
  readonly document_sha256: string;
  readonly headline: string;
}

/** What the console does by itself has no member. */
export const CONSOLE_NAME = 'Countersign';

const SELECT = `SELECT p.packet_no, p.packet_id, p.month, p.revision, p.built_at, m.name AS built_by, p.reason, p.rule_version,
    p.document_sha256, p.headline
  FROM packets p LEFT JOIN members m USING (member_id)`;

const packetOf = (row: Row): StoredPacket => ({
  packetNo: row.packet_no,
  packetId: row.packet_id,
  month: row.month,
  revision: row.revision,
  builtAt: row.built_at,
  builtBy: row.built_by ?? CONSOLE_NAME,
  reason: row.reason,
  ruleVersion: row.rule_version,
  documentSha256: row.document_sha256,
  headline: JSON.parse(row.headline) as Headline,
});

const one = (row: Row | undefined): StoredPacket | null => (row === undefined ? null : packetOf(row));

export const packetById = (db: StoreDb, packetId: string): StoredPacket | null =>
  one(db.get<Row>(`${SELECT} WHERE p.packet_id = ?`, [packetId]));
export const packetOfMonth = (db: StoreDb, month: string, revision: number | null = null): StoredPacket | null =>
  one(
    revision === null
      ? db.get<Row>(`${SELECT} WHERE p.month = ? ORDER BY p.revision DESC LIMIT 1`, [month])
      : db.get<Row>(`${SELECT} WHERE p.month = ? AND p.revision = ?`, [month, revision]),
  );
export const revisionsOf = (db: StoreDb, month: string): StoredPacket[] =>
  db.all<Row>(`${SELECT} WHERE p.month = ? ORDER BY p.revision`, [month]).map(packetOf);

/** The newest revision of each earlier month, newest month first. */
export const packetsBefore = (db: StoreDb, month: string, limit: number): StoredPacket[] =>
  db
    .all<Row>(`${SELECT} JOIN packet_standing s USING (packet_no) WHERE s.month < ? ORDER BY s.month DESC LIMIT ?`, [month, limit])
    .map(packetOf);

export function mustFindPacket(db: StoreDb, packetId: string): StoredPacket {
  const packet = packetById(db, packetId);
  if (packet !== null) return packet;
  throw new AppError('NOT_FOUND', 'There is no such packet.', { nextStep: 'Look for it in the list of packets.', details: { packetId } });
}

export interface PacketContent {
  readonly inputs: StoredInputs;
  /** As stored; whether it is still what it was is for `recompute` to say. */
  readonly documentText: string;
  readonly referenceFiles: readonly ReferenceFile[] | null;
  readonly referenceRefusal: string | null;
}

export function contentOf(db: StoreDb, packetNo: number): PacketContent {
  const row = db.get<{ inputs: string; document: string; reference_files: string | null; reference_refusal: string | null }>(
    'SELECT inputs, document, reference_files, reference_refusal FROM packets WHERE packet_no = ?',
    [packetNo],
  )!;
  return {
    inputs: JSON.parse(row.inputs) as StoredInputs,
    documentText: row.document,
    referenceFiles: row.reference_files === null ? null : (JSON.parse(row.reference_files) as ReferenceFile[]),
    referenceRefusal: row.reference_refusal,
  };
}

/** The inputs alone: the document is a hundred times as long. */
export const inputsOf = (db: StoreDb, packetNo: number): StoredInputs =>
  JSON.parse(db.get<{ inputs: string }>('SELECT inputs FROM packets WHERE packet_no = ?', [packetNo])!.inputs) as StoredInputs;

export const documentOf = (content: Pick<PacketContent, 'documentText'>): PacketDocument =>
  JSON.parse(content.documentText) as PacketDocument;

interface EventRow {
  readonly event_no: number;
  readonly kind: ReviewEvent['kind'];
  readonly at: string;
  readonly member_id: string | null;
  readonly name: string | null;
  readonly role: ReviewEvent['role'];
  readonly figure: string | null;
  readonly about: number | null;
  readonly body: string;
}

export const eventsOf = (db: StoreDb, packetNo: number): ReviewEvent[] =>
  db
    .all<EventRow>(
      `SELECT e.event_no, e.kind, e.at, e.member_id, m.name, e.role, e.figure, e.about, e.body
       FROM packet_events e LEFT JOIN members m USING (member_id) WHERE e.packet_no = ? ORDER BY e.event_no`,
      [packetNo],
    )
    .map((row) => ({
      eventNo: row.event_no,
      kind: row.kind,
      at: row.at,
      memberId: row.member_id,
      who: row.name ?? CONSOLE_NAME,
      role: row.role,
      figure: row.figure,
      about: row.about,
      body: JSON.parse(row.body) as ReviewEvent['body'],
    }));

export interface Standing {
  readonly packetNo: number;
  readonly month: string;
  readonly state: PacketState;
  readonly openQuestions: number;
  readonly since: string;
}

export const standingOf = (db: StoreDb, month: string): Standing | null => {
  const row = db.get<{ packet_no: number; month: string; state: PacketState; open_questions: number; state_since: string }>(
    'SELECT packet_no, month, state, open_questions, state_since FROM packet_standing WHERE month = ?',
    [month],
  );
  return row === undefined
    ? null
    : { packetNo: row.packet_no, month: row.month, state: row.state, openQuestions: row.open_questions, since: row.state_since };
};

export const scheduleOf = (db: StoreDb): PacketSchedule => {
  const row = db.get<{ build_on_day: number; accept_within_days: number; automatic: number }>(
    'SELECT build_on_day, accept_within_days, automatic FROM packet_schedule WHERE one = 1',
  )!;
  return { buildOnDay: row.build_on_day, acceptWithinDays: row.accept_within_days, automatic: row.automatic === 1 };
};

export const packetAddress = (month: string, revision?: number): string =>
  `/packets/${month}${revision === undefined ? '' : `?revision=${revision}`}`;
