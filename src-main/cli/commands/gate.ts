import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { AppError } from '../../../src-shared/kernel/errors.ts';
import { microsOfMillis, publishedVerdict, readInstant } from '../../evidence/verify-door.ts';
import {
  GATE_CATALOGUE,
  type GateLine,
  type GatePlan,
  type GateRun,
  type GivenArtifact,
  type GivenArtifacts,
  parseGateOptions,
  runReleaseGate,
} from '../../gates/release-door.ts';
import { ENGINE_FLAG, LIMIT_FLAGS, PATH_FLAGS, RUNTIME_ONLY } from '../../gates/gate-flags.ts';
import type { GlobalOptions } from '../global-options.ts';
import { endWith } from '../outcome.ts';
import { print, table } from '../output.ts';

/** As Commander gives them: in camel case, texts, or true for switches. */
type Given = Readonly<Record<string, string | boolean | undefined>>;

/** `gate run` over files: judges a release by the evidence that is named, and keeps nothing; without files over the workspace. */
export async function runGate(globals: GlobalOptions, given: Given): Promise<void> {
  const flags = gateFlags(given);
  if (globals.workspace !== undefined && !namesFiles(flags)) {
    const { runInWorkspace } = await import('./gate-workspace.ts');
    await runInWorkspace(globals, flags, typeof given['month'] === 'string' ? given['month'] : undefined);
    return;
  }
  const plan = parseGateOptions(flags, process.env);
  const run = runReleaseGate(plan, readArtifacts(plan), clock(globals));
  print(published(run), () => renderGateRun(run));
  endWith(run.exitCode);
}

/** Whether evidence is named by its files; else that of the workspace is meant. */
const namesFiles = (flags: Given): boolean =>
  PATH_FLAGS.some(({ flag, env }) =>
    [flags[`${flag}-path`], process.env[`${env}_PATH`]].some((path) => typeof path === 'string' && path.trim() !== ''),
  );

const camel = (flag: string): string => flag.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

/** The options of the gate by their own names. */
export function gateFlags(given: Given): Readonly<Record<string, string | boolean | undefined>> {
  const names = [
    ...PATH_FLAGS.flatMap(({ flag }) => [`${flag}-path`, `${flag}-required`]),
    ...LIMIT_FLAGS.map(({ flag }) => flag),
    ENGINE_FLAG.flag,
    RUNTIME_ONLY.flag,
    'dry-run',
  ];
  return Object.fromEntries(names.map((name) => [name, given[camel(name)]]));
}

function readArtifacts(plan: GatePlan): GivenArtifacts {
  return Object.fromEntries(
    PATH_FLAGS.map(({ role, flag }): [string, GivenArtifact | null] => {
      const { path } = plan.artifacts[role];
      return [role, path === null ? null : { name: basename(path), bytes: bytesOf(path, `--${flag}-path`) }];
    }),
  );
}

/** @throws AppError NOT_FOUND where there is no regular file: the contract's path errors, exit 2 */
function bytesOf(path: string, flag: string): Uint8Array {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new AppError('NOT_FOUND', `${flag}: ${path} does not exist or is not a file.`, { nextStep: `Name a file with ${flag}.` });
  }
  try {
    return readFileSync(path);
  } catch (error) {
    throw new AppError('BAD_INPUT', `${flag}: ${path} could not be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}.`, {
      nextStep: 'See that it may be read and is smaller than 2 GiB.',
    });
  }
}

function clock({ now }: GlobalOptions): bigint {
  const read = now === undefined ? null : readInstant(now);
  return read?.ok === true ? read.at : microsOfMillis(Date.now());
}

/** The document of `gate run --json`: the run, with each verdict as `evidence verify --json` prints it. */
const published = ({ artifacts, together, ...run }: GateRun) => ({
  ...run,
  artifacts: artifacts.map(({ verdict, ...artifact }) => ({ ...artifact, verdict: publishedVerdict(verdict) })),
  together: together.map(publishedVerdict),
});

const WORDS = {
  pass: 'PASS: every gate that decides holds.',
  fail: 'FAIL: not every gate holds.',
  'cannot-decide': 'CANNOT DECIDE: nothing fails, but not everything could be judged.',
} as const;
const MARKS = { pass: '✓', fail: '✕', stale: '◷', 'no-run': '–' } as const;

/** The text that `gate run` prints without `--json`. */
export function renderGateRun(run: GateRun): string {
  const lines = [run.dryRun ? `DRY RUN, no verdict of record. ${WORDS[run.decision]}` : WORDS[run.decision], ''];
  const rows = run.gates.map((gate) => [
    `${gate.state === 'fail' && !gate.decides ? '!' : MARKS[gate.state]} ${gate.state}`,
    gate.shortId,
    gate.name,
    figures(gate),
  ]);
  lines.push(table(['State', 'Gate', 'Name', 'Figure'], rows));
  const open = run.gates.filter(({ state }) => state === 'fail' || state === 'stale');
  for (const gate of open) {
    const next = GATE_CATALOGUE.find(({ id }) => id === gate.id)?.nextStep ?? '';
    lines.push('', `${gate.shortId} ${gate.name}${gate.decides ? '' : ' (decides nothing)'}: ${printable(gate.reason)}`, `  Next: ${next}`);
  }
  if (run.missing.length > 0) lines.push('', `Missing, though required: ${run.missing.join(', ')}`);
  lines.push('', ...run.artifacts.map(({ sha256, role, name }) => `${sha256}  ${role}  ${printable(name)}`));
  return lines.join('\n');
}

const UNITS: Readonly<Record<string, string>> = { percent: '%', count: '', seconds: 's' };

/** `8.32 % (≤ 8)` */
function figures({ value, threshold, comparison, unit }: GateLine): string {
  if (value === null) return '';
  const shown = (number: number): string => String(Number(number.toFixed(4)));
  const limit = threshold === null || comparison === null ? '' : ` (${comparison} ${shown(threshold)})`;
  return `${shown(value)} ${UNITS[unit ?? ''] ?? unit ?? ''}`.trim() + limit;
}

/** Artifacts may hold any character; a terminal must not obey them. */
const printable = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '�');
