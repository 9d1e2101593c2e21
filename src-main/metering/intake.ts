import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { openIncident } from '../incidents/index.ts';
import { NO_ROWS, plural, type QuarantineInput, quarantineIdOf } from '../sources/index.ts';
import type { StoreDb } from '../store/index.ts';
import { type Catalogue, type CatalogueMetric, metricCatalogue } from './catalogue.ts';
import { type Dimensions, type DimensionFault, readDimensions, unknownDimension } from './dimensions.ts';
import { type EventCode, NEXT_STEP } from './event-faults.ts';
import { EmitterKeys, EventStore, type PendingEvent, type StoredEvent } from './event-keys.ts';
import { EventFault, EventScanner } from './event-scanner.ts';
import { type Fault, type IntakeMemory, keepMemory, KnownMetric, KnownTenant, type Series, takeMemory } from './intake-memory.ts';
import { type IntakeRow, MAX_EVENT_BYTES } from './intake-rows.ts';
import { type MeteringSettings, meteringSettings, type Periods, periodsAt } from './periods.ts';
import { attosOf, QuantityReader } from './quantity-reader.ts';
import { Meter, tieOf } from './usage-meters.ts';
import { MomentReader, momentText, monthStartMs } from './usage-time.ts';
import { formatExact, fromLimbs, toLimbs } from '../../src-shared/kernel/quantity.ts';

/** One delivery of events on its way into the tables: everything that was looked up is remembered until its end. */

export type Outcome = 'accepted' | 'duplicate' | 'conflict' | 'late' | 'quarantined';

/** How far an event may be ahead of now: clocks differ. */
const AHEAD_MS = 24 * 3_600_000;

export interface IntakeFrom {
  readonly sourceNo: number | null;
  /** With the feed's name part of what makes two bad rows the same one. */
  readonly sourceId: string;
  readonly path: string;
  readonly now: string;
}

interface TakenEvent extends PendingEvent {
  readonly meter: Meter;
  readonly canonical: string;
}

interface Taking {
  readonly events: TakenEvent[];
  /** Made when an id is looked for that does not come in order. */
  byId: Map<string, TakenEvent> | null;
}

/** A tenant in this delivery. */
class TenantIntake {
  readonly known: KnownTenant;
  readonly counts = { ...NO_ROWS };
  readonly meters = new Map<number, MeterIntake>();
  /** Conflicts by emitter. */
  readonly conflicts = new Map<string, { times: number; says: string }>();

  constructor(known: KnownTenant) {
    this.known = known;
  }

  get tenantNo(): number {
    return this.known.tenantNo;
  }

  get tenantId(): string {
    return this.known.tenantId;
  }
}

interface MeterIntake {
  readonly meter: Meter;
  readonly known: KnownMetric;
}

/** What became of a row, for whoever asked row by row. */
export interface RowOutcome {
  readonly id: string;
  /** The tenant it counts for; null for none. */
  readonly tenantNo: number | null;
  readonly outcome: Outcome;
  readonly code: string | null;
  readonly says: string | null;
}

export class Intake {
  readonly counts = { ...NO_ROWS };
  readonly quarantine: QuarantineInput[] = [];
  readonly tenants = new Map<string, TenantIntake>();
  /** Rows of no known tenant. */
  readonly unknown = { ...NO_ROWS };
  readonly periods: Periods;
  readonly firstNo: number;

  private readonly db: StoreDb;
  private readonly from: IntakeFrom;
  private readonly catalogue: Catalogue;
  private readonly settings: MeteringSettings;
  private readonly store: EventStore;
  private readonly scanner = new EventScanner();
  private readonly quantity = new QuantityReader();
  private readonly moment = new MomentReader();
  private readonly partnerId: string | null;
  private readonly memory: IntakeMemory;
  /** New events of this delivery. */
  private readonly taking = new Map<EmitterKeys, Taking>();
  private readonly strangers = new Map<string, Fault>();
  private readonly aheadMs: number;
  private readonly lateBeforeMs: number;
  private next: number;
  private nextSeries: number | null = null;
  /** Of the row at hand. */
  private lastTenant: TenantIntake | null = null;
  private fault: Fault | null = null;
  private readonly conflicts: { readonly keys: EmitterKeys; readonly eventId: string; readonly raw: Buffer }[] = [];
  private conflictSays: string | null = null;

