-- Which logs are trusted, what each verification came to, and the read models that are rebuilt from them
-- (docs/formats/verification-store.md).

-- Facts: a key is trusted from an 'added' on, until a 'removed'.
CREATE TABLE trusted_log_events (
  event_no INTEGER PRIMARY KEY CHECK (event_no >= 1),
  what TEXT NOT NULL CHECK (what IN ('added', 'removed')),
  -- A C2SP verifier key line.
  vkey TEXT NOT NULL,
  note TEXT,
  reason TEXT,
  at TEXT NOT NULL,
  member_id TEXT NOT NULL,
  member_name TEXT NOT NULL,
  request_id TEXT NOT NULL
) STRICT;
CREATE INDEX trusted_log_events_by_key ON trusted_log_events (vkey, event_no);

CREATE TRIGGER trusted_log_events_no_update BEFORE UPDATE ON trusted_log_events
BEGIN SELECT RAISE(ABORT, 'trusted_log_events is append-only'); END;
CREATE TRIGGER trusted_log_events_no_delete BEFORE DELETE ON trusted_log_events
BEGIN SELECT RAISE(ABORT, 'trusted_log_events is append-only'); END;
CREATE TRIGGER trusted_log_events_no_replace BEFORE INSERT ON trusted_log_events
WHEN EXISTS (SELECT 1 FROM trusted_log_events WHERE event_no = NEW.event_no)
BEGIN SELECT RAISE(ABORT, 'trusted_log_events is append-only'); END;

-- Facts: each verification of a stream and what it came to.
CREATE TABLE verifications (
  verification_no INTEGER PRIMARY KEY CHECK (verification_no >= 1),
  verification_id TEXT NOT NULL UNIQUE,
  chain_no INTEGER NOT NULL REFERENCES chains (chain_no),
  stream_no INTEGER NOT NULL REFERENCES streams (stream_no),
  at TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('VERIFIED', 'VERIFIED_UNANCHORED', 'BROKEN', 'INDETERMINATE')),
  -- As chain.json says, or as inferred.
  log TEXT NOT NULL,
  profile TEXT NOT NULL,
  receipts INTEGER NOT NULL CHECK (receipts >= 0),
  -- Receipts that were read; the others were vouched for by the state of an earlier verification.
  new_receipts INTEGER NOT NULL CHECK (new_receipts >= 0),
  bytes INTEGER NOT NULL CHECK (bytes >= 0),
  -- Hex; null where no Merkle log could be built.
  root TEXT,
  anchored_size INTEGER NOT NULL CHECK (anchored_size >= 0),
  findings_total INTEGER NOT NULL CHECK (findings_total >= 0),
  from_zero INTEGER NOT NULL CHECK (from_zero IN (0, 1)),
  elapsed_ms REAL NOT NULL,
  rule_version TEXT NOT NULL,
  -- SHA-256 of the trusted keys, of all inputs, of the result, and of the state it left (null: none).
  trust_sha256 TEXT NOT NULL,
  inputs_sha256 TEXT NOT NULL,
  result_sha256 TEXT NOT NULL,
  state_sha256 TEXT,
  member_id TEXT NOT NULL,
  member_name TEXT NOT NULL,
  request_id TEXT NOT NULL
) STRICT;
CREATE INDEX verifications_by_chain ON verifications (chain_no, verification_no);
CREATE INDEX verifications_by_stream ON verifications (stream_no, verification_no);

CREATE TRIGGER verifications_no_update BEFORE UPDATE ON verifications
BEGIN SELECT RAISE(ABORT, 'verifications is append-only'); END;
CREATE TRIGGER verifications_no_delete BEFORE DELETE ON verifications
BEGIN SELECT RAISE(ABORT, 'verifications is append-only'); END;
CREATE TRIGGER verifications_no_replace BEFORE INSERT ON verifications
WHEN EXISTS (
  SELECT 1 FROM verifications WHERE verification_no = NEW.verification_no OR verification_id = NEW.verification_id
)
BEGIN SELECT RAISE(ABORT, 'verifications is append-only'); END;

-- Facts: findings in their published form, each text once however often it is found.
CREATE TABLE receipt_findings (
  finding_no INTEGER PRIMARY KEY CHECK (finding_no >= 1),
  sha256 TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),
  code TEXT NOT NULL,
  severity TEXT NOT NULL CHECK (severity IN ('error', 'warning')),
  document TEXT NOT NULL CHECK (json_valid(document))
) STRICT;

