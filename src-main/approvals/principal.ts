import type { Role } from '../../src-shared/contract/roles.ts';
import type { PolicyAnswer } from '../../src-shared/contract/approvals.ts';
import { AppError, type ErrorCode } from '../../src-shared/kernel/errors.ts';
import type { PolicyDecision, PolicyPrincipal } from '../policies/index.ts';
import { ruleWords } from '../policies/index.ts';
import type { StoreDb } from '../store/index.ts';

/** Who wants to, and what policy answered, in the forms the rooms after policies use. */

/**
 * A member as policies see them: role and partner as they stand in the workspace now, not as a session remembers them. Who is
 * no member acts as nobody, and policy refuses it.
 */
export function principalOf(db: StoreDb, memberId: string | null): PolicyPrincipal & { readonly name: string } {
  const row =
    memberId === null
      ? undefined
      : db.get<{ name: string; role: Role; partner_id: string | null }>('SELECT name, role, partner_id FROM members WHERE member_id = ?', [
          memberId,
        ]);
  return {
    memberId: memberId ?? 'console',
    name: row?.name ?? '',
    role: row?.role ?? '',
    partnerId: row?.partner_id ?? null,
    acting: row !== undefined,
  };
}

export const answerOf = (decision: PolicyDecision): PolicyAnswer => ({
  allowed: decision.allowed,
  says: decision.says,
  nextStep: decision.nextStep,
  rule: ruleWords(decision),
  policyId: decision.policyId,
  policyVersion: decision.policyVersion,
  latencyMs: decision.latencyMs,
  approval: decision.approval === null ? null : { ...decision.approval, roles: [...decision.approval.roles] },
});

/** A refusal by policy as an error that names its rule; `details.policy` holds what the faces and the metrics need. */
export const refusedByPolicy = (decision: PolicyDecision, code: ErrorCode = 'FORBIDDEN'): AppError =>
  new AppError(code, `${decision.says} Nothing was changed.`, {
    nextStep: decision.nextStep ?? 'Reload and look again.',
    details: {
      policy: {
        action: decision.action,
        id: decision.policyId,
        rule: ruleWords(decision),
        version: decision.policyVersion,
        latencyMs: decision.latencyMs,
      },
    },
  });
