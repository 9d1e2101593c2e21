/**
 * Isolation of partners, generated from the contract: as a member of Aurora, every procedure is called with everything that
 * can be named of Borealis. No answer, error, event or file may hold an id, a name or a figure of Borealis, and nothing of
 * Borealis may change.
 */
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CallError } from '../../src-shared/contract/client.ts';
import type { Contract, Procedure } from '../../src-shared/contract/define.ts';
import { contract } from '../../src-shared/contract/index.ts';
import { refusalOf } from '../../src-shared/contract/may-call.ts';
import { PARTNER_ROLES, type Role } from '../../src-shared/contract/roles.ts';
import { inputsOf, placesOf } from './support/isolation-inputs.ts';
import { HOUSE_ROOMS, ISOLATION_TABLE, type IsolationRow } from './support/isolation-table.ts';
import { type Known, knownOf } from './support/known-ids.ts';
import { leavesOf, withoutEcho, withoutWholeEcho } from './support/leaves.ts';
import { AURORA, BOREALIS, openTwoPartners, tenantOf, type TwoPartners } from './support/two-partners.ts';

const procedures = Object.entries(contract as Contract).filter((entry): entry is [string, Procedure] => entry[1].kind !== 'event');
const rowOf = (name: string): IsolationRow | undefined =>
  Object.hasOwn(ISOLATION_TABLE, name) ? ISOLATION_TABLE[name] : HOUSE_ROOMS.test(name) ? 'house' : undefined;
const partnerMay = ({ roles }: Procedure): boolean => roles === 'any' || PARTNER_ROLES.some((role) => roles.includes(role));

/** In every name and id of Borealis, and its figures. */
const OF_BOREALIS = /borealis|zyxwood|177,?733\.75|1,?999,?888\.5/i;

let world: TwoPartners;
let known: { readonly aurora: Known; readonly borealis: Known };
/** Texts and figures that Borealis is told and Aurora is not. */
let secrets: ReadonlySet<string>;
let before: Readonly<Record<string, string>>;
const heard: unknown[] = [];

interface Said {
  readonly input: unknown;
  readonly answer: unknown;
  readonly code: string | null;
  readonly files: readonly string[];
}

/** One call as whoever acts: its answer or its whole error, and what the file holds that it hands out. */
async function ask(name: string, input: unknown): Promise<Said> {
  try {
    const answer = await (world.client.call as (name: string, input: unknown) => Promise<unknown>)(name, input);
    return { input, answer, code: null, files: await filesOf(answer) };
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const { code, message, nextStep, details } = error;
    return { input, answer: { code, message, nextStep, details }, code, files: [] };
  }
}

async function filesOf(answer: unknown): Promise<string[]> {
  const ticket = typeof answer === 'object' && answer !== null && 'ticket' in answer ? answer.ticket : null;
  if (typeof ticket !== 'string') return [];
  const file = await world.app.openDownload(ticket);
  if (file === null) return [];
  const chunks: Buffer[] = [];
  for await (const chunk of file.stream) chunks.push(Buffer.from(chunk as Uint8Array));
  const bytes = Buffer.concat(chunks);
  if (!file.fileName.endsWith('.zip')) return [`${file.fileName}\n${bytes.toString('utf8')}`];
  return Object.entries(unzipSync(bytes)).map(([path, content]) => `${path}\n${Buffer.from(content).toString('utf8')}`);
}

const VOLATILE = new Set(['latencyMs', 'queryMs', 'elapsedMs', 'ticket', 'cached', 'requestId']);
const stable = (value: unknown): string => JSON.stringify(value, (key, child: unknown) => (VOLATILE.has(key) ? undefined : child));

/** Everything that a partner's admin is answered about their own. */
async function lookAs(memberId: string, own: Known): Promise<Record<string, string>> {
  const answers: Record<string, string> = {};
  await world.as(memberId, async () => {
    for (const [name, procedure] of procedures)
      if (procedure.kind === 'query' && partnerMay(procedure))
        for (const input of inputsOf(procedure.input, own))
          answers[`${name} ${JSON.stringify(input)}`] = stable((await ask(name, input)).answer);
  });
  return answers;
}

