import type { OutboxMessage } from '../../../src-shared/contract/outbox.ts';
import { outboxState } from '../../../src-shared/contract/outbox.ts';
import { AppError } from '../../../src-shared/kernel/errors.ts';
import type { GlobalOptions } from '../global-options.ts';
import { everyPage, withWorkspace } from '../open.ts';
import { endWith } from '../outcome.ts';
import { print, table } from '../output.ts';
import { printable } from '../printable.ts';

/** Messages to the systems that tenants come from, from a terminal. */

export async function listOutbox(globals: GlobalOptions, options: { state?: string; tenant?: string }): Promise<void> {
  const state = options.state === undefined ? undefined : outboxState.options.find((each) => each === options.state);
  if (options.state !== undefined && state === undefined)
    throw new AppError('BAD_INPUT', `There is no state called ${options.state}.`, { nextStep: `Use ${outboxState.options.join(', ')}.` });
  await withWorkspace(globals, { writes: false }, async ({ client }) => {
    const messages = await everyPage<OutboxMessage>(async (after) => {
      const page = await client.call('outbox.list', {
        limit: 200,
        ...(state === undefined ? {} : { state }),
        ...(options.tenant === undefined ? {} : { tenantId: options.tenant }),
        ...(after === undefined ? {} : { after: Number(after) }),
      });
      return { rows: page.messages, next: page.next === null ? null : String(page.next) };
    });
    print({ messages }, () =>
      messages.length === 0
        ? 'No message.'
        : table(
            ['message', 'state', '>tries', 'to', 'what it tells', 'says'],
            messages.map((each) => [
              each.messageId,
              each.state,
              String(each.attempts),
              printable(each.source?.name ?? 'nobody'),
              printable(each.title),
              printable(each.says),
            ]),
          ),
    );
  });
}

export async function showMessage(globals: GlobalOptions, messageId: string): Promise<void> {
  await withWorkspace(globals, { writes: false }, async ({ client }) => {
    print(await client.call('outbox.show', { messageId }), ({ message, body, attempts, rollback }) =>
      [
        `${printable(message.title)} (${message.state}): ${printable(message.says)}`,
        `SHA-256 ${message.bodySha256}`,
        printable(body),
        ...attempts.map(
          ({ at, via, outcome, status, says }) => `  ${at}  ${via}  ${outcome}${status === null ? '' : ` ${status}`}: ${printable(says)}`,
        ),
        rollback.says,
      ].join('\n'),
    );
  });
}

/** Ends with 1 where something was refused or not reached. */
export async function deliverOutbox(globals: GlobalOptions): Promise<void> {
  await withWorkspace(globals, { writes: true }, async ({ client }) => {
    const counts = await client.call('outbox.deliver', {});
    print(
      counts,
      ({ tried, acknowledged, sent, refused, unreachable }) =>
        `${tried} tried: ${acknowledged} acknowledged, ${sent} taken, ${refused} refused, ${unreachable} not reached.`,
    );
    if (counts.refused + counts.unreachable > 0) endWith(1);
  });
}

export async function retryMessage(globals: GlobalOptions, messageId: string): Promise<void> {
  await withWorkspace(globals, { writes: true }, async ({ client }) => {
    await client.call('outbox.retry', { messageId });
    print({ messageId, due: true }, () => 'It is due now: `countersign outbox deliver` sends it.');
  });
}

export async function rollbackMessage(globals: GlobalOptions, messageId: string, { reason }: { reason: string }): Promise<void> {
  await withWorkspace(globals, { writes: true }, async ({ client }) => {
    print(await client.call('outbox.rollback', { messageId, reason }), ({ says, request }) =>
      request === null ? printable(says) : `${printable(says)} Statement ${request.statementSha256}.`,
    );
  });
}

export async function setEndpoint(globals: GlobalOptions, source: string, url: string | undefined): Promise<void> {
  await withWorkspace(globals, { writes: true }, async ({ client }) => {
    const { endpoints } = await client.call('outbox.endpoints', {});
    const found = endpoints.find(({ sourceId, name }) => sourceId === source || name === source);
    if (found === undefined)
      throw new AppError('NOT_FOUND', `There is no source called ${source}. Nothing was changed.`, {
        nextStep: `Use one of ${endpoints.map(({ name }) => name).join(', ')}.`,
      });
    await client.call('outbox.setEndpoint', { sourceId: found.sourceId, url: url ?? null });
    const after = (await client.call('outbox.endpoints', {})).endpoints.find(({ sourceId }) => sourceId === found.sourceId);
    print(after, (endpoint) => `Messages about tenants of ${found.name} go to ${endpoint?.target ?? ''}.`);
  });
}
