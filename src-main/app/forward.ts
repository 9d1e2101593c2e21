import { contract, type Contract } from '../../src-shared/contract/index.ts';
import type { Handlers } from '../../src-shared/contract/define.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import type { Console } from './console-state.ts';

type AnyHandler = (input: unknown, ctx: unknown) => unknown;

/**
 * Handlers that look up the real ones at each call: opening another workspace, or leaving recovery, changes what answers
 * without any connection being made again.
 */
export function createForwarders(console: Console): Handlers<Contract> {
  const names = Object.entries(contract)
    .filter(([, entry]) => entry.kind !== 'event')
    .map(([name]) => name);
  const forward = (name: string): AnyHandler => {
    const command = (contract as Record<string, { kind: string }>)[name]?.kind === 'command';
    return (input, ctx) => {
      const handlers = console.handlers() as Record<string, AnyHandler | undefined>;
      const handler = handlers[name];
      if (!handler) {
        throw new AppError('NOT_IN_RECOVERY', 'This needs an open workspace; nothing was done.', {
          nextStep: 'Choose how to go on first.',
        });
      }
      if (command) console.requireWritable(name);
      return handler(input, ctx);
    };
  };
  return Object.fromEntries(names.map((name) => [name, forward(name)])) as unknown as Handlers<Contract>;
}
