-- Plans: versions that never change, what was proposed, and contents that came under a version that was taken.

-- Facts: a version of a plan. The first content that came under its id and version is the version.
CREATE TABLE plan_versions (
  version_no INTEGER PRIMARY KEY CHECK (version_no >= 1),
  plan_id TEXT NOT NULL CHECK (length(plan_id) BETWEEN 1 AND 100),
  version TEXT NOT NULL CHECK (length(version) BETWEEN 1 AND 60),
  -- Canonical JSON of the specification, and its SHA-256.
  spec TEXT NOT NULL CHECK (json_valid(spec)),
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  origin TEXT NOT NULL CHECK (origin IN ('source', 'console')),
  source_no INTEGER REFERENCES sources (source_no),
  -- The file it came in; null for one that was proposed here.
  path TEXT,
  received_at TEXT NOT NULL,
  run_id TEXT,
  member_id TEXT REFERENCES members (member_id),
  UNIQUE (plan_id, version)
) STRICT;

CREATE TRIGGER plan_versions_no_update BEFORE UPDATE ON plan_versions
BEGIN SELECT RAISE(ABORT, 'plan_versions is append-only'); END;
CREATE TRIGGER plan_versions_no_delete BEFORE DELETE ON plan_versions
BEGIN SELECT RAISE(ABORT, 'plan_versions is append-only'); END;
CREATE TRIGGER plan_versions_no_replace BEFORE INSERT ON plan_versions
WHEN EXISTS (
  SELECT 1 FROM plan_versions WHERE version_no = NEW.version_no OR (plan_id = NEW.plan_id AND version = NEW.version)
)
BEGIN SELECT RAISE(ABORT, 'plan_versions is append-only'); END;

-- Facts: another content that came under an id and version that were taken. It changes nothing.
CREATE TABLE plan_conflicts (
  conflict_no INTEGER PRIMARY KEY CHECK (conflict_no >= 1),
  plan_id TEXT NOT NULL,
  version TEXT NOT NULL,
  spec TEXT NOT NULL CHECK (json_valid(spec)),
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  source_no INTEGER REFERENCES sources (source_no),
  path TEXT,
  received_at TEXT NOT NULL,
  run_id TEXT,
  UNIQUE (plan_id, version, sha256)
) STRICT;

CREATE TRIGGER plan_conflicts_no_update BEFORE UPDATE ON plan_conflicts
BEGIN SELECT RAISE(ABORT, 'plan_conflicts is append-only'); END;
CREATE TRIGGER plan_conflicts_no_delete BEFORE DELETE ON plan_conflicts
BEGIN SELECT RAISE(ABORT, 'plan_conflicts is append-only'); END;
CREATE TRIGGER plan_conflicts_no_replace BEFORE INSERT ON plan_conflicts
WHEN EXISTS (
  SELECT 1 FROM plan_conflicts
  WHERE conflict_no = NEW.conflict_no OR (plan_id = NEW.plan_id AND version = NEW.version AND sha256 = NEW.sha256)
)
BEGIN SELECT RAISE(ABORT, 'plan_conflicts is append-only'); END;

-- Facts: a version that a member proposed, with what became of it.
CREATE TABLE plan_proposals (
  proposal_no INTEGER PRIMARY KEY CHECK (proposal_no >= 1),
  at TEXT NOT NULL,
  member_id TEXT REFERENCES members (member_id),
  plan_id TEXT NOT NULL,
  version TEXT NOT NULL,
  spec TEXT NOT NULL CHECK (json_valid(spec)),
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  outcome TEXT NOT NULL CHECK (outcome IN ('added', 'refused')),
  says TEXT NOT NULL,
  reason TEXT NOT NULL,
  -- JSON array: against the newest version when it was proposed.
  differences TEXT NOT NULL CHECK (json_valid(differences))
) STRICT;

CREATE TRIGGER plan_proposals_no_update BEFORE UPDATE ON plan_proposals
BEGIN SELECT RAISE(ABORT, 'plan_proposals is append-only'); END;
CREATE TRIGGER plan_proposals_no_delete BEFORE DELETE ON plan_proposals
BEGIN SELECT RAISE(ABORT, 'plan_proposals is append-only'); END;
CREATE TRIGGER plan_proposals_no_replace BEFORE INSERT ON plan_proposals
WHEN EXISTS (SELECT 1 FROM plan_proposals WHERE proposal_no = NEW.proposal_no)
BEGIN SELECT RAISE(ABORT, 'plan_proposals is append-only'); END;
