import { CallError } from '../../src-shared/contract/client.ts';

/** A table's failure as the state views want it. What is no CallError is a mistake of the console and says so. */
export const asCallError = (error: Error | null): CallError =>
  error instanceof CallError
    ? error
    : new CallError(
        {
          code: 'INTERNAL',
          message: 'The console made a mistake while reading these rows.',
          nextStep: 'Try again; if it stays, send the support bundle.',
          retryable: true,
          details: {},
        },
        null,
      );
