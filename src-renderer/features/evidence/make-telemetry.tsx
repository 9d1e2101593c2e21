import { decimal, integer } from '../../ui/format.ts';
import { visibleText } from '../../ui/visible-text.ts';
import { type Json, type JsonObject, isJsonObject, listAt, numberText, textAt, valueAt } from './draft.ts';
import { Section, TextField } from './form-fields.tsx';

/** The telemetry of a month: one chooses the month, and sees what it gives. */
export function TelemetryForm({ made }: { readonly made: JsonObject }) {
  const rows = listAt(made, '/tier_subscription_snapshot');
  return (
    <>
      <Section title="Month">
        <div className="mk-row">
          <TextField at="/month" label="Month" placeholder="2026-05" help="One that is over; best when its late window has ended too." />
        </div>
      </Section>
      {rows.length === 0 ? null : (
        <Section title="What it gives" note={`${textAt(made, '/window/start')} to ${textAt(made, '/window/end')}`}>
          <div className="mk-scroll" tabIndex={0} role="region" aria-label="Telemetry by tier">
            <table className="table mk-table">
              <thead>
                <tr>
                  <th scope="col">Tier</th>
                  <th scope="col" className="num">
                    Tenants
                  </th>
                  <th scope="col" className="num">
                    Active
                  </th>
                  <th scope="col" className="num">
                    Dunning
                  </th>
                  <th scope="col" className="num">
                    Gross MRR, USD
                  </th>
                  <th scope="col" className="num">
                    Models, USD
                  </th>
                  <th scope="col" className="num">
                    p50, USD
                  </th>
                  <th scope="col" className="num">
                    p95, USD
                  </th>
                  <th scope="col" className="num">
                    p99, USD
                  </th>
                </tr>
              </thead>
              <tbody>
                {rows.map((row, at) => (
                  <TierRow
                    key={at}
                    row={isJsonObject(row) ? row : {}}
                    revenue={rowAt(made, 'tier_revenue_inputs', at)}
                    llm={rowAt(made, 'tier_llm_usage', at)}
                  />
                ))}
              </tbody>
            </table>
          </div>
          <p className="small muted">Tenants without any use count as zero in the percentiles. Deleted tenants are left out.</p>
        </Section>
      )}
    </>
  );
}

const rowAt = (made: JsonObject, list: string, at: number): JsonObject => {
  const found = valueAt(made, `/${list}/${at}`);
  return isJsonObject(found) ? found : {};
};

const count = (value: Json | undefined): string => integer(Number(numberText(value)));
const usd = (value: Json | undefined): string => decimal(Number(numberText(value)), 2);

function TierRow({ row, revenue, llm }: { readonly row: JsonObject; readonly revenue: JsonObject; readonly llm: JsonObject }) {
  const percentile = (name: string): string => usd(valueAt(llm, `/tenant_monthly_cost_percentiles_usd/${name}`));
  return (
    <tr>
      <th scope="row">{visibleText(textAt(row, '/tier'))}</th>
      <td className="num">{count(row['total_tenants'])}</td>
      <td className="num">{count(row['active_subscriptions'])}</td>
      <td className="num">{count(row['dunning_events'])}</td>
      <td className="num">{usd(revenue['gross_mrr_usd'])}</td>
      <td className="num">{usd(llm['total_cost_usd'])}</td>
      <td className="num">{percentile('p50')}</td>
      <td className="num">{percentile('p95')}</td>
      <td className="num">{percentile('p99')}</td>
    </tr>
  );
}
