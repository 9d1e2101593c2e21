import type { AuditEntry } from '../../src-shared/contract/audit.ts';
import type { QueryMap, SqlValue, StoreDb } from '../store/index.ts';
import {
  auditBreak,
  auditEntryOf,
  type AuditBreak,
  type AuditHead,
  type AuditInput,
  nextAuditLine,
  type StoredAuditLine,
} from './audit.ts';

const headOf = (db: StoreDb): AuditHead | null =>
  db.get<AuditHead>('SELECT seq, hash FROM audit_entries ORDER BY seq DESC LIMIT 1') ?? null;

/**
 * Records one entry at the end of the chain. For use inside a write query of any room, so that the entry and the change
 * it speaks of are committed together or not at all.
 */
export const appendAudit = (db: StoreDb, entry: AuditInput): AuditHead => {
  const { line, head } = nextAuditLine(headOf(db), entry);
  db.run('INSERT INTO audit_entries (seq, line, hash) VALUES (?, ?, ?)', [head.seq, line, head.hash]);
  return head;
};

export interface AuditPageArgs {
  /** Entries with a smaller number; the newest when left out. */
  readonly before: number | null;
  readonly limit: number;
  /** Exactly this action, or all that begin with it where it ends in a dot (`source.`). */
  readonly action: string | null;
  /** A member's id or name. */
  readonly actor: string | null;
}

export interface AuditSlice {
  readonly checked: number;
  /** The last entry that holds. */
  readonly head: AuditHead | null;
  readonly broken: AuditBreak | null;
}

const filters = (args: Pick<AuditPageArgs, 'action' | 'actor'>): { readonly where: string; readonly params: SqlValue[] } => {
  const parts: string[] = [];
  const params: SqlValue[] = [];
  if (args.action !== null) {
    if (args.action.endsWith('.')) {
      // All actions of one noun, as a range, so that the index serves it.
      parts.push('action >= ? AND action < ?');
      params.push(args.action, `${args.action.slice(0, -1)}/`);
    } else {
      parts.push('action = ?');
      params.push(args.action);
    }
  }
  if (args.actor !== null) {
    parts.push('(actor_id = ? OR actor_name = ?)');
    params.push(args.actor, args.actor);
  }
  return { where: parts.map((part) => ` AND ${part}`).join(''), params };
};

export const auditReads = {
  'audit.page': (db: StoreDb, args: AuditPageArgs): { entries: AuditEntry[]; next: number | null; total: number } => {
    const { where, params } = filters(args);
    const rows = db.all<StoredAuditLine>(`SELECT seq, line, hash FROM audit_entries WHERE seq < ?${where} ORDER BY seq DESC LIMIT ?`, [
      args.before ?? Number.MAX_SAFE_INTEGER,
      ...params,
      args.limit + 1,
    ]);
    const page = rows.slice(0, args.limit);
    // Without a filter the newest number is the count: the chain has no gaps, and audit.verify says so if it has.
    const total =
      where === ''
        ? (headOf(db)?.seq ?? 0)
        : (db.get<{ total: number }>(`SELECT count(*) AS total FROM audit_entries WHERE seq > 0${where}`, params)?.total ?? 0);
    return {
      entries: page.map((row) => auditEntryOf(row.line, row.hash)),
      next: rows.length > args.limit ? (page.at(-1)?.seq ?? null) : null,
      total,
    };
  },
  'audit.entry': (db: StoreDb, { seq }: { seq: number }): AuditEntry | null => {
    const row = db.get<StoredAuditLine>('SELECT seq, line, hash FROM audit_entries WHERE seq = ?', [seq]);
    return row ? auditEntryOf(row.line, row.hash) : null;
  },
  'audit.head': (db: StoreDb, _args: null): AuditHead | null => headOf(db),
  /** Recomputes up to `limit` entries after `previous`, up to entry `to`. */
  'audit.verifySlice': (db: StoreDb, args: { previous: AuditHead | null; to: number; limit: number }): AuditSlice => {
    let head = args.previous;
    let checked = 0;
    const rows = db.iterate<StoredAuditLine>('SELECT seq, line, hash FROM audit_entries WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?', [
      args.previous?.seq ?? 0,
      args.to,
      args.limit,
    ]);
    for (const row of rows) {
      const broken = auditBreak(head, row);
      if (broken) return { checked, head, broken };
      head = { seq: row.seq, hash: row.hash };
      checked += 1;
    }
    return { checked, head, broken: null };
  },
  /** Stored lines for the NDJSON export, oldest first. */
  'audit.lines': (db: StoreDb, args: { after: number; limit: number }): StoredAuditLine[] =>
    db.all<StoredAuditLine>('SELECT seq, line, hash FROM audit_entries WHERE seq > ? ORDER BY seq LIMIT ?', [args.after, args.limit]),
} satisfies QueryMap;

export const auditWrites = {
  /** For changes that touch nothing else of the store (`host.revealFolder`, a token in the machine's secret store). */
  'audit.append': (db: StoreDb, entry: AuditInput): AuditHead => appendAudit(db, entry),
} satisfies QueryMap;
