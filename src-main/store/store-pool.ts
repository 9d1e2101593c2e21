import { join, resolve } from 'node:path';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { BACKUPS_FOLDER } from './backup.ts';
import { DATABASE_NAME, makePrivateFolder } from './open-database.ts';
import { isOpenHere, markClosed, markOpen } from './open-files.ts';
import { finishInterruptedRestore, isRestoreInterrupted } from './restore.ts';
import type { QueryMap, Store } from './types.ts';
import {
  receiveError,
  type FromStoreWorker,
  type OnLog,
  type OpenReport,
  type StoreRole,
  type StoreWorkerData,
} from './worker-messages.ts';
import { crashError, type SlotCall, type SlotCrash, WorkerSlot } from './worker-slot.ts';

export type Priority = 'interactive' | 'background';

/** What is known about a query that ran: never its arguments, never its rows. */
export interface QueryMeasure {
  readonly name: string;
  readonly kind: 'read' | 'write';
  readonly priority: Priority;
  readonly durationMs: number;
  readonly queuedMs: number;
  /** Rows read and changed. */
  readonly rows: number;
  readonly ok: boolean;
}

export interface StorePoolOptions {
  /** The worker entry: a file that calls `runStoreWorker`. */
  readonly entry: URL;
  /** The workspace folder. */
  readonly folder: string;
  readonly mode: 'read-write' | 'read-only';
  /** Whether a missing workspace is made (read-write only). */
  readonly create?: boolean;
  /** Why the workspace is read-only, as one sentence; part of the error a write meets. */
  readonly readOnlyBecause?: string;
  /** ISO 8601 UTC; recorded with migrations and their backup. */
  readonly now: string;
  readonly appVersion: string;
  readonly readers?: number;
  readonly slowQueryMs?: number;
  /** The write-ahead log is written back and cut when it is larger. */
  readonly checkpointBytes?: number;
  readonly onLog?: OnLog;
  readonly onQuery?: (measure: QueryMeasure) => void;
  readonly onCrash?: (crash: SlotCrash) => void;
  /** Progress of the backup before an upgrade. */
  readonly onOpening?: (progress: unknown) => void;
}

export interface StorePool<Reads extends QueryMap, Writes extends QueryMap> extends Store<Reads, Writes> {
  readonly file: string;
  readonly mode: 'read-write' | 'read-only';
  readonly opened: OpenReport;
  /** Finishes what was accepted, then closes the connections and lets the threads end. */
  close(): Promise<void>;
}

interface Call extends SlotCall {
  readonly id: number;
  readonly priority: Priority;
  readonly kind: 'read' | 'write';
  readonly queuedAt: number;
  sentAt: number;
  readonly done: (value: unknown) => void;
}

const SLOW_QUERY_MS = 40;
const CHECKPOINT_BYTES = 32 * 1024 * 1024;

const closedError = (): AppError =>
  new AppError('DISCONNECTED', 'The workspace has been closed. Nothing was changed.', {
    nextStep: 'Open the workspace again.',
    retryable: true,
  });

/**
 * Opens a workspace's database: one writing thread (which first brings the schema up to date) and two reading ones. Fails
 * with the STORE_… error of whatever stands in the way; then no thread is left and nothing was changed.
 */