  constructor(db: StoreDb, from: IntakeFrom) {
    this.db = db;
    this.from = from;
    this.catalogue = metricCatalogue(db);
    this.settings = meteringSettings(db);
    this.periods = periodsAt(db, from.now);
    this.store = new EventStore(db);
    const versions = [...this.catalogue.byNo.values()].map(({ newest }) => newest.versionNo);
    this.memory = takeMemory(db, JSON.stringify([versions, this.settings]));
    this.firstNo = this.next = this.store.nextNo();
    this.aheadMs = Date.parse(from.now) + AHEAD_MS;
    this.lateBeforeMs = monthStartMs(this.periods.closedThrough + 1);
    this.partnerId =
      from.sourceNo === null
        ? null
        : (db.get<{ partner_id: string | null }>('SELECT partner_id FROM source_settings WHERE source_no = ?', [from.sourceNo])
            ?.partner_id ?? null);
  }

  get lastNo(): number {
    return this.next - 1;
  }

  meters(): Meter[] {
    return [...this.tenants.values()].flatMap(({ meters }) => [...meters.values()].map(({ meter }) => meter));
  }

  tenantIdOf(tenantNo: number): string {
    for (const tenant of this.tenants.values()) if (tenant.tenantNo === tenantNo) return tenant.tenantId;
    throw new RangeError(`no event of tenant number ${tenantNo} came in`);
  }

  /** Takes one row. `bytes`: all that came in; `offset`: where they stand in their file. */
  take(row: IntakeRow, bytes: Buffer, offset: number): Outcome {
    this.fault = null;
    this.conflictSays = null;
    this.lastTenant = null;
    const outcome = this.judge(row, bytes);
    this.counts.received += 1;
    this.counts[outcome] += 1;
    const counts = (this.lastTenant as TenantIntake | null)?.counts ?? this.unknown;
    counts.received += 1;
    counts[outcome] += 1;
    if (outcome === 'quarantined') this.hold(row, bytes, offset, this.fault!);
    return outcome;
  }

  /** Of the row that was taken last, for an answer row by row. */
  outcomeOf(outcome: Outcome): RowOutcome {
    const fault = this.fault;
    const tenant = this.lastTenant;
    return {
      id: this.scanner.id,
      tenantNo: tenant?.tenantNo ?? null,
      outcome,
      code: fault?.code ?? null,
      says: fault?.says ?? this.conflictSays,
    };
  }

  /** Writes what waits: rows of events, and incidents of conflicts. */
  finish(): void {
    this.writeTaken();
    this.writeConflicts();
    keepMemory(this.db, this.memory);
    for (const tenant of this.tenants.values())
      for (const [emitter, { times, says }] of tenant.conflicts)
        openIncident(this.db, {
          key: `conflict/${tenant.tenantId}/${emitter}`,
          kind: 'conflict',
          severity: 'bad',
          tenantNo: tenant.tenantNo,
          title: `Events of ${emitter} came again with another payload`,
          says: `${plural(times, 'event')} had a key that was taken before with another payload. ${says} What came first stands; what came later is kept beside it.`,
          address: '/usage',
          ownerRole: 'engineering',
          times,
          now: this.from.now,
        });
  }

