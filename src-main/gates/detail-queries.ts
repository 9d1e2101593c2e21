import type { GateChange, GateFinding, GateInput, GateRunRow, GateState } from '../../src-shared/contract/gates.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { type ArtifactRole, KIND_NAMES, readContent, type Value } from '../evidence/index.ts';
import type { QueryMap, StoreDb } from '../store/index.ts';
import { freezesMotions } from './freeze.ts';
import { rootOf } from './gate-artifacts.ts';
import { type CatalogueGate, gateById } from './gate-catalogue.ts';
import { type GateFigures, readGateFigures } from './gate-figures.ts';
import { GATE_ROLES, type GateRole } from './gate-flags.ts';
import { signedDifference } from './gate-numbers.ts';
import { gateProof, type GateProof } from './gate-proof.ts';
import { gateSays, worstTier } from './gate-sentences.ts';
import { documentTable, financeTable, type GateTable, tierShare } from './gate-table.ts';
import { suffixOf } from './gate-words.ts';
import { type ComparedDocuments, inputChanges } from './input-changes.ts';
import { figureSources } from './judge-month.ts';
import { cellsOfGate, groupName } from './matrix-queries.ts';
import { latestRun, mustFindRun, runByNumber, shownInput, shownResult, shownRow, type StoredRun } from './run-queries.ts';
import { thresholdChanges } from './thresholds.ts';
import { thresholdVersions } from './thresholds-queries.ts';

/** One gate of one month with all that a person asks of it, and two runs beside each other. */

const TREND_MONTHS = 12;
const MOST_CHANGES = 12;
/** Earlier runs of the same month that are looked at for one in which the gate passed. */
const EARLIER_RUNS = 20;

export interface GateDetail {
  readonly gate: string;
  readonly month: string;
  readonly short: string;
  readonly name: string;
  readonly group: string;
  readonly state: GateState;
  readonly decides: boolean;
  readonly says: string;
  readonly reason: string;
  readonly unit: string;
  readonly sense: 'at-least' | 'at-most' | null;
  readonly value: string | null;
  readonly threshold: string | null;
  readonly distance: string | null;
  readonly previous: { readonly month: string; readonly state: GateState; readonly value: string | null } | null;
  readonly trend: { month: string; state: GateState; value: string | null; threshold: string | null }[];
  readonly table: GateTable | null;
  readonly comparedWith: { readonly month: string; readonly runNo: number; readonly passed: boolean } | null;
  readonly changes: GateChange[];
  readonly moreChanges: number;
  readonly findings: GateFinding[];
  readonly inputs: GateInput[];
  readonly run: GateRunRow | null;
  readonly nextStep: string;
  readonly freezes: boolean;
  readonly command: string;
}

export const mustKnowGate = (gate: string): CatalogueGate => {
  const entry = gateById(gate);
  if (entry !== undefined) return entry;
  throw new AppError('NOT_FOUND', `There is no gate called ${gate}.`, { nextStep: 'Choose one of the matrix.', details: { gate } });
};

/** Roles whose artifacts say what moved a gate. */
export function rolesOf({ source, group }: CatalogueGate): readonly ArtifactRole[] {
  if (group === 'finance') return ['finance-guardrails', 'finance-telemetry', 'finance-assumptions'];
  if (source === 'monthly-refresh' || source === 'operational-readiness')
    return ['finance-guardrails', 'finance-telemetry', 'policy-decisions'];
  return [source];
}

const bytesIn = (db: StoreDb, run: StoredRun) => {
  const shas = new Map(run.inputs.map(({ role, sha256 }) => [role, sha256]));
  return (role: ArtifactRole): Uint8Array | null => {
    const sha256 = shas.get(role);
    return sha256 === undefined ? null : readContent(db, sha256);
  };
};

const isGateRole = (role: ArtifactRole): role is GateRole => (GATE_ROLES as readonly ArtifactRole[]).includes(role);
const documentOf = (role: ArtifactRole, bytes: Uint8Array | null): Value =>
  bytes === null ? null : rootOf(isGateRole(role) ? role : 'finance-guardrails', bytes);

/** The artifacts of two runs that differ, role by role. */
function comparedDocuments(db: StoreDb, before: StoredRun, after: StoredRun, roles: readonly ArtifactRole[]): ComparedDocuments[] {
  const [old, now] = [bytesIn(db, before), bytesIn(db, after)];
  const sha = (run: StoredRun, role: ArtifactRole) => run.inputs.find((input) => input.role === role)?.sha256;
  return roles.flatMap((role) => {
    const [a, b] = [sha(before, role), sha(after, role)];
    return a === undefined || b === undefined || a === b
      ? []
      : [{ role, before: documentOf(role, old(role)), after: documentOf(role, now(role)) }];
  });
}

const stateIn = (run: StoredRun, gate: string): GateState => run.results.find(({ id }) => id === gate)?.state ?? 'no-run';

