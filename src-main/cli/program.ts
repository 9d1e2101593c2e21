import { Command, InvalidArgumentError } from 'commander';
import { VERSION } from '../app/version.ts';
import { addGateRunOptions } from './gate-run-options.ts';
import type { GlobalOptions } from './global-options.ts';
import { wantJson } from './output.ts';
import { addPacketCommands } from './packet-commands.ts';

/**
 * The program without its work: each command loads its own file only when it runs, so that `verify` of one small file
 * starts as fast as Node does.
 */
export function buildProgram(): Command {
  const program = new Command('countersign');
  program
    .description('Local-first operations console: verify receipts, sync sources, keep proofs.')
    .version(VERSION, '-V, --version')
    .option('--workspace <dir>', 'the workspace folder (or COUNTERSIGN_WORKSPACE)')
    .option('--as <member>', "who acts: a member's name or id (default: the workspace's owner)")
    .option('--now <iso>', 'the time to judge by, where time matters', isoTime)
    .option('--json', 'print one JSON document on stdout and nothing else there')
    .showHelpAfterError('Run with --help to see what the command takes.')
    .exitOverride()
    .hook('preAction', (_program, action) => {
      if (globals(action).json) wantJson();
    });

  command(program, 'verify [paths...]', 'verify receipt chains in folders and files, or in the workspace')
    .option('--trust <file>', 'verifier keys of the logs you trust (trust.vkeys)')
    .option('--require-anchor', 'end with 4 when a chain holds but no trusted checkpoint covers all of it')
    .option('--from-zero', 'with --workspace: verify every receipt again')
    .action(lazily(() => import('./commands/verify.ts'), 'verify'));

  const evidence = group(program, 'evidence', 'finance and release evidence');
  const verifyEvidence = command(evidence, 'verify <kind> [files...]', 'verify artifacts as the reference verifiers do')
    .option('--guardrails <file>', 'finance guardrails, for the kinds over three artifacts')
    .option('--telemetry <file>', 'finance telemetry, for the kinds over three artifacts')
    .option('--policy <file>', 'policy decisions, for the kinds over three artifacts')
    .action(lazily(() => import('./commands/evidence.ts'), 'verifyFiles'));
  // Which of them a kind takes is the kind's own list; --help shows them all without loading a verifier.
  for (const name of EVIDENCE_VALUES) verifyEvidence.option(`--${name} <value>`);
  for (const name of EVIDENCE_SWITCHES) verifyEvidence.option(`--${name}`);

  command(evidence, 'list', 'artifacts of the workspace with their verdicts')
    .option('--kind <kind>', 'only this kind')
    .option('--month <month>', 'only of this month (YYYY-MM)')
    .option('--state <state>', 'only pass, fail, stale or none')
    .option('--search <text>', 'in name, window label or source, or the beginning of a hash')
    .action(lazily(() => import('./commands/evidence-workspace.ts'), 'listEvidence'));
  command(evidence, 'show <artifact>', 'one artifact: verdict, gates, figures and what changed; by name or id')
    .option('--revision <n>', 'this version of it', wholeNumber)
    .option('--raw', 'its bytes as they came, and nothing else')
    .action(lazily(() => import('./commands/evidence-workspace.ts'), 'showEvidence'));
  command(evidence, 'add <files...>', 'keep artifacts in the workspace; their kind is recognised by shape').action(
    lazily(() => import('./commands/evidence-workspace.ts'), 'addEvidence'),
  );
  command(evidence, 'consistency', 'what the artifacts of a month say against each other')
    .option('--month <month>', 'YYYY-MM; default: the newest with evidence')
    .action(lazily(() => import('./commands/evidence-workspace.ts'), 'showConsistency'));
  command(evidence, 'make <kind>', 'make pricing-benchmarks, policy-decisions, finance-assumptions or governance from the newest version')
    .option('--month <month>', 'the month it is made for (YYYY-MM)')
    .option('--from <file>', 'start from this document in place of the newest version')
    .option('--set <pointer=value>', 'set one field by its JSON pointer; may be given again', collect, [])
    .option('--output <file>', 'write the artifact to a file too')
    .option('--keep', 'keep it in the workspace even where it does not pass yet')
    .option('--dry-run', 'keep nothing: say what is missing')
    .action(lazily(() => import('./commands/evidence-make.ts'), 'makeEvidence'));

  const gate = group(program, 'gate', 'the release gate over all evidence');
  addGateRunOptions(command(gate, 'run', 'judge a release by the files that are named, or a month of the workspace'))
    .option('--month <month>', 'with --workspace: YYYY-MM; default: the newest with evidence')
    .action(lazily(() => import('./commands/gate.ts'), 'runGate'));
  command(gate, 'list', 'gate runs of the workspace, newest first')
    .option('--month <month>', 'only of this month (YYYY-MM)')
    .action(lazily(() => import('./commands/gate-workspace.ts'), 'listRuns'));
  command(gate, 'show <run>', 'one run: gates, findings, inputs by hash').action(
    lazily(() => import('./commands/gate-workspace.ts'), 'showRun'),
  );
  command(gate, 'compare <a> <b>', 'what differs between two runs, with the figures').action(
    lazily(() => import('./commands/gate-workspace.ts'), 'compareRuns'),
  );
  command(gate, 'matrix', 'gates over months')
    .option('--months <n>', 'how many, up to 36', wholeNumber, 12)
    .action(lazily(() => import('./commands/gate-workspace.ts'), 'showMatrix'));
  command(gate, 'thresholds', 'the thresholds of the policy: shown, tried or changed')
    .option('--set <name=value>', 'a threshold, such as min-stress-margin=76 or band.enterprise=25; may be given again', collect, [])
    .option('--preview', 'say what past months would have been, and change nothing')
    .option('--effective-from <month>', 'the first month that is judged by it (default: the next one)')
    .option('--review-by <date>', 'when it is looked at again (default: in a quarter)')
    .option('--reason <text>', 'why they change')
    .action(lazily(() => import('./commands/gate-workspace.ts'), 'thresholds'));
  const freeze = group(program, 'freeze', 'what a breach froze');
  command(freeze, 'show', 'whether price and packaging motions are frozen, why, and what lifts it').action(
    lazily(() => import('./commands/motion.ts'), 'showFreeze'),
  );
  command(freeze, 'plan', 'the corrective plan: who does what until when')
    .requiredOption('--owner <member>', 'who answers for it')
    .requiredOption('--steps <text>', 'what is done')
    .requiredOption('--due <date>', 'until when (YYYY-MM-DD)')
    .action(lazily(() => import('./commands/motion.ts'), 'planFreeze'));
  const motion = group(program, 'motion', 'changes of prices and packages');
  command(motion, 'guard', 'whether one may be proposed, and exactly what is missing').action(
    lazily(() => import('./commands/motion.ts'), 'guardMotion'),
  );
  command(motion, 'propose <title>', 'propose a change; a refusal is kept too')
    .requiredOption('--kind <kind>', 'price or packaging')
    .requiredOption('--changes <text>', 'what changes')
    .action(lazily(() => import('./commands/motion.ts'), 'proposeMotion'));
  command(motion, 'list', 'proposals, the refused ones too').action(lazily(() => import('./commands/motion.ts'), 'listMotions'));

  const receipts = group(program, 'receipts', 'receipts of the workspace');
  command(receipts, 'export', 'export receipts as JSON, CSV or TSV, or a chain as it came')
    .option('--format <format>', 'json, csv, tsv or chain-folder', 'json')
    .option('--chain <key...>', 'only these chains, as source/folder')
    .option('--from <index>', 'first receipt, counted from 0', wholeNumber)
    .option('--to <index>', 'last receipt', wholeNumber)
    .option('--output <file>', 'the file to write (a .zip for chain-folder); default: stdout')
    .action(lazily(() => import('./commands/receipts.ts'), 'exportReceipts'));
  command(receipts, 'list', 'chains with their verdicts').action(lazily(() => import('./commands/receipts.ts'), 'listChains'));
  command(receipts, 'show <chain> <index>', 'one receipt with its hash, step by step').action(
    lazily(() => import('./commands/receipts.ts'), 'showReceipt'),
  );
  command(receipts, 'proof <chain> <index>', 'Merkle inclusion proof of one receipt (C2SP tlog-proof)').action(
    lazily(() => import('./commands/receipts.ts'), 'proveReceipt'),
  );
  command(receipts, 'conformance [chain]', 'actual figures against the envelope claim').action(
    lazily(() => import('./commands/receipts.ts'), 'conformance'),
  );

  const source = group(program, 'source', 'where receipts come from');
  const add = group(source, 'add', 'add a source');
  command(add, 'folder <dir>', 'a folder with feeds below it')
    .option('--name <name>', 'short name, unique in the workspace')
    .option('--schedule <pattern>', 'a cron pattern, or manual')
    .action(lazily(() => import('./commands/source.ts'), 'addFolder'));
  command(add, 'http <url>', 'an address that serves feeds')
    .option('--name <name>', 'short name, unique in the workspace')
    .option('--schedule <pattern>', 'a cron pattern, or manual')
    .option('--token-file <file>', 'file with the bearer token (never on the command line)')
    .action(lazily(() => import('./commands/source.ts'), 'addHttp'));
  command(source, 'list', 'sources with their state')
    .option('--removed', 'removed ones too')
    .action(lazily(() => import('./commands/source.ts'), 'listSources'));
  command(source, 'pause <name>', 'stop reading from a source').action(lazily(() => import('./commands/source.ts'), 'pauseSource'));
  command(source, 'resume <name>', 'read from it again').action(lazily(() => import('./commands/source.ts'), 'resumeSource'));
  command(source, 'remove <name>', 'forget the source; what it delivered stays')
    .requiredOption('--reason <text>', 'why')
    .action(lazily(() => import('./commands/source.ts'), 'removeSource'));

  command(program, 'sync [sources...]', 'pull from the configured sources')
    .option('--full', 'read everything again and compare it with what is stored')
    .option('--token-file <file>', 'file with the bearer token of the one source that is named')
    .action(lazily(() => import('./commands/sync.ts'), 'sync'));

  addPacketCommands(program, { group, command, lazily, wholeNumber });

  const quarantine = group(program, 'quarantine', 'rows that could not be used');
  command(quarantine, 'list', 'rows in quarantine')
    .option('--state <state>', 'open, requeued, resolved, dismissed or all', 'open')
    .option('--source <name>', 'only of this source')
    .action(lazily(() => import('./commands/quarantine.ts'), 'listQuarantine'));
  command(quarantine, 'show <id>', 'one row with its raw text').action(lazily(() => import('./commands/quarantine.ts'), 'showQuarantined'));
  command(quarantine, 'requeue <ids...>', 'look at rows again').action(lazily(() => import('./commands/quarantine.ts'), 'requeue'));
  command(quarantine, 'dismiss <ids...>', 'set rows aside')
    .requiredOption('--reason <text>', 'why')
    .action(lazily(() => import('./commands/quarantine.ts'), 'dismiss'));

  const trust = group(program, 'trust', 'the logs and witnesses whose checkpoints count');
  command(trust, 'add <vkey-or-file>', 'trust a verifier key, or all of a trust.vkeys file')
    .option('--note <text>', 'whose key it is')
    .action(lazily(() => import('./commands/trust.ts'), 'addTrusted'));
  command(trust, 'list', 'trusted logs').action(lazily(() => import('./commands/trust.ts'), 'listTrusted'));
  command(trust, 'remove <vkey>', 'stop trusting a key')
    .requiredOption('--reason <text>', 'why')
    .action(lazily(() => import('./commands/trust.ts'), 'removeTrusted'));

  const member = group(program, 'member', 'who acts in this workspace');
  command(member, 'add <name>', 'add a member')
    .requiredOption(
      '--role <role>',
      'admin, founder, finance, auditor, partner_admin, partner_operator, engineering, platform or leadership',
    )
    .option('--email <address>')
    .action(lazily(() => import('./commands/member.ts'), 'addMember'));
  command(member, 'list', 'members').action(lazily(() => import('./commands/member.ts'), 'listMembers'));

  const audit = group(program, 'audit', 'who did what');
  command(audit, 'list', 'newest entries')
    .option('--limit <n>', 'how many', wholeNumber, 50)
    .action(lazily(() => import('./commands/audit.ts'), 'listAudit'));
  command(audit, 'verify', "recompute the log's hash chain").action(lazily(() => import('./commands/audit.ts'), 'verifyAudit'));
  command(audit, 'export', 'all entries, one JSON line each')
    .option('--output <file>')
    .action(lazily(() => import('./commands/audit.ts'), 'exportAudit'));

  const backup = group(program, 'backup', 'copies of the workspace');
  command(backup, 'create', 'make a backup now').action(lazily(() => import('./commands/backup.ts'), 'createBackup'));
  command(backup, 'list', 'backups with their state').action(lazily(() => import('./commands/backup.ts'), 'listBackups'));
  command(backup, 'restore <backup>', 'go back to a backup; the present database is kept beside it')
    .requiredOption('--reason <text>', 'why (recorded as an acknowledged rollback)')
    .action(lazily(() => import('./commands/backup.ts'), 'restoreBackup'));

  const workspace = group(program, 'workspace', 'workspaces on this machine');
  command(workspace, 'list', 'workspaces that were opened here').action(lazily(() => import('./commands/workspace.ts'), 'listWorkspaces'));
  command(workspace, 'create <dir>', 'make a new workspace')
    .option('--name <name>')
    .action(lazily(() => import('./commands/workspace.ts'), 'createWorkspace'));
  command(workspace, 'move <dir>', 'move the workspace to another folder').action(
    lazily(() => import('./commands/workspace.ts'), 'moveWorkspaceTo'),
  );
  command(workspace, 'salvage <dir>', 'export what can be read of a damaged workspace').action(
    lazily(() => import('./commands/workspace.ts'), 'salvage'),
  );

  command(program, 'doctor', 'versions, workspace health, disk, hosts, trusted logs, sources')
    .option('--sanity', 'the seven dimensions, each a real check')
    .option('--bundle <file>', 'write a support bundle without secrets or tenant data')
    .action(lazily(() => import('./commands/doctor.ts'), 'doctor'));
  command(program, 'metrics', 'counters and durations in Prometheus text form').action(
    lazily(() => import('./commands/doctor.ts'), 'metrics'),
  );

  command(program, 'serve', 'serve the console on this machine for a browser (source checkouts only)')
    .option('--port <n>', 'port on 127.0.0.1; default: a free one', wholeNumber)
    .option('--exit-with-stdin', 'leave when stdin closes')
    .action(lazily(() => import('./commands/serve.ts'), 'serve'));

  const demo = group(program, 'demo', 'a workspace to look around in');
  command(demo, 'create [dir]', 'make the demo workspace')
    .option('--seed <text>', 'the seed of its bytes', 'countersign')
    .action(lazily(() => import('./commands/demo.ts'), 'createDemo'));
  return program;
}

