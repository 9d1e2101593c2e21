-- Requests that need confirmation, actions on tenants, and the outbox.

-- Facts: somebody asks for something that others have to confirm.
CREATE TABLE approval_requests (
  request_no INTEGER PRIMARY KEY CHECK (request_no >= 1),
  -- UUIDv7. It stands in the statement too, so that no two requests have the same bytes.
  request_id TEXT NOT NULL UNIQUE CHECK (length(request_id) = 36),
  -- As `tenant.suspend`: who carries it out once it is confirmed.
  kind TEXT NOT NULL CHECK (length(kind) BETWEEN 3 AND 60),
  -- null where it concerns no tenant.
  tenant_no INTEGER REFERENCES tenants (tenant_no),
  -- Canonical JSON (RFC 8785) of exactly what will be done, by whom it was asked and who has to confirm it. What is carried
  -- out is read from here and from nowhere else.
  statement TEXT NOT NULL CHECK (json_valid(statement)),
  -- SHA-256 of the statement's UTF-8 bytes: what a confirmation is bound to.
  statement_sha256 TEXT NOT NULL UNIQUE CHECK (length(statement_sha256) = 64),
  requested_by TEXT NOT NULL REFERENCES members (member_id),
  requested_at TEXT NOT NULL,
  expires_at TEXT NOT NULL CHECK (expires_at > requested_at)
) STRICT;
CREATE INDEX approval_requests_by_tenant ON approval_requests (tenant_no, request_no);
CREATE INDEX approval_requests_by_requester ON approval_requests (requested_by, request_no);

CREATE TRIGGER approval_requests_no_update BEFORE UPDATE ON approval_requests
BEGIN SELECT RAISE(ABORT, 'approval_requests is append-only'); END;
CREATE TRIGGER approval_requests_no_delete BEFORE DELETE ON approval_requests
BEGIN SELECT RAISE(ABORT, 'approval_requests is append-only'); END;
CREATE TRIGGER approval_requests_no_replace BEFORE INSERT ON approval_requests
WHEN EXISTS (
  SELECT 1 FROM approval_requests
  WHERE request_no = NEW.request_no OR request_id = NEW.request_id OR statement_sha256 = NEW.statement_sha256
)
BEGIN SELECT RAISE(ABORT, 'approval_requests is append-only'); END;

-- Facts: what was decided. Any number of confirmations, one of each member; one end.
CREATE TABLE approval_facts (
  fact_no INTEGER PRIMARY KEY CHECK (fact_no >= 1),
  request_no INTEGER NOT NULL REFERENCES approval_requests (request_no),
  -- 'stopped': it was confirmed, but could not be carried out any more.
  kind TEXT NOT NULL CHECK (kind IN ('confirmed', 'refused', 'withdrawn', 'expired', 'executed', 'stopped')),
  at TEXT NOT NULL,
  -- null for what the console found by itself.
  member_id TEXT REFERENCES members (member_id),
  -- The role in which it was decided.
  role TEXT,
  -- What was decided on: the hash that was on the member's screen.
  statement_sha256 TEXT NOT NULL CHECK (length(statement_sha256) = 64),
  -- JSON: {reason} of refusals and withdrawals, {says, address} of what was carried out, {says} of what could not be; the
  -- deciding rule as {policy}.
  body TEXT NOT NULL CHECK (json_valid(body))
) STRICT;
CREATE INDEX approval_facts_by_request ON approval_facts (request_no, fact_no);
CREATE UNIQUE INDEX approval_facts_confirmed_once ON approval_facts (request_no, member_id) WHERE kind = 'confirmed';
CREATE UNIQUE INDEX approval_facts_ended_once ON approval_facts (request_no) WHERE kind <> 'confirmed';

