/** Usage of several tenants as a table for a sheet. Pure. */
import type { UsageRow } from '../../../src-shared/contract/metering.ts';
import type { TenantRow } from '../../../src-shared/contract/tenants.ts';
import { copyRows, type TableColumn } from '../../ui/table-columns.ts';

export interface UsageLine extends UsageRow {
  readonly name: string;
}

const column = (id: string, title: string, text: (line: UsageLine) => string): TableColumn<UsageLine> => ({
  id,
  title,
  track: '1fr',
  cell: text,
  text,
});

/** Quantities are exact, as the report says them; adjustments stand beside their months. */
const COLUMNS: readonly TableColumn<UsageLine>[] = [
  column('tenant', 'tenant_id', (line) => line.tenant_id),
  column('name', 'name', (line) => line.name),
  column('period', 'period_start', (line) => line.period_start),
  column('metric', 'metric', (line) => line.metric),
  column('quantity', 'quantity', (line) => line.quantity),
  column('unit', 'unit', (line) => line.unit),
  column('cost', 'cost_estimate_usd', (line) => line.cost_estimate),
  column('adjustments', 'adjustments', (line) =>
    line.adjustments.map(({ original_period, quantity }) => `${original_period.slice(0, 7)} ${quantity}`).join('; '),
  ),
];

export const usageLines = (rows: readonly UsageRow[], tenants: readonly Pick<TenantRow, 'tenantId' | 'name'>[]): UsageLine[] => {
  const names = new Map(tenants.map(({ tenantId, name }) => [tenantId, name]));
  return rows.map((row) => ({ ...row, name: names.get(row.tenant_id) ?? '' }));
};

/** Tab-separated, with a header; cells that would run in a sheet are quoted. */
export const usageTable = (lines: readonly UsageLine[]): string => copyRows(COLUMNS, lines);

/** The first moments of a month and of the next. */
export const monthSpan = (month: string): { readonly from: string; readonly to: string } => {
  const [year, at] = [Number(month.slice(0, 4)), Number(month.slice(5, 7))];
  return { from: new Date(Date.UTC(year, at - 1, 1)).toISOString(), to: new Date(Date.UTC(year, at, 1)).toISOString() };
};

/** The month of a moment and those before it, newest first. */
export const lastMonths = (nowMs: number, count: number): string[] => {
  const now = new Date(nowMs);
  return Array.from({ length: count }, (_, back) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1)).toISOString().slice(0, 7),
  );
};
