// docs/formats/verify-by-hand.md: every command in it is run, and prints what stands below it.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describePython } from '../../support/python-verifier.ts';

const ROOT = join(import.meta.dirname, '../../..');
const FOLDER = join(ROOT, 'test/fixtures/attacks/good');
const TEXT = readFileSync(join(ROOT, 'docs/formats/verify-by-hand.md'), 'utf8');
const EXAMPLES = [...TEXT.matchAll(/```sh\n([\s\S]*?)```\n\n```text\n([\s\S]*?)```/g)].map(([, commands, output], at) => ({
  title: `example ${String(at + 1)}: ${(commands as string).split('\n')[0]?.slice(0, 60) ?? ''}`,
  commands: commands as string,
  output: output as string,
}));
const TOOLS = ['bash', 'sed', 'sha256sum', 'xxd', 'base64', 'openssl'];

const missing = TOOLS.filter((tool) => {
  try {
    execFileSync('sh', ['-c', `command -v ${tool}`], { stdio: 'ignore' });
    return false;
  } catch {
    return true;
  }
});

describePython(missing.length === 0 ? 'verifying by hand' : `verifying by hand (skipped: no ${missing.join(', ')})`, () => {
  it('has an output for every block of commands', () => {
    expect(EXAMPLES.length).toBeGreaterThanOrEqual(6);
    expect(EXAMPLES.length).toBe(TEXT.split('```sh\n').length - 1);
  });

  it.skipIf(missing.length > 0).each(EXAMPLES)('$title', ({ commands, output }) => {
    expect(execFileSync('bash', ['-c', commands], { cwd: FOLDER, encoding: 'utf8' })).toBe(output);
  });
});
