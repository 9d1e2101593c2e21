import { Icon } from '@blueprintjs/core';
import { useState } from 'react';
import { policyRefusal } from '../actions/policy-words.ts';
import { type Answer, roleWord, useProcedure } from '../../port/use-app.ts';
import { hrefOf } from '../../router/router.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { Hash } from '../../ui/hash.tsx';
import { Avatar, Fact, PageHead, Panel } from '../../ui/parts.tsx';
import { AnswerView, Skeleton } from '../../ui/states.tsx';
import { Banner, Pill, StatusWord } from '../../ui/status.tsx';
import { Time, useNow } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { EVENT_WORDS, quorumWords, STATE_LOOK, timeLeft } from './approval-words.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { EndDialog } from './end-dialog.tsx';
import { ChangesTable, Statement } from './statement.tsx';

type Shown = Answer<'approval.show'>;

/** One request: what will happen, over which bytes, who has to confirm it and who has. */
export function RequestScreen({ request }: { readonly request: string }) {
  const answer = useProcedure('approval.show', { request });
  return (
    <AnswerView of={answer} what="this request" skeleton={<Skeleton rows={12} />}>
      {(shown) => <Request key={shown.approval.requestId} shown={shown} />}
    </AnswerView>
  );
}

function Request({ shown }: { readonly shown: Shown }) {
  const { approval, unchanged } = shown;
  const session = useProcedure('session.describe', {}).data;
  const [open, setOpen] = useState<'confirm' | 'refuse' | 'withdraw' | null>(null);
  const look = STATE_LOOK[approval.state];
  const mine = session?.member.memberId === approval.requestedBy.memberId;
  const close = (): void => {
    setOpen(null);
  };
  return (
    <>
      <PageHead
        crumbs={
          <>
            <a href={hrefOf('/approvals')}>Approvals</a>
            <span aria-hidden="true">/</span>
            <span>{approval.ref}</span>
          </>
        }
        title={visibleText(approval.title)}
        marks={
          <Pill status={look.status} icon={look.icon}>
            {approval.state === 'waiting' ? quorumWords(approval) : look.word}
          </Pill>
        }
        actions={
          approval.state !== 'waiting' ? undefined : (
            <>
              {mine ? (
                <ActionButton
                  text="Withdraw with a reason…"
                  refused={policyRefusal(shown.withdraw, session)}
                  onClick={() => {
                    setOpen('withdraw');
                  }}
                />
              ) : (
                <ActionButton
                  text="Refuse with a reason…"
                  refused={policyRefusal(shown.refuse, session)}
                  onClick={() => {
                    setOpen('refuse');
                  }}
                />
              )}
              <ActionButton
                intent="primary"
                icon="endorsed"
                text="Confirm…"
                refused={policyRefusal(approval.confirm, session)}
                onClick={() => {
                  setOpen('confirm');
                }}
              />
            </>
          )
        }
      />
      {unchanged ? null : (
        <Banner status="bad" icon="error" title="The stored request was changed after it was made">
          Its bytes give another hash than the one it was asked under. It can neither be confirmed nor be carried out. Verify the audit log,
          and find out who changed the workspace.
        </Banner>
      )}
      <div className="request">
        <div className="stack-16 scroll-y" tabIndex={0} role="region" aria-label="What is asked">
          <Panel title="What will happen">
            <Statement says={shown.says} reason={approval.reason} by={approval.requestedBy.name} />
          </Panel>
          <Panel title="Exactly this" note="read from the confirmed bytes when it is carried out" pad={false}>
            <ChangesTable changes={shown.changes} />
            <Bytes shown={shown} />
          </Panel>
        </div>
        <div className="stack-16 scroll-y" tabIndex={0} role="region" aria-label="Who decides">
          <WhoDecides shown={shown} />
          <Policy shown={shown} />
        </div>
      </div>
      {open === 'confirm' ? <ConfirmDialog shown={shown} onClose={close} /> : null}
      {open === 'refuse' || open === 'withdraw' ? <EndDialog what={open} approval={approval} onClose={close} /> : null}
    </>
  );
}

function Bytes({ shown: { approval, statement } }: { readonly shown: Shown }) {
  const bytes = new TextEncoder().encode(statement).length;
  return (
    <div className="request-bytes stack-4">
      <span className="row wrap">
        <span className="caps">SHA-256 of the statement</span>
        <Hash value={approval.statementSha256} label="hash of the statement" />
      </span>
      <details>
        <summary>Show the exact {bytes.toLocaleString('en-US')} bytes</summary>
        <pre className="statement-bytes" tabIndex={0}>
          {visibleText(statement)}
        </pre>
        <p className="small second">
          Canonical JSON (RFC 8785), UTF-8, no line end. <code>printf %s &apos;…&apos; | sha256sum</code> gives the hash above.
        </p>
      </details>
    </div>
  );
}

function WhoDecides({ shown: { approval, events } }: { readonly shown: Shown }) {
  const now = useNow();
  const left = timeLeft(approval.expiresAt, now);
  return (
    <Panel title="Who decides" note={quorumWords(approval)}>
      <div className="stack-16">
        <p className="second">
          {approval.quorum === 1 ? 'One other member' : `${approval.quorum} different other members`}, acting as{' '}
          {approval.roles.map(roleWord).join(', ')}. Who asks does not count.
        </p>
        <ol className="approval-events">
          {events.map((event, i) => (
            <li key={i}>
              {event.by === null ? <Icon icon="cog" size={14} className="muted" /> : <Avatar name={event.by.name} />}
              <span className="stack-0">
                <span>
                  {event.by === null ? null : (
                    <>
                      <b>{visibleText(event.by.name)}</b>{' '}
                      <span className="muted">{event.by.role === null ? '' : roleWord(event.by.role)}</span>{' '}
                    </>
                  )}
                  {EVENT_WORDS[event.kind]}
                </span>
                {event.says === '' ? null : <span className="small second">{visibleText(event.says)}</span>}
                {event.address === null ? null : (
                  <a className="small" href={hrefOf(event.address)}>
                    Open what it led to
                  </a>
                )}
              </span>
              <span className="small nowrap">
                {event.counts === false ? <StatusWord status="idle">does not count</StatusWord> : <Time at={event.at} form="short" />}
              </span>
            </li>
          ))}
        </ol>
        {approval.state !== 'waiting' ? null : (
          <p className="small">
            <Icon icon="time" size={12} /> Stands until <Time at={approval.expiresAt} />
            {left === '' ? '' : `, ${left} from now`}.
          </p>
        )}
      </div>
    </Panel>
  );
}

function Policy({ shown: { approval, policy, command } }: { readonly shown: Shown }) {
  return (
    <Panel title="Policy">
      <dl className="facts">
        <Fact label="Demanded by">
          <code>{policy.rule}</code>
        </Fact>
        <Fact label="Policies">
          <Hash value={policy.sha256} label="hash of the policies" />{' '}
          {policy.inForce ? null : <StatusWord status="warn">others are in force now; they decide</StatusWord>}
        </Fact>
        {approval.tenant === null ? null : (
          <Fact label="Tenant">
            <a href={hrefOf(`/tenants/${encodeURIComponent(approval.tenant.tenantId)}`)}>{visibleText(approval.tenant.name)}</a>{' '}
            <code className="muted">{visibleText(approval.tenant.tenantId)}</code>
          </Fact>
        )}
        <Fact label="Command">
          <code>{command}</code>
        </Fact>
      </dl>
    </Panel>
  );
}
