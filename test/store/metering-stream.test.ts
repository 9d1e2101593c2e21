import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { ingestEvents, type IngestRequest, takeWaiting } from '../../src-main/metering/index.ts';
import { readSpec } from '../../src-main/metering/metric-spec.ts';
import { storeSpec } from '../../src-main/metering/catalogue-queries.ts';
import { rollupDigest } from '../../src-main/metering/rollup-digest.ts';
import { remakeMeters } from '../../src-main/metering/care/remake-usage.ts';
import { holdRows, isConserved } from '../../src-main/sources/index.ts';
import { openMeteringWorkspace, type MeteringWorkspace } from '../support/metering-workspace.ts';
import { expectedOf, KNOWN_TENANTS } from '../support/usage-oracle.ts';
import {
  LATE_TENANT,
  NOW,
  pieces,
  reordered,
  type StreamEvent,
  TENANTS,
  tenantLine,
  TEST_METRICS,
  usageStream,
} from '../support/usage-stream.ts';

const DEEP = process.env['COUNTERSIGN_DEEP'] === '1';
vi.setConfig({ testTimeout: DEEP ? 900_000 : 120_000 });

/** April is closed then, and May runs. */
const EARLIER = '2026-05-20T12:00:00.000Z';

const SOURCE = '01940000-0000-7000-8000-000000000001';

interface Way {
  /** Rows of one delivery at the most. */
  readonly most: number;
  readonly seed: number;
  readonly format: 'ndjson' | 'batch' | 'rows';
  /** After which delivery the late tenant's record comes; -1: before all. */
  readonly tenantAfter: number;
}

/** A workspace of its own in memory speed: the feeds' own code, without the engine around it. */
class Intake {
  readonly w: MeteringWorkspace;
  private run = 0;
  constructor(w: MeteringWorkspace) {
    this.w = w;
  }

  static async open(): Promise<Intake> {
    let now = NOW;
    const w = await openMeteringWorkspace({ now: () => now });
    const intake = new Intake(w);
    const { db } = w;
    // What a power cut leaves is another test's business.
    db.raw.pragma('synchronous = OFF');
    db.run(`INSERT INTO sources (source_no, source_id, name, kind, location, added_at) VALUES (1, ?, 'src', 'folder', '/nowhere', ?)`, [
      SOURCE,
      NOW,
    ]);
    db.run(`INSERT INTO source_settings (source_no, schedule) VALUES (1, 'manual')`);
    now = NOW;
    for (const tenant of TENANTS) intake.tenant(tenant, EARLIER);
    for (const metric of TEST_METRICS) {
      const reading = readSpec(metric);
      if (!reading.ok) throw new Error(reading.says);
      storeSpec(db, reading.spec, { origin: 'source', by: 'test.metrics.json', now: EARLIER });
    }
    return intake;
  }

  tenant(tenantId: string, now: string): void {
    const { db } = this.w;
    const record = JSON.parse(tenantLine(tenantId)) as Record<string, string>;
    db.raw.transaction(() => {
      db.run(
        `INSERT INTO tenants (tenant_no, tenant_id, first_seen_at, partner_id, name, tier, plan_id, plan_version, status, region, created_at, updated_at, record_no, records, conflicts)
         VALUES ((SELECT coalesce(max(tenant_no), 0) + 1 FROM tenants), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 1, 0)`,
        [tenantId, now, record['partner_id']!, tenantId, 'pro', 'none', '1', 'active', 'eu', record['created_at']!, record['updated_at']!],
      );
      const { n } = db.get<{ n: number }>('SELECT max(tenant_no) AS n FROM tenants')!;
      intakeStanding(this.w, n);
      takeWaiting(db, now);
    })();
  }

