/**
 * Writes docs/role-matrix.md from the contract: which role may call which procedure.
 *
 *   npx node scripts/role-matrix.ts
 */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { ROLE_PURPOSE } from '../src-main/members/index.ts';
import type { Contract, Procedure } from '../src-shared/contract/define.ts';
import { contract } from '../src-shared/contract/index.ts';
import { refusalOf } from '../src-shared/contract/may-call.ts';
import { HOUSE_ROLES, isPartnerRole, PARTNER_ROLES, type Role, WORKING_ROLES } from '../src-shared/contract/roles.ts';

export const ROLE_MATRIX_FILE = join(resolve(import.meta.dirname, '..'), 'docs', 'role-matrix.md');

const COLUMNS: readonly Role[] = [...HOUSE_ROLES, ...PARTNER_ROLES];

const word = (role: string): string => role.replaceAll('_', ' ');
const may = (role: Role, { roles }: Procedure): boolean => roles === 'any' || roles.includes(role);
const VIEW = { tenantId: 'a-tenant', until: '2026-01-01T00:00:00.000Z' };

const rowOf = (name: string, procedure: Procedure): string => {
  const inView = refusalOf({ role: 'partner_operator', viewing: VIEW }, name, procedure) === null;
  const cells = COLUMNS.map((role) => (may(role, procedure) ? (isPartnerRole(role) ? 'own' : 'yes') : ''));
  return `| \`${name}\` | ${procedure.kind} | ${[...cells, inView ? 'reads' : ''].join(' | ')} |`;
};

const tableOf = (rows: readonly string[]): string =>
  [
    `| Procedure | Kind | ${COLUMNS.map(word).join(' | ')} | in a view |`,
    `| --- | --- | ${COLUMNS.map(() => '---').join(' | ')} | --- |`,
    ...rows,
  ].join('\n');

/** The document for a contract, as the formatter writes it. */
export const renderRoleMatrix = async (of: Contract): Promise<string> => {
  const nouns = new Map<string, string[]>();
  for (const [name, entry] of Object.entries(of)) {
    if (entry.kind === 'event') continue;
    const noun = name.slice(0, name.indexOf('.'));
    nouns.set(noun, [...(nouns.get(noun) ?? []), rowOf(name, entry)]);
  }
  const text = `# Role matrix

Which role may call which procedure. Made from the contract by \`npx node scripts/role-matrix.ts\`; a test fails where the two differ.
Every face (desktop, browser, terminal) goes through these procedures and no other way. A call that its role may not make is
refused before its handler runs, is counted (\`countersign_denied_total\`) and stands in the audit log as \`call.denied\`.

- **yes**: may call it, and sees every partner.
- **own**: may call it, and sees and changes only what belongs to the member's own partner: its tenants and what is known of them,
  the chains of the sources that were given to it, the audit entries of its own members, those members themselves.
- **reads** (in a view): answers while a member looks at one tenant as that tenant sees itself; then for that tenant alone. Everything
  that changes something is refused until the view ends.

Roles: ${COLUMNS.map((role) => `**${word(role)}** ${ROLE_PURPOSE[role]}`).join('; ')}.

A procedure that names no roles is the company's own. Commands for those who work with the company's data are open to
${WORKING_ROLES.map(word).join(', ')}; leadership reads. What an action on a tenant needs beyond the role is decided by policy
(\`resources/policies\`): this matrix only says who may ask.

${[...nouns].map(([noun, rows]) => `## ${noun}\n\n${tableOf(rows)}`).join('\n\n')}
`;
  const config = await resolveConfig(ROLE_MATRIX_FILE);
  return format(text, { ...config, filepath: ROLE_MATRIX_FILE });
};

if (import.meta.main) writeFileSync(ROLE_MATRIX_FILE, await renderRoleMatrix(contract));
