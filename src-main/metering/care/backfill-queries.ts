import { createHash } from 'node:crypto';
import type { Backfill, BackfillPreview } from '../../../src-shared/contract/metering-care.ts';
import { AppError } from '../../../src-shared/kernel/errors.ts';
import { actorOf, type ChangedBy, recordChange } from '../../members/index.ts';
import type { QueryMap, StoreDb } from '../../store/index.ts';
import { applyBackfill, type BackfillFound, type BackfillInput, previewBackfill } from './backfill-run.ts';
import { outcomesSay } from './intake-rules.ts';
import { pageNumber } from './page-number.ts';
import { remakeUsage } from './remake-usage.ts';
import { counted, grouped } from './validation-queries.ts';

/** Backfills as facts: what was asked for, the bytes of its files, and what was done. */

/** A backfill is looked at and applied in one transaction each: larger ones are made in several. */
export const MAX_BACKFILL_BYTES = 32 * 1024 * 1024;
const CHANGES_SHOWN = 500;

type What = 'previewed' | 'applied' | 'reversed' | 'discarded';

interface BackfillRow {
  readonly backfill_no: number;
  readonly backfill_id: string;
  readonly from_day: string;
  readonly to_day: string;
  readonly reason: string;
  readonly started_at: string;
  readonly by_name: string;
}
interface EventRow {
  readonly at: string;
  readonly what: What;
  readonly by_name: string;
  readonly says: string;
  readonly body: string;
}
interface AppliedBody {
  readonly sha256: string;
  readonly firstNo: number;
  readonly lastNo: number;
}

const SELECT = `SELECT b.backfill_no, b.backfill_id, b.from_day, b.to_day, b.reason, b.started_at, m.name AS by_name
  FROM usage_backfills b JOIN members m USING (member_id)`;

const eventsOf = (db: StoreDb, backfillNo: number): EventRow[] =>
  db.all<EventRow>(
    `SELECT e.at, e.what, m.name AS by_name, e.says, e.body FROM usage_backfill_events e JOIN members m USING (member_id)
     WHERE e.backfill_no = ? ORDER BY e.event_no`,
    [backfillNo],
  );

function backfillOf(db: StoreDb, row: BackfillRow): Backfill {
  const events = eventsOf(db, row.backfill_no);
  const files = db.all<{ name: string; bytes: Buffer; lines: number }>(
    'SELECT name, bytes, lines FROM usage_backfill_parts WHERE backfill_no = ? ORDER BY part_no',
    [row.backfill_no],
  );
  return {
    backfillId: row.backfill_id,
    backfillNo: row.backfill_no,
    state: events.at(-1)?.what ?? 'collecting',
    from: row.from_day,
    to: row.to_day,
    reason: row.reason,
    startedAt: row.started_at,
    startedBy: row.by_name,
    files: files.map(({ name, bytes, lines }) => ({
      name,
      lines,
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    })),
    events: events.map(({ at, what, by_name, says }) => ({ at, what, says, by: by_name })),
  };
}

function mustFind(db: StoreDb, backfillId: string): { row: BackfillRow; backfill: Backfill } {
  const row = db.get<BackfillRow>(`${SELECT} WHERE b.backfill_id = ?`, [backfillId]);
  if (row === undefined)
    throw new AppError('NOT_FOUND', 'There is no such backfill.', {
      nextStep: 'Look for it in Usage → Reconciliation.',
      details: { backfillId },
    });
  return { row, backfill: backfillOf(db, row) };
}

function mustBe(backfill: Backfill, states: readonly Backfill['state'][], nextStep: string): void {
  if (states.includes(backfill.state)) return;
  throw new AppError(
    'CONFLICT',
    `Backfill ${backfill.backfillNo} is ${backfill.state === 'collecting' ? 'not previewed yet' : backfill.state}. Nothing was changed.`,
    {
      nextStep,
      details: { state: backfill.state },
    },
  );
}

const inputOf = (db: StoreDb, row: BackfillRow, now: string): BackfillInput => ({
  backfillNo: row.backfill_no,
  from: row.from_day,
  to: row.to_day,
  now,
  parts: db
    .all<{ bytes: Buffer }>('SELECT bytes FROM usage_backfill_parts WHERE backfill_no = ? ORDER BY part_no', [row.backfill_no])
    .map(({ bytes }) => bytes),
});

function addEvent(db: StoreDb, row: BackfillRow, what: What, says: string, body: object, by: ChangedBy): void {
  const { memberId } = actorOf(db, by);
  db.run(
    `INSERT INTO usage_backfill_events (event_no, backfill_no, at, what, member_id, says, body)
     VALUES ((SELECT coalesce(max(event_no), 0) + 1 FROM usage_backfill_events), ?, ?, ?, ?, ?, ?)`,
    [row.backfill_no, by.now, what, memberId, says, JSON.stringify(body)],
  );
}