  private judge(row: IntakeRow, bytes: Buffer): Outcome {
    const { scanner, quantity, moment } = this;
    scanner.id = '';
    if (row.stop - row.start > MAX_EVENT_BYTES)
      return this.bad('EVENT_TOO_LARGE', `The row has ${row.stop - row.start} bytes; an event has ${MAX_EVENT_BYTES} at most.`);
    if (row.text === null) return this.bad('EVENT_NOT_JSON', 'The row is no UTF-8.');
    try {
      scanner.scan(row.text, row.from, row.to);
    } catch (error) {
      if (!(error instanceof EventFault)) throw error;
      return this.bad(error.code, error.message);
    }
    const wrong = quantity.read(scanner.quantity);
    if (wrong !== null) return this.badQuantity(wrong);
    if (!moment.read(scanner.time))
      return this.bad(
        'EVENT_TIME',
        `The time ${JSON.stringify(scanner.time)} is no RFC 3339 time with an offset, from 1970 to 2261, to the nanosecond at most.`,
      );
    if (moment.ms > this.aheadMs || (moment.ms === this.aheadMs && moment.ns > 0))
      return this.bad('EVENT_IN_FUTURE', `The time ${scanner.time} is more than 24 hours ahead of ${this.from.now}.`);
    const { subject } = scanner;
    const tenant = this.tenants.get(subject) ?? this.findTenant(subject);
    if (tenant === null) {
      this.fault = this.strangers.get(subject)!;
      return 'quarantined';
    }
    this.lastTenant = tenant;
    const metric = this.catalogue.byName.get(scanner.metric);
    if (metric === undefined)
      return this.bad('METRIC_UNKNOWN', `No catalogue declares the metric ${JSON.stringify(scanner.metric)}.`, {
        kind: 'metric',
        name: ownText(scanner.metric),
      });
    if (!metric.units.has(scanner.unit))
      return this.bad('UNIT_MISMATCH', `${metric.metric} counts ${metric.newest.unit}; the event counts ${JSON.stringify(scanner.unit)}.`);
    const meter = this.meterOf(tenant, metric);
    const series = meter.known.byText.get(scanner.dimensions) ?? this.findSeries(meter, metric);
    if ('code' in series) {
      this.fault = series;
      // A set that is not well formed is no matter of the tenant.
      if (series.code === 'EVENT_MALFORMED') this.lastTenant = null;
      return 'quarantined';
    }
    const keys = tenant.known.emitters.get(scanner.source) ?? this.emitterKeys(tenant);
    const passes = keys.passes(scanner.id);
    const known = passes ? null : this.known(keys, scanner.id);
    if (known !== null) return this.again(row, bytes, tenant, keys, metric, series, known);
    if (!passes) keys.add(scanner.id);
    return this.takeNew(tenant, keys, meter, metric, series);
  }

  private takeNew(tenant: TenantIntake, keys: EmitterKeys, meter: MeterIntake, metric: CatalogueMetric, series: Series): Outcome {
    const { scanner, quantity, moment } = this;
    const seriesNo = series.no ?? this.openSeries(tenant, meter, metric, series);
    if (seriesNo === null) return 'quarantined';
    const adjusts = moment.ms < this.lateBeforeMs ? this.periods.adjusts : null;
    const taken: TakenEvent = {
      eventId: scanner.id,
      seriesNo,
      atMs: moment.ms,
      atNs: moment.ns,
      giga: quantity.giga,
      units: quantity.units,
      nano: quantity.nano,
      atto: quantity.atto,
      adjusts,
      other: scanner.other === null ? null : this.other(),
      payload: metric.keeping === 'raw' ? null : this.payload(metric, series),
      meter: meter.meter,
      canonical: series.dimensions.canonical,
    };
    const taking = this.taking.get(keys);
    if (taking === undefined) this.taking.set(keys, { events: [taken], byId: null });
    else {
      taking.events.push(taken);
      taking.byId?.set(taken.eventId, taken);
    }
    return adjusts === null ? 'accepted' : 'late';
  }

  /**
   * Writes what was taken, in the order of the keys, and gives the numbers in that order: neighbours in the index are then
   * written one after another, which is half the work of writing them as they come.
   */
  private writeTaken(): void {
    const groups = [...this.taking].sort(([a], [b]) => a.tenantNo - b.tenantNo || a.emitterNo - b.emitterNo);
    const { closedThrough } = this.periods;
    for (const [keys, taking] of groups) {
      for (const event of inOrderOfIds(taking.events)) {
        const ingestNo = this.next;
        this.next += 1;
        this.store.write(ingestNo, keys, event);
        const { meter, adjusts, atMs, giga, units, nano, atto } = event;
        if (adjusts === null && meter.isAdditive) meter.add(ingestNo, atMs, giga, units, nano, atto);
        else
          meter.addSingle(
            {
              ingestNo,
              seriesNo: event.seriesNo,
              atMs,
              atNs: event.atNs,
              giga,
              units,
              nano,
              atto,
              tie: tieOf(keys.emitter, event.eventId),
              value: null,
              adjusts,
              closedThrough,
            },
            event.canonical,
          );
      }
    }
    this.store.flush();
  }

