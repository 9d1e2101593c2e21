import type { Command } from 'commander';
import { ALWAYS_REQUIRED, ENGINE_FLAG, LIMIT_FLAGS, PATH_FLAGS, RUNTIME_ONLY } from '../gates/gate-flags.ts';

/** The options of `gate run`, from the gate's own table; nothing else of the gate is loaded for them. */
export function addGateRunOptions(made: Command): Command {
  for (const { role, flag, env, says } of PATH_FLAGS) {
    made.option(`--${flag}-path <file>`, `${says} (${env}_PATH)`);
    if (!ALWAYS_REQUIRED.includes(role)) made.option(`--${flag}-required`, `fail without it (${env}_REQUIRED)`);
  }
  for (const { flag, env, otherwise } of LIMIT_FLAGS) made.option(`--${flag} <n>`, `default: ${otherwise} (${env})`);
  return made
    .option(`--${ENGINE_FLAG.flag} <name>`, `default: ${ENGINE_FLAG.otherwise} (${ENGINE_FLAG.env})`)
    .option(`--${RUNTIME_ONLY.flag}`, `nothing is left out: finance, dispositions and key rotation too (${RUNTIME_ONLY.env})`)
    .option('--dry-run', 'look at options and files; what the gates say then is no verdict')
    .addHelpText('after', EXIT_CODES);
}

const EXIT_CODES = `
A flag wins over its environment variable. Naming a file makes it required.

Ends with 0 when every gate holds that decides, 1 when one does not, 2 when an option is wrong or a file cannot be
read and nothing fails beside it, 3 when a required artifact is missing and nothing fails. A dry run ends with 0 when
options and files are in order, whatever the gates say.`;
