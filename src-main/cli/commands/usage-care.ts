import { randomInt, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { OutputOf } from '../../../src-shared/contract/define.ts';
import type { Contract } from '../../../src-shared/contract/index.ts';
import type { Backfill, BackfillPreview, LimitUse } from '../../../src-shared/contract/metering-care.ts';
import { createEmitter, usageEvent } from '../../../src-shared/emitter/index.ts';
import { AppError } from '../../../src-shared/kernel/errors.ts';
import { loadEvents, splitEvents } from '../../metering/index.ts';
import type { GlobalOptions } from '../global-options.ts';
import { type CliSession, everyPage, waitForJob, withWorkspace } from '../open.ts';
import { endWith } from '../outcome.ts';
import { integer, print, table } from '../output.ts';
import { printable } from '../printable.ts';

/** `usage limits/validate/backfill/reconcile/generate` and `intake …`. */

const percent = (bp: number | null): string => (bp === null ? '' : `${(bp / 100).toFixed(2)}%`);

const limitCells = (name: string, use: LimitUse): string[] => [
  name,
  use.metric,
  use.period,
  use.used,
  use.hard ?? 'none',
  percent(use.ratioBp),
  use.state,
];
const LIMIT_TITLES = ['tenant', 'metric', 'period', '>used', '>limit', '>of it', 'state'] as const;

/** Ends with 1 when a limit is over. */
export async function limits(
  globals: GlobalOptions,
  options: { readonly tenant?: string; readonly metric?: string; readonly all?: boolean },
): Promise<void> {
  await withWorkspace(globals, { writes: false }, async ({ client }) => {
    const { tenant, metric } = options;
    if (tenant !== undefined) {
      const answer = await client.call('limit.tenant', { tenantId: tenant });
      const shown = { ...answer, limits: answer.limits.filter((use) => metric === undefined || use.metric === metric) };
      print(shown, ({ limits: found }) =>
        table(
          LIMIT_TITLES,
          found.map((use) => limitCells(tenant, use)),
        ),
      );
      if (shown.limits.some(({ state }) => state === 'over')) endWith(1);
      return;
    }
    const rows = await everyPage((after) =>
      client.call('limit.list', {
        state: options.all === true ? 'all' : 'near',
        limit: 500,
        ...(metric === undefined ? {} : { metric }),
        ...(after === undefined ? {} : { after }),
      }),
    );
    print({ rows }, () =>
      rows.length === 0
        ? 'Nobody is near a limit.'
        : table(
            LIMIT_TITLES,
            rows.map(({ tenant: { tenantId }, use }) => limitCells(tenantId, use)),
          ),
    );
    if (rows.some(({ use }) => use.state === 'over')) endWith(1);
  });
}

interface ValidateOptions {
  readonly from?: string;
  readonly to?: string;
  readonly sample: number;
  readonly seed?: string;
  readonly confidence: number;
  readonly limit: string;
  readonly secondEngine?: boolean;
}

/** Ends with 1 where stored usage deviates beyond the limit, or the second engine adds up otherwise. */
export async function validate(globals: GlobalOptions, options: ValidateOptions): Promise<void> {
  const confidencePercent = ([90, 95, 99] as const).find((one) => one === options.confidence);
  if (confidencePercent === undefined)
    throw new AppError('BAD_INPUT', `There is no confidence of ${options.confidence}%.`, { nextStep: 'Give --confidence 90, 95 or 99.' });
  await withWorkspace(globals, { writes: true }, async ({ client }) => {
    let validationId = '';
    await waitForJob(client, async () => {
      const started = await client.call('usage.validate', {
        sample: options.sample,
        confidencePercent,
        limitPercent: Number(options.limit),
        secondEngine: options.secondEngine === true,
        ...(options.from === undefined ? {} : { from: options.from }),
        ...(options.to === undefined ? {} : { to: options.to }),
        ...(options.seed === undefined ? {} : { seed: options.seed }),
      });
      ({ validationId } = started);
      return started;
    });
    const found = await client.call('usage.validation', { validationId });
    print(found, validationText);
    if (!found.validation.holds) endWith(1);
  });
}

const validationText = ({ validation: v, cells }: OutputOf<Contract, 'usage.validation'>): string =>
  [
    v.says,
    `At most ${integer(v.boundCells)} of ${integer(v.population)} cells deviate (${percent(v.boundBp)}), with ${v.confidencePercent}% confidence; seed ${v.seed}.`,
    ...(v.engineSays === '' ? [] : [v.engineSays]),
    ...(cells.length === 0
      ? []
      : [
          table(
            ['tenant', 'metric', 'day', '>stored', '>recomputed', '>apart'],
            cells.map((cell) => [cell.tenant.tenantId, cell.metric, cell.day, cell.stored, cell.recomputed, percent(cell.deviationBp)]),
          ),
        ]),
  ].join('\n');

/** Ends with 1 where something does not add up. */
export async function reconcile(globals: GlobalOptions): Promise<void> {
  await withWorkspace(globals, { writes: true }, async ({ client }) => {
    let runId = '';
    await waitForJob(client, async () => {
      const started = await client.call('reconciliation.run', {});
      ({ runId } = started);
      return started;
    });
    const found = await client.call('reconciliation.show', { runId });
    print(found, ({ run, findings }) =>
      [
        `Run ${run.runNo}: ${run.says}`,
        ...findings.map(({ severity, tenant, says }) => `${severity.padEnd(4)} ${tenant?.tenantId ?? ''} ${printable(says)}`),
      ].join('\n'),
    );
    if (!found.run.holds) endWith(1);
  });
}

interface BackfillOptions {
  readonly from?: string;
  readonly to?: string;
  readonly reason?: string;
  readonly apply?: boolean;
  readonly applyId?: string;
  readonly reverse?: string;
  readonly list?: boolean;
}

const need = (value: string | undefined, option: string): string => {
  if (value !== undefined) return value;
  throw new AppError('BAD_INPUT', `A backfill needs ${option}. Nothing was done.`, {
    nextStep: 'usage backfill --from YYYY-MM-DD --to YYYY-MM-DD --reason TEXT FILE…',
  });
};

/** Previews, and applies with --apply; --apply-id, --reverse and --list work on backfills that were started before. */
export async function backfill(globals: GlobalOptions, files: readonly string[], options: BackfillOptions): Promise<void> {
  if (options.list === true) {
    await withWorkspace(globals, { writes: false }, async ({ client }) => {
      const { backfills } = await client.call('usage.backfills', { limit: 500 });
      print({ backfills }, ({ backfills: rows }) =>
        rows.length === 0
          ? 'Nothing was brought in later.'
          : table(
              ['>no', 'id', 'from', 'to', 'state', '>files', 'reason'],
              rows.map((row) => [
                String(row.backfillNo),
                row.backfillId,
                row.from,
                row.to,
                row.state,
                String(row.files.length),
                printable(row.reason),
              ]),
            ),
      );
    });
    return;
  }
  await withWorkspace(globals, { writes: true }, async ({ client }) => {
    if (options.reverse !== undefined) {
      print(
        await client.call('usage.backfillReverse', { backfillId: options.reverse, reason: need(options.reason, '--reason') }),
        stateText,
      );
      return;
    }
    if (options.applyId !== undefined) {
      const { preview } = await client.call('usage.backfill', { backfillId: options.applyId });
      if (preview === null)
        throw new AppError('CONFLICT', 'It was not previewed yet. Nothing was changed.', { nextStep: 'Preview it first.' });
      print(await client.call('usage.backfillApply', { backfillId: options.applyId, sha256: preview.sha256 }), stateText);
      return;
    }
    await newBackfill(client, files, options);
  });
}

async function newBackfill(client: CliSession['client'], files: readonly string[], options: BackfillOptions): Promise<void> {
  if (files.length === 0) need(undefined, 'a file');
  const contents = await Promise.all(files.map(async (file) => ({ name: basename(file), lines: eventLines(file, await readInput(file)) })));
  const { backfillId } = await client.call('usage.backfillStart', {
    from: need(options.from, '--from'),
    to: need(options.to, '--to'),
    reason: need(options.reason, '--reason'),
  });
  for (const { name, lines } of contents)
    for (const text of partsOf(lines)) await client.call('usage.backfillAdd', { backfillId, name, text });
  const previewed = await client.call('usage.backfillPreview', { backfillId });
  const done =
    options.apply === true
      ? await client.call('usage.backfillApply', { backfillId, sha256: previewed.preview.sha256 })
      : previewed.backfill;
  print({ backfill: done, preview: previewed.preview }, ({ backfill: now, preview }) => [previewText(preview), stateText(now)].join('\n'));
  if (previewed.preview.outcomes.quarantined > 0 || previewed.preview.outcomes.conflict > 0) endWith(1);
}

const stateText = ({ backfillNo, backfillId, state, events }: Backfill): string =>
  `Backfill ${backfillNo} (${backfillId}) is ${state}. ${events.at(-1)?.says ?? ''}`.trim();

const previewText = (preview: BackfillPreview): string =>
  [
    `${integer(preview.outcomes.received)} rows: ${integer(preview.outcomes.accepted)} accepted, ${integer(preview.outcomes.late)} late, ${integer(preview.outcomes.duplicate)} duplicate, ${integer(preview.outcomes.conflict)} conflict, ${integer(preview.outcomes.quarantined)} not usable.`,
    ...preview.problems.map(({ code, says, times }) => `${integer(times)} × ${code}: ${printable(says)}`),
    ...(preview.cells === 0
      ? ['Nothing changes.']
      : [
          table(
            ['tenant', 'metric', 'period', 'adjusts', '>before', '>after', '>difference'],
            preview.changes.map((one) => [
              one.tenant.tenantId,
              one.metric,
              one.period,
              one.adjusts ?? '',
              one.before,
              one.after,
              one.difference,
            ]),
          ),
          ...(preview.cells > preview.changes.length ? [`… and ${integer(preview.cells - preview.changes.length)} more cells.`] : []),
          ...preview.totals.map(({ metric, unit, difference }) => `${metric}: ${difference} ${unit}`),
        ]),
  ].join('\n');

const readInput = async (file: string): Promise<Uint8Array> => {
  try {
    return await readFile(file);
  } catch (error) {
    throw new AppError('BAD_INPUT', `${file} cannot be read. Nothing was done.`, { nextStep: 'Check its path.', cause: error });
  }
};

/** One event a line, also of a batch: JSON texts hold no line ends, so those between its tokens can go. */
function eventLines(file: string, bytes: Uint8Array): readonly string[] {
  const isBatch = /\.json$/i.test(file);
  const events = splitEvents(isBatch ? 'batch' : 'ndjson', bytes);
  if (events === null)
    throw new AppError('BAD_INPUT', `${file} is no JSON array of events. Nothing was done.`, {
      nextStep: 'Give one event a line as .ndjson, or an array as .json.',
    });
  return events.map((event) =>
    Buffer.from(event)
      .toString('utf8')
      .replaceAll(/[\r\n]+/g, ' '),
  );
}

const PART_CHARACTERS = 256 * 1024;

function* partsOf(lines: readonly string[]): Generator<string> {
  let part: string[] = [];
  let size = 0;
  for (const line of lines) {
    if (size + line.length > PART_CHARACTERS && part.length > 0) {
      yield part.join('');
      part = [];
      size = 0;
    }
    part.push(`${line}\n`);
    size += line.length + 1;
  }
  if (part.length > 0) yield part.join('');
}

interface GenerateOptions {
  readonly tenants: readonly string[];
  readonly events: number;
  readonly seed: string;
  readonly days: number;
  readonly to?: string;
  readonly tokenFile?: string;
}

const SOURCE = 'urn:countersign:load';

/** Prints NDJSON, or sends it with the emitter's client; ends with 1 where something did not arrive. */
export async function generate(globals: GlobalOptions, options: GenerateOptions): Promise<void> {
  const untilMs = globals.now === undefined ? Date.now() : Date.parse(globals.now);
  const events = loadEvents({ seed: options.seed, tenants: options.tenants, events: options.events, days: options.days, untilMs });
  if (options.to === undefined) {
    for (const input of events) process.stdout.write(`${JSON.stringify(usageEvent(input, { source: SOURCE, id: '', time: '' }))}\n`);
    return;
  }
  if (options.tokenFile === undefined)
    throw new AppError('BAD_INPUT', 'The intake asks for a token. Nothing was sent.', {
      nextStep: 'Make one with `intake create`, and name its file with --token-file.',
    });
  const token = Buffer.from(await readInput(options.tokenFile))
    .toString('utf8')
    .trim();
  const emitter = createEmitter({
    url: options.to,
    token: () => token,
    source: SOURCE,
    fetch,
    now: () => Date.now(),
    newId: randomUUID,
    random: () => randomInt(2 ** 32) / 2 ** 32,
    wait: (ms) => wait(ms),
  });
  for (const input of events) {
    // A full buffer is sent before more is made.
    while (!emitter.emit(input).queued) {
      const state = await emitter.flush();
      if (state.state !== 'idle') break;
    }
  }
  const state = await emitter.close();
  print(state, ({ sent, waiting, overflowed, outcomes, says }) =>
    [
      `${integer(sent)} events arrived: ${Object.entries(outcomes)
        .filter(([, count]) => count > 0)
        .map(([outcome, count]) => `${integer(count)} ${outcome}`)
        .join(', ')}.`,
      ...(waiting + overflowed > 0 ? [`${integer(waiting + overflowed)} did not. ${says}`] : []),
    ].join('\n'),
  );
  if (state.waiting + state.overflowed + state.unsendable > 0) endWith(1);
}

export async function createToken(globals: GlobalOptions, name: string): Promise<void> {
  await withWorkspace(globals, { writes: true }, async ({ client }) => {
    print(await client.call('intake.createToken', { name }), ({ token }) => token);
  });
}

export async function listTokens(globals: GlobalOptions): Promise<void> {
  await withWorkspace(globals, { writes: false }, async ({ client }) => {
    const state = await client.call('intake.state', {});
    print(state, ({ tokens }) =>
      tokens.length === 0
        ? 'No emitter may post events yet. `intake create NAME` makes a token.'
        : table(
            ['name', 'begins', 'made', 'ended', '>received', '>accepted', '>duplicate', '>quarantined'],
            tokens.map((one) => [
              printable(one.name),
              one.begins,
              one.madeAt,
              one.endedAt ?? '',
              integer(one.outcomes.received),
              integer(one.outcomes.accepted),
              integer(one.outcomes.duplicate),
              integer(one.outcomes.quarantined),
            ]),
          ),
    );
  });
}

export async function endToken(globals: GlobalOptions, name: string, { reason }: { readonly reason: string }): Promise<void> {
  await withWorkspace(globals, { writes: true }, async ({ client }) => {
    const { tokens } = await client.call('intake.state', {});
    const found = tokens.find((one) => one.endedAt === null && (one.name === name || one.tokenId === name));
    if (found === undefined)
      throw new AppError('NOT_FOUND', `No token called ${name} counts here. Nothing was changed.`, { nextStep: 'See `intake list`.' });
    await client.call('intake.endToken', { tokenId: found.tokenId, reason });
    print({ ended: found.tokenId }, () => `${found.name} has ended.`);
  });
}

export async function selfMetering(globals: GlobalOptions, wanted: string, { tenant }: { readonly tenant?: string }): Promise<void> {
  if (wanted !== 'on' && wanted !== 'off')
    throw new AppError('BAD_INPUT', `It is on or off, not ${wanted}.`, { nextStep: 'Give on or off.' });
  await withWorkspace(globals, { writes: true }, async ({ client }) => {
    print(await client.call('intake.setSelfMetering', { on: wanted === 'on', tenantId: tenant ?? null }), ({ on, tenantId }) =>
      on ? `The console counts its own operations for ${tenantId ?? ''}.` : 'The console does not count its own operations.',
    );
  });
}
