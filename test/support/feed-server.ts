import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { isUtf8 } from 'node:buffer';

/**
 * Serves a folder source over the HTTP protocol of docs/formats/source-feeds.md, on loopback, with switches for what goes
 * wrong in the field. Its feed is a log: what appears in the folder is added at the end.
 */

export interface FeedFaults {
  /** Answer with this status; with `retryAfter` as its Retry-After header. */
  status: number | null;
  retryAfter: string | null;
  /** `html`: a sign-in page. `text`: lines that are no JSON. `array`: JSON, but no objects. `half`: the last item without its end. */
  garbage: 'html' | 'text' | 'array' | 'half' | null;
  /** Wait before the answer. */
  slowMs: number;
  /** Cut the connection after this many bytes of the body. */
  cutAfterBytes: number | null;
  /** Give 410 to any cursor. */
  forgetCursors: boolean;
  /** Leave out the item with this number in the log. */
  skipItem: number | null;
  /** Put this line before the items of every page. */
  extraLine: string | null;
}

const NO_FAULTS: FeedFaults = {
  status: null,
  retryAfter: null,
  garbage: null,
  slowMs: 0,
  cutAfterBytes: null,
  forgetCursors: false,
  skipItem: null,
  extraLine: null,
};

export interface FeedServer {
  readonly url: string;
  readonly faults: FeedFaults;
  /** Requests so far: path with query, and the answer's status. */
  readonly requests: { readonly url: string; status: number }[];
  /** A bearer token that requests must carry; null for none. */
  token: string | null;
  /** Forgets the log and builds it again from the folder, as a restart with a changed folder would. */
  rebuild(): void;
  close(): Promise<void>;
}

type Item = Record<string, unknown>;

const content = (bytes: Buffer): Item => (isUtf8(bytes) ? { text: bytes.toString('utf8') } : { base64: bytes.toString('base64') });

const sha = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Lines of a file: each without its LF, and whether it had one. */
const linesOf = (bytes: Buffer): { readonly bytes: Buffer; readonly ended: boolean }[] => {
  const lines = [];
  let start = 0;
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
    lines.push({ bytes: bytes.subarray(start, end), ended: true });
    start = end + 1;
  }
  if (start < bytes.length) lines.push({ bytes: bytes.subarray(start), ended: false });
  return lines;
};

class ReceiptLog {
  readonly items: Item[] = [];
  private readonly folder: string;
  private readonly documents = new Map<string, string>();
  private readonly lines = new Map<string, number>();
  private readonly unfinished = new Map<string, string>();

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Adds what is new in the folder. A line without its end is delivered as such, and again when it ends. */
  update(): void {
    const root = join(this.folder, 'receipts');
    if (!existsSync(root)) return;
    const chains = readdirSync(root).sort();
    for (const chain of chains) this.document(chain, 'manifest', join(root, chain, 'chain.json'), {});
    for (const chain of chains) {
      const file = join(root, chain, 'receipts.jsonl');
      if (!existsSync(file)) continue;
      const from = this.lines.get(chain) ?? 0;
      const lines = linesOf(readFileSync(file));
      for (let i = from; i < lines.length; i += 1) {
        const line = lines[i]!;
        const text = line.bytes.toString('latin1');
        if (!line.ended && this.unfinished.get(chain) === text) continue;
        this.items.push({ chain, kind: 'line', line: i + 1, eol: line.ended, ...content(line.bytes) });
        if (line.ended) this.lines.set(chain, i + 1);
        else this.unfinished.set(chain, text);
      }
    }
    for (const chain of chains) {
      const notes = join(root, chain, 'checkpoints');
      if (!existsSync(notes)) continue;
      for (const name of readdirSync(notes).sort())
        if (name.endsWith('.note')) this.document(chain, 'checkpoint', join(notes, name), { name });
    }
  }

  private document(chain: string, kind: string, file: string, extra: Item): void {
    if (!existsSync(file)) return;
    const bytes = readFileSync(file);
    const digest = sha(bytes);
    if (this.documents.get(file) === digest) return;
    this.documents.set(file, digest);
    this.items.push({ chain, kind, ...extra, ...content(bytes) });
  }
}

export const startFeedServer = async (folder: string): Promise<FeedServer> => {
  let log = new ReceiptLog(folder);
  const faults: FeedFaults = { ...NO_FAULTS };
  const requests: { url: string; status: number }[] = [];

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const seen = { url: `${url.pathname}${url.search}`, status: 0 };
    requests.push(seen);
    const send = (status: number, headers: Record<string, string> = {}, body = ''): void => {
      seen.status = status;
      response.writeHead(status, headers).end(body);
    };
    if (faults.slowMs > 0) await new Promise((resolve) => setTimeout(resolve, faults.slowMs));
    if (server.token !== null && request.headers.authorization !== `Bearer ${server.token}`) return send(401);
    if (faults.status !== null) return send(faults.status, faults.retryAfter === null ? {} : { 'retry-after': faults.retryAfter });
    if (url.pathname !== '/base/feeds/receipts') return send(404);
    if (faults.garbage === 'html')
      return send(200, { 'content-type': 'text/html; charset=utf-8' }, '<html><body>Please sign in</body></html>');
    if (faults.garbage === 'text') return send(200, { 'content-type': 'application/x-ndjson' }, 'this is\nno feed\n');
    if (faults.garbage === 'array') return send(200, { 'content-type': 'application/x-ndjson' }, '[1]\n[2]\n');

    log.update();
    const after = url.searchParams.get('after');
    const limit = Number(url.searchParams.get('limit') ?? '100');
    const from = after === null ? 0 : Number(after.replace(/^item-/, ''));
    if (after !== null && (faults.forgetCursors || !/^item-\d+$/.test(after) || from > log.items.length)) return send(410);
    const page = log.items.slice(from, from + limit);
    const hasMore = log.items.length > from + limit;
    let body = page
      .filter((_item, i) => from + i !== faults.skipItem)
      .map((item) => `${JSON.stringify(item)}\n`)
      .join('');
    if (faults.extraLine !== null) body = `${faults.extraLine}\n${body}`;
    if (faults.garbage === 'half') body = body.slice(0, -20);
    const etag = `"${sha(Buffer.from(body)).slice(0, 32)}"`;
    if (request.headers['if-none-match'] === etag && !hasMore) return send(304, { etag });
    const headers = {
      'content-type': 'application/x-ndjson',
      etag,
      'content-length': String(Buffer.byteLength(body)),
      ...(hasMore ? { 'next-cursor': `item-${from + limit}` } : {}),
    };
    if (faults.cutAfterBytes !== null) {
      seen.status = 200;
      response.writeHead(200, headers);
      response.write(Buffer.from(body).subarray(0, faults.cutAfterBytes), () => response.destroy());
      return;
    }
    send(200, headers, body);
  };

  const http = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  const server: FeedServer = {
    url: `http://127.0.0.1:${port}/base`,
    faults,
    requests,
    token: null,
    rebuild: () => {
      log = new ReceiptLog(folder);
    },
    close: () =>
      new Promise((resolve) => {
        http.closeAllConnections();
        http.close(() => resolve());
      }),
  };
  return server;
};
