-- How this workspace is used: choices and marks, not facts. A change of consequence is in the audit log as well.
-- Keys: `backup.policy`, `overview.seen:<member>`, …; values are JSON.

CREATE TABLE settings (
  key TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL CHECK (json_valid(value)),
  updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
