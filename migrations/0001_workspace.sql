-- The workspace itself: who it is, what it is called, which rollbacks were done on purpose, how it grew.
-- Append-only facts carry three triggers each; docs/formats/workspace-database.md gives the pattern. The third names every
-- unique key of its table, the rowid too: INSERT OR REPLACE may come in through any of them.

CREATE TABLE workspace (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  workspace_id TEXT NOT NULL UNIQUE CHECK (length(workspace_id) = 36),
  created_at TEXT NOT NULL,
  created_by_install TEXT NOT NULL,
  demo INTEGER NOT NULL DEFAULT 0 CHECK (demo IN (0, 1)),
  demo_seed TEXT
) STRICT;

CREATE TRIGGER workspace_no_update BEFORE UPDATE ON workspace
BEGIN SELECT RAISE(ABORT, 'workspace is append-only'); END;
CREATE TRIGGER workspace_no_delete BEFORE DELETE ON workspace
BEGIN SELECT RAISE(ABORT, 'workspace is append-only'); END;
CREATE TRIGGER workspace_no_replace BEFORE INSERT ON workspace
WHEN EXISTS (SELECT 1 FROM workspace WHERE one = NEW.one OR workspace_id = NEW.workspace_id)
BEGIN SELECT RAISE(ABORT, 'workspace is append-only'); END;

-- The newest name is the name.
CREATE TABLE workspace_names (
  seq INTEGER PRIMARY KEY,
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  named_at TEXT NOT NULL
) STRICT;

CREATE TRIGGER workspace_names_no_update BEFORE UPDATE ON workspace_names
BEGIN SELECT RAISE(ABORT, 'workspace_names is append-only'); END;
CREATE TRIGGER workspace_names_no_delete BEFORE DELETE ON workspace_names
BEGIN SELECT RAISE(ABORT, 'workspace_names is append-only'); END;
CREATE TRIGGER workspace_names_no_replace BEFORE INSERT ON workspace_names
WHEN EXISTS (SELECT 1 FROM workspace_names WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'workspace_names is append-only'); END;

-- A backup put back on purpose: an acknowledged rollback, so that it does not look like an attack later.
CREATE TABLE restores (
  seq INTEGER PRIMARY KEY,
  restore_id TEXT NOT NULL UNIQUE,
  restored_at TEXT NOT NULL,
  backup_name TEXT NOT NULL,
  backup_taken_at TEXT NOT NULL,
  backup_sha256 TEXT NOT NULL CHECK (length(backup_sha256) = 64),
  reason TEXT NOT NULL CHECK (length(reason) > 0),
  member TEXT NOT NULL,
  -- JSON object: log name -> size that was last seen before the restore.
  from_sizes TEXT NOT NULL CHECK (json_valid(from_sizes)),
  -- Where the database that was in place is kept, relative to the workspace folder; null where there was none.
  set_aside TEXT
) STRICT;

CREATE TRIGGER restores_no_update BEFORE UPDATE ON restores
BEGIN SELECT RAISE(ABORT, 'restores is append-only'); END;
CREATE TRIGGER restores_no_delete BEFORE DELETE ON restores
BEGIN SELECT RAISE(ABORT, 'restores is append-only'); END;
CREATE TRIGGER restores_no_replace BEFORE INSERT ON restores
WHEN EXISTS (SELECT 1 FROM restores WHERE seq = NEW.seq OR restore_id = NEW.restore_id)
BEGIN SELECT RAISE(ABORT, 'restores is append-only'); END;

-- What the disk forecast is made of.
CREATE TABLE workspace_sizes (
  seq INTEGER PRIMARY KEY,
  measured_at TEXT NOT NULL UNIQUE,
  database_bytes INTEGER NOT NULL CHECK (database_bytes >= 0),
  folder_bytes INTEGER NOT NULL CHECK (folder_bytes >= 0),
  free_bytes INTEGER NOT NULL CHECK (free_bytes >= 0)
) STRICT;

CREATE TRIGGER workspace_sizes_no_update BEFORE UPDATE ON workspace_sizes
BEGIN SELECT RAISE(ABORT, 'workspace_sizes is append-only'); END;
CREATE TRIGGER workspace_sizes_no_delete BEFORE DELETE ON workspace_sizes
BEGIN SELECT RAISE(ABORT, 'workspace_sizes is append-only'); END;
CREATE TRIGGER workspace_sizes_no_replace BEFORE INSERT ON workspace_sizes
WHEN EXISTS (SELECT 1 FROM workspace_sizes WHERE seq = NEW.seq OR measured_at = NEW.measured_at)
BEGIN SELECT RAISE(ABORT, 'workspace_sizes is append-only'); END;
