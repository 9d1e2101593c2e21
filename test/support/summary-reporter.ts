import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/** Counts all tests of all suites for the last line of `npm test`, and names what was skipped. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    let passed = 0;
    let failed = errors.length;
    const skipped: { suite: string; name: string }[] = [];
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      if (module.state() === 'failed' && !tests.some((test) => test.result().state === 'failed')) failed += 1;
      for (const test of tests) {
        const { state } = test.result();
        if (state === 'passed') passed += 1;
        else if (state === 'failed') failed += 1;
        else skipped.push({ suite: module.project.name, name: test.fullName });
      }
    }
    const file = process.env['COUNTERSIGN_TEST_SUMMARY'];
    if (file) writeFileSync(file, JSON.stringify({ passed, failed, skipped }));
  }
}
