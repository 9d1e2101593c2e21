import type { GateThresholds, GateThresholdsVersion } from '../../src-shared/contract/gates.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { type ChangedBy, recordChange } from '../members/index.ts';
import type { QueryMap, StoreDb } from '../store/index.ts';
import {
  checkReviewBy,
  DEFAULT_THRESHOLDS,
  defaultVersion,
  latestReview,
  thresholdChanges,
  type ThresholdsVersion,
  versionFor,
} from './thresholds.ts';

interface Row {
  readonly version: number;
  readonly effective_from: string;
  readonly body: string;
  readonly review_by: string;
  readonly reason: string;
  readonly member_id: string | null;
  readonly changed_at: string;
  readonly member: string | null;
}

const SELECT = `SELECT t.version, t.effective_from, t.body, t.review_by, t.reason, t.member_id, t.changed_at, m.name AS member
  FROM gate_thresholds t LEFT JOIN members m USING (member_id)`;

const versionOf = (row: Row): ThresholdsVersion => ({
  version: row.version,
  effectiveFrom: row.effective_from,
  // Written by this room alone, in the shape of the contract.
  body: JSON.parse(row.body) as GateThresholds,
  reviewBy: row.review_by,
  reason: row.reason,
  memberId: row.member_id,
  changedAt: row.changed_at,
});

const rows = (db: StoreDb): Row[] => db.all<Row>(`${SELECT} ORDER BY t.version`);

/** Oldest first; where nothing was stored yet, the default that counts. */
export function thresholdVersions(db: StoreDb, now: string): ThresholdsVersion[] {
  const stored = rows(db).map(versionOf);
  return stored.length === 0 ? [defaultVersion(now)] : stored;
}

/** The version by which a month (YYYY-MM) is judged. */
export function thresholdsFor(db: StoreDb, month: string, now: string): ThresholdsVersion {
  const versions = thresholdVersions(db, now);
  const found = versionFor(versions, month) ?? versions[0];
  if (found === undefined) throw new TypeError('there is always a version');
  return found;
}

/** The same, but null where nothing was decided or run yet: then the defaults are no fact. */
export const storedThresholds = (db: StoreDb, month: string): ThresholdsVersion | null => versionFor(rows(db).map(versionOf), month);

const insert = (db: StoreDb, version: ThresholdsVersion): void => {
  db.run(
    `INSERT INTO gate_thresholds (version, effective_from, body, review_by, reason, member_id, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    [
      version.version,
      version.effectiveFrom,
      JSON.stringify(version.body),
      version.reviewBy,
      version.reason,
      version.memberId,
      version.changedAt,
    ],
  );
};

/** Makes the default a fact, where nothing was decided before. Inside a write. */
export function seedThresholds(db: StoreDb, now: string): void {
  if (db.get('SELECT 1 AS one FROM gate_thresholds LIMIT 1') === undefined) insert(db, defaultVersion(now));
}

/** As the contract shows them, oldest first. */
export function shownVersions(db: StoreDb, now: string): GateThresholdsVersion[] {
  const stored = rows(db);
  const names = new Map(stored.map(({ version, member }) => [version, member]));
  const versions = thresholdVersions(db, now);
  return versions.map(({ memberId: _, ...version }, at) => ({
    ...version,
    changedBy: names.get(version.version) ?? null,
    changes: at === 0 ? [] : thresholdChanges(versions[at - 1]?.body ?? DEFAULT_THRESHOLDS, version.body),
  }));
}

export interface ThresholdsChange {
  /** The version that was looked at. */
  readonly version: number;
  readonly body: GateThresholds;
  readonly effectiveFrom: string;
  readonly reviewBy: string | null;
  readonly reason: string;
}

export const thresholdsReads = {
  'gates.thresholds': (db: StoreDb, { now }: { now: string }): GateThresholdsVersion[] => shownVersions(db, now),
} satisfies QueryMap;

export const thresholdsWrites = {
  /** Fails with CONFLICT where another version came in between, or nothing changes. */
  'gates.changeThresholds': (db: StoreDb, { change, by }: { change: ThresholdsChange; by: ChangedBy }): GateThresholdsVersion => {
    seedThresholds(db, by.now);
    const newest = thresholdVersions(db, by.now).at(-1)!;
    if (newest.version !== change.version)
      throw new AppError(
        'CONFLICT',
        `The thresholds were changed meanwhile: they stand at version ${newest.version}. Nothing was changed.`,
        {
          nextStep: 'Look at the newest version, and change that one.',
          details: { version: newest.version },
        },
      );
    const changes = thresholdChanges(newest.body, change.body);
    const reviewBy = change.reviewBy === null ? latestReview(by.now) : checkReviewBy(change.reviewBy, by.now);
    if (changes.length === 0 && reviewBy === newest.reviewBy)
      throw new AppError('CONFLICT', 'These are the thresholds that count already. Nothing was changed.', {
        nextStep: 'Change a threshold, or give a new date of review: looking at them and keeping them is a decision too.',
      });
    if (change.effectiveFrom < newest.effectiveFrom)
      throw new AppError(
        'BAD_INPUT',
        `Version ${newest.version} counts from ${newest.effectiveFrom}; the next one cannot count from ${change.effectiveFrom}, before it. Nothing was changed.`,
        { nextStep: `Let it count from ${newest.effectiveFrom} or later.` },
      );
    insert(db, {
      version: newest.version + 1,
      effectiveFrom: change.effectiveFrom,
      body: change.body,
      reviewBy,
      reason: change.reason,
      memberId: by.memberId,
      changedAt: by.now,
    });
    recordChange(db, by, {
      action: 'thresholds.change',
      subject: `thresholds version ${newest.version + 1}`,
      before: newest.body,
      after: { ...change.body, effectiveFrom: change.effectiveFrom, reviewBy, reason: change.reason },
      address: '/evidence?tab=thresholds',
    });
    return shownVersions(db, by.now).at(-1)!;
  },
} satisfies QueryMap;
