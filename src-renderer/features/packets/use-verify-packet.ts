import type { CallError } from '../../../src-shared/contract/client.ts';
import { useCommand } from '../../port/use-app.ts';
import { duration } from '../../ui/format.ts';
import { say } from '../../ui/notices.ts';

/** Recomputes a packet from its stored inputs and says whether the same bytes come out. */
export const useVerifyPacket = (packetId: string | undefined): { readonly start: () => void; readonly busy: boolean } => {
  const { run, busy } = useCommand('packet.verify');
  return {
    busy,
    start: () => {
      if (packetId === undefined || busy) return;
      run({ packetId }).then(
        (result) => {
          const [first, ...rest] = result.differences;
          say({
            status: result.holds ? 'ok' : 'bad',
            title: result.holds ? 'Recomputed, equal' : 'Recomputed, and not equal',
            text: result.holds
              ? `${result.says} ${duration(result.elapsedMs)}.`
              : `${result.says}${first === undefined ? '' : ` ${first.says}`}${rest.length === 0 ? '' : ` And ${rest.length} more.`}`,
          });
        },
        (error: unknown) => {
          const failure = error as CallError;
          say({ status: 'bad', title: 'The packet was not verified', text: `${failure.message} ${failure.nextStep}` });
        },
      );
    },
  };
};
