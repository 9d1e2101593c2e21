import { HTMLSelect, Icon } from '@blueprintjs/core';
import type { EconomicsTenant, EconomicsTier } from '../../../src-shared/contract/economics.ts';
import { type Answer, useProcedure } from '../../port/use-app.ts';
import { hrefOf, setQuery, useAddress } from '../../router/router.ts';
import { counted, decimal, percent, signed } from '../../ui/format.ts';
import { Metric, Panel } from '../../ui/parts.tsx';
import { Figure, useOpenProof } from '../../ui/proof.tsx';
import { amountText } from '../../ui/quantity-format.ts';
import { AnswerView, Empty, Skeleton } from '../../ui/states.tsx';
import { Pill, StatusWord } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { ScrollRegion } from '../gates/scroll-region.tsx';
import { EconomicsProof } from './economics-proof.tsx';
import { marginShown, pointsShown, proofName, proofPlace, tierTitle } from './economics-words.ts';
import { MarginTrend, trendAxisFrom } from './margin-trend.tsx';
import { Suggestions } from './suggestions.tsx';
import './economics.css';

type Overview = Answer<'economics.overview'>;

/** What tenants bring and cost: key figures, trend, tiers, top and bottom, and where a limit should warn earlier. */
export function EconomicsTab() {
  const { query } = useAddress();
  const month = query['month'];
  const overview = useProcedure('economics.overview', month === undefined ? {} : { month }, { keep: true });
  const place = proofPlace(useOpenProof());
  return (
    <AnswerView of={overview} what="unit economics" skeleton={<Skeleton rows={14} rowHeight={36} />}>
      {(data) =>
        data.total.tenants === 0 ? (
          <Panel>
            <Empty icon="chart" title="No tenants yet">
              Unit economics need tenants, subscriptions and usage: add a source that delivers them, and sync.
            </Empty>
          </Panel>
        ) : (
          <div className={`eco${place === null ? '' : ' eco-with-proof'}`}>
            <div className="eco-main">
              <Head data={data} />
              <KeyFigures data={data} />
              <div className="eco-grid">
                <Panel
                  title="Margin at each close, %"
                  note={data.trend.length === 0 ? null : `the axis begins at ${trendAxisFrom(data.trend)}`}
                  className="eco-trend"
                >
                  {data.trend.length === 0 ? (
                    <p className="second">No month is closed yet. A month closes when its late window has ended.</p>
                  ) : (
                    <MarginTrend trend={data.trend} height="fill" />
                  )}
                </Panel>
                <Tiers tiers={data.tiers} />
                <Tenants title="Lowest margins" rows={data.bottom} />
                <Tenants title="Highest margins" rows={data.top} />
                <Suggestions />
              </div>
            </div>
            {place === null ? null : <EconomicsProof place={place} month={data.month} />}
          </div>
        )
      }
    </AnswerView>
  );
}

function Head({ data }: { readonly data: Overview }) {
  return (
    <div className="row wrap eco-head">
      <label className="row">
        <span className="caps">Month</span>
        <HTMLSelect
          value={data.month}
          onChange={(event) => setQuery({ month: event.target.value, proof: undefined }, { replace: false })}
          options={data.months.map(({ month, state }) => ({ value: month, label: state === 'closed' ? month : `${month}, running` }))}
        />
      </label>
      {data.state === 'closed' ? (
        <Pill status="idle" icon="lock">
          closed
        </Pill>
      ) : (
        <Pill status="idle" icon="refresh">
          still running
        </Pill>
      )}
      <span className="small muted">
        {data.state === 'closed' ? 'as computed at the close, ' : 'as it stands, '}
        <Time at={data.asOf} form="short" />
      </span>
      {data.leftOut === 0 ? null : (
        <span className="small muted row">
          <Icon icon="info-sign" size={12} />
          {counted(data.leftOut, 'tenant')} paid in another currency {data.leftOut === 1 ? 'is' : 'are'} in no sum
        </span>
      )}
      <span className="small muted push">
        <code>{data.costModel}</code>
      </span>
    </div>
  );
}

const whole = (amount: string): string => decimal(Math.round(Number(amount)), 0);

