import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type ArtifactState, EVIDENCE_STORED_KINDS, type EvidenceArtifact } from '../../../src-shared/contract/evidence.ts';
import type { OutputOf } from '../../../src-shared/contract/define.ts';
import type { Contract } from '../../../src-shared/contract/index.ts';
import { AppError } from '../../../src-shared/kernel/errors.ts';
import { type CliSession, everyPage, withWorkspace } from '../open.ts';
import { endWith } from '../outcome.ts';
import { jsonWanted, integer, print, table } from '../output.ts';
import type { GlobalOptions } from '../global-options.ts';

const STATES: readonly ArtifactState[] = ['pass', 'fail', 'stale', 'none'];
const STATE_WORDS: Readonly<Record<ArtifactState, string>> = { pass: 'passes', fail: 'FAILS', stale: 'STALE', none: 'nothing to verify' };

interface ListOptions {
  readonly kind?: string;
  readonly month?: string;
  readonly state?: string;
  readonly search?: string;
}

function oneOf<T extends string>(given: string | undefined, known: readonly T[], what: string): T | undefined {
  if (given === undefined) return undefined;
  const found = known.find((one) => one === given);
  if (found === undefined)
    throw new AppError('BAD_INPUT', `There is no ${what} ${given}.`, { nextStep: `Use one of ${known.join(', ')}.` });
  return found;
}

/** A month as the contract takes it. */
export function monthOf(given: string | undefined): string | undefined {
  if (given === undefined || /^\d{4}-(?:0[1-9]|1[0-2])$/.test(given)) return given;
  throw new AppError('BAD_INPUT', `${given} is no month.`, { nextStep: 'Write it as YYYY-MM.' });
}

export async function listEvidence(globals: GlobalOptions, options: ListOptions): Promise<void> {
  const kind = oneOf(options.kind, EVIDENCE_STORED_KINDS, 'kind of evidence');
  const state = oneOf(options.state, STATES, 'state');
  const month = monthOf(options.month);
  await withWorkspace(globals, { writes: false }, async ({ client }) => {
    const artifacts = await everyPage<EvidenceArtifact>(async (after) => {
      const page = await client.call('evidence.list', {
        limit: 500,
        ...(kind === undefined ? {} : { kind }),
        ...(state === undefined ? {} : { state }),
        ...(month === undefined ? {} : { month }),
        ...(options.search === undefined ? {} : { search: options.search }),
        ...(after === undefined ? {} : { after }),
      });
      return { rows: page.artifacts, next: page.next };
    });
    print({ artifacts }, () =>
      artifacts.length === 0
        ? 'No evidence here. Add a source with a folder evidence and run `sync`, or `evidence add FILE`.'
        : table(
            ['artifact', 'kind', 'month', 'name', 'from', 'verdict', 'holds until', '>versions', 'because'],
            artifacts.map((one) => [
              one.artifactId.slice(0, 8),
              one.kind,
              one.month ?? '',
              one.name,
              one.sourceName ?? one.origin,
              STATE_WORDS[one.state],
              one.holdsUntil ?? '',
              integer(one.versions),
              one.message ?? '',
            ]),
          ),
    );
  });
}

const findArtifact = async ({ app }: CliSession, text: string): Promise<EvidenceArtifact> => {
  const found = await app.evidence.find(text);
  if (found !== null) return found;
  throw new AppError('NOT_FOUND', `No artifact, or more than one, is called ${text}.`, {
    nextStep: 'Name it by its id or file name, as `evidence list` shows them.',
  });
};

