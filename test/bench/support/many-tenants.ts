import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createStoreDb, openWriter, closeWriter, type StoreDb } from '../../../src-main/store/index.ts';
import { createSubscriptionsFeed, createTenantsFeed, tenantNoOf, updateStanding } from '../../../src-main/tenants/index.ts';
import { CACHE } from './big-chain.ts';
import { NOW, openBenchWorkspace, SOURCE } from './bench-workspace.ts';

/**
 * A workspace with many tenants, made by the feeds themselves and by what later rooms hand in. Kept in the cache by its size:
 * making it takes minutes, measuring it seconds.
 */

const PARTNERS = 40;
const REGIONS = ['us-east-1', 'us-west-2', 'eu-west-1', 'eu-central-1', 'ap-southeast-2', 'sa-east-1'];
const TIERS = [
  ['free', '0'],
  ['starter', '49'],
  ['growth', '149'],
  ['pro', '299'],
  ['enterprise', '799'],
] as const;
const STATUSES = ['active', 'active', 'active', 'active', 'active', 'active', 'trial', 'grace', 'suspended', 'expired', 'canceled'];
const FIRST = [
  'Harbour',
  'Juniper',
  'Hazel',
  'Keel',
  'Sable',
  'Wick',
  'Raven',
  'Linden',
  'Pine',
  'Quay',
  'Larch',
  'Rowan',
  'Birch',
  'Moss',
  'Fern',
  'Tern',
];
const SECOND = [
  'Dental',
  'Logistics',
  'Studios',
  'Analytics',
  'Legal',
  'Textiles',
  'Energy',
  'Travel',
  'Motors',
  'Foods',
  'Optics',
  'Freight',
];
const TAGS = ['pilot', 'strategic', 'renewal-q3', 'at-risk', 'reference', 'emea', 'key-account'];
const METRICS = ['llm_token', 'query_credit', 'ingest_unit', 'storage_gb_month', 'seat', 'api_request'];

/** Numbers that look like chance and are the same every time. */
const mixed = (n: number, salt: number): number => {
  let x = (Math.imul(n + 1, 0x9e3779b1) ^ Math.imul(salt + 1, 0x85ebca6b)) >>> 0;
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d) >>> 0;
  x = Math.imul(x ^ (x >>> 12), 0x297a2d39) >>> 0;
  return (x ^ (x >>> 15)) >>> 0;
};
const pick = <T>(from: readonly T[], n: number, salt: number): T => from[mixed(n, salt) % from.length]!;

export const tenantIdAt = (n: number): string => `tn_${n.toString(36).padStart(6, '0')}`;

const tenantLine = (n: number): string => {
  const [tier] = pick(TIERS, n, 1);
  return JSON.stringify({
    tenant_id: tenantIdAt(n),
    name: `${pick(FIRST, n, 2)} ${pick(SECOND, n, 3)} ${n}`,
    partner_id: `partner-${String(mixed(n, 4) % PARTNERS).padStart(2, '0')}`,
    tier,
    plan_id: tier,
    plan_version: '1.0.0',
    status: pick(STATUSES, n, 5),
    region: pick(REGIONS, n, 6),
    created_at: '2025-01-01T00:00:00Z',
    updated_at: '2026-11-01T00:00:00Z',
    contacts: [{ name: `${pick(FIRST, n, 7)} Doe ${n % 1000}`, email: `ops${n}@example.com` }],
    tags: mixed(n, 8) % 4 === 0 ? [pick(TAGS, n, 9)] : [],
  });
};

const subscriptionLine = (n: number): string => {
  const [tier, amount] = pick(TIERS, n, 1);
  return JSON.stringify({
    subscription_id: `sub_${n.toString(36)}`,
    tenant_id: tenantIdAt(n),
    tier,
    status: 'active',
    quantity: 1 + (mixed(n, 10) % 3),
    unit_amount: amount,
    currency: mixed(n, 11) % 50 === 0 ? 'EUR' : 'USD',
    interval: 'month',
    started_at: '2025-01-01T00:00:00Z',
    updated_at: '2026-11-01T00:00:00Z',
  });
};

const CHUNK = 5_000;

function fill(db: StoreDb, tenants: number): void {
  const { source_id: sourceId } = db.get<{ source_id: string }>('SELECT source_id FROM sources')!;
  const deliver = (feed: ReturnType<typeof createTenantsFeed>, line: (n: number) => string, from: number): void => {
    const text = Array.from({ length: Math.min(CHUNK, tenants - from) }, (_, i) => `${line(from + i)}\n`).join('');
    const base = { kind: 'appended', mode: 'append', because: null, offset: 0, atEnd: true } as const;
    const { counts } = feed.accept(db, {
      ...base,
      sourceId,
      sourceName: SOURCE,
      runId: 'bench',
      path: 'bench.ndjson',
      now: NOW,
      bytes: Uint8Array.from(Buffer.from(text)),
    });
    if (counts.accepted !== counts.received) throw new Error('the feed did not take what the bench made');
  };
  const [ofTenants, ofSubscriptions] = [createTenantsFeed(), createSubscriptionsFeed()];
  for (let from = 0; from < tenants; from += CHUNK)
    db.raw.transaction(() => {
      deliver(ofTenants, tenantLine, from);
      deliver(ofSubscriptions, subscriptionLine, from);
      for (let n = from; n < Math.min(tenants, from + CHUNK); n += 1) measure(db, n);
    })();
}

/** What metering, closes and incidents would hand in. */
function measure(db: StoreDb, n: number): void {
  const ratioBp = mixed(n, 20) % 11_500;
  const margin = 4_000 + (mixed(n, 21) % 5_500);
  updateStanding(
    db,
    tenantNoOf(db, tenantIdAt(n))!,
    {
      limit: { metric: pick(METRICS, n, 22), ratioBp, state: ratioBp >= 10_000 ? 'over' : ratioBp >= 8_000 ? 'soft' : 'ok' },
      usageCostMicro: mixed(n, 23) % 900_000_000,
      margins: Array.from({ length: 6 }, (_, i) => ({
        month: `2026-${String(6 + i).padStart(2, '0')}`,
        bp: margin + (mixed(n, 24) % 2 ? -1 : 1) * i * 120,
      })),
      lastActivityAt: new Date(Date.parse(NOW) - (mixed(n, 25) % 60) * 86_400_000).toISOString(),
      openIncidents: mixed(n, 26) % 30 === 0 ? 1 : 0,
    },
    NOW,
  );
}

/** The folder of the workspace; made where the cache has none of this size and schema. */
export async function manyTenants(tenants: number, schema: string): Promise<string> {
  const root = join(CACHE, `tenants-${tenants}-${schema}`);
  if (existsSync(root)) return root;
  mkdirSync(CACHE, { recursive: true });
  const making = `${root}.making`;
  rmSync(making, { recursive: true, force: true });
  const source = join(making, 'source');
  mkdirSync(join(source, 'tenants'), { recursive: true });
  const opened = await openBenchWorkspace(making, source);
  await opened.close();
  const raw = openWriter(join(making, 'workspace', 'countersign.db'));
  try {
    fill(createStoreDb(raw), tenants);
    raw.pragma('optimize');
  } finally {
    closeWriter(raw);
  }
  renameSync(making, root);
  return root;
}