CREATE TRIGGER approval_facts_no_update BEFORE UPDATE ON approval_facts
BEGIN SELECT RAISE(ABORT, 'approval_facts is append-only'); END;
CREATE TRIGGER approval_facts_no_delete BEFORE DELETE ON approval_facts
BEGIN SELECT RAISE(ABORT, 'approval_facts is append-only'); END;
CREATE TRIGGER approval_facts_no_replace BEFORE INSERT ON approval_facts
WHEN EXISTS (
  SELECT 1 FROM approval_facts
  WHERE fact_no = NEW.fact_no
    OR (kind = 'confirmed' AND NEW.kind = 'confirmed' AND request_no = NEW.request_no AND member_id = NEW.member_id)
)
BEGIN SELECT RAISE(ABORT, 'approval_facts is append-only'); END;
-- Whatever the code above does: nothing follows an end, nobody confirms their own request, nothing else than the statement is
-- confirmed.
CREATE TRIGGER approval_facts_not_after_end BEFORE INSERT ON approval_facts
WHEN EXISTS (SELECT 1 FROM approval_facts WHERE request_no = NEW.request_no AND kind <> 'confirmed')
BEGIN SELECT RAISE(ABORT, 'the request has ended'); END;
CREATE TRIGGER approval_facts_not_by_requester BEFORE INSERT ON approval_facts
WHEN NEW.kind = 'confirmed'
  AND NEW.member_id IS (SELECT requested_by FROM approval_requests WHERE request_no = NEW.request_no)
BEGIN SELECT RAISE(ABORT, 'the requester does not confirm'); END;
CREATE TRIGGER approval_facts_bound BEFORE INSERT ON approval_facts
WHEN EXISTS (
  SELECT 1 FROM approval_requests WHERE request_no = NEW.request_no AND statement_sha256 IS NOT NEW.statement_sha256
)
BEGIN SELECT RAISE(ABORT, 'another statement than that of the request'); END;

-- Derived from the two tables above.
CREATE TABLE approval_state (
  request_no INTEGER PRIMARY KEY REFERENCES approval_requests (request_no),
  state TEXT NOT NULL CHECK (state IN ('waiting', 'refused', 'withdrawn', 'expired', 'executed', 'stopped')),
  tenant_no INTEGER,
  requested_by TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  confirmations INTEGER NOT NULL DEFAULT 0,
  ended_at TEXT
) STRICT;
CREATE INDEX approval_state_waiting ON approval_state (expires_at) WHERE state = 'waiting';
CREATE INDEX approval_state_by_state ON approval_state (state, request_no);

-- Facts: what was done to a tenant from here.
CREATE TABLE tenant_actions (
  action_no INTEGER PRIMARY KEY CHECK (action_no >= 1),
  action_id TEXT NOT NULL UNIQUE CHECK (length(action_id) = 36),
  kind TEXT NOT NULL CHECK (kind IN ('tenant.plan', 'tenant.suspend', 'tenant.reactivate', 'tenant.delete')),
  tenant_no INTEGER NOT NULL REFERENCES tenants (tenant_no),
  at TEXT NOT NULL,
  -- Who asked for it.
  member_id TEXT NOT NULL REFERENCES members (member_id),
  -- The request that was confirmed; null where policy demanded none. One request is carried out once.
  request_no INTEGER UNIQUE REFERENCES approval_requests (request_no),
  reason TEXT NOT NULL,
  -- JSON {status, plan_id, plan_version} before and after; a deletion names its purge date too.
  before TEXT NOT NULL CHECK (json_valid(before)),
  after TEXT NOT NULL CHECK (json_valid(after)),
  -- JSON {id, rule, version, sha256} of the rule that allowed it.
  policy TEXT NOT NULL CHECK (json_valid(policy)),
  -- The action that this one takes back; each is taken back once.
  reverses INTEGER UNIQUE REFERENCES tenant_actions (action_no)
) STRICT;
CREATE INDEX tenant_actions_by_tenant ON tenant_actions (tenant_no, action_no);