const audit = (db: StoreDb, row: BackfillRow, action: string, after: unknown, by: ChangedBy): void =>
  recordChange(db, by, {
    action: `usage.${action}`,
    subject: `backfill ${row.backfill_no}`,
    before: null,
    after,
    address: `/usage/backfill/${row.backfill_id}`,
  });

/** What a preview or an application says, as it is stored and shown. */
function shownPreview(db: StoreDb, found: BackfillFound): BackfillPreview {
  const names = new Map<number, { tenantId: string; name: string }>();
  const tenantOf = (tenantNo: number) => {
    let tenant = names.get(tenantNo);
    if (tenant === undefined) {
      tenant = db.get<{ tenantId: string; name: string }>('SELECT tenant_id AS tenantId, name FROM tenants WHERE tenant_no = ?', [
        tenantNo,
      ])!;
      names.set(tenantNo, tenant);
    }
    return tenant;
  };
  return {
    outcomes: found.outcomes,
    cells: found.changes.length,
    changes: found.changes.slice(0, CHANGES_SHOWN).map(({ tenantNo, ...change }) => ({ tenant: tenantOf(tenantNo), ...change })),
    totals: found.totals.map((total) => ({ ...total })),
    problems: found.problems.map((problem) => ({ ...problem })),
    sha256: found.sha256,
  };
}

const changesSay = (found: BackfillFound): string => `${counted(found.changes.length, 'cell')} of usage; ${outcomesSay(found.outcomes)}`;

export const backfillReads = {
  /** Newest first. */
  'usage.backfills': (
    db: StoreDb,
    { before, limit }: { before: string | null; limit: number },
  ): { backfills: Backfill[]; next: string | null } => {
    const rows = db.all<BackfillRow>(`${SELECT} WHERE b.backfill_no < ? ORDER BY b.backfill_no DESC LIMIT ?`, [
      pageNumber(before),
      limit + 1,
    ]);
    const page = rows.slice(0, limit);
    return { backfills: page.map((row) => backfillOf(db, row)), next: rows.length > limit ? String(page.at(-1)!.backfill_no) : null };
  },
  /** With what its newest preview or its application says. Fails with NOT_FOUND. */
  'usage.backfill': (db: StoreDb, { backfillId }: { backfillId: string }): { backfill: Backfill; preview: BackfillPreview | null } => {
    const { row, backfill } = mustFind(db, backfillId);
    const said = eventsOf(db, row.backfill_no).findLast(({ what }) => what === 'previewed');
    const fresh = said !== undefined && backfill.state !== 'collecting' && backfill.state !== 'discarded';
    return { backfill, preview: fresh ? (JSON.parse(said.body) as BackfillPreview) : null };
  },
} satisfies QueryMap;

