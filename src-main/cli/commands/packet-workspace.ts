import type { OutputOf } from '../../../src-shared/contract/define.ts';
import type { Contract } from '../../../src-shared/contract/index.ts';
import type { PacketFigure } from '../../../src-shared/contract/packet-document.ts';
import { AppError } from '../../../src-shared/kernel/errors.ts';
import { type CliSession, everyPage, withWorkspace } from '../open.ts';
import { endWith } from '../outcome.ts';
import { jsonWanted, print, table } from '../output.ts';
import { saveTo, sendToStdout } from '../save.ts';
import type { GlobalOptions } from '../global-options.ts';

/** `packet …` on a workspace: what is there, what a month says, and whether it still comes out the same. */

type Packet = OutputOf<Contract, 'packet.get'>;

export function monthOf(text: string): string {
  if (/^[0-9]{4}-(0[1-9]|1[0-2])$/.test(text)) return text;
  throw new AppError('BAD_INPUT', `“${text}” is no month.`, { nextStep: 'Write it as YYYY-MM.' });
}

/** The packet of a month; its newest revision where none is named. */
export const packetOf = ({ client }: CliSession, month: string, revision?: number): Promise<Packet> =>
  client.call('packet.get', { month: monthOf(month), ...(revision === undefined ? {} : { revision }) });

const shown = ({ value, unit }: Pick<PacketFigure, 'value' | 'unit'>): string =>
  value === null ? 'none' : unit === 'percent' ? `${value}%` : unit === 'USD' ? `${value} USD` : unit === 'points' ? `${value} pt` : value;

export async function buildMonth(globals: GlobalOptions, options: { readonly month: string; readonly reason?: string }): Promise<void> {
  const month = monthOf(options.month);
  await withWorkspace(globals, { writes: true }, async ({ client }) => {
    const built = await client.call('packet.build', { month, ...(options.reason === undefined ? {} : { reason: options.reason }) });
    print(built, ({ says, documentSha256 }) => `${says}\nDocument ${documentSha256}`);
  });
}

export async function listPackets(globals: GlobalOptions): Promise<void> {
  await withWorkspace(globals, { writes: false }, async ({ client }) => {
    let toBuild: OutputOf<Contract, 'packet.list'>['toBuild'] = [];
    const packets = await everyPage(async (before) => {
      const page = await client.call('packet.list', { limit: 120, ...(before === undefined ? {} : { before }) });
      if (before === undefined) toBuild = page.toBuild;
      return { rows: page.packets, next: page.next };
    });
    print({ packets, toBuild }, () =>
      [
        packets.length === 0
          ? 'No packets yet. `packet build --month YYYY-MM` makes one.'
          : table(
              ['month', '>rev', 'state', '>open', 'gates', '>blended', '>stress', '>p95', '>discount', 'due'],
              packets.map((row) => [
                row.month,
                String(row.revision),
                row.state,
                String(row.openQuestions),
                row.failing.length > 0 ? `${row.failing.join(', ')} fail` : row.decision,
                row.blendedMargin ?? 'none',
                row.stressMargin ?? 'none',
                row.p95Envelope ?? 'none',
                row.discountImpact ?? 'none',
                `${row.dueAt.slice(0, 10)}${row.overdue ? ' OVERDUE' : ''}`,
              ]),
            ),
        ...toBuild.map(({ month, says, due }) => `${month}: no packet yet${due ? ', due' : ''}. ${says}`),
      ].join('\n'),
    );
  });
}

interface ShowOptions {
  readonly revision?: number;
  readonly figure?: string;
}

export async function showPacket(globals: GlobalOptions, month: string, { revision, figure }: ShowOptions): Promise<void> {
  await withWorkspace(globals, { writes: false }, async (session) => {
    const packet = await packetOf(session, month, revision);
    if (figure === undefined) {
      print(packet, packetText);
      return;
    }
    if (!Object.hasOwn(packet.figures, figure)) {
      throw new AppError('NOT_FOUND', `The packet of ${month} has no figure ${figure}.`, {
        nextStep: `Use one of ${Object.keys(packet.figures).slice(0, 12).join(', ')} …`,
        details: { figures: Object.keys(packet.figures) },
      });
    }
    print(await session.client.call('packet.proof', { packetId: packet.head.packetId, figure }), proofText);
  });
}

const COLUMNS = ['active', 'mrr', 'effective_mrr', 'llm', 'infra', 'support', 'margin', 'p95_of_mrr'] as const;

function packetText({ head, figures, headline, tiers, gates, findings, comparison, referenceRefusal, review }: Packet): string {
  const of = (id: string): string => figures[id]?.value ?? 'none';
  return [
    `${head.month}, revision ${head.revision}: ${head.state}${head.supersededBy === null ? '' : `, replaced by revision ${head.supersededBy}`}`,
    `Built ${head.builtAt} by ${head.builtBy}; document ${head.documentSha256}`,
    ...(referenceRefusal === null ? [] : [`The reference refuses the month: ${referenceRefusal.says}`]),
    '',
    table(
      ['figure', '>value', '>change', 'bound'],
      headline.flatMap((id) => {
        const figure = figures[id];
        return figure === undefined ? [] : [[figure.title, shown(figure), figure.previous?.change ?? '', figure.limit?.says ?? '']];
      }),
    ),
    '',
    table(
      ['tier', ...COLUMNS.map((column) => `>${column}`)],
      tiers.map(({ tier }) => [tier, ...COLUMNS.map((column) => of(`tier.${tier}.${column}`))]),
    ),
    '',
    ...gates.results.map(({ name, state, says }) => `${name.padEnd(8)} ${state === 'pass' ? 'passes' : state.toUpperCase()}  ${says}`),
    ...findings.map(({ severity, code, says }) => `${severity.padEnd(8)} ${code}: ${says}`),
    ...(comparison === null ? [] : ['', ...comparison.largest.map(({ says }) => says)]),
    ...(review.open.length === 0 ? [] : ['', 'Accepting waits for:', ...review.open.map(({ code, says }) => `  ${code}: ${says}`)]),
  ].join('\n');
}

