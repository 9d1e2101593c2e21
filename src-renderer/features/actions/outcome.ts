import type { ActionOutcome } from '../../../src-shared/contract/actions.ts';
import { say } from '../../ui/notices.ts';

/** After an act: what became fact or was asked, and where it can be followed or taken back. */
export const tellOutcome = ({ outcome, says, request }: ActionOutcome): void => {
  say(
    outcome === 'asked' && request !== null
      ? { status: 'ok', title: `${request.ref} is asked`, text: says, address: { label: `Open ${request.ref}`, to: request.address } }
      : {
          status: 'ok',
          title: says,
          text: 'A message tells the system its records come from. It can be rolled back from the outbox.',
          address: { label: 'Open the outbox', to: '/approvals?tab=outbox' },
        },
  );
};
