import type { Member } from '../../src-shared/contract/host.ts';
import type { Role } from '../../src-shared/contract/roles.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { type Actor, appendAudit, CONSOLE_ACTOR } from '../audit/index.ts';
import type { QueryMap, StoreDb } from '../store/index.ts';
import { memberNameKey } from './members.ts';

interface MemberRow {
  readonly member_id: string;
  readonly name: string;
  readonly role: Role;
  readonly email: string | null;
  readonly added_at: string;
  readonly owner: number | null;
}

const SELECT = 'SELECT member_id, name, role, email, added_at, owner FROM members';

const memberOf = (row: MemberRow): Member => ({
  memberId: row.member_id,
  name: row.name,
  role: row.role,
  email: row.email,
  addedAt: row.added_at,
  owner: row.owner === 1,
});

const byId = (db: StoreDb, memberId: string): Member | null => {
  const row = db.get<MemberRow>(`${SELECT} WHERE member_id = ?`, [memberId]);
  return row ? memberOf(row) : null;
};

const byName = (db: StoreDb, name: string): Member | null => {
  const row = db.get<MemberRow>(`${SELECT} WHERE name_key = ?`, [memberNameKey(name)]);
  return row ? memberOf(row) : null;
};

/** Who changes something: the acting member, or null for what the console does by itself. */
export interface ChangedBy {
  readonly memberId: string | null;
  readonly role: Role | null;
  readonly requestId: string;
  /** ISO 8601 UTC. */
  readonly now: string;
}

/**
 * The acting member as an audit entry names them. For use inside write queries of later rooms.
 * Fails with NOT_FOUND when the workspace has no such member.
 */
export const actorOf = (db: StoreDb, by: Pick<ChangedBy, 'memberId' | 'role'>): Actor => {
  if (by.memberId === null) return CONSOLE_ACTOR;
  const member = byId(db, by.memberId);
  if (member === null)
    throw new AppError('NOT_FOUND', 'The acting member is not a member of this workspace. Nothing was changed.', {
      nextStep: 'Choose who acts in Settings, or name a member with --as.',
      details: { memberId: by.memberId },
    });
  return { memberId: member.memberId, name: member.name, role: by.role ?? member.role };
};

export interface Change {
  readonly action: string;
  readonly subject: string | null;
  readonly before: unknown;
  readonly after: unknown;
  readonly address?: string | null;
}

/** Records a change in the audit log, by the acting member, in the transaction of the change itself. */
export const recordChange = (db: StoreDb, by: ChangedBy, change: Change): void => {
  appendAudit(db, { ...change, actor: actorOf(db, by), at: by.now, requestId: by.requestId });
};

export interface NewMember {
  readonly memberId: string;
  readonly name: string;
  readonly role: Role;
  readonly email: string | null;
}

const insert = (db: StoreDb, member: NewMember, addedAt: string, addedBy: string | null, owner: boolean): Member => {
  const taken = byName(db, member.name);
  if (taken)
    throw new AppError('ALREADY_EXISTS', `There is already a member called ${taken.name}.`, {
      nextStep: 'Use another name, so that the audit log can tell them apart.',
      details: { name: taken.name },
    });
  db.run(
    `INSERT INTO members (seq, member_id, name, name_key, role, email, added_at, added_by, owner)
     VALUES ((SELECT coalesce(max(seq), 0) + 1 FROM members), ?, ?, ?, ?, ?, ?, ?, ?)`,
    [member.memberId, member.name.trim(), memberNameKey(member.name), member.role, member.email, addedAt, addedBy, owner ? 1 : null],
  );
  return byId(db, member.memberId)!;
};

export const membersReads = {
  'members.list': (db: StoreDb, _args: null): Member[] => db.all<MemberRow>(`${SELECT} ORDER BY seq`).map(memberOf),
  'members.owner': (db: StoreDb, _args: null): Member | null => {
    const row = db.get<MemberRow>(`${SELECT} WHERE owner = 1`);
    return row ? memberOf(row) : null;
  },
  'members.byId': (db: StoreDb, { memberId }: { memberId: string }): Member | null => byId(db, memberId),
  /** By id, or by name whatever its capitals. */
  'members.find': (db: StoreDb, { text }: { text: string }): Member | null => byId(db, text) ?? byName(db, text),
} satisfies QueryMap;

export const membersWrites = {
  /** The workspace's owner, made with the workspace: role admin. Does nothing when there is one. */
  'members.ensureOwner': (db: StoreDb, args: { member: Omit<NewMember, 'role'>; requestId: string; now: string }): Member => {
    const row = db.get<MemberRow>(`${SELECT} WHERE owner = 1`);
    if (row) return memberOf(row);
    const owner = insert(db, { ...args.member, role: 'admin' }, args.now, null, true);
    appendAudit(db, {
      actor: { memberId: owner.memberId, name: owner.name, role: owner.role },
      at: args.now,
      action: 'member.add',
      subject: owner.name,
      before: null,
      after: { memberId: owner.memberId, role: owner.role, owner: true },
      requestId: args.requestId,
    });
    return owner;
  },
  /** Fails with ALREADY_EXISTS when the name is taken. */
  'members.add': (db: StoreDb, args: { member: NewMember; by: ChangedBy }): Member => {
    const member = insert(db, args.member, args.by.now, args.by.memberId, false);
    recordChange(db, args.by, {
      action: 'member.add',
      subject: member.name,
      before: null,
      after: { memberId: member.memberId, role: member.role, owner: false },
    });
    return member;
  },
} satisfies QueryMap;
