import type { Command } from 'commander';
import type { Maker } from './packet-commands.ts';

/** Around metering in the terminal: limits, validation, backfill, reconciliation, a load generator, and the intake's tokens. */
export function addUsageCareCommands(program: Command, usage: Command, { group, command, lazily, wholeNumber }: Maker): void {
  const load = () => import('./commands/usage-care.ts');
  command(usage, 'limits', 'who is near a limit or over it; ends with 1 when one is over')
    .option('--tenant <id>', 'every limit of this tenant')
    .option('--metric <name>', 'only this metric')
    .option('--all', 'those that are within their limits too')
    .action(lazily(load, 'limits'));
  command(usage, 'validate', 'recompute a random sample of stored usage from its events')
    .option('--from <day>', 'the first day looked at (YYYY-MM-DD)')
    .option('--to <day>', 'the first day that is not')
    .option('--sample <n>', 'cells of tenant, metric and day', wholeNumber, 400)
    .option('--seed <text>', 'the same seed draws the same sample')
    .option('--confidence <percent>', '90, 95 or 99', wholeNumber, 95)
    .option('--limit <percent>', 'what a figure may deviate', '1')
    .option('--second-engine', 'have DuckDB add up all events too, where it is installed')
    .action(lazily(load, 'validate'));
  command(usage, 'backfill [files...]', 'bring in events of past days: previewed as a difference, applied only with --apply')
    .option('--from <day>', 'the first day it may touch (YYYY-MM-DD)')
    .option('--to <day>', 'the first day it may not')
    .option('--reason <text>', 'why it is needed')
    .option('--apply', 'apply what the preview shows')
    .option('--apply-id <id>', 'apply a backfill that was previewed before')
    .option('--reverse <id>', 'take the effect of an applied backfill back')
    .option('--list', 'backfills with their state')
    .action(lazily(load, 'backfill'));
  command(usage, 'reconcile', 'compare with declared totals, prove conservation, recompute a sample').action(lazily(load, 'reconcile'));
  command(usage, 'generate', 'emit usage events of a seed: to stdout, or to an intake')
    .requiredOption('--tenants <ids...>', 'tenants the events are of')
    .option('--events <n>', 'how many', wholeNumber, 1000)
    .option('--seed <text>', 'the same seed gives the same events', 'load')
    .option('--days <n>', 'over how many days before now', wholeNumber, 1)
    .option('--to <url>', 'the intake: http://127.0.0.1:PORT/intake/events')
    .option('--token-file <file>', 'file with the token of the intake (never on the command line)')
    .action(lazily(load, 'generate'));
  const intake = group(program, 'intake', 'who may post events to this console');
  command(intake, 'create <name>', 'make a token; it is printed once').action(lazily(load, 'createToken'));
  command(intake, 'list', 'tokens and what came with them').action(lazily(load, 'listTokens'));
  command(intake, 'end <name>', 'end a token').requiredOption('--reason <text>', 'why').action(lazily(load, 'endToken'));
  command(intake, 'self <on|off>', 'whether the console counts its own operations')
    .option('--tenant <id>', 'the tenant they are counted for')
    .action(lazily(load, 'selfMetering'));
}