/** Options of `evidence verify`, spelled as those of the reference verifiers; test/contract checks them against the kinds. */
const EVIDENCE_VALUES = [
  'max-artifact-age-hours',
  'max-source-age-days',
  'max-age-days',
  'max-capture-spread-days',
  'max-future-skew-hours',
  'as-of',
  'max-policy-age-hours',
  'max-finance-age-hours',
  'max-telemetry-age-hours',
  'min-duration-seconds',
  'min-concurrent-users',
  'required-database-engine',
  'max-review-window-days',
  'required-finding-id',
] as const;
const EVIDENCE_SWITCHES = [
  'allow-failed-gates',
  'allow-failed-fin-gates',
  'require-production-observed-telemetry',
  'require-segregated-owners',
] as const;

function group(parent: Command, name: string, description: string): Command {
  return inherit(parent.command(name).description(description));
}

/** A command that takes the global options too, so that they may stand after its name. */
function command(parent: Command, usage: string, description: string): Command {
  return inherit(parent.command(usage).description(description));
}

function inherit(made: Command): Command {
  return made
    .exitOverride()
    .option('--workspace <dir>', 'the workspace folder')
    .option('--as <member>', 'who acts')
    .option('--now <iso>', 'the time to judge by', isoTime)
    .option('--json', 'one JSON document on stdout');
}

