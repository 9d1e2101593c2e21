import { useProcedure } from '../../port/use-app.ts';
import { percent } from '../../ui/format.ts';
import { CopyButton } from '../../ui/hash.tsx';
import { ProofPanel } from '../../ui/proof.tsx';
import { amountText } from '../../ui/quantity-format.ts';
import { AnswerView, Skeleton } from '../../ui/states.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { type ProofPlace, proofName } from './economics-words.ts';

/** The proof of a figure of unit economics. Asking for it computes the whole month anew. */
export function EconomicsProof({ place, month }: { readonly place: ProofPlace; readonly month: string }) {
  const { figure, tenantId, tier } = place;
  const answer = useProcedure('economics.proof', {
    month,
    figure,
    ...(tenantId === null ? {} : { tenantId }),
    ...(tier === null ? {} : { tier }),
  });
  const name = proofName(figure, { ...(tenantId === null ? {} : { tenantId }), ...(tier === null ? {} : { tier }) });
  if (answer.data === undefined)
    return (
      <aside className="panel proof" aria-label="Proof of the figure">
        <AnswerView of={answer} what="the proof" skeleton={<Skeleton rows={14} />}>
          {() => null}
        </AnswerView>
      </aside>
    );
  const { name: title, unit, value, proof } = answer.data;
  const held = proof.formula.at(-1)?.holds ?? null;
  return (
    <ProofPanel
      name={name}
      title={visibleText(title)}
      value={value === 'none' ? 'n/a' : unit === 'percent' ? percent(Number(value)) : `${amountText(value)} ${unit}`}
      verdict={
        held === null
          ? { status: 'idle', word: 'still running' }
          : held
            ? { status: 'ok', word: 'recomputed, equal' }
            : { status: 'warn', word: 'facts came in since' }
      }
      proof={proof}
      onVerifyAgain={() => void answer.refetch()}
      verifying={answer.isFetching}
      tools={<CopyButton text={proof.command} what="the command" label="Command" />}
    />
  );
}
