import {
  type DeliveryResult,
  type FeedModule,
  type HttpItem,
  itemBytes,
  NO_ROWS,
  type OversizedFile,
  plural,
  type QuarantineInput,
  type WholeDelivery,
} from '../sources/index.ts';
import type { StoreDb } from '../store/index.ts';
import { artifactIdOf, hasArtifact, storeVersion } from './artifact-store.ts';
import { type ArtifactReading, MAX_ARTIFACT_BYTES, readArtifact, tooLarge } from './read-artifact.ts';

/** Of a file that is too large to be an artifact the beginning is held; every other one whole, so that it can be looked at again. */
const HEAD_BYTES = 64 * 1024;

const isPath = (path: string): boolean =>
  path.length <= 1024 &&
  path.isWellFormed() &&
  path.split('/').length <= 5 &&
  path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && !/[\\\p{Cc}]/u.test(part)) &&
  /\.json$/i.test(path);

const held = (path: string, bytes: Uint8Array, byteLength: number, why: Extract<ArtifactReading, { ok: false }>): QuarantineInput => ({
  path,
  line: null,
  byteOffset: null,
  bytes: Uint8Array.from(byteLength > MAX_ARTIFACT_BYTES ? bytes.subarray(0, HEAD_BYTES) : bytes),
  byteLength,
  code: why.code,
  says: why.says,
  nextStep: why.nextStep,
  address: null,
});

function accept(db: StoreDb, { path, bytes, sourceId, runId, now }: WholeDelivery): DeliveryResult {
  const read = readArtifact(bytes);
  if (!read.ok) return { counts: { ...NO_ROWS, received: 1, quarantined: 1 }, quarantine: [held(path, bytes, bytes.length, read)] };
  const { isNew } = storeVersion(db, {
    place: { origin: 'source', sourceId, name: path },
    bytes,
    kind: read.kind,
    facts: read.facts,
    now,
    runId,
    memberId: null,
  });
  return { counts: { ...NO_ROWS, received: 1, accepted: isNew ? 1 : 0, duplicate: isNew ? 0 : 1 }, quarantine: [] };
}

/** One item of `GET {base}/feeds/evidence`: `{"kind":"artifact","name":"….json","text":"…"}`, or `base64` for what is no text. */
function parseItem(item: Readonly<Record<string, unknown>>): HttpItem {
  const garbage = (says: string): HttpItem => ({ kind: 'garbage', says });
  if (item['kind'] !== 'artifact') return garbage(`The item is of no known kind: ${JSON.stringify(item['kind'])?.slice(0, 60) ?? 'none'}.`);
  const { name } = item;
  if (typeof name !== 'string' || !isPath(name)) return garbage('The item has no "name" like finance_guardrails_2026-02.json.');
  const bytes = itemBytes(item);
  return bytes === null
    ? garbage('The item must have either "text" (well-formed) or "base64" (with padding).')
    : { kind: 'whole', path: name, bytes };
}

const requeue: FeedModule['requeue'] = (db, sourceId, row, now) => {
  const stillBad = (code: string, says: string, nextStep: string) => ({ outcome: 'still-bad', code, says, nextStep }) as const;
  if (row.bytes.length < row.byteLength) {
    const why = tooLarge(row.byteLength);
    return stillBad(row.code, `${why.says} Only its beginning is held here.`, why.nextStep);
  }
  const read = readArtifact(row.bytes);
  if (!read.ok) return stillBad(read.code, read.says, read.nextStep);
  const place = { origin: 'source', sourceId, name: row.path } as const;
  if (hasArtifact(db, artifactIdOf(place)))
    return stillBad(
      row.code,
      'The file could be kept now, but the source has delivered another version of it since.',
      'Dismiss the row with a reason.',
    );
  const { artifactId } = storeVersion(db, {
    place,
    bytes: row.bytes,
    kind: read.kind,
    facts: read.facts,
    now,
    runId: null,
    memberId: null,
  });
  return {
    outcome: 'resolved',
    code: row.code,
    says: `The file is kept as evidence now (${read.kind}).`,
    nextStep: `See /evidence/artifact/${artifactId}.`,
  };
};

/**
 * The feed `evidence`: artifacts as whole files, recognised by shape. A content is stored once; each change of a file is a
 * version of its artifact. What cannot be kept as evidence is held in quarantine with its text.
 */
export const evidenceFeed: FeedModule = {
  feed: 'evidence',
  unfinishedLines: 'taken',
  classify: (path) => (isPath(path) ? 'whole' : null),
  order: () => 0,
  describe: (paths) => {
    const artifacts = paths.filter(isPath).length;
    return { items: artifacts, says: plural(artifacts, 'artifact') };
  },
  parseItem,
  accept: (db, delivery) => {
    if (delivery.kind !== 'whole') throw new TypeError('The evidence feed has whole files only.');
    return accept(db, delivery);
  },
  maxWholeBytes: MAX_ARTIFACT_BYTES,
  tooLarge: ({ path, byteLength, sha256, head }: OversizedFile) => {
    const why = tooLarge(byteLength);
    return held(path, head, byteLength, { ...why, says: `${why.says} Its SHA-256 is ${sha256}.` });
  },
  requeue,
};