/** A refusal may repeat what the caller wrote, anywhere; an answer only a whole text of theirs, such as the filter it used. */
const expectNothingOf = (name: string, { input, answer, code, files }: Said, marks: RegExp, told: ReadonlySet<string>): void => {
  const where = `${name} ${JSON.stringify(input)}`;
  const unechoed = code === null ? withoutWholeEcho(answer, input) : (JSON.parse(withoutEcho(JSON.stringify(answer), input)) as unknown);
  expect(marks.exec(JSON.stringify(unechoed))?.[0], where).toBeUndefined();
  for (const file of files) expect(marks.exec(file)?.[0], `the file of ${where}`).toBeUndefined();
  expect(
    [...leavesOf(unechoed)].filter((leaf) => told.has(leaf)),
    where,
  ).toEqual([]);
};

beforeAll(async () => {
  world = await openTwoPartners();
  known = { aurora: await knownOf(world, AURORA), borealis: await knownOf(world, BOREALIS) };
  const aurora = await lookAs(world.people.admin['aurora']!, known.aurora);
  before = await lookAs(world.people.admin['borealis']!, known.borealis);
  const public_ = new Set(Object.values(aurora).flatMap((text) => [...leavesOf(JSON.parse(text))]));
  secrets = new Set(Object.values(before).flatMap((text) => [...leavesOf(JSON.parse(text))].filter((leaf) => !public_.has(leaf))));
}, 120_000);
afterAll(async () => {
  await world.close();
});

describe('the table of inputs', () => {
  it.each(procedures)('%s has a row, with every place in which a partner can be named', (name, procedure) => {
    const row = rowOf(name);
    expect(row, `${name} has no row in isolation-table.ts: say what it may be given of another partner`).toBeDefined();
    if (row === 'house') expect(partnerMay(procedure), `${name} is open to partners and stands as the company's own`).toBe(false);
    else {
      expect(partnerMay(procedure), `${name} is the company's own: its row says “house”`).toBe(true);
      const places = placesOf(procedure.input, known.borealis).map(({ path }) => path);
      expect(places.sort()).toEqual([...row!.places].sort());
    }
  });

  it('is about things that exist: Borealis is told what Aurora must not be', () => {
    expect(secrets.size).toBeGreaterThan(200);
    const all = Object.values(before).join('\n');
    for (const word of ['Zyxwood Works 1', 'borealis-tn-2', 'borealis-sub-1', 'INC-', 'APR-', '177733.75', 'pro@1.4'])
      expect(all).toContain(word);
    const failed = Object.entries(before).filter(([, text]) => text.includes('"code":"INTERNAL"') || text.includes('"code":"BAD_INPUT"'));
    expect(failed.map(([where]) => where)).toEqual([]);
  });
});

describe.each(PARTNER_ROLES)('a %s of another partner', (role: Role) => {
  beforeAll(async () => {
    const members = role === 'partner_admin' ? world.people.admin : world.people.operator;
    await world.client.call('session.actAs', { memberId: members['aurora']! });
    for (const name of ['job.changed', 'facts.changed', 'workspace.reopened'] as const) world.client.on(name, (body) => heard.push(body));
  });
  afterAll(async () => {
    await world.client.call('session.actAs', { memberId: world.people.owner });
  });

  it.each(procedures)('is told nothing by %s, and changes nothing', async (name, procedure) => {
    const row = rowOf(name);
    if (row === undefined) return;
    if (refusalOf({ role, viewing: null }, name, procedure) !== null) {
      const said = await ask(name, {});
      expect(said.code).toBe(procedure.in === 'recovery' ? 'NOT_IN_RECOVERY' : 'FORBIDDEN');
      expectNothingOf(name, said, OF_BOREALIS, secrets);
      return;
    }
    const also = row === 'house' ? [] : (row.also?.(known.borealis) ?? []);
    for (const input of [...inputsOf(procedure.input, known.borealis), ...also]) {
      const said = await ask(name, input);
      expect(said.code, `${name} ${JSON.stringify(input)}: ${JSON.stringify(said.answer)}`).not.toBe('INTERNAL');
      expect(said.code, `${name} ${JSON.stringify(input)}: ${JSON.stringify(said.answer)}`).not.toBe('BAD_INPUT');
      expectNothingOf(name, said, OF_BOREALIS, secrets);
    }
    // Whatever was tried, it is still who it was.
    expect((await world.client.call('session.describe', {})).member.partnerId).toBe('aurora');
  });

  it('is told nothing by tenants of both in one call, and changes none of them', async () => {
    const both = [tenantOf(AURORA, 1), tenantOf(BOREALIS, 1)];
    const said = await ask('tenant.tag', { tenantIds: both, add: ['of-both'] });
    expectNothingOf('tenant.tag', said, OF_BOREALIS, secrets);
  });
});

