import { Button } from '@blueprintjs/core';
import { useState } from 'react';
import type { ProvenFigure } from '../../../src-shared/contract/packet-document.ts';
import { useProcedure, type Answer } from '../../port/use-app.ts';
import { formatAddress, parseAddress } from '../../router/address.ts';
import { hrefOf } from '../../router/router.ts';
import { CopyButton } from '../../ui/hash.tsx';
import { Fact, Keys } from '../../ui/parts.tsx';
import { Figure, ProofPanel } from '../../ui/proof.tsx';
import { AnswerView, Skeleton } from '../../ui/states.tsx';
import { type Status, StatusWord } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { Formula } from './formula.tsx';
import { MovesList } from './moves-list.tsx';
import { usePacket } from './packet-context.tsx';
import { changeShown, monthBeside, monthName, shown } from './packet-words.ts';

type ProofAnswer = Answer<'packet.proof'>;

export interface PacketProofProps {
  readonly figure: string;
  readonly onVerify: () => void;
  readonly verifying: boolean;
}

/** The proof of a figure: formula with its numbers, lines of the sum, input rows, what moved it, rule and hashes. */
export function PacketProof({ figure: id, onVerify, verifying }: PacketProofProps) {
  const { packet, ask } = usePacket();
  const proof = useProcedure('packet.proof', { packetId: packet.head.packetId, figure: id }, { keep: true });
  const answer = proof.data;
  if (answer === undefined || (answer.figure.id !== id && proof.isPlaceholderData)) {
    return (
      <aside className="panel proof" aria-label="Proof of the figure">
        <AnswerView of={answer === undefined ? proof : { ...proof, data: undefined }} what="the proof" skeleton={<Skeleton rows={14} />}>
          {() => null}
        </AnswerView>
      </aside>
    );
  }
  const { figure } = answer;
  return (
    <ProofPanel
      name={id}
      title={figure.title}
      note={monthName(answer.month)}
      value={<span className={figure.limit?.holds === false ? 't-bad' : undefined}>{valueOf(figure)}</span>}
      verdict={verdictOf(answer)}
      proof={answer.proof}
      onVerifyAgain={onVerify}
      verifying={verifying}
      formula={<Formula formula={figure.formula} />}
      facts={<Fact label="Rounding">{figure.rounding}</Fact>}
      tools={
        <>
          <Button
            variant="minimal"
            icon="comment"
            text="Ask"
            endIcon={<Keys>C</Keys>}
            onClick={() => {
              ask(id);
            }}
          />
          <CopyButton text={answer.proof.command} what="the command" label="Command" />
        </>
      }
    >
      <Bound figure={figure} />
      <SumLines lines={figure.lines} />
      <InputRows key={id} answer={answer} />
      <Moved figure={figure} />
      <Notes answer={answer} />
    </ProofPanel>
  );
}

const valueOf = ({ value, unit }: ProvenFigure): string => (value === null ? 'none' : shown(value, unit));

const verdictOf = ({ holds }: ProofAnswer): { readonly status: Status; readonly word: string } =>
  holds === null
    ? { status: 'idle', word: 'not recomputed yet' }
    : holds
      ? { status: 'ok', word: 'recomputed, equal' }
      : { status: 'bad', word: 'recomputed, not equal' };

function Bound({ figure }: { readonly figure: ProvenFigure }) {
  if (figure.limit === null) return null;
  return (
    <div className="row between">
      <StatusWord status={figure.limit.holds ? 'ok' : 'bad'}>{figure.limit.says}</StatusWord>
      <code className="muted ellipsis">{figure.limit.gate}</code>
    </div>
  );
}

