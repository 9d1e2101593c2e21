import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { unzipSync } from 'fflate';
import { AppError } from '../../../src-shared/kernel/errors.ts';
import type { GlobalOptions } from '../global-options.ts';
import { withWorkspace } from '../open.ts';
import { endWith } from '../outcome.ts';
import { print, table } from '../output.ts';
import { monthOf } from './packet-workspace.ts';

/** `export …`: files of a month's billing, and those that left. */

interface ExportOptions {
  readonly tenant?: string;
  readonly all?: boolean;
  readonly period: string;
  readonly format: string;
  readonly out?: string;
}

const FORMATS = ['csv', 'json'] as const;

export async function exportBilling(globals: GlobalOptions, options: ExportOptions): Promise<void> {
  const month = monthOf(options.period);
  const format = FORMATS.find((known) => known === options.format);
  if (format === undefined)
    throw new AppError('BAD_INPUT', `There is no format ${options.format}.`, { nextStep: `Use one of ${FORMATS.join(', ')}.` });
  if ((options.tenant === undefined) === (options.all !== true))
    throw new AppError('BAD_INPUT', 'It must be either one tenant or all of them.', { nextStep: 'Give --tenant ID, or --all.' });
  await withWorkspace(globals, { writes: true }, async ({ app, client }) => {
    const made = await client.call('billing.export', { month, tenantId: options.tenant ?? null, format });
    const file = await app.openDownload(made.ticket);
    if (file === null) throw new AppError('INTERNAL', 'The export could not be opened.', { nextStep: 'Run it again.', retryable: true });
    const archive = await buffer(file.stream);
    const out = resolve(options.out ?? made.fileName.replace(/\.zip$/, ''));
    const isArchive = out.endsWith('.zip');
    const files = isArchive ? [{ path: out, bytes: archive }] : filesIn(archive, out);
    try {
      for (const { path, bytes } of files) {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, bytes);
      }
    } catch (error) {
      throw new AppError('BAD_INPUT', `${out} could not be written; the export itself is recorded.`, {
        nextStep: 'Name another place with --out.',
        cause: error,
      });
    }
    print({ out, files: files.map(({ path }) => path), export: made.export, manifest: made.manifest }, () =>
      [
        `${made.export.tenants} tenants of ${month} in ${out}`,
        ...made.manifest.totals.map(
          ({ currency, plan, overage, adjustments, total }) =>
            `${total} ${currency} (${plan} plans, ${overage} overage, ${adjustments} adjustments)`,
        ),
        `Manifest ${made.export.sha256}${isArchive ? '' : '; `sha256sum -c SHA256SUMS` there checks the files'}`,
        ...(made.manifest.period_state === 'closed' ? [] : [`${month} is not closed: its figures can still grow.`]),
      ].join('\n'),
    );
  });
}

/** The archive has one folder; its files go straight into the one that was named. */
const filesIn = (archive: Uint8Array, folder: string): { path: string; bytes: Uint8Array }[] =>
  Object.entries(unzipSync(archive)).map(([name, bytes]) => ({ path: join(folder, name.slice(name.indexOf('/') + 1)), bytes }));

export async function listExports(globals: GlobalOptions, options: { readonly period?: string; readonly limit: number }): Promise<void> {
  await withWorkspace(globals, { writes: false }, async ({ client }) => {
    const listed = await client.call('billing.list', {
      limit: Math.min(Math.max(options.limit, 1), 200),
      ...(options.period === undefined ? {} : { month: monthOf(options.period) }),
    });
    print(listed, ({ exports }) =>
      exports.length === 0
        ? 'Nothing has been exported yet. `export billing --all --period YYYY-MM` makes the files.'
        : table(
            ['export', 'at', 'by', 'month', 'of', 'format', '>tenants', 'manifest'],
            exports.map((one) => [
              one.exportId,
              one.at,
              one.by,
              one.month,
              one.tenantId ?? one.partnerId ?? 'all',
              one.format,
              String(one.tenants),
              one.sha256,
            ]),
          ),
    );
  });
}

/** 0 when it would be the same today, 1 when facts came in since. */
export async function showExport(globals: GlobalOptions, exportId: string): Promise<void> {
  await withWorkspace(globals, { writes: false }, async ({ client }) => {
    const shown = await client.call('billing.show', { exportId });
    print(shown, ({ export: one, manifest, says }) =>
      [
        `${one.fileName}, ${one.at} by ${one.by}`,
        says,
        ...manifest.files.map(({ name, sha256 }) => `${sha256}  ${name}`),
        `Manifest ${one.sha256}`,
      ].join('\n'),
    );
    if (!shown.same) endWith(1);
  });
}
