import { GOVERNANCE_MODES } from './decision-words.ts';
import { ChoiceField, Section, TextField, TimeField } from './form-fields.tsx';

/** Governance mode, the three owners, and the record of the approval. */
export function ApprovalsFields({ at, now }: { readonly at: string; readonly now: () => string }) {
  return (
    <div className="mk-row">
      <ChoiceField at={`${at}/governance_mode`} label="Governance" choices={GOVERNANCE_MODES} />
      <TextField at={`${at}/finance_owner`} label="Finance owner" />
      <TextField at={`${at}/product_owner`} label="Product owner" />
      <TextField at={`${at}/go_to_market_owner`} label="Go-to-market owner" />
      <TextField at={`${at}/approval_record_ref`} label="Approval reference" />
      <TimeField at={`${at}/approved_at`} label="Approved, UTC" now={now} />
    </div>
  );
}

/** The short form: only the approvals change, all else of the decisions stays. */
export const GovernanceForm = ({ now }: { readonly now: () => string }) => (
  <Section title="Governance and approvals" note="a new version of the policy decisions, with these">
    <ApprovalsFields at="" now={now} />
  </Section>
);