  /** Keeps what came under a key that was taken with another payload, beside the event that stands. */
  private writeConflicts(): void {
    const { db, from } = this;
    for (const { keys, eventId, raw } of this.conflicts) {
      const digest = half(raw);
      const held = db.get('SELECT 1 FROM usage_conflicts WHERE tenant_no = ? AND emitter_no = ? AND event_id = ? AND digest = ?', [
        keys.tenantNo,
        keys.emitterNo,
        eventId,
        digest,
      ]);
      if (held !== undefined) continue;
      db.run(
        `INSERT INTO usage_conflicts (conflict_no, tenant_no, emitter_no, event_id, digest, ingest_no, at, path, line, bytes)
         VALUES ((SELECT coalesce(max(conflict_no), 0) + 1 FROM usage_conflicts), ?, ?, ?, ?, ?, ?, ?, NULL, ?)`,
        [
          keys.tenantNo,
          keys.emitterNo,
          eventId,
          digest,
          this.store.stored(keys, eventId)!.ingestNo,
          from.now,
          from.path.toWellFormed(),
          raw,
        ],
      );
    }
  }

  /** The event that stands under a key, written or about to be. */
  private known(keys: EmitterKeys, eventId: string): StoredEvent | null {
    const taking = this.taking.get(keys);
    if (taking !== undefined) taking.byId ??= new Map(taking.events.map((event) => [event.eventId, event]));
    const taken = taking?.byId?.get(eventId);
    if (taken === undefined) return this.store.stored(keys, eventId);
    const { seriesNo, atMs, atNs, other, payload } = taken;
    return {
      // Its number is given when it is written.
      ingestNo: 0,
      raw: payload === null ? { seriesNo, atMs, atNs, ...toLimbs(attosOf(taken)), other } : null,
      payload,
    };
  }

  /** An event whose key is taken. */
  private again(
    row: IntakeRow,
    bytes: Buffer,
    tenant: TenantIntake,
    keys: EmitterKeys,
    metric: CatalogueMetric,
    series: Series,
    known: StoredEvent,
  ): Outcome {
    if (this.isSame(metric, series, known)) return 'duplicate';
    const { scanner } = this;
    const raw = Buffer.from(bytes.subarray(row.start, row.stop));
    this.conflicts.push({ keys, eventId: scanner.id, raw });
    const was =
      known.raw === null
        ? ''
        : ` It was ${formatExact(fromLimbs(known.raw))} at ${momentText(known.raw.atMs, known.raw.atNs)}; now it is ${formatExact(attosOf(this.quantity))} ${metric.newest.unit} of ${metric.metric} at ${momentText(this.moment.ms, this.moment.ns)}.`;
    this.conflictSays = `Event ${JSON.stringify(scanner.id)} of ${keys.emitter} came before with another payload.${was}`;
    const seen = tenant.conflicts.get(keys.emitter);
    if (seen === undefined) tenant.conflicts.set(keys.emitter, { times: 1, says: this.conflictSays });
    else seen.times += 1;
    return 'conflict';
  }

  private isSame(metric: CatalogueMetric, series: Series, known: StoredEvent): boolean {
    const { raw } = known;
    if (raw === null) return metric.keeping === 'preaggregated' && this.payload(metric, series).equals(known.payload!);
    if (series.no === null || raw.seriesNo !== series.no) return false;
    if (raw.atMs !== this.moment.ms || raw.atNs !== this.moment.ns || fromLimbs(raw) !== attosOf(this.quantity)) return false;
    const other = this.other();
    return other === null ? raw.other === null : raw.other !== null && other.equals(raw.other);
  }

  /** What else the data says, as a hash of its canonical JSON; null where it says nothing else. */
  private other(): Buffer | null {
    const { other } = this.scanner;
    return other === null ? null : half(canonicalize(JSON.parse(`{${other.join(',')}}`))!);
  }

