import { isUtf8 } from 'node:buffer';
import type { OutputOf } from '../../src-shared/contract/define.ts';
import type { Contract } from '../../src-shared/contract/index.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import type { QueryMap, StoreDb } from '../store/index.ts';
import { isArtifactRole, type StoredKind } from './artifact-roles.ts';
import { artifactRow, artifactRowOf, type ArtifactRow, stateOf } from './artifact-rows.ts';
import { compareFields, type FieldChange, leavesOf } from './document-fields.ts';
import { judge, type Judgement } from './judge.ts';
import { floatText } from './reference/float-text.ts';
import { readJson } from './reference/read-json.ts';
import { EVIDENCE_RULES, LIMIT_WORDS } from './standing-options.ts';
import type { DerivedFigure } from './verdict.ts';

type ArtifactAnswer = OutputOf<Contract, 'evidence.artifact'>;
type VersionAnswer = ArtifactAnswer['version'];
type FigureAnswer = ArtifactAnswer['figures'][number];

/** As much as is shown of the text, and of the fields; what changed is always shown. */
const RAW_BYTES = 256 * 1024;
const SHOWN_FIELDS = 2_000;
const SHOWN_VERSIONS = 200;

interface VersionRow {
  readonly version_no: number;
  readonly content_no: number;
  readonly position: number;
  readonly sha256: string;
  readonly byte_length: number;
  readonly kind: StoredKind;
  readonly month: string | null;
  readonly captured_at: string | null;
  readonly arrived_at: string;
  readonly member: string | null;
  readonly verification_no: number | null;
  readonly verdict: 'pass' | 'fail' | null;
  readonly stale: number | null;
}

interface VerificationRow {
  readonly judged_at: string;
  readonly rule_version: string;
  readonly verdict: 'pass' | 'fail';
  readonly label: string;
  readonly message: string | null;
  readonly field: string | null;
  readonly strictness: string;
  readonly stale: number;
  readonly holds_until: string | null;
}

const versionRows = (db: StoreDb, artifactNo: number): VersionRow[] =>
  db.all<VersionRow>(
    `SELECT v.version_no, v.content_no, row_number() OVER (ORDER BY v.version_no) AS position, c.sha256, length(c.bytes) AS byte_length,
       c.kind, c.month, c.captured_at, v.arrived_at, m.name AS member, f.verification_no, f.verdict, f.stale
     FROM evidence_versions v JOIN evidence_contents c USING (content_no) LEFT JOIN members m USING (member_id)
     LEFT JOIN evidence_verifications f ON f.verification_no =
       (SELECT max(verification_no) FROM evidence_verifications WHERE content_no = v.content_no)
     WHERE v.artifact_no = ? ORDER BY v.version_no DESC`,
    [artifactNo],
  );

const noArtifact = (artifactId: string): AppError =>
  new AppError('NOT_FOUND', 'There is no such artifact here.', {
    nextStep: 'Look for it in the list of artifacts.',
    details: { artifactId },
  });

interface FoundVersion {
  readonly artifact: ArtifactRow;
  readonly versions: readonly VersionRow[];
  readonly version: VersionRow;
}

const findVersion = (db: StoreDb, artifactId: string, versionNo: number | null): FoundVersion => {
  const artifact = artifactRow(db, artifactId);
  if (artifact === null) throw noArtifact(artifactId);
  const versions = versionRows(db, artifact.artifact_no);
  const version = versionNo === null ? versions[0] : versions.find((row) => row.version_no === versionNo);
  if (version === undefined)
    throw new AppError('NOT_FOUND', `The artifact ${artifact.name} has no version ${versionNo}.`, {
      nextStep: 'Choose one from its versions.',
      details: { artifactId },
    });
  return { artifact, versions, version };
};

const bytesOf = (db: StoreDb, contentNo: number): Buffer =>
  db.get<{ bytes: Buffer }>('SELECT bytes FROM evidence_contents WHERE content_no = ?', [contentNo])!.bytes;

const verificationOf = (db: StoreDb, version: VersionRow): VerificationRow | null =>
  version.verification_no === null
    ? null
    : db.get<VerificationRow>(
        `SELECT judged_at, rule_version, verdict, label, message, field, strictness, stale, holds_until
         FROM evidence_verifications WHERE verification_no = ?`,
        [version.verification_no],
      )!;

const versionOf = (row: VersionRow, artifact: ArtifactRow): VersionAnswer => ({
  versionNo: row.version_no,
  position: row.position,
  sha256: row.sha256,
  bytes: row.byte_length,
  kind: row.kind,
  month: row.month,
  capturedAt: row.captured_at,
  arrivedAt: row.arrived_at,
  by: row.member ?? artifact.source_name ?? 'Countersign',
  state: stateOf(row.verdict, row.stale),
});

/** A figure as text: whole numbers without a point, all others as the verifier holds them. */
export const figureText = (value: number | null): string | null =>
  value === null ? null : Number.isInteger(value) && Math.abs(value) < 1e15 ? String(value) : floatText(value);

const figureOf = (figure: DerivedFigure): FigureAnswer => ({
  figure: figure.id,
  name: figure.name,
  unit: figure.unit,
  declared: figureText(figure.declared),
  computed: figureText(figure.computed),
  declaredAt: figure.declaredAt,
  holds: figure.holds,
});

const derivedText = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : (JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? item.toString() : item)) ?? '');

const shownFields = (fields: readonly FieldChange[]): FieldChange[] =>
  fields.filter(({ change }, index) => index < SHOWN_FIELDS || change !== 'same').slice(0, 2 * SHOWN_FIELDS);

