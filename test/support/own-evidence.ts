/**
 * Our own mutated evidence: `test/fixtures/evidence/<kind>/base.json` is a good artifact (three of them for the composed
 * kind), `cases.json` says what is done to it and what the verifier must answer. Everything in it is made up.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const OWN_KINDS = ['stress', 'failure-injection', 'disposition-register', 'key-rotation-drill', 'operational-readiness'] as const;
export type OwnKind = (typeof OWN_KINDS)[number];

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

interface Mutation {
  /** `raw` puts a JSON token there as it is written: `NaN`, `5.0`. */
  readonly op: 'set' | 'remove' | 'append' | 'raw';
  readonly pointer: string;
  readonly value?: Json;
}

export interface OwnCase {
  readonly id: string;
  readonly mutations: readonly Mutation[];
  /** By their names on the command line; numbers as text. */
  readonly options: Readonly<Record<string, string | true>>;
  readonly now: string;
  readonly expected: 'pass' | 'fail';
  /** Path of what is wrong; null where no field is. Only of failing cases. */
  readonly field?: string | null;
  readonly gates?: Readonly<Record<string, boolean>>;
  readonly derived?: Readonly<Record<string, Json>>;
  /** Work items that readiness leaves. */
  readonly remaining?: number;
  /** In place of the whole artifact. */
  readonly text?: string;
  /** Of three artifacts: in place of one, absent, and in each other's place. */
  readonly texts?: Readonly<Record<string, string>>;
  readonly absent?: readonly string[];
  readonly swap?: readonly [string, string];
}

const folder = (kind: OwnKind): string => join(import.meta.dirname, '../fixtures/evidence', kind);
export const ownBase = (kind: OwnKind): Json => JSON.parse(readFileSync(join(folder(kind), 'base.json'), 'utf8')) as Json;
export const ownCases = (kind: OwnKind): readonly OwnCase[] =>
  JSON.parse(readFileSync(join(folder(kind), 'cases.json'), 'utf8')) as readonly OwnCase[];

/** The bytes by role, as a verifier takes them; null for a file that is absent. */
export function ownInputs(kind: OwnKind, spec: OwnCase): Record<string, Uint8Array | null> {
  if (spec.text !== undefined) return { artifact: Buffer.from(spec.text) };
  const { document, tokens } = mutated(ownBase(kind), spec.mutations);
  const write = (part: Json): Uint8Array => {
    let text = JSON.stringify(part, null, 1);
    for (const [mark, token] of tokens) text = text.replace(JSON.stringify(mark), token);
    return Buffer.from(text);
  };
  if (kind !== 'operational-readiness') return { artifact: write(document) };
  const parts = document as Record<string, Json>;
  const inputs: Record<string, Uint8Array | null> = Object.fromEntries(Object.entries(parts).map(([role, part]) => [role, write(part)]));
  for (const [role, text] of Object.entries(spec.texts ?? {})) inputs[role] = Buffer.from(text);
  for (const role of spec.absent ?? []) inputs[role] = null;
  if (spec.swap) [inputs[spec.swap[0]], inputs[spec.swap[1]]] = [inputs[spec.swap[1]] ?? null, inputs[spec.swap[0]] ?? null];
  return inputs;
}

function mutated(base: Json, mutations: readonly Mutation[]): { document: Json; tokens: readonly (readonly [string, string])[] } {
  const tokens: (readonly [string, string])[] = [];
  for (const { op, pointer, value = null } of mutations) {
    const steps = pointer.split('/').slice(1);
    const last = steps.pop()!;
    let at: Json = base;
    for (const step of steps) at = member(at, step, pointer);
    if (op === 'append') {
      (member(at, last, pointer) as Json[]).push(value);
      continue;
    }
    const holder = at as Record<string, Json>;
    if (op === 'remove') {
      member(at, last, pointer);
      if (Array.isArray(at)) at.splice(Number(last), 1);
      else Reflect.deleteProperty(holder, last);
      continue;
    }
    if (op === 'raw') {
      const mark = `raw token ${tokens.length}`;
      tokens.push([mark, typeof value === 'string' ? value : '']);
      holder[last] = mark;
    } else holder[last] = value;
  }
  return { document: base, tokens };
}

/** A mutation that hits nothing would test nothing. */
function member(at: Json, step: string, pointer: string): Json {
  const found = at !== null && typeof at === 'object' ? (at as Record<string, Json>)[step] : undefined;
  if (found === undefined) throw new Error(`the base has nothing at ${pointer}`);
  return found;
}
