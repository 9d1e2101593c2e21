// One run over all suites; each folder under test/ is a project, so that a suite can be run or skipped by name.
import { defineConfig } from 'vitest/config';

const suite = (name: string, extra: Record<string, unknown> = {}) => ({
  extends: true as const,
  test: { name, include: [`test/${name}/**/*.test.{ts,tsx}`], ...extra },
});

export default defineConfig({
  test: {
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // As long as Playwright waits for what a page is asked for, less what a test needs to say what it saw last.
    expect: { poll: { timeout: 25_000 } },
    projects: [
      suite('unit'),
      suite('store', { testTimeout: 120_000 }),
      suite('contract'),
      suite('renderer'),
      suite('electron'),
      suite('interop', { testTimeout: 120_000 }),
      suite('e2e', { testTimeout: 120_000, fileParallelism: false }),
    ],
  },
});
