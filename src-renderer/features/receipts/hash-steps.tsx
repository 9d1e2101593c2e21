import { useMemo, type ReactNode } from 'react';
import { bytes, integer, position } from '../../ui/format.ts';
import { CopyButton, Hash } from '../../ui/hash.tsx';
import { StatusWord, type Status } from '../../ui/status.tsx';
import { markBytes } from './byte-marks.ts';
import type { ReceiptAnswer } from './chain-answer.ts';
import { bytesOfBase64, visibleText } from '../../ui/visible-text.ts';

interface StepProps {
  readonly n: number;
  readonly title: string;
  readonly status: Status | null;
  readonly aside: ReactNode;
  readonly children: ReactNode;
}

function Step({ n, title, status, aside, children }: StepProps) {
  return (
    <li className={status === 'bad' ? 'step-bad' : status === 'warn' ? 'step-warn' : undefined}>
      <span className="step-n" aria-hidden="true">
        {n}
      </span>
      <div className="stack-4">
        <div className="row between">
          <b>{title}</b>
          {aside}
        </div>
        {children}
      </div>
    </li>
  );
}

const verdictOf = (holds: boolean | null, yes: string, no: string, unknown: string): { status: Status; word: string } =>
  holds === null ? { status: 'idle', word: unknown } : holds ? { status: 'ok', word: yes } : { status: 'bad', word: no };

/** The hash of a receipt in four steps that can be redone by hand: line, cut, SHA-256, predecessor. */
export function HashSteps({ answer }: { readonly answer: ReceiptAnswer }) {
  const { steps, row } = answer;
  const { cuts, inserts } = steps;
  const pieces = useMemo(() => markBytes(bytesOfBase64(answer.lineBase64), cuts, inserts), [answer.lineBase64, cuts, inserts]);
  const hash = verdictOf(steps.hashHolds, 'equals current_hash', 'not equal', 'cannot be computed');
  const link = verdictOf(steps.linkHolds, 'equal', 'not equal', 'cannot be compared');
  const genesis = row.index === 0;
  const cut = cuts.reduce((n, c) => n + c.length, 0);
  return (
    <ol className="hash-steps">
      <Step
        n={1}
        title="Stored line"
        status={steps.canonical.holds ? null : 'bad'}
        aside={
          <span className="row tight">
            {steps.canonical.holds ? (
              <span className="small muted">
                {bytes(row.byteLength)}, {steps.canonical.says}
              </span>
            ) : (
              <StatusWord status="bad">{steps.canonical.code ?? 'not canonical'}</StatusWord>
            )}
            {answer.line === null ? null : <CopyButton text={answer.line} what="the stored line" />}
          </span>
        }
      >
        {steps.canonical.holds ? null : <span className="small second">{visibleText(steps.canonical.says)}</span>}
        <pre className="bytes" tabIndex={0} role="region" aria-label="Stored line; what is cut before hashing is marked">
          {pieces.map((piece, i) =>
            piece.kind === 'keep' ? (
              <code key={i}>{piece.text}</code>
            ) : piece.kind === 'cut' ? (
              <del key={i}>{piece.text}</del>
            ) : (
              <ins key={i}>{piece.text}</ins>
            ),
          )}
        </pre>
      </Step>
      <Step
        n={2}
        title={inserts.length > 0 ? 'Cut the marked part, put in the underlined' : 'Cut the marked part'}
        status={null}
        aside={
          <span className="small muted nowrap">
            {cuts[0] === undefined ? 'nothing to cut' : `at byte ${integer(cuts[0].offset)}, ${bytes(cut)}`}
          </span>
        }
      >
        <span className="small second">
          {steps.preimageBytes === null
            ? 'What remains is not known.'
            : `Leaves ${bytes(steps.preimageBytes)}: a receipt does not hash its own hash.`}
          {inserts.length > 0 ? ' The named predecessor is lifted out of hash_chain, to the place that the first receipt pins.' : null}
        </span>
      </Step>
      <Step
        n={3}
        title="SHA-256 of the rest"
        status={hash.status === 'bad' ? 'bad' : null}
        aside={<StatusWord status={hash.status}>{hash.word}</StatusWord>}
      >
        {steps.recomputedHash === null ? (
          <span className="small second">No known layout gives the bytes to hash.</span>
        ) : steps.hashHolds === true ? (
          <Hash value={steps.recomputedHash} full label="the recomputed hash" />
        ) : (
          <div className="compare">
            <span className="muted tiny">The bytes give</span>
            <code>{steps.recomputedHash}</code>
            <span className="muted tiny">The line says</span>
            <code>{steps.storedHash === null ? 'nothing' : visibleText(steps.storedHash)}</code>
          </div>
        )}
      </Step>
      <Step
        n={4}
        title="Compare with the predecessor"
        status={link.status === 'bad' ? 'bad' : null}
        aside={<StatusWord status={link.status}>{genesis && steps.linkHolds === true ? 'first receipt' : link.word}</StatusWord>}
      >
        <div className="compare">
          <span className="muted tiny">{position(row.index)} names</span>
          <code>{steps.namedPrevious === null ? 'null' : visibleText(steps.namedPrevious)}</code>
          {genesis ? (
            <span className="small second">The first receipt of a chain names none.</span>
          ) : (
            <>
              <span className="muted tiny">{position(row.index - 1)} is</span>
              <code>{steps.predecessorHash ?? 'not computable'}</code>
            </>
          )}
        </div>
      </Step>
    </ol>
  );
}
