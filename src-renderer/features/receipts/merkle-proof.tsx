import { Button, HTMLSelect } from '@blueprintjs/core';
import { useEffect, useId, useState } from 'react';
import { useProcedure, type Answer } from '../../port/use-app.ts';
import { integer, position } from '../../ui/format.ts';
import { copyText, Hash } from '../../ui/hash.tsx';
import { AnswerView, Skeleton } from '../../ui/states.tsx';
import { StatusWord } from '../../ui/status.tsx';
import type { ChainAnswer } from './chain-answer.ts';
import { CHECKPOINT_LOOK, signers } from './chain-checkpoints.tsx';
import { foldPath, windowSha256 } from './merkle-steps.ts';

type ProofAnswer = Answer<'receipt.proof'>;

export interface MerkleProofProps {
  readonly chainKey: string;
  readonly index: number;
  readonly checkpoints: ChainAnswer['checkpoints'];
}

/** That the receipt is in the log an outside party has signed: step by step from its leaf to the root. */
export function MerkleProof({ chainKey, index, checkpoints }: MerkleProofProps) {
  const [name, setName] = useState<string | undefined>(undefined);
  const covering = checkpoints.filter((c) => c.size !== null && c.size > index && c.state !== 'malformed');
  const chosen = covering.some((c) => c.name === name) ? name : undefined;
  const proof = useProcedure(
    'receipt.proof',
    { chainKey, index, ...(chosen === undefined ? {} : { checkpointName: chosen }) },
    { keep: true },
  );
  const selectId = useId();
  return (
    <>
      {covering.length === 0 ? null : (
        <div className="row">
          <label htmlFor={selectId} className="muted small nowrap">
            Against
          </label>
          <HTMLSelect
            id={selectId}
            className="merkle-against"
            value={chosen ?? proof.data?.checkpoint?.name ?? ''}
            onChange={(event) => {
              setName(event.currentTarget.value);
            }}
            options={covering.map((c) => ({
              value: c.name,
              label: `checkpoint of ${integer(c.size ?? 0)}, ${CHECKPOINT_LOOK[c.state].word}, ${signers(c)}`,
            }))}
          />
        </div>
      )}
      <AnswerView of={proof} what="the Merkle proof" skeleton={<Skeleton rows={10} />}>
        {(answer) => <ProofSteps answer={answer} />}
      </AnswerView>
    </>
  );
}

/** The results after each step, computed in this window: `computing` until they are, null where the window cannot hash. */
const useResults = (answer: ProofAnswer): readonly string[] | 'computing' | null => {
  const [results, setResults] = useState<{ readonly of: ProofAnswer; readonly hashes: readonly string[] | null } | null>(null);
  useEffect(() => {
    const sha256 = windowSha256();
    let left = false;
    const keep = (hashes: readonly string[] | null): void => {
      if (!left) setResults({ of: answer, hashes });
    };
    if (sha256 !== null) {
      foldPath(answer.leafHash, answer.path, sha256).then(keep, () => {
        keep(null);
      });
    }
    return () => {
      left = true;
    };
  }, [answer]);
  if (results?.of === answer) return results.hashes;
  return windowSha256() === null ? null : 'computing';
};

function ProofSteps({ answer }: { readonly answer: ProofAnswer }) {
  const state = useResults(answer);
  const computing = state === 'computing';
  const results = computing ? null : state;
  const { path, checkpointRoot, checkpoint } = answer;
  const computed = results?.at(-1) ?? (path.length === 0 ? answer.leafHash : null);
  const root = computed ?? answer.root;
  const equal = checkpointRoot === null ? null : root === checkpointRoot;
  return (
    <>
      <p>{answer.says}</p>
      <div className="scroll-x" tabIndex={0} role="region" aria-label="Path from the receipt to the root">
        <table className="table tight plain inset merkle-path">
          <thead>
            <tr>
              <th scope="col" className="num">
                Step
              </th>
              <th scope="col">Joined with</th>
              <th scope="col">Covers</th>
              <th scope="col">Gives</th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <td className="num">0</td>
              <td className="second">0x00 ‖ line</td>
              <td className="second">{position(answer.index)}</td>
              <td>
                <code title={answer.leafHash}>{answer.leafHash.slice(0, 8)}</code>
              </td>
            </tr>
            {path.map((step, i) => {
              const result = results?.[i];
              return (
                <tr key={`${step.covers.from}-${step.covers.to}`}>
                  <td className="num">{i + 1}</td>
                  <td>
                    <span className="second merkle-side">{step.side}</span> <code title={step.hash}>{step.hash.slice(0, 8)}</code>
                  </td>
                  <td className="second">
                    {step.covers.from === step.covers.to
                      ? position(step.covers.from)
                      : `${position(step.covers.from)} to ${position(step.covers.to)}`}
                  </td>
                  <td>{result === undefined ? <span className="muted">–</span> : <code title={result}>{result.slice(0, 8)}</code>}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <div className="stack-4">
        <div className="row between">
          <b>Compare the roots</b>
          {equal === null ? (
            <StatusWord status="idle">no checkpoint to compare with</StatusWord>
          ) : computing ? (
            // The verdict is this window's own: none is shown before it.
            <StatusWord status="idle">computing</StatusWord>
          ) : (
            <StatusWord status={equal ? 'ok' : 'bad'}>{equal ? 'equal' : 'not equal'}</StatusWord>
          )}
        </div>
        <div className="compare">
          <span className="muted tiny">
            {computed === null && !computing ? 'The console computed' : 'The path gives, computed in this window'}
          </span>
          <code>{computing ? '…' : root}</code>
          {checkpointRoot === null ? null : (
            <>
              <span className="muted tiny">The checkpoint of {integer(checkpoint?.size ?? answer.size)} says</span>
              <code>{checkpointRoot}</code>
            </>
          )}
        </div>
      </div>
      <div className="row wrap">
        {answer.tlogProof === null ? (
          <span className="small second">No portable proof: there is no checkpoint that agrees.</span>
        ) : (
          <Button
            size="small"
            icon="duplicate"
            text="Copy the .tlog-proof"
            onClick={() => void copyText(answer.tlogProof ?? '', 'the .tlog-proof')}
          />
        )}
        <span className="small muted">
          {integer(path.length)} hashes prove one receipt among {integer(answer.size)}.
        </span>
        <span className="visually-hidden">
          <Hash value={answer.leafHash} label="leaf hash" />
        </span>
      </div>
    </>
  );
}