describe('afterwards', () => {
  it('every event told Aurora nothing', () => {
    expect(OF_BOREALIS.exec(JSON.stringify(heard))?.[0]).toBeUndefined();
  });

  it('Borealis is told the same as before', async () => {
    const after = await lookAs(world.people.admin['borealis']!, known.borealis);
    for (const [where, text] of Object.entries(before)) expect(after[where], where).toBe(text);
  });
});

describe('a view as one tenant', () => {
  const OTHERS = /borealis|zyxwood|aurora-tn-2|Ambersand Works 2/i;

  it('is told nothing of any other tenant, whoever looks', async () => {
    const tenantId = tenantOf(AURORA, 1);
    await world.as(world.people.founder, async () => {
      await world.client.call('action.impersonate', { tenantId, reason: 'To see what they see', minutes: 5 });
      try {
        const viewing = { tenantId, until: '2026-06-03T12:05:00.000Z' };
        expect((await world.client.call('session.describe', {})).viewing).toEqual(viewing);
        for (const [name, procedure] of procedures) {
          if (name === 'action.endImpersonation') continue;
          const inputs = refusalOf({ role: 'founder', viewing }, name, procedure) === null ? inputsOf(procedure.input, both()) : [{}];
          for (const input of inputs) {
            const said = await ask(name, input);
            if (refusalOf({ role: 'founder', viewing }, name, procedure) !== null)
              expect(said.code, name).toBe(procedure.in === 'recovery' ? 'NOT_IN_RECOVERY' : 'FORBIDDEN');
            expectNothingOf(name, said, OTHERS, new Set());
          }
        }
      } finally {
        await world.client.call('action.endImpersonation', {});
      }
    });
  }, 60_000);

  /** Of Borealis, and of the other tenant of Aurora. */
  const both = (): Known => ({ ...known.borealis, tenantId: [...known.borealis['tenantId']!, tenantOf(AURORA, 2)] });
});

describe('a console that was opened as a partner’s member', () => {
  it('has no way out of that partner', async () => {
    const app = await world.openAs('Ambersand Operator');
    try {
      const client = app.connect();
      const session = await client.call('session.describe', {});
      expect(session).toMatchObject({ member: { partnerId: 'aurora' }, openedBy: null });
      const others = [world.people.owner, world.people.founder, world.people.admin['borealis']!, 'Owner of the House', 'nobody'];
      for (const memberId of others) await expect(client.call('session.actAs', { memberId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await client.call('session.actAs', { memberId: world.people.admin['aurora']! });
      const { members } = await client.call('member.list', {});
      expect(members.map(({ name }) => name)).toEqual(['Ambersand Operator', 'Ambersand Admin']);
      // What a terminal asks past the contract.
      await expect(app.verifyWorkspace({ fromZero: true })).rejects.toMatchObject({ code: 'FORBIDDEN' });
      await expect(app.evidence.find('finance')).rejects.toMatchObject({ code: 'FORBIDDEN' });
      await expect(app.conformance([`borealis/${BOREALIS.chain}`])).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(await app.metricsText()).toBeNull();
      expect(await app.conformance([`aurora/${AURORA.chain}`])).toHaveLength(1);
    } finally {
      await app.close();
    }
  });
});
