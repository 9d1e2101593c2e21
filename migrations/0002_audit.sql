-- The audit log: a hash chain of canonical JSON lines (docs/formats/audit-log.md). The line is the fact; every column that is
-- searched is read out of it, so that what a person filters by is what was hashed.

CREATE TABLE audit_entries (
  -- Counts from 1 without gaps.
  seq INTEGER PRIMARY KEY CHECK (seq >= 1),
  -- Canonical JSON (RFC 8785), without a line end.
  line TEXT NOT NULL CHECK (json_valid(line)),
  -- SHA-256 of the line's UTF-8 bytes, lower-case hex.
  hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 64),
  action TEXT NOT NULL GENERATED ALWAYS AS (line ->> '$.action') VIRTUAL,
  actor_id TEXT NOT NULL GENERATED ALWAYS AS (line ->> '$.actor.member_id') VIRTUAL,
  actor_name TEXT NOT NULL GENERATED ALWAYS AS (line ->> '$.actor.name') VIRTUAL
) STRICT;

CREATE INDEX audit_entries_by_action ON audit_entries (action, seq);
CREATE INDEX audit_entries_by_actor ON audit_entries (actor_id, seq);

CREATE TRIGGER audit_entries_no_update BEFORE UPDATE ON audit_entries
BEGIN SELECT RAISE(ABORT, 'audit_entries is append-only'); END;
CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries
BEGIN SELECT RAISE(ABORT, 'audit_entries is append-only'); END;
CREATE TRIGGER audit_entries_no_replace BEFORE INSERT ON audit_entries
WHEN EXISTS (SELECT 1 FROM audit_entries WHERE seq = NEW.seq OR hash = NEW.hash)
BEGIN SELECT RAISE(ABORT, 'audit_entries is append-only'); END;
