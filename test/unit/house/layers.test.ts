import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/**
 * `npm run lint` must fail on a forbidden import. Each rule is proven on a small tree of its own: the same rules file, one
 * import that breaks one rule.
 */
const root = resolve(import.meta.dirname, '../../..');

interface Break {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
}

const BREAKS: readonly Break[] = [
  { rule: 'room-order-audit', from: 'src-main/audit/entry.ts', to: 'src-main/members/index.ts' },
  { rule: 'room-order-members', from: 'src-main/members/member.ts', to: 'src-main/sources/index.ts' },
  { rule: 'room-order-workspace', from: 'src-main/workspace/backup.ts', to: 'src-main/sources/index.ts' },
  { rule: 'room-order-sources', from: 'src-main/sources/sync.ts', to: 'src-main/receipts/index.ts' },
  { rule: 'room-order-receipts', from: 'src-main/receipts/chain.ts', to: 'src-main/overview/index.ts' },
  { rule: 'room-order-evidence', from: 'src-main/evidence/verify.ts', to: 'src-main/gates/index.ts' },
  { rule: 'room-order-plans', from: 'src-main/plans/plan.ts', to: 'src-main/tenants/index.ts' },
  { rule: 'room-order-tenants', from: 'src-main/tenants/tenant.ts', to: 'src-main/metering/index.ts' },
  { rule: 'room-order-metering', from: 'src-main/metering/event.ts', to: 'src-main/costs/index.ts' },
  { rule: 'room-order-costs', from: 'src-main/costs/ledger.ts', to: 'src-main/incidents/index.ts' },
  { rule: 'room-order-incidents', from: 'src-main/incidents/incident.ts', to: 'src-main/gates/index.ts' },
  { rule: 'room-order-gates', from: 'src-main/gates/gate.ts', to: 'src-main/packets/index.ts' },
  { rule: 'room-order-packets', from: 'src-main/packets/packet.ts', to: 'src-main/findings/index.ts' },
  { rule: 'room-order-findings', from: 'src-main/findings/finding.ts', to: 'src-main/approvals/index.ts' },
  { rule: 'room-order-approvals', from: 'src-main/approvals/approval.ts', to: 'src-main/bundles/index.ts' },
  { rule: 'room-order-bundles', from: 'src-main/bundles/bundle.ts', to: 'src-main/integrations/index.ts' },
  { rule: 'room-order-integrations', from: 'src-main/integrations/outbox.ts', to: 'src-main/overview/index.ts' },
  { rule: 'room-door', from: 'src-main/receipts/chain.ts', to: 'src-main/audit/audit-queries.ts' },
  { rule: 'shared-stands-alone', from: 'src-shared/kernel/a.ts', to: 'src-main/store/types.ts' },
  { rule: 'renderer-imports-shared-only', from: 'src-renderer/app.ts', to: 'src-main/store/types.ts' },
  { rule: 'renderer-has-no-node', from: 'src-renderer/app.ts', to: 'node:fs' },
  { rule: 'main-never-imports-renderer', from: 'src-main/app/create-app.ts', to: 'src-renderer/app.ts' },
  { rule: 'trust-is-pure', from: 'src-main/trust/merkle.ts', to: 'node:fs' },
  { rule: 'store-knows-no-room', from: 'src-main/store/pool.ts', to: 'src-main/audit/index.ts' },
  { rule: 'rooms-import-store-and-trust', from: 'src-main/receipts/chain.ts', to: 'src-main/app/jobs.ts' },
  { rule: 'app-imports-no-host', from: 'src-main/app/create-app.ts', to: 'src-main/loopback/main.ts' },
  { rule: 'hosts-stand-apart', from: 'src-main/electron/main.ts', to: 'src-main/loopback/main.ts' },
  { rule: 'hosts-enter-through-app', from: 'src-main/loopback/main.ts', to: 'src-main/store/pool.ts' },
  { rule: 'electron-has-one-importer', from: 'src-main/app/window.ts', to: 'electron' },
  { rule: 'no-dev-dependency-at-run-time', from: 'src-main/app/test-only.ts', to: 'fast-check' },
];

