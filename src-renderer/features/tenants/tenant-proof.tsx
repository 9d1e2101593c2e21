import type { ReactNode } from 'react';
import { type Answer, useProcedure } from '../../port/use-app.ts';
import { type Proof, ProofPanel } from '../../ui/proof.tsx';
import { wholeQuantity } from '../../ui/quantity-format.ts';
import { type AnswerState, AnswerView, Skeleton } from '../../ui/states.tsx';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';

const USAGE = 'usage.';

/** The name in the address of the proof of a metric's month: `usage.llm_token`. */
export const usageFigure = (metric: string): string => `${USAGE}${metric}`;

export interface TenantProofProps {
  readonly tenantId: string;
  /** `mrr`, `risk`, `margin`, or `usage.` and a metric. */
  readonly figure: string;
  readonly name: string;
}

/** How a figure of a tenant follows from what came in. Names that are none of its figures show nothing. */
export function TenantProof({ tenantId, figure, name }: TenantProofProps) {
  if (figure === 'mrr' || figure === 'risk') return <RecordProof tenantId={tenantId} figure={figure} name={name} />;
  if (figure === 'margin') return <MarginProof tenantId={tenantId} name={name} />;
  if (figure.startsWith(USAGE)) return <UsageProof tenantId={tenantId} metric={figure.slice(USAGE.length)} name={name} />;
  return null;
}

const REDONE = {
  true: { status: 'ok', word: 'recomputed, equal' },
  false: { status: 'bad', word: 'recomputed, not equal' },
} as const;

interface ShownProps {
  readonly of: AnswerState<{ readonly name: string; readonly value: string; readonly proof: Proof }>;
  readonly figure: string;
  readonly note: string;
  readonly holds: boolean;
  readonly unit?: string;
  readonly children?: ReactNode;
}

/** `11160002 token` as `11,160,002 token`; what begins with no number stays. */
const groupedValue = (value: string): string => value.replace(/^-?\d+(\.\d+)?(?= |$)/, wholeQuantity);

function Shown({ of, figure, note, holds, unit = '', children }: ShownProps) {
  if (of.data === undefined) {
    return (
      <aside className="panel proof" aria-label="Proof of the figure">
        <AnswerView of={of} what="the proof" skeleton={<Skeleton rows={14} />}>
          {() => null}
        </AnswerView>
      </aside>
    );
  }
  const { name, value, proof } = of.data;
  return (
    <ProofPanel
      name={figure}
      title={name}
      note={note}
      value={`${groupedValue(value)}${unit}`}
      verdict={REDONE[holds ? 'true' : 'false']}
      proof={proof}
      onVerifyAgain={() => void of.refetch()}
      verifying={of.isFetching}
    >
      {children}
    </ProofPanel>
  );
}

function RecordProof({ tenantId, figure, name }: { readonly tenantId: string; readonly figure: 'mrr' | 'risk'; readonly name: string }) {
  const answer = useProcedure('tenant.proof', { tenantId, figure });
  return <Shown of={answer} figure={figure} note={name} holds={answer.data?.holds ?? false} />;
}

function MarginProof({ tenantId, name }: { readonly tenantId: string; readonly name: string }) {
  const month = useProcedure('tenant.show', { tenantId }).data?.tenant.margins.at(-1)?.month;
  const answer = useProcedure(
    'economics.proof',
    { tenantId, figure: 'margin', ...(month === undefined ? {} : { month }) },
    { enabled: month !== undefined },
  );
  return <Shown of={answer} figure="margin" note={month ?? name} holds unit="%" />;
}

/** Events of a proof that show at first. */
const EVENTS_SHOWN = 12;

function UsageProof({ tenantId, metric, name }: { readonly tenantId: string; readonly metric: string; readonly name: string }) {
  const month = useProcedure('usage.tenant', { tenantId, days: 30 }).data?.month;
  const answer = useProcedure(
    'usage.proof',
    { tenantId, metric, by: 'month', periodStart: `${month ?? '2000-01'}-01T00:00:00.000Z` },
    { enabled: month !== undefined },
  );
  return (
    <Shown of={answer} figure={usageFigure(metric)} note={month ?? name} holds={answer.data?.holds ?? false}>
      {answer.data === undefined ? null : <Events answer={answer.data} />}
    </Shown>
  );
}

/** The newest events that the figure follows from, with the file each came in. */
function Events({ answer }: { readonly answer: Answer<'usage.proof'> }) {
  if (answer.events.length === 0) return null;
  const shown = answer.events.slice(0, EVENTS_SHOWN);
  return (
    <table className="table tight plain inset proof-rows">
      <caption className="caps">
        {answer.nextEvent === null && shown.length === answer.events.length ? 'Events' : `The first ${shown.length} of its events`}
      </caption>
      <thead className="visually-hidden">
        <tr>
          <th scope="col">When</th>
          <th scope="col">Quantity</th>
          <th scope="col">Id</th>
        </tr>
      </thead>
      <tbody>
        {shown.map((event) => (
          <tr key={event.ingestNo}>
            <td className="nowrap">
              <Time at={event.at} form="short" />
            </td>
            <td className="num">{wholeQuantity(event.quantity)}</td>
            <td className="proof-pointer" title={`${visibleText(event.source)} ${visibleText(event.id)}, in ${visibleText(event.path)}`}>
              <code>{visibleText(event.id)}</code>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
