import { Icon } from '@blueprintjs/core';
import { useMemo } from 'react';
import { useAllowed, useProcedure, type Answer } from '../../port/use-app.ts';
import { hrefOf } from '../../router/router.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { bytes, counted } from '../../ui/format.ts';
import { CopyButton } from '../../ui/hash.tsx';
import { Fact, Panel } from '../../ui/parts.tsx';
import { AnswerView, Empty, Skeleton } from '../../ui/states.tsx';
import { StatusWord } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { bytesOfBase64, visibleBytes, visibleText } from '../../ui/visible-text.ts';
import { keptWords, STATE_LOOK } from './quarantine-words.ts';
import '../../ui/next-step.css';

export interface QuarantineEntryProps {
  readonly quarantineId: string | null;
  readonly onRequeue: (quarantineId: string) => void;
  readonly onDismiss: (entry: Answer<'quarantine.entry'>) => void;
}

/** One quarantined row: what is wrong with it, where it stood, its text as it came, and what can be done. */
export function QuarantineEntry({ quarantineId, onRequeue, onDismiss }: QuarantineEntryProps) {
  const entry = useProcedure('quarantine.entry', { quarantineId: quarantineId ?? '' }, { enabled: quarantineId !== null, keep: true });
  if (quarantineId === null) {
    return (
      <Panel title="Entry" className="entry">
        <Empty icon="inbox" title="No row chosen">
          Choose a row to see its text as it came.
        </Empty>
      </Panel>
    );
  }
  return (
    <Panel title="Entry" note={quarantineId} className="entry" pad={false}>
      <AnswerView of={entry} what="this entry" skeleton={<Skeleton rows={10} />}>
        {(answer) => <EntryBody key={answer.quarantineId} answer={answer} onRequeue={onRequeue} onDismiss={onDismiss} />}
      </AnswerView>
    </Panel>
  );
}

interface EntryBodyProps {
  readonly answer: Answer<'quarantine.entry'>;
  readonly onRequeue: (quarantineId: string) => void;
  readonly onDismiss: (entry: Answer<'quarantine.entry'>) => void;
}

function EntryBody({ answer, onRequeue, onDismiss }: EntryBodyProps) {
  const allowed = useAllowed();
  const look = STATE_LOOK[answer.state];
  const text = useMemo(
    () => (answer.rawText === null ? visibleBytes(bytesOfBase64(answer.rawBase64)) : visibleText(answer.rawText)),
    [answer.rawText, answer.rawBase64],
  );
  const done = answer.state === 'dismissed' || answer.state === 'resolved' ? `This row is ${look.word}: ${look.says}` : null;
  return (
    <div className="entry-body" tabIndex={0} role="region" aria-label="The quarantined row">
      <div className="row-top">
        <Icon icon={answer.state === 'open' ? 'warning-sign' : look.icon} className={`t-${look.status}`} />
        <div className="stack-4 grow">
          <h3>{visibleText(answer.says)}</h3>
          <p className="second small">{keptWords(answer.feed)}</p>
        </div>
      </div>
      <dl className="facts">
        <Fact label="Where">
          {answer.address === null ? visibleText(answer.position) : <a href={hrefOf(answer.address)}>{visibleText(answer.position)}</a>}
        </Fact>
        <Fact label="Source">
          {answer.sourceName}, feed {answer.feed}
        </Fact>
        <Fact label="Reason">
          <code>{answer.code}</code>
        </Fact>
        <Fact label="Seen">
          {counted(answer.timesSeen, 'time')}, first <Time at={answer.firstSeenAt} form="short" />, last{' '}
          <Time at={answer.lastSeenAt} form="short" />
        </Fact>
        <Fact label="State">
          <StatusWord status={look.status} icon={look.icon}>
            {look.word}
          </StatusWord>
        </Fact>
        {answer.decision === null ? null : (
          <Fact label="Decided">
            {answer.decision.member}, <Time at={answer.decision.at} form="short" />
            {answer.decision.reason === null ? '' : `: ${visibleText(answer.decision.reason)}`}
          </Fact>
        )}
      </dl>
      <div className="stack-4">
        <div className="row between">
          <span className="caps">As it came, {bytes(answer.bytes)}</span>
          <CopyButton text={answer.rawText ?? answer.rawBase64} what={answer.rawText === null ? 'the bytes as base64' : 'the text'} />
        </div>
        <pre className="raw" tabIndex={0} role="region" aria-label="Raw text">
          {text === '' ? <span className="muted">an empty line</span> : text}
        </pre>
        {answer.rawText === null ? (
          <span className="tiny muted">These bytes are not UTF-8: what is no text stands as \x and two hex digits.</span>
        ) : null}
      </div>
      <div className="next">
        <div className="caps">Next step</div>
        <p>{visibleText(answer.nextStep)}</p>
        <div className="row wrap">
          <ActionButton
            icon="repeat"
            text="Requeue"
            refused={allowed('quarantine.requeue') ?? done}
            onClick={() => {
              onRequeue(answer.quarantineId);
            }}
          />
          <ActionButton
            icon="disable"
            text="Dismiss with a reason…"
            refused={allowed('quarantine.dismiss') ?? done}
            onClick={() => {
              onDismiss(answer);
            }}
          />
        </div>
      </div>
    </div>
  );
}
