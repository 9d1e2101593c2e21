/**
 * Runs all of `npm run lint` two steps at a time: what each says is printed as a whole when it ends, and all of them run, so
 * that one run names everything there is to mend. The steps themselves are the `lint:…` scripts of package.json.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly scripts: Readonly<Record<string, string>> };

/** The longest first, so that both lanes end at about the same time. */
const NAMES = ['lint:code', 'lint:types', 'lint:format', 'lint:layers'] as const;
const LANES = 2;

const stepsOf = (name: string): string[] => {
  const script = scripts[name];
  if (script === undefined) throw new Error(`package.json has no script ${name}.`);
  // The trees are listed from the smallest to the one that takes in the others.
  return script.split(' && ').toReversed();
};

const run = (command: string): Promise<boolean> =>
  new Promise((done) => {
    const begun = performance.now();
    const path = `${join(root, 'node_modules/.bin')}${delimiter}${process.env['PATH'] ?? ''}`;
    const child = spawn(command, { cwd: root, shell: true, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, PATH: path } });
    const said: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => said.push(data));
    child.once('error', (error) => said.push(Buffer.from(`${error.message}\n`)));
    child.once('close', (code) => {
      const seconds = ((performance.now() - begun) / 1000).toFixed(0);
      if (code !== 0) process.stderr.write(`${command}: failed after ${seconds} s\n${Buffer.concat(said).toString('utf8')}`);
      else process.stdout.write(`${command}: ${seconds} s\n${Buffer.concat(said).toString('utf8')}`);
      done(code === 0);
    });
  });

const waiting = NAMES.flatMap(stepsOf);
let failed = 0;
const lane = async (): Promise<void> => {
  for (let command = waiting.shift(); command !== undefined; command = waiting.shift()) {
    if (!(await run(command))) failed += 1;
  }
};
await Promise.all(Array.from({ length: LANES }, lane));
process.exitCode = failed === 0 ? 0 : 1;
