import { Checkbox } from '@blueprintjs/core';
import { useState } from 'react';
import { type Answer, roleWord, useAllowed, useCommand, useProcedure } from '../../port/use-app.ts';
import { DecisionForm } from '../../ui/decision-form.tsx';
import { shortHash } from '../../ui/format.ts';
import { say } from '../../ui/notices.ts';
import { visibleText } from '../../ui/visible-text.ts';
import { ChangesTable } from './statement.tsx';

/** Confirms exactly the bytes that are shown. The statement first, then what changes, then who has confirmed. */
export function ConfirmDialog({ shown, onClose }: { readonly shown: Answer<'approval.show'>; readonly onClose: () => void }) {
  const { approval, says, changes, events } = shown;
  const session = useProcedure('session.describe', {}).data;
  const [read, setRead] = useState(false);
  const { run, busy, error } = useCommand('approval.confirm');
  const notAllowed = useAllowed()('approval.confirm');
  // Bound when the dialog opens: if the request becomes another one under it, this hash is refused.
  const [statementSha256] = useState(approval.statementSha256);
  const confirmed = events.filter(({ kind, counts }) => kind === 'confirmed' && counts === true);
  const isLast = approval.confirmations + 1 >= approval.quorum;
  return (
    <DecisionForm
      title={`Confirm ${approval.ref}`}
      icon="endorsed"
      className="wide"
      act={isLast ? 'Confirm and carry out' : 'Confirm'}
      actIcon="endorsed"
      refused={notAllowed ?? (read ? null : 'Say that you have read the statement.')}
      busy={busy}
      error={error}
      onAct={() => {
        run({ requestId: approval.requestId, statementSha256 }).then(
          (done) => {
            onClose();
            say({
              status: done.outcome === 'stopped' ? 'bad' : 'ok',
              title:
                done.outcome === 'executed'
                  ? `${approval.ref} is carried out`
                  : done.outcome === 'stopped'
                    ? `${approval.ref} could not be carried out`
                    : `You confirmed ${approval.ref}`,
              text: done.says,
              ...(done.address === null ? {} : { address: { label: 'Open it', to: done.address } }),
            });
          },
          () => undefined,
        );
      }}
      onClose={onClose}
      note={
        <>
          Statement <code>{shortHash(statementSha256)}</code>, {shown.policy.rule}. A changed request starts this dialog again.
        </>
      }
    >
      <div className="stack-4">
        <h3 className="caps">You state</h3>
        <div className="statement" tabIndex={-1} data-statement>
          <p>
            I, <b>{visibleText(session?.member.name ?? '')}</b>, as <b>{session === undefined ? '' : roleWord(session.member.role)}</b>,
            confirm: <b>{visibleText(approval.title)}</b>, asked by {visibleText(approval.requestedBy.name)} because of “
            {visibleText(approval.reason)}”.
          </p>
          {says.map((sentence) => (
            <p key={sentence}>{visibleText(sentence)}</p>
          ))}
          {isLast ? <p>With this confirmation it is carried out at once.</p> : null}
        </div>
      </div>
      <div className="bordered">
        <ChangesTable changes={changes} />
      </div>
      <p className="second">
        {confirmed.length === 0
          ? 'Nobody has confirmed it yet.'
          : `Confirmed by ${confirmed.map(({ by }) => visibleText(by?.name ?? '')).join(' and ')}.`}
      </p>
      <Checkbox
        checked={read}
        onChange={(event) => {
          setRead(event.target.checked);
        }}
        labelElement={<>I have read the statement{isLast ? ', and know that it takes effect now' : ''}.</>}
      />
    </DecisionForm>
  );
}
