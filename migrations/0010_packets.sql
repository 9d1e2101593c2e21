-- Finance packets: what was computed, from which inputs, what the committee said about it, and what was decided.

-- Facts: a packet. A restated one is a new revision of its month; nothing is overwritten.
CREATE TABLE packets (
  packet_no INTEGER PRIMARY KEY CHECK (packet_no >= 1),
  packet_id TEXT NOT NULL UNIQUE CHECK (length(packet_id) = 36),
  month TEXT NOT NULL CHECK (month GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]'),
  revision INTEGER NOT NULL CHECK (revision >= 1),
  built_at TEXT NOT NULL,
  member_id TEXT REFERENCES members (member_id),
  reason TEXT,
  rule_version TEXT NOT NULL,
  -- JSON: telemetry, assumptions and every other artifact by role with id, name and SHA-256; thresholds version; gate run; the
  -- packet of the month before. All that the document is a function of.
  inputs TEXT NOT NULL CHECK (json_valid(inputs)),
  -- Canonical JSON of the packet for people, and its SHA-256.
  document TEXT NOT NULL CHECK (json_valid(document)),
  document_sha256 TEXT NOT NULL CHECK (length(document_sha256) = 64),
  -- JSON: the document's few figures that lists and later months show, so that no document is parsed for them.
  headline TEXT NOT NULL CHECK (json_valid(headline)),
  -- JSON array of the reference's four files with name and SHA-256; null where the reference refuses the month.
  reference_files TEXT CHECK (json_valid(reference_files)),
  reference_refusal TEXT,
  UNIQUE (month, revision)
) STRICT;
CREATE INDEX packets_by_month ON packets (month, revision);

CREATE TRIGGER packets_no_update BEFORE UPDATE ON packets
BEGIN SELECT RAISE(ABORT, 'packets is append-only'); END;
CREATE TRIGGER packets_no_delete BEFORE DELETE ON packets
BEGIN SELECT RAISE(ABORT, 'packets is append-only'); END;
CREATE TRIGGER packets_no_replace BEFORE INSERT ON packets
WHEN EXISTS (SELECT 1 FROM packets WHERE packet_no = NEW.packet_no OR packet_id = NEW.packet_id OR month = NEW.month AND revision = NEW.revision)
BEGIN SELECT RAISE(ABORT, 'packets is append-only'); END;

-- Facts: the review, event by event.
CREATE TABLE packet_events (
  event_no INTEGER PRIMARY KEY CHECK (event_no >= 1),
  packet_no INTEGER NOT NULL REFERENCES packets (packet_no),
  kind TEXT NOT NULL CHECK (
    kind IN ('submitted', 'comment', 'question', 'answer', 'withdrawn', 'checked', 'unchecked', 'accepted', 'sent-back', 'verified')
  ),
  at TEXT NOT NULL,
  member_id TEXT REFERENCES members (member_id),
  -- In which role the member acted.
  role TEXT,
  -- The figure it speaks of; null for the packet as a whole.
  figure TEXT,
  -- The question that is answered or withdrawn.
  about INTEGER REFERENCES packet_events (event_no),
  body TEXT NOT NULL CHECK (json_valid(body))
) STRICT;
CREATE INDEX packet_events_by_packet ON packet_events (packet_no, event_no);

CREATE TRIGGER packet_events_no_update BEFORE UPDATE ON packet_events
BEGIN SELECT RAISE(ABORT, 'packet_events is append-only'); END;
CREATE TRIGGER packet_events_no_delete BEFORE DELETE ON packet_events
BEGIN SELECT RAISE(ABORT, 'packet_events is append-only'); END;
CREATE TRIGGER packet_events_no_replace BEFORE INSERT ON packet_events
WHEN EXISTS (SELECT 1 FROM packet_events WHERE event_no = NEW.event_no)
BEGIN SELECT RAISE(ABORT, 'packet_events is append-only'); END;

-- Derived: how each month stands, by its newest revision.
CREATE TABLE packet_standing (
  month TEXT PRIMARY KEY,
  packet_no INTEGER NOT NULL REFERENCES packets (packet_no),
  state TEXT NOT NULL CHECK (state IN ('draft', 'in-review', 'accepted', 'sent-back')),
  open_questions INTEGER NOT NULL,
  state_since TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Settings: when a month's packet is due and whether it is built by itself.
CREATE TABLE packet_schedule (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  -- Day of the following month on which it is built, and days after which it must be accepted.
  build_on_day INTEGER NOT NULL CHECK (build_on_day BETWEEN 1 AND 28),
  accept_within_days INTEGER NOT NULL CHECK (accept_within_days BETWEEN 1 AND 60),
  automatic INTEGER NOT NULL CHECK (automatic IN (0, 1))
) STRICT;
INSERT INTO packet_schedule (one, build_on_day, accept_within_days, automatic) VALUES (1, 2, 5, 1);
