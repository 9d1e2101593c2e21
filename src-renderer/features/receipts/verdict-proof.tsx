import { useProcedure } from '../../port/use-app.ts';
import { ProofPanel } from '../../ui/proof.tsx';
import { AnswerView } from '../../ui/states.tsx';
import { verdictLook } from './verdict-words.ts';

export interface VerdictProofProps {
  readonly chainKey: string;
  readonly generation: number | undefined;
  readonly onVerifyAgain: () => void;
}

/** The proof behind a chain's verdict, in the shared panel. */
export function VerdictProof({ chainKey, generation, onVerifyAgain }: VerdictProofProps) {
  const proof = useProcedure('receipt.verdictProof', { chainKey, ...(generation === undefined ? {} : { generation }) });
  if (proof.data === undefined) {
    return (
      <aside className="panel proof" aria-label="Proof of the verdict">
        <AnswerView of={proof} what="the proof">
          {() => null}
        </AnswerView>
      </aside>
    );
  }
  const look = verdictLook(proof.data.verdict);
  return (
    <ProofPanel
      name="verdict"
      title="Verdict"
      note={chainKey}
      value={look.word}
      verdict={{ status: look.status, word: proof.data.checkedAt === null ? 'not computed' : 'as last computed' }}
      proof={proof.data}
      onVerifyAgain={onVerifyAgain}
    />
  );
}
