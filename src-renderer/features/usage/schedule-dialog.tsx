import { InputGroup } from '@blueprintjs/core';
import { useId, useState } from 'react';
import type { ReconcileSchedule } from '../../../src-shared/contract/metering-care.ts';
import { useCommand } from '../../port/use-app.ts';
import { DecisionDialog } from '../../ui/decision-dialog.tsx';
import { say } from '../../ui/notices.ts';
import { ReturnFocus } from '../../ui/return-focus.tsx';

/** When the reconciliation runs by itself, how much it recomputes, and what may deviate. */
export function ScheduleDialog({ schedule, onClose }: { readonly schedule: ReconcileSchedule; readonly onClose: () => void }) {
  const [pattern, setPattern] = useState(schedule.schedule);
  const [sample, setSample] = useState(String(schedule.sample));
  const [limit, setLimit] = useState(String(schedule.limitPercent));
  const { run, busy, error } = useCommand('reconciliation.setSchedule');
  const id = useId();
  const fields = [
    { key: 'pattern', label: 'Runs at (cron pattern in UTC, or manual)', value: pattern, set: setPattern },
    { key: 'sample', label: 'Cells to recompute in each run', value: sample, set: setSample },
    { key: 'limit', label: 'A figure may deviate by, percent', value: limit, set: setLimit },
  ] as const;
  const problem = !/^[1-9]\d{0,4}$/.test(sample) || !/^\d{1,3}(\.\d{1,2})?$/.test(limit);
  return (
    <>
      <ReturnFocus fallback="[data-page-title]" />
      <DecisionDialog
        title="Schedule of the reconciliation"
        icon="calendar"
        statement="The standing job compares totals with what sources declare, proves conservation and recomputes a sample."
        act="Save the schedule"
        busy={busy}
        error={error}
        onClose={onClose}
        onAct={() => {
          if (problem) return;
          run({ schedule: pattern.trim(), sample: Number(sample), limitPercent: Number(limit) }).then(
            () => {
              onClose();
              say({ status: 'ok', title: 'The schedule was saved' });
            },
            () => undefined,
          );
        }}
      >
        <div className="stack-8">
          {fields.map(({ key, label, value, set }) => (
            <div className="stack-4" key={key}>
              <label htmlFor={`${id}-${key}`} className="strong">
                {label}
              </label>
              <InputGroup id={`${id}-${key}`} value={value} onValueChange={set} />
            </div>
          ))}
          {problem ? (
            <span className="small t-warn">The sample has 1 to 20,000 cells; the limit is a percentage with two places at most.</span>
          ) : null}
        </div>
      </DecisionDialog>
    </>
  );
}
