import { useState } from 'react';
import type { CallError } from '../../../src-shared/contract/client.ts';
import { tellOutcome } from '../actions/outcome.ts';
import { type Answer, useAllowed, useCommand, useProcedure } from '../../port/use-app.ts';
import { hrefOf } from '../../router/router.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { DecisionDialog } from '../../ui/decision-dialog.tsx';
import { Hash } from '../../ui/hash.tsx';
import { say } from '../../ui/notices.ts';
import { Fact, PageHead, Panel } from '../../ui/parts.tsx';
import { ReturnFocus } from '../../ui/return-focus.tsx';
import { AnswerView, Skeleton } from '../../ui/states.tsx';
import { Pill, StatusWord } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { OUTBOX_LOOK } from './approval-words.ts';

type Shown = Answer<'outbox.show'>;

const OUTCOME: Readonly<Record<Shown['attempts'][number]['outcome'], 'ok' | 'warn' | 'bad' | 'idle'>> = {
  acknowledged: 'ok',
  sent: 'idle',
  unreachable: 'warn',
  refused: 'bad',
};

/** One message: what it says, what each delivery came to, and the way back. */
export function MessageScreen({ messageId }: { readonly messageId: string }) {
  const answer = useProcedure('outbox.show', { messageId });
  return (
    <AnswerView of={answer} what="this message" skeleton={<Skeleton rows={12} />}>
      {(shown) => <Message key={messageId} shown={shown} />}
    </AnswerView>
  );
}

function Message({ shown }: { readonly shown: Shown }) {
  const { message, attempts, body, rollback } = shown;
  const look = OUTBOX_LOOK[message.state];
  const allowed = useAllowed();
  const retry = useCommand('outbox.retry');
  const [open, setOpen] = useState(false);
  return (
    <>
      <PageHead
        crumbs={
          <>
            <a href={hrefOf('/approvals')}>Approvals</a>
            <span aria-hidden="true">/</span>
            <a href={hrefOf('/approvals?tab=outbox')}>Outbox</a>
          </>
        }
        title={visibleText(message.title)}
        marks={
          <Pill status={look.status} icon={look.icon}>
            {look.word}
          </Pill>
        }
        actions={
          <>
            <ActionButton
              icon="repeat"
              text="Try again now"
              loading={retry.busy}
              refused={allowed('outbox.retry') ?? (message.state === 'acknowledged' ? 'It was carried out already.' : null)}
              onClick={() => {
                retry.run({ messageId: message.messageId }).then(
                  () => say({ status: 'ok', title: 'It is tried again', text: 'The receipt stands here as soon as there is one.' }),
                  (error: unknown) => {
                    const failure = error as CallError;
                    say({ status: 'bad', title: 'It is not tried again', text: `${failure.message} ${failure.nextStep}` });
                  },
                );
              }}
            />
            <ActionButton
              icon="undo"
              text="Roll back…"
              refused={allowed('outbox.rollback') ?? (rollback.possible ? null : rollback.says)}
              onClick={() => {
                setOpen(true);
              }}
            />
          </>
        }
      />
      <div className="request">
        <div className="stack-16 scroll-y" tabIndex={0} role="region" aria-label="Deliveries">
          <Panel title="Deliveries" note={message.says} pad={false}>
            {attempts.length === 0 ? (
              <p className="pad second">Not tried yet.</p>
            ) : (
              <table className="table" aria-label="Deliveries">
                <thead>
                  <tr>
                    <th scope="col">When</th>
                    <th scope="col">Outcome</th>
                    <th scope="col">What happened</th>
                    <th scope="col">Answer, SHA-256</th>
                  </tr>
                </thead>
                <tbody>
                  {attempts.map((attempt, i) => (
                    <tr key={i}>
                      <td>
                        <Time at={attempt.at} form="short" />
                      </td>
                      <td>
                        <StatusWord status={OUTCOME[attempt.outcome]}>{attempt.outcome}</StatusWord>
                      </td>
                      <td className="wrap">{visibleText(attempt.says)}</td>
                      <td>
                        {attempt.responseSha256 === null ? (
                          <span className="muted">none</span>
                        ) : (
                          <Hash value={attempt.responseSha256} label="hash of the answer" />
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
          </Panel>
        </div>
        <div className="stack-16 scroll-y" tabIndex={0} role="region" aria-label="The message">
          <Panel title="Message">
            <dl className="facts">
              <Fact label="To">
                {message.source === null
                  ? 'nobody: no source delivered this tenant'
                  : `${message.source.name}, ${message.source.kind === 'http' ? 'by POST' : 'as a file in its outbox folder'}`}
              </Fact>
              <Fact label="Tenant">
                <a href={hrefOf(`/tenants/${encodeURIComponent(message.tenant.tenantId)}`)}>{visibleText(message.tenant.name)}</a>
              </Fact>
              <Fact label="Written">
                <Time at={message.createdAt} />
              </Fact>
              <Fact label="Next try">{message.nextAttemptAt === null ? 'none' : <Time at={message.nextAttemptAt} />}</Fact>
              <Fact label="Idempotency key">
                <code>{message.messageId}</code>
              </Fact>
              <Fact label="SHA-256">
                <Hash value={message.bodySha256} label="hash of the message" />
              </Fact>
              {message.approval === null ? null : (
                <Fact label="Confirmed in">
                  <a href={hrefOf(message.approval)}>the request</a>
                </Fact>
              )}
              {message.compensates === null ? null : (
                <Fact label="Takes back">
                  <a href={hrefOf(`/approvals/outbox/${message.compensates}`)}>an earlier message</a>
                </Fact>
              )}
              {message.compensatedBy === null ? null : (
                <Fact label="Taken back by">
                  <a href={hrefOf(`/approvals/outbox/${message.compensatedBy}`)}>a later message</a>
                </Fact>
              )}
            </dl>
            <details>
              <summary>Show the bytes</summary>
              <pre className="statement-bytes" tabIndex={0}>
                {visibleText(body)}
              </pre>
            </details>
          </Panel>
        </div>
      </div>
      {open ? (
        <RollbackDialog
          message={message}
          onClose={() => {
            setOpen(false);
          }}
        />
      ) : null}
    </>
  );
}

function RollbackDialog({ message, onClose }: { readonly message: Shown['message']; readonly onClose: () => void }) {
  const { run, busy, error } = useCommand('outbox.rollback');
  return (
    <>
      <ReturnFocus fallback="[data-page-title]" />
      <DecisionDialog
        title="Roll back"
        icon="undo"
        statement={
          <>
            <b>{visibleText(message.title)}</b> is taken back: the opposite is done here, under its own policy, and a message that names
            this one tells the system upstream. Where that policy demands confirmations, others are asked first.
          </>
        }
        reasonLabel="Reason"
        act="Roll it back"
        busy={busy}
        error={error}
        onAct={(reason) => {
          run({ messageId: message.messageId, reason }).then(
            (outcome) => {
              onClose();
              tellOutcome(outcome);
            },
            () => undefined,
          );
        }}
        onClose={onClose}
      />
    </>
  );
}
