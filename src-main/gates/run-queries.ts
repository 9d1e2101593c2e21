import type { GateInput, GateResult, GateRun, GateRunRow } from '../../src-shared/contract/gates.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { KIND_NAMES } from '../evidence/index.ts';
import { type ChangedBy, recordChange } from '../members/index.ts';
import type { QueryMap, SqlValue, StoreDb } from '../store/index.ts';
import type { FreezeAct } from './freeze.ts';
import { settleFreeze } from './freeze-queries.ts';
import { LIMIT_FLAGS } from './gate-flags.ts';
import { capital } from './gate-numbers.ts';
import type { GateFlags } from './gate-options.ts';
import { lineFigures, lineText, runSays, suffixOf } from './gate-words.ts';
import { judgeMonth, newestMonth, type RunDraft, type RunInput, type RunPlan } from './judge-month.ts';
import type { RunFinding } from './policy-findings.ts';
import type { GateLine } from './release-gate.ts';
import { seedThresholds } from './thresholds-queries.ts';

/** Runs as facts, and the derived cells that the matrix is made of. */

/** A run as it is kept. Number and id are 0 and empty where it was only tried. */
export interface StoredRun extends RunDraft {
  readonly runNo: number;
  readonly runId: string;
  readonly ranAt: string;
  readonly memberId: string | null;
  readonly by: string | null;
}

interface Row {
  readonly run_no: number;
  readonly run_id: string;
  readonly month: string;
  readonly ran_at: string;
  readonly judged_at: string;
  readonly rule_version: string;
  readonly thresholds_version: number;
  readonly decision: RunDraft['decision'];
  readonly plan: string;
  readonly inputs: string;
  readonly results: string;
  readonly consistency: string;
  readonly result_sha256: string;
  readonly member_id: string | null;
  readonly member: string | null;
}

const SELECT = `SELECT r.run_no, r.run_id, r.month, r.ran_at, r.judged_at, r.rule_version, r.thresholds_version, r.decision, r.plan,
    r.inputs, r.results, r.consistency, r.result_sha256, r.member_id, m.name AS member
  FROM gate_runs r LEFT JOIN members m USING (member_id)`;

/** Everything in these columns was written by this room, in these shapes. */
const runOf = (row: Row): StoredRun => {
  const { artifacts, missing } = JSON.parse(row.inputs) as { artifacts: RunInput[]; missing: RunDraft['missing'] };
  return {
    runNo: row.run_no,
    runId: row.run_id,
    month: row.month,
    ranAt: row.ran_at,
    judgedAt: row.judged_at,
    ruleVersion: row.rule_version,
    thresholdsVersion: row.thresholds_version,
    decision: row.decision,
    plan: JSON.parse(row.plan) as RunPlan,
    inputs: artifacts,
    missing,
    results: JSON.parse(row.results) as GateLine[],
    findings: JSON.parse(row.consistency) as RunFinding[],
    resultSha256: row.result_sha256,
    memberId: row.member_id,
    by: row.member,
  };
};

export const runByNumber = (db: StoreDb, runNo: number): StoredRun | null => {
  const row = db.get<Row>(`${SELECT} WHERE r.run_no = ?`, [runNo]);
  return row === undefined ? null : runOf(row);
};

/** The newest run of a month (YYYY-MM), by the contract's limits; null where it was never run. */
export const latestRun = (db: StoreDb, month: string): StoredRun | null => {
  const row = db.get<Row>(`${SELECT} WHERE r.month = ? AND json_extract(r.plan, '$.standard') = 1 ORDER BY r.run_no DESC LIMIT 1`, [month]);
  return row === undefined ? null : runOf(row);
};

export const runById = (db: StoreDb, runId: string): StoredRun | null => {
  const row = db.get<Row>(`${SELECT} WHERE r.run_id = ?`, [runId]);
  return row === undefined ? null : runOf(row);
};

export const mustFindRun = (db: StoreDb, runNo: number): StoredRun => {
  const run = runByNumber(db, runNo);
  if (run !== null) return run;
  throw new AppError('NOT_FOUND', `There is no gate run ${runNo}.`, { nextStep: 'Look for it in the list of runs.', details: { runNo } });
};

export const runAddress = (runNo: number): string => `/evidence/run/${runNo}`;

export function shownRow(run: StoredRun): GateRunRow {
  const judged = run.results.filter(({ decides, state }) => decides && state !== 'no-run');
  const failing = judged.filter(({ state }) => state !== 'pass');
  return {
    runNo: run.runNo,
    runId: run.runId,
    month: run.month,
    ranAt: run.ranAt,
    judgedAt: run.judgedAt,
    decision: run.decision,
    failing: failing.map(({ shortId }) => shortId),
    gates: judged.length,
    passing: judged.length - failing.length,
    findings: run.findings.length,
    thresholdsVersion: run.thresholdsVersion,
    by: run.by,
    resultSha256: run.resultSha256,
    address: run.runNo === 0 ? '/evidence' : runAddress(run.runNo),
  };
}

export const shownInput = (input: RunInput): GateInput => ({
  role: input.role,
  title: KIND_NAMES[input.role],
  artifactId: input.artifactId,
  name: input.name,
  sha256: input.sha256,
  capturedAt: input.capturedAt === null ? null : new Date(input.capturedAt).toISOString(),
  month: input.month,
  address: `/evidence/artifact/${input.artifactId}`,
});

/** What begins with a plain word begins with a capital; a formula stays as it is. */
const sentence = (text: string): string => (/^[a-z]+[ ,]/.test(text) ? capital(text) : text);