let house: string;

const write = (path: string, text: string) => {
  mkdirSync(dirname(join(house, path)), { recursive: true });
  writeFileSync(join(house, path), text);
};

const specifier = (from: string, to: string) => {
  if (!to.startsWith('src-')) return to;
  const up = '../'.repeat(from.split('/').length - 1);
  return `${up}${to}`;
};

interface Cruise {
  readonly summary: { readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[] };
}

const cruise = (): Cruise => {
  const run = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs'),
      '--config',
      '.dependency-cruiser.cjs',
      '--output-type',
      'json',
      'src-shared',
      'src-main',
      'src-renderer',
    ],
    { cwd: house, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  return JSON.parse(run.stdout) as Cruise;
};

beforeAll(() => {
  house = mkdtempSync(join(tmpdir(), 'countersign-layers-'));
  for (const file of ['.dependency-cruiser.cjs', 'tsconfig.base.json', 'package.json']) cpSync(join(root, file), join(house, file));
  symlinkSync(join(root, 'node_modules'), join(house, 'node_modules'));
});
afterAll(() => rmSync(house, { recursive: true, force: true }));

describe('the layers of the house', () => {
  let violations: ReadonlySet<string>;

  beforeAll(() => {
    for (const { to } of BREAKS) if (to.startsWith('src-')) write(to, 'export const here = 1;\n');
    // One file for each broken rule, so that each violation has an address of its own.
    BREAKS.forEach(({ from, to }, i) => {
      write(from.replace(/\.ts$/, `-${i}.ts`), `import * as it from '${specifier(from, to)}';\nexport const used = it;\n`);
    });
    write('src-main/gates/one.ts', "import { two } from './two.ts';\nexport const one = () => two;\n");
    write('src-main/gates/two.ts', "import { one } from './one.ts';\nexport const two = () => one;\n");
    violations = new Set(cruise().summary.violations.map((violation) => `${violation.rule.name} ${violation.from}`));
  });

  it.each(BREAKS.map((broken, i) => ({ ...broken, i })))('$rule refuses $from → $to', ({ rule, from, i }) => {
    expect(violations).toContain(`${rule} ${from.replace(/\.ts$/, `-${i}.ts`)}`);
  });

  it('no-cycles refuses two files that import each other', () => {
    expect([...violations].some((violation) => violation.startsWith('no-cycles src-main/gates/'))).toBe(true);
  });

  it('every rule of the rules file is proven here', async () => {
    const rules = (await import(join(root, '.dependency-cruiser.cjs'))) as { default: { forbidden: { name: string }[] } };
    const proven = new Set([...BREAKS.map(({ rule }) => rule), 'no-cycles', 'room-order-overview']);
    expect(rules.default.forbidden.map(({ name }) => name).filter((name) => !proven.has(name))).toEqual([]);
  });
});

describe('the scope of each tree', () => {
  const compile = (tree: string, text: string) => {
    const folder = mkdtempSync(join(root, '.cache', 'scope-'));
    try {
      writeFileSync(join(folder, 'probe.ts'), text);
      writeFileSync(
        join(folder, 'tsconfig.json'),
        JSON.stringify({
          extends: `../../${tree}/tsconfig.json`,
          include: ['probe.ts'],
        }),
      );
      const run = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], { encoding: 'utf8' });
      return run.stdout;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
  beforeAll(() => mkdirSync(join(root, '.cache'), { recursive: true }));

  it('has no DOM in src-main', () => {
    expect(compile('src-main', 'export const it = document.title;')).toContain("Cannot find name 'document'");
  });
  it('has neither DOM nor Node in src-shared', () => {
    const said = compile('src-shared', 'export const it = [document, process];');
    expect(said).toContain("Cannot find name 'document'");
    expect(said).toMatch(/Cannot find name 'process'/);
  });
  it('has no Node in src-renderer', () => {
    expect(compile('src-renderer', 'export const it = process.cwd();')).toMatch(/Cannot find name 'process'/);
  });
});
