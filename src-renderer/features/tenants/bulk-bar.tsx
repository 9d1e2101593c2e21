import { Button, ButtonGroup } from '@blueprintjs/core';
import { useState } from 'react';
import type { TenantRow } from '../../../src-shared/contract/tenants.ts';
import { useAllowed } from '../../port/use-app.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { integer } from '../../ui/format.ts';
import type { Selection } from '../../ui/table-selection.ts';
import { BulkPlanDialog } from './bulk-plan-dialog.tsx';
import { BulkUsageDialog } from './bulk-usage-dialog.tsx';
import { TagDialog } from './tag-dialog.tsx';

/** Changes of plans are decided one by one, and read one by one. */
const MOST_PLANS = 50;
const MOST_USAGE = 100;

export interface BulkBarProps {
  readonly selection: Selection;
  readonly rows: readonly TenantRow[];
  readonly most: number;
  readonly onClear: () => void;
}

/** What can be done with several tenants at once. What cannot be taken back easily is done one at a time. */
export function BulkBar({ selection, rows, most, onClear }: BulkBarProps) {
  // The tenants of a dialog stay those it was opened for, also when what was done takes them out of the list.
  const [dialog, setDialog] = useState<{ readonly kind: 'tag' | 'plan' | 'usage'; readonly rows: readonly TenantRow[] } | null>(null);
  const allowed = useAllowed();
  const chosen = [...selection.keys];
  if (chosen.length === 0 && dialog === null) return null;
  const atMost = (limit: number): string | null => (chosen.length > limit ? `At most ${integer(limit)} at a time.` : null);
  const close = (): void => {
    setDialog(null);
  };
  return (
    <div className="bulk" role="group" aria-label="Selected tenants">
      <b className="nowrap">{integer(chosen.length)} selected</b>
      <ButtonGroup>
        <ActionButton
          size="small"
          icon="tag"
          text="Tag…"
          refused={allowed('tenant.tag')}
          onClick={() => {
            setDialog({ kind: 'tag', rows });
          }}
        />
        <ActionButton
          size="small"
          icon="exchange"
          text="Change plan…"
          refused={allowed('action.changePlan') ?? atMost(MOST_PLANS)}
          onClick={() => {
            setDialog({ kind: 'plan', rows });
          }}
        />
        <ActionButton
          size="small"
          icon="export"
          text="Export usage…"
          refused={atMost(MOST_USAGE)}
          onClick={() => {
            setDialog({ kind: 'usage', rows });
          }}
        />
      </ButtonGroup>
      <span className="small muted ellipsis">
        {selection.leftOut > 0 ? `At most ${integer(most)} at a time. ` : ''}Suspend and delete are one at a time
      </span>
      <Button className="push none" variant="minimal" size="small" text="Clear" onClick={onClear} />
      {dialog?.kind === 'tag' ? <TagDialog tenantIds={dialog.rows.map(({ tenantId }) => tenantId)} onClose={close} /> : null}
      {dialog?.kind === 'plan' ? <BulkPlanDialog rows={dialog.rows} onClose={close} /> : null}
      {dialog?.kind === 'usage' ? <BulkUsageDialog rows={dialog.rows} onClose={close} /> : null}
    </div>
  );
}
