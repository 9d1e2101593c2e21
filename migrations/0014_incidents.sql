-- Incidents: what went wrong, who owns it, how it ended.

-- Facts: an incident is opened once for what it is about (its key); while it stands, the same trouble is an event of it.
CREATE TABLE incidents (
  incident_no INTEGER PRIMARY KEY CHECK (incident_no >= 1),
  -- What it is about, spelled by the room that found it: `limit/tn_9k4w2c/llm_token/2026-06`.
  key TEXT NOT NULL CHECK (length(key) BETWEEN 1 AND 500),
  kind TEXT NOT NULL,
  severity TEXT NOT NULL CHECK (severity IN ('warn', 'bad')),
  -- null where it concerns no single tenant.
  tenant_no INTEGER REFERENCES tenants (tenant_no),
  opened_at TEXT NOT NULL,
  title TEXT NOT NULL,
  says TEXT NOT NULL,
  -- Where what it is about can be seen.
  address TEXT,
  -- The role that should take it.
  owner_role TEXT NOT NULL
) STRICT;

CREATE TRIGGER incidents_no_update BEFORE UPDATE ON incidents
BEGIN SELECT RAISE(ABORT, 'incidents is append-only'); END;
CREATE TRIGGER incidents_no_delete BEFORE DELETE ON incidents
BEGIN SELECT RAISE(ABORT, 'incidents is append-only'); END;
CREATE TRIGGER incidents_no_replace BEFORE INSERT ON incidents
WHEN EXISTS (SELECT 1 FROM incidents WHERE incident_no = NEW.incident_no)
BEGIN SELECT RAISE(ABORT, 'incidents is append-only'); END;

-- Facts: what happened to it.
CREATE TABLE incident_events (
  event_no INTEGER PRIMARY KEY CHECK (event_no >= 1),
  incident_no INTEGER NOT NULL REFERENCES incidents (incident_no),
  kind TEXT NOT NULL CHECK (kind IN ('seen-again', 'assigned', 'note', 'resolved')),
  at TEXT NOT NULL,
  -- null for what the console did by itself.
  member_id TEXT REFERENCES members (member_id),
  -- JSON: {says, times} of what was seen again, {ownerId} of who takes it, {says} of notes and ends.
  body TEXT NOT NULL CHECK (json_valid(body))
) STRICT;
CREATE INDEX incident_events_by_incident ON incident_events (incident_no, event_no);

CREATE TRIGGER incident_events_no_update BEFORE UPDATE ON incident_events
BEGIN SELECT RAISE(ABORT, 'incident_events is append-only'); END;
CREATE TRIGGER incident_events_no_delete BEFORE DELETE ON incident_events
BEGIN SELECT RAISE(ABORT, 'incident_events is append-only'); END;
CREATE TRIGGER incident_events_no_replace BEFORE INSERT ON incident_events
WHEN EXISTS (SELECT 1 FROM incident_events WHERE event_no = NEW.event_no)
BEGIN SELECT RAISE(ABORT, 'incident_events is append-only'); END;

-- Derived from the two tables above: how each stands.
CREATE TABLE incident_state (
  incident_no INTEGER PRIMARY KEY REFERENCES incidents (incident_no),
  key TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'resolved')),
  tenant_no INTEGER,
  kind TEXT NOT NULL,
  severity TEXT NOT NULL,
  -- The newest sentence: what was said when it was opened or seen last.
  says TEXT NOT NULL,
  times_seen INTEGER NOT NULL,
  last_seen_at TEXT NOT NULL,
  owner_id TEXT,
  resolved_at TEXT,
  -- Seconds from opening to end.
  restore_seconds INTEGER
) STRICT;
CREATE UNIQUE INDEX incident_state_open ON incident_state (key) WHERE state = 'open';
CREATE INDEX incident_state_by_state ON incident_state (state, incident_no);
CREATE INDEX incident_state_by_tenant ON incident_state (tenant_no, state, incident_no);
CREATE INDEX incident_state_resolved ON incident_state (resolved_at) WHERE state = 'resolved';
