-- Who acts in this workspace. Roles guide on one's own machine; only signatures bind (docs/threat-model.md).

CREATE TABLE members (
  seq INTEGER PRIMARY KEY,
  member_id TEXT NOT NULL UNIQUE CHECK (length(member_id) = 36),
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  -- The name as it is compared: NFC, lower case. Two members are never told apart by capitals alone.
  name_key TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL,
  email TEXT,
  added_at TEXT NOT NULL,
  -- null for the owner, who came with the workspace.
  added_by TEXT REFERENCES members (member_id),
  -- 1 for the workspace's owner, who acts when nobody else is named; null otherwise, so that there is one at most.
  owner INTEGER UNIQUE CHECK (owner = 1)
) STRICT;

CREATE TRIGGER members_no_update BEFORE UPDATE ON members
BEGIN SELECT RAISE(ABORT, 'members is append-only'); END;
CREATE TRIGGER members_no_delete BEFORE DELETE ON members
BEGIN SELECT RAISE(ABORT, 'members is append-only'); END;
CREATE TRIGGER members_no_replace BEFORE INSERT ON members
WHEN EXISTS (
  SELECT 1 FROM members
  WHERE seq = NEW.seq OR member_id = NEW.member_id OR name_key = NEW.name_key OR owner = NEW.owner
)
BEGIN SELECT RAISE(ABORT, 'members is append-only'); END;