export const shownResult = (line: GateLine): GateResult => ({
  gate: line.id,
  short: line.shortId,
  name: line.name,
  group: line.group,
  state: line.state,
  required: line.required,
  decides: line.decides,
  ...lineFigures(line),
  unit: suffixOf(line),
  says: `${sentence(lineText(line))}.`,
});

export function shownRun(run: StoredRun): GateRun {
  return {
    ...shownRow(run),
    ruleVersion: run.ruleVersion,
    says: runSays(
      run.results,
      run.decision,
      run.missing.map((role) => KIND_NAMES[role].toLowerCase()),
    ),
    results: run.results.map(shownResult),
    inputs: run.inputs.map(shownInput),
    missing: run.missing.map((role) => ({ role, title: KIND_NAMES[role], required: true })),
    notes: run.findings.map((finding) => ({ ...finding })),
    limits: LIMIT_FLAGS.map(({ limit, flag }) => ({ says: flag.replaceAll('-', ' '), value: String(run.plan.limits[limit]) })),
    standard: run.plan.standard,
    command: run.runNo === 0 ? `countersign gate run --month ${run.month} --dry-run` : `countersign gate show ${run.runNo}`,
  };
}

export interface StoreRunArgs {
  readonly draft: RunDraft;
  readonly runId: string;
  readonly by: ChangedBy;
}

/** Cells of the month as this run left them. Derived: `rebuildCells` gives the same from the runs. */
function writeCells(db: StoreDb, run: { readonly runNo: number; readonly month: string; readonly results: readonly GateLine[] }): void {
  db.run('DELETE FROM gate_cells WHERE month = ?', [run.month]);
  for (const line of run.results) {
    const { value, threshold } = lineFigures(line);
    db.run('INSERT INTO gate_cells (month, gate, run_no, state, value, threshold) VALUES (?, ?, ?, ?, ?, ?)', [
      run.month,
      line.id,
      run.runNo,
      line.state,
      value,
      threshold,
    ]);
  }
}

export const runReads = {
  'gates.judge': (db: StoreDb, args: { month: string | null; now: string; flags: GateFlags }): RunDraft => judgeMonth(db, args),
  'gates.run': (db: StoreDb, { runNo }: { runNo: number }): GateRun => shownRun(mustFindRun(db, runNo)),
  'gates.latest': (db: StoreDb, { month }: { month: string }): GateRun | null => {
    const run = latestRun(db, month);
    return run === null ? null : shownRun(run);
  },
  /** Newest first, before the run numbered `before`. */
  'gates.runs': (
    db: StoreDb,
    { month, before, limit }: { month: string | null; before: number | null; limit: number },
  ): { runs: GateRunRow[]; next: number | null; total: number } => {
    const where = month === null ? '' : ' AND r.month = ?';
    const params: SqlValue[] = month === null ? [] : [month];
    const rows = db.all<Row>(`${SELECT} WHERE r.run_no < ?${where} ORDER BY r.run_no DESC LIMIT ?`, [
      before ?? Number.MAX_SAFE_INTEGER,
      ...params,
      limit + 1,
    ]);
    const page = rows.slice(0, limit).map(runOf);
    const { total } = db.get<{ total: number }>(`SELECT count(*) AS total FROM gate_runs r WHERE 1${where}`, params)!;
    return { runs: page.map(shownRow), next: rows.length > limit ? page.at(-1)!.runNo : null, total };
  },
} satisfies QueryMap;

export const runWrites = {
  /** The run, the month's cells and what it does to motions, in one transaction. */
  'gates.storeRun': (db: StoreDb, { draft, runId, by }: StoreRunArgs): { run: GateRun; freeze: FreezeAct } => {
    seedThresholds(db, by.now);
    const runNo = db.get<{ next: number }>('SELECT coalesce(max(run_no), 0) + 1 AS next FROM gate_runs')!.next;
    db.run(
      `INSERT INTO gate_runs (run_no, run_id, month, ran_at, judged_at, rule_version, thresholds_version, decision, plan, inputs, results,
         consistency, result_sha256, member_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        runNo,
        runId,
        draft.month,
        by.now,
        draft.judgedAt,
        draft.ruleVersion,
        draft.thresholdsVersion,
        draft.decision,
        JSON.stringify(draft.plan),
        JSON.stringify({ artifacts: draft.inputs, missing: draft.missing }),
        JSON.stringify(draft.results),
        JSON.stringify(draft.findings),
        draft.resultSha256,
        by.memberId,
      ],
    );
    let freeze: FreezeAct = 'none';
    if (draft.plan.standard) {
      writeCells(db, { runNo, month: draft.month, results: draft.results });
      if (draft.month === newestMonth(db, by.now)) freeze = settleFreeze(db, { runNo, month: draft.month, results: draft.results, by });
    }
    const run = shownRun(runByNumber(db, runNo)!);
    recordChange(db, by, {
      action: 'gate.run',
      subject: `gates of ${draft.month}`,
      before: null,
      after: { run: runNo, decision: draft.decision, failing: run.failing, resultSha256: draft.resultSha256, freeze },
      address: runAddress(runNo),
    });
    return { run, freeze };
  },
  /** Writes all cells anew from the runs. */
  'gates.rebuildCells': (db: StoreDb, _args: null): { readonly months: number } => {
    const months = db.all<{ month: string }>('SELECT DISTINCT month FROM gate_runs ORDER BY month').map(({ month }) => month);
    db.run('DELETE FROM gate_cells');
    for (const month of months) {
      const run = latestRun(db, month);
      if (run !== null) writeCells(db, run);
    }
    return { months: months.length };
  },
} satisfies QueryMap;
