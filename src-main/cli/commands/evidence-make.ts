import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MAKER_KINDS, type MakerKind, type MissingField } from '../../../src-shared/contract/evidence.ts';
import { AppError } from '../../../src-shared/kernel/errors.ts';
import { documentBytes, isPlainObject, makeDocument, makerOf, type PlainObject, setAtPointer } from '../../evidence/index.ts';
import { withWorkspace } from '../open.ts';
import { endWith } from '../outcome.ts';
import { print } from '../output.ts';
import type { GlobalOptions } from '../global-options.ts';
import { monthOf } from './evidence-workspace.ts';

interface MakeOptions {
  readonly month?: string;
  readonly from?: string;
  readonly set: readonly string[];
  readonly output?: string;
  readonly keep?: boolean;
  readonly dryRun?: boolean;
}

interface Outcome {
  readonly kind: MakerKind;
  readonly name: string;
  readonly passes: boolean;
  readonly message: string | null;
  readonly missing: readonly MissingField[];
  readonly kept: { readonly artifactId: string; readonly sha256: string } | null;
  readonly document: PlainObject;
}

/** `evidence make KIND`: 0 when the artifact passes, 1 when something is missing; then it is kept only with --keep. */
export async function makeEvidence(globals: GlobalOptions, kindText: string, options: MakeOptions): Promise<void> {
  const kind = MAKER_KINDS.find((known) => known === kindText);
  if (kind === undefined)
    throw new AppError('BAD_INPUT', `There is no maker of ${kindText}.`, { nextStep: `Use one of ${MAKER_KINDS.join(', ')}.` });
  const month = monthOf(options.month);
  if (globals.workspace === undefined) {
    withoutWorkspace(globals, kind, month ?? null, options);
    return;
  }
  // The first artifact of a new workspace may be a made one; looking at what is missing never makes a workspace.
  const writes = options.dryRun !== true;
  if (!writes && !existsSync(join(globals.workspace, 'countersign.db'))) {
    withoutWorkspace(globals, kind, month ?? null, options);
    return;
  }
  await withWorkspace(globals, { writes }, async ({ client }) => {
    const started = await client.call('evidence.makeStart', { kind, ...(month === undefined ? {} : { month }) });
    const draft = withSets(options.from === undefined ? (started.document as PlainObject) : readDocument(options.from), options.set);
    const checked = await client.call('evidence.makeCheck', { kind, document: draft });
    const mayKeep = writes && (checked.passes || options.keep === true);
    const made = mayKeep ? await client.call('evidence.make', { kind, document: draft }) : null;
    report(
      {
        kind,
        name: checked.name,
        passes: checked.passes,
        message: checked.message,
        missing: checked.missing,
        kept: made === null ? null : { artifactId: made.artifact.artifactId, sha256: made.artifact.sha256 },
        document: checked.document as PlainObject,
      },
      options,
    );
  });
}

/** Without a workspace there is no newest version: from a file, or from the contract's own defaults. */
function withoutWorkspace(globals: GlobalOptions, kind: MakerKind, month: string | null, options: MakeOptions): void {
  if (kind === 'governance')
    throw new AppError('BAD_INPUT', 'Governance is a part of the policy decisions of a workspace.', {
      nextStep: 'Add --workspace DIR, or make policy-decisions.',
    });
  const now = globals.now ?? new Date().toISOString();
  const maker = makerOf(kind);
  const draft = options.from === undefined ? maker.start(null, { now, month, monthTiers: null }).document : readDocument(options.from);
  const made = makeDocument(kind, withSets(draft, options.set), now);
  report({ ...made, kind, name: maker.fileName(made.document), kept: null }, options);
}

function report(outcome: Outcome, { output }: MakeOptions): void {
  // The same text as is kept: what a file holds can be verified on its own.
  if (output !== undefined) writeFileSync(output, documentBytes(outcome.document));
  print(outcome, ({ name, passes, message, missing, kept }) =>
    [
      ...missing.map(({ pointer, says }) => `${pointer || '/'}: ${says}`),
      passes ? `${name} passes.` : `${name} does not pass: ${message ?? 'something is missing'}.`,
      kept === null
        ? output === undefined
          ? 'Nothing was kept.'
          : `Written to ${output}; nothing was kept in a workspace.`
        : `Kept as ${kept.artifactId}.`,
    ].join('\n'),
  );
  if (!outcome.passes) endWith(1);
}

function readDocument(file: string): PlainObject {
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new AppError('BAD_INPUT', `The document ${file} cannot be read; nothing was made.`, {
      nextStep: 'Check its path and that it is JSON.',
      cause: error,
    });
  }
  if (isPlainObject(document)) return document;
  throw new AppError('BAD_INPUT', `The document ${file} is no JSON object; nothing was made.`, { nextStep: 'Give the whole artifact.' });
}

/** `/sources/0/crawled_at=2026-03-01T09:00:00Z`: the value as JSON where it is JSON, else as text. */
function withSets(document: PlainObject, sets: readonly string[]): PlainObject {
  return sets.reduce((changed, set) => {
    const sign = set.indexOf('=');
    const pointer = set.slice(0, sign);
    if (sign < 1 || !pointer.startsWith('/'))
      throw new AppError('BAD_INPUT', `--set ${set} names no field.`, { nextStep: 'Write it as /pointer/to/field=value.' });
    const next = setAtPointer(changed, pointer, valueOf(set.slice(sign + 1)));
    if (next !== null) return next;
    throw new AppError('BAD_INPUT', `There is no place ${pointer} in the document; nothing was made.`, {
      nextStep: 'A list takes the next index, or - for its end.',
    });
  }, document);
}

function valueOf(text: string): PlainObject[string] {
  try {
    return JSON.parse(text) as PlainObject[string];
  } catch {
    return text;
  }
}
