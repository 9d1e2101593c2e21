/** The handlers of `evidence.*`, and what the console asks of this room by itself. */
import { join } from 'node:path';
import type { Job } from '../../src-shared/contract/host.ts';
import type { Contract } from '../../src-shared/contract/index.ts';
import type { Handlers } from '../../src-shared/contract/define.ts';
import type { EvidenceArtifact } from '../../src-shared/contract/evidence.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { changedBy } from '../members/index.ts';
import { type Compute, DATABASE_NAME, type Store } from '../store/index.ts';
import { isArtifactRole } from './artifact-roles.ts';
import { shownFinding } from './consistency-words.ts';
import type { evidenceReads, evidenceTasks, evidenceWrites } from './evidence-parts.ts';
import { figureProof, verifyCommand } from './figure-proof.ts';
import { createMakers } from './maker-service.ts';
import { createEvidenceVerification, type VerifiedEvidence } from './verification-service.ts';

export type EvidenceStore = Store<typeof evidenceReads, typeof evidenceWrites>;

/** Starts long work; how it goes is pushed to every face. */
export type StartVerifyJob = (spec: {
  readonly name: string;
  readonly kind: 'verify';
  readonly address?: string;
  readonly requestId: string;
  readonly run: (handle: {
    readonly signal: AbortSignal;
    readonly progress: (value: NonNullable<Job['progress']>, says?: string) => void;
  }) => Promise<string>;
}) => { readonly jobId: string };

export interface EvidenceDeps {
  readonly store: EvidenceStore;
  readonly compute: Compute<typeof evidenceTasks>;
  /** The workspace folder. */
  readonly folder: string;
  readonly writable: boolean;
  /** ISO 8601 UTC. */
  readonly now: () => string;
  readonly startJob: StartVerifyJob;
  /** Artifacts came in, or verdicts changed. */
  readonly changed: () => void;
  /** After a verification that found something: the months it touches. */
  readonly onVerified?: (verified: VerifiedEvidence) => void;
}

type EvidenceHandlers = Pick<
  Handlers<Contract>,
  | 'evidence.list'
  | 'evidence.months'
  | 'evidence.artifact'
  | 'evidence.figureProof'
  | 'evidence.consistency'
  | 'evidence.add'
  | 'evidence.verify'
  | 'evidence.makeStart'
  | 'evidence.makeCheck'
  | 'evidence.make'
>;

/** Where a page goes on: the number of its last version, as an opaque text. */
const afterOf = (cursor: string | undefined): number | null => {
  if (cursor === undefined) return null;
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw new AppError('BAD_INPUT', 'This page cannot be continued: the cursor is not one of ours.', {
    nextStep: 'Ask for the first page again.',
  });
};

