import { contract, type Contract } from '../../src-shared/contract/index.ts';
import type { HandlerContext, Handlers } from '../../src-shared/contract/define.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { runScoped } from '../store/index.ts';
import type { Console } from './console-state.ts';
import type { Traces } from './observe/traces.ts';
import { scopeOf } from './session-scope.ts';

type AnyHandler = (input: unknown, ctx: HandlerContext) => unknown;

/**
 * Handlers that look up the real ones at each call: opening another workspace, or leaving recovery, changes what answers
 * without any connection being made again. Each call runs in the scope of its session.
 */
export function createForwarders(console: Console, traces: Traces): Handlers<Contract> {
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
      // The one place where a call gets its scope: whatever the handler asks of the store sees that and no more.
      return traces.run(`call ${name}`, { role: ctx.session.role }, () => runScoped(scopeOf(ctx.session), () => handler(input, ctx)));
    };
  };
  return Object.fromEntries(names.map((name) => [name, forward(name)])) as unknown as Handlers<Contract>;
}
