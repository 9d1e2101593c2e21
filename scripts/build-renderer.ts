import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
export const RENDERER_DIR = join(root, '.cache', 'renderer');

/** Everything the built interface is made of. */
const INPUTS = ['src-renderer', 'src-shared', 'package-lock.json'];

function* filesBelow(path: string): Generator<string> {
  const entries = readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const child = join(path, entry.name);
    if (entry.isDirectory()) yield* filesBelow(child);
    else yield child;
  }
}

function digestOfInputs(): string {
  const digest = createHash('sha256');
  for (const input of INPUTS) {
    const path = join(root, input);
    for (const file of input.includes('.') ? [path] : filesBelow(path))
      digest.update(`${file.slice(root.length)}\n`).update(readFileSync(file));
  }
  return digest.digest('hex');
}

/** Builds the interface when its sources changed since the last build. */
export async function ensureRenderer(): Promise<string> {
  const stamp = join(root, '.cache', 'renderer.sha256');
  const digest = digestOfInputs();
  if (existsSync(join(RENDERER_DIR, 'index.html')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return RENDERER_DIR;
  process.stderr.write('Building the interface (once, and again when its sources change)…\n');
  const { build } = await import('vite');
  await build({ configFile: join(root, 'src-renderer', 'vite.config.ts'), logLevel: 'warn' });
  mkdirSync(join(root, '.cache'), { recursive: true });
  writeFileSync(stamp, digest);
  return RENDERER_DIR;
}
