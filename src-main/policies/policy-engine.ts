import type { Cedar, CedarValueJson, EntityJson } from './cedar.ts';
import { loadCedar } from './cedar.ts';
import { POLICY_FILES, POLICY_SCHEMA } from './policy-files.ts';
import { type ApprovalDemand, type PolicyRule, type PolicySet, type PolicyTexts, readPolicySet } from './policy-set.ts';

/** Decisions by policy: default deny, the deciding rule named, anything unclear denied. */

export const TENANT_ACTIONS = [
  'can_change_plan',
  'can_suspend_tenant',
  'can_reactivate_tenant',
  'can_delete_tenant',
  'can_impersonate',
] as const;
export type TenantPolicyAction = (typeof TENANT_ACTIONS)[number];
export const REQUEST_ACTIONS = ['can_approve', 'can_refuse', 'can_withdraw'] as const;
export type RequestPolicyAction = (typeof REQUEST_ACTIONS)[number];

/** Who wants to: as the members of this workspace stand now, not as a screen remembers them. */
export interface PolicyPrincipal {
  readonly memberId: string;
  readonly role: string;
  /** Null for the company's own members. */
  readonly partnerId: string | null;
  /** Whether this is a member of the workspace. */
  readonly acting: boolean;
}

export interface PolicyTenant {
  readonly tenantId: string;
  readonly partnerId: string;
  readonly status: string;
  /** Null where nothing is known: it is then treated as high. */
  readonly highRisk: boolean | null;
}

export interface PolicyRequest {
  readonly requestId: string;
  /** Of what it concerns; null where it concerns no tenant. */
  readonly partnerId: string | null;
  readonly requesterId: string;
  readonly roles: readonly string[];
  readonly confirmedBy: readonly string[];
  /** `waiting`, or how it ended. */
  readonly state: string;
  readonly expired: boolean;
  /** Of the statement when the request was made, and of the bytes that are stored now. */
  readonly sha256: string;
  readonly storedSha256: string;
}

export type PolicyQuestion =
  | {
      readonly action: TenantPolicyAction;
      readonly principal: PolicyPrincipal;
      readonly resource: PolicyTenant;
      readonly context: { readonly stage: 'ask' | 'execute'; readonly confirmations: number; readonly viewing: boolean };
    }
  | {
      readonly action: RequestPolicyAction;
      readonly principal: PolicyPrincipal;
      readonly resource: PolicyRequest;
      readonly context: { readonly seenSha256: string; readonly viewing: boolean };
    };

export interface PolicyDecision {
  readonly action: string;
  readonly allowed: boolean;
  /** The deciding rule, as `delete.roles`; `default-deny` where no rule allowed it, `unclear-input` where none could be asked. */
  readonly policyId: string;
  /** The rule's number; 0 for the two that are no rule. */
  readonly rule: number;
  /** Of the deciding rule; of the whole set where none decided. */
  readonly policyVersion: number;
  readonly says: string;
  /** The way round; null where it is allowed. */
  readonly nextStep: string | null;
  /** Milliseconds of the decision itself, loading not counted. */
  readonly latencyMs: number;
  /** What has to come before; null where it may happen at once. */
  readonly approval: ApprovalDemand | null;
}

export interface PolicyEngine {
  readonly decide: (question: PolicyQuestion) => PolicyDecision;
  /** Version, hash and rules; loads the engine. */
  readonly describe: () => PolicySet & { readonly cedarVersion: string };
}

export interface PolicyEngineOptions {
  /** The product's own policies when left out. */
  readonly texts?: PolicyTexts;
  /** Milliseconds from any fixed point. */
  readonly monotonicMs?: () => number;
}

let engines = 0;

const WARM_UP: PolicyQuestion = {
  action: 'can_impersonate',
  principal: { memberId: 'warm-up', role: 'auditor', partnerId: null, acting: false },
  resource: { tenantId: 'warm-up', partnerId: 'none', status: 'active', highRisk: null },
  context: { stage: 'ask', confirmations: 0, viewing: false },
};

const uid = (type: string, id: string) => ({ type, id });
const entityOf = (type: string, id: string): CedarValueJson => ({ __entity: { type, id } });

/** Entities and context in Cedar's form. Whatever is not of its type is found by Cedar's check against the schema. */
const cedarInput = (
  question: PolicyQuestion,
): { entities: EntityJson[]; resource: { type: string; id: string }; context: Record<string, CedarValueJson> } => {
  const { principal } = question;
  const member: EntityJson = {
    uid: uid('Member', principal.memberId),
    attrs: { role: principal.role, partner: principal.partnerId ?? '', acting: principal.acting },
    parents: [],
  };
  if ('tenantId' in question.resource) {
    const { tenantId, partnerId, status, highRisk } = question.resource;
    const { stage, confirmations, viewing } = question.context as { stage: string; confirmations: number; viewing: boolean };
    return {
      resource: uid('Tenant', tenantId),
      entities: [member, { uid: uid('Tenant', tenantId), attrs: { partner: partnerId, status, high_risk: highRisk ?? true }, parents: [] }],
      context: { stage, confirmations, viewing },
    };
  }
  const request = question.resource;
  const { seenSha256, viewing } = question.context as { seenSha256: string; viewing: boolean };
  return {
    resource: uid('Request', request.requestId),
    entities: [
      member,
      {
        uid: uid('Request', request.requestId),
        attrs: {
          partner: request.partnerId ?? '',
          requester: entityOf('Member', request.requesterId),
          roles: [...request.roles],
          confirmed_by: request.confirmedBy.map((id) => entityOf('Member', id)),
          state: request.state,
          expired: request.expired,
          sha256: request.sha256,
          stored_sha256: request.storedSha256,
        },
        parents: [],
      },
    ],
    context: { seen_sha256: seenSha256, viewing },
  };
};