function SumLines({ lines }: { readonly lines: ProvenFigure['lines'] }) {
  if (lines.length === 0) return null;
  return (
    <table className="table tight plain inset proof-sum">
      <caption className="visually-hidden">Lines of the sum</caption>
      <tbody>
        {lines.map((line, i) => (
          <tr key={`${line.label} ${i}`} className={line.sign === '=' ? 'total' : undefined}>
            <td>
              {line.sign === '' || line.sign === '=' ? '' : `${line.sign === '-' ? '−' : line.sign} `}
              {line.label}
            </td>
            <td className="num">
              {line.value === null ? (
                ''
              ) : line.figure === null ? (
                shown(line.value, line.unit)
              ) : (
                <Figure proof={line.figure} label={line.label}>
                  {shown(line.value, line.unit)}
                </Figure>
              )}
            </td>
            <td className="muted proof-note">{line.note}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** More rows than these fold behind the first of them. */
const MOST_ROWS = 8;
const FIRST_ROWS = 6;

/** Where in which artifact each number stands; the pointer leads there. */
function InputRows({ answer }: { readonly answer: ProofAnswer }) {
  const { inputs } = answer.figure;
  const [all, setAll] = useState(false);
  if (inputs.length === 0) return null;
  const shownRows = all || inputs.length <= MOST_ROWS ? inputs : inputs.slice(0, FIRST_ROWS);
  const addressOf = (role: string, pointer: string): string | null => {
    const artifact = answer.artifacts.find((each) => each.role === role);
    if (artifact === undefined) return null;
    const place = parseAddress(artifact.address);
    return formatAddress(place.segments, { ...place.query, pointer });
  };
  return (
    <div className="stack-4">
      <table className="table tight plain inset proof-rows">
        <caption className="caps">Input rows</caption>
        <thead className="visually-hidden">
          <tr>
            <th scope="col">What</th>
            <th scope="col">Value</th>
            <th scope="col">Where</th>
          </tr>
        </thead>
        <tbody>
          {shownRows.map((input) => {
            const address = addressOf(input.role, input.pointer);
            return (
              <tr key={`${input.role} ${input.pointer}`}>
                <td>{visibleText(input.label)}</td>
                <td className="num">{visibleText(input.value)}</td>
                <td className="proof-pointer">
                  {address === null ? (
                    <code>{visibleText(input.pointer)}</code>
                  ) : (
                    <a href={hrefOf(address)} title={`${input.role} ${input.pointer}`}>
                      <bdi>{visibleText(input.pointer)}</bdi>
                    </a>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {shownRows.length === inputs.length ? null : (
        <Button
          size="small"
          variant="minimal"
          text={`Show all ${inputs.length} input rows`}
          onClick={() => {
            setAll(true);
          }}
        />
      )}
    </div>
  );
}

function Moved({ figure }: { readonly figure: ProvenFigure }) {
  const { packet } = usePacket();
  const { previous } = figure;
  if (previous === null) return null;
  const month = monthBeside(previous.month, packet.head.month);
  return (
    <section className="stack-4">
      <h3 className="caps">
        {previous.change === null
          ? `It had ${previous.value === null ? 'no value' : shown(previous.value, figure.unit)} in ${month}`
          : `What moved it since ${month}, ${changeShown(previous.change, figure.unit)}`}
      </h3>
      {figure.moves.length === 0 ? (
        previous.change === null || previous.value === null ? null : (
          <p className="small second">
            {shown(previous.value, figure.unit)} in {month}.
          </p>
        )
      ) : (
        <MovesList moves={figure.moves} unit={figure.unit} />
      )}
    </section>
  );
}

function Notes({ answer }: { readonly answer: ProofAnswer }) {
  if (answer.comments.length === 0) return null;
  return (
    <section className="stack-4">
      <h3 className="caps">What was said about it</h3>
      <ul className="stack-4">
        {answer.comments.map((event) => (
          <li key={event.eventNo} className="small">
            <b>{event.who}</b>{' '}
            <span className="muted tiny">
              <Time at={event.at} form="short" />
            </span>
            <br />
            {visibleText(event.text)}
          </li>
        ))}
      </ul>
    </section>
  );
}