export const backfillWrites = {
  'usage.backfillStart': (db: StoreDb, args: { backfillId: string; from: string; to: string; reason: string; by: ChangedBy }): Backfill => {
    const { backfillId, from, to, reason, by } = args;
    const isDay = (text: string) => new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);
    if (to <= from || !isDay(from) || !isDay(to))
      throw new AppError('BAD_INPUT', `From ${from} to ${to} are no days of a backfill: the second is the first day that is not touched.`, {
        nextStep: 'Name two days, the second after the first.',
      });
    const { next } = db.get<{ next: number }>('SELECT coalesce(max(backfill_no), 0) + 1 AS next FROM usage_backfills')!;
    db.run(
      'INSERT INTO usage_backfills (backfill_no, backfill_id, from_day, to_day, reason, started_at, member_id) VALUES (?, ?, ?, ?, ?, ?, ?)',
      [next, backfillId, from, to, reason, by.now, actorOf(db, by).memberId],
    );
    const { row, backfill } = mustFind(db, backfillId);
    audit(db, row, 'backfillStart', { from, to, reason }, by);
    return backfill;
  },
  'usage.backfillAdd': (db: StoreDb, args: { backfillId: string; name: string; bytes: Uint8Array; by: ChangedBy }): Backfill => {
    const { row, backfill } = mustFind(db, args.backfillId);
    mustBe(backfill, ['collecting', 'previewed'], 'Start another backfill for further files.');
    const held = backfill.files.reduce((sum, { bytes }) => sum + bytes, 0);
    if (held + args.bytes.length > MAX_BACKFILL_BYTES)
      throw new AppError('BAD_INPUT', `A backfill holds at most ${grouped(MAX_BACKFILL_BYTES)} bytes; this file was not added.`, {
        nextStep: 'Apply this one, then start another for the rest.',
      });
    db.run(
      `INSERT INTO usage_backfill_parts (backfill_no, part_no, name, bytes, lines)
       VALUES (?, (SELECT coalesce(max(part_no), 0) + 1 FROM usage_backfill_parts WHERE backfill_no = ?), ?, ?, ?)`,
      [row.backfill_no, row.backfill_no, args.name, args.bytes, lineCount(args.bytes)],
    );
    audit(
      db,
      row,
      'backfillAdd',
      { name: args.name, bytes: args.bytes.length, sha256: createHash('sha256').update(args.bytes).digest('hex') },
      args.by,
    );
    return mustFind(db, args.backfillId).backfill;
  },
  /** Changes nothing but the record of what was looked at. */
  'usage.backfillPreview': (
    db: StoreDb,
    { backfillId, by }: { backfillId: string; by: ChangedBy },
  ): { backfill: Backfill; preview: BackfillPreview } => {
    const { row, backfill } = mustFind(db, backfillId);
    mustBe(backfill, ['collecting', 'previewed'], 'Look at what it changed in its record.');
    const found = previewBackfill(db, inputOf(db, row, by.now));
    const preview = shownPreview(db, found);
    addEvent(db, row, 'previewed', `Would change ${changesSay(found)}.`, preview, by);
    return { backfill: mustFind(db, backfillId).backfill, preview };
  },
  /** Applies exactly what was looked at; another difference is a CONFLICT, and nothing is changed. */
  'usage.backfillApply': (db: StoreDb, { backfillId, sha256, by }: { backfillId: string; sha256: string; by: ChangedBy }): Backfill => {
    const { row, backfill } = mustFind(db, backfillId);
    mustBe(backfill, ['previewed'], 'Preview it first: what is applied is what was looked at.');
    const input = inputOf(db, row, by.now);
    const found = previewBackfill(db, input);
    if (found.sha256 !== sha256)
      throw new AppError('CONFLICT', 'What it would change now is other than what was previewed. Nothing was changed.', {
        nextStep: 'Preview it again: usage came in, a month closed, or files were added since.',
        details: { previewed: sha256, now: found.sha256 },
      });
    const { firstNo, lastNo } = applyBackfill(db, input);
    const body: AppliedBody = { sha256, firstNo, lastNo };
    addEvent(db, row, 'applied', `Changed ${changesSay(found)}.`, body, by);
    audit(db, row, 'backfillApply', { sha256, cells: found.changes.length, outcomes: found.outcomes, totals: found.totals }, by);
    return mustFind(db, backfillId).backfill;
  },
  /** Takes the effect back: a fact says that its events no longer count, and what they touched is made anew without them. */
  'usage.backfillReverse': (db: StoreDb, { backfillId, reason, by }: { backfillId: string; reason: string; by: ChangedBy }): Backfill => {
    const { row, backfill } = mustFind(db, backfillId);
    mustBe(backfill, ['applied'], 'Only an applied backfill can be reversed.');
    const applied = JSON.parse(eventsOf(db, row.backfill_no).findLast(({ what }) => what === 'applied')!.body) as AppliedBody;
    db.run(
      `INSERT INTO usage_reversals (reversal_no, backfill_no, first_no, last_no)
       VALUES ((SELECT coalesce(max(reversal_no), 0) + 1 FROM usage_reversals), ?, ?, ?)`,
      [row.backfill_no, applied.firstNo, applied.lastNo],
    );
    const meters = remakeUsage(db, { firstNo: applied.firstNo, lastNo: applied.lastNo, now: by.now });
    const events = Math.max(0, applied.lastNo - applied.firstNo + 1);
    addEvent(
      db,
      row,
      'reversed',
      `${counted(events, 'event')} no longer count; ${counted(meters, 'meter')} made anew. ${reason}`,
      { reason },
      by,
    );
    audit(db, row, 'backfillReverse', { reason, events, meters }, by);
    return mustFind(db, backfillId).backfill;
  },
  'usage.backfillDiscard': (db: StoreDb, { backfillId, by }: { backfillId: string; by: ChangedBy }): void => {
    const { row, backfill } = mustFind(db, backfillId);
    mustBe(backfill, ['collecting', 'previewed'], 'An applied backfill is reversed, not discarded.');
    addEvent(db, row, 'discarded', 'It was not applied.', {}, by);
    audit(db, row, 'backfillDiscard', {}, by);
  },
} satisfies QueryMap;

const lineCount = (bytes: Uint8Array): number => {
  let lines = 0;
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(0x0a, at);
    lines += 1;
    if (end === -1) break;
    at = end + 1;
  }
  return lines;
};
