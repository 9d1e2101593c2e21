-- Release gates: thresholds as versioned policy, each run with its inputs, what a breach froze, and motions of price and packaging.

-- Facts: a change of thresholds is a new version.
CREATE TABLE gate_thresholds (
  version INTEGER PRIMARY KEY CHECK (version >= 1),
  -- The first month (YYYY-MM) that is judged by it.
  effective_from TEXT NOT NULL CHECK (effective_from GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]'),
  -- JSON: the thresholds of the guardrails contract, the policy's discount cap and its bands by segment.
  body TEXT NOT NULL CHECK (json_valid(body)),
  -- Date (YYYY-MM-DD) by which it is looked at again: a quarter at most.
  review_by TEXT NOT NULL,
  reason TEXT NOT NULL CHECK (length(reason) > 0),
  member_id TEXT REFERENCES members (member_id),
  changed_at TEXT NOT NULL
) STRICT;

CREATE TRIGGER gate_thresholds_no_update BEFORE UPDATE ON gate_thresholds
BEGIN SELECT RAISE(ABORT, 'gate_thresholds is append-only'); END;
CREATE TRIGGER gate_thresholds_no_delete BEFORE DELETE ON gate_thresholds
BEGIN SELECT RAISE(ABORT, 'gate_thresholds is append-only'); END;
CREATE TRIGGER gate_thresholds_no_replace BEFORE INSERT ON gate_thresholds
WHEN EXISTS (SELECT 1 FROM gate_thresholds WHERE version = NEW.version)
BEGIN SELECT RAISE(ABORT, 'gate_thresholds is append-only'); END;

-- Facts: a gate run, with everything that it was decided from.
CREATE TABLE gate_runs (
  run_no INTEGER PRIMARY KEY CHECK (run_no >= 1),
  run_id TEXT NOT NULL UNIQUE CHECK (length(run_id) = 36),
  month TEXT NOT NULL CHECK (month GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]'),
  ran_at TEXT NOT NULL,
  judged_at TEXT NOT NULL,
  rule_version TEXT NOT NULL,
  thresholds_version INTEGER NOT NULL REFERENCES gate_thresholds (version),
  decision TEXT NOT NULL CHECK (decision IN ('pass', 'fail', 'cannot-decide')),
  -- JSON: the options; the artifacts by role with name and SHA-256; the gates; the consistency findings.
  plan TEXT NOT NULL CHECK (json_valid(plan)),
  inputs TEXT NOT NULL CHECK (json_valid(inputs)),
  results TEXT NOT NULL CHECK (json_valid(results)),
  consistency TEXT NOT NULL CHECK (json_valid(consistency)),
  -- SHA-256 of the run's canonical JSON.
  result_sha256 TEXT NOT NULL CHECK (length(result_sha256) = 64),
  -- null for the schedule and for runs after a sync.
  member_id TEXT REFERENCES members (member_id)
) STRICT;
CREATE INDEX gate_runs_by_month ON gate_runs (month, run_no);

CREATE TRIGGER gate_runs_no_update BEFORE UPDATE ON gate_runs
BEGIN SELECT RAISE(ABORT, 'gate_runs is append-only'); END;
CREATE TRIGGER gate_runs_no_delete BEFORE DELETE ON gate_runs
BEGIN SELECT RAISE(ABORT, 'gate_runs is append-only'); END;
CREATE TRIGGER gate_runs_no_replace BEFORE INSERT ON gate_runs
WHEN EXISTS (SELECT 1 FROM gate_runs WHERE run_no = NEW.run_no OR run_id = NEW.run_id)
BEGIN SELECT RAISE(ABORT, 'gate_runs is append-only'); END;

-- Derived: the newest run of each month and each of its gates, so that the matrix is one range.
CREATE TABLE gate_cells (
  month TEXT NOT NULL,
  gate TEXT NOT NULL,
  run_no INTEGER NOT NULL REFERENCES gate_runs (run_no),
  state TEXT NOT NULL CHECK (state IN ('pass', 'fail', 'stale', 'no-run')),
  -- Decimal text of the figure and its limit, where the gate has one.
  value TEXT,
  threshold TEXT,
  PRIMARY KEY (month, gate)
) STRICT, WITHOUT ROWID;

