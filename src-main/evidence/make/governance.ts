import { GOVERNANCE_MODES } from '../kinds/policy-decisions.ts';
import type { Gaps } from './gaps.ts';
import { objectAt, type PlainObject } from './plain-document.ts';

/** Governance mode and approvals: a part of the policy decisions with a short form of its own. */

export const OWNER_KEYS = ['finance_owner', 'product_owner', 'go_to_market_owner'] as const;

export const EMPTY_APPROVALS: PlainObject = {
  governance_mode: '',
  finance_owner: '',
  product_owner: '',
  go_to_market_owner: '',
  approval_record_ref: '',
  approved_at: '',
};

const OWNER_WORDS = { finance_owner: 'Finance owner', product_owner: 'Product owner', go_to_market_owner: 'Go-to-market owner' } as const;

/** What the approvals at `at` still lack. */
export function approvalGaps(gaps: Gaps, at: readonly string[], captured: { readonly ms: number; readonly says: string }): void {
  const owners = OWNER_KEYS.map((key) => gaps.text([...at, key], OWNER_WORDS[key]).toLowerCase());
  const mode = gaps.oneOf([...at, 'governance_mode'], 'Governance mode', GOVERNANCE_MODES);
  if (mode === 'segregated_owners' && !owners.includes('') && new Set(owners).size < OWNER_KEYS.length)
    gaps.add([...at, 'governance_mode'], 'Segregated owners are three different persons; two of them are the same.');
  gaps.text([...at, 'approval_record_ref'], 'Reference of the approval record');
  gaps.time([...at, 'approved_at'], 'Time of the approval', captured);
}

/** The decisions with other approvals. */
export const withApprovals = (decisions: PlainObject, approvals: PlainObject): PlainObject => ({
  ...decisions,
  approvals: { ...objectAt(decisions, 'approvals'), ...approvals },
});
