import type { ChainRow } from '../../../src-shared/contract/receipts.ts';
import { AppError } from '../../../src-shared/kernel/errors.ts';
import { type CliSession, everyPage, withWorkspace } from '../open.ts';
import { endWith } from '../outcome.ts';
import { integer, jsonWanted, print, table } from '../output.ts';
import { saveTo, sendToStdout } from '../save.ts';
import type { GlobalOptions } from '../global-options.ts';

const FORMATS = ['json', 'csv', 'tsv', 'chain-folder'] as const;

interface ExportOptions {
  readonly format: string;
  readonly chain?: readonly string[];
  readonly from?: number;
  readonly to?: number;
  readonly output?: string;
}

export async function exportReceipts(globals: GlobalOptions, options: ExportOptions): Promise<void> {
  const format = FORMATS.find((known) => known === options.format);
  if (!format) throw new AppError('BAD_INPUT', `There is no format ${options.format}.`, { nextStep: `Use one of ${FORMATS.join(', ')}.` });
  if (jsonWanted() && options.output === undefined && format !== 'json') {
    throw new AppError('BAD_INPUT', `With --json nothing but a JSON document goes to stdout, and ${format} is none.`, {
      nextStep: 'Name a file with --output, or leave --json out.',
    });
  }
  await withWorkspace(globals, { writes: false }, async ({ app, client }) => {
    const { ticket } = await client.call('receipt.export', {
      format,
      ...(options.chain === undefined ? {} : { chainKeys: [...options.chain] }),
      ...(options.from === undefined ? {} : { fromIndex: options.from }),
      ...(options.to === undefined ? {} : { toIndex: options.to }),
    });
    const file = await app.openDownload(ticket);
    if (file === null) throw new AppError('INTERNAL', 'The export could not be opened.', { nextStep: 'Run it again.', retryable: true });
    if (options.output === undefined) await sendToStdout(file.stream);
    else await saveTo(options.output, file.stream);
  });
}

const allChains = ({ client }: CliSession) =>
  everyPage<ChainRow>(async (after) => {
    const { chains, next } = await client.call('receipt.chains', { limit: 500, ...(after ? { after } : {}) });
    return { rows: chains, next };
  });

export async function listChains(globals: GlobalOptions): Promise<void> {
  await withWorkspace(globals, { writes: false }, async (session) => {
    const chains = await allChains(session);
    print({ chains }, () =>
      chains.length === 0
        ? 'No chains yet. Add a source and run `sync`.'
        : table(
            ['chain', 'verdict', '>receipts', '>anchored', '>findings', 'last receipt'],
            chains.map((chain) => [
              chain.chainKey,
              chain.verdict ?? 'not verified yet',
              integer(chain.receipts),
              integer(chain.anchoredSize),
              integer(chain.findingsTotal),
              chain.lastAt ?? '',
            ]),
          ),
    );
  });
}

const indexOf = (text: string): number => {
  const index = Number(text.replace(/^#/, '').replaceAll(',', ''));
  if (!Number.isInteger(index) || index < 0) {
    throw new AppError('BAD_INPUT', `${text} is not the place of a receipt.`, { nextStep: 'Give a whole number from 0 on.' });
  }
  return index;
};

export async function showReceipt(globals: GlobalOptions, chainKey: string, index: string): Promise<void> {
  await withWorkspace(globals, { writes: false }, async ({ client }) => {
    const receipt = await client.call('receipt.get', { chainKey, index: indexOf(index) });
    print(receipt, ({ row, steps, findings, line }) =>
      [
        `${chainKey} #${integer(row.index)}, line ${integer(row.line)}, byte ${integer(row.byteOffset)}, ${integer(row.byteLength)} B`,
        `1 stored line      ${line ?? '(not text)'}`,
        `2 cut before hash  ${steps.cuts.map(({ text, offset }) => `${text} at byte ${offset}`).join('; ') || 'nothing'}`,
        ...steps.inserts.map(({ text, offset }) => `  put in           ${text} at byte ${offset}`),
        `3 SHA-256          ${steps.recomputedHash ?? 'cannot be computed'}`,
        `  stored           ${steps.storedHash ?? 'none'} ${steps.hashHolds === null ? '' : steps.hashHolds ? 'equal' : 'NOT EQUAL'}`,
        `4 names            ${steps.namedPrevious ?? 'nothing (genesis)'}`,
        `  predecessor is   ${steps.predecessorHash ?? 'none'} ${steps.linkHolds === null ? '' : steps.linkHolds ? 'equal' : 'NOT EQUAL'}`,
        ...findings.map(({ code, explain, next_step }) => `${code}: ${explain} ${next_step}`),
      ].join('\n'),
    );
    if (receipt.findings.some(({ severity }) => severity === 'error')) endWith(1);
  });
}

export async function proveReceipt(globals: GlobalOptions, chainKey: string, index: string): Promise<void> {
  await withWorkspace(globals, { writes: false }, async ({ client }) => {
    const proof = await client.call('receipt.proof', { chainKey, index: indexOf(index) });
    print(proof, ({ tlogProof, says }) => {
      if (tlogProof !== null) process.stderr.write(`${says}\n`);
      return tlogProof?.trimEnd() ?? says;
    });
    if (!proof.holds) endWith(1);
  });
}

/** Actual figures against the envelope claim, for every receipt that carries any: 0 when all are within, 1 when one is not. */
export async function conformance(globals: GlobalOptions, chainKey: string | undefined): Promise<void> {
  await withWorkspace(globals, { writes: false }, async (session) => {
    const chains = (await allChains(session)).filter((chain) => chainKey === undefined || chain.chainKey === chainKey);
    if (chains.length === 0) {
      throw new AppError('NOT_FOUND', chainKey === undefined ? 'There are no chains.' : `There is no chain ${chainKey}.`, {
        nextStep: 'See `receipts list`.',
      });
    }
    const results = await session.app.conformance(chains.map((chain) => chain.chainKey));
    print({ chains: results }, () =>
      table(
        ['chain', '>receipts', '>with actuals', '>pass', '>fail', 'violations'],
        results.map((result) => [
          result.chainKey,
          integer(result.receipts),
          integer(result.withActuals),
          integer(result.pass),
          integer(result.fail),
          Object.entries(result.violations)
            .map(([name, count]) => `${name} ${count}`)
            .join(', '),
        ]),
      ),
    );
    if (results.some(({ fail }) => fail > 0)) endWith(1);
  });
}
