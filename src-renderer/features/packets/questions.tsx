import { Button, Icon, TextArea } from '@blueprintjs/core';
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import type { PacketEvent } from '../../../src-shared/contract/packets.ts';
import { useAllowed, useCommand, useProcedure } from '../../port/use-app.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { say } from '../../ui/notices.ts';
import { Avatar, Panel } from '../../ui/parts.tsx';
import { Figure } from '../../ui/proof.tsx';
import { ErrorView } from '../../ui/states.tsx';
import { StatusWord } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { figureOf, usePacket } from './packet-context.tsx';
import { questionWords } from './packet-words.ts';
import { reviewRefusal } from './refusals.ts';

export interface AskAbout {
  /** What is written about; null is the packet as a whole. */
  readonly figure: string | null;
  /** Changes with each wish to write, so that the field takes the focus again. */
  readonly n: number;
}

/** Questions with their answers, then comments; both bound to the figure they are about. */
export function Questions({ about, onClearAbout }: { readonly about: AskAbout; readonly onClearAbout: () => void }) {
  const { packet } = usePacket();
  const { questions, comments } = packet.review;
  const nothing = questions.length === 0 && comments.length === 0;
  return (
    <Panel title="Questions" note={questionWords(questions)} pad={false} className="comments">
      <div className="comment-list" tabIndex={0} role="region" aria-label="Questions and comments">
        {nothing ? (
          <p className="pad second">
            Nobody has asked anything. A question is bound to a figure and must be answered before the packet can be accepted.
          </p>
        ) : null}
        {questions.map((each) => (
          <Question key={each.question.eventNo} {...each} />
        ))}
        {comments.map((event) => (
          <Said key={event.eventNo} event={event} mark={<span className="small muted nowrap">comment</span>} />
        ))}
      </div>
      <AskBox about={about} onClearAbout={onClearAbout} />
    </Panel>
  );
}

function AboutPill({ event }: { readonly event: PacketEvent }) {
  if (event.figure === null) return null;
  return (
    <span className="pill pill-accent about-pill">
      <Icon icon="comment" size={11} />
      <Figure proof={event.figure} label="The figure it is about">
        {event.figureTitle ?? event.figure}
      </Figure>
    </span>
  );
}

interface SaidProps {
  readonly event: PacketEvent;
  /** At the right of the head: the state of a question, the kind of a note. */
  readonly mark: ReactNode;
  readonly muted?: boolean;
  readonly children?: ReactNode;
}

function Said({ event, mark, muted = false, children }: SaidProps) {
  return (
    <article className="comment" aria-label={`${event.who} wrote`}>
      <Avatar name={event.who} />
      <div className="stack-0 grow">
        <div className="row small comment-head">
          <b className="ellipsis">{event.who}</b>
          <span className="muted tiny nowrap">
            <Time at={event.at} form="short" />
          </span>
          <AboutPill event={event} />
          <span className="push">{mark}</span>
        </div>
        <p className={`small comment-text${muted ? ' muted' : ''}`}>{visibleText(event.text)}</p>
        {children}
      </div>
    </article>
  );
}

type QuestionShape = ReturnType<typeof usePacket>['packet']['review']['questions'][number];

const STATE = {
  open: { status: 'warn', word: 'open' },
  answered: { status: 'ok', word: 'answered' },
  withdrawn: { status: 'idle', word: 'withdrawn' },
} as const;

function Question({ question, state, answers }: QuestionShape) {
  const look = STATE[state];
  return (
    <Said event={question} muted={state === 'withdrawn'} mark={<StatusWord status={look.status}>{look.word}</StatusWord>}>
      {answers.map((answer) => (
        <p key={answer.eventNo} className="small second answer">
          <b>{answer.who}</b> {visibleText(answer.text)}
        </p>
      ))}
      {state === 'open' ? <AnswerBox question={question} /> : null}
    </Said>
  );
}

