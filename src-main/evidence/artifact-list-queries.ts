import type { OutputOf } from '../../src-shared/contract/define.ts';
import type { ArtifactState, EvidenceArtifact } from '../../src-shared/contract/evidence.ts';
import type { Contract } from '../../src-shared/contract/index.ts';
import type { QueryMap, SqlValue, StoreDb } from '../store/index.ts';
import { isArtifactRole, KIND_NAMES, STORED_KINDS, type StoredKind } from './artifact-roles.ts';
import { ARTIFACT_ROWS, type ArtifactRow, artifactAddress, artifactRow, artifactRowOf, stateOf } from './artifact-rows.ts';
import { LIMIT_WORDS } from './standing-options.ts';

type Months = OutputOf<Contract, 'evidence.months'>;

export interface ArtifactListArgs {
  readonly kind: StoredKind | null;
  readonly month: string | null;
  readonly state: ArtifactState | null;
  readonly search: string | null;
  /** Number of the last row's version on the page before; what came last stands first. */
  readonly after: number | null;
  readonly limit: number;
}

const STATE_SQL: Readonly<Record<ArtifactState, string>> = {
  pass: "st.verdict = 'pass'",
  fail: "st.verdict = 'fail' AND st.stale = 0",
  stale: "st.verdict = 'fail' AND st.stale = 1",
  none: 'st.verdict IS NULL',
};

const filterOf = ({ kind, month, state, search }: ArtifactListArgs): { readonly where: string; readonly params: SqlValue[] } => {
  const parts = ['st.current = 1'];
  const params: SqlValue[] = [];
  if (kind !== null) {
    parts.push('st.kind = ?');
    params.push(kind);
  }
  if (month !== null) {
    parts.push('st.month = ?');
    params.push(month);
  }
  if (state !== null) parts.push(STATE_SQL[state]);
  if (search !== null) {
    // A name, the label of a window, a source, or the beginning of a hash.
    parts.push(
      "(instr(lower(a.name), ?) > 0 OR instr(lower(coalesce(c.window_label, '')), ?) > 0 OR instr(lower(coalesce(s.name, '')), ?) > 0 OR substr(c.sha256, 1, length(?)) = ?)",
    );
    const wanted = search.toLowerCase();
    params.push(wanted, wanted, wanted, wanted, wanted);
  }
  return { where: parts.join(' AND '), params };
};

function listArtifacts(
  db: StoreDb,
  args: ArtifactListArgs,
): { artifacts: EvidenceArtifact[]; next: number | null; total: number; shown: number } {
  const { where, params } = filterOf(args);
  const rows = db.all<ArtifactRow>(`${ARTIFACT_ROWS} WHERE ${where} AND st.version_no < ? ORDER BY st.version_no DESC LIMIT ?`, [
    ...params,
    args.after ?? Number.MAX_SAFE_INTEGER,
    args.limit + 1,
  ]);
  const page = rows.slice(0, args.limit);
  const counted = db.get<{ shown: number }>(
    `SELECT count(*) AS shown FROM evidence_standing st JOIN evidence_artifacts a USING (artifact_no)
     JOIN evidence_contents c ON c.content_no = st.content_no LEFT JOIN sources s USING (source_no) WHERE ${where}`,
    params,
  )!;
  return {
    artifacts: page.map(artifactRowOf),
    next: rows.length > args.limit ? page.at(-1)!.version_no : null,
    total: db.get<{ total: number }>('SELECT count(*) AS total FROM evidence_standing WHERE current = 1')!.total,
    shown: counted.shown,
  };
}

interface CellRow {
  readonly kind: StoredKind;
  readonly month: string;
  readonly artifact_id: string;
  readonly name: string;
  readonly captured_at: string | null;
  readonly verdict: 'pass' | 'fail' | null;
  readonly stale: number | null;
  readonly holds_until: string | null;
  readonly message: string | null;
  readonly artifacts: number;
  readonly current: number;
  readonly version_no: number;
}

function monthGrid(db: StoreDb, asOf: string): Months {
  // Of several artifacts of one kind and month the one that was captured last counts.
  const rows = db.all<CellRow>(
    `SELECT * FROM (
       SELECT st.kind, st.month, a.artifact_id, a.name, st.captured_at, st.verdict, st.stale, st.holds_until, f.message, st.current, st.version_no,
         count(*) OVER (PARTITION BY st.kind, st.month) AS artifacts,
         row_number() OVER (PARTITION BY st.kind, st.month ORDER BY st.captured_at DESC, st.version_no DESC) AS place
       FROM evidence_standing st JOIN evidence_artifacts a USING (artifact_no)
       LEFT JOIN evidence_verifications f USING (verification_no) WHERE st.month IS NOT NULL)
     WHERE place = 1 ORDER BY kind, month`,
  );
  return {
    asOf,
    months: [...new Set(rows.map(({ month }) => month))].sort(),
    kinds: STORED_KINDS.map((kind) => ({
      kind,
      name: KIND_NAMES[kind],
      limit: isArtifactRole(kind) && kind !== 'finance-assumptions' ? LIMIT_WORDS[kind] : null,
      cells: rows
        .filter((row) => row.kind === kind)
        .map((row) => ({
          month: row.month,
          artifacts: row.artifacts,
          artifactId: row.artifact_id,
          artifactName: row.name,
          state: stateOf(row.verdict, row.stale),
          capturedAt: row.captured_at,
          holdsUntil: row.holds_until,
          message: row.message,
          address: `${artifactAddress(row.artifact_id)}${row.current === 1 ? '' : `?version=${row.version_no}`}`,
        })),
    })),
  };
}

export const artifactListReads = {
  'evidence.list': (db: StoreDb, args: ArtifactListArgs) => listArtifacts(db, args),
  'evidence.months': (db: StoreDb, { asOf }: { asOf: string }): Months => monthGrid(db, asOf),
  'evidence.row': (db: StoreDb, { artifactId }: { artifactId: string }): EvidenceArtifact | null => {
    const row = artifactRow(db, artifactId);
    return row === null ? null : artifactRowOf(row);
  },
  /** The artifact of a file name or of the beginning of its id, for the terminal; null where none or several fit. */
  'evidence.find': (db: StoreDb, { text }: { text: string }): EvidenceArtifact | null => {
    const rows = db.all<ArtifactRow>(
      `${ARTIFACT_ROWS} WHERE st.current = 1 AND (a.artifact_id = ? OR a.name = ? OR (length(?) >= 6 AND substr(a.artifact_id, 1, length(?)) = ?)) LIMIT 2`,
      [text, text, text, text, text],
    );
    return rows.length === 1 ? artifactRowOf(rows[0]!) : null;
  },
} satisfies QueryMap;