  deliver(lines: readonly string[], format: Way['format'], now: string): void {
    const { db } = this.w;
    this.run += 1;
    const events: IngestRequest['events'] =
      format === 'rows'
        ? { format, rows: lines.map((line) => Buffer.from(line, 'utf8')) }
        : { format, bytes: Buffer.from(format === 'ndjson' ? `${lines.join('\n')}\n` : `[${lines.join(' ,\n')}]`, 'utf8') };
    db.raw
      .transaction(() => {
        const { counts, quarantine } = ingestEvents(db, {
          origin: 'feed',
          sourceNo: 1,
          sourceId: SOURCE,
          path: `${this.run}.ndjson`,
          byteOffset: 0,
          runId: null,
          events,
          now,
        });
        expect(isConserved(counts)).toBe(true);
        expect(counts.received).toBe(lines.length);
        db.run(`INSERT INTO sync_runs (run_no, run_id, source_no, feed, started_at, full) VALUES (?, ?, 1, 'events', ?, 0)`, [
          this.run,
          `run-${this.run}`,
          now,
        ]);
        holdRows(db, { sourceNo: 1, sourceId: SOURCE, feed: 'events', runNo: this.run, now }, quarantine);
      })
      .immediate();
  }

  /** Everything that may be asked about usage, as one value. */
  state() {
    const { db } = this.w;
    const report = (['hour', 'day', 'month'] as const).map((by) =>
      KNOWN_TENANTS.flatMap((tenant) =>
        this.w.report(tenant, '2026-04-01T00:00:00Z', by === 'month' ? '2026-08-01T00:00:00Z' : '2026-07-01T00:00:00Z', by),
      ),
    );
    return {
      report,
      conservation: this.w.conservation(),
      held: db.all('SELECT state, code, count(*) AS rows, sum(times_seen) AS times FROM quarantine_state GROUP BY 1, 2 ORDER BY 1, 2'),
      conflicts: db.all('SELECT count(*) AS n FROM usage_conflicts'),
      events: db.all('SELECT (SELECT count(*) FROM usage_events) AS raw, (SELECT count(*) FROM usage_keys) AS keys'),
    };
  }

  months(): Map<string, { quantity: string; adjustments: Record<string, string> }> {
    const found = new Map<string, { quantity: string; adjustments: Record<string, string> }>();
    for (const tenant of KNOWN_TENANTS)
      for (const row of this.w.report(tenant, '2026-04-01T00:00:00Z', '2026-08-01T00:00:00Z', 'month')) {
        if (row.quantity === '0' && row.adjustments.length === 0) continue;
        found.set(`${row.tenant_id} ${row.metric} ${row.period_start.slice(0, 7)}`, {
          quantity: row.quantity,
          adjustments: Object.fromEntries(row.adjustments.map(({ original_period, quantity }) => [original_period.slice(0, 7), quantity])),
        });
      }
    return found;
  }
}

/** The catalogue's row of a tenant, which the feed of tenants makes. */
const intakeStanding = (w: MeteringWorkspace, tenantNo: number): void => {
  const columns = (table: string) =>
    w.db.all<{ name: string; type: string; dflt_value: string | null; notnull: number }>(
      'SELECT name, type, dflt_value, "notnull" FROM pragma_table_info(?)',
      [table],
    );
  for (const table of ['tenant_standing', 'tenant_details']) {
    const needed = columns(table).filter(({ name, dflt_value, notnull }) => name === 'tenant_no' || (notnull === 1 && dflt_value === null));
    w.db.run(
      `INSERT INTO ${table} (${needed.map(({ name }) => name).join(', ')}) VALUES (${needed.map(() => '?').join(', ')})`,
      needed.map(({ name, type }) => (name === 'tenant_no' ? tenantNo : type === 'INTEGER' ? 0 : (SAMPLE[name] ?? '[]'))),
    );
  }
};
const SAMPLE: Readonly<Record<string, string>> = { status: 'active', limit_state: 'none' };

const deliver = async (phases: readonly { readonly now: string; readonly events: readonly StreamEvent[] }[], way: Way): Promise<Intake> => {
  const intake = await Intake.open();
  let delivery = 0;
  if (way.tenantAfter < 0) intake.tenant(LATE_TENANT, phases[0]!.now);
  let came = way.tenantAfter < 0;
  for (const [i, { now, events }] of phases.entries())
    for (const piece of pieces(events, way.seed + i, way.most)) {
      const broken = piece.some(({ line }) => !line.endsWith('}}}') && !line.endsWith('}}') && !line.endsWith('} }'));
      intake.deliver(
        piece.map(({ line }) => line),
        way.format === 'batch' && (broken || piece.some(({ line }) => !isJson(line))) ? 'ndjson' : way.format,
        now,
      );
      delivery += 1;
      if (!came && delivery > way.tenantAfter) {
        intake.tenant(LATE_TENANT, now);
        came = true;
      }
    }
  if (!came) intake.tenant(LATE_TENANT, phases.at(-1)!.now);
  return intake;
};

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

