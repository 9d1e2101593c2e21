import type { GuardrailSuggestion } from '../../src-shared/contract/economics.ts';
import type { UsageRow } from '../../src-shared/contract/metering.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { formatExact, parseExact } from '../../src-shared/kernel/quantity.ts';
import { type ChangedBy, recordChange } from '../members/index.ts';
import { parseMonth, monthText, tenantUsage } from '../metering/index.ts';
import { planLimits } from '../plans/index.ts';
import type { StoreDb } from '../store/index.ts';
import { addTimeline, scopeSql, tenantAddress } from '../tenants/index.ts';
import { closesOfTenant, standingCloses } from './closes.ts';
import { digestOf, monthNow } from './month-data.ts';
import { GUARDRAIL, type LimitSuggestion, type LimitWatch, SUGGESTION_RULE, suggestLimits } from './suggest-limit.ts';

/**
 * Looks over tenants for soft limits that should warn earlier. What is found is derived and replaced by the next look; what a
 * member answered is a fact. Nothing here changes a limit.
 */

const DAY_MS = 86_400_000;
const CLOSES_WATCHED = 6;

export interface FoundSuggestion extends LimitSuggestion {
  readonly tenantNo: number;
  readonly tenantId: string;
  readonly month: string;
}

/** A suggestion of one tenant, metric and month is one; other figures make it another. */
const idOf = ({ tenantId, metric, month, soft, suggested, reasons }: FoundSuggestion): string =>
  digestOf({ rule: SUGGESTION_RULE, tenant_id: tenantId, metric, month, soft: String(soft), suggested: String(suggested), reasons }).slice(
    0,
    32,
  );

/** A double as plain decimal text. */
const plain = (value: number): string => (Number.isInteger(value) ? BigInt(value).toString() : String(Number(value.toFixed(6))));

const number = (exact: bigint): number => Number(formatExact(exact));

interface Watched {
  readonly tenantNo: number;
  readonly tenantId: string;
  readonly planId: string;
  readonly planVersion: string;
}

/** Full days before now, oldest first; a day without use is zero. */
function daysOf(db: StoreDb, tenantId: string, now: string): Map<string, number[]> {
  const today = Math.floor(Date.parse(now) / DAY_MS);
  const first = today - GUARDRAIL.baselineDays - 1;
  const iso = (day: number) => new Date(day * DAY_MS).toISOString();
  const days = new Map<string, number[]>();
  for (const row of tenantUsage(db, { tenantId, by: 'day', from: iso(first), to: iso(today), now })) {
    const series = days.get(row.metric) ?? Array<number>(today - first).fill(0);
    series[Math.floor(Date.parse(row.period_start) / DAY_MS) - first] = Number(row.quantity);
    days.set(row.metric, series);
  }
  return days;
}

const monthOf = (db: StoreDb, tenantId: string, month: string, now: string): UsageRow[] =>
  tenantUsage(db, { tenantId, by: 'month', from: `${month}-01T00:00:00Z`, to: `${monthText(parseMonth(month)! + 1)}-01T00:00:00Z`, now });

