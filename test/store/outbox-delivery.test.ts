import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type ActsOptions, type ActsWorkspace, openActsWorkspace, refused } from './support/acts-workspace.ts';

/** Delivery to real servers on loopback and to real folders: retries, receipts, order, and the way back. */

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

let ws: ActsWorkspace;
const servers: Server[] = [];
afterEach(async () => {
  await ws.close();
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

interface Got {
  readonly key: string | undefined;
  readonly authorization: string | undefined;
  readonly digest: string | undefined;
  readonly body: string;
}

/** A system upstream that acts once for each idempotency key, and answers as it is told to. */
async function upstream(answer: (got: Got, nth: number, response: ServerResponse) => void) {
  const got: Got[] = [];
  const acted = new Map<string, string>();
  const server = createServer((request: IncomingMessage, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const header = (name: string) => request.headers[name] as string | undefined;
      const one = {
        key: header('idempotency-key'),
        authorization: header('authorization'),
        digest: header('content-digest'),
        body: Buffer.concat(parts).toString('utf8'),
      };
      got.push(one);
      answer(one, got.length, response);
      if (response.statusCode < 300 && one.key !== undefined) acted.set(one.key, one.body);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { got, acted, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const plan = (planId: string) => ({ tenantId: 'tn_harrow', planId, planVersion: '1.0.0', reason: 'asked by the customer' });
const open = async (options: ActsOptions = {}) => (ws = await openActsWorkspace(options));
const change = (planId: string) => ws.ask(ws.people.partnerAdmin, 'action.changePlan', plan(planId));
const messages = async () => (await ws.ask(ws.people.admin, 'outbox.list', {})).messages.toReversed();
const shown = async (nth = 0) => ws.ask(ws.people.admin, 'outbox.show', { messageId: (await messages())[nth]!.messageId });
const deliver = () => ws.ask(ws.people.admin, 'outbox.deliver', {});

describe('over HTTP', () => {
  it('posts the stored bytes with the idempotency key, the digest and the token, and keeps the receipt', async () => {
    const up = await upstream((_got, _nth, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"done":true}');
    });
    await open({ source: { kind: 'http', location: up.url, hasToken: true } });
    ws.tokens.set(`source-token:${ws.sourceId}`, 'sesame');
    await change('growth');
    expect(await deliver()).toEqual({ tried: 1, acknowledged: 1, sent: 0, refused: 0, unreachable: 0 });
    const { message, body, attempts } = await shown();
    expect(message).toMatchObject({ state: 'acknowledged', attempts: 1, nextAttemptAt: null });
    expect(up.got).toEqual([
      {
        key: message.messageId,
        authorization: 'Bearer sesame',
        digest: `sha-256=:${createHash('sha256').update(body).digest('base64')}:`,
        body,
      },
    ]);
    expect(attempts).toMatchObject([
      {
        via: 'http',
        outcome: 'acknowledged',
        status: 200,
        requestSha256: sha256(body),
        responseSha256: sha256('{"done":true}'),
        responseBytes: 13,
      },
    ]);
    expect(await deliver()).toMatchObject({ tried: 0 });
  });

  it('tries again after 5xx and a dropped connection, later each time, with the same key: it acts once', async () => {
    const up = await upstream((_got, nth, response) => {
      if (nth === 1) response.writeHead(503).end();
      else if (nth === 2) response.destroy();
      else if (nth === 3) response.writeHead(202).end();
      else response.writeHead(200).end();
    });
    await open({ source: { kind: 'http', location: up.url } });
    await change('growth');
    const waits: number[] = [];
    for (const outcome of ['unreachable', 'unreachable', 'sent', 'acknowledged'] as const) {
      expect(await deliver()).toMatchObject({ tried: 1, [outcome]: 1 });
      // Before its time nothing is tried.
      expect(await deliver()).toMatchObject({ tried: 0 });
      const { message } = await shown();
      if (message.nextAttemptAt === null) break;
      waits.push(Date.parse(message.nextAttemptAt) - Date.parse(ws.state.now));
      ws.state.now = message.nextAttemptAt;
    }
    expect(waits).toEqual([30_000, 60_000, 30_000]);
    expect(new Set(up.got.map(({ key }) => key)).size).toBe(1);
    expect(up.acted.size).toBe(1);
    expect((await shown()).attempts.map(({ outcome, status }) => [outcome, status])).toEqual([
      ['acknowledged', 200],
      ['sent', 202],
      ['unreachable', null],
      ['unreachable', 503],
    ]);
  });

  it('waits as long as Retry-After asks', async () => {
    const up = await upstream((_got, _nth, response) => {
      response.writeHead(429, { 'retry-after': '600' }).end();
    });
    await open({ source: { kind: 'http', location: up.url } });
    await change('growth');
    await deliver();
    const { message } = await shown();
    expect(message.state).toBe('pending');
    expect(Date.parse(message.nextAttemptAt ?? '') - Date.parse(ws.state.now)).toBe(600_000);
  });

  it('a refusal is an end and an incident; a retry by hand that is taken resolves it', async () => {
    const up = await upstream((_got, nth, response) => {
      response.writeHead(nth === 1 ? 409 : 200).end();
    });
    await open({ source: { kind: 'http', location: up.url } });
    await change('growth');
    await deliver();
    const failed = (await shown()).message;
    expect([failed.state, failed.nextAttemptAt]).toEqual(['failed', null]);
    const incidents = () => ws.store.db.all('SELECT kind, state, severity FROM incident_state');
    expect(incidents()).toEqual([{ kind: 'outbox', state: 'open', severity: 'bad' }]);
    await ws.ask(ws.people.admin, 'outbox.retry', { messageId: failed.messageId });
    await deliver();
    expect((await shown()).message.state).toBe('acknowledged');
    expect(incidents()).toEqual([{ kind: 'outbox', state: 'resolved', severity: 'bad' }]);
    expect((await refused(ws.ask(ws.people.admin, 'outbox.retry', { messageId: failed.messageId }))).code).toBe('CONFLICT');
  });

  it('gives up after three days in which it reached nobody, and says so', async () => {
    await open({ source: { kind: 'http', location: 'http://127.0.0.1:9' } });
    await change('growth');
    const began = Date.parse(ws.state.now);
    for (let i = 0; i < 40; i += 1) {
      await deliver();
      const { nextAttemptAt } = (await shown()).message;
      if (nextAttemptAt === null) break;
      ws.state.now = nextAttemptAt;
    }
    const { message, attempts } = await shown();
    expect([message.state, attempts.length]).toEqual(['failed', 16]);
    expect((Date.parse(ws.state.now) - began) / 86_400_000).toBeGreaterThan(1);
    expect((Date.parse(ws.state.now) - began) / 86_400_000).toBeLessThan(4);
  });

  it('follows no redirect: what it says goes to the configured place alone', async () => {
    const other = await upstream((_got, _nth, response) => response.writeHead(200).end());
    const up = await upstream((_got, _nth, response) => response.writeHead(307, { location: other.url }).end());
    await open({ source: { kind: 'http', location: up.url } });
    await change('growth');
    await deliver();
    expect([(await shown()).message.state, other.got.length]).toEqual(['failed', 0]);
  });

  it('a message of a tenant waits for the ones before it; those of others do not', async () => {
    let broken = true;
    const up = await upstream((got, _nth, response) => {
      const { tenant_id } = JSON.parse(got.body) as { tenant_id: string };
      response.writeHead(broken && tenant_id === 'tn_harrow' ? 503 : 200).end();
    });
    await open({ source: { kind: 'http', location: up.url } });
    await change('growth');
    await change('starter');
    await ws.ask(ws.people.partnerAdmin, 'action.changePlan', { ...plan('growth'), tenantId: 'tn_kestrel' });
    expect(await deliver()).toMatchObject({ tried: 2, acknowledged: 1, unreachable: 1 });
    broken = false;
    ws.pass(1);
    expect(await deliver()).toMatchObject({ tried: 2, acknowledged: 2 });
    const harrow = up.got
      .filter(({ body }) => body.includes('tn_harrow'))
      .map(({ body }) => (JSON.parse(body) as { after: { plan_id: string } }).after.plan_id);
    expect(harrow).toEqual(['growth', 'growth', 'starter']);
  });

  it('the rollback path, exercised: suspension, refusal upstream, rollback, both told in order', async () => {
    const up = await upstream((got, _nth, response) => {
      const { kind } = JSON.parse(got.body) as { kind: string };
      response.writeHead(kind === 'tenant.suspend' ? 422 : 200).end();
    });
    await open({ source: { kind: 'http', location: up.url } });
    const { request } = await ws.ask(ws.people.operator, 'action.suspend', { tenantId: 'tn_harrow', reason: 'unpaid' });
    const { requestId, statementSha256 } = request!;
    await ws.ask(ws.people.founder, 'approval.confirm', { requestId, statementSha256 });
    await ws.ask(ws.people.partnerAdmin, 'approval.confirm', { requestId, statementSha256 });
    expect(ws.statusOf('tn_harrow')).toBe('suspended');
    await deliver();
    const suspended = (await shown()).message;
    expect(suspended.state).toBe('failed');
    const back = await ws.ask(ws.people.founder, 'outbox.rollback', { messageId: suspended.messageId, reason: 'upstream says no' });
    expect(back.outcome).toBe('done');
    expect(ws.statusOf('tn_harrow')).toBe('active');
    await deliver();
    const [first, second] = await messages();
    expect([first?.compensatedBy, second?.compensates, second?.state]).toEqual([second?.messageId, first?.messageId, 'acknowledged']);
    expect((JSON.parse(up.got.at(-1)?.body ?? '') as { reverses: string }).reverses).toBe(first?.messageId);
  });

  it('goes to the address that is configured, and only to one that is safe', async () => {
    const up = await upstream((_got, _nth, response) => response.writeHead(200).end());
    await open();
    const set = (url: string | null) => ws.ask(ws.people.admin, 'outbox.setEndpoint', { sourceId: ws.sourceId, url });
    for (const bad of [
      'http://example.com/actions',
      'ftp://127.0.0.1/x',
      'https://me:secret@example.com/',
      'nowhere',
      'https://example.com/#x',
    ])
      expect((await refused(set(bad))).code).toBe('BAD_INPUT');
    await set(`${up.url}/acts`);
    expect((await ws.ask(ws.people.admin, 'outbox.endpoints', {})).endpoints).toEqual([
      { sourceId: ws.sourceId, name: 'northwind', kind: 'folder', target: `${up.url}/acts`, configured: true },
    ]);
    await change('growth');
    await deliver();
    expect(up.got.length).toBe(1);
    await set(null);
    expect((await ws.ask(ws.people.admin, 'outbox.endpoints', {})).endpoints[0]?.configured).toBe(false);
    expect(ws.audited('outbox.endpoint')).toBe(2);
  });
});

describe('into a folder', () => {
  const folderOf = () => join(ws.folder, 'northwind');

  it('lays a file for the operator’s system, and takes its acknowledgement', async () => {
    await open();
    mkdirSync(folderOf());
    await change('growth');
    expect(await deliver()).toMatchObject({ tried: 1, sent: 1 });
    const { message, body } = await shown();
    expect(readdirSync(join(folderOf(), 'outbox'))).toEqual([`${message.messageId}.json`]);
    expect(readFileSync(join(folderOf(), 'outbox', `${message.messageId}.json`), 'utf8')).toBe(body);
    const ack = (content: string) => writeFileSync(join(folderOf(), 'outbox', `${message.messageId}.ack.json`), content);
    // Of another message, or no JSON: counts for nothing.
    for (const useless of ['{"message_id":"another","status":"done"}', 'done', '{"message_id":']) {
      ack(useless);
      ws.pass(6);
      expect(await deliver()).toMatchObject({ tried: 1, sent: 1 });
    }
    const good = JSON.stringify({ message_id: message.messageId, status: 'done', says: 'plan set' });
    ack(good);
    ws.pass(6);
    expect(await deliver()).toMatchObject({ acknowledged: 1 });
    const after = await shown();
    expect(after.message).toMatchObject({ state: 'acknowledged', says: expect.stringContaining('plan set') as string });
    expect(after.attempts[0]).toMatchObject({ via: 'folder', responseSha256: sha256(good) });
  });

  it('a refusal beside the file is an end', async () => {
    await open();
    mkdirSync(join(folderOf(), 'outbox'), { recursive: true });
    await change('growth');
    const { messageId } = (await messages())[0]!;
    writeFileSync(join(folderOf(), 'outbox', `${messageId}.ack.json`), JSON.stringify({ message_id: messageId, status: 'refused' }));
    await deliver();
    expect((await shown()).message.state).toBe('failed');
  });

  it('what is taken and not carried out for a day is told to a person, once', async () => {
    await open();
    mkdirSync(folderOf());
    await change('growth');
    await deliver();
    const incidents = () => ws.store.db.all<{ severity: string }>('SELECT severity, times_seen FROM incident_state');
    expect(incidents()).toEqual([]);
    ws.pass(25);
    await deliver();
    ws.pass(25);
    await deliver();
    expect(incidents()).toEqual([{ severity: 'warn', times_seen: 2 }]);
  });

  it('a folder that is not there, or whose outbox leads elsewhere, is tried again, and nothing is written outside', async () => {
    await open();
    await change('growth');
    expect(await deliver()).toMatchObject({ unreachable: 1 });
    mkdirSync(folderOf());
    const elsewhere = join(ws.folder, 'elsewhere');
    mkdirSync(elsewhere);
    symlinkSync(elsewhere, join(folderOf(), 'outbox'));
    ws.pass(6);
    expect(await deliver()).toMatchObject({ unreachable: 1 });
    expect(readdirSync(elsewhere)).toEqual([]);
  });
});

describe('without a system to tell', () => {
  it('a tenant that no source delivered is told to nobody, and says so', async () => {
    await open();
    await ws.seed({ tenantId: 'tn_own', name: 'Our own', partnerId: 'northwind', sourceNo: null });
    await ws.ask(ws.people.partnerAdmin, 'action.changePlan', { ...plan('growth'), tenantId: 'tn_own' });
    await deliver();
    const { message } = await shown();
    expect([message.source, message.state, message.says]).toEqual([null, 'failed', expect.stringContaining('no system to tell')]);
  });

  it('a paused source is waited for, a removed one is not', async () => {
    const up = await upstream((_got, _nth, response) => response.writeHead(200).end());
    await open({ source: { kind: 'http', location: up.url } });
    await change('growth');
    ws.store.db.run(`UPDATE source_settings SET state = 'paused'`);
    expect(await deliver()).toMatchObject({ unreachable: 1 });
    ws.store.db.run(`UPDATE source_settings SET state = 'removed'`);
    ws.pass(1);
    expect(await deliver()).toMatchObject({ refused: 1 });
    expect(up.got).toEqual([]);
  });

  it("another partner's member sees no message", async () => {
    await open();
    await change('growth');
    const { messageId } = (await messages())[0]!;
    expect((await refused(ws.ask(ws.people.stranger, 'outbox.show', { messageId }))).code).toBe('NOT_FOUND');
    expect((await refused(ws.ask(ws.people.stranger, 'outbox.rollback', { messageId, reason: 'not mine' }))).code).toBe('NOT_FOUND');
    const list = await ws.ask(ws.people.stranger, 'outbox.list', {});
    expect([list.messages, list.totals]).toEqual([[], { pending: 0, sent: 0, acknowledged: 0, failed: 0 }]);
  });
});
