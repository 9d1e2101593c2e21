-- Where data comes from, how far each feed was read, each run with its proof of conservation, and the quarantine.

-- Facts: a source is added once. It is never deleted; what it delivered keeps pointing at it.
CREATE TABLE sources (
  source_no INTEGER PRIMARY KEY CHECK (source_no >= 1),
  source_id TEXT NOT NULL UNIQUE,
  -- The first part of a chain's address: stays taken when the source is removed.
  name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 63),
  kind TEXT NOT NULL CHECK (kind IN ('folder', 'http')),
  location TEXT NOT NULL,
  added_at TEXT NOT NULL
) STRICT;

CREATE TRIGGER sources_no_update BEFORE UPDATE ON sources
BEGIN SELECT RAISE(ABORT, 'sources is append-only'); END;
CREATE TRIGGER sources_no_delete BEFORE DELETE ON sources
BEGIN SELECT RAISE(ABORT, 'sources is append-only'); END;
CREATE TRIGGER sources_no_replace BEFORE INSERT ON sources
WHEN EXISTS (SELECT 1 FROM sources WHERE source_no = NEW.source_no OR source_id = NEW.source_id OR name = NEW.name)
BEGIN SELECT RAISE(ABORT, 'sources is append-only'); END;

-- Settings of a source. Each change of them is an audit entry with before and after. The token itself is in the machine's
-- secret store, never here.
CREATE TABLE source_settings (
  source_no INTEGER PRIMARY KEY REFERENCES sources (source_no),
  state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'paused', 'removed')),
  schedule TEXT NOT NULL,
  has_token INTEGER NOT NULL DEFAULT 0 CHECK (has_token IN (0, 1))
) STRICT;

-- Facts: a run begins …
CREATE TABLE sync_runs (
  run_no INTEGER PRIMARY KEY CHECK (run_no >= 1),
  run_id TEXT NOT NULL UNIQUE,
  source_no INTEGER NOT NULL REFERENCES sources (source_no),
  feed TEXT NOT NULL,
  started_at TEXT NOT NULL,
  -- 1: everything was read again and compared with what is stored.
  full INTEGER NOT NULL CHECK (full IN (0, 1)),
  -- The member who asked for it; null for the schedule.
  member_id TEXT
) STRICT;
CREATE INDEX sync_runs_by_source ON sync_runs (source_no, run_no);

CREATE TRIGGER sync_runs_no_update BEFORE UPDATE ON sync_runs
BEGIN SELECT RAISE(ABORT, 'sync_runs is append-only'); END;
CREATE TRIGGER sync_runs_no_delete BEFORE DELETE ON sync_runs
BEGIN SELECT RAISE(ABORT, 'sync_runs is append-only'); END;
CREATE TRIGGER sync_runs_no_replace BEFORE INSERT ON sync_runs
WHEN EXISTS (SELECT 1 FROM sync_runs WHERE run_no = NEW.run_no OR run_id = NEW.run_id)
BEGIN SELECT RAISE(ABORT, 'sync_runs is append-only'); END;

-- … takes deliveries, each in the transaction that moves the cursor …
CREATE TABLE sync_deliveries (
  delivery_no INTEGER PRIMARY KEY CHECK (delivery_no >= 1),
  run_no INTEGER NOT NULL REFERENCES sync_runs (run_no),
  path TEXT NOT NULL,
  mode TEXT NOT NULL CHECK (mode IN ('whole', 'append', 'restart', 'item')),
  byte_offset INTEGER NOT NULL CHECK (byte_offset >= 0),
  byte_length INTEGER NOT NULL CHECK (byte_length >= 0),
  -- Rows that the engine itself counted in the bytes; null where only the feed knows what a row is.
  rows_seen INTEGER CHECK (rows_seen >= 0),
  received INTEGER NOT NULL CHECK (received >= 0),
  accepted INTEGER NOT NULL CHECK (accepted >= 0),
  duplicate INTEGER NOT NULL CHECK (duplicate >= 0),
  conflict INTEGER NOT NULL CHECK (conflict >= 0),
  late INTEGER NOT NULL CHECK (late >= 0),
  quarantined INTEGER NOT NULL CHECK (quarantined >= 0),
  conserved INTEGER NOT NULL GENERATED ALWAYS AS (
    received = accepted + duplicate + conflict + late + quarantined AND (rows_seen IS NULL OR rows_seen = received)
  ) VIRTUAL
) STRICT;
CREATE INDEX sync_deliveries_by_run ON sync_deliveries (run_no, delivery_no);

