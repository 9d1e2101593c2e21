-- Metering: the metric catalogue, events, rollups, periods (docs/metering.md).

-- Facts: a metric has one number for life.
CREATE TABLE metrics (
  metric_no INTEGER PRIMARY KEY CHECK (metric_no >= 1),
  metric TEXT NOT NULL UNIQUE CHECK (length(metric) BETWEEN 1 AND 64)
) STRICT;

CREATE TRIGGER metrics_no_update BEFORE UPDATE ON metrics
BEGIN SELECT RAISE(ABORT, 'metrics is append-only'); END;
CREATE TRIGGER metrics_no_delete BEFORE DELETE ON metrics
BEGIN SELECT RAISE(ABORT, 'metrics is append-only'); END;
CREATE TRIGGER metrics_no_replace BEFORE INSERT ON metrics
WHEN EXISTS (SELECT 1 FROM metrics WHERE metric_no = NEW.metric_no OR metric = NEW.metric)
BEGIN SELECT RAISE(ABORT, 'metrics is append-only'); END;

-- Facts: the versions of a metric. Unit, aggregation and keeping are those of the first one for ever; cost and dimensions may change.
CREATE TABLE metric_versions (
  version_no INTEGER PRIMARY KEY CHECK (version_no >= 1),
  metric_no INTEGER NOT NULL REFERENCES metrics (metric_no),
  version INTEGER NOT NULL CHECK (version >= 1),
  title TEXT NOT NULL,
  unit TEXT NOT NULL,
  -- JSON array: other spellings of the unit.
  spellings TEXT NOT NULL CHECK (json_valid(spellings)),
  aggregation TEXT NOT NULL CHECK (aggregation IN ('SUM', 'COUNT', 'MAX', 'UNIQUE_COUNT', 'LATEST', 'TIME_WEIGHTED')),
  -- UNIQUE_COUNT: the dimension whose values are counted; null: whole sets of dimensions.
  unique_of TEXT,
  keeping TEXT NOT NULL CHECK (keeping IN ('raw', 'preaggregated')),
  -- JSON array of names; null: any.
  dimensions TEXT CHECK (dimensions IS NULL OR json_valid(dimensions)),
  -- US dollars a unit, decimal text, and the first month (12 × year + month − 1) it counts for.
  cost_per_unit TEXT NOT NULL,
  cost_from INTEGER NOT NULL,
  declared_at TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin IN ('built-in', 'source', 'member')),
  -- The file it came in, or who declared it.
  declared_by TEXT NOT NULL,
  -- SHA-256 of its canonical JSON.
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  UNIQUE (metric_no, version)
) STRICT;

CREATE TRIGGER metric_versions_no_update BEFORE UPDATE ON metric_versions
BEGIN SELECT RAISE(ABORT, 'metric_versions is append-only'); END;
CREATE TRIGGER metric_versions_no_delete BEFORE DELETE ON metric_versions
BEGIN SELECT RAISE(ABORT, 'metric_versions is append-only'); END;
CREATE TRIGGER metric_versions_no_replace BEFORE INSERT ON metric_versions
WHEN EXISTS (SELECT 1 FROM metric_versions WHERE version_no = NEW.version_no OR (metric_no = NEW.metric_no AND version = NEW.version))
BEGIN SELECT RAISE(ABORT, 'metric_versions is append-only'); END;

-- Settings of metering; each change is an audit entry.
CREATE TABLE metering_settings (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  -- Hours after the end of a month in which its events still count for it.
  late_window_hours INTEGER NOT NULL CHECK (late_window_hours BETWEEN 0 AND 8784),
  -- Sets of dimensions that one tenant may have for one metric.
  most_series INTEGER NOT NULL CHECK (most_series BETWEEN 1 AND 1000000),
  -- Dimensions of one event.
  most_dimensions INTEGER NOT NULL CHECK (most_dimensions BETWEEN 1 AND 64),
  -- Characters of one dimension's name and of its value.
  longest_dimension INTEGER NOT NULL CHECK (longest_dimension BETWEEN 1 AND 1024)
) STRICT;
INSERT INTO metering_settings (one, late_window_hours, most_series, most_dimensions, longest_dimension) VALUES (1, 72, 10000, 16, 256);

