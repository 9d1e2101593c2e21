import { Button, Dialog, DialogBody, HTMLSelect } from '@blueprintjs/core';
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { CallError } from '../../../src-shared/contract/client.ts';
import type { TenantRow } from '../../../src-shared/contract/tenants.ts';
import type { UsageRow } from '../../../src-shared/contract/metering.ts';
import { useAppClient } from '../../port/app-client.ts';
import { saveDownload } from '../../port/download.ts';
import { useAllowed } from '../../port/use-app.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { counted, integer } from '../../ui/format.ts';
import { copyText } from '../../ui/hash.tsx';
import { say } from '../../ui/notices.ts';
import { ReturnFocus } from '../../ui/return-focus.tsx';
import { amountText, wholeQuantity } from '../../ui/quantity-format.ts';
import { AnswerView, Empty, Skeleton } from '../../ui/states.tsx';
import { useNow } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { lastMonths, monthSpan, usageLines, usageTable } from './usage-export.ts';

const MONTHS = 13;
/** A file each: more than these would flood the download list. */
const MOST_FILES = 10;

export interface BulkUsageDialogProps {
  readonly rows: readonly TenantRow[];
  readonly onClose: () => void;
}

/** Usage of a month of the selected tenants: exact, to take along as a table or as the files of a billing export. */
export function BulkUsageDialog({ rows, onClose }: BulkUsageDialogProps) {
  const { live } = useAppClient();
  const months = lastMonths(useNow(), MONTHS);
  const [month, setMonth] = useState(months[0] ?? '');
  const [saving, setSaving] = useState(false);
  const refused = useAllowed()('billing.export');
  const id = useId();
  const tenantIds = rows.map(({ tenantId }) => tenantId);
  const usage = useQuery<UsageRow[], CallError>({
    queryKey: ['usage.report', { tenantIds, month }],
    queryFn: async ({ signal }) => {
      const found: UsageRow[] = [];
      for (const tenantId of tenantIds) {
        let after: string | null = null;
        do {
          const page: { rows: UsageRow[]; next: string | null } = await live.call(
            'usage.report',
            { tenantId, ...monthSpan(month), by: 'month', ...(after === null ? {} : { after }) },
            { signal },
          );
          found.push(...page.rows);
          after = page.next;
        } while (after !== null);
      }
      return found;
    },
  });
  const lines = usageLines(usage.data ?? [], rows);
  const save = async (): Promise<void> => {
    setSaving(true);
    try {
      for (const tenantId of tenantIds) saveDownload(await live.call('billing.export', { month, tenantId, format: 'csv' }));
      say({
        status: 'ok',
        title: `Exported ${month} of ${counted(tenantIds.length, 'tenant')}`,
        text: 'Each export is recorded with its hash.',
      });
    } catch (error) {
      say({ status: 'bad', title: 'Not all exports were made', text: error instanceof Error ? error.message : String(error) });
    }
    setSaving(false);
  };
  return (
    <>
      <ReturnFocus fallback="[data-page-title]" />
      <Dialog
        isOpen
        onClose={onClose}
        title={`Usage of ${rows.length === 1 ? visibleText(rows[0]?.name ?? '') : counted(rows.length, 'tenant')}`}
        icon="export"
        className="decision wide"
        transitionDuration={0}
      >
        <DialogBody useOverflowScrollContainer={false}>
          <div className="stack-16">
            <div className="row">
              <label htmlFor={id} className="strong">
                Month
              </label>
              <HTMLSelect
                id={id}
                value={month}
                onChange={(event) => {
                  setMonth(event.target.value);
                }}
                options={months}
              />
            </div>
            <div className="bulk-list" tabIndex={0} role="region" aria-label={`Usage in ${month}`}>
              <AnswerView
                of={usage}
                what="the usage"
                skeleton={<Skeleton rows={8} rowHeight={24} />}
                isEmpty={(data) => data.length === 0}
                empty={
                  <Empty icon="timeline-bar-chart" title={`No usage in ${month}`}>
                    None of these tenants sent an event of this month.
                  </Empty>
                }
              >
                {() => (
                  <table className="table tight plain inset">
                    <thead>
                      <tr>
                        <th scope="col">Tenant</th>
                        <th scope="col">Metric</th>
                        <th scope="col" className="num">
                          Quantity
                        </th>
                        <th scope="col">Unit</th>
                        <th scope="col" className="num">
                          Cost estimate, USD
                        </th>
                      </tr>
                    </thead>
                    <tbody>
                      {lines.map((line) => (
                        <tr key={`${line.tenant_id} ${line.metric}`}>
                          <th scope="row">{visibleText(line.name)}</th>
                          <td>
                            <code>{line.metric}</code>
                          </td>
                          <td className="num">{wholeQuantity(line.quantity)}</td>
                          <td className="second">{line.unit}</td>
                          <td className="num">{amountText(line.cost_estimate)}</td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                )}
              </AnswerView>
            </div>
            <div className="decision-foot">
              <span className="small second grow">
                {usage.data === undefined ? '' : `${integer(lines.length)} rows, quantities whole and exact.`}
              </span>
              <Button size="large" text="Not now" onClick={onClose} />
              <ActionButton
                size="large"
                icon="download"
                text="Billing files"
                loading={saving}
                refused={
                  refused ??
                  (tenantIds.length > MOST_FILES
                    ? `One file a tenant, and at most ${MOST_FILES} of them: select fewer, or export the month in Usage.`
                    : null)
                }
                onClick={() => void save()}
              />
              <ActionButton
                size="large"
                intent="primary"
                icon="duplicate"
                text="Copy as a table"
                refused={lines.length === 0 ? 'There is nothing to copy.' : null}
                onClick={() => void copyText(usageTable(lines), `usage of ${month}`)}
              />
            </div>
          </div>
        </DialogBody>
      </Dialog>
    </>
  );
}
