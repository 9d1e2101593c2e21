import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSyncWorkspace, type SyncWorkspace } from '../support/sync-workspace.ts';

let w: SyncWorkspace;
beforeEach(async () => {
  w = await openSyncWorkspace();
});
afterEach(() => w.close());

const append = (action: string, n: number) =>
  w.store.write('audit.append', {
    actor: { memberId: w.owner.memberId, name: 'Ada', role: 'admin' },
    at: '2026-01-01T00:00:00.000Z',
    action,
    subject: `thing ${n}`,
    before: null,
    after: { n },
    requestId: `req_${n}`,
  });

describe('the audit log in the store', () => {
  it('pages newest first by number, and filters by action, by noun and by actor', async () => {
    for (let n = 0; n < 7; n += 1) await append(n % 2 === 0 ? 'thing.make' : 'other.make', n);
    const first = await w.audit.handlers['audit.page']({ limit: 3 }, w.ctx);
    expect(first.entries.map(({ seq }) => seq)).toEqual([8, 7, 6]);
    expect(first).toMatchObject({ next: '6', total: 8 });
    const second = await w.audit.handlers['audit.page']({ limit: 100, before: first.next! }, w.ctx);
    expect(second.entries.map(({ seq }) => seq)).toEqual([5, 4, 3, 2, 1]);
    expect(second.next).toBeNull();
    const things = await w.audit.handlers['audit.page']({ limit: 100, action: 'thing.' }, w.ctx);
    expect(things.entries.map(({ subject }) => subject)).toEqual(['thing 6', 'thing 4', 'thing 2', 'thing 0']);
    expect(things.total).toBe(4);
    expect((await w.audit.handlers['audit.page']({ limit: 100, action: 'thing' }, w.ctx)).total).toBe(0);
    expect((await w.audit.handlers['audit.page']({ limit: 100, actor: 'Ada', action: 'member.add' }, w.ctx)).total).toBe(1);
    await expect(w.audit.handlers['audit.page']({ limit: 1, before: 'abc' }, w.ctx)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(w.audit.handlers['audit.entry']({ seq: 99 }, w.ctx)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await w.audit.handlers['audit.entry']({ seq: 1 }, w.ctx)).action).toBe('member.add');
  });

  it('verifies, and says where it breaks when the file was changed behind our back', async () => {
    for (let n = 0; n < 2_500; n += 1) await append('thing.make', n);
    expect(await w.audit.handlers['audit.verify']({}, w.ctx)).toMatchObject({
      verdict: 'VERIFIED_UNANCHORED',
      entries: 2_501,
      brokenAt: null,
    });
    w.store.db.raw.exec('DROP TRIGGER audit_entries_no_update');
    w.store.db.run(`UPDATE audit_entries SET line = replace(line, '"n":1999', '"n":1998') WHERE seq = 2001`);
    const broken = await w.audit.handlers['audit.verify']({}, w.ctx);
    expect(broken).toMatchObject({ verdict: 'BROKEN', brokenAt: 2001, entries: 2000 });
    expect(broken.says).toContain('was changed after it was recorded');
  });

  it('finds an entry that was cut out', async () => {
    for (let n = 0; n < 5; n += 1) await append('thing.make', n);
    w.store.db.raw.exec('DROP TRIGGER audit_entries_no_delete');
    w.store.db.run('DELETE FROM audit_entries WHERE seq IN (3, 4)');
    expect(await w.audit.handlers['audit.verify']({}, w.ctx)).toMatchObject({ verdict: 'BROKEN', brokenAt: 3, entries: 2 });
  });

  it('exports lines that anyone can check with SHA-256 alone', async () => {
    for (let n = 0; n < 3; n += 1) await append('thing.make', n);
    let text = '';
    for await (const part of w.audit.exportLines()) text += part;
    const lines = text.trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    let previous: string | null = null;
    for (const line of lines) {
      expect((JSON.parse(line) as { previous_hash: string | null }).previous_hash).toBe(previous);
      previous = createHash('sha256').update(line, 'utf8').digest('hex');
    }
    expect((await w.store.read('audit.head', null))?.hash).toBe(previous);
  });

  it('is checked by the Python of its own document', async () => {
    for (let n = 0; n < 3; n += 1) await append('thing.ümlaut', n);
    let text = '';
    for await (const part of w.audit.exportLines()) text += part;
    const document = readFileSync(new URL('../../docs/formats/audit-log.md', import.meta.url), 'utf8');
    const program = /```python\n([\s\S]*?)```/.exec(document)![1]!;
    const check = (input: string) => spawnSync('python3', ['-c', program], { input, encoding: 'utf8' });
    expect(check(text).stdout).toBe(`holds; head ${(await w.store.read('audit.head', null))!.hash}\n`);
    expect(check(text.replace('"n":1', '"n":2')).stderr).toContain('broken at 4');
    expect(check(text.split('\n').toSpliced(1, 1).join('\n')).stderr).toContain('broken at 2');
  });

  it('is rolled back with the change it speaks of', async () => {
    const by = { memberId: w.owner.memberId, role: 'admin', requestId: 'r', now: w.ctx.now } as const;
    const head = await w.store.read('audit.head', null);
    await expect(
      w.store.write('members.add', { member: { memberId: 'too short', name: 'Bo', role: 'auditor', email: null }, by }),
    ).rejects.toMatchObject({ code: 'SQLITE_CONSTRAINT_CHECK' });
    expect(await w.store.read('audit.head', null)).toEqual(head);
  });
});
