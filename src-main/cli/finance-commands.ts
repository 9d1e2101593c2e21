import type { Command } from 'commander';
import type { Maker } from './packet-commands.ts';

/** `export billing`, `economics …`. */
export function addFinanceCommands(program: Command, { group, command, lazily, wholeNumber }: Maker): void {
  const exported = group(program, 'export', 'files that leave the console, each recorded');
  command(exported, 'billing', 'what a month comes to for a tenant or for all: units, cost, plan and overage, adjustments')
    .option('--tenant <id>', 'of this tenant')
    .option('--all', 'of all tenants that the member sees')
    .requiredOption('--period <month>', 'YYYY-MM')
    .option('--format <format>', 'csv or json', 'csv')
    .option('--out <path>', 'a folder for the files, or a .zip; default: a folder named after the export')
    .action(lazily(() => import('./commands/billing.ts'), 'exportBilling'));
  command(exported, 'list', 'billing exports that left')
    .option('--period <month>', 'YYYY-MM')
    .option('--limit <n>', 'how many', wholeNumber, 50)
    .action(lazily(() => import('./commands/billing.ts'), 'listExports'));
  command(exported, 'show <export>', 'one export: its manifest, and whether it would be the same today').action(
    lazily(() => import('./commands/billing.ts'), 'showExport'),
  );

  const economics = group(program, 'economics', 'what tenants bring and cost');
  command(economics, 'show', 'a month: margin by tier, top and bottom five, trend')
    .option('--month <month>', 'YYYY-MM; default: the newest closed one')
    .option('--tenant <id>', 'one tenant, with its costs by metric')
    .action(lazily(() => import('./commands/economics.ts'), 'showEconomics'));
  command(economics, 'suggestions', 'soft limits that should warn earlier, with their reasons')
    .option('--look', 'look at all tenants again first')
    .option('--answered', 'with those that were answered')
    .action(lazily(() => import('./commands/economics.ts'), 'suggestions'));
  command(economics, 'accept <suggestion>', 'accept a suggestion: recorded, the plan stays as it is')
    .requiredOption('--reason <text>', 'why')
    .action(lazily(() => import('./commands/economics.ts'), 'accept'));
  command(economics, 'dismiss <suggestion>', 'dismiss a suggestion')
    .requiredOption('--reason <text>', 'why')
    .action(lazily(() => import('./commands/economics.ts'), 'dismiss'));
}