-- Facts: a breach freezes price and packaging motions …
CREATE TABLE gate_freezes (
  freeze_no INTEGER PRIMARY KEY CHECK (freeze_no >= 1),
  run_no INTEGER NOT NULL UNIQUE REFERENCES gate_runs (run_no),
  frozen_at TEXT NOT NULL,
  -- JSON array of the gates that failed.
  gates TEXT NOT NULL CHECK (json_valid(gates)),
  says TEXT NOT NULL
) STRICT;

CREATE TRIGGER gate_freezes_no_update BEFORE UPDATE ON gate_freezes
BEGIN SELECT RAISE(ABORT, 'gate_freezes is append-only'); END;
CREATE TRIGGER gate_freezes_no_delete BEFORE DELETE ON gate_freezes
BEGIN SELECT RAISE(ABORT, 'gate_freezes is append-only'); END;
CREATE TRIGGER gate_freezes_no_replace BEFORE INSERT ON gate_freezes
WHEN EXISTS (SELECT 1 FROM gate_freezes WHERE freeze_no = NEW.freeze_no OR run_no = NEW.run_no)
BEGIN SELECT RAISE(ABORT, 'gate_freezes is append-only'); END;

-- … gets an owner and a corrective plan, and is lifted by the run in which its gates pass again.
CREATE TABLE gate_freeze_events (
  event_no INTEGER PRIMARY KEY CHECK (event_no >= 1),
  freeze_no INTEGER NOT NULL REFERENCES gate_freezes (freeze_no),
  kind TEXT NOT NULL CHECK (kind IN ('plan', 'failed-again', 'lifted')),
  at TEXT NOT NULL,
  member_id TEXT REFERENCES members (member_id),
  run_no INTEGER REFERENCES gate_runs (run_no),
  -- JSON: the plan (owner, steps, due date) or what the run said.
  body TEXT NOT NULL CHECK (json_valid(body))
) STRICT;
CREATE INDEX gate_freeze_events_by_freeze ON gate_freeze_events (freeze_no, event_no);

CREATE TRIGGER gate_freeze_events_no_update BEFORE UPDATE ON gate_freeze_events
BEGIN SELECT RAISE(ABORT, 'gate_freeze_events is append-only'); END;
CREATE TRIGGER gate_freeze_events_no_delete BEFORE DELETE ON gate_freeze_events
BEGIN SELECT RAISE(ABORT, 'gate_freeze_events is append-only'); END;
CREATE TRIGGER gate_freeze_events_no_replace BEFORE INSERT ON gate_freeze_events
WHEN EXISTS (SELECT 1 FROM gate_freeze_events WHERE event_no = NEW.event_no)
BEGIN SELECT RAISE(ABORT, 'gate_freeze_events is append-only'); END;

-- Facts: proposals to change prices or packaging, the refused ones too, with what was missing.
CREATE TABLE price_motions (
  motion_no INTEGER PRIMARY KEY CHECK (motion_no >= 1),
  motion_id TEXT NOT NULL UNIQUE CHECK (length(motion_id) = 36),
  proposed_at TEXT NOT NULL,
  member_id TEXT REFERENCES members (member_id),
  kind TEXT NOT NULL CHECK (kind IN ('price', 'packaging')),
  title TEXT NOT NULL,
  body TEXT NOT NULL CHECK (json_valid(body)),
  outcome TEXT NOT NULL CHECK (outcome IN ('proposed', 'refused')),
  -- JSON array: what the guard found missing; empty where it was let through.
  missing TEXT NOT NULL CHECK (json_valid(missing)),
  run_no INTEGER REFERENCES gate_runs (run_no)
) STRICT;

CREATE TRIGGER price_motions_no_update BEFORE UPDATE ON price_motions
BEGIN SELECT RAISE(ABORT, 'price_motions is append-only'); END;
CREATE TRIGGER price_motions_no_delete BEFORE DELETE ON price_motions
BEGIN SELECT RAISE(ABORT, 'price_motions is append-only'); END;
CREATE TRIGGER price_motions_no_replace BEFORE INSERT ON price_motions
WHEN EXISTS (SELECT 1 FROM price_motions WHERE motion_no = NEW.motion_no OR motion_id = NEW.motion_id)
BEGIN SELECT RAISE(ABORT, 'price_motions is append-only'); END;
