import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Programs that some suites drive for real, and the Debian package each comes with. */
const TOOLS = [
  { name: 'chromium', paths: ['/usr/bin/chromium'], debian: 'chromium' },
  { name: 'ssh-keygen', paths: ['/usr/bin/ssh-keygen'], debian: 'openssh-client' },
  { name: 'openssl', paths: ['/usr/bin/openssl'], debian: 'openssl' },
  { name: 'pdftoppm', paths: ['/usr/bin/pdftoppm'], debian: 'poppler-utils' },
] as const;

const runs = (command: string) => spawnSync('sh', ['-c', `command -v ${command}`], { stdio: 'ignore' }).status === 0;
const isThere = (tool: (typeof TOOLS)[number]) => tool.paths.some((path) => existsSync(path)) || runs(tool.name);

/**
 * Looks for the tools; as root on Debian installs what is missing from Debian's packages, elsewhere prints the one command.
 * @returns names of the tools that are still missing: their suites skip themselves by name.
 */
export function lookForTools(): string[] {
  let missing = TOOLS.filter((tool) => !isThere(tool));
  if (missing.length === 0) return [];
  const packages = missing.map((tool) => tool.debian).join(' ');
  const asRoot = process.getuid?.() === 0;
  if (asRoot && existsSync('/etc/debian_version')) {
    console.log(`Installing what the tests drive: ${packages}`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    spawnSync('sh', ['-c', `apt-get update -qq && apt-get install -y -qq --no-install-recommends ${packages}`], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env,
    });
    missing = TOOLS.filter((tool) => !isThere(tool));
  } else {
    console.log(`Some suites will be skipped. To run them: sudo apt-get install ${packages}`);
  }
  for (const tool of missing) console.log(`not found: ${tool.name}`);
  return missing.map((tool) => tool.name);
}
