import { useProcedure } from '../../port/use-app.ts';
import { ProofPanel } from '../../ui/proof.tsx';
import { AnswerView, Skeleton } from '../../ui/states.tsx';

const FIGURES = ['mrr', 'risk'] as const;
type TenantFigure = (typeof FIGURES)[number];
export const isTenantFigure = (name: string): name is TenantFigure => FIGURES.includes(name as TenantFigure);

export interface TenantProofProps {
  readonly tenantId: string;
  readonly figure: TenantFigure;
  readonly name: string;
}

/** How a figure of a tenant follows from what came in. */
export function TenantProof({ tenantId, figure, name }: TenantProofProps) {
  const answer = useProcedure('tenant.proof', { tenantId, figure });
  if (answer.data === undefined) {
    return (
      <aside className="panel proof" aria-label="Proof of the figure">
        <AnswerView of={answer} what="the proof" skeleton={<Skeleton rows={14} />}>
          {() => null}
        </AnswerView>
      </aside>
    );
  }
  const { data } = answer;
  return (
    <ProofPanel
      name={figure}
      title={data.name}
      note={name}
      value={data.value}
      verdict={data.holds ? { status: 'ok', word: 'recomputed, equal' } : { status: 'bad', word: 'recomputed, not equal' }}
      proof={data.proof}
      onVerifyAgain={() => void answer.refetch()}
      verifying={answer.isFetching}
    />
  );
}
