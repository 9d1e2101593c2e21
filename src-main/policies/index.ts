/** Policies: who may do what, decided by Cedar over the files in resources/policies. */
export { policyHash, type ApprovalDemand, type PolicyRule, type PolicySet, type PolicyTexts } from './policy-set.ts';
export {
  createPolicyEngine,
  type PolicyDecision,
  type PolicyEngine,
  type PolicyEngineOptions,
  policyEngine,
  type PolicyPrincipal,
  type PolicyQuestion,
  type PolicyRequest,
  type PolicyTenant,
  REQUEST_ACTIONS,
  type RequestPolicyAction,
  ruleWords,
  TENANT_ACTIONS,
  type TenantPolicyAction,
} from './policy-engine.ts';
