import type { MotionMissing } from '../../src-shared/contract/gates.ts';
import type { Role } from '../../src-shared/contract/roles.ts';
import { type EvidenceVerdict, Fields, type ObjectValue, Refusal } from '../evidence/index.ts';
import { counted, listed, monthAfter } from './gate-numbers.ts';

/**
 * Whether a change of prices or packages may be proposed (decision memo: pricing moves stay locked until production
 * telemetry of two closes and the required sign-offs are there). Everything that is missing is named at once.
 */

export const CLOSES_NEEDED = 2;
const ROLES_NEEDED: readonly Role[] = ['finance', 'founder'];
const PRODUCTION = 'production_observed';
const SEGREGATED = 'segregated_owners';

/** What the decisions artifact says, as far as it can be read. */
export interface DecisionFacts {
  readonly artifactId: string;
  readonly name: string;
  /** By its own verifier, with the age limit of the release gate. */
  readonly verdict: Pick<EvidenceVerdict, 'verdict' | 'message'>;
  readonly sourceType: string | null;
  readonly monthsObserved: number | null;
  readonly motionAllowed: boolean | null;
  readonly governanceMode: string | null;
  readonly owners: { readonly finance: string; readonly product: string; readonly goToMarket: string } | null;
}

export interface GuardInput {
  /** Since when motions are frozen and why; null where they are not. */
  readonly frozen: { readonly frozenAt: string; readonly says: string } | null;
  readonly decisions: DecisionFacts | null;
  readonly register: {
    readonly artifactId: string;
    readonly name: string;
    readonly verdict: Pick<EvidenceVerdict, 'verdict' | 'message'>;
  } | null;
  /** Months (YYYY-MM) that closed on production telemetry, oldest first. */
  readonly productionCloses: readonly string[];
  readonly members: readonly { readonly name: string; readonly role: Role }[];
}

export interface GuardAnswer {
  readonly allowed: boolean;
  readonly says: string;
  readonly missing: readonly MotionMissing[];
  readonly holds: readonly string[];
}

export function guardMotion(input: GuardInput): GuardAnswer {
  const missing: MotionMissing[] = [];
  const holds: string[] = [];
  const check = (ok: boolean, held: string, otherwise: MotionMissing): void => {
    if (ok) holds.push(held);
    else missing.push(otherwise);
  };
  check(input.frozen === null, 'Motions are not frozen.', {
    code: 'FROZEN',
    says: `Motions are frozen since ${input.frozen?.frozenAt.slice(0, 10) ?? ''}: ${input.frozen?.says ?? ''}`,
    nextStep: 'Carry out the corrective plan, then run the gates of the newest month: the freeze lifts when they pass.',
    address: '/evidence',
  });
  for (const [ok, held, otherwise] of decisionChecks(input.decisions)) check(ok, held, otherwise);
  const { register } = input;
  check(register?.verdict.verdict === 'pass', 'The pricing register passes.', {
    code: register === null ? 'REGISTER_MISSING' : 'REGISTER_FAILS',
    says:
      register === null
        ? 'There is no pricing benchmark register.'
        : `The pricing benchmark register ${register.name} does not pass: ${register.verdict.message ?? 'rejected'}.`,
    nextStep:
      register === null
        ? 'Make one, or sync the source that delivers it.'
        : 'Read its sources again, or correct what its verifier says; then make it anew.',
    address: register === null ? '/evidence?tab=artifacts' : `/evidence/artifact/${register.artifactId}`,
  });
  const run = consecutive(input.productionCloses);
  check(run.length >= CLOSES_NEEDED, `${counted(run.length, 'production close')} in a row: ${listed(run)}.`, {
    code: 'PRODUCTION_CLOSES',
    says: `Two months in a row must have closed on production telemetry; there ${run.length === 1 ? `is one, ${run[0] ?? ''}` : 'is none'}.`,
    nextStep:
      run.length === 0
        ? 'Close a month on telemetry that was observed in production: build its packet and have it accepted; then the next one.'
        : `Have the packet of ${monthAfter(run.at(-1) ?? '')} accepted too, on production telemetry.`,
    address: '/packets',
  });
  const roles = ROLES_NEEDED.filter((role) => !input.members.some((member) => member.role === role));
  check(roles.length === 0, 'The workspace has members in the roles finance and founder.', {
    code: 'ROLES_MISSING',
    says: `No member of this workspace acts as ${listed(roles)}.`,
    nextStep: 'Add the member in Settings, or give the role to one who has it in the company.',
    address: '/settings/members',
  });
  const allowed = missing.length === 0;
  return {
    allowed,
    says: allowed
      ? 'A change of prices or packages may be proposed.'
      : `A change of prices or packages may not be proposed: ${counted(missing.length, 'thing is', 'things are')} missing.`,
    missing,
    holds,
  };
}

