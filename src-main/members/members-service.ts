import type { Contract } from '../../src-shared/contract/index.ts';
import type { HandlerContext, Handlers } from '../../src-shared/contract/define.ts';
import type { Member } from '../../src-shared/contract/host.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import type { Actor } from '../audit/index.ts';
import type { Store } from '../store/index.ts';
import type { ChangedBy, membersReads, membersWrites } from './members-queries.ts';

export type MembersStore = Store<typeof membersReads, typeof membersWrites>;

/** Who changes something, as the context of a call says it. */
export const changedBy = (ctx: Pick<HandlerContext, 'session' | 'requestId' | 'now'>): ChangedBy => ({
  memberId: ctx.session.member_id,
  role: ctx.session.role,
  requestId: ctx.requestId,
  now: ctx.now,
});

export interface MembersServiceOptions {
  readonly store: MembersStore;
  /** UUIDv7. */
  readonly newId: () => string;
}

/** The handlers of `member.*`, and who acts for the faces that must know (`--as`, the session). */
export const createMembersService = ({ store, newId }: MembersServiceOptions) => {
  /** Fails with NOT_FOUND and the names there are. */
  const find = async (text: string): Promise<Member> => {
    const member = await store.read('members.find', { text });
    if (member) return member;
    const names = (await store.read('members.list', null)).map(({ name }) => name);
    throw new AppError('NOT_FOUND', `This workspace has no member called ${text}.`, {
      nextStep: `Use one of its members (${names.slice(0, 8).join(', ')}), or add one with “member add”.`,
      details: { names: names.slice(0, 50) },
    });
  };

  const owner = async (): Promise<Member> => {
    const found = await store.read('members.owner', null);
    if (found) return found;
    throw new AppError('NOT_FOUND', 'This workspace has no owner yet.', { nextStep: 'Open it for writing once; the owner is then made.' });
  };

  const handlers = {
    'member.list': async () => ({ members: await store.read('members.list', null) }),
    'member.add': (input, ctx) =>
      store.write('members.add', {
        member: { memberId: newId(), name: input.name, role: input.role, email: input.email ?? null },
        by: changedBy(ctx),
      }),
  } satisfies Pick<Handlers<Contract>, 'member.list' | 'member.add'>;

  return {
    handlers,
    /** The member whose id or name (whatever its capitals) is `text`. */
    find,
    owner,
    /** Who acts: the one named with `--as`, or the workspace's owner. */
    acting: (as: string | undefined): Promise<Member> => (as === undefined ? owner() : find(as)),
    ensureOwner: (name: string, requestId: string, now: string, email: string | null = null): Promise<Member> =>
      store.write('members.ensureOwner', { member: { memberId: newId(), name, email }, requestId, now }),
    actor: async (ctx: Pick<HandlerContext, 'session'>): Promise<Actor> => {
      const member = await find(ctx.session.member_id);
      return { memberId: member.memberId, name: member.name, role: ctx.session.role };
    },
  };
};
