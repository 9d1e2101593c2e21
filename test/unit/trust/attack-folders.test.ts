/** The attack folders of our own making: each is found by its code, its twin is sound, and the bytes are reproducible. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { twinOf } from '../../fixtures/attacks/attack.ts';
import { allAttacks, writeAttack } from '../../fixtures/attacks/make.ts';
import { attackNames } from '../../support/attack-case.ts';
import { verifyAttack } from '../../support/verify-attack.ts';
import { verifyBuilt } from '../../support/verify-built.ts';

const root = join(import.meta.dirname, '../../fixtures/attacks');
const names = attackNames(root);

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();

describe('attack folders', () => {
  let fresh: string;
  beforeAll(() => {
    fresh = mkdtempSync(join(tmpdir(), 'countersign-attacks-'));
    for (const attack of allAttacks()) writeAttack(fresh, attack);
  });
  afterAll(() => {
    rmSync(fresh, { recursive: true, force: true });
  });

  it('are all there', () => {
    expect(names).toEqual(
      allAttacks()
        .map(({ name }) => name)
        .sort(),
    );
  });

  it.each(names)('%s: found as expected', async (name) => {
    expect((await verifyAttack(root, name)).misses).toEqual([]);
  });

  it.each(allAttacks().map((attack) => [attack.name, attack] as const))('%s: its twin is sound', async (_name, attack) => {
    const { result } = await verifyBuilt(twinOf(attack));
    expect({ verdict: result.verdict, findings: result.findings }).toEqual({ verdict: 'VERIFIED', findings: [] });
  });

  it.each(names)('%s: the committed bytes are those that make.ts makes', (name) => {
    const files = filesOf(join(fresh, name));
    expect(filesOf(join(root, name)).map((file) => relative('.', file))).toEqual(files);
    for (const file of files) expect(readFileSync(join(root, name, file)).equals(readFileSync(join(fresh, name, file)))).toBe(true);
  });
});
