-- Evidence: artifacts as they came, each content once, each version of each artifact, and what was found when they were verified.

-- Facts: the bytes, once by content. What is read out of them is the reading of these bytes and never changes.
CREATE TABLE evidence_contents (
  content_no INTEGER PRIMARY KEY CHECK (content_no >= 1),
  sha256 TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),
  bytes BLOB NOT NULL,
  -- By shape: a kind of `evidence verify`, 'finance-assumptions' or 'committee-packet'.
  kind TEXT NOT NULL,
  -- The month the artifact speaks of (YYYY-MM): its window's; else that of captured_at.
  month TEXT CHECK (month IS NULL OR month GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]'),
  window_label TEXT,
  window_start TEXT,
  window_end TEXT,
  captured_at TEXT
) STRICT;
CREATE INDEX evidence_contents_by_month ON evidence_contents (kind, month);

CREATE TRIGGER evidence_contents_no_update BEFORE UPDATE ON evidence_contents
BEGIN SELECT RAISE(ABORT, 'evidence_contents is append-only'); END;
CREATE TRIGGER evidence_contents_no_delete BEFORE DELETE ON evidence_contents
BEGIN SELECT RAISE(ABORT, 'evidence_contents is append-only'); END;
CREATE TRIGGER evidence_contents_no_replace BEFORE INSERT ON evidence_contents
WHEN EXISTS (SELECT 1 FROM evidence_contents WHERE content_no = NEW.content_no OR sha256 = NEW.sha256)
BEGIN SELECT RAISE(ABORT, 'evidence_contents is append-only'); END;

-- Facts: an artifact is a place that delivers versions: a path at a source, or a document made here.
CREATE TABLE evidence_artifacts (
  artifact_no INTEGER PRIMARY KEY CHECK (artifact_no >= 1),
  -- First 32 hex of SHA-256 over its key; stands in addresses.
  artifact_id TEXT NOT NULL UNIQUE CHECK (length(artifact_id) = 32),
  origin TEXT NOT NULL CHECK (origin IN ('source', 'made', 'imported')),
  source_no INTEGER REFERENCES sources (source_no),
  -- The path below the source's evidence folder, or the file name of what was made or imported here.
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  first_seen_at TEXT NOT NULL
) STRICT;
CREATE INDEX evidence_artifacts_by_kind ON evidence_artifacts (kind, artifact_no);

CREATE TRIGGER evidence_artifacts_no_update BEFORE UPDATE ON evidence_artifacts
BEGIN SELECT RAISE(ABORT, 'evidence_artifacts is append-only'); END;
CREATE TRIGGER evidence_artifacts_no_delete BEFORE DELETE ON evidence_artifacts
BEGIN SELECT RAISE(ABORT, 'evidence_artifacts is append-only'); END;
CREATE TRIGGER evidence_artifacts_no_replace BEFORE INSERT ON evidence_artifacts
WHEN EXISTS (SELECT 1 FROM evidence_artifacts WHERE artifact_no = NEW.artifact_no OR artifact_id = NEW.artifact_id)
BEGIN SELECT RAISE(ABORT, 'evidence_artifacts is append-only'); END;

-- Facts: each version of an artifact, in the order in which it came. The newest is the artifact.
CREATE TABLE evidence_versions (
  version_no INTEGER PRIMARY KEY CHECK (version_no >= 1),
  artifact_no INTEGER NOT NULL REFERENCES evidence_artifacts (artifact_no),
  content_no INTEGER NOT NULL REFERENCES evidence_contents (content_no),
  arrived_at TEXT NOT NULL,
  -- The sync run that brought it, or the member who made it.
  run_id TEXT,
  member_id TEXT REFERENCES members (member_id)
) STRICT;
CREATE INDEX evidence_versions_by_artifact ON evidence_versions (artifact_no, version_no);
CREATE INDEX evidence_versions_by_content ON evidence_versions (content_no, version_no);

