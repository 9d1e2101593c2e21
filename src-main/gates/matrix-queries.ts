import type { GateState, GateThresholds, ThresholdsPreviewMonth } from '../../src-shared/contract/gates.ts';
import {
  artifactsForMonth,
  type ArtifactRole,
  type MonthArtifacts,
  MONTHLESS_ROLES,
  monthsWithEvidence,
  readContent,
} from '../evidence/index.ts';
import type { QueryMap, StoreDb } from '../store/index.ts';
import { GATE_CATALOGUE, GATE_GROUPS, type GateGroup } from './gate-catalogue.ts';
import { readGateFigures } from './gate-figures.ts';
import { monthName, monthsBetween, shiftMonth } from './gate-numbers.ts';
import { ruleText, suffixOf } from './gate-words.ts';
import { figureSources, judgeableMonths, newestMonth } from './judge-month.ts';
import { latestRun, shownRow } from './run-queries.ts';
import { isReviewDue, thresholdChanges } from './thresholds.ts';
import { previewMonths, previewSays } from './thresholds-preview.ts';
import { thresholdsFor, thresholdVersions } from './thresholds-queries.ts';

/** Gates over months, from the cells alone; and which months wait to be run. */

export interface Cell {
  readonly month: string;
  readonly state: GateState;
  readonly value: string | null;
  readonly threshold: string | null;
  readonly runNo: number;
}

interface CellRow {
  readonly month: string;
  readonly gate: string;
  readonly run_no: number;
  readonly state: GateState;
  readonly value: string | null;
  readonly threshold: string | null;
}

const cellOf = ({ month, state, value, threshold, run_no: runNo }: CellRow): Cell => ({ month, state, value, threshold, runNo });

/** Of one gate, oldest month first, up to a month. */
export const cellsOfGate = (db: StoreDb, gate: string, upTo: string): Cell[] =>
  db
    .all<CellRow>('SELECT month, gate, run_no, state, value, threshold FROM gate_cells WHERE gate = ? AND month <= ? ORDER BY month', [
      gate,
      upTo,
    ])
    .map(cellOf);

const GROUP_NAMES: Readonly<Record<GateGroup, string>> = {
  finance: 'Finance guardrails',
  telemetry: 'Telemetry',
  'pricing-register': 'Pricing register',
  'policy-decisions': 'Policy decisions',
  stress: 'Load test',
  'failure-injection': 'Failure injection',
  'monthly-refresh': 'Monthly refresh',
  'operational-readiness': 'Readiness, decides nothing',
  disposition: 'Disposition register',
  'key-rotation': 'Key rotation',
};
export const groupName = (group: GateGroup): string => GROUP_NAMES[group];