export async function showEvidence(globals: GlobalOptions, name: string, options: { revision?: number; raw?: boolean }): Promise<void> {
  await withWorkspace(globals, { writes: false }, async (session) => {
    const { artifactId } = await findArtifact(session, name);
    const versionNo = options.revision ?? null;
    if (options.raw === true) {
      if (jsonWanted())
        throw new AppError('BAD_INPUT', 'With --json nothing but a JSON document of ours goes to stdout.', {
          nextStep: 'Leave --raw or --json out.',
        });
      process.stdout.write((await session.app.evidence.bytes(artifactId, versionNo)).bytes);
      return;
    }
    const answer = await session.client.call('evidence.artifact', { artifactId, ...(versionNo === null ? {} : { versionNo }) });
    print(answer, ({ artifact, version, versions, verification, gates, figures, strictness, fields, verifyCommand }) =>
      [
        `${artifact.name}: ${version.kind}${version.month === null ? '' : ` of ${version.month}`}, version ${version.position} of ${versions.length}`,
        `SHA-256 ${version.sha256}, ${integer(version.bytes)} B, arrived ${version.arrivedAt} by ${version.by}`,
        verification === null
          ? 'Nothing to verify.'
          : `${STATE_WORDS[verification.state]} as of ${verification.judgedAt}${verification.message === null ? '' : `: [${verification.label}] ${verification.message}`}`,
        ...(verification === null || verification.holdsUntil === null ? [] : [`Time changes this verdict at ${verification.holdsUntil}.`]),
        ...gates.map(({ gate, computed, says }) => `  ${computed ? 'holds' : 'FAILS'}  ${gate}: ${says}`),
        ...figures.map(
          ({ name: figure, computed, declared, holds }) =>
            `  ${holds ? '' : 'DIFFERS '}${figure}: ${computed ?? 'not computed'}${declared === null ? '' : `, declared ${declared}`}`,
        ),
        ...fields
          .filter(({ change }) => change !== 'same')
          .map(({ pointer, before, value }) => `  ${pointer}: ${before ?? 'absent'} → ${value ?? 'absent'}`),
        ...strictness.map(({ code, pointer, says }) => `  ${code} at ${pointer || '/'}: ${says}`),
        ...(verifyCommand === null ? [] : [`By hand: ${verifyCommand}`]),
      ].join('\n'),
    );
    if (answer.version.state === 'fail' || answer.version.state === 'stale') endWith(1);
  });
}

const readText = (file: string): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(file));
  } catch (error) {
    throw new AppError('BAD_INPUT', `The file ${file} cannot be read as text; nothing was stored of it.`, {
      nextStep: 'Check its path, who may read it, and that it is UTF-8.',
      cause: error,
    });
  }
};

/** `evidence add`: 0 when all are kept and pass, 1 when one is kept that does not. */
export async function addEvidence(globals: GlobalOptions, files: readonly string[]): Promise<void> {
  await withWorkspace(globals, { writes: true }, async ({ client }) => {
    const added: OutputOf<Contract, 'evidence.add'>[] = [];
    for (const file of files) added.push(await client.call('evidence.add', { name: basename(file), text: readText(file) }));
    print({ artifacts: added }, () =>
      added
        .map(
          ({ artifact, isNew }) =>
            `${artifact.name}: ${artifact.kind}, ${STATE_WORDS[artifact.state]}${artifact.message === null ? '' : ` (${artifact.message})`}${isNew ? '' : '; it was here already'}`,
        )
        .join('\n'),
    );
    if (added.some(({ artifact }) => artifact.state === 'fail' || artifact.state === 'stale')) endWith(1);
  });
}

/** `evidence consistency`: 0 when nothing contradicts, 1 when two artifacts cannot both be true. */
export async function showConsistency(globals: GlobalOptions, options: { month?: string }): Promise<void> {
  const month = monthOf(options.month);
  await withWorkspace(globals, { writes: false }, async ({ client }) => {
    const answer = await client.call('evidence.consistency', month === undefined ? {} : { month });
    print(answer, ({ month: of, compared, findings }) =>
      of === null
        ? 'There is no evidence of any month here.'
        : [
            `${of}: ${compared.map(({ name }) => name).join(', ') || 'nothing to compare'}`,
            ...(findings.length === 0 ? ['Nothing contradicts.'] : []),
            ...findings.flatMap(({ severity, code, title, says, figures, nextStep }) => [
              `${severity.toUpperCase()} ${code}: ${title}`,
              `  ${says}`,
              ...figures.map(
                ({ name, left, right, difference }) =>
                  `  ${name}: ${left.value} (${left.artifact?.name ?? left.formula ?? ''}) against ${right.value} (${right.artifact?.name ?? right.formula ?? ''})${difference === null ? '' : `, difference ${difference}`}`,
              ),
              `  ${nextStep}`,
            ]),
          ].join('\n'),
    );
    if (answer.errors > 0) endWith(1);
  });
}