-- Facts: who emits, by CloudEvents source.
CREATE TABLE usage_emitters (
  emitter_no INTEGER PRIMARY KEY CHECK (emitter_no >= 1),
  emitter TEXT NOT NULL UNIQUE
) STRICT;

CREATE TRIGGER usage_emitters_no_update BEFORE UPDATE ON usage_emitters
BEGIN SELECT RAISE(ABORT, 'usage_emitters is append-only'); END;
CREATE TRIGGER usage_emitters_no_delete BEFORE DELETE ON usage_emitters
BEGIN SELECT RAISE(ABORT, 'usage_emitters is append-only'); END;
CREATE TRIGGER usage_emitters_no_replace BEFORE INSERT ON usage_emitters
WHEN EXISTS (SELECT 1 FROM usage_emitters WHERE emitter_no = NEW.emitter_no OR emitter = NEW.emitter)
BEGIN SELECT RAISE(ABORT, 'usage_emitters is append-only'); END;

-- Facts: what is metered: one set of dimensions of a tenant's metric.
CREATE TABLE usage_series (
  series_no INTEGER PRIMARY KEY CHECK (series_no >= 1),
  tenant_no INTEGER NOT NULL REFERENCES tenants (tenant_no),
  metric_no INTEGER NOT NULL REFERENCES metrics (metric_no),
  -- Canonical JSON.
  dimensions TEXT NOT NULL CHECK (json_valid(dimensions)),
  UNIQUE (tenant_no, metric_no, dimensions)
) STRICT;

CREATE TRIGGER usage_series_no_update BEFORE UPDATE ON usage_series
BEGIN SELECT RAISE(ABORT, 'usage_series is append-only'); END;
CREATE TRIGGER usage_series_no_delete BEFORE DELETE ON usage_series
BEGIN SELECT RAISE(ABORT, 'usage_series is append-only'); END;
CREATE TRIGGER usage_series_no_replace BEFORE INSERT ON usage_series
WHEN EXISTS (SELECT 1 FROM usage_series WHERE series_no = NEW.series_no OR (tenant_no = NEW.tenant_no AND metric_no = NEW.metric_no AND dimensions = NEW.dimensions))
BEGIN SELECT RAISE(ABORT, 'usage_series is append-only'); END;

-- Facts: what came in at once, and the ingest numbers it got.
CREATE TABLE usage_batches (
  batch_no INTEGER PRIMARY KEY CHECK (batch_no >= 1),
  origin TEXT NOT NULL CHECK (origin IN ('feed', 'intake', 'backfill')),
  source_no INTEGER REFERENCES sources (source_no),
  -- The file, or the emitter's name.
  path TEXT NOT NULL,
  byte_offset INTEGER NOT NULL CHECK (byte_offset >= 0),
  at TEXT NOT NULL,
  run_id TEXT,
  -- Months up to and with this one were closed.
  closed_through INTEGER NOT NULL,
  -- Ingest numbers first_no … last_no; last_no = first_no − 1 where it brought nothing new.
  first_no INTEGER NOT NULL,
  last_no INTEGER NOT NULL,
  received INTEGER NOT NULL,
  accepted INTEGER NOT NULL,
  duplicate INTEGER NOT NULL,
  conflict INTEGER NOT NULL,
  late INTEGER NOT NULL,
  quarantined INTEGER NOT NULL
) STRICT;
CREATE INDEX usage_batches_by_number ON usage_batches (first_no);

CREATE TRIGGER usage_batches_no_update BEFORE UPDATE ON usage_batches
BEGIN SELECT RAISE(ABORT, 'usage_batches is append-only'); END;
CREATE TRIGGER usage_batches_no_delete BEFORE DELETE ON usage_batches
BEGIN SELECT RAISE(ABORT, 'usage_batches is append-only'); END;
CREATE TRIGGER usage_batches_no_replace BEFORE INSERT ON usage_batches
WHEN EXISTS (SELECT 1 FROM usage_batches WHERE batch_no = NEW.batch_no)
BEGIN SELECT RAISE(ABORT, 'usage_batches is append-only'); END;