CREATE TRIGGER sync_deliveries_no_update BEFORE UPDATE ON sync_deliveries
BEGIN SELECT RAISE(ABORT, 'sync_deliveries is append-only'); END;
CREATE TRIGGER sync_deliveries_no_delete BEFORE DELETE ON sync_deliveries
BEGIN SELECT RAISE(ABORT, 'sync_deliveries is append-only'); END;
CREATE TRIGGER sync_deliveries_no_replace BEFORE INSERT ON sync_deliveries
WHEN EXISTS (SELECT 1 FROM sync_deliveries WHERE delivery_no = NEW.delivery_no)
BEGIN SELECT RAISE(ABORT, 'sync_deliveries is append-only'); END;

-- … and ends. A run without an end that is not running was killed; the next run of its feed ends it.
CREATE TABLE sync_run_ends (
  run_no INTEGER PRIMARY KEY REFERENCES sync_runs (run_no),
  ended_at TEXT NOT NULL,
  outcome TEXT NOT NULL CHECK (
    outcome IN ('ok', 'nothing-new', 'failed', 'changed-past', 'shrank', 'garbage', 'offline', 'cancelled')
  ),
  says TEXT NOT NULL,
  next_step TEXT,
  -- An error code of the contract where there was one.
  code TEXT,
  received INTEGER NOT NULL,
  accepted INTEGER NOT NULL,
  duplicate INTEGER NOT NULL,
  conflict INTEGER NOT NULL,
  late INTEGER NOT NULL,
  quarantined INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  conserved INTEGER NOT NULL CHECK (conserved IN (0, 1)),
  cursor TEXT
) STRICT;

CREATE TRIGGER sync_run_ends_no_update BEFORE UPDATE ON sync_run_ends
BEGIN SELECT RAISE(ABORT, 'sync_run_ends is append-only'); END;
CREATE TRIGGER sync_run_ends_no_delete BEFORE DELETE ON sync_run_ends
BEGIN SELECT RAISE(ABORT, 'sync_run_ends is append-only'); END;
CREATE TRIGGER sync_run_ends_no_replace BEFORE INSERT ON sync_run_ends
WHEN EXISTS (SELECT 1 FROM sync_run_ends WHERE run_no = NEW.run_no)
BEGIN SELECT RAISE(ABORT, 'sync_run_ends is append-only'); END;

-- Derived from the facts above: how each feed stands. Never counted row by row.
CREATE TABLE sync_feed_state (
  source_no INTEGER NOT NULL REFERENCES sources (source_no),
  feed TEXT NOT NULL,
  last_run_no INTEGER REFERENCES sync_runs (run_no),
  last_ended_run_no INTEGER REFERENCES sync_run_ends (run_no),
  last_success_at TEXT,
  -- Runs in a row that failed; for the backoff.
  failures INTEGER NOT NULL DEFAULT 0,
  offline_since TEXT,
  -- The source asked not to be called before then (Retry-After).
  retry_not_before TEXT,
  received INTEGER NOT NULL DEFAULT 0,
  accepted INTEGER NOT NULL DEFAULT 0,
  duplicate INTEGER NOT NULL DEFAULT 0,
  conflict INTEGER NOT NULL DEFAULT 0,
  late INTEGER NOT NULL DEFAULT 0,
  quarantined INTEGER NOT NULL DEFAULT 0,
  unconserved_deliveries INTEGER NOT NULL DEFAULT 0,
  -- HTTP: the opaque cursor of the page that is read next, what was taken of that page, and its ETag.
  after_cursor TEXT,
  page_bytes INTEGER NOT NULL DEFAULT 0,
  page_sha256 TEXT,
  etag TEXT,
  PRIMARY KEY (source_no, feed)
) STRICT, WITHOUT ROWID;

-- How far each file of a feed was read. Moves in the same transaction as the facts it stands for.
CREATE TABLE sync_files (
  source_no INTEGER NOT NULL REFERENCES sources (source_no),
  feed TEXT NOT NULL,
  path TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('appended', 'whole')),
  -- What the file system said before the file was read; null over HTTP.
  size INTEGER,
  mtime_ns TEXT,
  ctime_ns TEXT,
  inode TEXT,
  -- Bytes taken, an unfinished last line included.
  taken INTEGER NOT NULL,
  -- Line ends in the bytes taken.
  lines INTEGER NOT NULL,
  -- Bytes after the last line end.
  unfinished INTEGER NOT NULL,
  -- SHA-256 of the last tail_bytes bytes taken (appended), or of all of them (whole). Over HTTP: of the unfinished line.
  tail_bytes INTEGER NOT NULL,
  tail_sha256 TEXT NOT NULL,
  -- Since when the source no longer has it.
  gone_since TEXT,
  PRIMARY KEY (source_no, feed, path)
) STRICT, WITHOUT ROWID;

