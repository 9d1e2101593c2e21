import type { OutputOf } from '../../../src-shared/contract/define.ts';
import type { GateRun, GateRunRow, GateThresholds } from '../../../src-shared/contract/gates.ts';
import type { Contract } from '../../../src-shared/contract/index.ts';
import { AppError } from '../../../src-shared/kernel/errors.ts';
import { ENGINE_FLAG, LIMIT_FLAGS } from '../../gates/gate-flags.ts';
import type { GlobalOptions } from '../global-options.ts';
import { everyPage, withWorkspace } from '../open.ts';
import { endWith, type ExitCode } from '../outcome.ts';
import { integer, print, table } from '../output.ts';

/** The gates of a workspace: run, listed, shown, compared; thresholds. */

export function monthOf(given: string | undefined): string | undefined {
  if (given === undefined || /^\d{4}-(?:0[1-9]|1[0-2])$/.test(given)) return given;
  throw new AppError('BAD_INPUT', `${given} is no month.`, { nextStep: 'Write it as YYYY-MM.' });
}

/** Limits that were given on the command line or by the contract's variables; none where the defaults are meant. */
function limitFlags(flags: Readonly<Record<string, string | boolean | undefined>>): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { flag, env } of [...LIMIT_FLAGS, ENGINE_FLAG]) {
    const value = flags[flag] ?? process.env[env];
    if (typeof value === 'string' && value.trim() !== '') found[flag] = value;
  }
  return found;
}

const EXITS: Readonly<Record<GateRun['decision'], ExitCode>> = { pass: 0, fail: 1, 'cannot-decide': 3 };

const FREEZE_WORDS = {
  none: '',
  opened: 'Price and packaging motions are frozen from now on.',
  'failed-again': 'Price and packaging motions stay frozen.',
  lifted: 'The freeze of price and packaging motions is lifted.',
  holds: 'Price and packaging motions stay frozen: not every gate that froze them could be judged.',
} as const;

/** `gate run` over the workspace's evidence: a fact, unless it is a dry run. */
export async function runInWorkspace(
  globals: GlobalOptions,
  flags: Readonly<Record<string, string | boolean | undefined>>,
  givenMonth: string | undefined,
): Promise<void> {
  const month = monthOf(givenMonth);
  const limits = limitFlags(flags);
  const input = { ...(month === undefined ? {} : { month }), ...(Object.keys(limits).length === 0 ? {} : { flags: limits }) };
  if (flags['dry-run'] === true) {
    await withWorkspace(globals, { writes: false }, async ({ client }) => {
      const { run } = await client.call('gate.dryRun', input);
      print({ dryRun: true, ...run }, () => `DRY RUN, nothing is kept. ${runText(run)}`);
      endWith(run.missing.length > 0 ? 3 : 0);
    });
    return;
  }
  await withWorkspace(globals, { writes: true }, async ({ client }) => {
    const { run, freeze } = await client.call('gate.run', input);
    print({ dryRun: false, freeze, ...run }, () => [runText(run), FREEZE_WORDS[freeze]].filter((part) => part !== '').join('\n\n'));
    endWith(EXITS[run.decision]);
  });
}

const MARKS = { pass: '✓', fail: '✕', stale: '◷', 'no-run': '–' } as const;
const WORDS = { pass: 'PASS', fail: 'FAIL', 'cannot-decide': 'CANNOT DECIDE' } as const;

/** Artifacts may hold any character; a terminal must not obey them. */
const printable = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');

function runText(run: GateRun): string {
  const lines = [
    `${WORDS[run.decision]}: gates of ${run.month}${run.runNo === 0 ? '' : `, run ${run.runNo}`}, judged at ${run.judgedAt}. ${printable(run.says)}`,
    run.standard ? '' : 'By limits of its own: it fills no matrix, and neither freezes nor lifts.',
    '',
    table(
      ['State', 'Gate', 'Name', 'Because'],
      run.results.map((gate) => [
        `${gate.state === 'fail' && !gate.decides ? '!' : MARKS[gate.state]} ${gate.state}`,
        gate.short,
        gate.name,
        printable(gate.says),
      ]),
    ),
    '',
    ...run.notes.map((note) => `${note.severity}: ${printable(note.title)}. ${printable(note.says)}`),
    '',
    ...run.inputs.map(({ sha256, role, name }) => `${sha256}  ${role}  ${printable(name)}`),
    `${run.resultSha256}  result (${run.ruleVersion}, thresholds version ${run.thresholdsVersion})`,
  ];
  return lines.filter((line, at) => line !== '' || lines[at - 1] !== '').join('\n');
}

