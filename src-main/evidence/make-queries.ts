import type { MakerKind } from '../../src-shared/contract/evidence.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { type ChangedBy, recordChange } from '../members/index.ts';
import type { QueryMap, StoreDb } from '../store/index.ts';
import { artifactsForMonth, readContent } from './artifact-queries.ts';
import type { ArtifactRole, StoredKind } from './artifact-roles.ts';
import { artifactAddress } from './artifact-rows.ts';
import { readAssumptions } from './finance/assumptions.ts';
import { monthTiers } from './finance/month-figures.ts';
import { readTelemetryInputs } from './finance/telemetry-inputs.ts';
import { type StoredArtifact, storeMadeArtifact } from './made-artifact.ts';
import { isPlainObject, type PlainObject, plainOf } from './make/plain-document.ts';
import { readArtifact } from './read-artifact.ts';
import { Fields } from './reference/fields.ts';
import { readJson } from './reference/read-json.ts';
import { isObject } from './reference/value.ts';
import { Refusal } from './verdict.ts';

/** What makers start from, and how what was made or added is stored. */

export interface NewestDocument {
  readonly artifactId: string;
  readonly versionNo: number;
  readonly name: string;
  readonly document: PlainObject;
}

function newestDocument(db: StoreDb, role: ArtifactRole, name: string | null): NewestDocument | null {
  const row = db.get<{ artifact_id: string; version_no: number; name: string; bytes: Uint8Array }>(
    `SELECT a.artifact_id, st.version_no, a.name, c.bytes
     FROM evidence_standing st JOIN evidence_artifacts a USING (artifact_no) JOIN evidence_contents c ON c.content_no = st.content_no
     WHERE st.kind = ? AND st.current = 1 ${name === null ? '' : 'AND a.name = ?'} ORDER BY st.captured_at DESC, st.version_no DESC LIMIT 1`,
    name === null ? [role] : [role, name],
  );
  if (row === undefined) return null;
  const document = plainOf(readJson(row.bytes).value);
  return isPlainObject(document) ? { artifactId: row.artifact_id, versionNo: row.version_no, name: row.name, document } : null;
}

/** The month's rows as the packet computes them; null where telemetry or assumptions are missing or cannot be read. */
function tiersOfMonth(db: StoreDb, month: string, asOf: string): PlainObject[] | null {
  const artifacts = artifactsForMonth(db, month, asOf);
  const [telemetry, assumptions] = (['finance-telemetry', 'finance-assumptions'] as const).map((role) => {
    const found = artifacts[role];
    const value = found === null ? null : readJson(readContent(db, found.sha256)!).value;
    return value !== null && isObject(value) ? new Fields(value, [], role) : null;
  });
  if (!telemetry || !assumptions) return null;
  try {
    return monthTiers(readTelemetryInputs(telemetry), readAssumptions(assumptions)).map((row) => ({
      tier: row.tier,
      mrr_usd: row.mrrUsd,
      effective_mrr_usd: row.effectiveMrrUsd,
      llm_cogs_usd: row.llmCogsUsd,
      infra_cogs_usd: row.infraCogsUsd,
      support_cogs_usd: row.supportCogsUsd,
    }));
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

export const makeReads = {
  'evidence.newest': (db: StoreDb, { role, name }: { role: ArtifactRole; name: string | null }): NewestDocument | null =>
    newestDocument(db, role, name),
  'evidence.monthTiers': (db: StoreDb, { month, asOf }: { month: string; asOf: string }): PlainObject[] | null =>
    tiersOfMonth(db, month, asOf),
} satisfies QueryMap;

export interface AddArgs {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly by: ChangedBy;
}

const unusable = (error: { readonly says: string; readonly nextStep: string; readonly code: string }, name: string): AppError =>
  new AppError('BAD_INPUT', `${name} cannot be kept as evidence: ${error.says} Nothing was stored.`, {
    nextStep: 'Check that the whole file was given, and that it is one of the kinds of evidence.',
    details: { code: error.code },
  });

const recorded = (
  db: StoreDb,
  by: ChangedBy,
  action: string,
  name: string,
  kind: StoredKind,
  stored: StoredArtifact,
  extra: object,
): StoredArtifact => {
  if (stored.isNew)
    recordChange(db, by, {
      action,
      subject: name,
      before: null,
      after: { artifactId: stored.artifactId, versionNo: stored.versionNo, sha256: stored.sha256, kind, ...extra },
      address: artifactAddress(stored.artifactId),
    });
  return stored;
};

export const makeWrites = {
  /** Keeps a document that came from elsewhere. Fails with BAD_INPUT where it is no evidence; then nothing is stored. */
  'evidence.add': (db: StoreDb, { name, bytes, by }: AddArgs): StoredArtifact => {
    const read = readArtifact(bytes);
    if (!read.ok) throw unusable(read, name);
    const stored = storeMadeArtifact(db, { kind: read.kind, name, bytes, memberId: by.memberId, now: by.now, origin: 'imported' });
    return recorded(db, by, 'evidence.add', name, read.kind, stored, {});
  },
  /** Keeps a document that a maker made. */
  'evidence.make': (
    db: StoreDb,
    args: { maker: MakerKind; kind: StoredKind; name: string; bytes: Uint8Array; passes: boolean; note: string | null; by: ChangedBy },
  ): StoredArtifact => {
    const { by, kind, name, bytes } = args;
    const stored = storeMadeArtifact(db, { kind, name, bytes, memberId: by.memberId, now: by.now });
    return recorded(db, by, 'evidence.make', name, kind, stored, {
      maker: args.maker,
      passes: args.passes,
      ...(args.note === null ? {} : { note: args.note }),
    });
  },
  /** A member asked for a verification: what was found is a fact of its own. */
  'evidence.recordVerify': (db: StoreDb, { verified, changed, by }: { verified: number; changed: number; by: ChangedBy }): void => {
    recordChange(db, by, {
      action: 'evidence.verify',
      subject: `${verified} artifact${verified === 1 ? '' : 's'}`,
      before: null,
      after: { verified, changed },
      address: '/evidence?tab=artifacts',
    });
  },
} satisfies QueryMap;
