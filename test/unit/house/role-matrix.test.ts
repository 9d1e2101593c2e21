import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { renderRoleMatrix, ROLE_MATRIX_FILE } from '../../../scripts/role-matrix.ts';
import { SCREEN_NEEDS, SETTINGS_NEEDS } from '../../../src-renderer/shell/screen-needs.ts';
import { contract } from '../../../src-shared/contract/index.ts';
import type { Contract, Procedure } from '../../../src-shared/contract/define.ts';
import { allowedIn } from '../../../src-shared/contract/may-call.ts';
import { ROLES } from '../../../src-shared/contract/roles.ts';

const procedures = Object.entries(contract as Contract).filter((entry): entry is [string, Procedure] => entry[1].kind !== 'event');
const allowed = (role: (typeof ROLES)[number]): string[] => allowedIn(contract, { role, viewing: null });

describe('the role matrix', () => {
  it('is the one of the contract: npx node scripts/role-matrix.ts writes it', async () => {
    expect(readFileSync(ROLE_MATRIX_FILE, 'utf8')).toBe(await renderRoleMatrix(contract));
  });

  it('lets a partner’s roles at nothing of the house', () => {
    const house =
      /^(evidence|gate|freeze|motion|packet|quarantine|trustedLog|workspace|backup|recovery|system|diagnostics|intake|reconciliation)\./;
    for (const role of ['partner_operator', 'partner_admin'] as const) expect(allowed(role).filter((name) => house.test(name))).toEqual([]);
  });

  it('names no role twice, and leaves no procedure without one', () => {
    for (const [name, { roles }] of procedures) {
      if (roles === 'any') continue;
      expect(roles.length, name).toBeGreaterThan(0);
      expect(new Set(roles).size, name).toBe(roles.length);
    }
  });

  it('gives leadership no command but those of everyone, of packets and of choices of its own', () => {
    const commands = procedures.filter(([, { kind, roles }]) => kind === 'command' && roles !== 'any' && roles.includes('leadership'));
    const own =
      /^(packet\.(comment|ask|answer|withdraw|check|verify|export)|host\.|workspace\.(open|create|openDemo)|recovery\.|receipt\.verify|billing\.export|diagnostics\.save|economics\.|tenant\.)/;
    expect(commands.map(([name]) => name).filter((name) => !own.test(name))).toEqual([]);
  });
});

describe('a view of a tenant', () => {
  it('only reads, for whoever looks', () => {
    const viewing = { tenantId: 't', until: '2026-01-01T00:00:00.000Z' };
    const kinds = new Map(procedures.map(([name, { kind }]) => [name, kind]));
    for (const role of ROLES) {
      const commands = allowedIn(contract, { role, viewing }).filter((name) => kinds.get(name) === 'command');
      expect(commands.filter((name) => name !== 'job.cancel' && name !== 'action.endImpersonation')).toEqual([]);
    }
  });
});

describe('what screens need', () => {
  it('is a query of the contract', () => {
    const queries = new Set(procedures.filter(([, { kind }]) => kind === 'query').map(([name]) => name));
    for (const need of [...Object.values(SCREEN_NEEDS), ...Object.values(SETTINGS_NEEDS)])
      if (need !== null) expect([...queries]).toContain(need);
  });
});
