-- Around metering: limits, the check of stored usage, backfills, reconciliation, and the intake for emitters.

-- Facts: a limit was passed, once for each metric, period and threshold.
CREATE TABLE limit_crossings (
  crossing_no INTEGER PRIMARY KEY CHECK (crossing_no >= 1),
  tenant_no INTEGER NOT NULL REFERENCES tenants (tenant_no),
  metric TEXT NOT NULL,
  per TEXT NOT NULL CHECK (per IN ('month', 'day')),
  -- `2026-05` or `2026-05-17`, UTC.
  period TEXT NOT NULL,
  threshold TEXT NOT NULL CHECK (threshold IN ('soft', 'hard')),
  at TEXT NOT NULL,
  -- Decimal texts: what was used when it was seen, and the quantity that was passed.
  used TEXT NOT NULL,
  limit_quantity TEXT NOT NULL,
  plan_id TEXT NOT NULL,
  plan_version TEXT NOT NULL,
  UNIQUE (tenant_no, metric, per, period, threshold)
) STRICT;
CREATE INDEX limit_crossings_by_tenant ON limit_crossings (tenant_no, crossing_no);

CREATE TRIGGER limit_crossings_no_update BEFORE UPDATE ON limit_crossings
BEGIN SELECT RAISE(ABORT, 'limit_crossings is append-only'); END;
CREATE TRIGGER limit_crossings_no_delete BEFORE DELETE ON limit_crossings
BEGIN SELECT RAISE(ABORT, 'limit_crossings is append-only'); END;
CREATE TRIGGER limit_crossings_no_replace BEFORE INSERT ON limit_crossings
WHEN EXISTS (SELECT 1 FROM limit_crossings WHERE crossing_no = NEW.crossing_no OR (tenant_no = NEW.tenant_no AND metric = NEW.metric AND per = NEW.per AND period = NEW.period AND threshold = NEW.threshold))
BEGIN SELECT RAISE(ABORT, 'limit_crossings is append-only'); END;

-- Derived from rollups and plans: how each tenant stands to each of its limits in the newest period that was looked at.
CREATE TABLE limit_standing (
  tenant_no INTEGER NOT NULL REFERENCES tenants (tenant_no),
  metric TEXT NOT NULL,
  per TEXT NOT NULL CHECK (per IN ('month', 'day')),
  period TEXT NOT NULL,
  -- Decimal texts.
  used TEXT NOT NULL,
  included TEXT NOT NULL,
  soft TEXT,
  hard TEXT NOT NULL,
  ratio_bp INTEGER NOT NULL CHECK (ratio_bp >= 0),
  state TEXT NOT NULL CHECK (state IN ('ok', 'soft', 'over')),
  -- The plan whose limit it is.
  plan_id TEXT NOT NULL,
  plan_version TEXT NOT NULL,
  PRIMARY KEY (tenant_no, metric, per)
) STRICT, WITHOUT ROWID;
CREATE INDEX limit_standing_by_ratio ON limit_standing (period, ratio_bp DESC, tenant_no, metric);

-- Facts: usage that was recomputed from its events, in a random sample that anyone can draw again.
CREATE TABLE usage_validations (
  validation_no INTEGER PRIMARY KEY CHECK (validation_no >= 1),
  validation_id TEXT NOT NULL UNIQUE,
  at TEXT NOT NULL,
  -- null: by the standing job.
  member_id TEXT REFERENCES members (member_id),
  seed TEXT NOT NULL,
  -- JSON: range, population, sample, bound, limit, verdict and words (src-shared/contract/metering-care.ts).
  body TEXT NOT NULL CHECK (json_valid(body)),
  incident_no INTEGER
) STRICT;

CREATE TRIGGER usage_validations_no_update BEFORE UPDATE ON usage_validations
BEGIN SELECT RAISE(ABORT, 'usage_validations is append-only'); END;
CREATE TRIGGER usage_validations_no_delete BEFORE DELETE ON usage_validations
BEGIN SELECT RAISE(ABORT, 'usage_validations is append-only'); END;
CREATE TRIGGER usage_validations_no_replace BEFORE INSERT ON usage_validations
WHEN EXISTS (SELECT 1 FROM usage_validations WHERE validation_no = NEW.validation_no OR validation_id = NEW.validation_id)
BEGIN SELECT RAISE(ABORT, 'usage_validations is append-only'); END;

