import { once } from 'node:events';
import { Readable } from 'node:stream';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createDownloads } from '../../src-main/app/downloads.ts';
import { createHub } from '../../src-main/app/hub.ts';
import { createJobs, type Jobs } from '../../src-main/app/jobs.ts';
import { scopeOf } from '../../src-main/app/session-scope.ts';
import { createViewing } from '../../src-main/app/viewing.ts';
import {
  createStoreDb,
  currentScope,
  EVERYTHING,
  NO_PARTNER,
  openWriter,
  runScoped,
  runUnscoped,
  type Scope,
  seesScope,
} from '../../src-main/store/index.ts';
import type { Job } from '../../src-shared/contract/host.ts';
import type { Session } from '../../src-shared/contract/define.ts';
import { temporaryFolder } from './support/workspace-folder.ts';

const AURORA: Scope = { partnerId: 'aurora', tenantId: null };
const BOREALIS: Scope = { partnerId: 'borealis', tenantId: null };

describe('the scope of a session', () => {
  const session = (change: Partial<Session>): Session => ({ member_id: 'm', role: 'finance', partner_id: null, viewing: null, ...change });

  it('is everything for the company, one partner for a partner’s roles', () => {
    expect(scopeOf(session({}))).toEqual(EVERYTHING);
    expect(scopeOf(session({ role: 'partner_admin', partner_id: 'aurora' }))).toEqual(AURORA);
  });

  it('is nothing for a partner’s role without a partner, and one partner for whatever role is said to belong to it', () => {
    expect(scopeOf(session({ role: 'finance', partner_id: 'aurora' }))).toEqual(AURORA);
    expect(scopeOf(session({ role: 'partner_operator' }))).toEqual({ partnerId: NO_PARTNER, tenantId: null });
    expect(scopeOf(session({ role: 'partner_operator', partner_id: 'aurora', viewing: { tenantId: 't', until: 'x' } }))).toEqual({
      partnerId: 'aurora',
      tenantId: 't',
    });
  });

  it('ends with the view, by itself', () => {
    let now = '2026-06-03T12:00:00.000Z';
    const viewing = createViewing(() => now);
    viewing.begin({ tenantId: 't', until: '2026-06-03T12:15:00.000Z' });
    now = '2026-06-03T12:14:59.999Z';
    expect(viewing.current()?.tenantId).toBe('t');
    now = '2026-06-03T12:15:00.000Z';
    expect(viewing.current()).toBeNull();
    now = '2026-06-03T12:00:00.000Z';
    expect(viewing.current()).toBeNull();
  });
});

describe('a scope', () => {
  it('holds for everything that a call starts, until it is left on purpose', async () => {
    expect(currentScope()).toEqual(EVERYTHING);
    await runScoped(AURORA, async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      expect(currentScope()).toEqual(AURORA);
      expect(runUnscoped(currentScope)).toEqual(EVERYTHING);
      expect(currentScope()).toEqual(AURORA);
    });
    expect(currentScope()).toEqual(EVERYTHING);
  });

  it('is told of what it sees', () => {
    expect(seesScope(EVERYTHING, AURORA)).toBe(true);
    expect(seesScope(AURORA, AURORA)).toBe(true);
    expect(seesScope(AURORA, BOREALIS)).toBe(false);
    expect(seesScope(AURORA, EVERYTHING)).toBe(false);
    expect(seesScope({ ...AURORA, tenantId: 't' }, AURORA)).toBe(false);
  });

  it('is asked for by SQL, with one statement for every partner', () => {
    const raw = openWriter(join(temporaryFolder(), 'x.db'), { create: true });
    const db = createStoreDb(raw);
    db.run('CREATE TABLE owned (id INTEGER PRIMARY KEY, partner_id TEXT NOT NULL) STRICT');
    db.run('CREATE INDEX owned_by_partner ON owned (partner_id)');
    db.run(`INSERT INTO owned (partner_id) VALUES ('aurora'), ('borealis'), ('aurora')`);
    const mine = 'SELECT count(*) AS n FROM owned WHERE partner_id = scope_partner()';
    const counted = (scope: Scope): number => {
      db.setScope(scope);
      return db.get<{ n: number }>(mine)!.n;
    };
    expect([counted(AURORA), counted(BOREALIS), counted({ partnerId: NO_PARTNER, tenantId: null }), counted(EVERYTHING)]).toEqual([
      2, 1, 0, 0,
    ]);
    expect(db.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${mine}`)[0]!.detail).toContain('owned_by_partner');
    raw.close();
  });
});

describe('what outlives its call', () => {
  let jobs: Jobs | null = null;
  afterEach(async () => {
    await jobs?.close();
  });

  it('a job is listed, told and cancelled in the scope that started it', async () => {
    const told: { job: Job; scope: Scope }[] = [];
    let ids = 0;
    jobs = createJobs({
      now: () => new Date('2026-06-03T12:00:00Z'),
      newId: () => `job-${(ids += 1)}`,
      changed: (job, scope) => told.push({ job, scope }),
      failed: () => undefined,
    });
    const seen: Scope[] = [];
    let finish: () => void = () => undefined;
    const spec = {
      name: 'Long work',
      kind: 'export' as const,
      requestId: 'req',
      run: async () => {
        await new Promise<void>((resolve) => (finish = resolve));
        seen.push(currentScope());
        return 'Done.';
      },
    };
    const { jobId, ended } = runScoped(BOREALIS, () => jobs!.start(spec));
    expect(runScoped(AURORA, () => jobs!.list())).toEqual([]);
    expect(runScoped(BOREALIS, () => jobs!.list()).map((job) => job.jobId)).toEqual([jobId]);
    expect(jobs.list()).toHaveLength(1);
    // The same words as for a job that never was.
    expect(() => runScoped(AURORA, () => jobs!.cancel(jobId))).toThrow('No such job is running.');
    finish();
    expect((await ended).state).toBe('done');
    expect(seen).toEqual([BOREALIS]);
    expect(told.every(({ scope }) => !seesScope(AURORA, scope) && seesScope(BOREALIS, scope))).toBe(true);
  });

  it('a file is read in the scope of the command that made its ticket, however late', async () => {
    let tickets = 0;
    const downloads = createDownloads({ newTicket: () => `t${(tickets += 1)}`, now: () => new Date() });
    const seen: Scope[] = [];
    const ticket = runScoped(AURORA, () =>
      downloads.issue({
        fileName: 'x',
        contentType: 'text/plain',
        open: () => {
          seen.push(currentScope());
          return Readable.from(
            (async function* () {
              for (let piece = 0; piece < 3; piece += 1) {
                seen.push(currentScope());
                yield `${piece}`;
                await new Promise((resolve) => setTimeout(resolve, 1));
              }
            })(),
          );
        },
      }),
    );
    const stream = await runScoped(BOREALIS, async () => downloads.take(ticket)!.open());
    const read: string[] = [];
    stream.on('data', (piece: string) => read.push(piece));
    await once(stream, 'end');
    expect(read.join('')).toBe('012');
    expect(seen).toEqual([AURORA, AURORA, AURORA, AURORA]);
  });

  it('what rooms do about a change runs in no scope', async () => {
    const hub = createHub();
    const seen = new Promise<Scope>((resolve) => {
      hub.onChanged(() => {
        resolve(currentScope());
      });
    });
    runScoped(AURORA, () => {
      hub.changed('tenants');
    });
    expect(await seen).toEqual(EVERYTHING);
  });
});