/** The run to compare with: the newest before this one in which the gate passed, else that of the month before. */
function baseOf(
  db: StoreDb,
  run: StoredRun,
  gate: string,
  cells: readonly { readonly month: string; readonly state: GateState; readonly runNo: number }[],
) {
  if (stateIn(run, gate) !== 'pass') {
    const earlier = db.all<{ run_no: number }>('SELECT run_no FROM gate_runs WHERE month = ? AND run_no < ? ORDER BY run_no DESC LIMIT ?', [
      run.month,
      run.runNo,
      EARLIER_RUNS,
    ]);
    for (const { run_no: runNo } of earlier) {
      const found = runByNumber(db, runNo);
      if (found !== null && stateIn(found, gate) === 'pass') return found;
    }
  }
  const earlier = cells.filter(({ month }) => month < run.month);
  const passed = stateIn(run, gate) === 'pass' ? undefined : earlier.findLast(({ state }) => state === 'pass');
  const base = passed ?? earlier.at(-1);
  return base === undefined ? null : runByNumber(db, base.runNo);
}

function detail(db: StoreDb, gate: string, month: string): GateDetail {
  const entry = mustKnowGate(gate);
  const run = latestRun(db, month);
  const line = run?.results.find(({ id }) => id === gate) ?? null;
  const cells = cellsOfGate(db, gate, month);
  const here = cells.find((cell) => cell.month === month);
  const previous = cells.filter((cell) => cell.month < month).at(-1);
  const figures = run === null ? null : readGateFigures(figureSources(bytesIn(db, run)));
  const shown = line === null ? null : shownResult(line);
  const base = run === null ? null : baseOf(db, run, gate, cells);
  const changes =
    run === null || base === null ? [] : [...derivedChanges(db, base, run, entry), ...changesBetween(db, base, run, entry, figures)];
  const value = shown?.value ?? null;
  const threshold = shown?.threshold ?? null;
  const sense = entry.comparison === '≥' ? ('at-least' as const) : entry.comparison === '≤' ? ('at-most' as const) : null;
  return {
    gate,
    month,
    short: entry.shortId,
    name: entry.name,
    group: groupName(entry.group),
    state: here?.state ?? line?.state ?? 'no-run',
    decides: entry.decides,
    says: gateSays(entry, line, figures, month),
    reason: line?.reason ?? 'The gates were not run for this month.',
    unit: suffixOf(entry),
    sense,
    value,
    threshold,
    distance: value === null || threshold === null || sense === null ? null : signedDifference(value, threshold),
    previous: previous === undefined ? null : { month: previous.month, state: previous.state, value: previous.value },
    trend: cells.slice(-TREND_MONTHS).map(({ month: at, state, value: v, threshold: t }) => ({ month: at, state, value: v, threshold: t })),
    table: run === null ? null : tableOf(db, run, entry, figures, line?.threshold ?? null),
    comparedWith: base === null ? null : { month: base.month, runNo: base.runNo, passed: stateIn(base, gate) === 'pass' },
    changes: changes.slice(0, MOST_CHANGES),
    moreChanges: Math.max(0, changes.length - MOST_CHANGES),
    findings: (run?.findings ?? []).filter((finding) => finding.gate === gate).map((finding) => ({ ...finding })),
    inputs: (run?.inputs ?? []).filter(({ role }) => rolesOf(entry).includes(role)).map(shownInput),
    run: run === null ? null : shownRow(run),
    nextStep: line?.state === 'stale' ? 'Capture or make the artifact anew, then run the gates again.' : entry.nextStep,
    freezes: freezesMotions(gate),
    command: run === null ? `countersign gate run --month ${month}` : `countersign gate show ${run.runNo}`,
  };
}

function tableOf(db: StoreDb, run: StoredRun, entry: CatalogueGate, figures: GateFigures | null, limit: number | null): GateTable | null {
  if (entry.group === 'finance') return figures === null ? null : financeTable(entry.id, figures, limit);
  const [role] = rolesOf(entry);
  const bytes = role === undefined || !isGateRole(role) ? null : bytesIn(db, run)(role);
  const root = bytes === null || role === undefined || !isGateRole(role) ? null : rootOf(role, bytes);
  return root === null ? null : documentTable(entry.id, root);
}

const failingTiers = (figures: GateFigures | null): string[] => {
  const worst = figures === null ? null : worstTier(figures);
  return worst === null ? [] : [worst.tier];
};

const changesBetween = (db: StoreDb, base: StoredRun, run: StoredRun, entry: CatalogueGate, figures: GateFigures | null): GateChange[] =>
  inputChanges(
    comparedDocuments(db, base, run, rolesOf(entry)),
    entry.id,
    entry.id === 'fin_gate_2_llm_cogs_containment' ? failingTiers(figures) : [],
  );