export const matrixReads = {
  'gates.matrix': (db: StoreDb, { months: wanted, now }: { months: number; now: string }) => {
    const range = db.get<{ first: string | null; last: string | null }>('SELECT min(month) AS first, max(month) AS last FROM gate_cells');
    const last = range?.last ?? null;
    const earliest = last === null ? null : shiftMonth(last, 1 - wanted);
    const from = earliest === null || (range?.first ?? earliest) < earliest ? earliest : (range?.first ?? earliest);
    const months = last === null || from === null ? [] : monthsBetween(from, last);
    const cells = new Map<string, Map<string, Cell>>();
    for (const row of months.length === 0
      ? []
      : db.all<CellRow>('SELECT month, gate, run_no, state, value, threshold FROM gate_cells WHERE month >= ? AND month <= ?', [
          months[0]!,
          last!,
        ])) {
      const gate = cells.get(row.gate) ?? new Map<string, Cell>();
      gate.set(row.month, cellOf(row));
      cells.set(row.gate, gate);
    }
    const rows = GATE_CATALOGUE.map((entry) => {
      const own = cells.get(entry.id);
      const shown = months.map((month) => {
        const cell = own?.get(month);
        return cell === undefined
          ? { month, state: 'no-run' as const, value: null, threshold: null, runNo: null }
          : { month, state: cell.state, value: cell.value, threshold: cell.threshold, runNo: cell.runNo };
      });
      const newest = shown.findLast(({ threshold }) => threshold !== null);
      return {
        entry,
        gate: {
          gate: entry.id,
          short: entry.shortId,
          name: entry.name,
          rule: ruleText(entry, newest?.threshold ?? null),
          showsFigure: entry.group === 'finance',
          decides: entry.decides,
          unit: suffixOf(entry),
          cells: shown,
        },
      };
    });
    // A group of which nothing was ever judged would be a block of dashes.
    const groups = GATE_GROUPS.flatMap((group) => {
      const gates = rows.filter(({ entry }) => entry.group === group).map(({ gate }) => gate);
      return gates.some((gate) => gate.cells.some(({ state }) => state !== 'no-run')) ? [{ name: groupName(group), gates }] : [];
    });
    const ofLast = rows.filter(({ entry }) => entry.decides).flatMap(({ gate }) => gate.cells.filter(({ month }) => month === last));
    const judged = ofLast.filter(({ state }) => state !== 'no-run');
    const run = last === null ? null : latestRun(db, last);
    const version = thresholdVersions(db, now).at(-1)!;
    return {
      months,
      newest: newestMonth(db, now),
      lastRun: run === null ? null : shownRow(run),
      thresholdsVersion: version.version,
      reviewBy: version.reviewBy,
      reviewDue: isReviewDue(version.reviewBy, now),
      groups,
      totals: {
        month: last,
        gates: judged.length,
        failing: judged.filter(({ state }) => state === 'fail').length,
        stale: judged.filter(({ state }) => state === 'stale').length,
      },
      notes: rows.flatMap(({ gate }) => thresholdNote(gate)),
    };
  },
  /** Past months by other thresholds; newest month last. */
  'gates.preview': (
    db: StoreDb,
    { body, months: wanted, now }: { body: GateThresholds; months: number; now: string },
  ): { months: ThresholdsPreviewMonth[]; says: string; changes: string[] } => {
    const recorded = judgeableMonths(db, now)
      .slice(-wanted)
      .map((month) => {
        // The figures that its last run judged; where it was never run, those that count for it now.
        const run = latestRun(db, month);
        const artifacts =
          run === null ? shasOf(artifactsForMonth(db, month, now)) : new Map(run.inputs.map(({ role, sha256 }) => [role, sha256]));
        const bytesOf = (role: ArtifactRole): Uint8Array | null => {
          const sha256 = artifacts.get(role);
          return sha256 === undefined ? null : readContent(db, sha256);
        };
        return { month, figures: readGateFigures(figureSources(bytesOf)), current: thresholdsFor(db, month, now).body };
      });
    const previewed = previewMonths(recorded, body);
    return { months: previewed, says: previewSays(previewed), changes: thresholdChanges(thresholdVersions(db, now).at(-1)!.body, body) };
  },
  /**
   * Months whose own artifacts are others than those their newest run judged, oldest first; of the newest month any artifact.
   * What speaks of no month belongs to the newest one: a load test of today does not judge last year anew.
   */
  'gates.monthsToRun': (db: StoreDb, { now }: { now: string }): string[] => {
    const newest = newestMonth(db, now);
    return monthsWithEvidence(db).filter((month) => {
      const artifacts = artifactsForMonth(db, month, now);
      if (artifacts['finance-telemetry'] === null && artifacts['finance-guardrails'] === null) return false;
      const run = latestRun(db, month);
      if (run === null) return true;
      const judged = new Map(run.inputs.map(({ role, sha256 }) => [role, sha256]));
      return (Object.entries(artifacts) as [ArtifactRole, MonthArtifacts[ArtifactRole]][]).some(([role, artifact]) => {
        if (artifact === null) return false;
        const own = artifact.month === month && !MONTHLESS_ROLES.has(role);
        return (own || month === newest) && judged.get(role) !== artifact.sha256;
      });
    });
  },
  'gates.thresholdsReview': (db: StoreDb, { now }: { now: string }): { version: number; reviewBy: string; due: boolean } => {
    const { version, reviewBy } = thresholdVersions(db, now).at(-1)!;
    return { version, reviewBy, due: isReviewDue(reviewBy, now) };
  },
} satisfies QueryMap;

const shasOf = (artifacts: MonthArtifacts): Map<ArtifactRole, string> =>
  new Map(
    Object.entries(artifacts).flatMap(([role, artifact]) => (artifact === null ? [] : [[role as ArtifactRole, artifact.sha256] as const])),
  );

/** "FIN 5: the limit was 74.00% until September 2025." where the limit changed within the months shown. */
function thresholdNote(gate: {
  readonly short: string;
  readonly unit: string;
  readonly showsFigure: boolean;
  readonly cells: readonly { readonly month: string; readonly threshold: string | null }[];
}): string[] {
  if (!gate.showsFigure) return [];
  const known = gate.cells.filter(({ threshold }) => threshold !== null);
  const now = known.at(-1)?.threshold;
  const other = known.findLast(({ threshold }) => threshold !== now);
  return other === undefined
    ? []
    : [`The limit of ${gate.short} was ${other.threshold ?? ''}${gate.unit} until ${monthName(other.month, true)}.`];
}
