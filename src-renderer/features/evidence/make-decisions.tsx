import { Button, Icon } from '@blueprintjs/core';
import { useState } from 'react';
import { DECISION_TITLES } from '../../../src-shared/kernel/decision-titles.ts';
import { listAt, textAt, useDraft, valueAt } from './draft.ts';
import {
  BOUNDARIES,
  MIGRATIONS,
  OWNER_FUNCTIONS,
  PRICING_MODELS,
  REMEDIATION_SCOPES,
  RESOLUTIONS,
  SOURCE_TYPES,
} from './decision-words.ts';
import { ChoiceField, DateField, NumberField, Section, TextField, TimeField, YesNoField } from './form-fields.tsx';
import { ApprovalsFields } from './make-governance.tsx';

const AMOUNTS = [
  ['mrr_usd', 'MRR, USD'],
  ['effective_mrr_usd', 'Effective MRR, USD'],
  ['llm_cogs_usd', 'Language models, USD'],
  ['infra_cogs_usd', 'Infrastructure, USD'],
  ['support_cogs_usd', 'Support, USD'],
] as const;

/** The decisions: policies, the telemetry they rest on, approvals, and the thirty decisions with an editor. */
export function DecisionsForm({ now }: { readonly now: () => string }) {
  return (
    <>
      <Policies />
      <Telemetry now={now} />
      <Section title="Governance and approvals" note="who owns what, and who approved it">
        <ApprovalsFields at="/approvals" now={now} />
      </Section>
      <Backlog now={now} />
    </>
  );
}

const Policies = () => (
  <Section title="Policies">
    <div className="mk-row">
      <ChoiceField at="/policy_decisions/enterprise_pricing_model" label="Enterprise pricing" choices={PRICING_MODELS} />
      <NumberField at="/policy_decisions/enterprise_floor_usd_monthly" label="Enterprise floor" unit="USD a month" />
      <NumberField at="/policy_decisions/max_annual_discount_percent" label="Largest annual discount" unit="%" />
      <ChoiceField
        at="/policy_decisions/growth_auto_remediation_scope"
        label="Automatic remediation in Growth"
        choices={REMEDIATION_SCOPES}
      />
      <ChoiceField at="/policy_decisions/pro_enforcement_boundary" label="Enforcement boundary" choices={BOUNDARIES} />
      <ChoiceField at="/policy_decisions/migration_strategy" label="Migration" choices={MIGRATIONS} />
      <NumberField at="/policy_decisions/migration_window_days" label="Migration window" unit="days" />
    </div>
    <YesNoField at="/policy_decisions/pricing_motion_allowed" label="A pricing motion is allowed" />
  </Section>
);

