import { readFileSync, statSync } from 'node:fs';
import { AppError } from '../../../src-shared/kernel/errors.ts';
import {
  type EvidenceInputs,
  type EvidenceRole,
  type EvidenceVerdict,
  isVerifiable,
  type Micros,
  microsOfMillis,
  optionsOf,
  type OptionWords,
  publishedVerdict,
  readInstant,
  readOptionWords,
  rolesOf,
  type VerifiableKind,
  VERIFIABLE_KINDS,
  verifyEvidence,
} from '../../evidence/verify-door.ts';
import type { GlobalOptions } from '../global-options.ts';
import { endWith } from '../outcome.ts';
import { jsonWanted, writeJson, writeLine } from '../output.ts';

/** As Commander gives them: in camel case, texts, or true for switches. */
type Given = Readonly<Record<string, string | boolean | undefined>>;

/** One verification: the files by role, and what it is called where there are several. */
interface Job {
  readonly name: string;
  readonly inputs: EvidenceInputs;
}

/**
 * `evidence verify KIND FILE…`: judges artifacts as the reference verifiers do, without a workspace. Ends with 0 where all
 * pass and with 2 otherwise, the reference's two codes.
 */
export function verifyFiles(globals: GlobalOptions, kind: string, files: readonly string[], given: Given): Promise<void> {
  if (!isVerifiable(kind)) {
    throw new AppError('BAD_INPUT', `There is no kind of evidence called ${kind}.`, {
      nextStep: `Use one of ${VERIFIABLE_KINDS.join(', ')}.`,
    });
  }
  const roles = rolesOf(kind);
  const words = wordsOf(kind, given, roles);
  const jobs = roles.length === 1 ? jobsOf(kind, files) : [composedJob(kind, roles, files, given)];
  const now = clock(globals);
  const verdicts = jobs.map(({ name, inputs }) => ({
    name,
    verdict: verifyEvidence(kind, inputs, () => readOptionWords(kind, words), now),
  }));
  report(verdicts);
  if (verdicts.some(({ verdict }) => verdict.verdict === 'fail')) endWith(2);
  return Promise.resolve();
}

const camel = (flag: string): string => flag.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

/** The words of this kind's options. One that belongs to another kind is a mistake that must not pass unseen. */
function wordsOf(kind: VerifiableKind, given: Given, roles: readonly EvidenceRole[]): OptionWords {
  const known = optionsOf(kind).map(({ flag }) => flag);
  const taken = new Set([...known.map(camel), ...(roles.length > 1 ? roles : []), 'workspace', 'as', 'now', 'json']);
  const foreign = Object.keys(given).find((name) => given[name] !== undefined && !taken.has(name));
  if (foreign !== undefined) {
    const flag = foreign.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new AppError('BAD_INPUT', `${kind} has no option --${flag}.`, {
      nextStep: known.length === 0 ? 'Leave it out.' : `It takes ${known.map((name) => `--${name}`).join(', ')}.`,
    });
  }
  return Object.fromEntries(known.map((flag) => [flag, given[camel(flag)]]));
}

function jobsOf(kind: VerifiableKind, files: readonly string[]): readonly Job[] {
  if (files.length === 0) {
    throw new AppError('BAD_INPUT', 'No file to verify was named.', { nextStep: `Name one or more: evidence verify ${kind} FILE…` });
  }
  return files.map((name) => ({ name, inputs: { artifact: bytesOf(name) } }));
}

function composedJob(kind: VerifiableKind, roles: readonly EvidenceRole[], files: readonly string[], given: Given): Job {
  const usage = `Name the files by what they are: evidence verify ${kind} ${roles.map((role) => `--${role} FILE`).join(' ')}`;
  if (files.length > 0) throw new AppError('BAD_INPUT', `${kind} judges three files together.`, { nextStep: usage });
  const missing = roles.filter((role) => typeof given[role] !== 'string');
  if (missing.length > 0) {
    throw new AppError('BAD_INPUT', `${kind} needs ${missing.map((role) => `--${role}`).join(' and ')} too.`, { nextStep: usage });
  }
  return { name: kind, inputs: Object.fromEntries(roles.map((role) => [role, bytesOf(given[role] as string)])) };
}

/** Null where there is no regular file: that is a verdict about the artifact, as in the reference. */
function bytesOf(path: string): Uint8Array | null {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(path) : null;
  } catch (error) {
    throw new AppError('BAD_INPUT', `The file ${path} could not be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}.`, {
      nextStep: 'See that it may be read and is smaller than 2 GiB.',
    });
  }
}

function clock({ now }: GlobalOptions): Micros {
  const read = now === undefined ? null : readInstant(now);
  return read?.ok === true ? read.at : microsOfMillis(Date.now());
}

interface Named {
  readonly name: string;
  readonly verdict: EvidenceVerdict;
}

function report(verdicts: readonly Named[]): void {
  const several = verdicts.length > 1;
  if (jsonWanted()) {
    const documents = verdicts.map(({ verdict }) => publishedVerdict(verdict));
    writeJson(several ? documents : documents[0]);
  }
  for (const { name, verdict } of verdicts) {
    if (verdict.verdict === 'fail') process.stderr.write(`[${verdict.label}] failed: ${several ? `${name}: ` : ''}${verdict.message}\n`);
    if (!jsonWanted()) describe(name, verdict);
  }
}

/** For people: the gates with their figures, and what is odd although it counts. */
function describe(name: string, { verdict, gateResults, strictness, report: summary }: EvidenceVerdict): void {
  writeLine(`${name}: ${verdict === 'pass' ? 'passes' : 'fails'}`);
  for (const { gate, computed, says } of gateResults) writeLine(`  ${computed ? 'true ' : 'false'}  ${gate}: ${says}`);
  for (const item of (summary['remaining_work_items'] ?? []) as readonly string[]) writeLine(`  remains: ${item}`);
  for (const { code, pointer, says } of strictness.slice(0, MOST_ODDITIES)) writeLine(`  odd: ${pointer} ${says} (${code})`);
  if (strictness.length > MOST_ODDITIES) writeLine(`  odd: ${strictness.length - MOST_ODDITIES} more`);
}

const MOST_ODDITIES = 20;
