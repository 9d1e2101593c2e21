import { createWriteStream, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import pino from 'pino';

/** One line of the log as the console shows it. */
export interface LogLine {
  readonly at: string;
  readonly level: string;
  readonly text: string;
  readonly requestId: string | null;
}

export interface Log {
  debug(facts: Record<string, unknown>, text: string): void;
  info(facts: Record<string, unknown>, text: string): void;
  warn(facts: Record<string, unknown>, text: string): void;
  error(facts: Record<string, unknown>, text: string): void;
  recent(limit: number): LogLine[];
  close(): Promise<void>;
}

const KEPT_LINES = 500;
const MAX_LOG_BYTES = 5 * 1024 * 1024;
/** Names whose values never reach the log, at any depth that we write. */
const SECRETS = [
  'token',
  'password',
  'secret',
  'authorization',
  'privateKey',
  '*.token',
  '*.password',
  '*.secret',
  '*.authorization',
  '*.privateKey',
];

/**
 * The log: JSON lines in `<folder>/countersign.log` (one older file is kept) and the newest lines in memory. Facts carry
 * ids, counts and codes; never rows, tokens or a person's data.
 */
export function createLog(options: { readonly folder: string | null; readonly level?: string }): Log {
  const lines: LogLine[] = [];
  const file = options.folder === null ? null : openLogFile(options.folder);
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      const text = chunk.toString('utf8');
      const record = JSON.parse(text) as { time: string; level: string; msg: string; requestId?: string };
      lines.push({ at: record.time, level: record.level, text: record.msg, requestId: record.requestId ?? null });
      if (lines.length > KEPT_LINES) lines.shift();
      file?.write(text);
      done();
    },
  });
  const logger = pino(
    {
      level: options.level ?? 'info',
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (level) => ({ level }) },
      redact: { paths: SECRETS, censor: '[redacted]' },
    },
    sink,
  );
  return {
    debug: (facts, text) => logger.debug(facts, text),
    info: (facts, text) => logger.info(facts, text),
    warn: (facts, text) => logger.warn(facts, text),
    error: (facts, text) => logger.error(facts, text),
    recent: (limit) => lines.slice(-limit).reverse(),
    close: () =>
      new Promise((resolve) => {
        if (file) file.end(() => resolve());
        else resolve();
      }),
  };
}

function openLogFile(folder: string) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'countersign.log');
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > MAX_LOG_BYTES) renameSync(path, `${path}.1`);
  const stream = createWriteStream(path, { flags: 'a', mode: 0o600 });
  // A full disk must not take the console down with its log.
  stream.on('error', () => undefined);
  return stream;
}
