import { AppError } from '../../../src-shared/kernel/errors.ts';
import type { StoreDb } from '../../../src-main/store/types.ts';

const wait = (milliseconds: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
};

export const reads = {
  count: (db: StoreDb): number => db.get<{ n: number }>('SELECT COUNT(*) AS n FROM notes')?.n ?? 0,
  bodies: (db: StoreDb, { after, limit }: { after: number; limit: number }): { id: number; body: string }[] =>
    db.all('SELECT id, body FROM notes WHERE id > ? ORDER BY id LIMIT ?', [after, limit]),
  /** Waits until as many readers as wanted are here at the same time; false after ten seconds without. */
  meet: (_db: StoreDb, { here, wanted }: { here: SharedArrayBuffer; wanted: number }): boolean => {
    const count = new Int32Array(here);
    Atomics.add(count, 0, 1);
    Atomics.notify(count, 0);
    const end = performance.now() + 10_000;
    for (let seen = Atomics.load(count, 0); seen < wanted; seen = Atomics.load(count, 0)) {
      if (performance.now() > end) return false;
      Atomics.wait(count, 0, seen, 100);
    }
    return true;
  },
  writeFromReader: (db: StoreDb): void => {
    db.run(`INSERT INTO notes (body) VALUES ('never')`);
  },
  /** A bug with a secret in its text. */
  bug: (): never => {
    throw new Error('the secret of /home/somebody');
  },
  refuse: (): never => {
    throw new AppError('NOT_FOUND', 'There is no such note.', { nextStep: 'Choose another one.', details: { id: 7 } });
  },
  crash: (): void => {
    process.exit(7);
  },
};

export const writes = {
  add: (db: StoreDb, { bodies }: { bodies: readonly string[] }): number => {
    for (const body of bodies) db.run('INSERT INTO notes (body) VALUES (?)', [body]);
    return db.get<{ n: number }>('SELECT COUNT(*) AS n FROM notes')?.n ?? 0;
  },
  addThenThrow: (db: StoreDb, { body }: { body: string }): void => {
    db.run('INSERT INTO notes (body) VALUES (?)', [body]);
    throw new AppError('CONFLICT', 'On second thought, no.', { nextStep: 'Nothing to do.' });
  },
  change: (db: StoreDb): void => {
    db.run(`UPDATE notes SET body = 'changed'`);
  },
  slowAdd: (db: StoreDb, { body, milliseconds }: { body: string; milliseconds: number }): void => {
    wait(milliseconds);
    db.run('INSERT INTO notes (body) VALUES (?)', [body]);
  },
  addThenCrash: (db: StoreDb, { body }: { body: string }): void => {
    db.run('INSERT INTO notes (body) VALUES (?)', [body]);
    process.exit(7);
  },
};

export type TestReads = typeof reads;
export type TestWrites = typeof writes;
