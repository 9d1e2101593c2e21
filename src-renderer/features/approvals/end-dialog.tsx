import type { Approval } from '../../../src-shared/contract/approvals.ts';
import { useCommand } from '../../port/use-app.ts';
import { DecisionDialog } from '../../ui/decision-dialog.tsx';
import { say } from '../../ui/notices.ts';
import { ReturnFocus } from '../../ui/return-focus.tsx';
import { visibleText } from '../../ui/visible-text.ts';

export interface EndDialogProps {
  readonly what: 'refuse' | 'withdraw';
  readonly approval: Approval;
  readonly onClose: () => void;
}

/** Ends a request without carrying it out, with a reason that everybody reads. */
export function EndDialog({ what, approval, onClose }: EndDialogProps) {
  const refuse = useCommand('approval.refuse');
  const withdraw = useCommand('approval.withdraw');
  const { busy, error } = what === 'refuse' ? refuse : withdraw;
  return (
    <>
      <ReturnFocus fallback="[data-page-title]" />
      <DecisionDialog
        title={`${what === 'refuse' ? 'Refuse' : 'Withdraw'} ${approval.ref}`}
        icon={what === 'refuse' ? 'cross' : 'undo'}
        statement={
          <>
            <b>{visibleText(approval.title)}</b> is not carried out, and the request is over: who still wants it asks again. Your reason is
            kept with it.
          </>
        }
        reasonLabel="Reason"
        act={what === 'refuse' ? 'Refuse the request' : 'Withdraw the request'}
        danger={what === 'refuse'}
        busy={busy}
        error={error}
        onAct={(reason) => {
          const { requestId, statementSha256 } = approval;
          const sent = what === 'refuse' ? refuse.run({ requestId, statementSha256, reason }) : withdraw.run({ requestId, reason });
          sent.then(
            () => {
              onClose();
              say({
                status: 'ok',
                title: `${approval.ref} is ${what === 'refuse' ? 'refused' : 'withdrawn'}`,
                text: 'Nothing was changed.',
              });
            },
            () => undefined,
          );
        }}
        onClose={onClose}
      />
    </>
  );
}
