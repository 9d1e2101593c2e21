import { ROLES } from '../../../src-shared/contract/roles.ts';
import { AppError } from '../../../src-shared/kernel/errors.ts';
import { withWorkspace } from '../open.ts';
import { print, table } from '../output.ts';
import type { GlobalOptions } from '../global-options.ts';

export async function addMember(globals: GlobalOptions, name: string, options: { role: string; email?: string }): Promise<void> {
  const role = ROLES.find((known) => known === options.role);
  if (!role)
    throw new AppError('BAD_INPUT', `There is no role ${options.role}; no member was added.`, {
      nextStep: `Use one of ${ROLES.join(', ')}.`,
    });
  await withWorkspace(globals, { writes: true }, async ({ client }) => {
    const member = await client.call('member.add', { name, role, ...(options.email === undefined ? {} : { email: options.email }) });
    print(member, () => `Added ${member.name} as ${member.role}. Act as them with --as "${member.name}".`);
  });
}

export async function listMembers(globals: GlobalOptions): Promise<void> {
  await withWorkspace(globals, { writes: false }, async ({ client }) => {
    const { members } = await client.call('member.list');
    print({ members }, () =>
      table(
        ['id', 'name', 'role', 'email', 'added', 'owner'],
        members.map((member) => [member.memberId, member.name, member.role, member.email ?? '', member.addedAt, member.owner ? 'yes' : '']),
      ),
    );
  });
}