-- Facts: events of metrics that are kept raw, in the order in which they were taken. The key never expires.
CREATE TABLE usage_events (
  ingest_no INTEGER PRIMARY KEY CHECK (ingest_no >= 1),
  tenant_no INTEGER NOT NULL,
  emitter_no INTEGER NOT NULL,
  event_id TEXT NOT NULL,
  series_no INTEGER NOT NULL,
  -- Milliseconds since 1970, and the nanoseconds beyond them.
  at_ms INTEGER NOT NULL,
  at_ns INTEGER NOT NULL,
  units INTEGER NOT NULL,
  nano INTEGER NOT NULL,
  atto INTEGER NOT NULL,
  -- The month (12 × year + month − 1) whose adjustment it is, as its own was closed; null: it counts for its own.
  adjusts INTEGER,
  -- First half of the SHA-256 of what else its data says; null where it says nothing else.
  other BLOB
) STRICT;
CREATE UNIQUE INDEX usage_events_by_key ON usage_events (tenant_no, emitter_no, event_id);

CREATE TRIGGER usage_events_no_update BEFORE UPDATE ON usage_events
BEGIN SELECT RAISE(ABORT, 'usage_events is append-only'); END;
CREATE TRIGGER usage_events_no_delete BEFORE DELETE ON usage_events
BEGIN SELECT RAISE(ABORT, 'usage_events is append-only'); END;
-- Two lookups in place of one OR: this runs for every event.
CREATE TRIGGER usage_events_no_replace BEFORE INSERT ON usage_events
WHEN EXISTS (SELECT 1 FROM usage_events WHERE tenant_no = NEW.tenant_no AND emitter_no = NEW.emitter_no AND event_id = NEW.event_id)
  OR EXISTS (SELECT 1 FROM usage_events WHERE ingest_no = NEW.ingest_no)
BEGIN SELECT RAISE(ABORT, 'usage_events is append-only'); END;