/** Suggestions of a slice of tenants; `next` is where the following slice begins. Runs in a reader. */
export function lookSlice(
  db: StoreDb,
  { after, limit, now }: { readonly after: number; readonly limit: number; readonly now: string },
): { readonly found: FoundSuggestion[]; readonly next: number | null } {
  const tenants = db.all<Watched>(
    `SELECT tenant_no AS tenantNo, tenant_id AS tenantId, plan_id AS planId, plan_version AS planVersion FROM tenants
     WHERE tenant_no > ? AND status IN ('trial', 'active', 'grace') ORDER BY tenant_no LIMIT ?`,
    [after, limit],
  );
  if (tenants.length === 0) return { found: [], next: null };
  const month = monthNow(now);
  const [newest] = standingCloses(db, 1);
  const found = tenants.flatMap((tenant): FoundSuggestion[] => {
    const limits = planLimits(db, tenant.planId, tenant.planVersion).filter(({ per, hard }) => per === 'month' && hard !== null);
    if (limits.length === 0) return [];
    const days = daysOf(db, tenant.tenantId, now);
    const use = new Map(newest === undefined ? [] : monthOf(db, tenant.tenantId, newest.month, now).map((row) => [row.metric, row]));
    const watches = limits.map(({ metric, soft, hard }): LimitWatch => {
      const used = use.get(metric);
      return {
        metric,
        unit: metric,
        soft: number(parseExact(soft ?? hard!)),
        hard: number(parseExact(hard!)),
        days: days.get(metric) ?? [],
        costUsd: Number(used?.cost_estimate ?? 0),
        quantity: Number(used?.quantity ?? 0),
      };
    });
    const closes = closesOfTenant(db, tenant.tenantNo, CLOSES_WATCHED);
    const last = closes.at(-1);
    const margins = closes.flatMap(({ marginBp }) => (marginBp === null ? [] : [marginBp / 100]));
    const margin =
      last === undefined || last.marginBp === null || last.month !== newest?.month
        ? null
        : { margins, mrrUsd: Number(last.mrrMinor) / 100, cogsUsd: Number(last.cogsMinor) / 100 };
    return suggestLimits(watches, margin).map((suggestion) => ({
      ...suggestion,
      tenantNo: tenant.tenantNo,
      tenantId: tenant.tenantId,
      month,
    }));
  });
  return { found, next: tenants.length < limit ? null : tenants.at(-1)!.tenantNo };
}

