import { HTMLSelect, InputGroup } from '@blueprintjs/core';
import { useId, useState } from 'react';
import type { PolicyAnswer } from '../../../src-shared/contract/approvals.ts';
import { useAllowed, useCommand } from '../../port/use-app.ts';
import { DecisionForm } from '../../ui/decision-form.tsx';
import { say } from '../../ui/notices.ts';
import { visibleText } from '../../ui/visible-text.ts';

const MINUTES = [5, 15, 30, 60] as const;

export interface ViewDialogProps {
  readonly tenant: { readonly tenantId: string; readonly name: string };
  readonly policy: PolicyAnswer;
  readonly onClose: () => void;
}

/** Looks at the console as the tenant: read only, for a while, with a reason that is kept. */
export function ViewDialog({ tenant, policy, onClose }: ViewDialogProps) {
  const [reason, setReason] = useState('');
  const [minutes, setMinutes] = useState(15);
  const { run, busy, error } = useCommand('action.impersonate');
  const notAllowed = useAllowed()('action.impersonate');
  const id = useId();
  const name = visibleText(tenant.name);
  return (
    <DecisionForm
      title={`View as ${name}`}
      icon="eye-open"
      act={`View for ${minutes} minutes`}
      refused={notAllowed ?? (reason.trim().length < 3 ? 'Give a reason, such as the ticket: it is kept in the audit log.' : null)}
      busy={busy}
      error={error}
      onAct={() => {
        run({ tenantId: tenant.tenantId, minutes, reason: reason.trim() }).then(
          ({ says }) => {
            onClose();
            say({ status: 'ok', title: `You view as ${name}`, text: says });
          },
          () => undefined,
        );
      }}
      onClose={onClose}
      note={<code>{policy.rule}</code>}
    >
      <div className="statement" tabIndex={-1} data-statement>
        You see this tenant and nothing else, and change nothing. A banner says so until you leave or the time is over. Who looked, when and
        why stays in its timeline and in the audit log.
      </div>
      <div className="dialog-two">
        <div className="stack-4">
          <label htmlFor={`${id}-reason`} className="strong">
            Reason
          </label>
          <InputGroup
            id={`${id}-reason`}
            fill
            maxLength={2000}
            value={reason}
            placeholder="ticket 8812"
            onChange={(event) => {
              setReason(event.target.value);
            }}
          />
        </div>
        <div className="stack-4">
          <label htmlFor={`${id}-minutes`} className="strong">
            For
          </label>
          <HTMLSelect
            id={`${id}-minutes`}
            fill
            value={minutes}
            onChange={(event) => {
              setMinutes(Number(event.target.value));
            }}
            options={MINUTES.map((each) => ({ value: each, label: `${each} minutes` }))}
          />
        </div>
      </div>
    </DecisionForm>
  );
}