CREATE TRIGGER tenant_actions_no_update BEFORE UPDATE ON tenant_actions
BEGIN SELECT RAISE(ABORT, 'tenant_actions is append-only'); END;
CREATE TRIGGER tenant_actions_no_delete BEFORE DELETE ON tenant_actions
BEGIN SELECT RAISE(ABORT, 'tenant_actions is append-only'); END;
CREATE TRIGGER tenant_actions_no_replace BEFORE INSERT ON tenant_actions
WHEN EXISTS (
  SELECT 1 FROM tenant_actions
  WHERE action_no = NEW.action_no OR action_id = NEW.action_id OR request_no = NEW.request_no OR reverses = NEW.reverses
)
BEGIN SELECT RAISE(ABORT, 'tenant_actions is append-only'); END;

-- Facts: a member looks at the console as a tenant, read only and for a while …
CREATE TABLE impersonations (
  view_no INTEGER PRIMARY KEY CHECK (view_no >= 1),
  tenant_no INTEGER NOT NULL REFERENCES tenants (tenant_no),
  member_id TEXT NOT NULL REFERENCES members (member_id),
  reason TEXT NOT NULL,
  started_at TEXT NOT NULL,
  until TEXT NOT NULL CHECK (until > started_at)
) STRICT;
CREATE INDEX impersonations_by_tenant ON impersonations (tenant_no, view_no);

CREATE TRIGGER impersonations_no_update BEFORE UPDATE ON impersonations
BEGIN SELECT RAISE(ABORT, 'impersonations is append-only'); END;
CREATE TRIGGER impersonations_no_delete BEFORE DELETE ON impersonations
BEGIN SELECT RAISE(ABORT, 'impersonations is append-only'); END;
CREATE TRIGGER impersonations_no_replace BEFORE INSERT ON impersonations
WHEN EXISTS (SELECT 1 FROM impersonations WHERE view_no = NEW.view_no)
BEGIN SELECT RAISE(ABORT, 'impersonations is append-only'); END;

-- … and stops. A view without an end that is past its time ended then.
CREATE TABLE impersonation_ends (
  view_no INTEGER PRIMARY KEY REFERENCES impersonations (view_no),
  ended_at TEXT NOT NULL,
  how TEXT NOT NULL CHECK (how IN ('left', 'time'))
) STRICT;

CREATE TRIGGER impersonation_ends_no_update BEFORE UPDATE ON impersonation_ends
BEGIN SELECT RAISE(ABORT, 'impersonation_ends is append-only'); END;
CREATE TRIGGER impersonation_ends_no_delete BEFORE DELETE ON impersonation_ends
BEGIN SELECT RAISE(ABORT, 'impersonation_ends is append-only'); END;
CREATE TRIGGER impersonation_ends_no_replace BEFORE INSERT ON impersonation_ends
WHEN EXISTS (SELECT 1 FROM impersonation_ends WHERE view_no = NEW.view_no)
BEGIN SELECT RAISE(ABORT, 'impersonation_ends is append-only'); END;

-- Facts: messages to the system a tenant's records come from. Written in the transaction of what they tell.
CREATE TABLE outbox_messages (
  message_no INTEGER PRIMARY KEY CHECK (message_no >= 1),
  -- UUIDv7; the idempotency key of every delivery.
  message_id TEXT NOT NULL UNIQUE CHECK (length(message_id) = 36),
  -- What it tells about: the action's id.
  action_id TEXT NOT NULL UNIQUE CHECK (length(action_id) = 36),
  kind TEXT NOT NULL,
  tenant_no INTEGER NOT NULL REFERENCES tenants (tenant_no),
  -- Where the tenant's records come from; null where no source delivered it.
  source_no INTEGER REFERENCES sources (source_no),
  created_at TEXT NOT NULL,
  -- Canonical JSON (RFC 8785): the bytes that are sent.
  body TEXT NOT NULL CHECK (json_valid(body)),
  body_sha256 TEXT NOT NULL CHECK (length(body_sha256) = 64),
  -- The message that this one takes back.
  compensates INTEGER UNIQUE REFERENCES outbox_messages (message_no)
) STRICT;
CREATE INDEX outbox_messages_by_tenant ON outbox_messages (tenant_no, message_no);

