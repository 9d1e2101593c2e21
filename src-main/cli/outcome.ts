import { CommanderError } from 'commander';
import { AppError, ERROR_CODES, isAppError, toErrorBody } from '../../src-shared/kernel/errors.ts';
import { jsonWanted, writeJson } from './output.ts';

export type ExitCode = 0 | 1 | 2 | 3 | 4;

let outcome: ExitCode = 0;

/** Sets what this run ends with when nothing is thrown: a command that found a broken chain ends with 1. */
export function endWith(code: ExitCode): void {
  outcome = worstOf([outcome, code]);
}

/** Several results: the worst of 2, 1, 3, 4, 0, in this order. */
export function worstOf(codes: readonly ExitCode[]): ExitCode {
  return ([2, 1, 3, 4] as const).find((code) => codes.includes(code)) ?? 0;
}

/** Runs the program and turns whatever it threw into a sentence on stderr and an exit code. */
export async function finish(run: () => Promise<void>): Promise<ExitCode> {
  try {
    await run();
    return outcome;
  } catch (error) {
    return report(error);
  }
}

function report(error: unknown): ExitCode {
  if (error instanceof CommanderError) {
    // Help and version are asked for, not wrong; everything else is a usage error, which Commander itself would end with 1.
    return error.exitCode === 0 ? 0 : 2;
  }
  const known = isAppError(error)
    ? error
    : new AppError('INTERNAL', `The command stopped on an unexpected fault: ${error instanceof Error ? error.message : String(error)}`, {
        nextStep: 'Set COUNTERSIGN_DEBUG=1 to see where, and make a support bundle with `countersign doctor --bundle`.',
      });
  if (jsonWanted()) writeJson({ error: toErrorBody(known) });
  process.stderr.write(`${known.message}\n${known.nextStep}\n`);
  if (process.env['COUNTERSIGN_DEBUG'] && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
  return ERROR_CODES[known.code];
}
