import { HTMLSelect, Icon } from '@blueprintjs/core';
import { useState } from 'react';
import type { BillingExport } from '../../../src-shared/contract/billing.ts';
import { saveDownload } from '../../port/download.ts';
import { type Answer, useAllowed, useCommand, useProcedure } from '../../port/use-app.ts';
import { hrefOf, router, setQuery, useAddress } from '../../router/router.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { counted } from '../../ui/format.ts';
import { Hash } from '../../ui/hash.tsx';
import { say } from '../../ui/notices.ts';
import { Metric, Panel } from '../../ui/parts.tsx';
import { amountText } from '../../ui/quantity-format.ts';
import { AnswerView, Empty, Skeleton } from '../../ui/states.tsx';
import { Pill } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { ScrollRegion } from '../gates/scroll-region.tsx';
import { ExportDetail } from './export-detail.tsx';
import { InvoicePanel } from './invoice-panel.tsx';
import './billing.css';

type Preview = Answer<'billing.preview'>;

const lastMonth = (): string => {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1)).toISOString().slice(0, 7);
};

const STATE_LOOK = {
  open: { icon: 'refresh', word: 'open: more use will come' },
  grace: { icon: 'time', word: 'in its late window' },
  closed: { icon: 'lock', word: 'closed' },
} as const;

/** What a month comes to for each tenant, its files, and which of them have left the console. */
export function BillingTab() {
  const { query } = useAddress();
  const month = query['month'] ?? lastMonth();
  const preview = useProcedure('billing.preview', { month }, { keep: true });
  const tenantId = query['tenant'];
  return (
    <AnswerView of={preview} what="the month’s billing" skeleton={<Skeleton rows={14} rowHeight={32} />}>
      {(data) => (
        <div className="bill">
          <div className="bill-main">
            <Head data={data} month={month} />
            <Month data={data} selected={tenantId} />
          </div>
          <div className="bill-side">
            {tenantId === undefined ? null : <InvoicePanel key={`${tenantId} ${data.month}`} tenantId={tenantId} month={data.month} />}
            <Exports month={data.month} />
          </div>
        </div>
      )}
    </AnswerView>
  );
}

function Head({ data, month }: { readonly data: Preview; readonly month: string }) {
  const make = useCommand('billing.export');
  const refused = useAllowed()('billing.export');
  const [format, setFormat] = useState<'csv' | 'json'>('csv');
  const look = STATE_LOOK[data.periodState];
  const months = data.months.includes(month) ? data.months : [month, ...data.months];
  const exportAll = (): void => {
    make.run({ month: data.month, tenantId: null, format }).then(
      (made) => {
        saveDownload(made);
        say({
          status: 'ok',
          title: `${made.fileName} is being saved`,
          text: `${counted(made.export.tenants, 'tenant')}; sha256sum -c SHA256SUMS checks its files.`,
        });
      },
      () => undefined,
    );
  };
  return (
    <section className="panel bill-head" aria-label="Month">
      <div className="row wrap">
        <label className="row">
          <span className="caps">Month</span>
          <HTMLSelect
            value={data.month}
            onChange={(event) => setQuery({ month: event.target.value, tenant: undefined }, { replace: false })}
            options={months.map((value) => ({ value, label: value }))}
          />
        </label>
        <Pill status="idle" icon={look.icon}>
          {look.word}
        </Pill>
        <div className="row push">
          <HTMLSelect
            aria-label="Format"
            value={format}
            onChange={(event) => setFormat(event.target.value === 'json' ? 'json' : 'csv')}
            options={[
              { value: 'csv', label: 'CSV files' },
              { value: 'json', label: 'one JSON file' },
            ]}
          />
          <ActionButton
            intent="primary"
            icon="export"
            text={`Export ${data.month}`}
            refused={refused ?? (data.tenants.length === 0 ? 'There is nothing to export in this month.' : null)}
            loading={make.busy}
            onClick={exportAll}
          />
        </div>
      </div>
      {make.error === null ? null : (
        <p role="alert" className="small t-bad">
          {make.error.message} {make.error.nextStep}
        </p>
      )}
      {data.periodState === 'closed' ? null : (
        <p className="small second row">
          <Icon icon="info-sign" size={12} />
          Until the month is closed its figures can still grow; an invoice waits for the close.
        </p>
      )}
      <div className="bill-kpis">
        {data.totals.map((total) => (
          <Metric
            key={total.currency}
            label={`To invoice, ${total.currency}`}
            value={amountText(total.total)}
            note={`${amountText(total.plan)} plans, ${amountText(total.overage)} overage, ${amountText(total.adjustments)} adjustments`}
          />
        ))}
        <Metric label="What the use costs us, USD" value={amountText(data.cost.amount)} note={counted(data.tenants.length, 'tenant')} />
      </div>
    </section>
  );
}

