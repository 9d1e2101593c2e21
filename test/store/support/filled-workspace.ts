import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { migrations } from '../../../migrations/index.ts';
import { migrate } from '../../../src-main/store/migrate.ts';
import { DATABASE_NAME, makePrivateFolder, openWriter } from '../../../src-main/store/open-database.ts';
import { NOW } from './workspace-folder.ts';

/** A closed workspace with the shipped schema and so many recorded sizes. */
export const filledWorkspace = async (folder: string, rows = 200): Promise<string> => {
  makePrivateFolder(folder);
  const file = join(folder, DATABASE_NAME);
  const db = openWriter(file, { create: true });
  await migrate(db, migrations, { now: NOW, backup: () => Promise.reject(new Error('no backup is due')) });
  db.exec(
    `INSERT INTO workspace (one, workspace_id, created_at, created_by_install) VALUES (1, '0190a000-0000-7000-8000-000000000001', '${NOW}', 'install')`,
  );
  addSizes(db, rows);
  db.close();
  return file;
};

export const addSizes = (db: Sqlite.Database, rows: number): void => {
  const add = db.prepare('INSERT INTO workspace_sizes (measured_at, database_bytes, folder_bytes, free_bytes) VALUES (?, ?, ?, ?)');
  const start = db.prepare('SELECT COUNT(*) FROM workspace_sizes').pluck().get() as number;
  db.transaction(() => {
    for (let i = 0; i < rows; i++) add.run(`2026-06-07T06:00:00.${String(start + i).padStart(9, '0')}Z`, i, i, i);
  })();
};

export const countSizes = (file: string): number => {
  const db = new Sqlite(file, { readonly: true });
  try {
    return db.prepare('SELECT COUNT(*) FROM workspace_sizes').pluck().get() as number;
  } finally {
    db.close();
  }
};

/** Leaf pages of a table, in page order (1 is the first). */
export const leafPages = (file: string, table: string): number[] => {
  const db = new Sqlite(file, { readonly: true });
  try {
    return db.prepare<[string], number>(`SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path`).pluck().all(table);
  } finally {
    db.close();
  }
};

export const ruinPages = (file: string, pages: readonly number[]): void => {
  const bytes = readFileSync(file);
  for (const page of pages) bytes.fill(0xab, (page - 1) * 4096, page * 4096);
  writeFileSync(file, bytes);
};
