import { Button } from '@blueprintjs/core';
import { saveDownload } from '../../port/download.ts';
import { type Answer, useAllowed, useCommand, useProcedure } from '../../port/use-app.ts';
import { hrefOf, setQuery } from '../../router/router.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { Panel } from '../../ui/parts.tsx';
import { amountText, compactQuantity, wholeQuantity } from '../../ui/quantity-format.ts';
import { AnswerView, Skeleton } from '../../ui/states.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { ScrollRegion } from '../gates/scroll-region.tsx';

type Invoice = Answer<'billing.invoice'>['invoice'];

const quantity = (exact: string) => <span title={wholeQuantity(exact)}>{compactQuantity(exact)}</span>;

/** One tenant's month, line by line. */
export function InvoicePanel({ tenantId, month }: { readonly tenantId: string; readonly month: string }) {
  const answer = useProcedure('billing.invoice', { tenantId, month });
  const make = useCommand('billing.export');
  const refused = useAllowed()('billing.export');
  return (
    <Panel
      title={answer.data === undefined ? 'Invoice' : visibleText(answer.data.invoice.name)}
      note={month}
      pad={false}
      className="bill-invoice"
      actions={
        <>
          <ActionButton
            size="small"
            icon="export"
            text="Export"
            refused={refused}
            loading={make.busy}
            onClick={() => {
              make.run({ month, tenantId, format: 'csv' }).then(saveDownload, () => undefined);
            }}
          />
          <Button
            size="small"
            variant="minimal"
            icon="cross"
            aria-label="Close the invoice"
            onClick={() => setQuery({ tenant: undefined })}
          />
        </>
      }
    >
      <AnswerView of={answer} what="the invoice" skeleton={<Skeleton rows={10} />}>
        {({ invoice }) => <Lines invoice={invoice} />}
      </AnswerView>
    </Panel>
  );
}

function Lines({ invoice }: { readonly invoice: Invoice }) {
  return (
    <ScrollRegion label={`Invoice of ${invoice.name}`}>
      <table className="table tight">
        <caption className="caps">Plans and subscriptions</caption>
        <tbody>
          {invoice.charges.length === 0 ? (
            <tr>
              <td className="muted">No subscription is charged in this month.</td>
            </tr>
          ) : null}
          {invoice.charges.map((line) => (
            <tr key={line.subscriptionId}>
              <th scope="row">
                {visibleText(line.subscriptionId)}
                <span className="tiny muted">
                  {' '}
                  {line.quantity} × {amountText(line.unitAmount.amount)} a {line.interval}
                  {line.discountPercent === '0' ? '' : `, less ${line.discountPercent}%`}
                </span>
              </th>
              <td className="num nowrap">
                {amountText(line.amount.amount)} {line.amount.currency}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <table className="table tight">
        <caption className="caps">Use and overage</caption>
        <thead>
          <tr>
            <th scope="col">Metric</th>
            <th scope="col" className="num">
              Used
            </th>
            <th scope="col" className="num">
              Included
            </th>
            <th scope="col" className="num">
              Beyond
            </th>
            <th scope="col" className="num">
              Amount
            </th>
          </tr>
        </thead>
        <tbody>
          {invoice.use.map((line) => (
            <tr key={line.metric}>
              <th scope="row">{visibleText(line.metric)}</th>
              <td className="num">{quantity(line.quantity)}</td>
              <td className="num">{line.included === null ? <span className="muted">–</span> : quantity(line.included)}</td>
              <td className="num">{line.overage === '0' ? <span className="muted">–</span> : quantity(line.overage)}</td>
              <td className="num nowrap" title={line.overagePrice === null ? 'overage is not sold' : `${line.overagePrice} for one`}>
                {amountText(line.overageAmount.amount)} {line.overageAmount.currency}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {invoice.late.length === 0 ? null : (
        <table className="table tight">
          <caption className="caps">Adjustments: use of closed months that came late</caption>
          <tbody>
            {invoice.late.map((line) => (
              <tr key={`${line.metric} ${line.originalMonth}`}>
                <th scope="row">
                  {visibleText(line.metric)} <span className="muted">of {line.originalMonth}</span>
                </th>
                <td className="num">{quantity(line.quantity)}</td>
                <td className="num nowrap">
                  {amountText(line.overageAmount.amount)} {line.overageAmount.currency}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <table className="table tight">
        <caption className="caps">Total</caption>
        <tbody>
          {invoice.totals.map((total) => (
            <tr key={total.currency}>
              <th scope="row">To invoice</th>
              <td className="num strong nowrap">
                {amountText(total.total)} {total.currency}
              </td>
            </tr>
          ))}
          <tr>
            <th scope="row" className="second">
              What its use costs us
            </th>
            <td className="num second nowrap">{amountText(invoice.cost.amount)} USD</td>
          </tr>
        </tbody>
      </table>
      <p className="inset-note small">
        <a href={hrefOf(invoice.address)}>Open the tenant</a>
      </p>
    </ScrollRegion>
  );
}