function Month({ data, selected }: { readonly data: Preview; readonly selected: string | undefined }) {
  if (data.tenants.length === 0)
    return (
      <Panel>
        <Empty icon="bank-account" title={`Nothing to bill in ${data.month}`}>
          No tenant used or subscribed to anything in that month. Choose another one.
        </Empty>
      </Panel>
    );
  return (
    <Panel title="Tenants" note={`${counted(data.tenants.length, 'tenant')}; amounts by currency`} className="bill-table" pad={false}>
      <ScrollRegion label="Billing by tenant">
        <table className="table tight">
          <thead>
            <tr>
              <th scope="col">Tenant</th>
              <th scope="col">Plan</th>
              <th scope="col" className="num">
                Plans
              </th>
              <th scope="col" className="num">
                Overage
              </th>
              <th scope="col" className="num">
                Adjustments
              </th>
              <th scope="col" className="num">
                Total
              </th>
              <th scope="col">Currency</th>
              <th scope="col" className="num">
                Our costs, USD
              </th>
            </tr>
          </thead>
          <tbody>
            {data.tenants.flatMap((tenant) =>
              tenant.totals.map((total, at) => (
                <tr key={`${tenant.tenantId} ${total.currency}`} aria-current={tenant.tenantId === selected ? 'true' : undefined}>
                  <th scope="row">
                    {at === 0 ? (
                      <button
                        type="button"
                        className="link"
                        aria-expanded={tenant.tenantId === selected}
                        onClick={() => setQuery({ tenant: tenant.tenantId === selected ? undefined : tenant.tenantId }, { replace: false })}
                      >
                        {visibleText(tenant.name)}
                      </button>
                    ) : (
                      <span className="visually-hidden">{visibleText(tenant.name)}</span>
                    )}
                  </th>
                  <td className="second nowrap">{at === 0 ? visibleText(`${tenant.planId} ${tenant.planVersion}`) : ''}</td>
                  <td className="num">{amountText(total.plan)}</td>
                  <td className="num">{amountText(total.overage)}</td>
                  <td className="num">{amountText(total.adjustments)}</td>
                  <td className="num strong">{amountText(total.total)}</td>
                  <td>{total.currency}</td>
                  <td className="num">{at === 0 ? amountText(tenant.cost.amount) : ''}</td>
                </tr>
              )),
            )}
          </tbody>
        </table>
      </ScrollRegion>
    </Panel>
  );
}

function Exports({ month }: { readonly month: string }) {
  const list = useProcedure('billing.list', { limit: 50 }, { keep: true });
  const open = useAddress().query['export'];
  return (
    <>
      {open === undefined ? null : <ExportDetail key={open} exportId={open} />}
      <Panel title="Exports" note="each is a fact" pad={false}>
        <AnswerView
          of={list}
          what="the exports"
          skeleton={<Skeleton rows={4} />}
          isEmpty={({ exports }) => exports.length === 0}
          empty={
            <p className="second inset-note">Nothing has been exported yet. “Export {month}” makes the files and records that they left.</p>
          }
        >
          {({ exports }) => (
            <ul className="bill-exports">
              {exports.map((one) => (
                <ExportRow key={one.exportId} one={one} open={open === one.exportId} />
              ))}
            </ul>
          )}
        </AnswerView>
      </Panel>
    </>
  );
}

function ExportRow({ one, open }: { readonly one: BillingExport; readonly open: boolean }) {
  return (
    <li>
      <div className="stack-0 grow">
        <a
          href={hrefOf(one.address)}
          className="strong"
          aria-current={open ? 'true' : undefined}
          onClick={(event) => {
            if (event.ctrlKey || event.metaKey) return;
            event.preventDefault();
            router.go(one.address);
          }}
        >
          {one.fileName}
        </a>
        <span className="tiny muted">
          {counted(one.tenants, 'tenant')}, <Time at={one.at} form="short" /> by {visibleText(one.by)}
        </span>
      </div>
      <Hash value={one.sha256} label={`hash of the manifest of ${one.fileName}`} />
    </li>
  );
}