CREATE TRIGGER outbox_messages_no_update BEFORE UPDATE ON outbox_messages
BEGIN SELECT RAISE(ABORT, 'outbox_messages is append-only'); END;
CREATE TRIGGER outbox_messages_no_delete BEFORE DELETE ON outbox_messages
BEGIN SELECT RAISE(ABORT, 'outbox_messages is append-only'); END;
CREATE TRIGGER outbox_messages_no_replace BEFORE INSERT ON outbox_messages
WHEN EXISTS (
  SELECT 1 FROM outbox_messages
  WHERE message_no = NEW.message_no OR message_id = NEW.message_id OR action_id = NEW.action_id OR compensates = NEW.compensates
)
BEGIN SELECT RAISE(ABORT, 'outbox_messages is append-only'); END;

-- Facts: what each delivery came to, with the receipt: what was sent and what was answered, by hash.
CREATE TABLE outbox_attempts (
  attempt_no INTEGER PRIMARY KEY CHECK (attempt_no >= 1),
  message_no INTEGER NOT NULL REFERENCES outbox_messages (message_no),
  at TEXT NOT NULL,
  via TEXT NOT NULL CHECK (via IN ('http', 'folder', 'none')),
  -- 'sent': taken, not yet carried out. 'acknowledged': carried out. 'refused': will never be. 'unreachable': try again.
  outcome TEXT NOT NULL CHECK (outcome IN ('sent', 'acknowledged', 'refused', 'unreachable')),
  request_sha256 TEXT NOT NULL CHECK (length(request_sha256) = 64),
  -- HTTP status; null without an answer.
  status INTEGER,
  response_bytes INTEGER,
  response_sha256 TEXT CHECK (length(response_sha256) = 64),
  says TEXT NOT NULL
) STRICT;
CREATE INDEX outbox_attempts_by_message ON outbox_attempts (message_no, attempt_no);

CREATE TRIGGER outbox_attempts_no_update BEFORE UPDATE ON outbox_attempts
BEGIN SELECT RAISE(ABORT, 'outbox_attempts is append-only'); END;
CREATE TRIGGER outbox_attempts_no_delete BEFORE DELETE ON outbox_attempts
BEGIN SELECT RAISE(ABORT, 'outbox_attempts is append-only'); END;
CREATE TRIGGER outbox_attempts_no_replace BEFORE INSERT ON outbox_attempts
WHEN EXISTS (SELECT 1 FROM outbox_attempts WHERE attempt_no = NEW.attempt_no)
BEGIN SELECT RAISE(ABORT, 'outbox_attempts is append-only'); END;

-- Derived from the two tables above: how each message stands, and when it is tried next.
CREATE TABLE outbox_state (
  message_no INTEGER PRIMARY KEY REFERENCES outbox_messages (message_no),
  state TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'acknowledged', 'failed')),
  tenant_no INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  -- Deliveries in a row that reached nobody; for the backoff. A retry by hand begins anew.
  failures INTEGER NOT NULL DEFAULT 0,
  next_attempt_at TEXT,
  last_attempt_at TEXT,
  says TEXT NOT NULL
) STRICT;
CREATE INDEX outbox_state_due ON outbox_state (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX outbox_state_by_state ON outbox_state (state, message_no);

-- Where messages of a source go: settings, each change of which is an audit entry. Folder sources have their outbox beside
-- their feeds; an HTTP source gets its messages under {base}/actions where nothing is said.
CREATE TABLE outbox_endpoints (
  source_no INTEGER PRIMARY KEY REFERENCES sources (source_no),
  url TEXT NOT NULL CHECK (length(url) BETWEEN 1 AND 2000),
  updated_at TEXT NOT NULL
) STRICT;