/** What follows from several inputs together and says more than each of them: the worst tier's share of what it pays. */
function derivedChanges(db: StoreDb, base: StoredRun, run: StoredRun, entry: CatalogueGate): GateChange[] {
  if (entry.id !== 'fin_gate_2_llm_cogs_containment') return [];
  const [old, now] = [readGateFigures(figureSources(bytesIn(db, base))), readGateFigures(figureSources(bytesIn(db, run)))];
  const worst = now === null ? null : worstTier(now);
  const [before, after] = [old, now].map((figures) => figures?.tiers.find(({ tier }) => tier === worst?.tier));
  if (before === undefined || after === undefined || worst === null) return [];
  const each = (row: typeof before): string | null =>
    row.activeSubscriptions === null || row.activeSubscriptions <= 0 ? null : (row.effectiveMrrUsd / row.activeSubscriptions).toFixed(2);
  const share = (row: typeof before): string | null => tierShare(row)?.toFixed(2) ?? null;
  const name = worst.tier.charAt(0).toUpperCase() + worst.tier.slice(1);
  return (
    [
      [`${name} p95 cost, of what a tenant pays`, share(before), share(after), '%'],
      [`${name} MRR of each tenant, USD`, each(before), each(after), ''],
    ] as const
  ).flatMap(([what, from, to, unit]) =>
    from === null || to === null
      ? []
      : [
          {
            kind: 'figure' as const,
            what,
            before: `${from}${unit}`,
            after: `${to}${unit}`,
            difference: `${signedDifference(to, from)}${unit === '%' ? ' pt' : ''}`,
            pointer: '',
            role: 'computed',
          },
        ],
  );
}

export interface ComparedRuns {
  readonly a: GateRunRow;
  readonly b: GateRunRow;
  readonly gates: {
    gate: string;
    short: string;
    name: string;
    a: GateState;
    b: GateState;
    valueA: string | null;
    valueB: string | null;
    thresholdA: string | null;
    thresholdB: string | null;
    difference: string | null;
    unit: string;
  }[];
  readonly same: number;
  readonly inputs: { role: string; title: string; a: GateInput | null; b: GateInput | null; changes: GateChange[] }[];
  readonly thresholds: string[];
}

/** What differs between two runs: gates by state or figure, inputs by content, the thresholds of the policy. */
function compare(db: StoreDb, first: number, second: number, now: string): ComparedRuns {
  const [a, b] = [mustFindRun(db, first), mustFindRun(db, second)];
  const lines = b.results.map((line) => {
    const other = a.results.find(({ id }) => id === line.id);
    const [was, is] = [other === undefined ? null : shownResult(other), shownResult(line)];
    return {
      gate: is.gate,
      short: is.short,
      name: is.name,
      a: was?.state ?? ('no-run' as const),
      b: is.state,
      valueA: was?.value ?? null,
      valueB: is.value,
      thresholdA: was?.threshold ?? null,
      thresholdB: is.threshold,
      difference: was === null || was.value === null || is.value === null ? null : signedDifference(is.value, was.value),
      unit: is.unit,
    };
  });
  const differing = lines.filter((line) => line.a !== line.b || line.valueA !== line.valueB || line.thresholdA !== line.thresholdB);
  // What the committee reads comes first.
  const read = ['finance-telemetry', 'finance-assumptions', 'finance-guardrails', 'policy-decisions', 'pricing-benchmarks'] as const;
  const roles: ArtifactRole[] = [...read, ...GATE_ROLES.filter((role) => !read.some((one) => one === role))];
  const inputs = roles.flatMap((role) => {
    const [was, is] = [a, b].map((run) => run.inputs.find((input) => input.role === role));
    if (was?.sha256 === is?.sha256) return [];
    return [
      {
        role,
        title: KIND_NAMES[role],
        a: was === undefined ? null : shownInput(was),
        b: is === undefined ? null : shownInput(is),
        changes: inputChanges(comparedDocuments(db, a, b, [role]), null).slice(0, MOST_CHANGES),
      },
    ];
  });
  const versions = thresholdVersions(db, now);
  const bodyOf = (version: number) => versions.find((one) => one.version === version)?.body;
  const [old, next] = [bodyOf(a.thresholdsVersion), bodyOf(b.thresholdsVersion)];
  return {
    a: shownRow(a),
    b: shownRow(b),
    gates: differing,
    same: lines.length - differing.length,
    inputs,
    thresholds: old === undefined || next === undefined ? [] : thresholdChanges(old, next),
  };
}

export const detailReads = {
  'gates.detail': (db: StoreDb, { gate, month }: { gate: string; month: string }): GateDetail => detail(db, gate, month),
  'gates.proof': (db: StoreDb, { gate, month }: { gate: string; month: string }): GateProof => {
    const entry = mustKnowGate(gate);
    const run = latestRun(db, month);
    const line = run?.results.find(({ id }) => id === gate);
    if (run === null || line === undefined)
      throw new AppError('NOT_FOUND', `The gates of ${month} were not run yet: there is nothing to prove.`, {
        nextStep: 'Run the gates of the month first.',
      });
    return gateProof({ entry, line, run, figures: readGateFigures(figureSources(bytesIn(db, run))), roles: rolesOf(entry) });
  },
  'gates.compare': (db: StoreDb, { a, b, now }: { a: number; b: number; now: string }): ComparedRuns => compare(db, a, b, now),
} satisfies QueryMap;
