import { useCommand, useJobs } from '../../port/use-app.ts';
import type { Job } from '../../../src-shared/contract/host.ts';
import type { CallError } from '../../../src-shared/contract/client.ts';
import { say } from '../../ui/notices.ts';

export interface Verify {
  /** Without keys: every chain. From zero trusts no state of an earlier verification. */
  readonly start: (chainKeys: readonly string[] | null, fromZero: boolean) => void;
  readonly busy: boolean;
  /** The verification that runs now, if one does. */
  readonly running: Job | null;
}

/** Starts verifications; how far they are stands in the status bar and the jobs drawer. */
export const useVerify = (): Verify => {
  const { run, busy } = useCommand('receipt.verify');
  const running = useJobs().find((job) => job.kind === 'verify' && job.state === 'running') ?? null;
  return {
    start: (chainKeys, fromZero) => {
      run({ ...(chainKeys === null ? {} : { chainKeys: [...chainKeys] }), fromZero }).then(
        () => {
          say({ status: 'ok', title: fromZero ? 'Verifying from zero' : 'Verifying', quiet: true });
        },
        (error: unknown) => {
          const failure = error as CallError;
          say({ status: 'bad', title: 'The verification did not start', text: `${failure.message} ${failure.nextStep}` });
        },
      );
    },
    busy,
    running,
  };
};
