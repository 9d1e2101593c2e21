import type { CallError } from '../../../src-shared/contract/client.ts';
import { useCommand } from '../../port/use-app.ts';
import { say } from '../../ui/notices.ts';

/** Verifies artifacts again; all that are due when none is named. */
export const useVerifyEvidence = (): { readonly start: (artifactIds: readonly string[] | null) => void; readonly busy: boolean } => {
  const { run, busy } = useCommand('evidence.verify');
  return {
    busy,
    start: (artifactIds) => {
      run(artifactIds === null ? {} : { artifactIds: [...artifactIds] }).then(
        () => {
          say({ status: 'ok', title: 'Verifying', quiet: true });
        },
        (error: unknown) => {
          const failure = error as CallError;
          say({ status: 'bad', title: 'The verification did not start', text: `${failure.message} ${failure.nextStep}` });
        },
      );
    },
  };
};
