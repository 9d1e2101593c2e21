import { AppError } from '../../src-shared/kernel/errors.ts';

/** Rules of the outbox: what an answer means, when a message is tried again, where it may go. */

export type Outcome = 'sent' | 'acknowledged' | 'refused' | 'unreachable';

/** Deliveries in a row that may reach nobody before a message is given up: about three days. */
export const MOST_FAILURES = 16;
const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 6 * 3_600_000;

/** After how many hours a message that was taken and not carried out is told to a person. */
export const SENT_TOO_LONG_HOURS = 24;

/** How long to wait after the n-th delivery in a row without an end (n from 1): doubling from 30 s up to 6 h. */
export const waitMs = (n: number): number => Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.max(0, n - 1));

/**
 * What an HTTP status says about a message. 202 is taken and not yet carried out; other 2xx are carried out. Too early, too
 * many, timed out and every 5xx may be otherwise later; anything else, redirects too, will not.
 */
export const outcomeOfStatus = (status: number): Outcome => {
  if (status === 202) return 'sent';
  if (status >= 200 && status < 300) return 'acknowledged';
  if (status === 408 || status === 425 || status === 429 || status >= 500) return 'unreachable';
  return 'refused';
};

/** Seconds of a Retry-After header in whole seconds, at most a day; null where there is none that can be read. */
export const retryAfterMs = (header: string | null): number | null =>
  header !== null && /^\d{1,6}$/.test(header.trim()) ? Math.min(86_400, Number(header.trim())) * 1000 : null;

const LOOPBACK = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** The address messages may be sent to. Fails with BAD_INPUT; messages name tenants, so they never travel unencrypted. */
export const endpointUrl = (text: string): string => {
  const refuse = (message: string, nextStep: string): never => {
    throw new AppError('BAD_INPUT', `${message} Nothing was changed.`, { nextStep });
  };
  if (!URL.canParse(text)) refuse(`“${text}” is not an address.`, 'Give one such as https://example.com/countersign/actions.');
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && LOOPBACK.test(url.hostname)))
    refuse('Messages name tenants and would travel unencrypted.', 'Use an https:// address; http:// only on this machine.');
  if (url.username !== '' || url.password !== '')
    refuse(
      'The address holds a user name or password, which would be stored in the workspace.',
      'Leave them out: the source’s token is sent.',
    );
  if (url.hash !== '') refuse('The address ends in a part after #, which is never sent.', 'Leave it out.');
  return url.href;
};

/** What a system writes beside a message in a folder: `<message id>.ack.json`. */
export interface FolderAck {
  readonly outcome: 'acknowledged' | 'refused';
  readonly says: string;
}

/** Reads an acknowledgement: `{"message_id": …, "status": "done"|"refused", "says"?: …}`; null where it is none of this message. */
export const readAck = (text: string, messageId: string): FolderAck | null => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { message_id, status, says } = value as { message_id?: unknown; status?: unknown; says?: unknown };
  if (message_id !== messageId || (status !== 'done' && status !== 'refused')) return null;
  const words = typeof says === 'string' ? `: ${says.slice(0, 300)}` : '';
  return status === 'done'
    ? { outcome: 'acknowledged', says: `The operator's system has carried it out${words}.` }
    : { outcome: 'refused', says: `The operator's system refused it${words}.` };
};
