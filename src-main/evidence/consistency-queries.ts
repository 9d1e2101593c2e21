import type { QueryMap, StoreDb } from '../store/index.ts';
import { artifactsForMonth, type MonthArtifact, monthsWithEvidence, readContent } from './artifact-queries.ts';
import type { StoredKind } from './artifact-roles.ts';
import { type ComparedArtifact, type ConsistencyFinding, consistencyFindings, type ConsistencyInput } from './consistency.ts';
import { readJson } from './reference/read-json.ts';

/** What the stored artifacts of a month say against each other. */

export interface ComparedMonth {
  readonly month: string;
  /** What was compared, by the role it was compared in. */
  readonly compared: readonly {
    readonly role: keyof ConsistencyInput;
    readonly artifactId: string;
    readonly name: string;
    readonly sha256: string;
  }[];
  readonly findings: readonly ConsistencyFinding[];
}

/** Guardrails of earlier months that are looked at: a year and the month before it. */
const EARLIER_MONTHS = 13;

const ROLES = {
  guardrails: 'finance-guardrails',
  telemetry: 'finance-telemetry',
  assumptions: 'finance-assumptions',
  decisions: 'policy-decisions',
  benchmarks: 'pricing-benchmarks',
} as const;

interface Row {
  readonly artifact_id: string;
  readonly name: string;
  readonly sha256: string;
}

const newestOf = (db: StoreDb, kind: StoredKind, where: string, params: readonly (string | number)[]): Row[] =>
  db.all<Row>(
    `SELECT artifact_id, name, sha256 FROM (
       SELECT a.artifact_id, a.name, c.sha256, st.month,
         row_number() OVER (PARTITION BY st.month ORDER BY st.captured_at DESC, st.version_no DESC) AS place
       FROM evidence_standing st JOIN evidence_artifacts a USING (artifact_no) JOIN evidence_contents c ON c.content_no = st.content_no
       WHERE st.kind = ? AND ${where})
     WHERE place = 1 ORDER BY month DESC LIMIT ?`,
    [kind, ...params],
  );

/** @param asOf ISO 8601 UTC: artifacts that last count when they were captured by then */
export function findInconsistencies(db: StoreDb, month: string, asOf: string): ComparedMonth {
  const artifacts = artifactsForMonth(db, month, asOf);
  const compared: { role: keyof ConsistencyInput; artifactId: string; name: string; sha256: string }[] = [];
  const read = (
    role: keyof ConsistencyInput,
    { artifactId, name, sha256 }: Pick<MonthArtifact, 'artifactId' | 'name' | 'sha256'>,
  ): ComparedArtifact => {
    compared.push({ role, artifactId, name, sha256 });
    return { name, sha256, value: readJson(readContent(db, sha256)!).value };
  };
  const input: { -readonly [K in keyof ConsistencyInput]: ConsistencyInput[K] } = {};
  for (const [role, kind] of Object.entries(ROLES) as [keyof typeof ROLES, (typeof ROLES)[keyof typeof ROLES]][]) {
    const artifact = artifacts[kind];
    if (artifact !== null) input[role] = read(role, artifact);
  }
  const asCompared = (row: Row) => ({ artifactId: row.artifact_id, name: row.name, sha256: row.sha256 });
  const [packet] = newestOf(db, 'committee-packet', 'st.month = ?', [month, 1]);
  if (packet !== undefined) input.packet = read('packet', asCompared(packet));
  const earlier = newestOf(db, 'finance-guardrails', 'st.month < ?', [month, EARLIER_MONTHS]);
  if (earlier.length > 0) input.earlierGuardrails = earlier.map((row) => read('earlierGuardrails', asCompared(row)));
  return { month, compared, findings: consistencyFindings(input) };
}

export const consistencyReads = {
  /** Of the newest month with evidence where none is named; null where there is none. */
  'evidence.inconsistencies': (
    db: StoreDb,
    { month, asOf }: { month: string | null; asOf: string },
  ): { readonly months: readonly string[]; readonly found: ComparedMonth | null } => {
    const months = monthsWithEvidence(db);
    const wanted = month ?? months.at(-1);
    return { months, found: wanted === undefined ? null : findInconsistencies(db, wanted, asOf) };
  },
} satisfies QueryMap;
