import { Button, ButtonGroup } from '@blueprintjs/core';
import { useState } from 'react';
import type { TenantRow } from '../../../src-shared/contract/tenants.ts';
import { useAllowed } from '../../port/use-app.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { integer } from '../../ui/format.ts';
import type { Selection } from '../../ui/table-selection.ts';
import { TagDialog } from './tag-dialog.tsx';

export interface BulkBarProps {
  readonly selection: Selection;
  readonly rows: readonly TenantRow[];
  readonly most: number;
  readonly onClear: () => void;
}

/** What can be done with several tenants at once. What cannot be taken back easily is done one at a time. */
export function BulkBar({ selection, most, onClear }: BulkBarProps) {
  const [dialog, setDialog] = useState<'tag' | null>(null);
  const allowed = useAllowed();
  const chosen = [...selection.keys];
  if (chosen.length === 0) return null;
  return (
    <div className="bulk" role="group" aria-label="Selected tenants">
      <b>{integer(chosen.length)} selected</b>
      <ButtonGroup>
        <ActionButton
          size="small"
          icon="tag"
          text="Tag…"
          refused={allowed('tenant.tag')}
          onClick={() => {
            setDialog('tag');
          }}
        />
      </ButtonGroup>
      <span className="small muted ellipsis">
        {selection.leftOut > 0 ? `At most ${integer(most)} at a time. ` : ''}Suspend and delete are one at a time
      </span>
      <Button className="push" variant="minimal" size="small" text="Clear" onClick={onClear} />
      {dialog === 'tag' ? (
        <TagDialog
          tenantIds={chosen}
          onClose={() => {
            setDialog(null);
          }}
        />
      ) : null}
    </div>
  );
}
