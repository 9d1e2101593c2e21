import { Button } from '@blueprintjs/core';
import { useState } from 'react';
import type { PolicyAnswer } from '../../../src-shared/contract/approvals.ts';
import { useProcedure } from '../../port/use-app.ts';
import { router, setQuery, useAddress } from '../../router/router.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { counted } from '../../ui/format.ts';
import { type Act, ActDialog } from './act-dialog.tsx';
import { ChangePlanDialog } from './change-plan-dialog.tsx';
import { askOr, policyRefusal } from './policy-words.ts';
import { ViewDialog } from './view-dialog.tsx';
import './actions.css';

const ACTS = ['plan', 'suspend', 'reactivate', 'delete', 'impersonate'] as const;

/** What can be done to a tenant, each as policy decides it now. What is refused stays visible and says why. */
export function TenantActions({ tenantId }: { readonly tenantId: string }) {
  const answer = useProcedure('action.check', { tenantId }, { keep: true });
  const session = useProcedure('session.describe', {}).data;
  const [chosen, setOpen] = useState<Act | 'plan' | 'impersonate' | null>(null);
  const wanted = useAddress().query['act'];
  const may = answer.data;
  // Not known yet, or of another tenant: nothing is offered that might be refused.
  if (may === undefined || may.tenant.tenantId !== tenantId) return null;
  const { tenant, waiting } = may;
  const refused = (policy: PolicyAnswer) => policyRefusal(policy, session);
  // An act that the address names, as the palette writes it: opened where policy lets it, else its button says why not.
  const named = ACTS.find((act) => act === wanted);
  const open = chosen ?? (named !== undefined && refused(may[named]) === null ? named : null);
  const close = (): void => {
    setOpen(null);
    setQuery({ act: undefined });
  };
  const back = tenant.status === 'suspended' || tenant.status === 'deleted';
  const [act, actPolicy]: [Act, PolicyAnswer] = back ? ['reactivate', may.reactivate] : ['suspend', may.suspend];
  const verb = tenant.status === 'deleted' ? 'restore' : act;
  const first = waiting[0];
  return (
    <>
      {first === undefined ? null : (
        <Button
          icon="endorsed"
          variant="minimal"
          text={waiting.length === 1 ? `${first.ref} waits` : `${counted(waiting.length, 'request')} wait`}
          title={waiting.map(({ ref, title }) => `${ref}: ${title}`).join('\n')}
          onClick={() => {
            router.go(first.address);
          }}
        />
      )}
      <ActionButton
        icon="swap-horizontal"
        text="Change plan…"
        refused={refused(may.plan)}
        onClick={() => {
          setOpen('plan');
        }}
      />
      <ActionButton
        icon="eye-open"
        className="fold-narrow"
        title="View as tenant"
        text="View as tenant…"
        refused={refused(may.impersonate)}
        onClick={() => {
          setOpen('impersonate');
        }}
      />
      <ActionButton
        icon={back ? 'play' : 'disable'}
        className="fold-narrow"
        title={askOr(actPolicy, verb)}
        text={askOr(actPolicy, verb)}
        refused={refused(actPolicy)}
        onClick={() => {
          setOpen(act);
        }}
      />
      {tenant.status === 'deleted' ? null : (
        <ActionButton
          icon="trash"
          text={askOr(may.delete, 'delete')}
          refused={refused(may.delete)}
          onClick={() => {
            setOpen('delete');
          }}
        />
      )}
      {open === null ? null : open === 'plan' ? (
        <ChangePlanDialog tenant={tenant} policy={may.plan} onClose={close} />
      ) : open === 'impersonate' ? (
        <ViewDialog tenant={tenant} policy={may.impersonate} onClose={close} />
      ) : (
        <ActDialog act={open} tenant={tenant} policy={may[open]} onClose={close} />
      )}
    </>
  );
}
