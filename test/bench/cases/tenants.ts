import { createHash } from 'node:crypto';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { migrations } from '../../../migrations/index.ts';
import type { Client } from '../../../src-shared/contract/client.ts';
import type { InputOf } from '../../../src-shared/contract/define.ts';
import type { Contract } from '../../../src-shared/contract/index.ts';
import type { TenantFilter, TenantSort } from '../../../src-shared/contract/tenants.ts';
import { openBenchWorkspace } from '../support/bench-workspace.ts';
import { manyTenants, tenantIdAt } from '../support/many-tenants.ts';
import { type Figure, figure, median, ms, percentile } from '../support/measure.ts';

/** The catalogue: every filter with every sort, by pages, as the screen asks for them. The requirement says one second. */
const AIM_MS = 50;
const PAGE_ROWS = 100;

const FILTERS: Readonly<Record<string, TenantFilter>> = {
  all: {},
  'needs attention': { paid: true, attention: { risk: 60, limitPercent: 80 } },
  plan: { plan: ['pro'] },
  tier: { tier: ['enterprise', 'growth'] },
  status: { status: ['suspended'] },
  region: { region: ['eu-west-1'] },
  'high risk': { risk: ['high'] },
  partner: { partner: ['partner-07'] },
  'limit state': { limitState: ['over'] },
  'margin under 75': { marginUnder: 75 },
  tag: { tags: ['strategic'] },
  search: { search: 'juni' },
  'search, two words': { search: 'harb log' },
  'search, one letter': { search: 'h' },
  narrow: { plan: ['pro'], region: ['eu-west-1'], status: ['active'], riskAtLeast: 60, partner: ['partner-03'] },
  none: { region: ['nowhere'] },
};
const SORTS: readonly TenantSort[] = ['name', 'mrr', 'usage', 'margin', 'risk', 'activity', 'limit'];

type ListInput = InputOf<Contract, 'tenant.list'>;

export async function tenantSpeed(tenants: number): Promise<Figure[]> {
  const schema = createHash('sha256')
    .update(migrations.map(({ sql }) => sql).join(''))
    .digest('hex')
    .slice(0, 8);
  const root = await manyTenants(tenants, schema);
  const workspace = await openBenchWorkspace(root);
  try {
    const figures = [...(await lists(workspace.client)), ...(await others(workspace.client, tenants))];
    figures.push(...(await peers(workspace.folder, workspace.client, tenants)));
    return figures;
  } finally {
    await workspace.close();
  }
}

/** Milliseconds of the three first pages of a list, the first one without anything counted before. */
async function listTimes(client: Client<Contract>, filter: TenantFilter, sort: TenantSort, direction: 'asc' | 'desc'): Promise<number[]> {
  const times: number[] = [];
  let after: string | null = null;
  for (let page = 0; page < 3; page += 1) {
    const input: ListInput = { filter, sort, direction, limit: PAGE_ROWS, ...(after === null ? {} : { after }) };
    const start = performance.now();
    const answer = await client.call('tenant.list', input);
    times.push(performance.now() - start);
    after = answer.next;
    if (after === null) break;
  }
  return times;
}

async function lists(client: Client<Contract>): Promise<Figure[]> {
  // Once, so that files are in memory and code is compiled; what is counted is forgotten by changing a tag below.
  for (const sort of SORTS) await listTimes(client, {}, sort, 'desc');
  const all: number[] = [];
  let worst = { p95: 0, name: '' };
  let flip = false;
  for (const [name, filter] of Object.entries(FILTERS))
    for (const sort of SORTS) {
      const times: number[] = [];
      for (const direction of ['desc', 'asc'] as const)
        for (let round = 0; round < 3; round += 1) {
          // A fact changes: totals are counted anew, as while usage comes in.
          flip = !flip;
          await client.call('tenant.tag', { tenantIds: [tenantIdAt(1)], [flip ? 'add' : 'remove']: ['bench'] });
          times.push(...(await listTimes(client, filter, sort, direction)));
        }
      all.push(...times);
      const p95 = percentile(times, 95);
      if (p95 > worst.p95) worst = { p95, name: `${name}, by ${sort}` };
      if (process.env['BENCH_EACH'] !== undefined)
        console.error(`${name.padEnd(20)} ${sort.padEnd(9)} p50 ${ms(median(times))} p95 ${ms(p95)}`);
    }
  const combinations = Object.keys(FILTERS).length * SORTS.length;
  return [
    figure(
      `tenant list, ${combinations} filters × sorts, pages of ${PAGE_ROWS}`,
      `p50 ${ms(median(all))}, p95 ${ms(percentile(all, 95))}; slowest ${ms(worst.p95)} (${worst.name})`,
      `p95 ≤ ${AIM_MS} ms`,
      worst.p95 <= AIM_MS,
    ),
  ];
}