type Check = readonly [ok: boolean, held: string, otherwise: MotionMissing];

function decisionChecks(decisions: DecisionFacts | null): Check[] {
  if (decisions === null)
    return [
      [
        false,
        '',
        {
          code: 'DECISIONS_MISSING',
          says: 'There are no policy decisions.',
          nextStep: 'Make them, or sync the source that delivers them.',
          address: '/evidence?tab=artifacts',
        },
      ],
    ];
  const address = `/evidence/artifact/${decisions.artifactId}`;
  const { owners, governanceMode, monthsObserved, sourceType } = decisions;
  const distinct = owners === null ? 0 : new Set(Object.values(owners).map((name) => name.trim().toLowerCase())).size;
  return [
    [
      decisions.verdict.verdict === 'pass',
      'The policy decisions pass.',
      {
        code: 'DECISIONS_FAIL',
        says: `The policy decisions ${decisions.name} do not pass: ${decisions.verdict.message ?? 'rejected'}.`,
        nextStep: 'Correct what their verifier says, and make them anew.',
        address,
      },
    ],
    [
      sourceType === PRODUCTION,
      'The decisions rest on telemetry that was observed in production.',
      {
        code: 'TELEMETRY_NOT_PRODUCTION',
        says: `The decisions rest on ${sourceType ?? 'unnamed'} telemetry, not on ${PRODUCTION}.`,
        nextStep: 'Decide anew on telemetry of closed production months.',
        address,
      },
    ],
    [
      (monthsObserved ?? 0) >= CLOSES_NEEDED,
      `The decisions rest on ${counted(monthsObserved ?? 0, 'month')}.`,
      {
        code: 'MONTHS_OBSERVED',
        says: `The decisions rest on ${counted(monthsObserved ?? 0, 'month')} of telemetry: ${monthsObserved ?? 0} < ${CLOSES_NEEDED}.`,
        nextStep: 'Wait for the second close, and decide anew on both.',
        address,
      },
    ],
    [
      decisions.motionAllowed === true,
      'The decisions allow a motion.',
      {
        code: 'MOTION_NOT_ALLOWED',
        says: 'The decisions say pricing_motion_allowed = false.',
        nextStep: 'Have finance, product and go-to-market decide that a motion is allowed, and make the decisions anew.',
        address,
      },
    ],
    [
      owners !== null,
      `Owners are named: ${owners === null ? '' : listed([...new Set(Object.values(owners))])}.`,
      {
        code: 'OWNERS_MISSING',
        says: 'The approvals do not name an owner for finance, product and go-to-market.',
        nextStep: 'Name all three in the approvals of the decisions.',
        address,
      },
    ],
    ...(governanceMode === SEGREGATED && owners !== null
      ? [
          [
            distinct === 3,
            'The three owners are different persons.',
            {
              code: 'OWNERS_NOT_DISTINCT',
              says: `Governance is ${SEGREGATED}, but the three owners are ${counted(distinct, 'person', 'persons')}.`,
              nextStep: 'Name three different owners.',
              address,
            },
          ] satisfies Check,
        ]
      : []),
  ];
}

/** The months that end the list without a gap between them: the newest closes in a row. */
export function consecutive(months: readonly string[]): string[] {
  const sorted = [...new Set(months)].sort();
  const run: string[] = [];
  for (const month of sorted.toReversed()) {
    const after = run[0];
    if (after !== undefined && monthAfter(month) !== after) break;
    run.unshift(month);
  }
  return run;
}

/** Each member of the decisions by itself: one that cannot be read hides no other. */
export function readDecisionFacts(root: ObjectValue): Omit<DecisionFacts, 'artifactId' | 'name' | 'verdict'> {
  const file = new Fields(root, []);
  const tried = <T>(read: () => T): T | null => {
    try {
      return read();
    } catch (error) {
      if (error instanceof Refusal) return null;
      throw error;
    }
  };
  const owner = (key: string): string => file.child('approvals').text(key);
  return {
    sourceType: tried(() => file.child('telemetry').text('source_type')),
    monthsObserved: tried(() => Number(file.child('telemetry').integer('months_observed', { min: 0n }))),
    motionAllowed: tried(() => file.child('policy_decisions').boolean('pricing_motion_allowed')),
    governanceMode: tried(() => file.child('approvals').text('governance_mode')),
    owners: tried(() => ({
      finance: owner('finance_owner'),
      product: owner('product_owner'),
      goToMarket: owner('go_to_market_owner'),
    })),
  };
}
