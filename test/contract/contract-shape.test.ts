import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { query, z } from '../../src-shared/contract/define.ts';
import { contract, events, procedures } from '../../src-shared/contract/index.ts';
import { isLargerThan } from '../../src-shared/contract/limits.ts';
import { createRouter } from '../../src-shared/contract/router.ts';
import { findLooseObjects, requireStrictContract } from '../../src-shared/contract/strictness.ts';

describe('the contract of the product', () => {
  it('lets no unknown key through, at any depth', () => {
    expect(() => {
      requireStrictContract(contract);
    }).not.toThrow();
  });

  it.each(Object.keys(contract))('%s is named noun.verb', (name) => {
    expect(name).toMatch(/^[a-z][A-Za-z]*\.[a-z][A-Za-z]*$/);
  });

  it('keeps procedures and events apart', () => {
    expect(Object.keys(contract)).toHaveLength(Object.keys(procedures).length + Object.keys(events).length);
  });

  it('makes every schema after eval was turned off, so that none breaks the content security policy', () => {
    const folder = join(import.meta.dirname, '../../src-shared/contract');
    const own = readdirSync(folder).filter((file) => file.endsWith('.ts') && file !== 'define.ts');
    expect(own.filter((file) => /from 'zod'/.test(readFileSync(join(folder, file), 'utf8')))).toEqual([]);
    expect(z.config().jitless).toBe(true);
  });
});

describe('strictness', () => {
  const S: z.ZodType = z.strictObject({
    a: z.string(),
    get children() {
      return z.array(S);
    },
  });
  it.each([
    ['strict and recursive', S, []],
    ['stripping', z.object({}), ['$']],
    ['passing', z.strictObject({ a: z.array(z.looseObject({})) }), ['$.a[]']],
    ['in a union', z.union([z.strictObject({}), z.strictObject({ a: z.object({}).optional() })]), ['$.a']],
    ['in a tuple', z.tuple([z.strictObject({})], z.object({})), ['$[]']],
    ['in a record', z.record(z.string(), z.object({}).nullable()), ['${}']],
    ['behind a lazy one', z.lazy(() => z.object({}).default({})), ['$']],
    ['in an intersection', z.intersection(z.strictObject({}), z.object({})), ['$']],
  ])('finds what lets unknown keys through: %s', (_what, schema, expected) => {
    expect(findLooseObjects(schema)).toEqual(expected);
  });

  it('is required by the router, which names the procedure and the place', () => {
    const loose = { 'a.b': query({ input: z.strictObject({ filter: z.object({}) }), output: z.null() }) };
    expect(() =>
      createRouter({
        contract: loose,
        handlers: { 'a.b': () => null },
        session: () => ({ member_id: 'm', role: 'admin' }),
        log: () => undefined,
        now: () => '',
        newRequestId: () => '',
        monotonicMs: () => 0,
      }),
    ).toThrow('The input of a.b lets unknown keys through at $.filter');
  });
});

describe('isLargerThan', () => {
  it.each(['', 'a', 'é', '€', '𝄞', 'aé€𝄞'.repeat(7), '\ud834', 'x\udd1e'])('counts %j as UTF-8 does', (text) => {
    const bytes = Buffer.byteLength(text, 'utf8');
    expect(isLargerThan(text, bytes)).toBe(false);
    if (bytes > 0) expect(isLargerThan(text, bytes - 1)).toBe(true);
  });
});
