import { createHash } from 'node:crypto';
import { type Role, ROLES } from '../../src-shared/contract/roles.ts';
import type { Cedar, PolicyJson } from './cedar.ts';

/** What a rule demands before what it allows may happen. */
export interface ApprovalDemand {
  /** Different members, the requester not among them. */
  readonly confirmations: number;
  readonly roles: readonly Role[];
  /** How long a request stands. */
  readonly expiresHours: number;
}

export interface PolicyRule {
  /** As `delete.roles`. */
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
  /** Stays with the rule for good. */
  readonly rule: number;
  /** The version of the policies in which the rule was changed last. */
  readonly version: number;
  readonly says: string;
  readonly next: string | null;
  readonly approval: ApprovalDemand | null;
  readonly file: string;
  readonly text: string;
}

export interface PolicyTexts {
  readonly schema: string;
  readonly files: Readonly<Record<string, string>>;
}

export interface PolicySet {
  readonly rules: ReadonlyMap<string, PolicyRule>;
  /** The newest version of any rule. */
  readonly version: number;
  /** SHA-256 over schema and files with their names, lower-case hex: changes with every byte of them. */
  readonly sha256: string;
}

/** Hash of what decides: `name NUL length NUL bytes` of each file in the order of names, the schema first. */
export const policyHash = ({ schema, files }: PolicyTexts): string => {
  const hash = createHash('sha256');
  const named: [string, string][] = [['countersign.cedarschema', schema], ...Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1))];
  for (const [name, text] of named) hash.update(`${name}\0${Buffer.byteLength(text)}\0${text}`, 'utf8');
  return hash.digest('hex');
};

const whole = (text: string | undefined, what: string, id: string): number => {
  if (text === undefined || !/^[1-9]\d{0,4}$/.test(text)) throw new TypeError(`The policy ${id} has no @${what} that is a whole number.`);
  return Number(text);
};

const demandOf = (annotations: Readonly<Record<string, string>>, id: string): ApprovalDemand | null => {
  const { confirmations, confirmed_by: confirmedBy, expires_hours: expiresHours } = annotations;
  if (confirmations === undefined && confirmedBy === undefined && expiresHours === undefined) return null;
  const roles = (confirmedBy ?? '').split(',').map((name) => name.trim());
  const unknown = roles.find((name) => !(ROLES as readonly string[]).includes(name));
  if (unknown !== undefined) throw new TypeError(`The policy ${id} is to be confirmed by “${unknown}”, which is no role.`);
  return {
    confirmations: whole(confirmations, 'confirmations', id),
    roles: roles as Role[],
    expiresHours: whole(expiresHours, 'expires_hours', id),
  };
};

const ruleOf = (json: PolicyJson, file: string, text: string): PolicyRule => {
  const annotations = json.annotations ?? {};
  const { id, says, next } = annotations;
  if (id === undefined || !/^[a-z]+\.[a-z-]+$/.test(id)) throw new TypeError(`A policy of ${file} has no @id such as delete.roles.`);
  if (says === undefined || says === '') throw new TypeError(`The policy ${id} has no @says.`);
  if (json.effect === 'forbid' && (next === undefined || next === '')) throw new TypeError(`The policy ${id} forbids without a @next.`);
  const approval = demandOf(annotations, id);
  if (approval !== null && json.effect === 'forbid') throw new TypeError(`The policy ${id} forbids and demands confirmations.`);
  return {
    id,
    effect: json.effect,
    rule: whole(annotations['rule'], 'rule', id),
    version: whole(annotations['version'], 'version', id),
    says,
    next: next ?? null,
    approval,
    file,
    text,
  };
};

/** What Cedar found wrong, as one line. */
const wrong = (errors: readonly { readonly message: string }[]): string => errors.map(({ message }) => message).join('; ');

/**
 * Reads the policies and checks them: they parse, they fit the schema without a warning, ids and numbers are there once, every
 * annotation means something.
 * @throws TypeError with the policy's id and what is wrong with it
 */
export const readPolicySet = (cedar: Cedar, texts: PolicyTexts): PolicySet => {
  const rules = new Map<string, PolicyRule>();
  for (const [file, text] of Object.entries(texts.files)) {
    const parts = cedar.policySetTextToParts(text);
    if (parts.type === 'failure') throw new TypeError(`The policies of ${file} cannot be read: ${wrong(parts.errors)}.`);
    if (parts.policy_templates.length > 0) throw new TypeError(`${file} holds a template; policies are written out here.`);
    for (const policy of parts.policies) {
      const json = cedar.policyToJson(policy);
      if (json.type === 'failure') throw new TypeError(`A policy of ${file} cannot be read: ${wrong(json.errors)}.`);
      const rule = ruleOf(json.json, file, policy);
      const twin = rules.get(rule.id) ?? [...rules.values()].find((other) => other.rule === rule.rule);
      if (twin !== undefined) throw new TypeError(`The policies ${twin.id} and ${rule.id} share an id or a number.`);
      rules.set(rule.id, rule);
    }
  }
  const staticPolicies = Object.fromEntries([...rules.values()].map(({ id, text }) => [id, text]));
  const checked = cedar.validate({ schema: texts.schema, policies: { staticPolicies } });
  if (checked.type === 'failure') throw new TypeError(`The policies cannot be checked: ${wrong(checked.errors)}.`);
  const found = [...checked.validationErrors, ...checked.validationWarnings];
  if (found.length > 0)
    throw new TypeError(
      `Policies do not fit their schema: ${found.map(({ policyId, error }) => `${policyId}: ${error.message}`).join('; ')}.`,
    );
  return { rules, version: Math.max(0, ...[...rules.values()].map(({ version }) => version)), sha256: policyHash(texts) };
};
