/**
 * Packages the desktop app with electron-builder: `npm run dist -- --linux --mac --win`. Needs the desktop runtime, which
 * electron-builder downloads: not possible on a closed network.
 */
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { buildMain } from './build-main.ts';
import { ensureRenderer } from './build-renderer.ts';

const root = resolve(import.meta.dirname, '..');
// electron-builder.yml takes both bundles from .cache.
await ensureRenderer();
await buildMain();
const builder = spawnSync(
  process.execPath,
  [join(root, 'node_modules/electron-builder/cli.js'), '--config', 'electron-builder.yml', '--publish', 'never', ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
);
process.exitCode = builder.status ?? 1;
