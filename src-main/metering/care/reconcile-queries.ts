import type {
  Reconciliation,
  ReconciliationFinding,
  ReconcileSchedule,
  UsageValidation,
} from '../../../src-shared/contract/metering-care.ts';
import { AppError } from '../../../src-shared/kernel/errors.ts';
import { openIncident, resolveIncident } from '../../incidents/index.ts';
import { type ChangedBy, recordChange } from '../../members/index.ts';
import type { QueryMap, StoreDb } from '../../store/index.ts';
import { tenantNoOf } from '../../tenants/index.ts';
import { metricCatalogue } from '../catalogue.ts';
import { attosOf } from '../quantity-reader.ts';
import { parseMonth } from '../usage-time.ts';
import { declaredSummary, declaredTotals, type DeclaredTotals } from './declared-queries.ts';
import { bpSays } from './deviation.ts';
import { pageNumber } from './page-number.ts';
import { compareTotals, type CountedSide } from './reconcile-rules.ts';
import { counted, grouped, type RecordValidation, recordValidation } from './validation-queries.ts';

/** Reconciliation: totals against what sources declare, every event into an aggregate, a sample recomputed. Runs are facts. */

export const DEFAULT_RECONCILE: ReconcileSchedule = { schedule: '40 2 * * *', sample: 400, limitPercent: 1 };
const SETTING = 'usage.reconcile';

export const reconcileSchedule = (db: StoreDb): ReconcileSchedule => {
  const row = db.get<{ value: string }>('SELECT value FROM settings WHERE key = ?', [SETTING]);
  return row === undefined ? DEFAULT_RECONCILE : (JSON.parse(row.value) as ReconcileSchedule);
};

type Body = Omit<Reconciliation, 'runId' | 'runNo' | 'at' | 'by' | 'validationId'>;

interface RunRow {
  readonly run_no: number;
  readonly run_id: string;
  readonly at: string;
  readonly by_name: string | null;
  readonly body: string;
  readonly validation_id: string | null;
}

const SELECT = `SELECT r.run_no, r.run_id, r.at, m.name AS by_name, r.body, v.validation_id
  FROM reconciliation_runs r LEFT JOIN members m USING (member_id) LEFT JOIN usage_validations v USING (validation_no)`;

const runOf = (row: RunRow): Reconciliation => ({
  runId: row.run_id,
  runNo: row.run_no,
  at: row.at,
  by: row.by_name,
  ...(JSON.parse(row.body) as Body),
  validationId: row.validation_id,
});

// --- conservation ----------------------------------------------------------------------------------------------------

export interface ConservationFound {
  readonly received: number;
  readonly accounted: number;
  readonly accepted: number;
  readonly aggregated: number;
  readonly holds: boolean;
}

/**
 * Every row that came has one outcome, and every event that was taken is in an aggregate: events of batches, less those of
 * reversed backfills, against the events that the rollups of months and adjustments hold.
 */
export function conservationOf(db: StoreDb): ConservationFound {
  const { received, accounted } = db.get<{ received: number; accounted: number }>(
    `SELECT coalesce(sum(received), 0) AS received, coalesce(sum(accepted + duplicate + conflict + late + quarantined), 0) AS accounted FROM usage_counts`,
  )!;
  const { taken } = db.get<{ taken: number }>('SELECT coalesce(sum(accepted + late), 0) AS taken FROM usage_batches')!;
  const { reversed } = db.get<{ reversed: number }>(
    'SELECT coalesce(sum(max(0, last_no - first_no + 1)), 0) AS reversed FROM usage_reversals',
  )!;
  const { aggregated } = db.get<{ aggregated: number }>(
    'SELECT coalesce((SELECT sum(events) FROM usage_months), 0) + coalesce((SELECT sum(events) FROM usage_adjustments), 0) AS aggregated',
  )!;
  const accepted = taken - reversed;
  return { received, accounted, accepted, aggregated, holds: received === accounted && accepted === aggregated };
}

// --- declared totals -------------------------------------------------------------------------------------------------

interface Differing {
  readonly total: DeclaredTotals;
  readonly tenantNo: number | null;
  readonly deviationBp: number;
  readonly direction: 'lost' | 'more';
  readonly declared: string;
  readonly counted: string;
  readonly says: string;
}