-- Facts: keys of events whose metric keeps no event, with what tells another payload from the same one.
CREATE TABLE usage_keys (
  tenant_no INTEGER NOT NULL,
  emitter_no INTEGER NOT NULL,
  event_id TEXT NOT NULL,
  ingest_no INTEGER NOT NULL,
  -- First half of the SHA-256 of the payload.
  payload BLOB NOT NULL CHECK (length(payload) = 16),
  PRIMARY KEY (tenant_no, emitter_no, event_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER usage_keys_no_update BEFORE UPDATE ON usage_keys
BEGIN SELECT RAISE(ABORT, 'usage_keys is append-only'); END;
CREATE TRIGGER usage_keys_no_delete BEFORE DELETE ON usage_keys
BEGIN SELECT RAISE(ABORT, 'usage_keys is append-only'); END;
CREATE TRIGGER usage_keys_no_replace BEFORE INSERT ON usage_keys
WHEN EXISTS (SELECT 1 FROM usage_keys WHERE tenant_no = NEW.tenant_no AND emitter_no = NEW.emitter_no AND event_id = NEW.event_id)
BEGIN SELECT RAISE(ABORT, 'usage_keys is append-only'); END;

-- Facts: events whose key came before with another payload, as they came, held once.
CREATE TABLE usage_conflicts (
  conflict_no INTEGER PRIMARY KEY CHECK (conflict_no >= 1),
  tenant_no INTEGER NOT NULL REFERENCES tenants (tenant_no),
  emitter_no INTEGER NOT NULL REFERENCES usage_emitters (emitter_no),
  event_id TEXT NOT NULL,
  -- First half of the SHA-256 of its bytes.
  digest BLOB NOT NULL CHECK (length(digest) = 16),
  -- The event that stands.
  ingest_no INTEGER NOT NULL,
  at TEXT NOT NULL,
  path TEXT NOT NULL,
  line INTEGER,
  bytes BLOB NOT NULL,
  UNIQUE (tenant_no, emitter_no, event_id, digest)
) STRICT;

CREATE TRIGGER usage_conflicts_no_update BEFORE UPDATE ON usage_conflicts
BEGIN SELECT RAISE(ABORT, 'usage_conflicts is append-only'); END;
CREATE TRIGGER usage_conflicts_no_delete BEFORE DELETE ON usage_conflicts
BEGIN SELECT RAISE(ABORT, 'usage_conflicts is append-only'); END;
CREATE TRIGGER usage_conflicts_no_replace BEFORE INSERT ON usage_conflicts
WHEN EXISTS (SELECT 1 FROM usage_conflicts WHERE conflict_no = NEW.conflict_no OR (tenant_no = NEW.tenant_no AND emitter_no = NEW.emitter_no AND event_id = NEW.event_id AND digest = NEW.digest))
BEGIN SELECT RAISE(ABORT, 'usage_conflicts is append-only'); END;

-- Facts: months that were closed, by a member or by time (closed_by null, closed_at: when its late window ended).
CREATE TABLE usage_closes (
  month INTEGER PRIMARY KEY,
  closed_at TEXT NOT NULL,
  closed_by TEXT REFERENCES members (member_id),
  reason TEXT
) STRICT;

CREATE TRIGGER usage_closes_no_update BEFORE UPDATE ON usage_closes
BEGIN SELECT RAISE(ABORT, 'usage_closes is append-only'); END;
CREATE TRIGGER usage_closes_no_delete BEFORE DELETE ON usage_closes
BEGIN SELECT RAISE(ABORT, 'usage_closes is append-only'); END;
CREATE TRIGGER usage_closes_no_replace BEFORE INSERT ON usage_closes
WHEN EXISTS (SELECT 1 FROM usage_closes WHERE month = NEW.month)
BEGIN SELECT RAISE(ABORT, 'usage_closes is append-only'); END;

-- Derived: rows in quarantine that are taken by themselves when what they name arrives.
CREATE TABLE usage_waits (
  kind TEXT NOT NULL CHECK (kind IN ('tenant', 'metric')),
  name TEXT NOT NULL,
  quarantine_id TEXT NOT NULL,
  PRIMARY KEY (kind, name, quarantine_id)
) STRICT, WITHOUT ROWID;
-- Up to which tenant and which version of a metric waiting rows were looked at.
CREATE TABLE usage_waits_seen (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  tenants INTEGER NOT NULL,
  metric_versions INTEGER NOT NULL
) STRICT;
INSERT INTO usage_waits_seen (one, tenants, metric_versions) VALUES (1, 0, 0);

-- Which intake stood last: what the writer remembers of tenants, series and keys holds only while this is its own.
CREATE TABLE usage_memory (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  token TEXT NOT NULL
) STRICT;
INSERT INTO usage_memory (one, token) VALUES (1, '');

-- Derived: what became of everything that was delivered, as it stands now. tenant_no 0: of no known tenant.
CREATE TABLE usage_counts (
  -- 0 where no source delivered it.
  source_no INTEGER NOT NULL,
  tenant_no INTEGER NOT NULL,
  received INTEGER NOT NULL,
  accepted INTEGER NOT NULL,
  duplicate INTEGER NOT NULL,
  conflict INTEGER NOT NULL,
  late INTEGER NOT NULL,
  quarantined INTEGER NOT NULL,
  PRIMARY KEY (source_no, tenant_no)
) STRICT, WITHOUT ROWID;
CREATE INDEX usage_counts_by_tenant ON usage_counts (tenant_no);

-- Derived: usage by hour (hours since 1970). Time first: what comes in together lies together.
CREATE TABLE usage_hours (
  hour INTEGER NOT NULL,
  tenant_no INTEGER NOT NULL,
  metric_no INTEGER NOT NULL,
  -- Events in it.
  events INTEGER NOT NULL CHECK (events >= 0),
  -- The figure in limbs, each added up for itself and carried on reading: 10⁹ units, units, 10⁻⁹, 10⁻¹⁸. For a time-weighted
  -- metric: by how much the level changed within the bucket.
  giga INTEGER NOT NULL,
  units INTEGER NOT NULL,
  nano INTEGER NOT NULL,
  atto INTEGER NOT NULL,
  -- The ingest numbers of its first and last event.
  first_no INTEGER NOT NULL,
  last_no INTEGER NOT NULL,
  -- LATEST: time, source and id of the event that stands. TIME_WEIGHTED: Σ change × nanoseconds to the bucket's end, in attos.
  mark TEXT,
  PRIMARY KEY (hour, tenant_no, metric_no)
) STRICT, WITHOUT ROWID;

-- Derived: by day (days since 1970) …
CREATE TABLE usage_days (
  day INTEGER NOT NULL,
  tenant_no INTEGER NOT NULL,
  metric_no INTEGER NOT NULL,
  -- Events in it.
  events INTEGER NOT NULL CHECK (events >= 0),
  -- The figure in limbs, each added up for itself and carried on reading: 10⁹ units, units, 10⁻⁹, 10⁻¹⁸. For a time-weighted
  -- metric: by how much the level changed within the bucket.
  giga INTEGER NOT NULL,
  units INTEGER NOT NULL,
  nano INTEGER NOT NULL,
  atto INTEGER NOT NULL,
  -- The ingest numbers of its first and last event.
  first_no INTEGER NOT NULL,
  last_no INTEGER NOT NULL,
  -- LATEST: time, source and id of the event that stands. TIME_WEIGHTED: Σ change × nanoseconds to the bucket's end, in attos.
  mark TEXT,
  PRIMARY KEY (day, tenant_no, metric_no)
) STRICT, WITHOUT ROWID;

-- Derived: … and by month (12 × year + month − 1).
CREATE TABLE usage_months (
  month INTEGER NOT NULL,
  tenant_no INTEGER NOT NULL,
  metric_no INTEGER NOT NULL,
  -- Events in it.
  events INTEGER NOT NULL CHECK (events >= 0),
  -- The figure in limbs, each added up for itself and carried on reading: 10⁹ units, units, 10⁻⁹, 10⁻¹⁸. For a time-weighted
  -- metric: by how much the level changed within the bucket.
  giga INTEGER NOT NULL,
  units INTEGER NOT NULL,
  nano INTEGER NOT NULL,
  atto INTEGER NOT NULL,
  -- The ingest numbers of its first and last event.
  first_no INTEGER NOT NULL,
  last_no INTEGER NOT NULL,
  -- LATEST: time, source and id of the event that stands. TIME_WEIGHTED: Σ change × nanoseconds to the bucket's end, in attos.
  mark TEXT,
  PRIMARY KEY (month, tenant_no, metric_no)
) STRICT, WITHOUT ROWID;

-- Derived: what came after its month was closed, by the month that takes it and the month it is of.
CREATE TABLE usage_adjustments (
  month INTEGER NOT NULL,
  tenant_no INTEGER NOT NULL,
  metric_no INTEGER NOT NULL,
  original INTEGER NOT NULL,
  -- Events in it.
  events INTEGER NOT NULL CHECK (events >= 0),
  -- The figure in limbs, each added up for itself and carried on reading: 10⁹ units, units, 10⁻⁹, 10⁻¹⁸. For a time-weighted
  -- metric: by how much the level changed within the bucket.
  giga INTEGER NOT NULL,
  units INTEGER NOT NULL,
  nano INTEGER NOT NULL,
  atto INTEGER NOT NULL,
  -- The ingest numbers of its first and last event.
  first_no INTEGER NOT NULL,
  last_no INTEGER NOT NULL,
  -- LATEST: time, source and id of the event that stands. TIME_WEIGHTED: Σ change × nanoseconds to the bucket's end, in attos.
  mark TEXT,
  PRIMARY KEY (month, tenant_no, metric_no, original)
) STRICT, WITHOUT ROWID;
CREATE INDEX usage_adjustments_by_original ON usage_adjustments (tenant_no, metric_no, original);

-- Derived: tenants whose standing in the catalogue is to be made again.
CREATE TABLE usage_stale_standings (
  tenant_no INTEGER PRIMARY KEY,
  latest_ms INTEGER NOT NULL
) STRICT;

-- Facts: rollups were made again from nothing but events, and held against those that stood.
CREATE TABLE usage_rebuilds (
  rebuild_no INTEGER PRIMARY KEY CHECK (rebuild_no >= 1),
  at TEXT NOT NULL,
  member_id TEXT REFERENCES members (member_id),
  -- Up to this ingest number.
  last_no INTEGER NOT NULL,
  events INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  -- SHA-256 of the rollups as they stood, and as they are made of the events.
  stood_sha256 TEXT NOT NULL CHECK (length(stood_sha256) = 64),
  made_sha256 TEXT NOT NULL CHECK (length(made_sha256) = 64),
  -- Rows that differed, all of which were put right.
  differing INTEGER NOT NULL,
  elapsed_ms INTEGER NOT NULL
) STRICT;

CREATE TRIGGER usage_rebuilds_no_update BEFORE UPDATE ON usage_rebuilds
BEGIN SELECT RAISE(ABORT, 'usage_rebuilds is append-only'); END;
CREATE TRIGGER usage_rebuilds_no_delete BEFORE DELETE ON usage_rebuilds
BEGIN SELECT RAISE(ABORT, 'usage_rebuilds is append-only'); END;
CREATE TRIGGER usage_rebuilds_no_replace BEFORE INSERT ON usage_rebuilds
WHEN EXISTS (SELECT 1 FROM usage_rebuilds WHERE rebuild_no = NEW.rebuild_no)
BEGIN SELECT RAISE(ABORT, 'usage_rebuilds is append-only'); END;

-- Derived: the values that a UNIQUE_COUNT counted. grain 0: hour, 1: day, 2: month, 3: late ones of a month.
CREATE TABLE usage_uniques (
  grain INTEGER NOT NULL,
  bucket INTEGER NOT NULL,
  tenant_no INTEGER NOT NULL,
  metric_no INTEGER NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (grain, bucket, tenant_no, metric_no, value)
) STRICT, WITHOUT ROWID;

-- Derived: the samples of time-weighted metrics in the order of their time. `tie` orders those of one moment.
CREATE TABLE usage_samples (
  series_no INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  at_ns INTEGER NOT NULL,
  tie TEXT NOT NULL,
  units INTEGER NOT NULL,
  nano INTEGER NOT NULL,
  atto INTEGER NOT NULL,
  -- Of a late sample: months up to and with this one were closed when it came. Their figures are without it.
  closed_through INTEGER,
  PRIMARY KEY (series_no, at_ms, at_ns, tie)
) STRICT, WITHOUT ROWID;

-- What every workspace begins with (src-main/metering/built-in-metrics.ts; a test holds the two against each other).
INSERT INTO metrics (metric_no, metric) VALUES
  (1, 'ingest_unit'),
  (2, 'storage_gb_month'),
  (3, 'query_credit'),
  (4, 'seat'),
  (5, 'llm_token'),
  (6, 'api_request');
INSERT INTO metric_versions (version_no, metric_no, version, title, unit, spellings, aggregation, unique_of, keeping, dimensions, cost_per_unit, cost_from, declared_at, origin, declared_by, sha256) VALUES
  (1, 1, 1, 'Ingest units', 'unit', '["ingest_unit","units"]', 'SUM', NULL, 'raw', NULL, '0.0004', 23640, '1970-01-01T00:00:00.000Z', 'built-in', 'Countersign', '9ac584480d2409d807cb59f62840295dd91d43445a7eecfa60334c2407df8f08'),
  (2, 2, 1, 'Storage, GB months', 'GB', '["gb","gb_month","GB-month","storage_gb_month"]', 'TIME_WEIGHTED', NULL, 'raw', NULL, '0.023', 23640, '1970-01-01T00:00:00.000Z', 'built-in', 'Countersign', '86e9242f99ea06e91b3c25ef1482d315567127260914094e0ddd5330ddb7ba6f'),
  (3, 3, 1, 'Query credits', 'credit', '["query_credit","credits"]', 'SUM', NULL, 'raw', NULL, '0.001', 23640, '1970-01-01T00:00:00.000Z', 'built-in', 'Countersign', '7e91b5982e3a6185e4c60ab011a47c2d4cf7b3ea8f6f471f75bf98a843206dac'),
  (4, 4, 1, 'Seats', 'seat', '["seats"]', 'TIME_WEIGHTED', NULL, 'raw', NULL, '1.2', 23640, '1970-01-01T00:00:00.000Z', 'built-in', 'Countersign', 'f4313a94dc0eab9ecbcdf414172660910a62614f72c34ecf34f989d51bfbc0a1'),
  (5, 5, 1, 'LLM tokens', 'token', '["llm_token","tokens"]', 'SUM', NULL, 'raw', NULL, '0.000002', 23640, '1970-01-01T00:00:00.000Z', 'built-in', 'Countersign', '80329fca0008041dda0804cd36c4ccedae1a98b6f12e94857d7702da59f0481a'),
  (6, 6, 1, 'API requests', 'request', '["api_request","requests"]', 'SUM', NULL, 'raw', NULL, '0.000004', 23640, '1970-01-01T00:00:00.000Z', 'built-in', 'Countersign', '4263b4d6c821a3c8a83a916747ab60ae86b677a05433acdf377ea2c40350ed95');