export async function listRuns(globals: GlobalOptions, options: { month?: string }): Promise<void> {
  const month = monthOf(options.month);
  await withWorkspace(globals, { writes: false }, async ({ client }) => {
    const runs = await everyPage<GateRunRow>(async (after) => {
      const page = await client.call('gate.runs', {
        limit: 200,
        ...(month === undefined ? {} : { month }),
        ...(after === undefined ? {} : { after }),
      });
      return { rows: page.runs, next: page.next };
    });
    print({ runs }, () =>
      runs.length === 0
        ? 'The gates were not run yet. Run them with `gate run`.'
        : table(
            ['>run', 'month', 'at', 'decision', 'failing', '>pass', '>of', '>thresholds', 'by', 'result'],
            runs.map((run) => [
              String(run.runNo),
              run.month,
              run.ranAt,
              run.decision,
              run.failing.join(' '),
              String(run.passing),
              String(run.gates),
              String(run.thresholdsVersion),
              run.by ?? 'console',
              run.resultSha256.slice(0, 12),
            ]),
          ),
    );
  });
}

function runNumber(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new AppError('BAD_INPUT', `${text} is no number of a gate run.`, { nextStep: 'Take one from `gate list`.' });
}

export async function showRun(globals: GlobalOptions, runNo: string): Promise<void> {
  await withWorkspace(globals, { writes: false }, async ({ client }) => {
    const { run } = await client.call('gate.runDetail', { runNo: runNumber(runNo) });
    print(run, runText);
  });
}

export async function compareRuns(globals: GlobalOptions, a: string, b: string): Promise<void> {
  await withWorkspace(globals, { writes: false }, async ({ client }) => {
    const found = await client.call('gate.compare', { a: runNumber(a), b: runNumber(b) });
    print(found, (compared) =>
      [
        `Run ${compared.a.runNo} of ${compared.a.month} against run ${compared.b.runNo} of ${compared.b.month}.`,
        compared.gates.length === 0
          ? 'Every gate says the same.'
          : table(
              ['Gate', 'Name', 'Was', 'Is', '>Was', '>Is', '>Difference'],
              compared.gates.map((gate) => [
                gate.short,
                gate.name,
                gate.a,
                gate.b,
                gate.valueA ?? '',
                gate.valueB ?? '',
                gate.difference ?? '',
              ]),
            ),
        ...compared.inputs.flatMap(({ title, a: was, b: is, changes }) => [
          `${title}: ${was?.name ?? 'none'} → ${is?.name ?? 'none'}`,
          ...changes.map((change) => `  ${printable(change.what)}: ${printable(change.before ?? '–')} → ${printable(change.after ?? '–')}`),
        ]),
        ...compared.thresholds.map((change) => `Thresholds: ${change}`),
      ].join('\n'),
    );
  });
}

export async function showMatrix(globals: GlobalOptions, options: { months: number }): Promise<void> {
  await withWorkspace(globals, { writes: false }, async ({ client }) => {
    const matrix = await client.call('gate.matrix', { months: options.months });
    print(matrix, () =>
      matrix.months.length === 0
        ? 'The gates were not run yet. Run them with `gate run`.'
        : matrix.groups
            .map(({ name, gates }) =>
              [
                name,
                table(
                  ['Gate', 'Name', '>Threshold', ...matrix.months.map((month) => `>${month}`)],
                  gates.map((gate) => [
                    gate.short,
                    gate.name,
                    gate.rule,
                    ...gate.cells.map((cell) =>
                      gate.showsFigure && cell.value !== null
                        ? `${cell.state === 'pass' ? '' : MARKS[cell.state]}${cell.value}`
                        : MARKS[cell.state],
                    ),
                  ]),
                ),
              ].join('\n'),
            )
            .join('\n\n'),
    );
  });
}

const THRESHOLD_NAMES = {
  'min-blended-margin': 'minBlendedGrossMarginPercent',
  'max-p95-envelope': 'maxP95TenantLlmCogsPctMrr',
  'max-discount-impact': 'maxAnnualDiscountImpactPercent',
  'min-growth-to-pro': 'minGrowthToProConversionMomDeltaPercent',
  'min-pro-to-enterprise': 'minProToEnterpriseConversionMomDeltaPercent',
  'min-stress-margin': 'minStressMarginPercent',
  'required-closes': 'requiredConsecutiveMarginCloses',
  'discount-cap': 'maxAnnualDiscountPercent',
} as const satisfies Record<string, keyof GateThresholds>;
const TIERS = ['starter', 'growth', 'pro', 'enterprise'] as const;