/** What was counted of a tenant's metric in a month: its own figure and what came late for it. */
function countedOf(db: StoreDb, tenantNo: number, metricNo: number, month: number, isSum: boolean): CountedSide {
  const rows = [
    ...db.all<{ events: number; giga: number; units: number; nano: number; atto: number }>(
      'SELECT events, giga, units, nano, atto FROM usage_months WHERE month = ? AND tenant_no = ? AND metric_no = ?',
      [month, tenantNo, metricNo],
    ),
    ...db.all<{ events: number; giga: number; units: number; nano: number; atto: number }>(
      'SELECT events, giga, units, nano, atto FROM usage_adjustments WHERE tenant_no = ? AND metric_no = ? AND original = ?',
      [tenantNo, metricNo, month],
    ),
  ];
  return {
    events: rows.reduce((sum, { events }) => sum + events, 0),
    quantity: isSum ? rows.reduce((sum, row) => sum + attosOf(row), 0n) : null,
  };
}

function compareDeclared(db: StoreDb): { compared: number; differing: Differing[] } {
  const { byName } = metricCatalogue(db);
  const all = declaredTotals(db);
  const differing: Differing[] = [];
  for (const total of all) {
    const tenantNo = tenantNoOf(db, total.tenantId);
    const metric = byName.get(total.metric);
    const found: CountedSide =
      tenantNo === null || metric === undefined
        ? { events: 0, quantity: 0n }
        : countedOf(db, tenantNo, metric.metricNo, parseMonth(total.month)!, metric.aggregation === 'SUM');
    const comparison = compareTotals(total, found, metric?.newest.unit ?? total.metric);
    if (comparison.direction === 'equal') continue;
    const unknown =
      tenantNo === null
        ? ` No record of the tenant ${total.tenantId} has come.`
        : metric === undefined
          ? ' No catalogue declares the metric.'
          : '';
    differing.push({ ...comparison, direction: comparison.direction, total, tenantNo, says: `${comparison.says}${unknown}` });
  }
  return { compared: all.length, differing };
}

// --- a run -----------------------------------------------------------------------------------------------------------

export interface RecordReconciliation {
  readonly runId: string;
  readonly limitBp: number;
  /** The sample, recomputed before; null where there was nothing to recompute. */
  readonly validation: RecordValidation | null;
  readonly by: ChangedBy;
}

const declaredKey = ({ tenantId, metric, month }: Pick<DeclaredTotals, 'tenantId' | 'metric' | 'month'>): string =>
  `reconciliation/${month}/${metric}/${tenantId}`;
const CONSERVATION = 'conservation/usage';