function AnswerBox({ question }: { readonly question: PacketEvent }) {
  const { packet } = usePacket();
  const [writing, setWriting] = useState(false);
  const [text, setText] = useState('');
  const member = useProcedure('session.describe', {}).data?.member;
  const answer = useCommand('packet.answer');
  const withdraw = useCommand('packet.withdraw');
  const { packetId } = packet.head;
  const refused = reviewRefusal(packet.review.may.comment, useAllowed()('packet.answer'));
  const mine = member !== undefined && (member.name === question.who || member.role === 'admin');
  const send = (): void => {
    if (text.trim() === '') return;
    answer.run({ packetId, question: question.eventNo, text: text.trim() }).then(
      () => {
        say({ status: 'ok', title: 'Answered', quiet: true });
      },
      () => undefined,
    );
  };
  const error = answer.error ?? withdraw.error;
  return (
    <div className="stack-4 answer-box">
      {writing ? (
        <div className="row-top">
          <TextArea
            fill
            autoFocus
            autoResize
            maxLength={5000}
            aria-label={`Answer to ${question.who}`}
            value={text}
            onChange={(event) => {
              setText(event.target.value);
            }}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send();
            }}
          />
          <Button size="small" intent="primary" text="Answer" loading={answer.busy} onClick={send} />
          <Button
            size="small"
            variant="minimal"
            text="Not now"
            onClick={() => {
              setWriting(false);
            }}
          />
        </div>
      ) : (
        <div className="row">
          <ActionButton
            size="small"
            text="Answer…"
            refused={refused}
            onClick={() => {
              setWriting(true);
            }}
          />
          {mine ? (
            <ActionButton
              size="small"
              variant="minimal"
              text="Withdraw"
              refused={refused}
              loading={withdraw.busy}
              onClick={() => {
                withdraw.run({ packetId, question: question.eventNo }).catch(() => undefined);
              }}
            />
          ) : null}
        </div>
      )}
      {error === null ? null : <ErrorView error={error} />}
    </div>
  );
}

/** One field for both: a comment is kept, a question also has to be answered. */
function AskBox({ about, onClearAbout }: { readonly about: AskAbout; readonly onClearAbout: () => void }) {
  const { packet } = usePacket();
  const [text, setText] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  const labelId = useId();
  const comment = useCommand('packet.comment');
  const question = useCommand('packet.ask');
  const figure = about.figure === null ? null : figureOf(packet, about.figure);
  useEffect(() => {
    if (about.n === 0) return;
    // It is higher with the focus in it, and seen as a whole.
    field.current?.focus({ preventScroll: true });
    field.current?.scrollIntoView({ block: 'nearest' });
  }, [about]);
  const refused = reviewRefusal(packet.review.may.comment, useAllowed()('packet.comment'));
  const what = figure === null ? 'the packet as a whole' : figure.title;
  const send = (kind: 'comment' | 'question'): void => {
    if (refused !== null) return;
    if (text.trim() === '') {
      field.current?.focus();
      return;
    }
    const input = { packetId: packet.head.packetId, ...(about.figure === null ? {} : { figure: about.figure }), text: text.trim() };
    (kind === 'comment' ? comment.run(input) : question.run(input)).then(
      () => {
        setText('');
        say({ status: 'ok', title: kind === 'comment' ? 'Comment added' : 'Question asked', quiet: true });
      },
      () => undefined,
    );
  };
  const error = comment.error ?? question.error;
  return (
    <div className="ask">
      <div className={`row small ask-about${figure === null ? ' visually-hidden' : ''}`}>
        <span id={labelId} className="ellipsis">
          About <b>{what}</b>
        </span>
        {figure === null ? null : (
          <Button size="small" variant="minimal" icon="cross" aria-label="Write about the packet as a whole" onClick={onClearAbout} />
        )}
      </div>
      <div className="row-top">
        <TextArea
          fill
          inputRef={field}
          aria-labelledby={labelId}
          placeholder={figure === null ? 'Write, or press C on a figure' : `Write about ${what}`}
          maxLength={5000}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send('comment');
          }}
        />
        <ActionButton text="Ask" refused={refused} loading={question.busy} onClick={() => send('question')} />
        <ActionButton text="Comment" refused={refused} loading={comment.busy} onClick={() => send('comment')} />
      </div>
      {error === null ? null : <ErrorView error={error} />}
    </div>
  );
}
