import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSyncWorkspace, type SyncWorkspace } from '../support/sync-workspace.ts';

let w: SyncWorkspace;
beforeEach(async () => {
  w = await openSyncWorkspace();
});
afterEach(() => w.close());

describe('members', () => {
  it('begin with the owner, an admin, made once', async () => {
    const again = await w.members.ensureOwner('Somebody else', 'req_2', w.ctx.now);
    expect(again).toEqual(w.owner);
    const { members } = await w.members.handlers['member.list']({}, w.ctx);
    expect(members).toEqual([{ ...w.owner, name: 'Ada', role: 'admin', owner: true }]);
    expect(await w.members.acting(undefined)).toEqual(w.owner);
  });

  it('are added with an audit entry that names who did it', async () => {
    const added = await w.members.handlers['member.add']({ name: 'Béa', role: 'auditor', email: 'bea@example.com' }, w.ctx);
    expect(added).toMatchObject({ name: 'Béa', role: 'auditor', email: 'bea@example.com', owner: false });
    const entry = await w.audit.handlers['audit.entry']({ seq: 2 }, w.ctx);
    expect(entry).toMatchObject({ action: 'member.add', subject: 'Béa', actor: { name: 'Ada' }, requestId: 'req_test' });
  });

  it('are found by id or name, whatever its capitals and accents are spelled with', async () => {
    const added = await w.members.handlers['member.add']({ name: 'Béa', role: 'auditor' }, w.ctx);
    for (const text of [added.memberId, 'béa', 'BE\u0301A']) expect((await w.members.find(text)).memberId).toBe(added.memberId);
    await expect(w.members.acting('Zoe')).rejects.toMatchObject({
      code: 'NOT_FOUND',
      nextStep: expect.stringContaining('Ada, Béa') as string,
    });
    await expect(w.members.handlers['member.add']({ name: 'BÉA', role: 'finance' }, w.ctx)).rejects.toMatchObject({
      code: 'ALREADY_EXISTS',
    });
  });

  it('act in the role of their session', async () => {
    expect(await w.members.actor({ session: { member_id: w.owner.memberId, role: 'auditor' } })).toEqual({
      memberId: w.owner.memberId,
      name: 'Ada',
      role: 'auditor',
    });
  });

  it('refuse a change by somebody who is no member', async () => {
    const stranger = { ...w.ctx, session: { member_id: 'nobody', role: 'admin' as const } };
    await expect(w.members.handlers['member.add']({ name: 'Eve', role: 'admin' }, stranger)).rejects.toThrow();
    expect((await w.members.handlers['member.list']({}, w.ctx)).members).toHaveLength(1);
  });
});