/** The global options as given anywhere on the command line; the nearest to the command wins. */
export function globals(action: Command): GlobalOptions {
  const found: Record<string, unknown> = {};
  for (let at: Command | null = action; at; at = at.parent) {
    const options = at.opts<GlobalOptions>();
    for (const key of ['workspace', 'as', 'now', 'json'] as const) found[key] ??= options[key];
  }
  found['workspace'] ??= process.env['COUNTERSIGN_WORKSPACE'];
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

type Run = (globals: GlobalOptions, ...words: never[]) => Promise<void>;

/** Loads the command's file when it runs. It gets the global options, then its own arguments and options. */
function lazily<M>(load: () => Promise<M>, name: keyof M & string) {
  return async (...given: unknown[]): Promise<void> => {
    const action = given.at(-1) as Command;
    const module = await load();
    await (module[name] as Run)(globals(action), ...(given.slice(0, -1) as never[]));
  };
}

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

function isoTime(text: string): string {
  const time = new Date(text);
  if (!/^\d{4}-\d{2}-\d{2}/.test(text) || Number.isNaN(time.getTime())) {
    throw new InvalidArgumentError('It must be an ISO 8601 time such as 2026-06-03T09:42:00Z.');
  }
  // Evidence is judged to the microsecond; a Date knows milliseconds.
  const finer = /\.\d{3}(\d{1,3})/.exec(text)?.[1] ?? '';
  return time.toISOString().replace('Z', `${finer}Z`);
}
