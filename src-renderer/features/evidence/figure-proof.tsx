import { useProcedure } from '../../port/use-app.ts';
import { ProofPanel } from '../../ui/proof.tsx';
import { AnswerView } from '../../ui/states.tsx';
import { figureWords } from './evidence-words.ts';

export interface FigureProofProps {
  readonly artifactId: string;
  readonly versionNo: number | undefined;
  readonly figure: string;
  readonly note: string;
  readonly onVerifyAgain: (() => void) | undefined;
}

/** The proof of one figure of an artifact: the formula with its numbers, the rows, the rule. */
export function EvidenceFigureProof({ artifactId, versionNo, figure, note, onVerifyAgain }: FigureProofProps) {
  const proof = useProcedure('evidence.figureProof', { artifactId, figure, ...(versionNo === undefined ? {} : { versionNo }) });
  if (proof.data === undefined)
    return (
      <aside className="panel proof" aria-label="Proof of the figure">
        <AnswerView of={proof} what="the proof">
          {() => null}
        </AnswerView>
      </aside>
    );
  const { name, unit, value, holds } = proof.data;
  return (
    <ProofPanel
      name={figure}
      title={name}
      note={note}
      value={figureWords(value, unit)}
      verdict={{ status: holds ? 'ok' : 'bad', word: holds ? 'recomputed, the same' : 'differs from its rows' }}
      proof={proof.data.proof}
      onVerifyAgain={onVerifyAgain}
    />
  );
}
