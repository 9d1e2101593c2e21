import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { findNodeAtLocation, getNodeValue, type Node, parseTree, type ParseError, printParseErrorCode } from 'jsonc-parser';
import type { PlanProblem } from '../../src-shared/contract/plans.ts';
import { type PlanSpec, planSpecShape } from './plan-spec.ts';
import { rulesOfPlan } from './plan-rules.ts';

/** Reads a plan specification and says all that is wrong with it, each with its place. Pure. */

export interface PlanReading {
  /** Null where it has an error. */
  readonly spec: PlanSpec | null;
  /** Errors first, in the order of the text. */
  readonly problems: readonly PlanProblem[];
}

export const MAX_PLAN_BYTES = 256 * 1024;

const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

/** The line of the place, or of the nearest thing around it that is there. */
function placeOf(text: string, tree: Node | undefined, path: readonly PropertyKey[]): number | null {
  if (tree === undefined) return null;
  for (let length = path.length; length >= 0; length -= 1) {
    const node = findNodeAtLocation(tree, path.slice(0, length) as (string | number)[]);
    if (node !== undefined) return lineOf(text, node.offset);
  }
  return null;
}

/** A key that stands twice: readers disagree on which one counts. */
function repeatedKeys(node: Node, path: readonly PropertyKey[], found: { path: readonly PropertyKey[]; offset: number }[]): void {
  const seen = new Set<string>();
  for (const [index, child] of (node.children ?? []).entries()) {
    if (node.type === 'array') repeatedKeys(child, [...path, index], found);
    if (node.type !== 'object') continue;
    const [key, value] = child.children ?? [];
    if (key === undefined) continue;
    const name = String(key.value);
    if (seen.has(name)) found.push({ path: [...path, name], offset: key.offset });
    seen.add(name);
    if (value !== undefined) repeatedKeys(value, [...path, name], found);
  }
}

const MAX_DEPTH = 32;

/** Whether brackets lie deeper in each other than a plan ever needs: a parser that descends must not be led astray. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let isString = false;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (isString) {
      if (sign === '\\') at += 1;
      else if (sign === '"') isString = false;
    } else if (sign === '"') isString = true;
    else if (sign === '{' || sign === '[') depth += 1;
    else if (sign === '}' || sign === ']') depth -= 1;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

const STRUCTURE_STEP = 'Correct it as docs/formats/plans.md and resources/schemas/plan.schema.json say.';

const problem = (
  severity: PlanProblem['severity'],
  code: string,
  pointer: string,
  line: number | null,
  says: string,
  nextStep = STRUCTURE_STEP,
): PlanProblem => ({ severity, code, pointer, line, says, nextStep });

/** Plan files of the envelope generations, which describe a deployment and no price list. */
const isEnvelopePlan = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'envelope' in value && 'refusal_behavior' in value;

/** @param text of one `*.plan.json` file */
export function readPlan(text: string): PlanReading {
  const failed = (...problems: PlanProblem[]): PlanReading => ({ spec: null, problems });
  if (isTooDeep(text))
    return failed(
      problem('error', 'PLAN_NOT_JSON', '', null, `The file has more than ${MAX_DEPTH} levels.`, 'Ask the source what it put there.'),
    );
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  const [first] = errors;
  if (first !== undefined || tree === undefined)
    return failed(
      problem(
        'error',
        'PLAN_NOT_JSON',
        '',
        first === undefined ? 1 : lineOf(text, first.offset),
        first === undefined ? 'The file is empty.' : `The file is no JSON: ${printParseErrorCode(first.error)}.`,
        'Correct the JSON at that line.',
      ),
    );
  const twice: { path: readonly PropertyKey[]; offset: number }[] = [];
  repeatedKeys(tree, [], twice);
  if (twice.length > 0)
    return failed(
      ...twice.map(({ path, offset }) =>
        problem(
          'error',
          'PLAN_REPEATED_KEY',
          pointerOf(path),
          lineOf(text, offset),
          `The key ${String(path.at(-1))} stands twice.`,
          'Keep one of the two.',
        ),
      ),
    );
  const value: unknown = getNodeValue(tree);
  if (isEnvelopePlan(value))
    return failed(
      problem(
        'error',
        'PLAN_OTHER_FORMAT',
        '',
        1,
        'This is a plan of an envelope format (throughput, connections, refusals); the console reads price plans.',
        'Write a price plan beside it as docs/formats/plans.md says.',
      ),
    );
  const parsed = planSpecShape.safeParse(value);
  if (!parsed.success)
    return failed(
      ...parsed.error.issues.map((issue) => {
        const keys = issue.code === 'unrecognized_keys' ? issue.keys : [];
        const path = keys.length > 0 ? [...issue.path, keys[0]!] : issue.path;
        const says =
          keys.length > 0
            ? `${keys.length === 1 ? 'The field' : 'The fields'} ${keys.join(', ')} ${keys.length === 1 ? 'is' : 'are'} not known here.`
            : issue.message.endsWith('received undefined')
              ? `The field ${pointerOf(issue.path)} is missing.`
              : `${issue.path.length === 0 ? 'The plan' : pointerOf(issue.path)}: ${issue.message}.`;
        return problem('error', keys.length > 0 ? 'PLAN_UNKNOWN_FIELD' : 'PLAN_FIELD', pointerOf(path), placeOf(text, tree, path), says);
      }),
    );
  const problems = rulesOfPlan(parsed.data).map(({ path, ...rest }) => ({
    ...rest,
    pointer: pointerOf(path),
    line: placeOf(text, tree, path),
  }));
  const sorted = [...problems.filter(({ severity }) => severity === 'error'), ...problems.filter(({ severity }) => severity === 'warning')];
  return { spec: sorted.some(({ severity }) => severity === 'error') ? null : parsed.data, problems: sorted };
}

/** The bytes of a file as text; null where they are not UTF-8. A byte order mark is no part of JSON and stays. */
export function planText(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Canonical JSON (RFC 8785) of a specification with its defaults filled in, and its SHA-256. */
export function canonicalPlan(spec: PlanSpec): { readonly text: string; readonly sha256: string } {
  const text = canonicalize(spec);
  if (text === undefined) throw new TypeError('a plan is always an object');
  return { text, sha256: createHash('sha256').update(text, 'utf8').digest('hex') };
}