function Telemetry({ now }: { readonly now: () => string }) {
  const { document } = useDraft();
  const rows = listAt(document, '/telemetry/tier_unit_economics');
  return (
    <Section title="Window and telemetry" note="what the decisions rest on">
      <div className="mk-row">
        <TextField at="/window/label" label="Label" placeholder="2026-02" />
        <TimeField at="/window/start" label="From, UTC" now={now} />
        <TimeField at="/window/end" label="To, UTC" now={now} />
        <NumberField at="/telemetry/months_observed" label="Months observed" help="At least 2." />
        <ChoiceField at="/telemetry/source_type" label="Where the telemetry comes from" choices={SOURCE_TYPES} />
      </div>
      <div className="mk-scroll" tabIndex={0} role="region" aria-label="Unit economics by tier">
        <table className="table mk-table">
          <thead>
            <tr>
              <th scope="col">Tier</th>
              {AMOUNTS.map(([key, title]) => (
                <th key={key} scope="col" className="num">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((_row, index) => {
              const at = `/telemetry/tier_unit_economics/${index}`;
              const tier = textAt(document, `${at}/tier`);
              return (
                <tr key={index}>
                  <th scope="row">{tier}</th>
                  {AMOUNTS.map(([key, title]) => (
                    <td key={key}>
                      <NumberField bare at={`${at}/${key}`} label={`${tier}: ${title}`} />
                    </td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

/** What a decision still lacks, as a count and a first word. */
const useGapsBelow = (pointer: string): readonly string[] => {
  const { missing } = useDraft();
  return missing.filter((gap) => gap.pointer.startsWith(`${pointer}/`)).map(({ says }) => says);
};

function Backlog({ now }: { readonly now: () => string }) {
  const { document, missing } = useDraft();
  const items = listAt(document, '/decision_backlog/decision_items');
  const [open, setOpen] = useState<number | null>(null);
  const lacking = items.filter((_item, index) =>
    missing.some((gap) => gap.pointer.startsWith(`/decision_backlog/decision_items/${index}/`)),
  ).length;
  return (
    <Section title={`The ${items.length} decisions`} note={lacking === 0 ? 'each is complete' : `${lacking} still lack something`}>
      <table className="table mk-decisions">
        <thead>
          <tr>
            <th scope="col">Decision</th>
            <th scope="col">Owner</th>
            <th scope="col">Resolution</th>
            <th scope="col">Launch waits</th>
            <th scope="col">Target</th>
            <th scope="col">Missing</th>
          </tr>
        </thead>
        <tbody>
          {items.map((_item, index) => (
            <DecisionRows
              key={index}
              index={index}
              now={now}
              isOpen={open === index}
              onToggle={() => {
                setOpen(open === index ? null : index);
              }}
            />
          ))}
        </tbody>
      </table>
    </Section>
  );
}

interface DecisionRowsProps {
  readonly index: number;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly now: () => string;
}

function DecisionRows({ index, isOpen, onToggle, now }: DecisionRowsProps) {
  const { document } = useDraft();
  const at = `/decision_backlog/decision_items/${index}`;
  const gaps = useGapsBelow(at);
  const id = textAt(document, `${at}/id`);
  const resolution = textAt(document, `${at}/resolution`);
  const scheduled = resolution === 'scheduled_postlaunch';
  return (
    <>
      <tr className={isOpen ? 'selected' : undefined}>
        <td>
          <button type="button" className="mk-open" aria-expanded={isOpen} data-decision={at} onClick={onToggle}>
            <Icon icon={isOpen ? 'chevron-down' : 'chevron-right'} size={12} />
            <code>{id}</code> <span className="ellipsis">{DECISION_TITLES[id]?.title ?? ''}</span>
          </button>
        </td>
        <td className="ellipsis">{textAt(document, `${at}/owner`) || <span className="muted">–</span>}</td>
        <td>{RESOLUTIONS.find(({ value }) => value === resolution)?.label ?? <span className="muted">–</span>}</td>
        <td>{valueAt(document, `${at}/launch_blocking`) === true ? <b>waits</b> : <span className="muted">no</span>}</td>
        <td>{scheduled ? textAt(document, `${at}/target_date`) || <span className="muted">–</span> : <span className="muted">–</span>}</td>
        <td>
          {gaps.length === 0 ? (
            <Icon icon="tick" size={12} className="t-ok" title="complete" />
          ) : (
            <span className="t-warn small" title={gaps.join('\n')}>
              {gaps.length}
            </span>
          )}
        </td>
      </tr>
      {isOpen ? (
        <tr className="mk-editor">
          <td colSpan={6}>
            <div className="mk-row">
              <TextField at={`${at}/owner`} label="Owner" />
              <ChoiceField at={`${at}/owner_function`} label="The owner’s function" choices={OWNER_FUNCTIONS} />
              <ChoiceField at={`${at}/resolution`} label="Resolution" choices={RESOLUTIONS} />
              <TextField at={`${at}/approval_record_ref`} label="Approval reference" />
              <TimeField at={`${at}/approved_at`} label="Approved, UTC" now={now} />
              {scheduled ? <DateField at={`${at}/target_date`} label="Target date" /> : null}
            </div>
            <TextField long at={`${at}/decision_summary`} label="What was decided" />
            {scheduled ? <TextField long at={`${at}/success_criteria`} label="Success criteria" /> : null}
            <div className="row">
              <YesNoField at={`${at}/launch_blocking`} label="A launch waits for it" />
              <Button className="push" size="small" text="Close" onClick={onToggle} />
            </div>
          </td>
        </tr>
      ) : null}
    </>
  );
}
