/**
 * Runs every suite that needs no Electron binary and ends with one plain line: `N passed, N failed, N skipped`.
 *
 *   npm test                    all suites
 *   npm test -- unit store      some suites by name
 *   npm run test:deep           the long sweeps as well
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { lookForTools } from './test-tools.ts';

interface Summary {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: { readonly suite: string; readonly name: string }[];
}

const root = resolve(import.meta.dirname, '..');
const words = process.argv.slice(2);
const deep = words.includes('--deep');
const suites = words.filter((word) => !word.startsWith('-'));
const passedOn = words.filter((word) => word.startsWith('-') && word !== '--deep');

const missing = lookForTools();
const summaryFile = join(root, '.cache', 'test-summary.json');
mkdirSync(join(root, '.cache'), { recursive: true });
rmSync(summaryFile, { force: true });

const vitest = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=./test/support/summary-reporter.ts',
    ...suites.flatMap((suite) => ['--project', suite]),
    ...passedOn,
  ],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      COUNTERSIGN_TEST_SUMMARY: summaryFile,
      COUNTERSIGN_MISSING_TOOLS: missing.join(','),
      ...(deep ? { COUNTERSIGN_DEEP: '1' } : {}),
    },
  },
);

if (!existsSync(summaryFile)) {
  console.error('The test runner ended without a summary: see its output above.');
  process.exit(vitest.status ?? 1);
}
const summary = JSON.parse(readFileSync(summaryFile, 'utf8')) as Summary;

// In CI a quiet skip is a failure: only what needs the Electron binary or the shared test data may be absent.
const mayBeAbsent = new Set(['electron', 'interop']);
const forbidden = process.env['CI'] === 'true' ? summary.skipped.filter(({ suite }) => !mayBeAbsent.has(suite)) : [];
for (const { suite, name } of summary.skipped) console.log(`skipped: ${suite}: ${name}`);
for (const { suite, name } of forbidden) console.error(`skipped in CI, which counts as a failure: ${suite}: ${name}`);

console.log(`${summary.passed} passed, ${summary.failed + forbidden.length} failed, ${summary.skipped.length - forbidden.length} skipped`);
process.exit(vitest.status === 0 && forbidden.length === 0 ? 0 : 1);
