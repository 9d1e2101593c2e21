import { type CallLogEntry, createRouter, type Denial, type Router } from '../../../src-shared/contract/router.ts';
import { command, event, type Handlers, type Phase, query, type Session, z } from '../../../src-shared/contract/define.ts';
import type { ContractLimits } from '../../../src-shared/contract/limits.ts';
import { AppError } from '../../../src-shared/kernel/errors.ts';

/** A small contract with one of each kind, for suites about the machinery and not about a room. */
export const fixtureContract = {
  'echo.say': query({
    input: z.strictObject({ text: z.string(), extra: z.unknown().optional(), tags: z.record(z.string(), z.string()).optional() }),
    output: z.strictObject({ text: z.string(), memberId: z.string(), now: z.string() }),
  }),
  'note.add': command({ input: z.strictObject({ text: z.string().min(1) }), output: z.strictObject({ count: z.int() }) }),
  'note.fail': command({ input: z.strictObject({}), output: z.strictObject({}), errors: ['CONFLICT'] }),
  'work.wait': query({ input: z.strictObject({}), output: z.strictObject({ waited: z.boolean() }) }),
  'work.steps': query({ input: z.strictObject({ steps: z.int() }), output: z.strictObject({ steps: z.int() }) }),
  'bug.throw': query({ input: z.strictObject({}), output: z.strictObject({}) }),
  'bug.answer': query({ input: z.strictObject({}), output: z.strictObject({ at: z.string() }) }),
  'bug.large': query({ input: z.strictObject({}), output: z.strictObject({ text: z.string() }) }),
  'admin.only': query({ roles: ['admin'], input: z.strictObject({}), output: z.strictObject({}) }),
  'recovery.only': query({ in: 'recovery', input: z.strictObject({}), output: z.strictObject({}) }),
  'note.added': event(z.strictObject({ text: z.string() })),
} as const;

export interface Fixture {
  readonly router: Router<typeof fixtureContract>;
  readonly log: CallLogEntry[];
  readonly denials: Denial[];
  readonly notes: string[];
  session: Session;
  phase: Phase;
  /** Ends every `work.wait` that still waits. */
  readonly release: () => void;
  /** `work.wait` calls whose signal has aborted. */
  aborted: number;
  waiting: number;
}

export const SECRET_PATH = '/home/somebody/secret/place';

export const createFixture = (limits: Partial<ContractLimits> = {}): Fixture => {
  const releases = new Set<() => void>();
  let lastRequest = 0;
  let elapsed = 0;
  const fixture = {
    log: [] as CallLogEntry[],
    denials: [] as Denial[],
    notes: [] as string[],
    session: { member_id: 'm-1', role: 'auditor' } as Session,
    phase: 'workspace' as Phase,
    aborted: 0,
    waiting: 0,
    release: () => {
      for (const release of releases) release();
      releases.clear();
    },
  };
  const handlers: Handlers<typeof fixtureContract> = {
    'echo.say': ({ text }, ctx) => ({ text, memberId: ctx.session.member_id, now: ctx.now }),
    'note.add': async ({ text }) => {
      await Promise.resolve();
      fixture.notes.push(text);
      router.publish('note.added', { text });
      return { count: fixture.notes.length };
    },
    'note.fail': () => {
      fixture.notes.push('failed');
      throw new AppError('CONFLICT', `The file ${SECRET_PATH}/x.csv is in the way.`, {
        nextStep: 'Choose another name.',
        details: { at: `${SECRET_PATH}/x.csv`, rows: [3] },
      });
    },
    'work.wait': (_input, ctx) =>
      new Promise((resolve, reject) => {
        fixture.waiting += 1;
        releases.add(() => {
          resolve({ waited: true });
        });
        ctx.signal.addEventListener('abort', () => {
          fixture.aborted += 1;
          reject(ctx.signal.reason as Error);
        });
      }),
    'work.steps': ({ steps }, ctx) => {
      for (let done = 1; done <= steps; done += 1) ctx.progress({ done, total: steps });
      return { steps };
    },
    'bug.throw': () => {
      throw new Error(`ENOENT: no such file, open '${SECRET_PATH}/db'`);
    },
    'bug.answer': () => ({ at: new Date(0) as unknown as string, more: 1 }),
    'bug.large': () => ({ text: 'x'.repeat(200_000) }),
    'admin.only': () => ({}),
    'recovery.only': () => ({}),
  };
  const router = createRouter({
    contract: fixtureContract,
    handlers,
    session: () => fixture.session,
    phase: () => fixture.phase,
    log: (entry) => fixture.log.push(entry),
    onDenied: (denial) => fixture.denials.push(denial),
    now: () => '2026-08-01T00:00:00.000Z',
    newRequestId: () => `r-${(lastRequest += 1)}`,
    monotonicMs: () => (elapsed += 1),
    redact: (text) => text.replaceAll(SECRET_PATH, '…'),
    checkOutputs: true,
    limits: { answerBytes: 100_000, ...limits },
  });
  return Object.assign(fixture, { router });
};