function KeyFigures({ data }: { readonly data: Overview }) {
  const { total, change, filterCache } = data;
  const beside = (text: string | null): string =>
    text === null || change === null ? 'first month that is known' : `${text} on ${change.month}`;
  const figure = (name: 'margin' | 'mrr' | 'cogs' | 'cogs_per_seat' | 'cogs_per_tenant', label: string, value: string) => (
    <Figure proof={proofName(name)} label={label}>
      {value}
    </Figure>
  );
  const money = (difference: string | undefined): string =>
    beside(difference === undefined ? null : signed(Math.round(Number(difference)), 0));
  return (
    <section className="panel eco-kpis" aria-label="Key figures">
      <Metric label="Revenue proxy (MRR), USD" value={figure('mrr', 'Revenue proxy', whole(total.mrr.amount))} note={money(change?.mrr)} />
      <Metric label="Costs, USD" value={figure('cogs', 'Costs', whole(total.cogs.amount))} note={money(change?.cogs)} />
      <Metric
        label="Margin"
        value={figure('margin', 'Margin', marginShown(total.margin))}
        note={beside(change === null || change.marginPoints === null ? null : pointsShown(change.marginPoints))}
      />
      <Metric
        label="Costs for each tenant, USD"
        value={figure(
          'cogs_per_tenant',
          'Costs for each tenant',
          total.cogsPerTenant === null ? 'n/a' : amountText(total.cogsPerTenant.amount),
        )}
        note={counted(total.tenants, 'tenant')}
      />
      <Metric
        label="Costs for each seat, USD"
        value={figure('cogs_per_seat', 'Costs for each seat', total.cogsPerSeat === null ? 'n/a' : amountText(total.cogsPerSeat.amount))}
        note={`${decimal(Number(total.seats), 0)} seats over the month`}
      />
      <Metric
        label="Filters answered from memory"
        value={filterCache.percent === null ? 'n/a' : percent(Number(filterCache.percent), 1)}
        note={filterCache.asked === 0 ? 'none asked yet' : `${filterCache.hits} of ${filterCache.asked} since the start`}
      />
    </section>
  );
}

function Tiers({ tiers }: { readonly tiers: readonly EconomicsTier[] }) {
  return (
    <Panel title="By tier" note="USD" className="eco-tiers" pad={false}>
      <ScrollRegion label="Unit economics by tier">
        <table className="table tight">
          <thead>
            <tr>
              <th scope="col">Tier</th>
              <th scope="col" className="num">
                Tenants
              </th>
              <th scope="col" className="num">
                MRR
              </th>
              <th scope="col" className="num">
                Models
              </th>
              <th scope="col" className="num">
                Infrastructure
              </th>
              <th scope="col" className="num">
                Support
              </th>
              <th scope="col" className="num">
                Each tenant
              </th>
              <th scope="col" className="num">
                Margin
              </th>
            </tr>
          </thead>
          <tbody>
            {tiers.map((tier) => (
              <tr key={tier.tier}>
                <th scope="row">{tierTitle(visibleText(tier.tier))}</th>
                <td className="num">{tier.tenants}</td>
                <td className="num">{amountText(tier.mrr.amount)}</td>
                <td className="num">{amountText(tier.llm.amount)}</td>
                <td className="num">{amountText(tier.infra.amount)}</td>
                <td className="num">{amountText(tier.support.amount)}</td>
                <td className="num">{tier.cogsPerTenant === null ? 'n/a' : amountText(tier.cogsPerTenant.amount)}</td>
                <td className="num">
                  {tier.margin === null ? (
                    <span className="muted">n/a</span>
                  ) : (
                    <Figure proof={proofName('margin', { tier: tier.tier })} label={`Margin of ${tier.tier}`}>
                      {marginShown(tier.margin)}
                    </Figure>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </Panel>
  );
}

/** Under it a tenant is an incident of finance. */
const LOW = 60;

function Tenants({ title, rows }: { readonly title: string; readonly rows: readonly EconomicsTenant[] }) {
  return (
    <Panel title={title} note="tenants that pay, USD" pad={false}>
      <ScrollRegion label={title}>
        <table className="table tight">
          <thead>
            <tr>
              <th scope="col">Tenant</th>
              <th scope="col">Tier</th>
              <th scope="col" className="num">
                MRR
              </th>
              <th scope="col" className="num">
                Costs
              </th>
              <th scope="col" className="num">
                Margin
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.tenantId}>
                <th scope="row">
                  <a href={hrefOf(row.address)}>{visibleText(row.name)}</a>
                </th>
                <td className="second">{tierTitle(visibleText(row.tier))}</td>
                <td className="num">{amountText(row.mrr.amount)}</td>
                <td className="num">
                  <Figure proof={proofName('cogs', { tenantId: row.tenantId })} label={`Costs of ${row.name}`}>
                    {amountText(row.cogs.amount)}
                  </Figure>
                </td>
                <td className="num nowrap">
                  <Figure proof={proofName('margin', { tenantId: row.tenantId })} label={`Margin of ${row.name}`}>
                    {marginShown(row.margin)}
                  </Figure>{' '}
                  {row.margin !== null && Number(row.margin) < LOW ? <StatusWord status="warn">low</StatusWord> : null}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </Panel>
  );
}