function proofText({ figure, month, revision, artifacts, comments, proof }: OutputOf<Contract, 'packet.proof'>): string {
  return [
    `${figure.title}, ${month} revision ${revision}: ${shown(figure)}`,
    figure.says,
    figure.formula.words,
    figure.formula.numbers,
    ...(figure.limit === null ? [] : [figure.limit.says]),
    ...(figure.previous === null
      ? []
      : [`${figure.previous.month}: ${figure.previous.value ?? 'none'}, change ${figure.previous.change ?? 'none'}`]),
    ...figure.moves.map(({ label, value }) => `  ${value.startsWith('-') ? '' : '+'}${value}  ${label}`),
    '',
    ...(figure.inputs.length === 0
      ? []
      : [
          table(
            ['artifact', 'pointer', '>value', 'what'],
            figure.inputs.map((row) => [row.role, row.pointer, row.value, row.label]),
          ),
          '',
        ]),
    ...artifacts.map(({ name, sha256 }) => `${sha256}  ${name}`),
    `Rule ${figure.rule.name} version ${figure.rule.version}; rounding: ${figure.rounding}`,
    `Document ${proof.resultSha256 ?? ''}`,
    ...comments.map(({ who, at, text }) => `${at} ${who}: ${text}`),
  ].join('\n');
}

export async function verifyPacket(globals: GlobalOptions, month: string, { revision }: { readonly revision?: number }): Promise<void> {
  await withWorkspace(globals, { writes: false, prefersWriting: true }, async (session) => {
    const { head } = await packetOf(session, month, revision);
    const verified = await session.client.call('packet.verify', { packetId: head.packetId });
    print(verified, ({ says, documentSha256, files, differences }) =>
      [
        says,
        `${documentSha256}  document`,
        ...files.map(({ name, sha256, equal }) => `${sha256}  ${name}${equal ? '' : '  NOT EQUAL'}`),
        ...differences.map((difference) => `${difference.what}: ${difference.says}`),
      ].join('\n'),
    );
    if (!verified.holds) endWith(1);
  });
}

const FORMATS = ['pdf', 'csv', 'json', 'zip'] as const;

interface ExportOptions {
  readonly format: string;
  readonly output?: string;
  readonly revision?: number;
}

export async function exportPacket(globals: GlobalOptions, month: string, options: ExportOptions): Promise<void> {
  const format = FORMATS.find((known) => known === options.format);
  if (format === undefined)
    throw new AppError('BAD_INPUT', `There is no format ${options.format}.`, { nextStep: `Use one of ${FORMATS.join(', ')}.` });
  if (options.output === undefined && format !== 'json' && (jsonWanted() || format !== 'csv'))
    throw new AppError('BAD_INPUT', `A packet as ${format} goes to a file.`, { nextStep: 'Name it with --output.' });
  await withWorkspace(globals, { writes: false }, async (session) => {
    const { head } = await packetOf(session, month, options.revision);
    const { ticket } = await session.client.call('packet.export', { packetId: head.packetId, format });
    const file = await session.app.openDownload(ticket);
    if (file === null) throw new AppError('INTERNAL', 'The export could not be opened.', { nextStep: 'Run it again.', retryable: true });
    if (options.output === undefined) await sendToStdout(file.stream);
    else await saveTo(options.output, file.stream);
  });
}

export async function showInputs(globals: GlobalOptions, month: string): Promise<void> {
  await withWorkspace(globals, { writes: false }, async ({ client }) => {
    const inputs = await client.call('packet.inputs', { month: monthOf(month) });
    print(inputs, ({ says, inputs: rows }) =>
      [
        says,
        '',
        table(
          ['input', 'state', 'name', 'next step'],
          rows.map((row) => [
            `${row.title}${row.required ? ' (required)' : ''}`,
            row.state,
            row.artifact?.name ?? '',
            row.nextStep?.says ?? '',
          ]),
        ),
      ].join('\n'),
    );
    if (!inputs.ready) endWith(1);
  });
}

export async function schedule(
  globals: GlobalOptions,
  options: { readonly buildOnDay?: number; readonly acceptWithinDays?: number; readonly automatic?: string },
): Promise<void> {
  const changes = Object.keys(options).length > 0;
  if (options.automatic !== undefined && options.automatic !== 'on' && options.automatic !== 'off')
    throw new AppError('BAD_INPUT', `--automatic is on or off, not ${options.automatic}.`, { nextStep: 'Give on or off.' });
  await withWorkspace(globals, { writes: changes }, async ({ client }) => {
    const before = await client.call('packet.schedule', {});
    if (changes)
      await client.call('packet.setSchedule', {
        buildOnDay: options.buildOnDay ?? before.buildOnDay,
        acceptWithinDays: options.acceptWithinDays ?? before.acceptWithinDays,
        automatic: options.automatic === undefined ? before.automatic : options.automatic === 'on',
      });
    print(
      changes ? await client.call('packet.schedule', {}) : before,
      ({ buildOnDay, acceptWithinDays, automatic }) =>
        `A month’s packet is due on day ${buildOnDay} of the next month${automatic ? ' and built by itself' : ''}, and accepted within ${acceptWithinDays} days.`,
    );
  });
}
