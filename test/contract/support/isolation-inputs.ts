import type { z } from 'zod';
import type { Known } from './known-ids.ts';
import { MONTH } from './two-partners.ts';

/** What stands in places of an input that name nothing of anybody. */
const PLAIN: Readonly<Record<string, unknown>> = {
  month: MONTH,
  from: '2026-05-01T00:00:00.000Z',
  to: '2026-07-01T00:00:00.000Z',
  periodStart: '2026-05-01T00:00:00.000Z',
  planId: 'pro',
  planVersion: '1.0.0',
  version: '1.0.0',
  plan: ['pro', 'starter', 'growth'],
  tier: ['pro', 'starter', 'growth'],
  reason: 'Looking around',
  says: 'Looking around',
  name: 'A look around',
  action: 'tenant.',
  amount: '1',
  add: ['looked-at'],
  remove: ['looked-at'],
  columns: ['name'],
  checkpointName: '000000000100.note',
  jobId: '01990000-0000-7000-8000-000000000000',
};

/** Places of pages: given only where a row of the table says with what. */
const PAGE_PLACES = new Set(['after', 'before']);

interface Def {
  readonly type: string;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly innerType?: z.ZodType;
  readonly element?: z.ZodType;
  readonly entries?: Readonly<Record<string, string>>;
}
const defOf = (schema: z.ZodType): Def => (schema as unknown as { _zod: { def: Def } })._zod.def;

export class UnknownPlace extends Error {}

export interface Place {
  /** `filter.partner` */
  readonly path: string;
  readonly key: string;
}

/** Every place of an input in which something of a partner can stand. */
export function placesOf(schema: z.ZodType, known: Known, path = ''): Place[] {
  const def = defOf(schema);
  if (def.innerType !== undefined) return placesOf(def.innerType, known, path);
  const key = path.split('.').at(-1) ?? '';
  if (Object.hasOwn(known, key)) return [{ path, key }];
  if (def.shape === undefined) return [];
  return Object.entries(def.shape).flatMap(([name, child]) => placesOf(child, known, path === '' ? name : `${path}.${name}`));
}

interface Choice {
  readonly known: Known;
  /** Which of the known values is taken, modulo how many there are. */
  readonly nth: number;
  /** Whether places that may be left out are given. */
  readonly full: boolean;
}

const LEFT_OUT = Symbol('left out');

function valueOf(schema: z.ZodType, path: string, choice: Choice): unknown {
  const def = defOf(schema);
  const key = path.split('.').at(-1) ?? '';
  const known = Object.hasOwn(choice.known, key) ? choice.known[key]! : null;
  const optional = def.type === 'optional' || def.type === 'default';
  if (PAGE_PLACES.has(key)) return LEFT_OUT;
  if (optional) {
    if (!choice.full) return LEFT_OUT;
    const inner = defOf(def.innerType!);
    // Of what may be left out only names are given, and what holds them: every other default stays.
    if (known === null && inner.type !== 'object') return LEFT_OUT;
    if (known === null && inner.type === 'object' && placesOf(def.innerType!, choice.known, path).length === 0) return LEFT_OUT;
    return valueOf(def.innerType!, path, choice);
  }
  if (known !== null && def.type !== 'object') return known[choice.nth % known.length];
  if (def.type === 'nullable') return choice.full ? valueOf(def.innerType!, path, choice) : null;
  if (def.type === 'object') {
    const entries = Object.entries(def.shape!).map(([name, child]) => [
      name,
      valueOf(child, path === '' ? name : `${path}.${name}`, choice),
    ]);
    return Object.fromEntries(entries.filter(([, value]) => value !== LEFT_OUT));
  }
  if (Object.hasOwn(PLAIN, key)) return PLAIN[key];
  if (def.type === 'enum') return Object.values(def.entries!)[choice.nth % Object.values(def.entries!).length];
  if (def.type === 'number') return 0;
  if (def.type === 'boolean') return choice.nth % 2 === 1;
  throw new UnknownPlace(`What stands in ${path}? Say it in PLAIN (nobody’s) or in known-ids.ts (a partner’s).`);
}

const MOST = 12;

/** Inputs that name a partner in every place where one can be named: once with all of them, once with what must be given. */
export function inputsOf(schema: z.ZodType, known: Known): unknown[] {
  const enums = Object.values(defOf(schema).shape ?? {}).map((child) => Object.keys(defOf(child).entries ?? {}).length);
  const rounds = Math.min(MOST, Math.max(1, ...placesOf(schema, known).map(({ key }) => known[key]!.length), ...enums));
  const inputs: unknown[] = [];
  for (let nth = 0; nth < rounds; nth += 1)
    for (const full of [true, false]) {
      const input = valueOf(schema, '', { known, nth, full });
      if (!inputs.some((other) => JSON.stringify(other) === JSON.stringify(input))) inputs.push(input);
    }
  return inputs;
}
