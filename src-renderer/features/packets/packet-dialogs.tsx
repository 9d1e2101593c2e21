import { TextArea } from '@blueprintjs/core';
import { useId, useState } from 'react';
import { useCommand } from '../../port/use-app.ts';
import { DecisionDialog } from '../../ui/decision-dialog.tsx';
import { Hash } from '../../ui/hash.tsx';
import { say } from '../../ui/notices.ts';
import { Fact } from '../../ui/parts.tsx';
import { ReturnFocus } from '../../ui/return-focus.tsx';
import { StatusWord } from '../../ui/status.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { usePacket } from './packet-context.tsx';
import { DECISION_WORDS, monthBeside, monthName } from './packet-words.ts';

export interface DialogProps {
  readonly onClose: () => void;
}

/** Accepting: the statement first, over which bytes, and the worst known fact, which has to be named. */
export function AcceptDialog({ onClose }: DialogProps) {
  const { packet } = usePacket();
  const { head, review, gates, comparison } = packet;
  const [words, setWords] = useState('');
  const wordsId = useId();
  const { run, busy, error } = useCommand('packet.accept');
  const failing = gates.results.filter(({ state }) => state === 'fail').map(({ name }) => name);
  const month = monthName(head.month);
  return (
    <>
      <ReturnFocus fallback="[data-page-title]" />
      <DecisionDialog
        title={`Accept the packet of ${month}`}
        icon="endorsed"
        statement={
          <>
            You accept the packet of {month}, revision {head.revision}, as the record of that month. It is closed with it: questions and
            ticks are no longer taken, and a later correction makes a new revision that has to be accepted again.
          </>
        }
        {...(review.worst === null ? {} : { knowing: <>I accept it knowing that {lowerFirst(review.worst.says)}</> })}
        act="Accept the packet"
        busy={busy}
        error={error}
        onClose={onClose}
        onAct={() => {
          run({
            packetId: head.packetId,
            ...(review.worst === null ? {} : { knowing: review.worst.code }),
            ...(words.trim() === '' ? {} : { text: words.trim() }),
          }).then(
            ({ eventNo }) => {
              say({
                status: 'ok',
                title: `The packet of ${month} is accepted`,
                text: `Entry ${eventNo} of its record. A correction makes revision ${head.revision + 1}.`,
              });
              onClose();
            },
            () => undefined,
          );
        }}
      >
        <dl className="facts">
          <Fact label="Document">
            <Hash value={head.documentSha256} label="hash of the document" />
          </Fact>
          <Fact label="Gates">
            <StatusWord status={gates.decision === 'pass' ? 'ok' : gates.decision === 'fail' ? 'bad' : 'warn'}>
              {failing.length === 0 ? DECISION_WORDS[gates.decision] : `${failing.join(', ')} ${failing.length === 1 ? 'fails' : 'fail'}`}
            </StatusWord>
          </Fact>
          <Fact label="Findings">
            {packet.findings.length === 0
              ? 'the artifacts agree'
              : `${packet.findings.filter(({ severity }) => severity === 'error').length} errors, ${packet.findings.length} in all`}
          </Fact>
          {comparison === null ? null : (
            <Fact label={`Since ${monthBeside(comparison.month, head.month)}`}>
              {comparison.largest[0] === undefined ? 'no amount moved' : visibleText(comparison.largest[0].says)}
            </Fact>
          )}
        </dl>
        <div className="stack-4">
          <label htmlFor={wordsId} className="strong">
            Words for the record <span className="muted">optional</span>
          </label>
          <TextArea
            id={wordsId}
            fill
            autoResize
            value={words}
            maxLength={5000}
            onChange={(event) => {
              setWords(event.target.value);
            }}
          />
        </div>
      </DecisionDialog>
    </>
  );
}

/** "The blended margin …" inside a sentence; names of gates (FIN 2) stay as they are. */
const lowerFirst = (text: string): string => (/^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text);

export function SendBackDialog({ onClose }: DialogProps) {
  const { packet } = usePacket();
  const { head } = packet;
  const { run, busy, error } = useCommand('packet.sendBack');
  const month = monthName(head.month);
  return (
    <>
      <ReturnFocus fallback="[data-page-title]" />
      <DecisionDialog
        title={`Send the packet of ${month} back`}
        icon="undo"
        statement={
          <>
            You send revision {head.revision} back to who built it. It stays as it is, with your reason beside it; a correction or a rebuild
            makes revision {head.revision + 1}.
          </>
        }
        reasonLabel="What has to change"
        act="Send back"
        busy={busy}
        error={error}
        onClose={onClose}
        onAct={(reason) => {
          run({ packetId: head.packetId, reason }).then(
            ({ eventNo }) => {
              say({ status: 'ok', title: `The packet of ${month} is sent back`, text: `Entry ${eventNo} of its record.` });
              onClose();
            },
            () => undefined,
          );
        }}
      />
    </>
  );
}
