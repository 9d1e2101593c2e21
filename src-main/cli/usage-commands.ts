import type { Command } from 'commander';
import type { Maker } from './packet-commands.ts';

/** Metering in the terminal. Answers the group, for what else belongs to it. */
export function addUsageCommands(program: Command, { group, command, lazily }: Pick<Maker, 'group' | 'command' | 'lazily'>): Command {
  const usage = group(program, 'usage', 'what tenants used, and what it costs');
  command(usage, 'report', 'usage by tenant, metric and period, exact, with the account of every event')
    .option('--tenant <id>', 'only this tenant')
    .option('--metric <name>', 'only this metric')
    .requiredOption('--from <time>', 'from this UTC month, day or hour on: 2026-06, 2026-06-03, 2026-06-03T09:00:00Z')
    .requiredOption('--to <time>', 'up to the beginning of this one')
    .requiredOption('--by <period>', 'hour, day or month')
    .action(lazily(() => import('./commands/usage.ts'), 'report'));
  command(usage, 'aggregate', 'whether every event is in the rollups')
    .option('--rebuild', 'make all rollups again from nothing but events, and compare byte for byte')
    .action(lazily(() => import('./commands/usage.ts'), 'aggregate'));
  return usage;
}
