/** Writes a CycloneDX list of every package in the lock file to artifacts/sbom.cdx.json. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const made = spawnSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 256 * 1024 * 1024,
});
if (made.status !== 0) {
  console.error(made.stderr);
  process.exit(1);
}
const { components } = JSON.parse(made.stdout) as { components: unknown[] };
mkdirSync(join(root, 'artifacts'), { recursive: true });
writeFileSync(join(root, 'artifacts', 'sbom.cdx.json'), made.stdout);
console.log(`artifacts/sbom.cdx.json: ${components.length} components`);
