import { roleWord, type Answer } from '../port/use-app.ts';
import { hrefOf } from '../router/router.ts';
import { PageHead } from '../ui/parts.tsx';
import { Empty } from '../ui/states.tsx';

export interface RefusedPlaceProps {
  /** Of the screen or section: "Packets". */
  readonly name: string;
  readonly session: Pick<Answer<'session.describe'>, 'member' | 'viewing' | 'openedBy'>;
}

/** Why a place cannot be opened, and who can: in place of it, with nothing of it. */
export function RefusedSection({ name, session }: RefusedPlaceProps) {
  const { member, viewing, openedBy } = session;
  const who =
    viewing === null
      ? `You act as ${member.name}, ${roleWord(member.role)}${member.partnerId === null ? '' : ` of ${member.partnerId}`}.`
      : `You look at ${viewing.tenantId} as that tenant sees itself.`;
  const wayRound =
    viewing !== null
      ? 'End the view to go on as yourself.'
      : openedBy === null
        ? 'A member of the company can open it.'
        : `Act as ${openedBy.name} again to open it.`;
  return (
    <Empty icon="lock" title={`${name} is not part of what you see here`} action={<a href={hrefOf('/overview')}>Go to the overview</a>}>
      {who} {wayRound}
    </Empty>
  );
}

/** The same in place of a whole screen. */
export function RefusedPlace({ name, session }: RefusedPlaceProps) {
  return (
    <>
      <PageHead title={name} />
      <RefusedSection name={name} session={session} />
    </>
  );
}