const ways = fc.record({
  most: fc.constantFrom(1, 3, 20, 1000),
  seed: fc.nat(),
  format: fc.constantFrom('ndjson' as const, 'batch' as const, 'rows' as const),
  tenantAfter: fc.constantFrom(-1, 0, 3, 1000),
});

describe('a stream of events', () => {
  it('gives what a plain reading of the rules gives, in every split, order and place of a tenant’s record', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), ways, async (seed, order, way) => {
        const events = usageStream(seed, 120);
        const straight = await deliver([{ now: NOW, events }], { most: 1000, seed: 0, format: 'ndjson', tenantAfter: -1 });
        const expected = expectedOf([{ now: NOW, lines: events.map(({ line }) => line) }], KNOWN_TENANTS);
        const intake = await deliver([{ now: NOW, events: reordered(events, order) }], way);
        try {
          const { aggregated, ...counts } = straight.w.conservation();
          expect(counts).toEqual(expected.counts);
          expect(aggregated).toBe(counts.accepted + counts.late);
          expect(straight.months()).toEqual(expected.months);
          const state = intake.state();
          // A row that waited is settled, one that did not is not there: the held rows differ by these alone.
          const { held: heldBefore, ...before } = straight.state();
          const { held, ...rest } = state;
          expect(rest).toEqual(before);
          expect(held.filter((row) => (row as { state: string }).state === 'open')).toEqual(heldBefore);
          // Again, in the first order: nothing is taken, everything counts.
          intake.deliver(
            events.map(({ line }) => line),
            'ndjson',
            NOW,
          );
          const again = intake.w.conservation();
          expect(again.accepted + again.late).toBe(counts.accepted + counts.late);
          expect(again.aggregated).toBe(aggregated);
          expect(again.received).toBe(2 * counts.received);
          expect(again.quarantined).toBe(2 * counts.quarantined);
          expect(intake.state().report).toEqual(before.report);
        } finally {
          await straight.w.close();
          await intake.w.close();
        }
      }),
      { numRuns: DEEP ? 300 : 6, seed: 7, endOnFailure: true },
    );
  });

  it('gives the same over a month that closes meanwhile, and from zero the same bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), ways, async (seed, order, way) => {
        const all = usageStream(seed, 120);
        const half = Math.floor(all.length / 2);
        const phases = [
          { now: EARLIER, events: all.slice(0, half) },
          { now: NOW, events: all.slice(half) },
        ];
        const expected = expectedOf(
          phases.map(({ now, events }) => ({ now, lines: events.map(({ line }) => line) })),
          KNOWN_TENANTS,
        );
        const intake = await deliver(
          phases.map(({ now, events }, i) => ({ now, events: reordered(events, order + i) })),
          { ...way, tenantAfter: -1 },
        );
        try {
          const { aggregated, ...counts } = intake.w.conservation();
          expect(counts).toEqual(expected.counts);
          expect(aggregated).toBe(counts.accepted + counts.late);
          expect(intake.months()).toEqual(expected.months);
          const { db } = intake.w;
          const kept = db.all<{ metric_no: number }>(`SELECT DISTINCT metric_no FROM metric_versions WHERE keeping = 'preaggregated'`);
          const preaggregated = kept.map(({ metric_no }) => metric_no);
          const stood = rollupDigest(db, preaggregated, () => undefined);
          remakeMeters(
            db,
            db.all<{ tenant_no: number; metric_no: number }>(
              `SELECT DISTINCT tenant_no, metric_no FROM usage_series WHERE metric_no NOT IN (${preaggregated.join(', ')})`,
            ),
          );
          expect(rollupDigest(db, preaggregated, () => undefined)).toEqual(stood);
        } finally {
          await intake.w.close();
        }
      }),
      { numRuns: DEEP ? 300 : 6, seed: 11, endOnFailure: true },
    );
  });
});
