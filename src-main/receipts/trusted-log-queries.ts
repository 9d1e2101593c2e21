import { actorOf, type ChangedBy, recordChange } from '../members/index.ts';
import type { QueryMap, StoreDb } from '../store/index.ts';
import type { CheckpointStatus } from '../trust/log-judge.ts';

/** A key that is trusted now. */
export interface TrustedLogRow {
  readonly vkey: string;
  readonly addedAt: string;
  readonly addedBy: string;
  readonly note: string | null;
}

const current = (db: StoreDb): TrustedLogRow[] =>
  db
    .all<{ vkey: string; at: string; member_name: string; note: string | null }>(
      `SELECT e.vkey, e.at, e.member_name, e.note FROM trusted_log_events e
       WHERE e.what = 'added' AND e.event_no = (SELECT max(event_no) FROM trusted_log_events WHERE vkey = e.vkey) ORDER BY e.event_no`,
    )
    .map(({ vkey, at, member_name: addedBy, note }) => ({ vkey, addedAt: at, addedBy, note }));

const append = (
  db: StoreDb,
  by: ChangedBy,
  event: { readonly what: 'added' | 'removed'; readonly vkey: string; readonly note: string | null; readonly reason: string | null },
): void => {
  const actor = actorOf(db, by);
  db.run(
    `INSERT INTO trusted_log_events (event_no, what, vkey, note, reason, at, member_id, member_name, request_id)
     VALUES ((SELECT coalesce(max(event_no), 0) + 1 FROM trusted_log_events), ?, ?, ?, ?, ?, ?, ?, ?)`,
    [event.what, event.vkey, event.note, event.reason, by.now, actor.memberId, actor.name, by.requestId],
  );
};

export const trustedLogReads = {
  /** Keys that are trusted now, in the order in which they were added. */
  'trustedLogs.list': (db: StoreDb, _args: null): TrustedLogRow[] => current(db),
  'trustedLogs.vkeys': (db: StoreDb, _args: null): string[] => current(db).map(({ vkey }) => vkey),
  /** How many chains have a newest agreeing checkpoint that was signed by each of these names. */
  'trustedLogs.signers': (db: StoreDb, _args: null): { name: string; chains: number }[] => {
    const rows = db.all<{ signed_by: string | null }>(
      `SELECT (SELECT signed_by FROM checkpoint_states WHERE stream_no = t.stream_no AND state = 'agrees' ORDER BY size DESC LIMIT 1) AS signed_by
       FROM (SELECT max(stream_no) AS stream_no FROM streams GROUP BY chain_no) t`,
    );
    const counts = new Map<string, number>();
    for (const { signed_by: signedBy } of rows) {
      const signers = signedBy === null ? [] : (JSON.parse(signedBy) as CheckpointStatus['signedBy']);
      for (const name of new Set(signers.filter(({ trusted }) => trusted).map((signer) => signer.name)))
        counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return [...counts].map(([name, chains]) => ({ name, chains }));
  },
} satisfies QueryMap;

export const trustedLogWrites = {
  /** Trusts the keys that are not trusted yet. */
  'trustedLogs.add': (
    db: StoreDb,
    args: { keys: readonly { vkey: string; name: string }[]; note: string | null; by: ChangedBy },
  ): { added: number; known: number } => {
    const known = new Set(current(db).map(({ vkey }) => vkey));
    const fresh = args.keys.filter(({ vkey }) => !known.has(vkey));
    for (const { vkey, name } of fresh) {
      append(db, args.by, { what: 'added', vkey, note: args.note, reason: null });
      recordChange(db, args.by, {
        action: 'trustedLog.add',
        subject: name,
        before: null,
        after: { vkey, note: args.note },
        address: '/settings/trust',
      });
    }
    return { added: fresh.length, known: args.keys.length - fresh.length };
  },
  /** False when the key is not trusted. */
  'trustedLogs.remove': (db: StoreDb, args: { vkey: string; name: string; reason: string; by: ChangedBy }): boolean => {
    const found = current(db).find(({ vkey }) => vkey === args.vkey);
    if (found === undefined) return false;
    append(db, args.by, { what: 'removed', vkey: args.vkey, note: null, reason: args.reason });
    recordChange(db, args.by, {
      action: 'trustedLog.remove',
      subject: args.name,
      before: { vkey: args.vkey, note: found.note },
      after: { reason: args.reason },
      address: '/settings/trust',
    });
    return true;
  },
} satisfies QueryMap;
