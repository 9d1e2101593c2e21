import { runUnscoped, type Store } from '../store/index.ts';
import { tokenName } from '../sources/index.ts';
import type { DueMessage, outboxReads, outboxWrites } from './outbox-queries.ts';
import { type Receipt, sendByFolder, sendByHttp } from './outbox-send.ts';

export interface DeliveryOptions {
  readonly store: Store<typeof outboxReads, typeof outboxWrites>;
  readonly tokens: { readonly get: (name: string) => Promise<string | null> };
  /** ISO 8601 UTC. */
  readonly now: () => string;
  /** After each delivery. */
  readonly onDelivered: (receipt: Receipt, message: DueMessage) => void;
  readonly onError: (error: unknown) => void;
  readonly fetch?: typeof fetch;
}

export interface DeliveryCounts {
  tried: number;
  acknowledged: number;
  sent: number;
  refused: number;
  unreachable: number;
}

/** The longest a timer waits before it looks again: a machine that slept must not sleep over what is due. */
const LONGEST_LOOK_MS = 60_000;

const plain = (outcome: 'refused' | 'unreachable', says: string): Receipt => ({
  via: 'none',
  outcome,
  status: null,
  responseBytes: null,
  responseSha256: null,
  says,
  retryAfterMs: null,
});

/** Delivers what is due, one message after another; each receipt is kept before the next one is tried. */
export function createOutboxDelivery({ store, tokens, now, onDelivered, onError, fetch = globalThis.fetch }: DeliveryOptions) {
  const stopping = new AbortController();
  let running: Promise<unknown> = Promise.resolve();
  let timer: ReturnType<typeof setTimeout> | null = null;
  let started = false;

  const send = async (message: DueMessage): Promise<Receipt> => {
    const { source, messageId, body } = message;
    if (source === null) return plain('refused', 'No source delivered this tenant, so there is no system to tell.');
    if (source.state === 'removed') return plain('refused', 'The source of this tenant was removed, so there is no system to tell.');
    if (source.state === 'paused') return plain('unreachable', 'The source of this tenant is paused.');
    if (source.kind === 'folder' && source.url === null) return sendByFolder({ folder: source.location, messageId, body });
    const token = source.hasToken ? await tokens.get(tokenName(source.sourceId)) : null;
    if (source.hasToken && token === null) return plain('unreachable', 'The token of the source is not in this machine’s secret store.');
    const url = source.url ?? `${source.location}/actions`;
    if (token !== null && !url.startsWith('https://') && !/^http:\/\/(localhost|127\.|\[::1\])/.test(url))
      return plain('unreachable', 'The token of the source would travel unencrypted; nothing was sent.');
    return sendByHttp({ url, token, messageId, body, fetch, signal: stopping.signal });
  };

  const deliverOnce = async (): Promise<DeliveryCounts> => {
    const counts: DeliveryCounts = { tried: 0, acknowledged: 0, sent: 0, refused: 0, unreachable: 0 };
    const tried = new Set<number>();
    while (!stopping.signal.aborted) {
      // Asked again after each one: what was behind it may be due now.
      const message = (await store.read('outbox.due', { now: now() })).find(({ messageNo }) => !tried.has(messageNo));
      if (message === undefined) break;
      tried.add(message.messageNo);
      const receipt = await send(message);
      if (stopping.signal.aborted && receipt.outcome === 'unreachable') break;
      await store.write(
        'outbox.record',
        { messageNo: message.messageNo, requestSha256: message.bodySha256, receipt, now: now() },
        { priority: 'background' },
      );
      counts.tried += 1;
      counts[receipt.outcome] += 1;
      onDelivered(receipt, message);
    }
    return counts;
  };

  /** One delivery at a time, outside of any scope: what a member's action left behind goes out whoever acts now. */
  const deliver = (): Promise<DeliveryCounts> => {
    const next = running.then(
      () => runUnscoped(deliverOnce),
      () => runUnscoped(deliverOnce),
    );
    running = next.catch(() => undefined);
    return next;
  };

  const lookLater = async (): Promise<void> => {
    if (!started || stopping.signal.aborted) return;
    const due = await runUnscoped(() => store.read('outbox.nextDue', null));
    if (stopping.signal.aborted) return;
    const wait = due === null ? LONGEST_LOOK_MS : Math.min(LONGEST_LOOK_MS, Math.max(250, Date.parse(due) - Date.parse(now())));
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(look, wait);
    timer.unref();
  };
  const look = (): void => {
    deliver().catch(onError).then(lookLater).catch(onError);
  };

  return {
    deliver,
    /** Something may wait: looks soon. Does nothing in a console that works nothing off by itself. */
    soon: (): void => {
      if (started) look();
    },
    start: (): void => {
      started = true;
      look();
    },
    stop: async (): Promise<void> => {
      stopping.abort();
      if (timer !== null) clearTimeout(timer);
      await running;
    },
  };
}

export type OutboxDelivery = ReturnType<typeof createOutboxDelivery>;
