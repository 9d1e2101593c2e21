import type { Contract } from '../../src-shared/contract/index.ts';
import type { Handlers, OutputOf } from '../../src-shared/contract/define.ts';
import type { EvidenceArtifact, MakerKind } from '../../src-shared/contract/evidence.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { changedBy } from '../members/index.ts';
import type { Store } from '../store/index.ts';
import { artifactAddress } from './artifact-rows.ts';
import type { makeReads, makeWrites } from './make-queries.ts';
import { approvalsOf, governanceDraft, type MadeDocument, makeDocument, makerOf } from './make/make-artifact.ts';
import { EMPTY_APPROVALS } from './make/governance.ts';
import { isPlainObject, type PlainObject } from './make/plain-document.ts';
import { MAX_ARTIFACT_BYTES } from './read-artifact.ts';

export interface MakersDeps {
  readonly store: Store<typeof makeReads, typeof makeWrites>;
  readonly storedRow: (artifactId: string) => Promise<EvidenceArtifact>;
  readonly touched: (artifact: EvidenceArtifact) => void;
}

type Checked = Omit<OutputOf<Contract, 'evidence.makeCheck'>, 'kind' | 'name'>;

const checked = (made: MadeDocument, kind: MakerKind): Checked => ({
  document: kind === 'governance' ? approvalsOf(made.document) : made.document,
  missing: shownGaps(made, kind),
  passes: made.passes,
  message: made.message,
  field: made.field,
  gates: made.gates.map((gate) => ({ ...gate })),
  strictness: made.strictness.map((finding) => ({ ...finding })),
});

/** The short form has the approvals at its root; what the other parts lack is said without a place in it. */
const shownGaps = ({ missing }: MadeDocument, kind: MakerKind): Checked['missing'] =>
  missing.map(({ pointer, says }) => ({
    says,
    pointer: kind !== 'governance' ? pointer : pointer.startsWith('/approvals') ? pointer.slice('/approvals'.length) : '',
  }));

/** The handlers of the makers: start a draft, check it as it grows, store what it became. */
export const createMakers = ({
  store,
  storedRow,
  touched,
}: MakersDeps): Pick<Handlers<Contract>, 'evidence.makeStart' | 'evidence.makeCheck' | 'evidence.make'> => {
  /** The whole draft of a kind: of governance the newest decisions with these approvals. */
  const draftOf = async (kind: MakerKind, given: Readonly<Record<string, unknown>>): Promise<PlainObject> => {
    if (!isPlainObject(given))
      throw new AppError('BAD_INPUT', 'The document is no JSON object.', { nextStep: 'Start again from the newest version.' });
    if (kind !== 'governance') return given;
    const newest = await store.read('evidence.newest', { role: 'policy-decisions', name: null });
    if (newest === null)
      throw new AppError('NOT_FOUND', 'There are no policy decisions yet whose approvals could be changed. Nothing was stored.', {
        nextStep: 'Make the policy decisions first; their approvals are a part of them.',
      });
    // A new version is captured now: the time of the old one would be that of other approvals.
    const { captured_at: _capturedAt, ...rest } = newest.document;
    return governanceDraft(rest, given);
  };

  return {
    'evidence.makeStart': async ({ kind, month }, { now }) => {
      const maker = makerOf(kind);
      const newest = await store.read('evidence.newest', { role: maker.stores, name: null });
      const basedOn =
        newest === null
          ? null
          : { artifactId: newest.artifactId, versionNo: newest.versionNo, name: newest.name, address: artifactAddress(newest.artifactId) };
      if (kind === 'governance') {
        const approvals = newest === null ? EMPTY_APPROVALS : { ...EMPTY_APPROVALS, ...approvalsOf(newest.document) };
        const made = makeDocument(kind, governanceDraft(newest?.document ?? {}, approvals), now);
        return {
          ...checked(made, kind),
          kind,
          document: approvals,
          name: newest?.name ?? maker.fileName(made.document),
          basedOn,
          notes:
            newest === null ? ['There are no policy decisions yet: make them first.'] : ['Everything but the approvals stays as it is.'],
        };
      }
      const monthTiers =
        month === undefined || kind !== 'policy-decisions' ? null : await store.read('evidence.monthTiers', { month, asOf: now });
      const { document, notes } = maker.start(newest?.document ?? null, { now, month: month ?? null, monthTiers });
      const made = makeDocument(kind, document, now);
      // The draft itself, so that the time of capture is that of its making and not of its beginning.
      return { ...checked(made, kind), document, kind, name: maker.fileName(made.document), basedOn, notes: [...notes] };
    },
    'evidence.makeCheck': async ({ kind, document }, { now }) => {
      const made = makeDocument(kind, await draftOf(kind, document), now);
      return { ...checked(made, kind), kind, name: makerOf(kind).fileName(made.document) };
    },
    'evidence.make': async ({ kind, document, name, note }, ctx) => {
      const maker = makerOf(kind);
      const made = makeDocument(kind, await draftOf(kind, document), ctx.now);
      if (made.bytes.length > MAX_ARTIFACT_BYTES)
        throw new AppError(
          'BAD_INPUT',
          `The document would have ${made.bytes.length} bytes; an artifact has ${MAX_ARTIFACT_BYTES} at most. Nothing was stored.`,
          {
            nextStep: 'Shorten its texts or take rows out.',
          },
        );
      const { artifactId, isNew } = await store.write('evidence.make', {
        maker: kind,
        kind: maker.stores,
        name: name ?? maker.fileName(made.document),
        bytes: made.bytes,
        passes: made.passes,
        note: note ?? null,
        by: changedBy(ctx),
      });
      const artifact = await storedRow(artifactId);
      if (isNew) touched(artifact);
      return { artifact, isNew, passes: made.passes, missing: shownGaps(made, kind) };
    },
  };
};