/** Compares and records, in one transaction: what it says is of one state of the workspace. */
function reconcile(db: StoreDb, { runId, limitBp, validation, by }: RecordReconciliation): Reconciliation {
  const { next } = db.get<{ next: number }>('SELECT coalesce(max(run_no), 0) + 1 AS next FROM reconciliation_runs')!;
  const address = `/usage/reconciliation/${runId}`;
  const findings: Omit<ReconciliationFinding, 'tenant'>[] = [];
  const tenantNos: (number | null)[] = [];
  const add = (finding: Omit<ReconciliationFinding, 'tenant'>, tenantNo: number | null): void => {
    findings.push(finding);
    tenantNos.push(tenantNo);
  };

  const { compared, differing } = compareDeclared(db);
  const stillOpen = new Set<string>();
  for (const one of differing) {
    const isBad = one.deviationBp > limitBp;
    const key = declaredKey(one.total);
    if (isBad) stillOpen.add(key);
    const incidentNo = isBad
      ? openIncident(db, {
          key,
          kind: 'reconciliation',
          severity: one.direction === 'lost' ? 'bad' : 'warn',
          tenantNo: one.tenantNo,
          title: `${one.total.metric} of ${one.total.month} is not what its source declares`,
          says: `${one.says} ${one.direction === 'lost' ? 'Sync the source in full; then look in quarantine for rows of this tenant.' : 'Ask the source to declare again: it may have counted before everything was sent.'}`,
          address,
          ownerRole: 'engineering',
          now: by.now,
        })
      : null;
    add(
      {
        kind: 'declared',
        severity: isBad && one.direction === 'lost' ? 'bad' : 'warn',
        metric: one.total.metric,
        month: one.total.month,
        declared: one.declared,
        counted: one.counted,
        deviationBp: one.deviationBp,
        says: one.says,
        incidentNo,
      },
      one.tenantNo,
    );
  }
  endDeclared(db, stillOpen, by.now);

  const conservation = conservationOf(db);
  if (conservation.holds)
    resolveIncident(db, { key: CONSERVATION, says: 'Every event is accounted for and in an aggregate again.', now: by.now });
  else {
    const says = `${grouped(conservation.received)} rows were received and ${grouped(conservation.accounted)} are accounted for; ${grouped(conservation.accepted)} events were taken and ${grouped(conservation.aggregated)} are in aggregates.`;
    const incidentNo = openIncident(db, {
      key: CONSERVATION,
      kind: 'conservation',
      severity: 'bad',
      tenantNo: null,
      title: 'Events and aggregates of usage do not add up',
      says: `${says} Rebuild the rollups (usage aggregate --rebuild); nothing that was delivered is lost.`,
      address,
      ownerRole: 'engineering',
      now: by.now,
    });
    add(
      {
        kind: 'conservation',
        severity: 'bad',
        metric: null,
        month: null,
        declared: null,
        counted: null,
        deviationBp: null,
        says,
        incidentNo,
      },
      null,
    );
  }

  const recorded = validation === null ? null : recordValidation(db, validation);
  if (recorded !== null && !recorded.validation.holds) {
    const { says, engineSays, worstBp, incidentNo } = recorded.validation;
    add(
      {
        kind: 'sample',
        severity: 'bad',
        metric: null,
        month: null,
        declared: null,
        counted: null,
        deviationBp: worstBp,
        says: `${says} ${engineSays}`.trim(),
        incidentNo,
      },
      null,
    );
  }

  const worstBp = Math.max(0, ...differing.map(({ deviationBp }) => deviationBp));
  const bad = findings.filter(({ incidentNo }) => incidentNo !== null);
  const body: Body = {
    holds: bad.length === 0,
    says: runSays({ compared, differing: differing.length, worstBp, conservation, validation: recorded?.validation ?? null, limitBp }),
    declared: { compared, differing: differing.length, worstBp },
    conservation,
    findings: findings.length,
    incidents: new Set(bad.map(({ incidentNo }) => incidentNo)).size,
  };
  db.run('INSERT INTO reconciliation_runs (run_no, run_id, at, member_id, body, validation_no) VALUES (?, ?, ?, ?, ?, ?)', [
    next,
    runId,
    by.now,
    by.memberId,
    JSON.stringify(body),
    recorded?.validationNo ?? null,
  ]);
  for (const [at, f] of findings.entries())
    db.run(
      `INSERT INTO reconciliation_findings (run_no, finding_no, kind, severity, tenant_no, metric, month, declared, counted, deviation_bp, says, incident_no)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        next,
        at + 1,
        f.kind,
        f.severity,
        tenantNos[at] ?? null,
        f.metric,
        f.month,
        f.declared,
        f.counted,
        f.deviationBp,
        f.says,
        f.incidentNo,
      ],
    );
  if (by.memberId !== null)
    recordChange(db, by, {
      action: 'reconciliation.run',
      subject: `run ${next}`,
      before: null,
      after: { runId, holds: body.holds, findings: findings.length, incidents: body.incidents },
      address,
    });
  return runOf(db.get<RunRow>(`${SELECT} WHERE r.run_no = ?`, [next])!);
}

/** Incidents of totals that agree now, or are declared no more. */
function endDeclared(db: StoreDb, stillOpen: ReadonlySet<string>, now: string): void {
  for (const { key } of db.all<{ key: string }>(`SELECT key FROM incident_state WHERE kind = 'reconciliation' AND state = 'open'`))
    if (!stillOpen.has(key)) resolveIncident(db, { key, says: 'What was counted agrees with what is declared.', now });
}

interface RunFigures {
  readonly compared: number;
  readonly differing: number;
  readonly worstBp: number;
  readonly conservation: ConservationFound;
  readonly validation: UsageValidation | null;
  readonly limitBp: number;
}

function runSays({ compared, differing, worstBp, conservation, validation, limitBp }: RunFigures): string {
  const declared =
    compared === 0
      ? 'No source declares totals'
      : differing === 0
        ? `All ${counted(compared, 'declared total')} agree`
        : `${grouped(differing)} of ${counted(compared, 'declared total')} differ, by ${bpSays(worstBp)} at most (limit ${bpSays(limitBp)})`;
  const events = conservation.holds
    ? `every one of ${counted(conservation.accepted, 'event')} is in an aggregate`
    : 'events and aggregates do not add up';
  const sample =
    validation === null
      ? ''
      : validation.deviating === 0
        ? `; ${counted(validation.sampled, 'recomputed cell')} are equal`
        : `; ${grouped(validation.deviating)} of ${counted(validation.sampled, 'recomputed cell')} deviate`;
  return `${declared}; ${events}${sample}.`;
}

export const reconcileReads = {
  'reconciliation.list': (db: StoreDb, { before, limit }: { before: string | null; limit: number }) => {
    const rows = db.all<RunRow>(`${SELECT} WHERE r.run_no < ? ORDER BY r.run_no DESC LIMIT ?`, [pageNumber(before), limit + 1]);
    const page = rows.slice(0, limit);
    return {
      runs: page.map(runOf),
      next: rows.length > limit ? String(page.at(-1)!.run_no) : null,
      schedule: reconcileSchedule(db),
      declared: declaredSummary(db),
    };
  },
  /** Fails with NOT_FOUND. */
  'reconciliation.show': (db: StoreDb, { runId }: { runId: string }): { run: Reconciliation; findings: ReconciliationFinding[] } => {
    const row = db.get<RunRow>(`${SELECT} WHERE r.run_id = ?`, [runId]);
    if (row === undefined)
      throw new AppError('NOT_FOUND', 'There is no such run; it may still be under way.', {
        nextStep: 'Look for it in Usage → Reconciliation.',
        retryable: true,
      });
    const findings = db.all<{
      kind: ReconciliationFinding['kind'];
      severity: 'warn' | 'bad';
      tenant_id: string | null;
      name: string | null;
      metric: string | null;
      month: string | null;
      declared: string | null;
      counted: string | null;
      deviation_bp: number | null;
      says: string;
      incident_no: number | null;
    }>(
      `SELECT f.*, t.tenant_id, t.name FROM reconciliation_findings f LEFT JOIN tenants t USING (tenant_no) WHERE f.run_no = ?
       ORDER BY f.severity = 'warn', f.finding_no`,
      [row.run_no],
    );
    return {
      run: runOf(row),
      findings: findings.map((f) => ({
        kind: f.kind,
        severity: f.severity,
        tenant: f.tenant_id === null ? null : { tenantId: f.tenant_id, name: f.name ?? f.tenant_id },
        metric: f.metric,
        month: f.month,
        declared: f.declared,
        counted: f.counted,
        deviationBp: f.deviation_bp,
        says: f.says,
        incidentNo: f.incident_no,
      })),
    };
  },
  'reconciliation.schedule': (db: StoreDb, _args: null): ReconcileSchedule & { readonly lastRunAt: string | null } => ({
    ...reconcileSchedule(db),
    lastRunAt: db.get<{ at: string }>('SELECT at FROM reconciliation_runs ORDER BY run_no DESC LIMIT 1')?.at ?? null,
  }),
} satisfies QueryMap;

export const reconcileWrites = {
  'reconciliation.record': (db: StoreDb, args: RecordReconciliation): Reconciliation => reconcile(db, args),
  'reconciliation.setSchedule': (db: StoreDb, { schedule, by }: { schedule: ReconcileSchedule; by: ChangedBy }): void => {
    const before = reconcileSchedule(db);
    db.run(
      'INSERT INTO settings (key, value, updated_at) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at',
      [SETTING, JSON.stringify(schedule), by.now],
    );
    recordChange(db, by, {
      action: 'reconciliation.setSchedule',
      subject: null,
      before,
      after: schedule,
      address: '/usage?tab=reconciliation',
    });
  },
} satisfies QueryMap;
