import { Button, Icon } from '@blueprintjs/core';
import { listAt, useDraft } from './draft.ts';
import { NumberField, Section, TextField } from './form-fields.tsx';

const TIERS = ['starter', 'growth', 'pro', 'enterprise'] as const;
const titled = (tier: string): string => tier.charAt(0).toUpperCase() + tier.slice(1);

const BY_TIER = [
  ['annual_mix_by_tier', 'Share that pays annually, 0 to 1'],
  ['infra_cogs_percent_of_effective_mrr_by_tier', 'Infrastructure, % of effective MRR'],
  ['support_cogs_per_active_subscription_usd_by_tier', 'Support for each subscription, USD'],
] as const;

/** The assumptions of a month's packet. */
export function AssumptionsForm() {
  return (
    <>
      <Section title="Month">
        <div className="mk-row">
          <TextField
            at="/source_window_label"
            label="Made for the month"
            placeholder="2026-02"
            help="As the label of the telemetry’s window."
          />
        </div>
      </Section>
      <Section title="By tier">
        <div className="mk-scroll" tabIndex={0} role="region" aria-label="Assumptions by tier">
          <table className="table mk-table">
            <thead>
              <tr>
                <th scope="col">What</th>
                {TIERS.map((tier) => (
                  <th key={tier} scope="col" className="num">
                    {titled(tier)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {BY_TIER.map(([key, title]) => (
                <tr key={key}>
                  <th scope="row">{title}</th>
                  {TIERS.map((tier) => (
                    <td key={tier}>
                      <NumberField bare at={`/${key}/${tier}`} label={`${title}, ${titled(tier)}`} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <div className="mk-row">
          <NumberField at="/support_cogs_per_dunning_event_usd" label="Support for each dunning event" unit="USD" />
          <NumberField
            at="/stress_scenario/infra_cost_multiplier"
            label="Infrastructure cost under stress"
            unit="times"
            help="At least 1."
          />
          <NumberField
            at="/conversion_signals/growth_to_pro_conversion_mom_delta_percent"
            label="Growth to Pro, change on the month"
            unit="pt"
          />
          <NumberField
            at="/conversion_signals/pro_to_enterprise_conversion_mom_delta_percent"
            label="Pro to Enterprise, change on the month"
            unit="pt"
          />
        </div>
      </Section>
      <Thresholds />
      <Closes />
      <Section title="Running it oneself" note="USD a year; hosted against self-hosted">
        <div className="mk-row">
          <NumberField at="/self_hosted_tco_inputs/annual_staffing_usd" label="Staff" />
          <NumberField at="/self_hosted_tco_inputs/annual_oncall_usd" label="On call" />
          <NumberField at="/self_hosted_tco_inputs/annual_security_compliance_usd" label="Security and compliance" />
          <NumberField at="/self_hosted_tco_inputs/annual_infra_ops_usd" label="Infrastructure operations" />
          <NumberField at="/self_hosted_tco_inputs/annual_tooling_usd" label="Tools" />
        </div>
      </Section>
      <Scenarios />
    </>
  );
}

const Thresholds = () => (
  <Section title="Thresholds" note="of the five finance gates">
    <div className="mk-row">
      <NumberField at="/thresholds/min_blended_gross_margin_percent" label="Blended margin, at least" unit="%" />
      <NumberField at="/thresholds/max_p95_tenant_llm_cogs_pct_mrr" label="p95 language-model cost, at most" unit="% of MRR" />
      <NumberField at="/thresholds/max_annual_discount_impact_percent" label="Discount impact, at most" unit="%" />
      <NumberField at="/thresholds/min_growth_to_pro_conversion_mom_delta_percent" label="Growth to Pro, at least" unit="pt" />
      <NumberField at="/thresholds/min_pro_to_enterprise_conversion_mom_delta_percent" label="Pro to Enterprise, at least" unit="pt" />
      <NumberField at="/thresholds/min_stress_margin_percent" label="Margin under stress, at least" unit="%" />
      <NumberField at="/thresholds/required_consecutive_margin_closes" label="Closes in a row above the floor" />
    </div>
  </Section>
);

function Closes() {
  const { document, set } = useDraft();
  const closes = listAt(document, '/close_history');
  return (
    <Section title="Earlier closes" note="oldest first; this month’s own is computed">
      {closes.map((_close, index) => (
        <div className="mk-row" key={index}>
          <TextField at={`/close_history/${index}/month`} label="Month" placeholder="2026-01" />
          <NumberField at={`/close_history/${index}/blended_gross_margin_percent`} label="Blended margin" unit="%" />
          <Button
            className="mk-remove"
            variant="minimal"
            icon={<Icon icon="cross" size={12} />}
            aria-label={`Remove close ${index + 1}`}
            onClick={() => set(`/close_history/${index}`, undefined)}
          />
        </div>
      ))}
      <div className="row">
        <Button
          icon="add"
          text="Add a close"
          data-pointer="/close_history"
          onClick={() => set('/close_history', [...closes, { month: '', blended_gross_margin_percent: null }])}
        />
      </div>
    </Section>
  );
}

const ONES = { starter: 1, growth: 1, pro: 1, enterprise: 1 };

function Scenarios() {
  const { document, set } = useDraft();
  const at = '/scenario_models/price_sensitivity';
  const scenarios = listAt(document, at);
  return (
    <Section title="Price scenarios" note="multipliers of subscriptions and of monthly prices">
      {scenarios.map((_scenario, index) => (
        <div key={index} className="mk-scenario">
          <div className="mk-row">
            <TextField at={`${at}/${index}/name`} label={`Scenario ${index + 1}`} />
            <Button
              className="mk-remove"
              variant="minimal"
              icon={<Icon icon="cross" size={12} />}
              aria-label={`Remove scenario ${index + 1}`}
              onClick={() => set(`${at}/${index}`, undefined)}
            />
          </div>
          <table className="table mk-table">
            <thead>
              <tr>
                <th scope="col">Multiplier of</th>
                {TIERS.map((tier) => (
                  <th key={tier} scope="col" className="num">
                    {titled(tier)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {(
                [
                  ['subscription_multipliers_by_tier', 'Subscriptions'],
                  ['monthly_price_multipliers_by_tier', 'Monthly price'],
                ] as const
              ).map(([key, title]) => (
                <tr key={key}>
                  <th scope="row">{title}</th>
                  {TIERS.map((tier) => (
                    <td key={tier}>
                      <NumberField bare at={`${at}/${index}/${key}/${tier}`} label={`Scenario ${index + 1}: ${title}, ${titled(tier)}`} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ))}
      <div className="row">
        <Button
          icon="add"
          text="Add a scenario"
          onClick={() =>
            set(at, [...scenarios, { name: '', subscription_multipliers_by_tier: ONES, monthly_price_multipliers_by_tier: ONES }])
          }
        />
      </div>
    </Section>
  );
}
