/** Runs one attack folder through the product's verifier and says in what it misses its expectation. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodeOf } from '../../src-main/receipts/verify-report.ts';
import { type VerifyDocument, verifyPaths, type VerifyPathsOptions } from '../../src-main/receipts/verify-files.ts';
import { parseTimestampText } from '../../src-main/trust/timestamps.ts';
import { type AttackCase, departures, readAttack } from './attack-case.ts';

/** Parts of `expect` that say how far the verifier must locate the damage. */
type Located = AttackCase['expect'] & { readonly range?: { readonly from: number; readonly to: number }; readonly missing?: number };

/** Long after all cases were made; only those that name `--now` look at the clock. */
const LATER = '2026-11-21T00:00:00Z';

export async function verifyAttack(
  root: string,
  name: string,
  options: Partial<VerifyPathsOptions> = {},
): Promise<{ document: VerifyDocument; misses: string[] }> {
  const { args, expect } = readAttack(root, name);
  const folder = join(root, name);
  const trust = join(folder, 'trust.vkeys');
  const nowAt = args.indexOf('--now');
  const document = await verifyPaths([folder], {
    ...(existsSync(trust) ? { trust } : {}),
    now: parseTimestampText(nowAt < 0 ? LATER : args[nowAt + 1]!),
    ...options,
  });
  const findings = document.chains.flatMap((chain) => chain.findings);
  const exitCode = exitCodeOf(document, { requireAnchor: args.includes('--require-anchor') });
  const misses = departures(expect, { verdict: document.verdict, exitCode, findings });
  const { range, missing } = expect as Located;
  if (range !== undefined && !findings.some(({ gap }) => gap?.from === range.from && gap.to === range.to)) {
    misses.push(`no range ${range.from} to ${range.to}`);
  }
  if (missing !== undefined && !findings.some(({ gap }) => gap?.count === missing)) misses.push(`no gap of ${missing}`);
  for (const { code, explain, next_step: next } of findings) {
    if (explain === '' || next === '' || /undefined|NaN|\[object/.test(explain + next))
      misses.push(`${code} explains itself badly: ${explain} ${next}`);
  }
  return { document, misses };
}