export const createEvidenceService = (deps: EvidenceDeps) => {
  const { store, folder } = deps;
  const verification = createEvidenceVerification({
    store,
    compute: deps.compute,
    file: join(folder, DATABASE_NAME),
    now: deps.now,
    writable: deps.writable,
  });

  const rowOf = async (artifactId: string): Promise<EvidenceArtifact> => {
    const row = await store.read('evidence.row', { artifactId });
    if (row !== null) return row;
    throw new AppError('NOT_FOUND', 'There is no such artifact here.', {
      nextStep: 'Look for it in the list of artifacts.',
      details: { artifactId },
    });
  };
  /** What was stored just now, with its verdict; a large document is verified on a compute thread first. */
  const storedRow = async (artifactId: string): Promise<EvidenceArtifact> => {
    const row = await rowOf(artifactId);
    if (row.state !== 'none' || !isArtifactRole(row.kind)) return row;
    await verification.verify({ artifactIds: [artifactId] });
    return rowOf(artifactId);
  };
  const announce = (verified: VerifiedEvidence): void => {
    if (verified.verified === 0) return;
    deps.changed();
    deps.onVerified?.(verified);
  };
  const touched = (artifact: EvidenceArtifact): void => {
    announce({ verified: 1, changed: 1, months: artifact.month === null ? [] : [artifact.month] });
  };

  const handlers: EvidenceHandlers = {
    ...createMakers({ store, storedRow, touched }),
    'evidence.list': async ({ kind, month, state, search, after, limit }) => {
      const page = await store.read('evidence.list', {
        kind: kind ?? null,
        month: month ?? null,
        state: state ?? null,
        search: search === undefined || search.trim() === '' ? null : search.trim(),
        after: afterOf(after),
        limit,
      });
      return { ...page, next: page.next === null ? null : String(page.next) };
    },
    'evidence.months': (_input, { now }) => store.read('evidence.months', { asOf: now }),
    'evidence.artifact': async ({ artifactId, versionNo, against }, { now }) => {
      const view = await store.read('evidence.view', { artifactId, versionNo: versionNo ?? null, against: against ?? null, now });
      const { version, verification: found } = view;
      return { ...view, verifyCommand: verifyCommand(version.kind, view.artifact, version.versionNo, found?.judgedAt ?? null, folder) };
    },
    'evidence.figureProof': async ({ artifactId, versionNo, figure }, { now }) => {
      const view = await store.read('evidence.figure', { artifactId, versionNo: versionNo ?? null, figure, now });
      return figureProof(view, await rowOf(artifactId), folder);
    },
    'evidence.consistency': async ({ month }, { now }) => {
      const { months, found } = await store.read('evidence.inconsistencies', { month: month ?? null, asOf: now });
      const compared = found?.compared ?? [];
      const findings = (found?.findings ?? []).map((finding) => shownFinding(finding, compared));
      const count = (severity: string): number => findings.filter((finding) => finding.severity === severity).length;
      return {
        month: found?.month ?? null,
        months: [...months],
        compared: compared.map(({ role, name, sha256, artifactId }) => ({
          role,
          name,
          sha256,
          address: `/evidence/artifact/${artifactId}`,
        })),
        findings,
        errors: count('error'),
        warnings: count('warning'),
      };
    },
    'evidence.add': async ({ name, text }, ctx) => {
      const { artifactId, isNew } = await store.write('evidence.add', { name, bytes: Buffer.from(text, 'utf8'), by: changedBy(ctx) });
      const artifact = await storedRow(artifactId);
      if (isNew) touched(artifact);
      return { artifact, isNew };
    },
    'evidence.verify': ({ artifactIds }, ctx) =>
      deps.startJob({
        name:
          artifactIds === undefined
            ? 'Verifying evidence'
            : `Verifying ${artifactIds.length} artifact${artifactIds.length === 1 ? '' : 's'}`,
        kind: 'verify',
        requestId: ctx.requestId,
        address: '/evidence?tab=artifacts',
        run: async ({ signal, progress }) => {
          const found = await verification.verify({
            ...(artifactIds === undefined ? {} : { artifactIds }),
            signal,
            onProgress: (done, total) => progress({ done, total, unit: 'items' }, 'Verifying'),
          });
          await store.write('evidence.recordVerify', { verified: found.verified, changed: found.changed, by: changedBy(ctx) });
          announce(found);
          deps.changed();
          return found.verified === 0
            ? 'Nothing was due: every verdict still holds.'
            : `${found.verified} verified; ${found.changed} verdict${found.changed === 1 ? ' is' : 's are'} other than before.`;
        },
      }),
  };

  return {
    handlers,
    /** Verifies what came in and what time has changed. Called after a sync, at the opening and by the clock. */
    verifyDue: async (signal?: AbortSignal): Promise<VerifiedEvidence> => {
      const found = await verification.verify(signal === undefined ? {} : { signal });
      announce(found);
      return found;
    },
    verification,
    /** The bytes of a version as they came, for the terminal. */
    bytes: (artifactId: string, versionNo: number | null) => store.read('evidence.bytes', { artifactId, versionNo }),
    find: (text: string) => store.read('evidence.find', { text }),
  };
};

export type EvidenceService = ReturnType<typeof createEvidenceService>;