/**
 * An engine over the product's policies. Making it costs nothing: Cedar is loaded, and the policies are checked against their
 * schema, at the first decision of the thread. Policies that do not pass that check make `describe` throw and `decide` deny.
 */
export const createPolicyEngine = (options: PolicyEngineOptions = {}): PolicyEngine => {
  const { texts = { schema: POLICY_SCHEMA, files: POLICY_FILES }, monotonicMs = () => performance.now() } = options;
  engines += 1;
  // Cedar keeps what was parsed by name, for the whole thread.
  const name = `policies-${engines}`;
  let ready: { readonly cedar: Cedar; readonly set: PolicySet } | null = null;

  const load = (): { readonly cedar: Cedar; readonly set: PolicySet } => {
    if (ready !== null) return ready;
    const cedar = loadCedar();
    const set = readPolicySet(cedar, texts);
    const staticPolicies = Object.fromEntries([...set.rules.values()].map(({ id, text }) => [id, text]));
    for (const parsed of [cedar.preparseSchema(name, texts.schema), cedar.preparsePolicySet(name, { staticPolicies })])
      if (parsed.type === 'failure') throw new TypeError(`The policies cannot be prepared: ${parsed.errors[0]?.message ?? ''}`);
    ready = { cedar, set };
    // The first decision of a thread is slow because WebAssembly is still being compiled; it is not the one that is measured.
    ask(ready, WARM_UP);
    return ready;
  };

  const unclear = (action: string, version: number, latencyMs: number, why: string): PolicyDecision => ({
    action,
    allowed: false,
    policyId: 'unclear-input',
    rule: 0,
    policyVersion: version,
    says: `The policies could not decide this, so it is refused: ${why}.`,
    nextStep: 'Look at the record this is about; if it is right, report it with this sentence.',
    latencyMs,
    approval: null,
  });

  const ask = ({ cedar, set }: { cedar: Cedar; set: PolicySet }, question: PolicyQuestion): PolicyDecision => {
    const { action } = question;
    const before = monotonicMs();
    const { entities, resource, context } = cedarInput(question);
    const answer = cedar.statefulIsAuthorized({
      principal: uid('Member', question.principal.memberId),
      action: uid('Action', action),
      resource,
      context,
      entities,
      preparsedSchemaName: name,
      preparsedPolicySetId: name,
      validateRequest: true,
    });
    const latencyMs = Math.max(0, monotonicMs() - before);
    if (answer.type === 'failure') return unclear(action, set.version, latencyMs, answer.errors[0]?.message ?? 'the input does not fit');
    const { decision, diagnostics } = answer.response;
    // A rule that fails is skipped by Cedar: one that forbids would then forbid nothing.
    const failed = diagnostics.errors[0];
    if (failed !== undefined) return unclear(action, set.version, latencyMs, `${failed.policyId}: ${failed.error.message}`);
    const deciding = diagnostics.reason
      .map((id) => set.rules.get(id))
      .filter((rule): rule is PolicyRule => rule !== undefined)
      .sort((a, b) => a.rule - b.rule);
    const rule = decision === 'deny' ? deciding[0] : strictest(deciding);
    if (rule === undefined)
      return {
        action,
        allowed: false,
        policyId: 'default-deny',
        rule: 0,
        policyVersion: set.version,
        says: 'No policy allows this.',
        nextStep: 'Ask somebody in another role.',
        latencyMs,
        approval: null,
      };
    const allowed = decision === 'allow';
    return {
      action,
      allowed,
      policyId: rule.id,
      rule: rule.rule,
      policyVersion: rule.version,
      says: rule.says,
      nextStep: allowed ? null : rule.next,
      latencyMs,
      approval: allowed ? rule.approval : null,
    };
  };

  return {
    decide: (question) => {
      try {
        return ask(load(), question);
      } catch (error) {
        return unclear(question.action, ready?.set.version ?? 0, 0, error instanceof Error ? error.message : String(error));
      }
    },
    describe: () => {
      const { cedar, set } = load();
      return { ...set, cedarVersion: cedar.getCedarVersion() };
    },
  };
};

/** Of several rules that allow, the one that demands most: a second way in must not be the way round the first. */
const strictest = (rules: readonly PolicyRule[]): PolicyRule | undefined =>
  rules.toSorted((a, b) => (b.approval?.confirmations ?? 0) - (a.approval?.confirmations ?? 0) || a.rule - b.rule)[0];

let shared: PolicyEngine | null = null;

/** The engine of this thread over the product's policies: for named queries, which decide in the transaction that acts. */
export const policyEngine = (): PolicyEngine => (shared ??= createPolicyEngine());

/** The deciding rule, as people look it up: `can_delete_tenant, rule 21 of version 1`. */
export const ruleWords = ({
  action,
  rule,
  policyId,
  policyVersion,
}: Pick<PolicyDecision, 'action' | 'rule' | 'policyId' | 'policyVersion'>): string =>
  rule === 0 ? `${action}, ${policyId} of version ${policyVersion}` : `${action}, rule ${rule} of version ${policyVersion}`;