-- Facts: the cells that deviated.
CREATE TABLE usage_validation_cells (
  validation_no INTEGER NOT NULL REFERENCES usage_validations (validation_no),
  cell_no INTEGER NOT NULL CHECK (cell_no >= 1),
  tenant_no INTEGER NOT NULL REFERENCES tenants (tenant_no),
  metric TEXT NOT NULL,
  day TEXT NOT NULL,
  stored TEXT NOT NULL,
  recomputed TEXT NOT NULL,
  deviation_bp INTEGER NOT NULL CHECK (deviation_bp >= 0),
  PRIMARY KEY (validation_no, cell_no)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER usage_validation_cells_no_update BEFORE UPDATE ON usage_validation_cells
BEGIN SELECT RAISE(ABORT, 'usage_validation_cells is append-only'); END;
CREATE TRIGGER usage_validation_cells_no_delete BEFORE DELETE ON usage_validation_cells
BEGIN SELECT RAISE(ABORT, 'usage_validation_cells is append-only'); END;
CREATE TRIGGER usage_validation_cells_no_replace BEFORE INSERT ON usage_validation_cells
WHEN EXISTS (SELECT 1 FROM usage_validation_cells WHERE (validation_no = NEW.validation_no AND cell_no = NEW.cell_no))
BEGIN SELECT RAISE(ABORT, 'usage_validation_cells is append-only'); END;

-- Facts: events that are brought in later, apart from normal intake …
CREATE TABLE usage_backfills (
  backfill_no INTEGER PRIMARY KEY CHECK (backfill_no >= 1),
  backfill_id TEXT NOT NULL UNIQUE,
  -- Days, UTC, half-open: an event outside of them is not used.
  from_day TEXT NOT NULL,
  to_day TEXT NOT NULL CHECK (to_day > from_day),
  reason TEXT NOT NULL CHECK (length(reason) > 0),
  started_at TEXT NOT NULL,
  member_id TEXT NOT NULL REFERENCES members (member_id)
) STRICT;

CREATE TRIGGER usage_backfills_no_update BEFORE UPDATE ON usage_backfills
BEGIN SELECT RAISE(ABORT, 'usage_backfills is append-only'); END;
CREATE TRIGGER usage_backfills_no_delete BEFORE DELETE ON usage_backfills
BEGIN SELECT RAISE(ABORT, 'usage_backfills is append-only'); END;
CREATE TRIGGER usage_backfills_no_replace BEFORE INSERT ON usage_backfills
WHEN EXISTS (SELECT 1 FROM usage_backfills WHERE backfill_no = NEW.backfill_no OR backfill_id = NEW.backfill_id)
BEGIN SELECT RAISE(ABORT, 'usage_backfills is append-only'); END;

-- … with the bytes of their files …
CREATE TABLE usage_backfill_parts (
  backfill_no INTEGER NOT NULL REFERENCES usage_backfills (backfill_no),
  part_no INTEGER NOT NULL CHECK (part_no >= 1),
  name TEXT NOT NULL,
  bytes BLOB NOT NULL,
  lines INTEGER NOT NULL CHECK (lines >= 0),
  PRIMARY KEY (backfill_no, part_no)
) STRICT;

CREATE TRIGGER usage_backfill_parts_no_update BEFORE UPDATE ON usage_backfill_parts
BEGIN SELECT RAISE(ABORT, 'usage_backfill_parts is append-only'); END;
CREATE TRIGGER usage_backfill_parts_no_delete BEFORE DELETE ON usage_backfill_parts
BEGIN SELECT RAISE(ABORT, 'usage_backfill_parts is append-only'); END;
CREATE TRIGGER usage_backfill_parts_no_replace BEFORE INSERT ON usage_backfill_parts
WHEN EXISTS (SELECT 1 FROM usage_backfill_parts WHERE (backfill_no = NEW.backfill_no AND part_no = NEW.part_no))
BEGIN SELECT RAISE(ABORT, 'usage_backfill_parts is append-only'); END;

-- … and what was done with them. A reversal takes the effect back; events and files stay.
CREATE TABLE usage_backfill_events (
  event_no INTEGER PRIMARY KEY CHECK (event_no >= 1),
  backfill_no INTEGER NOT NULL REFERENCES usage_backfills (backfill_no),
  at TEXT NOT NULL,
  what TEXT NOT NULL CHECK (what IN ('previewed', 'applied', 'reversed', 'discarded')),
  member_id TEXT NOT NULL REFERENCES members (member_id),
  says TEXT NOT NULL,
  -- JSON: of a preview and an application what changes, cell by cell, and its SHA-256; of a reversal the reason.
  body TEXT NOT NULL CHECK (json_valid(body))
) STRICT;
CREATE INDEX usage_backfill_events_by_backfill ON usage_backfill_events (backfill_no, event_no);

CREATE TRIGGER usage_backfill_events_no_update BEFORE UPDATE ON usage_backfill_events
BEGIN SELECT RAISE(ABORT, 'usage_backfill_events is append-only'); END;
CREATE TRIGGER usage_backfill_events_no_delete BEFORE DELETE ON usage_backfill_events
BEGIN SELECT RAISE(ABORT, 'usage_backfill_events is append-only'); END;
CREATE TRIGGER usage_backfill_events_no_replace BEFORE INSERT ON usage_backfill_events
WHEN EXISTS (SELECT 1 FROM usage_backfill_events WHERE event_no = NEW.event_no)
BEGIN SELECT RAISE(ABORT, 'usage_backfill_events is append-only'); END;

-- Facts: ingest numbers of a reversed backfill. The events stay and no longer count; rollups are made without them.
CREATE TABLE usage_reversals (
  reversal_no INTEGER PRIMARY KEY CHECK (reversal_no >= 1),
  backfill_no INTEGER NOT NULL REFERENCES usage_backfills (backfill_no),
  first_no INTEGER NOT NULL,
  last_no INTEGER NOT NULL,
  UNIQUE (first_no)
) STRICT;

CREATE TRIGGER usage_reversals_no_update BEFORE UPDATE ON usage_reversals
BEGIN SELECT RAISE(ABORT, 'usage_reversals is append-only'); END;
CREATE TRIGGER usage_reversals_no_delete BEFORE DELETE ON usage_reversals
BEGIN SELECT RAISE(ABORT, 'usage_reversals is append-only'); END;
CREATE TRIGGER usage_reversals_no_replace BEFORE INSERT ON usage_reversals
WHEN EXISTS (SELECT 1 FROM usage_reversals WHERE reversal_no = NEW.reversal_no OR first_no = NEW.first_no)
BEGIN SELECT RAISE(ABORT, 'usage_reversals is append-only'); END;

-- Facts: what a source says it sent, by tenant, metric and month. The newest statement of a source counts.
CREATE TABLE usage_declarations (
  declaration_no INTEGER PRIMARY KEY CHECK (declaration_no >= 1),
  source_no INTEGER NOT NULL REFERENCES sources (source_no),
  path TEXT NOT NULL,
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  received_at TEXT NOT NULL,
  -- When the source counted: events that came later are not in it.
  as_of TEXT NOT NULL,
  month TEXT NOT NULL CHECK (month GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]'),
  UNIQUE (source_no, path, sha256)
) STRICT;
CREATE INDEX usage_declarations_by_month ON usage_declarations (month, source_no, as_of);

CREATE TRIGGER usage_declarations_no_update BEFORE UPDATE ON usage_declarations
BEGIN SELECT RAISE(ABORT, 'usage_declarations is append-only'); END;
CREATE TRIGGER usage_declarations_no_delete BEFORE DELETE ON usage_declarations
BEGIN SELECT RAISE(ABORT, 'usage_declarations is append-only'); END;
CREATE TRIGGER usage_declarations_no_replace BEFORE INSERT ON usage_declarations
WHEN EXISTS (SELECT 1 FROM usage_declarations WHERE declaration_no = NEW.declaration_no OR (source_no = NEW.source_no AND path = NEW.path AND sha256 = NEW.sha256))
BEGIN SELECT RAISE(ABORT, 'usage_declarations is append-only'); END;

CREATE TABLE usage_declared_totals (
  declaration_no INTEGER NOT NULL REFERENCES usage_declarations (declaration_no),
  total_no INTEGER NOT NULL CHECK (total_no >= 1),
  tenant_id TEXT NOT NULL,
  metric TEXT NOT NULL,
  -- null where the source counts no events.
  events INTEGER CHECK (events >= 0),
  -- Decimal text.
  quantity TEXT NOT NULL,
  PRIMARY KEY (declaration_no, total_no)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER usage_declared_totals_no_update BEFORE UPDATE ON usage_declared_totals
BEGIN SELECT RAISE(ABORT, 'usage_declared_totals is append-only'); END;
CREATE TRIGGER usage_declared_totals_no_delete BEFORE DELETE ON usage_declared_totals
BEGIN SELECT RAISE(ABORT, 'usage_declared_totals is append-only'); END;
CREATE TRIGGER usage_declared_totals_no_replace BEFORE INSERT ON usage_declared_totals
WHEN EXISTS (SELECT 1 FROM usage_declared_totals WHERE (declaration_no = NEW.declaration_no AND total_no = NEW.total_no))
BEGIN SELECT RAISE(ABORT, 'usage_declared_totals is append-only'); END;

-- Facts: runs of the reconciliation and what they found.
CREATE TABLE reconciliation_runs (
  run_no INTEGER PRIMARY KEY CHECK (run_no >= 1),
  run_id TEXT NOT NULL UNIQUE,
  at TEXT NOT NULL,
  member_id TEXT REFERENCES members (member_id),
  -- JSON: what was compared, conservation, verdict and words.
  body TEXT NOT NULL CHECK (json_valid(body)),
  validation_no INTEGER REFERENCES usage_validations (validation_no)
) STRICT;

CREATE TRIGGER reconciliation_runs_no_update BEFORE UPDATE ON reconciliation_runs
BEGIN SELECT RAISE(ABORT, 'reconciliation_runs is append-only'); END;
CREATE TRIGGER reconciliation_runs_no_delete BEFORE DELETE ON reconciliation_runs
BEGIN SELECT RAISE(ABORT, 'reconciliation_runs is append-only'); END;
CREATE TRIGGER reconciliation_runs_no_replace BEFORE INSERT ON reconciliation_runs
WHEN EXISTS (SELECT 1 FROM reconciliation_runs WHERE run_no = NEW.run_no OR run_id = NEW.run_id)
BEGIN SELECT RAISE(ABORT, 'reconciliation_runs is append-only'); END;

CREATE TABLE reconciliation_findings (
  run_no INTEGER NOT NULL REFERENCES reconciliation_runs (run_no),
  finding_no INTEGER NOT NULL CHECK (finding_no >= 1),
  kind TEXT NOT NULL CHECK (kind IN ('declared', 'conservation', 'sample')),
  severity TEXT NOT NULL CHECK (severity IN ('warn', 'bad')),
  tenant_no INTEGER REFERENCES tenants (tenant_no),
  metric TEXT,
  month TEXT,
  declared TEXT,
  counted TEXT,
  deviation_bp INTEGER,
  says TEXT NOT NULL,
  incident_no INTEGER,
  PRIMARY KEY (run_no, finding_no)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER reconciliation_findings_no_update BEFORE UPDATE ON reconciliation_findings
BEGIN SELECT RAISE(ABORT, 'reconciliation_findings is append-only'); END;
CREATE TRIGGER reconciliation_findings_no_delete BEFORE DELETE ON reconciliation_findings
BEGIN SELECT RAISE(ABORT, 'reconciliation_findings is append-only'); END;
CREATE TRIGGER reconciliation_findings_no_replace BEFORE INSERT ON reconciliation_findings
WHEN EXISTS (SELECT 1 FROM reconciliation_findings WHERE (run_no = NEW.run_no AND finding_no = NEW.finding_no))
BEGIN SELECT RAISE(ABORT, 'reconciliation_findings is append-only'); END;

-- Facts: who may post events to the intake. Only the token's SHA-256 is kept.
CREATE TABLE intake_tokens (
  token_no INTEGER PRIMARY KEY CHECK (token_no >= 1),
  token_id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  -- Its first characters, to tell tokens apart.
  begins TEXT NOT NULL,
  sha256 TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),
  made_at TEXT NOT NULL,
  member_id TEXT REFERENCES members (member_id)
) STRICT;

CREATE TRIGGER intake_tokens_no_update BEFORE UPDATE ON intake_tokens
BEGIN SELECT RAISE(ABORT, 'intake_tokens is append-only'); END;
CREATE TRIGGER intake_tokens_no_delete BEFORE DELETE ON intake_tokens
BEGIN SELECT RAISE(ABORT, 'intake_tokens is append-only'); END;
CREATE TRIGGER intake_tokens_no_replace BEFORE INSERT ON intake_tokens
WHEN EXISTS (SELECT 1 FROM intake_tokens WHERE token_no = NEW.token_no OR token_id = NEW.token_id OR sha256 = NEW.sha256)
BEGIN SELECT RAISE(ABORT, 'intake_tokens is append-only'); END;

CREATE TABLE intake_token_ends (
  token_no INTEGER PRIMARY KEY REFERENCES intake_tokens (token_no),
  ended_at TEXT NOT NULL,
  member_id TEXT REFERENCES members (member_id),
  reason TEXT NOT NULL
) STRICT;

CREATE TRIGGER intake_token_ends_no_update BEFORE UPDATE ON intake_token_ends
BEGIN SELECT RAISE(ABORT, 'intake_token_ends is append-only'); END;
CREATE TRIGGER intake_token_ends_no_delete BEFORE DELETE ON intake_token_ends
BEGIN SELECT RAISE(ABORT, 'intake_token_ends is append-only'); END;
CREATE TRIGGER intake_token_ends_no_replace BEFORE INSERT ON intake_token_ends
WHEN EXISTS (SELECT 1 FROM intake_token_ends WHERE token_no = NEW.token_no)
BEGIN SELECT RAISE(ABORT, 'intake_token_ends is append-only'); END;

-- Facts: each post that was taken, with its proof of conservation. token_no is null for the console's own events.
CREATE TABLE intake_posts (
  post_no INTEGER PRIMARY KEY CHECK (post_no >= 1),
  token_no INTEGER REFERENCES intake_tokens (token_no),
  at TEXT NOT NULL,
  bytes INTEGER NOT NULL CHECK (bytes >= 0),
  received INTEGER NOT NULL CHECK (received >= 0),
  accepted INTEGER NOT NULL CHECK (accepted >= 0),
  duplicate INTEGER NOT NULL CHECK (duplicate >= 0),
  conflict INTEGER NOT NULL CHECK (conflict >= 0),
  late INTEGER NOT NULL CHECK (late >= 0),
  quarantined INTEGER NOT NULL CHECK (quarantined >= 0),
  conserved INTEGER NOT NULL GENERATED ALWAYS AS (
    received = accepted + duplicate + conflict + late + quarantined
  ) VIRTUAL
) STRICT;
CREATE INDEX intake_posts_by_token ON intake_posts (token_no, post_no);

CREATE TRIGGER intake_posts_no_update BEFORE UPDATE ON intake_posts
BEGIN SELECT RAISE(ABORT, 'intake_posts is append-only'); END;
CREATE TRIGGER intake_posts_no_delete BEFORE DELETE ON intake_posts
BEGIN SELECT RAISE(ABORT, 'intake_posts is append-only'); END;
CREATE TRIGGER intake_posts_no_replace BEFORE INSERT ON intake_posts
WHEN EXISTS (SELECT 1 FROM intake_posts WHERE post_no = NEW.post_no)
BEGIN SELECT RAISE(ABORT, 'intake_posts is append-only'); END;

-- Derived from the posts: never counted row by row.
CREATE TABLE intake_counts (
  -- 0 for the console's own events.
  token_no INTEGER PRIMARY KEY,
  last_at TEXT NOT NULL,
  received INTEGER NOT NULL,
  accepted INTEGER NOT NULL,
  duplicate INTEGER NOT NULL,
  conflict INTEGER NOT NULL,
  late INTEGER NOT NULL,
  quarantined INTEGER NOT NULL
) STRICT;
