import { useProcedure } from '../../port/use-app.ts';
import { ProofPanel } from '../../ui/proof.tsx';
import { AnswerView, Skeleton } from '../../ui/states.tsx';
import { monthName } from './gates-words.ts';
import type { RunGates } from './use-run-gates.ts';

/** How the figure of a gate follows from what the run was given. */
export function GateProof({ gate, month, run }: { readonly gate: string; readonly month: string; readonly run: RunGates }) {
  const answer = useProcedure('gate.proof', { gate, month });
  return (
    <AnswerView
      of={answer}
      what="the proof"
      skeleton={
        <aside className="panel proof">
          <Skeleton rows={14} />
        </aside>
      }
    >
      {({ name, value, holds, proof }) => (
        <ProofPanel
          name={`gate.${gate}`}
          title={name}
          note={monthName(month)}
          value={value}
          verdict={holds ? { status: 'ok', word: 'the gate passes' } : { status: 'bad', word: 'the gate fails' }}
          proof={proof}
          onVerifyAgain={
            run.refused === null
              ? () => {
                  run.start(month);
                }
              : undefined
          }
        />
      )}
    </AnswerView>
  );
}