/** `min-stress-margin=76`, or `band.enterprise=25`; `band.enterprise=` takes a band away. */
function withSettings(body: GateThresholds, settings: readonly string[]): GateThresholds {
  let next = body;
  for (const setting of settings) {
    const [name = '', value = ''] = [setting.slice(0, setting.indexOf('=')), setting.slice(setting.indexOf('=') + 1)];
    const key = Object.entries(THRESHOLD_NAMES).find(([known]) => known === name)?.[1];
    const tier = TIERS.find((known) => name === `band.${known}`);
    if ((key === undefined && tier === undefined) || !setting.includes('='))
      throw new AppError('BAD_INPUT', `There is no threshold in “${setting}”.`, {
        nextStep: `Write NAME=VALUE with one of ${[...Object.keys(THRESHOLD_NAMES), ...TIERS.map((known) => `band.${known}`)].join(', ')}.`,
      });
    const number = Number(value);
    const isEmpty = value.trim() === '';
    if ((isEmpty && tier === undefined) || !Number.isFinite(number))
      throw new AppError('BAD_INPUT', `“${value}” is no number for ${name}.`, { nextStep: `Write ${name}=80, or ${name}=7.5.` });
    if (key !== undefined) next = { ...next, [key]: number };
    else if (tier !== undefined) {
      const { [tier]: _, ...others } = next.discountBands;
      next = { ...next, discountBands: isEmpty ? others : { ...others, [tier]: number } };
    }
  }
  return next;
}

interface ThresholdOptions {
  readonly set: readonly string[];
  readonly effectiveFrom?: string;
  readonly reviewBy?: string;
  readonly reason?: string;
  readonly preview?: boolean;
}

/** Shows the thresholds; with --set it changes them, or with --preview says what past months would have been. */
export async function thresholds(globals: GlobalOptions, options: ThresholdOptions): Promise<void> {
  const effectiveFrom = monthOf(options.effectiveFrom);
  const changes = options.set.length > 0 || options.reviewBy !== undefined;
  const writes = changes && options.preview !== true;
  if (writes && options.reason === undefined)
    throw new AppError('BAD_INPUT', 'A change of thresholds needs a reason.', {
      nextStep: 'Add --reason TEXT; --preview shows what past months would have been, without a change.',
    });
  await withWorkspace(globals, { writes }, async ({ client }) => {
    const found = await client.call('gate.thresholds', {});
    const body = withSettings(found.current.body, options.set);
    if (options.preview === true) {
      const preview = await client.call('gate.thresholdsPreview', { body });
      print(preview, () => previewText(preview));
    } else if (writes) {
      const changed = await client.call('gate.thresholdsChange', {
        version: found.current.version,
        body,
        effectiveFrom: effectiveFrom ?? found.nextMonth,
        ...(options.reviewBy === undefined ? {} : { reviewBy: options.reviewBy }),
        reason: options.reason ?? '',
      });
      print(changed, () =>
        [
          `Version ${changed.version} counts from ${changed.effectiveFrom}; to be looked at again by ${changed.reviewBy}.`,
          ...changed.changes.map((change) => `  ${change}`),
        ].join('\n'),
      );
    } else {
      print(found, () =>
        [
          `Version ${found.current.version}, review by ${found.current.reviewBy}${found.reviewDue ? ' (due)' : ''}.`,
          table(
            ['Threshold', '>Value'],
            [
              ...Object.entries(THRESHOLD_NAMES).map(([name, key]) => [name, String(found.current.body[key])]),
              ...Object.entries(found.current.body.discountBands).map(([tier, band]) => [`band.${tier}`, String(band)]),
            ],
          ),
          ...found.versions.map(
            (version) =>
              `Version ${version.version}, ${version.changedBy ?? 'default'}, ${version.changedAt}: ${printable(version.reason)}${version.changes.length === 0 ? '' : ` (${version.changes.join('; ')})`}`,
          ),
        ].join('\n'),
      );
    }
  });
}

const previewText = (preview: OutputOf<Contract, 'gate.thresholdsPreview'>): string =>
  [
    ...preview.changes,
    preview.says,
    table(
      ['Month', 'Gate', 'Now', 'Then', 'By these thresholds'],
      preview.months.flatMap(({ month, gates }) =>
        gates.filter(({ now, then }) => now !== then).map((gate) => [month, gate.short, gate.now, gate.then, gate.says]),
      ),
    ),
    `${integer(preview.months.length)} months looked at.`,
  ].join('\n');