CREATE TRIGGER receipt_findings_no_update BEFORE UPDATE ON receipt_findings
BEGIN SELECT RAISE(ABORT, 'receipt_findings is append-only'); END;
CREATE TRIGGER receipt_findings_no_delete BEFORE DELETE ON receipt_findings
BEGIN SELECT RAISE(ABORT, 'receipt_findings is append-only'); END;
CREATE TRIGGER receipt_findings_no_replace BEFORE INSERT ON receipt_findings
WHEN EXISTS (SELECT 1 FROM receipt_findings WHERE finding_no = NEW.finding_no OR sha256 = NEW.sha256)
BEGIN SELECT RAISE(ABORT, 'receipt_findings is append-only'); END;

-- Facts: the findings of each verification, in order; at most 1,000, verifications.findings_total counts all.
CREATE TABLE verification_findings (
  verification_no INTEGER NOT NULL REFERENCES verifications (verification_no),
  place INTEGER NOT NULL CHECK (place BETWEEN 0 AND 999),
  finding_no INTEGER NOT NULL REFERENCES receipt_findings (finding_no),
  -- Index of the receipt it stands at, where it stands at one.
  line_index INTEGER,
  PRIMARY KEY (verification_no, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX verification_findings_by_line ON verification_findings (verification_no, line_index) WHERE line_index IS NOT NULL;

CREATE TRIGGER verification_findings_no_update BEFORE UPDATE ON verification_findings
BEGIN SELECT RAISE(ABORT, 'verification_findings is append-only'); END;
CREATE TRIGGER verification_findings_no_delete BEFORE DELETE ON verification_findings
BEGIN SELECT RAISE(ABORT, 'verification_findings is append-only'); END;
CREATE TRIGGER verification_findings_no_replace BEFORE INSERT ON verification_findings
WHEN EXISTS (SELECT 1 FROM verification_findings WHERE verification_no = NEW.verification_no AND place = NEW.place)
BEGIN SELECT RAISE(ABORT, 'verification_findings is append-only'); END;

-- Derived: how each stream stands, and where its next verification may go on.
CREATE TABLE stream_verdicts (
  stream_no INTEGER PRIMARY KEY REFERENCES streams (stream_no),
  verification_no INTEGER NOT NULL REFERENCES verifications (verification_no),
  -- Text of chain-state.ts with its own digest; null where the next verification must start from zero.
  state TEXT,
  -- Newest document that was taken into account.
  last_document_no INTEGER NOT NULL,
  -- Lines whose fingerprints are in receipt_keys.
  keyed INTEGER NOT NULL CHECK (keyed >= 0),
  -- One bit for each block of 256 receipts that holds an error.
  broken_blocks BLOB NOT NULL,
  -- JSON: names of the trusted logs and witnesses that signed the newest checkpoint that agrees.
  outside_parties TEXT NOT NULL CHECK (json_valid(outside_parties)),
  -- The finding to show first, if there is any.
  first_finding_no INTEGER REFERENCES receipt_findings (finding_no)
) STRICT;

-- Derived: tiles of level 1 of the Merkle log (C2SP tlog-tiles): up to 256 digests of blocks of 256 entries each.
CREATE TABLE stream_tiles (
  stream_no INTEGER NOT NULL REFERENCES streams (stream_no),
  tile_no INTEGER NOT NULL CHECK (tile_no >= 0),
  digests BLOB NOT NULL CHECK (length(digests) BETWEEN 32 AND 8192 AND length(digests) % 32 = 0),
  PRIMARY KEY (stream_no, tile_no)
) STRICT, WITHOUT ROWID;

-- Derived: how each checkpoint stood at the last verification.
CREATE TABLE checkpoint_states (
  stream_no INTEGER NOT NULL REFERENCES streams (stream_no),
  document_no INTEGER NOT NULL REFERENCES chain_documents (document_no),
  name TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('agrees', 'differs', 'ahead', 'untrusted', 'malformed')),
  -- 1 where a finding is about it.
  flagged INTEGER NOT NULL CHECK (flagged IN (0, 1)),
  size INTEGER,
  root TEXT,
  origin TEXT,
  signed_by TEXT NOT NULL CHECK (json_valid(signed_by)),
  PRIMARY KEY (stream_no, document_no)
) STRICT, WITHOUT ROWID;
CREATE INDEX checkpoint_states_by_size ON checkpoint_states (stream_no, state, size);

-- Derived: fingerprints of receipt_ids and of hashes (receipt-fingerprint.ts): repeated ids, and receipts by the beginning
-- of an id or a hash. A fingerprint only suspects; the stored bytes decide.
CREATE TABLE receipt_keys (
  fingerprint INTEGER NOT NULL,
  -- stream_no * 2^32 + index of the line.
  position INTEGER NOT NULL,
  PRIMARY KEY (fingerprint, position)
) STRICT, WITHOUT ROWID;
