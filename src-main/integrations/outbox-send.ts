import { createHash } from 'node:crypto';
import { lstat, mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../store/index.ts';
import { type Outcome, outcomeOfStatus, readAck, retryAfterMs } from './outbox.ts';

/** One delivery, and the receipt of it. Nothing here throws: what went wrong is the receipt. */

export interface Receipt {
  readonly via: 'http' | 'folder' | 'none';
  readonly outcome: Outcome;
  readonly status: number | null;
  readonly responseBytes: number | null;
  readonly responseSha256: string | null;
  readonly says: string;
  /** Not to be tried before this many milliseconds have passed; null where the answer said nothing. */
  readonly retryAfterMs: number | null;
}

const TIMEOUT_MS = 20_000;
/** An answer is evidence, not data: more than this of it is neither read nor hashed. */
const MOST_RESPONSE_BYTES = 65_536;

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const receipt = (via: Receipt['via'], outcome: Outcome, says: string): Receipt => ({
  via,
  outcome,
  status: null,
  responseBytes: null,
  responseSha256: null,
  says,
  retryAfterMs: null,
});

export interface HttpDelivery {
  readonly url: string;
  readonly token: string | null;
  readonly messageId: string;
  /** Canonical JSON. */
  readonly body: string;
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal;
}

/** POST with an Idempotency-Key (the message's id) and the body's digest (RFC 9530): a repeated delivery acts once. */
export async function sendByHttp({ url, token, messageId, body, fetch, signal }: HttpDelivery): Promise<Receipt> {
  const bytes = Buffer.from(body, 'utf8');
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      headers: {
        'content-type': 'application/json',
        'idempotency-key': messageId,
        'content-digest': `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`,
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      body: bytes,
    });
  } catch (error) {
    return receipt('http', 'unreachable', `It could not be reached: ${reasonOf(error)}.`);
  }
  const answer = await readSome(response);
  const outcome = outcomeOfStatus(response.status);
  const says: Readonly<Record<Outcome, string>> = {
    acknowledged: `Carried out: it answered ${response.status}.`,
    sent: `Taken, and not yet carried out: it answered ${response.status}.`,
    unreachable: `It answered ${response.status}: not now.`,
    refused: `It refused the message: it answered ${response.status}.`,
  };
  return {
    via: 'http',
    outcome,
    status: response.status,
    responseBytes: answer.byteLength,
    responseSha256: hash(answer),
    says: says[outcome],
    retryAfterMs: retryAfterMs(response.headers.get('retry-after')),
  };
}

const reasonOf = (error: unknown): string => {
  const { cause, name, message } = error as { cause?: { code?: unknown }; name?: unknown; message?: unknown };
  if (typeof cause?.code === 'string') return cause.code;
  if (name === 'TimeoutError') return `no answer within ${TIMEOUT_MS / 1000} s`;
  return typeof message === 'string' ? message : 'the connection failed';
};

async function readSome(response: Response): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      parts.push(part);
      size += part.byteLength;
      if (size >= MOST_RESPONSE_BYTES) break;
    }
  } catch {
    // The status was read; what is left of the answer decides nothing.
  }
  return Buffer.concat(parts).subarray(0, MOST_RESPONSE_BYTES);
}

export interface FolderDelivery {
  /** The source's folder. */
  readonly folder: string;
  readonly messageId: string;
  readonly body: string;
}

/** Below the source's folder: `outbox/<message id>.json`, and the operator's answer `outbox/<message id>.ack.json`. */
export async function sendByFolder({ folder, messageId, body }: FolderDelivery): Promise<Receipt> {
  const outbox = join(folder, 'outbox');
  try {
    const ack = await readAckFile(join(outbox, `${messageId}.ack.json`));
    const read = ack === null ? null : readAck(ack.toString('utf8'), messageId);
    if (ack !== null && read !== null)
      return { ...receipt('folder', read.outcome, read.says), responseBytes: ack.byteLength, responseSha256: hash(ack) };
    if (!(await lstat(folder)).isDirectory()) throw new TypeError('the source is no folder');
    await mkdir(outbox, { recursive: true });
    // A link there could lead the message to any place of the machine.
    if (!(await lstat(outbox)).isDirectory()) return receipt('folder', 'unreachable', 'The outbox of the source is no folder of its own.');
    const file = join(outbox, `${messageId}.json`);
    if (!(await isThere(file, body))) await writeFileAtomic(file, body);
    return receipt(
      'folder',
      'sent',
      ack === null
        ? `Laid into the source's outbox as ${messageId}.json; not yet carried out.`
        : 'The acknowledgement beside it cannot be read, or is of another message; it counts for nothing.',
    );
  } catch (error) {
    const { code } = error as { code?: unknown };
    return receipt(
      'folder',
      'unreachable',
      `It could not be laid into the source's outbox: ${typeof code === 'string' ? code : 'the folder cannot be written'}.`,
    );
  }
}

const readAckFile = async (path: string): Promise<Buffer | null> => {
  let file;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return null;
    throw error;
  }
  try {
    const { size } = await file.stat();
    const buffer = Buffer.alloc(Math.min(size, MOST_RESPONSE_BYTES));
    const { bytesRead } = await file.read(buffer, 0, buffer.byteLength, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
};

const isThere = async (path: string, body: string): Promise<boolean> => {
  try {
    return (await readFile(path, 'utf8')) === body;
  } catch {
    return false;
  }
};