CREATE TRIGGER evidence_versions_no_update BEFORE UPDATE ON evidence_versions
BEGIN SELECT RAISE(ABORT, 'evidence_versions is append-only'); END;
CREATE TRIGGER evidence_versions_no_delete BEFORE DELETE ON evidence_versions
BEGIN SELECT RAISE(ABORT, 'evidence_versions is append-only'); END;
CREATE TRIGGER evidence_versions_no_replace BEFORE INSERT ON evidence_versions
WHEN EXISTS (SELECT 1 FROM evidence_versions WHERE version_no = NEW.version_no)
BEGIN SELECT RAISE(ABORT, 'evidence_versions is append-only'); END;

-- Facts: what a verifier found in a content at a time, under stated options.
CREATE TABLE evidence_verifications (
  verification_no INTEGER PRIMARY KEY CHECK (verification_no >= 1),
  content_no INTEGER NOT NULL REFERENCES evidence_contents (content_no),
  -- The time the rules judged by; ages count up to it.
  judged_at TEXT NOT NULL,
  rule_version TEXT NOT NULL,
  -- JSON: the options the verifier ran with (age limits).
  options TEXT NOT NULL CHECK (json_valid(options)),
  verdict TEXT NOT NULL CHECK (verdict IN ('pass', 'fail')),
  label TEXT NOT NULL,
  message TEXT,
  field TEXT,
  -- JSON object: gate -> boolean.
  gates TEXT NOT NULL CHECK (json_valid(gates)),
  -- JSON array of strictness findings.
  strictness TEXT NOT NULL CHECK (json_valid(strictness)),
  -- 1: it passed when it was captured, and time alone makes it fail.
  stale INTEGER NOT NULL CHECK (stale IN (0, 1)),
  -- From when time alone makes the verdict another one; null where time does not matter.
  holds_until TEXT
) STRICT;
CREATE INDEX evidence_verifications_by_content ON evidence_verifications (content_no, verification_no);

CREATE TRIGGER evidence_verifications_no_update BEFORE UPDATE ON evidence_verifications
BEGIN SELECT RAISE(ABORT, 'evidence_verifications is append-only'); END;
CREATE TRIGGER evidence_verifications_no_delete BEFORE DELETE ON evidence_verifications
BEGIN SELECT RAISE(ABORT, 'evidence_verifications is append-only'); END;
CREATE TRIGGER evidence_verifications_no_replace BEFORE INSERT ON evidence_verifications
WHEN EXISTS (SELECT 1 FROM evidence_verifications WHERE verification_no = NEW.verification_no)
BEGIN SELECT RAISE(ABORT, 'evidence_verifications is append-only'); END;

-- Derived from the facts above: how each artifact stands now, for each month that it speaks of: a source may write every
-- month into one file. Rebuilt at any time.
CREATE TABLE evidence_standing (
  artifact_no INTEGER NOT NULL REFERENCES evidence_artifacts (artifact_no),
  -- The newest version of this kind and month.
  version_no INTEGER NOT NULL REFERENCES evidence_versions (version_no),
  content_no INTEGER NOT NULL REFERENCES evidence_contents (content_no),
  -- 1: the newest version of the artifact.
  current INTEGER NOT NULL CHECK (current IN (0, 1)),
  versions INTEGER NOT NULL,
  kind TEXT NOT NULL,
  month TEXT,
  captured_at TEXT,
  verification_no INTEGER REFERENCES evidence_verifications (verification_no),
  verdict TEXT,
  stale INTEGER,
  holds_until TEXT,
  PRIMARY KEY (artifact_no, version_no)
) STRICT;
CREATE INDEX evidence_standing_by_month ON evidence_standing (month, kind, artifact_no);
CREATE INDEX evidence_standing_by_kind ON evidence_standing (kind, captured_at);
CREATE INDEX evidence_standing_by_content ON evidence_standing (content_no);
CREATE INDEX evidence_standing_by_version ON evidence_standing (version_no) WHERE current = 1;
CREATE INDEX evidence_standing_by_expiry ON evidence_standing (holds_until) WHERE holds_until IS NOT NULL;