  /** The payload of an event that is not kept. */
  private payload(metric: CatalogueMetric, series: Series): Buffer {
    const { ms, ns } = this.moment;
    return half(
      JSON.stringify([
        metric.metric,
        series.dimensions.canonical,
        momentText(ms, ns),
        formatExact(attosOf(this.quantity)),
        this.other()?.toString('hex') ?? null,
      ]),
    );
  }

  private findTenant(subject: string): TenantIntake | null {
    if (this.strangers.has(subject)) return null;
    const tenantId = ownText(subject);
    let known = this.memory.tenants.get(tenantId);
    // A tenant may move to another partner, so of a partner's source it is looked at every time.
    if (known === undefined || this.partnerId !== null) {
      const found = this.db.get<{ tenant_no: number; partner_id: string }>(
        'SELECT tenant_no, partner_id FROM tenants WHERE tenant_id = ?',
        [tenantId],
      );
      if (found === undefined) {
        this.strangers.set(tenantId, {
          code: 'TENANT_UNKNOWN',
          says: `No record of the tenant ${JSON.stringify(tenantId)} has come.`,
          waitsFor: { kind: 'tenant', name: tenantId },
        });
        return null;
      }
      if (this.partnerId !== null && found.partner_id !== this.partnerId) {
        this.strangers.set(tenantId, {
          code: 'TENANT_OTHER_PARTNER',
          says: 'The source belongs to one partner, and the event is of a tenant of another.',
        });
        return null;
      }
      if (known === undefined) {
        known = new KnownTenant(found.tenant_no, tenantId);
        this.memory.tenants.set(tenantId, known);
        this.memory.size += 1;
      }
    }
    const tenant = new TenantIntake(known);
    this.tenants.set(tenantId, tenant);
    return tenant;
  }

  private meterOf(tenant: TenantIntake, metric: CatalogueMetric): MeterIntake {
    let meter = tenant.meters.get(metric.metricNo);
    if (meter === undefined) {
      let known = tenant.known.metrics.get(metric.metricNo);
      if (known === undefined) {
        known = new KnownMetric();
        tenant.known.metrics.set(metric.metricNo, known);
      }
      meter = { meter: new Meter(tenant.tenantNo, metric), known };
      tenant.meters.set(metric.metricNo, meter);
    }
    return meter;
  }

  private findSeries({ meter, known }: MeterIntake, metric: CatalogueMetric): Series | Fault {
    const { scanner } = this;
    const raw = ownText(scanner.dimensions);
    const read: Dimensions | DimensionFault = readDimensions(raw, scanner.dimensionCount, this.settings);
    let made: Series | Fault;
    if ('code' in read) made = read;
    else {
      const stranger = unknownDimension(read, metric.newest);
      if (stranger !== null)
        made = {
          code: 'DIMENSION_UNKNOWN',
          says: `Version ${metric.newest.version} of ${metric.metric} declares no dimension ${JSON.stringify(stranger)}.`,
        };
      else {
        // Spelled otherwise, it is the same set.
        made = known.byCanonical.get(read.canonical) ?? {
          no: this.seriesNo(meter.tenantNo, metric.metricNo, read.canonical),
          dimensions: read,
        };
        known.byCanonical.set(read.canonical, made);
      }
    }
    known.byText.set(raw, made);
    this.memory.size += 1;
    return made;
  }

  private seriesNo(tenantNo: number, metricNo: number, canonical: string): number | null {
    return (
      this.db.get<{ series_no: number }>('SELECT series_no FROM usage_series WHERE tenant_no = ? AND metric_no = ? AND dimensions = ?', [
        tenantNo,
        metricNo,
        canonical,
      ])?.series_no ?? null
    );
  }

