import { InputGroup } from '@blueprintjs/core';
import { useId, useState } from 'react';
import { useCommand } from '../../port/use-app.ts';
import { router } from '../../router/router.ts';
import { DecisionDialog } from '../../ui/decision-dialog.tsx';
import { ReturnFocus } from '../../ui/return-focus.tsx';

/** Begins a backfill: the days it may touch and why. Files come next. */
export function BackfillDialog({ onClose }: { readonly onClose: () => void }) {
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const { run, busy, error } = useCommand('usage.backfillStart');
  const id = useId();
  const days = [
    { key: 'from', label: 'From (UTC)', value: from, set: setFrom },
    { key: 'to', label: 'To, the first day that is not touched', value: to, set: setTo },
  ] as const;
  const missing = from === '' || to === '' || to <= from;
  return (
    <>
      <ReturnFocus fallback="[data-page-title]" />
      <DecisionDialog
        title="Start a backfill"
        icon="history"
        statement="Events of these days are brought in apart from normal intake. Nothing changes before you have seen what would."
        reasonLabel="Why it is needed"
        act="Start the backfill"
        busy={busy}
        error={error}
        onClose={onClose}
        onAct={(reason) => {
          if (missing) return;
          run({ from, to, reason }).then(
            ({ backfillId }) => router.go(`/usage/backfill/${backfillId}`),
            () => undefined,
          );
        }}
      >
        <div className="dialog-two">
          {days.map(({ key, label, value, set }) => (
            <div className="stack-4" key={key}>
              <label htmlFor={`${id}-${key}`} className="strong">
                {label}
              </label>
              <InputGroup id={`${id}-${key}`} type="date" value={value} onValueChange={set} />
            </div>
          ))}
        </div>
        {missing ? <span className="small muted">Choose two days, the second after the first.</span> : null}
      </DecisionDialog>
    </>
  );
}
