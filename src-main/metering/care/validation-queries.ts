import type { UsageValidation, ValidationCell } from '../../../src-shared/contract/metering-care.ts';
import { AppError } from '../../../src-shared/kernel/errors.ts';
import { openIncident, resolveIncident } from '../../incidents/index.ts';
import { type ChangedBy, recordChange } from '../../members/index.ts';
import type { QueryMap, StoreDb } from '../../store/index.ts';
import { bpSays } from './deviation.ts';
import { pageNumber } from './page-number.ts';
import type { ValidationFound } from './validate-task.ts';

/** Validations as facts, and the incident of a deviation. */

type Body = Omit<UsageValidation, 'validationId' | 'at' | 'by' | 'seed' | 'incidentNo'>;

interface ValidationRow {
  readonly validation_no: number;
  readonly validation_id: string;
  readonly at: string;
  readonly by_name: string | null;
  readonly seed: string;
  readonly body: string;
  readonly incident_no: number | null;
}

const SELECT = `SELECT v.validation_no, v.validation_id, v.at, m.name AS by_name, v.seed, v.body, v.incident_no
  FROM usage_validations v LEFT JOIN members m USING (member_id)`;

const validationOf = (row: ValidationRow): UsageValidation => ({
  validationId: row.validation_id,
  at: row.at,
  by: row.by_name,
  seed: row.seed,
  ...(JSON.parse(row.body) as Body),
  incidentNo: row.incident_no,
});

const INCIDENT = 'usage/validation';

export const grouped = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',');
export const counted = (n: number, one: string): string => `${grouped(n)} ${one}${n === 1 ? '' : 's'}`;

/** One plain sentence about a sample. */
export function validationSays(found: ValidationFound, limitBp: number): string {
  const { sampled, population, deviating, worstBp, left } = found;
  if (population === 0) return 'There is no stored usage in these days that could be recomputed.';
  const looked = `${counted(sampled, 'cell')} of ${grouped(population)} ${sampled === 1 ? 'was' : 'were'} recomputed from events`;
  const result =
    deviating === 0
      ? 'all are equal to the last digit'
      : `${grouped(deviating)} ${deviating === 1 ? 'deviates' : 'deviate'}, by ${bpSays(worstBp)} at most (${worstBp > limitBp ? 'beyond' : 'within'} the limit of ${bpSays(limitBp)})`;
  const not = left.length === 0 ? '' : ` ${left.join(', ')} ${left.length === 1 ? 'keeps' : 'keep'} no events and cannot be recomputed.`;
  return `${looked}; ${result}.${not}`;
}

export interface RecordValidation {
  readonly validationId: string;
  readonly seed: string;
  readonly confidencePercent: number;
  readonly limitBp: number;
  readonly found: ValidationFound;
  /** memberId null: by the standing job. */
  readonly by: ChangedBy;
}

/** Keeps a validation; opens the incident of a deviation, or ends it. Answers with the validation and its number. */
export function recordValidation(
  db: StoreDb,
  { validationId, seed, confidencePercent, limitBp, found, by }: RecordValidation,
): { validationNo: number; validation: UsageValidation } {
  const holds = found.worstBp <= limitBp && found.engine.verdict !== 'differs';
  const says = validationSays(found, limitBp);
  const { next } = db.get<{ next: number }>('SELECT coalesce(max(validation_no), 0) + 1 AS next FROM usage_validations')!;
  const address = `/usage/validation/${validationId}`;
  const incidentNo = holds
    ? null
    : openIncident(db, {
        key: INCIDENT,
        kind: 'validation',
        severity: 'bad',
        tenantNo: null,
        title: 'Stored usage deviates from its events',
        says: `${says}${found.engine.verdict === 'differs' ? ` ${found.engine.says}` : ''} Nothing was changed; rebuild the rollups and validate again.`,
        address,
        ownerRole: 'engineering',
        now: by.now,
      });
  if (holds && found.sampled > 0) resolveIncident(db, { key: INCIDENT, says: `A later sample holds. ${says}`, now: by.now });
  const body: Body = {
    from: found.from,
    to: found.to,
    population: found.population,
    sampled: found.sampled,
    events: found.events,
    deviating: found.deviating,
    boundCells: found.boundCells,
    boundBp: found.boundBp,
    confidencePercent,
    worstBp: found.worstBp,
    limitBp,
    holds,
    engine: found.engine.verdict,
    says,
    engineSays: found.engine.says,
  };
  db.run(
    'INSERT INTO usage_validations (validation_no, validation_id, at, member_id, seed, body, incident_no) VALUES (?, ?, ?, ?, ?, ?, ?)',
    [next, validationId, by.now, by.memberId, seed, JSON.stringify(body), incidentNo],
  );
  for (const [at, cell] of found.cells.entries())
    db.run(
      `INSERT INTO usage_validation_cells (validation_no, cell_no, tenant_no, metric, day, stored, recomputed, deviation_bp)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      [next, at + 1, cell.tenantNo, cell.metric, cell.day, cell.stored, cell.recomputed, cell.deviationBp],
    );
  if (by.memberId !== null)
    recordChange(db, by, {
      action: 'usage.validate',
      subject: `${found.from} to ${found.to}`,
      before: null,
      after: { validationId, sampled: found.sampled, population: found.population, deviating: found.deviating, holds },
      address,
    });
  return { validationNo: next, validation: validationOf(db.get<ValidationRow>(`${SELECT} WHERE v.validation_no = ?`, [next])!) };
}

export const validationReads = {
  /** Newest first. */
  'usage.validations': (
    db: StoreDb,
    { before, limit }: { before: string | null; limit: number },
  ): { validations: UsageValidation[]; next: string | null } => {
    const rows = db.all<ValidationRow>(`${SELECT} WHERE v.validation_no < ? ORDER BY v.validation_no DESC LIMIT ?`, [
      pageNumber(before),
      limit + 1,
    ]);
    const page = rows.slice(0, limit);
    return { validations: page.map(validationOf), next: rows.length > limit ? String(page.at(-1)!.validation_no) : null };
  },
  /** Fails with NOT_FOUND. */
  'usage.validation': (
    db: StoreDb,
    { validationId }: { validationId: string },
  ): { validation: UsageValidation; cells: ValidationCell[] } => {
    const row = db.get<ValidationRow>(`${SELECT} WHERE v.validation_id = ?`, [validationId]);
    if (row === undefined)
      throw new AppError('NOT_FOUND', 'There is no such validation; it may still be running.', {
        nextStep: 'Look for it in Usage → Reconciliation.',
        retryable: true,
      });
    const cells = db.all<{
      tenant_id: string;
      name: string;
      metric: string;
      day: string;
      stored: string;
      recomputed: string;
      deviation_bp: number;
    }>(
      `SELECT t.tenant_id, t.name, c.metric, c.day, c.stored, c.recomputed, c.deviation_bp
       FROM usage_validation_cells c JOIN tenants t USING (tenant_no) WHERE c.validation_no = ? ORDER BY c.cell_no`,
      [row.validation_no],
    );
    return {
      validation: validationOf(row),
      cells: cells.map(({ tenant_id, name, deviation_bp, ...cell }) => ({
        tenant: { tenantId: tenant_id, name },
        ...cell,
        deviationBp: deviation_bp,
      })),
    };
  },
} satisfies QueryMap;

export const validationWrites = {
  'usage.recordValidation': (db: StoreDb, args: RecordValidation): UsageValidation => recordValidation(db, args).validation,
} satisfies QueryMap;
