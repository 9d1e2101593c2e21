import type { IntakeToken } from '../../../src-shared/contract/metering-care.ts';
import { AppError } from '../../../src-shared/kernel/errors.ts';
import { type ChangedBy, recordChange } from '../../members/index.ts';
import type { QueryMap, StoreDb } from '../../store/index.ts';
import { tenantNoOf } from '../../tenants/index.ts';
import { tokenBegins, tokenHash } from './intake-token.ts';
import { countOutcomes, type PostedOutcome } from './intake-rules.ts';
import { takePosted } from './take-posted.ts';

/** Tokens of emitters and the posts that came with them. */

interface TokenRow {
  readonly token_id: string;
  readonly name: string;
  readonly begins: string;
  readonly made_at: string;
  readonly made_by: string | null;
  readonly ended_at: string | null;
  readonly last_at: string | null;
  readonly received: number | null;
  readonly accepted: number | null;
  readonly duplicate: number | null;
  readonly conflict: number | null;
  readonly late: number | null;
  readonly quarantined: number | null;
}

const ADDRESS = '/usage';

export const intakeReads = {
  'usage.tenantExists': (db: StoreDb, { tenantId }: { tenantId: string }): boolean => tenantNoOf(db, tenantId) !== null,
  /** Newest first; those that have ended too. */
  'intake.tokens': (db: StoreDb, _args: null): IntakeToken[] =>
    db
      .all<TokenRow>(
        `SELECT t.token_id, t.name, t.begins, t.made_at, m.name AS made_by, e.ended_at, c.last_at, c.received, c.accepted, c.duplicate,
           c.conflict, c.late, c.quarantined
         FROM intake_tokens t LEFT JOIN members m USING (member_id) LEFT JOIN intake_token_ends e USING (token_no)
           LEFT JOIN intake_counts c USING (token_no)
         ORDER BY t.token_no DESC`,
      )
      .map((row) => ({
        tokenId: row.token_id,
        name: row.name,
        begins: row.begins,
        madeAt: row.made_at,
        madeBy: row.made_by ?? 'Countersign',
        endedAt: row.ended_at,
        lastUsedAt: row.last_at,
        outcomes: {
          received: row.received ?? 0,
          accepted: row.accepted ?? 0,
          duplicate: row.duplicate ?? 0,
          conflict: row.conflict ?? 0,
          late: row.late ?? 0,
          quarantined: row.quarantined ?? 0,
        },
      })),
  /** The number of a token that counts; null for one that was never made or has ended. */
  'intake.tokenNo': (db: StoreDb, { token }: { token: string }): number | null =>
    db.get<{ token_no: number }>(
      `SELECT token_no FROM intake_tokens t WHERE sha256 = ? AND NOT EXISTS (SELECT 1 FROM intake_token_ends e WHERE e.token_no = t.token_no)`,
      [tokenHash(token)],
    )?.token_no ?? null,
} satisfies QueryMap;

export const intakeWrites = {
  /** A setting of this part of the console, with its audit entry. */
  'usage.keepSetting': (db: StoreDb, { key, value, by }: { key: string; value: unknown; by: ChangedBy }): void => {
    const before = db.get<{ value: string }>('SELECT value FROM settings WHERE key = ?', [key]);
    db.run(
      'INSERT INTO settings (key, value, updated_at) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at',
      [key, JSON.stringify(value), by.now],
    );
    recordChange(db, by, {
      action: 'usage.configure',
      subject: key,
      before: before === undefined ? null : (JSON.parse(before.value) as unknown),
      after: value,
      address: ADDRESS,
    });
  },
  /** Fails with ALREADY_EXISTS when a token of this name still counts. */
  'intake.createToken': (db: StoreDb, args: { tokenId: string; name: string; token: string; by: ChangedBy }): void => {
    const { tokenId, name, token, by } = args;
    const taken = db.get(
      `SELECT 1 FROM intake_tokens t WHERE name = ? AND NOT EXISTS (SELECT 1 FROM intake_token_ends e WHERE e.token_no = t.token_no)`,
      [name],
    );
    if (taken !== undefined)
      throw new AppError('ALREADY_EXISTS', `There is already a token called ${name}. Nothing was made.`, {
        nextStep: 'Use another name, or end that one first.',
      });
    db.run(
      `INSERT INTO intake_tokens (token_no, token_id, name, begins, sha256, made_at, member_id)
       VALUES ((SELECT coalesce(max(token_no), 0) + 1 FROM intake_tokens), ?, ?, ?, ?, ?, ?)`,
      [tokenId, name, tokenBegins(token), tokenHash(token), by.now, by.memberId],
    );
    recordChange(db, by, {
      action: 'intake.createToken',
      subject: name,
      before: null,
      after: { tokenId, begins: tokenBegins(token) },
      address: ADDRESS,
    });
  },
  /** Fails with NOT_FOUND, or CONFLICT when it has ended already. */
  'intake.endToken': (db: StoreDb, { tokenId, reason, by }: { tokenId: string; reason: string; by: ChangedBy }): void => {
    const row = db.get<{ token_no: number; name: string; ended: number }>(
      `SELECT token_no, name, EXISTS (SELECT 1 FROM intake_token_ends e WHERE e.token_no = t.token_no) AS ended FROM intake_tokens t WHERE token_id = ?`,
      [tokenId],
    );
    if (row === undefined)
      throw new AppError('NOT_FOUND', 'There is no such token. Nothing was changed.', { nextStep: 'Look for it in the list of tokens.' });
    if (row.ended === 1)
      throw new AppError('CONFLICT', `The token ${row.name} has ended already. Nothing was changed.`, { nextStep: 'Make another one.' });
    db.run('INSERT INTO intake_token_ends (token_no, ended_at, member_id, reason) VALUES (?, ?, ?, ?)', [
      row.token_no,
      by.now,
      by.memberId,
      reason,
    ]);
    recordChange(db, by, { action: 'intake.endToken', subject: row.name, before: { tokenId }, after: { reason }, address: ADDRESS });
  },
  /** Takes a post whole: its events, their rollups and limits, and the proof of conservation, in one transaction. */
  'intake.take': (
    db: StoreDb,
    args: { tokenNo: number | null; items: readonly Uint8Array[]; bytes: number; now: string },
  ): readonly PostedOutcome[] => {
    const { tokenNo, items, bytes, now } = args;
    const { next } = db.get<{ next: number }>('SELECT coalesce(max(post_no), 0) + 1 AS next FROM intake_posts')!;
    const outcomes = takePosted(db, { tokenNo, items, now });
    const counts = countOutcomes(outcomes);
    const figures = [counts.received, counts.accepted, counts.duplicate, counts.conflict, counts.late, counts.quarantined];
    db.run(
      `INSERT INTO intake_posts (post_no, token_no, at, bytes, received, accepted, duplicate, conflict, late, quarantined)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [next, tokenNo, now, bytes, ...figures],
    );
    db.run(
      `INSERT INTO intake_counts (token_no, last_at, received, accepted, duplicate, conflict, late, quarantined)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (token_no) DO UPDATE SET last_at = excluded.last_at, received = received + excluded.received,
         accepted = accepted + excluded.accepted, duplicate = duplicate + excluded.duplicate, conflict = conflict + excluded.conflict,
         late = late + excluded.late, quarantined = quarantined + excluded.quarantined`,
      [tokenNo ?? 0, now, ...figures],
    );
    return outcomes;
  },
} satisfies QueryMap;
