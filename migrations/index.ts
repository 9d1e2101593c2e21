import { readFileSync } from 'node:fs';

/** One step of the schema. The list only ever grows at its end; a shipped file is never edited. */
export interface Migration {
  /** Counts from 1 without gaps; `PRAGMA user_version` is the id of the last one applied. */
  readonly id: number;
  readonly name: string;
  readonly sql: string;
}

// The literal `new URL('./….sql', import.meta.url)` lets the packager put the text into the bundle.
export const migrations: readonly Migration[] = [
  { id: 1, name: 'workspace', sql: readFileSync(new URL('./0001_workspace.sql', import.meta.url), 'utf8') },
  { id: 2, name: 'audit', sql: readFileSync(new URL('./0002_audit.sql', import.meta.url), 'utf8') },
  { id: 3, name: 'members', sql: readFileSync(new URL('./0003_members.sql', import.meta.url), 'utf8') },
  { id: 4, name: 'sources', sql: readFileSync(new URL('./0004_sources.sql', import.meta.url), 'utf8') },
  { id: 5, name: 'receipts', sql: readFileSync(new URL('./0005_receipts.sql', import.meta.url), 'utf8') },
  { id: 6, name: 'settings', sql: readFileSync(new URL('./0006_settings.sql', import.meta.url), 'utf8') },
  { id: 7, name: 'verification', sql: readFileSync(new URL('./0007_verification.sql', import.meta.url), 'utf8') },
  { id: 8, name: 'evidence', sql: readFileSync(new URL('./0008_evidence.sql', import.meta.url), 'utf8') },
  { id: 9, name: 'gates', sql: readFileSync(new URL('./0009_gates.sql', import.meta.url), 'utf8') },
  { id: 10, name: 'packets', sql: readFileSync(new URL('./0010_packets.sql', import.meta.url), 'utf8') },
];
