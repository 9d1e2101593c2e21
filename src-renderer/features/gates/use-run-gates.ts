import { useAllowed, useCommand } from '../../port/use-app.ts';
import { say } from '../../ui/notices.ts';
import { FREEZE_WORDS, monthName } from './gates-words.ts';

export interface RunGates {
  /** The newest month with evidence where none is named. */
  readonly start: (month?: string) => void;
  readonly busy: boolean;
  /** Why it may not be done now; null where it may. */
  readonly refused: string | null;
}

/** Runs the gates and says what came of it: the run's number, and what it did to price and packaging changes. */
export const useRunGates = (): RunGates => {
  const { run, busy } = useCommand('gate.run');
  const refused = useAllowed()('gate.run');
  return {
    busy,
    refused,
    start: (month) => {
      if (busy || refused !== null) return;
      run(month === undefined ? {} : { month }).then(
        ({ run: made, freeze }) => {
          const passes = made.decision === 'pass';
          say({
            status: passes ? 'ok' : made.decision === 'fail' ? 'bad' : 'warn',
            title: `Run ${made.runNo} of ${monthName(made.month)}: ${passes ? 'every gate that decides passes' : made.says}`,
            ...(FREEZE_WORDS[freeze] === null ? {} : { text: FREEZE_WORDS[freeze] }),
            address: { label: 'Open the run', to: made.address },
          });
        },
        (error: unknown) => {
          const next = error instanceof Error && 'nextStep' in error ? ` ${String(error.nextStep)}` : '';
          say({ status: 'bad', title: 'The gates were not run', text: `${error instanceof Error ? error.message : String(error)}${next}` });
        },
      );
    },
  };
};