/** Replaces what the look before it found. Inside a write. */
export function keepLook(db: StoreDb, { found, now }: { readonly found: readonly FoundSuggestion[]; readonly now: string }): number {
  db.run('DELETE FROM guardrail_suggestions');
  for (const suggestion of found)
    db.run(
      `INSERT INTO guardrail_suggestions (suggestion_id, tenant_no, metric, month, looked_at, soft, suggested, reasons)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        idOf(suggestion),
        suggestion.tenantNo,
        suggestion.metric,
        suggestion.month,
        now,
        plain(suggestion.soft),
        plain(suggestion.suggested),
        JSON.stringify(suggestion.reasons),
      ],
    );
  db.run('UPDATE guardrail_looks SET looked_at = ? WHERE one = 1', [now]);
  return found.length;
}

export const lookedAt = (db: StoreDb): string | null =>
  db.get<{ looked_at: string | null }>('SELECT looked_at FROM guardrail_looks WHERE one = 1')!.looked_at;

interface SuggestionRow {
  readonly suggestion_id: string;
  readonly tenant_no: number;
  readonly tenant_id: string;
  readonly name: string;
  readonly metric: string;
  readonly month: string;
  readonly at: string;
  readonly soft: string;
  readonly suggested: string;
  readonly reasons: string;
  readonly answer: 'accepted' | 'dismissed' | null;
  readonly answered_at: string | null;
  readonly by: string | null;
  readonly reason: string | null;
}

const shown = (row: SuggestionRow): GuardrailSuggestion => ({
  suggestionId: row.suggestion_id,
  tenantId: row.tenant_id,
  name: row.name,
  metric: row.metric,
  month: row.month,
  lookedAt: row.at,
  soft: row.soft,
  suggested: row.suggested,
  reasons: JSON.parse(row.reasons) as GuardrailSuggestion['reasons'],
  answer: row.answer === null ? null : { answer: row.answer, at: row.answered_at!, by: row.by!, reason: row.reason! },
  address: tenantAddress(row.tenant_id),
});

/** Open suggestions: those of the last look that nobody answered. */
export const openSuggestions = (db: StoreDb, tenantNo: number | null): GuardrailSuggestion[] =>
  db
    .all<SuggestionRow>(
      `SELECT s.suggestion_id, s.tenant_no, t.tenant_id, t.name, s.metric, s.month, s.looked_at AS at, s.soft, s.suggested, s.reasons,
         NULL AS answer, NULL AS answered_at, NULL AS by, NULL AS reason
       FROM guardrail_suggestions s JOIN tenants t USING (tenant_no)
       WHERE NOT EXISTS (SELECT 1 FROM guardrail_answers a WHERE a.tenant_no = s.tenant_no AND a.metric = s.metric AND a.month = s.month)
         AND (? IS NULL OR s.tenant_no = ?)${scopeSql(db, 't')} ORDER BY s.tenant_no, s.metric`,
      [tenantNo, tenantNo],
    )
    .map(shown);

export const answeredSuggestions = (db: StoreDb, tenantNo: number | null, limit: number): GuardrailSuggestion[] =>
  db
    .all<SuggestionRow>(
      `SELECT a.suggestion_id, a.tenant_no, t.tenant_id, t.name, a.metric, a.month, a.at, a.soft, a.suggested, a.reasons,
         a.answer, a.at AS answered_at, m.name AS by, a.reason
       FROM guardrail_answers a JOIN tenants t USING (tenant_no) JOIN members m USING (member_id)
       WHERE (? IS NULL OR a.tenant_no = ?)${scopeSql(db, 't')} ORDER BY a.answer_no DESC LIMIT ?`,
      [tenantNo, tenantNo, limit],
    )
    .map(shown);

export interface AnswerArgs {
  readonly suggestionId: string;
  readonly answer: 'accepted' | 'dismissed';
  readonly reason: string;
  readonly by: ChangedBy;
}

/**
 * Records what a member made of a suggestion, with all that it said. Inside a write.
 * @throws AppError NOT_FOUND where the last look found no such one; CONFLICT where it was answered
 */
export function answerSuggestion(db: StoreDb, { suggestionId, answer, reason, by }: AnswerArgs): GuardrailSuggestion {
  const row = db.get<SuggestionRow>(
    `SELECT s.suggestion_id, s.tenant_no, t.tenant_id, t.name, s.metric, s.month, s.looked_at AS at, s.soft, s.suggested, s.reasons
     FROM guardrail_suggestions s JOIN tenants t USING (tenant_no) WHERE s.suggestion_id = ?${scopeSql(db, 't')}`,
    [suggestionId],
  );
  if (row === undefined)
    throw new AppError('NOT_FOUND', 'The last look does not suggest that. Nothing was changed.', {
      nextStep: 'Open the suggestions again: figures have changed since.',
    });
  const answered = db.get('SELECT 1 FROM guardrail_answers WHERE tenant_no = ? AND metric = ? AND month = ?', [
    row.tenant_no,
    row.metric,
    row.month,
  ]);
  if (answered !== undefined)
    throw new AppError('CONFLICT', `The suggestion for ${row.month} was answered already. Nothing was changed.`, {
      nextStep: 'Look at the answer; a new one can be given for the next month.',
    });
  db.run(
    `INSERT INTO guardrail_answers (answer_no, suggestion_id, tenant_no, metric, month, soft, suggested, reasons, answer, at, member_id, reason)
     VALUES ((SELECT coalesce(max(answer_no), 0) + 1 FROM guardrail_answers), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [suggestionId, row.tenant_no, row.metric, row.month, row.soft, row.suggested, row.reasons, answer, by.now, by.memberId, reason],
  );
  recordChange(db, by, {
    action: 'economics.answer',
    subject: `${row.tenant_id} ${row.metric}`,
    before: { soft: row.soft },
    after: { answer, suggested: row.suggested, month: row.month, suggestionId, reason },
    address: tenantAddress(row.tenant_id),
  });
  addTimeline(db, {
    tenantNo: row.tenant_no,
    at: by.now,
    kind: 'limit',
    status: answer === 'accepted' ? 'warn' : 'idle',
    title: answer === 'accepted' ? 'A lower soft limit was accepted' : 'A lower soft limit was dismissed',
    says: `${row.metric}: ${row.suggested} a month in place of ${row.soft}. ${reason}`,
    address: tenantAddress(row.tenant_id),
    key: `guardrail/${suggestionId}`,
  });
  return answeredSuggestions(db, row.tenant_no, 50).find((one) => one.suggestionId === suggestionId)!;
}
