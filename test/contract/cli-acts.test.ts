import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { ActionOutcome } from '../../src-shared/contract/actions.ts';
import { type App, createApp } from '../../src-main/app/create-app.ts';
import { createCli } from './support/run-cli.ts';

/** The whole way in a terminal: a source's tenant, asked, confirmed by two, delivered, acknowledged, rolled back. */

// Each command is a process of its own, and the machine may be busy.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const cli = createCli('acts');
const workspace = join(cli.folder, 'ws');
const source = join(cli.folder, 'northwind');
const outbox = join(source, 'outbox');
const NOW = '2026-06-03T09:42:00.000Z';
const run = (...words: readonly string[]) => cli.run(...words, '--workspace', workspace, '--now', NOW);

/** What a person in this role does in a console of their own. */
async function as<T>(name: string | null, work: (client: ReturnType<App['connect']>) => Promise<T>): Promise<T> {
  const app = await createApp({
    kind: 'cli',
    folder: workspace,
    create: true,
    readOnly: false,
    background: false,
    now: NOW,
    ...(name === null ? {} : { actAs: name }),
  });
  try {
    return await work(app.connect());
  } finally {
    await app.close();
  }
}

beforeAll(async () => {
  mkdirSync(join(source, 'tenants'), { recursive: true });
  const record = {
    tenant_id: 'tn_harrow',
    name: 'Harrow & Finch Freight',
    partner_id: 'northwind',
    tier: 'pro',
    plan_id: 'pro',
    plan_version: '1.0.0',
    status: 'active',
    region: 'eu-west-1',
    created_at: '2025-01-14T09:00:00Z',
    updated_at: '2026-06-01T09:00:00Z',
  };
  writeFileSync(join(source, 'tenants', '2026-06.ndjson'), `${JSON.stringify(record)}\n`);
  await as(null, async (client) => {
    await client.call('source.add', { kind: 'folder', location: source, name: 'northwind' });
    for (const [name, role, partnerId] of [
      ['Jonas Weil', 'partner_operator', 'northwind'],
      ['Mara Lind', 'partner_admin', 'northwind'],
      ['Amara Okafor', 'founder', null],
    ] as const)
      await client.call('member.add', { name, role, ...(partnerId === null ? {} : { partnerId }) });
  });
  expect((await run('sync')).code).toBe(0);
});

describe('acts in a terminal', () => {
  it('says what a member may do, with the rule', async () => {
    const may = await run('tenant', 'may', 'tn_harrow', '--as', 'Jonas Weil');
    expect(may).toMatchObject({ code: 0, stderr: '' });
    expect(may.stdout).toContain('after 2 confirmed by partner_admin, finance, founder, admin');
    expect(may.stdout).toContain('can_delete_tenant, rule 21 of version 1');
  });

  it('suspends under dual control, delivers, and rolls back', async () => {
    const asked = await run('tenant', 'suspend', 'tn_harrow', '--reason', 'ticket 8812', '--as', 'Jonas Weil', '--json');
    const { outcome, request } = asked.json<ActionOutcome>();
    expect([asked.code, outcome]).toEqual([0, 'asked']);
    if (request === null) throw new Error('it was asked');
    const { ref, requestId, statementSha256 } = request;
    const bytes = (await run('approve', 'show', ref, '--statement')).stdout;
    expect(createHash('sha256').update(bytes, 'utf8').digest('hex')).toBe(statementSha256);

    await as('Mara Lind', (client) => client.call('approval.confirm', { requestId, statementSha256 }));
    const stale = await run('approve', 'confirm', ref, '--sha256', 'a'.repeat(64), '--as', 'Amara Okafor');
    expect(stale).toMatchObject({ code: 2, stderr: expect.stringContaining('the hash of the statement differs') as string });
    const done = await run('approve', 'confirm', ref, '--sha256', statementSha256, '--as', 'Amara Okafor', '--json');
    expect(done.json()).toMatchObject({ outcome: 'executed', confirmations: 2 });

    expect((await run('outbox', 'deliver', '--json')).json()).toMatchObject({ tried: 1, sent: 1 });
    const [name] = readdirSync(outbox);
    const message = JSON.parse(readFileSync(join(outbox, name ?? ''), 'utf8')) as { message_id: string; after: { status: string } };
    expect([name, message.after.status]).toEqual([`${message.message_id}.json`, 'suspended']);

    const back = await run('outbox', 'rollback', message.message_id, '--reason', 'the wrong tenant', '--as', 'Amara Okafor', '--json');
    expect(back.json()).toMatchObject({ outcome: 'done' });
    const { messages } = await as(null, (client) => client.call('outbox.list', {}));
    expect(messages[0]).toMatchObject({ kind: 'tenant.reactivate', compensates: message.message_id });
  });

  it('a refusal by policy is audited, though nothing was changed', async () => {
    await as('Jonas Weil', async (client) => {
      await expect(client.call('action.delete', { tenantId: 'tn_harrow', reason: 'asked to leave' })).rejects.toMatchObject({
        code: 'FORBIDDEN',
        nextStep: 'A partner admin has to ask, and two others confirm.',
      });
    });
    const { entries } = await as(null, (client) => client.call('audit.page', { limit: 20, action: 'call.denied' }));
    expect(entries[0]).toMatchObject({ subject: 'can_delete_tenant, rule 21 of version 1', actor: { name: 'Jonas Weil' } });
  });
});
