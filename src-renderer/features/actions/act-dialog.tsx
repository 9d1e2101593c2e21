import { TextArea } from '@blueprintjs/core';
import { useId, useState } from 'react';
import type { PolicyAnswer } from '../../../src-shared/contract/approvals.ts';
import { useAllowed, useCommand } from '../../port/use-app.ts';
import { DecisionForm } from '../../ui/decision-form.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { tellOutcome } from './outcome.ts';
import { demandWords } from './policy-words.ts';

export type Act = 'suspend' | 'reactivate' | 'delete';

const LOOK = {
  suspend: {
    icon: 'disable',
    danger: true,
    verb: 'suspend',
    says: 'goes from its status to suspended. Its data and history stay; usage that still arrives is counted. It can be reactivated.',
  },
  reactivate: { icon: 'play', danger: false, verb: 'reactivate', says: 'gets back the status it had. Nothing was removed meanwhile.' },
  delete: {
    icon: 'trash',
    danger: true,
    verb: 'delete',
    says: 'goes to deleted. Its data and history stay for 30 days; until then it can be restored, after that it cannot.',
  },
} as const;

export interface ActDialogProps {
  readonly act: Act;
  readonly tenant: { readonly tenantId: string; readonly name: string; readonly status: string };
  readonly policy: PolicyAnswer;
  readonly onClose: () => void;
}

/** Suspends, reactivates or deletes a tenant, or asks others for it where policy demands them. */
export function ActDialog({ act, tenant, policy, onClose }: ActDialogProps) {
  const [reason, setReason] = useState('');
  const { run, busy, error } = useCommand(`action.${act}`);
  const notAllowed = useAllowed()(`action.${act}`);
  const id = useId();
  const look = LOOK[act];
  const restores = act === 'reactivate' && tenant.status === 'deleted';
  const verb = restores ? 'restore' : look.verb;
  const name = visibleText(tenant.name);
  const asks = policy.approval !== null;
  return (
    <DecisionForm
      title={asks ? `Ask to ${verb} ${name}` : `${verb.charAt(0).toUpperCase()}${verb.slice(1)} ${name}`}
      icon={look.icon}
      act={
        asks
          ? `Ask ${policy.approval?.confirmations === 1 ? 'one other' : 'two others'} to confirm`
          : `${verb.charAt(0).toUpperCase()}${verb.slice(1)} it`
      }
      danger={look.danger && !asks}
      refused={notAllowed ?? (reason.trim().length < 3 ? 'Give a reason: it is kept, and everybody who confirms reads it.' : null)}
      busy={busy}
      error={error}
      onAct={() => {
        run({ tenantId: tenant.tenantId, reason: reason.trim() }).then(
          (outcome) => {
            onClose();
            tellOutcome(outcome);
          },
          () => undefined,
        );
      }}
      onClose={onClose}
      note={
        <>
          <code>{policy.rule}</code>
        </>
      }
    >
      <div className="statement" tabIndex={-1} data-statement>
        <p>
          <b>{name}</b> {look.says}
        </p>
        {policy.approval === null ? null : <p>{demandWords(policy.approval)}</p>}
        <p>The system its records come from is told by a message.</p>
      </div>
      <div className="stack-4">
        <label htmlFor={id} className="strong">
          Reason
        </label>
        <TextArea
          id={id}
          fill
          autoResize
          maxLength={2000}
          value={reason}
          onChange={(event) => {
            setReason(event.target.value);
          }}
        />
      </div>
    </DecisionForm>
  );
}