async function others(client: Client<Contract>, tenants: number): Promise<Figure[]> {
  const timed = async (work: (n: number) => Promise<unknown>, rounds: number): Promise<number[]> => {
    const times: number[] = [];
    for (let n = 0; n < rounds; n += 1) {
      const start = performance.now();
      await work(n);
      times.push(performance.now() - start);
    }
    return times;
  };
  const typed = ['h', 'ha', 'har', 'harb', 'harbo', 'harbour l', 'harbour lo', 'tn_00', 'ops12', 'strat'];
  const find = await timed((n) => client.call('tenant.find', { text: typed[n % typed.length]! }), 60);
  const cold = await timed(async (n) => {
    await client.call('tenant.tag', { tenantIds: [tenantIdAt(2)], [n % 2 === 0 ? 'add' : 'remove']: ['bench'] });
    await client.call('tenant.facets', { filter: { region: ['eu-west-1'] } });
  }, 10);
  const warm = await timed(() => client.call('tenant.facets', { filter: { region: ['eu-west-1'] } }), 40);
  const show = await timed((n) => client.call('tenant.show', { tenantId: tenantIdAt((n * 7919) % tenants) }), 200);
  const line = await timed((n) => client.call('tenant.timeline', { tenantId: tenantIdAt((n * 7919) % tenants) }), 200);
  const beside = await timed(
    (n) => client.call('tenant.neighbours', { tenantId: tenantIdAt((n * 7919) % tenants), filter: {}, sort: 'risk', direction: 'desc' }),
    40,
  );
  const p95 = (times: readonly number[]): string => `p50 ${ms(median(times))}, p95 ${ms(percentile(times, 95))}`;
  return [
    figure('search as one types', p95(find), `p95 ≤ ${AIM_MS} ms`, percentile(find, 95) <= AIM_MS),
    figure('facets with counts, known', p95(warm.slice(2)), `p95 ≤ ${AIM_MS} ms`, percentile(warm.slice(2), 95) <= AIM_MS),
    figure('facets with counts, after a change', p95(cold)),
    figure(
      'one tenant; its timeline; who is beside it',
      `p95 ${ms(percentile(show, 95))}; ${ms(percentile(line, 95))}; ${ms(percentile(beside, 95))}`,
    ),
  ];
}

/** The same page from peers: SQLite by OFFSET over joined tables, and DuckDB over the same columns where it is installed. */
async function peers(folder: string, client: Client<Contract>, tenants: number): Promise<Figure[]> {
  const input: ListInput = { filter: FILTERS['needs attention'], sort: 'mrr', direction: 'desc', limit: PAGE_ROWS };
  const mine: number[] = [];
  const bare: number[] = [];
  const duck: number[] = [];
  const file = join(folder, 'countersign.db');
  const db = new Sqlite(file, { readonly: true });
  const other = await openDuck(db);
  try {
    const joined = db.prepare(
      `SELECT t.*, s.*, d.* FROM tenants t JOIN tenant_standing s USING (tenant_no) JOIN tenant_details d USING (tenant_no)
       WHERE s.status <> 'deleted' AND s.paid = 1 AND (s.risk >= 60 OR s.limit_bp >= 8000)
       ORDER BY s.mrr_minor DESC, s.risk DESC, s.tenant_no DESC LIMIT ${PAGE_ROWS} OFFSET ?`,
    );
    await client.call('tenant.list', input);
    for (let round = 0; round < 15; round += 1) {
      let start = performance.now();
      await client.call('tenant.list', input);
      mine.push(performance.now() - start);
      start = performance.now();
      joined.all(0);
      bare.push(performance.now() - start);
      start = performance.now();
      await other?.();
      duck.push(performance.now() - start);
    }
    const ratio = (times: readonly number[]): string => `${ms(median(times))} (${(median(times) / median(mine)).toFixed(1)}×)`;
    return [
      figure(
        `needs attention of ${tenants}, first page: contract against peers`,
        `${ms(median(mine))}; SQLite by OFFSET over the joined rows ${ratio(bare)}${other === null ? '' : `; DuckDB in memory ${ratio(duck)}`}`,
      ),
    ];
  } finally {
    db.close();
  }
}

async function openDuck(db: Sqlite.Database): Promise<(() => Promise<void>) | null> {
  try {
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    await connection.run(
      'CREATE TABLE s (tenant_no BIGINT, status VARCHAR, paid BIGINT, risk BIGINT, limit_bp BIGINT, mrr_minor BIGINT, name VARCHAR)',
    );
    const appender = await connection.createAppender('s');
    const rows = db
      .prepare<[], Record<string, number | string>>(
        'SELECT tenant_no, status, paid, risk, limit_bp, mrr_minor, name_key FROM tenant_standing',
      )
      .all();
    for (const row of rows) {
      appender.appendBigInt(BigInt(row['tenant_no']!));
      appender.appendVarchar(String(row['status']));
      for (const key of ['paid', 'risk', 'limit_bp', 'mrr_minor']) appender.appendBigInt(BigInt(row[key]!));
      appender.appendVarchar(String(row['name_key']));
      appender.endRow();
    }
    appender.flushSync();
    const sql = `SELECT *, count(*) OVER () FROM s WHERE status <> 'deleted' AND paid = 1 AND (risk >= 60 OR limit_bp >= 8000)
      ORDER BY mrr_minor DESC, risk DESC, tenant_no DESC LIMIT ${PAGE_ROWS}`;
    return async () => {
      (await connection.runAndReadAll(sql)).getRows();
    };
  } catch {
    return null;
  }
}