  private openSeries(tenant: TenantIntake, { known }: MeterIntake, metric: CatalogueMetric, series: Series): number | null {
    const { db, settings } = this;
    known.count ??= db.get<{ n: number }>('SELECT count(*) AS n FROM usage_series WHERE tenant_no = ? AND metric_no = ?', [
      tenant.tenantNo,
      metric.metricNo,
    ])!.n;
    if (known.count >= settings.mostSeries) {
      this.bad(
        'SERIES_LIMIT',
        `${tenant.tenantId} has ${known.count} different sets of dimensions for ${metric.metric}, which is the most; this would be one more.`,
      );
      return null;
    }
    this.nextSeries ??= db.get<{ next: number }>('SELECT coalesce(max(series_no), 0) + 1 AS next FROM usage_series')!.next;
    const no = this.nextSeries;
    this.nextSeries += 1;
    known.count += 1;
    db.run('INSERT INTO usage_series (series_no, tenant_no, metric_no, dimensions) VALUES (?, ?, ?, ?)', [
      no,
      tenant.tenantNo,
      metric.metricNo,
      series.dimensions.canonical,
    ]);
    series.no = no;
    return no;
  }

  private emitterKeys({ known }: TenantIntake): EmitterKeys {
    const emitter = ownText(this.scanner.source);
    const keys = new EmitterKeys(this.db, known.tenantNo, this.emitterNo(emitter), emitter);
    known.emitters.set(emitter, keys);
    this.memory.size += 1;
    return keys;
  }

  private emitterNo(emitter: string): number {
    const { db, memory } = this;
    let no =
      memory.emitters.get(emitter) ??
      db.get<{ no: number }>('SELECT emitter_no AS no FROM usage_emitters WHERE emitter = ?', [emitter])?.no;
    if (no === undefined) {
      ({ no } = db.get<{ no: number }>('SELECT coalesce(max(emitter_no), 0) + 1 AS no FROM usage_emitters')!);
      db.run('INSERT INTO usage_emitters (emitter_no, emitter) VALUES (?, ?)', [no, emitter]);
    }
    memory.emitters.set(emitter, no);
    return no;
  }

  private badQuantity(wrong: 'syntax' | 'digits' | 'range' | 'negative'): Outcome {
    const text = JSON.stringify(this.scanner.quantity.slice(0, 60));
    switch (wrong) {
      case 'syntax':
        return this.bad('EVENT_MALFORMED', `The quantity ${text} is no decimal number.`);
      case 'negative':
        return this.bad('QUANTITY_NEGATIVE', `The quantity ${text} is below zero.`);
      case 'digits':
        return this.bad('QUANTITY_RANGE', `The quantity ${text} has more than 18 decimals; it would have to be rounded.`);
      case 'range':
        return this.bad('QUANTITY_RANGE', `The quantity ${text} is beyond 9·10¹⁸ units.`);
    }
  }

  private bad(code: EventCode, says: string, waitsFor?: Fault['waitsFor']): Outcome {
    this.fault = waitsFor === undefined ? { code, says } : { code, says, waitsFor };
    return 'quarantined';
  }

  private hold(row: IntakeRow, bytes: Buffer, offset: number, fault: Fault): void {
    const input: QuarantineInput = {
      path: this.from.path,
      line: null,
      byteOffset: offset + row.start,
      bytes: Uint8Array.from(bytes.subarray(row.start, Math.min(row.stop, row.start + MAX_EVENT_BYTES))),
      byteLength: row.stop - row.start,
      code: fault.code,
      says: fault.says,
      nextStep: NEXT_STEP[fault.code],
      address: null,
      anywhere: true,
    };
    this.quarantine.push(input);
    if (fault.waitsFor !== undefined)
      this.db.run('INSERT INTO usage_waits (kind, name, quarantine_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING', [
        fault.waitsFor.kind,
        fault.waitsFor.name,
        quarantineIdOf(this.from.sourceId, EVENTS_FEED, input),
      ]);
  }
}

/** Ids mostly come in their order; sorting is for those that do not. */
function inOrderOfIds(events: TakenEvent[]): TakenEvent[] {
  for (let i = 1; i < events.length; i += 1)
    if (events[i - 1]!.eventId > events[i]!.eventId) return events.sort((a, b) => (a.eventId < b.eventId ? -1 : 1));
  return events;
}

export const EVENTS_FEED = 'events';

/** The first half of a SHA-256: 128 bits tell payloads apart. */
const half = (content: string | Buffer): Buffer => createHash('sha256').update(content).digest().subarray(0, 16);

/** A copy of a part of a long text: what is remembered must not keep the whole delivery in memory. */
const ownText = (text: string): string => Buffer.from(text, 'utf8').toString('utf8');