export const openStorePool = async <Reads extends QueryMap, Writes extends QueryMap>(
  options: StorePoolOptions,
): Promise<StorePool<Reads, Writes>> => {
  const folder = resolve(options.folder);
  const file = join(folder, DATABASE_NAME);
  const slowQueryMs = options.slowQueryMs ?? SLOW_QUERY_MS;
  const writing = options.mode === 'read-write';
  const create = writing && options.create === true;
  if (create) makePrivateFolder(folder);
  if (writing && !isOpenHere(file)) await finishInterruptedRestore(folder);
  else if (isRestoreInterrupted(folder))
    throw new AppError('READ_ONLY', 'Putting back a backup was interrupted, and finishing it needs the workspace open for writing.', {
      nextStep: 'Open the workspace for writing once.',
    });

  const waitingReads: Call[] = [];
  const waitingWrites: Record<Priority, Call[]> = { interactive: [], background: [] };
  const inFlight = new Map<number, Call>();
  let nextId = 1;
  let closing: Promise<void> | undefined;
  let drained: (() => void) | undefined;

  const log: OnLog = (record) => options.onLog?.(record);

  const finish = (id: number): Call | undefined => {
    const call = inFlight.get(id);
    inFlight.delete(id);
    return call;
  };

  const measure = (call: Call, durationMs: number, rows: number, ok: boolean): void => {
    const { name, kind, priority } = call;
    const queuedMs = call.sentAt - call.queuedAt;
    options.onQuery?.({ name, kind, priority, durationMs, queuedMs, rows, ok });
    if (durationMs >= slowQueryMs)
      log({
        level: priority === 'interactive' ? 'warn' : 'debug',
        message: 'slow query',
        fields: { name, kind, priority, durationMs: Math.round(durationMs), rows },
      });
  };

  const onMessage = (raw: unknown): boolean => {
    const message = raw as FromStoreWorker;
    switch (message.type) {
      case 'done': {
        const call = finish(message.id);
        if (call === undefined) return false;
        measure(call, message.durationMs, message.rows, true);
        call.done(message.value);
        return true;
      }
      case 'failed': {
        const call = finish(message.id);
        if (call === undefined) return false;
        measure(call, message.durationMs, message.rows, false);
        if (message.error.kind === 'bug')
          log({
            level: 'error',
            message: 'a query failed',
            fields: { name: call.name, reason: message.error.message, stack: message.error.stack },
          });
        call.fail(receiveError(message.error, call.name));
        return true;
      }
      case 'log':
        log(message.record);
        return false;
      case 'progress':
        options.onOpening?.(message.value);
        return false;
      case 'opened':
      case 'open-failed':
        return false;
    }
  };

  const firstOpening = markOpen(file);
  const makeSlot = (role: StoreRole, label: string, after?: Promise<unknown>): WorkerSlot =>
    new WorkerSlot({
      entry: options.entry,
      label,
      workerData: (replacement): StoreWorkerData => ({
        countersignWorker: 'store',
        role,
        file,
        backupsFolder: join(folder, BACKUPS_FOLDER),
        now: options.now,
        appVersion: options.appVersion,
        // Readers of a writing pool start after the writer looked; their own look would drop its locks.
        peek: firstOpening && !replacement && (role === 'writer' || (!writing && label === 'reader 1')),
        create: create && !replacement,
        migrate: !replacement && role === 'writer',
        checkpointBytes: options.checkpointBytes ?? CHECKPOINT_BYTES,
      }),
      startup: (raw) => {
        const message = raw as FromStoreWorker;
        if (message.type === 'opened') return { opened: message.report };
        if (message.type === 'open-failed') return { failed: receiveError(message.error, 'open') };
        return undefined;
      },
      ...(after === undefined ? {} : { openWhen: after }),
      onMessage,
      onIdle: () => {
        dispatch();
      },
      onCrash: (crash) => {
        log({ level: 'error', message: 'a store worker stopped', fields: { ...crash } });
        options.onCrash?.(crash);
      },
    });

  // All threads load their code at once; each opens when the one before it has: the schema must be there to be read.
  const writer = writing ? makeSlot('writer', 'writer') : undefined;
  const writerOpened = writer?.start();
  const [firstLabel, ...otherLabels] = Array.from({ length: Math.max(1, options.readers ?? 2) }, (_, i) => `reader ${i + 1}`);
  const firstReader = makeSlot('reader', firstLabel ?? 'reader', writerOpened);
  const firstReaderOpened = firstReader.start();
  // Where the writer fails, its error is the one to tell; this one only follows from it.
  firstReaderOpened.catch(() => undefined);
  const readers = [firstReader];
  // The others start when a read first has to wait: a command in a terminal never needs them.
  const unstarted = otherLabels.map((label) => makeSlot('reader', label));

  const startAnotherReader = (): void => {
    if (readers.some(({ state }) => state === 'starting')) return;
    const reader = unstarted.shift();
    if (reader === undefined) return;
    readers.push(reader);
    reader.start().then(dispatch, (error: unknown) => {
      log({ level: 'error', message: 'a reader could not be started', fields: { reason: String(error) } });
      dispatch();
    });
  };

  const give = (slot: WorkerSlot, call: Call): void => {
    inFlight.set(call.id, call);
    call.sentAt = performance.now();
    slot.take(call);
  };

  const nextWrite = (): Call | undefined => waitingWrites.interactive.shift() ?? waitingWrites.background.shift();
  const isGone = (slot: WorkerSlot): boolean => slot.state === 'dead' || slot.state === 'closed';

  const failAll = (calls: Call[], label: string): void => {
    for (const call of calls.splice(0)) call.fail(crashError(label, undefined, true));
  };

  function dispatch(): void {
    for (const reader of readers) {
      while (reader.state === 'idle') {
        const call = waitingReads.shift();
        if (call === undefined) break;
        give(reader, call);
      }
    }
    if (waitingReads.length > 0) startAnotherReader();
    while (writer?.state === 'idle') {
      const call = nextWrite();
      if (call === undefined) break;
      give(writer, call);
    }
    if (unstarted.length === 0 && readers.every(isGone)) failAll(waitingReads, 'reader');
    if (writer !== undefined && isGone(writer)) {
      failAll(waitingWrites.interactive, 'writer');
      failAll(waitingWrites.background, 'writer');
    }
    if (inFlight.size + waitingReads.length + waitingWrites.interactive.length + waitingWrites.background.length === 0) drained?.();
  }

  const submit = (kind: 'read' | 'write', name: string, args: unknown, priority: Priority): Promise<unknown> => {
    if (closing !== undefined) return Promise.reject(closedError());
    return new Promise((done, reject) => {
      const id = nextId++;
      const call: Call = {
        id,
        name,
        kind,
        priority,
        queuedAt: performance.now(),
        sentAt: 0,
        send: (post) => {
          post({ type: 'query', id, name, args });
        },
        done,
        fail: (error) => {
          finish(id);
          reject(error);
        },
      };
      (kind === 'read' ? waitingReads : waitingWrites[priority]).push(call);
      dispatch();
    });
  };

  const closeSlots = async (): Promise<void> => {
    await Promise.all(readers.map((reader) => reader.close()));
    // The writer goes last: with no reader left, its closing writes the log back and removes it.
    await writer?.close();
    markClosed(file);
  };

  let opened: OpenReport | undefined;
  try {
    const written = await writerOpened;
    const read = await firstReaderOpened;
    opened = (written ?? read) as OpenReport;
  } catch (error) {
    await closeSlots();
    throw error;
  }
  const report = opened;

  return {
    file,
    mode: options.mode,
    opened: report,
    read: (name, args) => submit('read', name, args, 'interactive') as never,
    write: (name, args, writeOptions) => {
      if (!writing)
        return Promise.reject(
          new AppError('READ_ONLY', `${options.readOnlyBecause ?? 'The workspace is open read-only.'} Nothing was changed.`, {
            nextStep: 'Open the workspace for writing, then do it again.',
          }),
        );
      return submit('write', name, args, writeOptions?.priority ?? 'interactive') as never;
    },
    close: () => {
      closing ??= new Promise<void>((resolveDrained) => {
        drained = resolveDrained;
        dispatch();
      }).then(closeSlots);
      return closing;
    },
  };
};