-- Facts: rows that could not be used, as they came, held once however often they come.
CREATE TABLE quarantine_rows (
  row_no INTEGER PRIMARY KEY CHECK (row_no >= 1),
  -- Hash of where it stood and what it says (quarantine.ts).
  quarantine_id TEXT NOT NULL UNIQUE CHECK (length(quarantine_id) = 64),
  source_no INTEGER NOT NULL REFERENCES sources (source_no),
  feed TEXT NOT NULL,
  path TEXT NOT NULL,
  line INTEGER,
  byte_offset INTEGER,
  -- Of the row itself; `bytes` may hold only its beginning where the feed keeps the whole.
  byte_length INTEGER NOT NULL,
  bytes BLOB NOT NULL
) STRICT;

CREATE TRIGGER quarantine_rows_no_update BEFORE UPDATE ON quarantine_rows
BEGIN SELECT RAISE(ABORT, 'quarantine_rows is append-only'); END;
CREATE TRIGGER quarantine_rows_no_delete BEFORE DELETE ON quarantine_rows
BEGIN SELECT RAISE(ABORT, 'quarantine_rows is append-only'); END;
CREATE TRIGGER quarantine_rows_no_replace BEFORE INSERT ON quarantine_rows
WHEN EXISTS (SELECT 1 FROM quarantine_rows WHERE row_no = NEW.row_no OR quarantine_id = NEW.quarantine_id)
BEGIN SELECT RAISE(ABORT, 'quarantine_rows is append-only'); END;

-- Facts: what happened to a row. Sightings say why it could not be used; decisions say who decided and why.
CREATE TABLE quarantine_events (
  event_no INTEGER PRIMARY KEY CHECK (event_no >= 1),
  row_no INTEGER NOT NULL REFERENCES quarantine_rows (row_no),
  at TEXT NOT NULL,
  what TEXT NOT NULL CHECK (what IN ('seen', 'still-bad', 'requeued', 'resolved', 'dismissed')),
  run_no INTEGER REFERENCES sync_runs (run_no),
  code TEXT,
  says TEXT,
  next_step TEXT,
  address TEXT,
  member_id TEXT,
  member_name TEXT,
  reason TEXT,
  request_id TEXT
) STRICT;
CREATE INDEX quarantine_events_by_row ON quarantine_events (row_no, event_no);

CREATE TRIGGER quarantine_events_no_update BEFORE UPDATE ON quarantine_events
BEGIN SELECT RAISE(ABORT, 'quarantine_events is append-only'); END;
CREATE TRIGGER quarantine_events_no_delete BEFORE DELETE ON quarantine_events
BEGIN SELECT RAISE(ABORT, 'quarantine_events is append-only'); END;
CREATE TRIGGER quarantine_events_no_replace BEFORE INSERT ON quarantine_events
WHEN EXISTS (SELECT 1 FROM quarantine_events WHERE event_no = NEW.event_no)
BEGIN SELECT RAISE(ABORT, 'quarantine_events is append-only'); END;

-- Derived from the two tables above.
CREATE TABLE quarantine_state (
  row_no INTEGER PRIMARY KEY REFERENCES quarantine_rows (row_no),
  source_no INTEGER NOT NULL,
  feed TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'requeued', 'resolved', 'dismissed')),
  times_seen INTEGER NOT NULL,
  first_seen_at TEXT NOT NULL,
  last_seen_at TEXT NOT NULL,
  code TEXT NOT NULL,
  says TEXT NOT NULL,
  next_step TEXT NOT NULL,
  address TEXT,
  -- The newest decision of a person, if any.
  decision_no INTEGER REFERENCES quarantine_events (event_no)
) STRICT;
CREATE INDEX quarantine_state_by_state ON quarantine_state (state, row_no);
CREATE INDEX quarantine_state_by_source ON quarantine_state (source_no, feed, state, row_no);

CREATE TABLE quarantine_counts (
  source_no INTEGER NOT NULL,
  feed TEXT NOT NULL,
  state TEXT NOT NULL,
  rows INTEGER NOT NULL CHECK (rows >= 0),
  PRIMARY KEY (source_no, feed, state)
) STRICT, WITHOUT ROWID;