/** Judged again at the time of the kept verification, so that figures and verdict belong together. */
const judgementOf = (version: VersionRow, bytes: Uint8Array, judgedAt: string): Judgement | null =>
  judge(version.kind, bytes, Date.parse(judgedAt));

/** The first bytes as text, without a character that was cut. */
const rawOf = (bytes: Buffer): ArtifactAnswer['raw'] => {
  if (!isUtf8(bytes)) return null;
  const cut = bytes.length > RAW_BYTES;
  return {
    text: cut
      ? bytes
          .subarray(0, RAW_BYTES)
          .toString('utf8')
          .replace(/\ufffd$/, '')
      : bytes.toString('utf8'),
    cut,
  };
};

export interface ViewArgs {
  readonly artifactId: string;
  readonly versionNo: number | null;
  readonly against: number | null;
  /** ISO 8601 UTC: for what was not verified yet. */
  readonly now: string;
}

function viewArtifact(db: StoreDb, args: ViewArgs): Omit<ArtifactAnswer, 'verifyCommand'> {
  const { artifact, versions, version } = findVersion(db, args.artifactId, args.versionNo);
  const before =
    args.against === null
      ? versions.find((row) => row.version_no < version.version_no)
      : versions.find((row) => row.version_no === args.against && row.version_no !== version.version_no);
  const bytes = bytesOf(db, version.content_no);
  const verification = verificationOf(db, version);
  const judgement = judgementOf(version, bytes, verification?.judged_at ?? args.now);
  const earlier = before === undefined ? null : leavesOf(readJson(bytesOf(db, before.content_no)).value);
  const fields = compareFields(leavesOf(readJson(bytes).value), earlier);
  const { kind } = version;
  return {
    artifact: artifactRowOf(artifact),
    version: versionOf(version, artifact),
    versions: versions.slice(0, SHOWN_VERSIONS).map((row) => versionOf(row, artifact)),
    against: before?.version_no ?? null,
    fields: shownFields(fields),
    fieldsTotal: fields.length,
    changed: fields.filter(({ change }) => change !== 'same').length,
    verification:
      verification === null
        ? null
        : {
            state: stateOf(verification.verdict, verification.stale),
            label: verification.label,
            message: verification.message,
            field: verification.field,
            judgedAt: verification.judged_at,
            ruleVersion: verification.rule_version,
            limits: isArtifactRole(kind) && kind !== 'finance-assumptions' ? [LIMIT_WORDS[kind]] : [],
            holdsUntil: verification.holds_until,
          },
    gates: judgement === null ? [] : judgement.gateResults.map((gate) => ({ ...gate })),
    figures: judgement === null ? [] : judgement.figures.map(figureOf),
    derived: judgement === null ? [] : Object.entries(judgement.derived).map(([name, value]) => ({ name, value: derivedText(value) })),
    strictness:
      judgement === null
        ? []
        : judgement.strictness.map((finding) => ({
            ...finding,
            pointer: finding.pointer.toWellFormed(),
            says: finding.says.toWellFormed(),
          })),
    raw: rawOf(bytes),
  };
}

export interface FigureView {
  readonly artifactName: string;
  readonly kind: StoredKind;
  readonly versionNo: number;
  readonly position: number;
  readonly sha256: string;
  readonly byteLength: number;
  readonly label: string;
  readonly checkedAt: string | null;
  readonly ruleVersion: string;
  readonly figure: DerivedFigure;
  /** The same figure of the version before. */
  readonly before: { readonly position: number; readonly computed: number | null } | null;
}

/** One figure with what went into it; fails with NOT_FOUND where the verifier does not compute it. */
function viewFigure(db: StoreDb, args: { artifactId: string; versionNo: number | null; figure: string; now: string }): FigureView {
  const { artifact, versions, version } = findVersion(db, args.artifactId, args.versionNo);
  const verification = verificationOf(db, version);
  const judgedAt = verification?.judged_at ?? args.now;
  const judgement = judgementOf(version, bytesOf(db, version.content_no), judgedAt);
  const figure = judgement?.figures.find(({ id }) => id === args.figure);
  if (judgement === null || figure === undefined)
    throw new AppError('NOT_FOUND', `The verifier computes no figure ${args.figure} from this version of ${artifact.name}.`, {
      nextStep: 'Choose one of the figures that the artifact shows.',
    });
  const earlier = versions.find((row) => row.version_no < version.version_no);
  const before =
    earlier === undefined
      ? undefined
      : judgementOf(earlier, bytesOf(db, earlier.content_no), judgedAt)?.figures.find(({ id }) => id === args.figure);
  return {
    artifactName: artifact.name,
    kind: version.kind,
    versionNo: version.version_no,
    position: version.position,
    sha256: version.sha256,
    byteLength: version.byte_length,
    label: judgement.label,
    checkedAt: verification?.judged_at ?? null,
    ruleVersion: verification?.rule_version ?? EVIDENCE_RULES,
    figure,
    before: earlier === undefined || before === undefined ? null : { position: earlier.position, computed: before.computed },
  };
}

export const artifactViewReads = {
  'evidence.view': (db: StoreDb, args: ViewArgs) => viewArtifact(db, args),
  'evidence.figure': (db: StoreDb, args: { artifactId: string; versionNo: number | null; figure: string; now: string }): FigureView =>
    viewFigure(db, args),
  /** The bytes of a version as they came, with the name of the artifact. */
  'evidence.bytes': (
    db: StoreDb,
    { artifactId, versionNo }: { artifactId: string; versionNo: number | null },
  ): { name: string; bytes: Uint8Array } => {
    const { artifact, version } = findVersion(db, artifactId, versionNo);
    return { name: artifact.name, bytes: bytesOf(db, version.content_no) };
  },
} satisfies QueryMap;
