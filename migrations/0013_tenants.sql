-- Tenants and subscriptions: every version of their records, and what the catalogue shows of them.

-- A tenant: its number and id never change; the rest is that of its newest record and can be derived again.
CREATE TABLE tenants (
  tenant_no INTEGER PRIMARY KEY CHECK (tenant_no >= 1),
  tenant_id TEXT NOT NULL UNIQUE CHECK (length(tenant_id) BETWEEN 1 AND 200),
  first_seen_at TEXT NOT NULL,
  partner_id TEXT NOT NULL,
  name TEXT NOT NULL,
  tier TEXT NOT NULL,
  plan_id TEXT NOT NULL,
  plan_version TEXT NOT NULL,
  status TEXT NOT NULL,
  region TEXT NOT NULL,
  created_at TEXT NOT NULL,
  -- ISO 8601 UTC with nine places, so that texts compare as times.
  updated_at TEXT NOT NULL,
  -- The record that stands.
  record_no INTEGER NOT NULL,
  records INTEGER NOT NULL,
  -- Records beyond the first with one and the same updated_at.
  conflicts INTEGER NOT NULL
) STRICT;
CREATE INDEX tenants_by_partner ON tenants (partner_id, tenant_no);
CREATE INDEX tenants_by_plan ON tenants (plan_id, plan_version, tenant_no);

-- Facts: each version of a tenant's record, as it was understood.
CREATE TABLE tenant_records (
  record_no INTEGER PRIMARY KEY CHECK (record_no >= 1),
  tenant_no INTEGER NOT NULL REFERENCES tenants (tenant_no),
  updated_at TEXT NOT NULL,
  -- Canonical JSON of the record with its times normalised, and its SHA-256.
  body TEXT NOT NULL CHECK (json_valid(body)),
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  origin TEXT NOT NULL CHECK (origin IN ('source', 'console')),
  source_no INTEGER REFERENCES sources (source_no),
  path TEXT,
  -- Where its line begins in that file.
  byte_offset INTEGER,
  received_at TEXT NOT NULL,
  run_id TEXT,
  -- Who made it here, and why.
  member_id TEXT REFERENCES members (member_id),
  reason TEXT,
  UNIQUE (tenant_no, updated_at, sha256)
) STRICT;

CREATE TRIGGER tenant_records_no_update BEFORE UPDATE ON tenant_records
BEGIN SELECT RAISE(ABORT, 'tenant_records is append-only'); END;
CREATE TRIGGER tenant_records_no_delete BEFORE DELETE ON tenant_records
BEGIN SELECT RAISE(ABORT, 'tenant_records is append-only'); END;
CREATE TRIGGER tenant_records_no_replace BEFORE INSERT ON tenant_records
WHEN EXISTS (
  SELECT 1 FROM tenant_records
  WHERE record_no = NEW.record_no OR (tenant_no = NEW.tenant_no AND updated_at = NEW.updated_at AND sha256 = NEW.sha256)
)
BEGIN SELECT RAISE(ABORT, 'tenant_records is append-only'); END;

-- A subscription: as tenants. Its tenant may not be known yet.
CREATE TABLE subscriptions (
  subscription_no INTEGER PRIMARY KEY CHECK (subscription_no >= 1),
  subscription_id TEXT NOT NULL UNIQUE CHECK (length(subscription_id) BETWEEN 1 AND 200),
  first_seen_at TEXT NOT NULL,
  tenant_id TEXT NOT NULL,
  tier TEXT NOT NULL,
  status TEXT NOT NULL,
  quantity INTEGER NOT NULL,
  -- Decimal text, exact.
  unit_amount TEXT NOT NULL,
  currency TEXT NOT NULL,
  interval TEXT NOT NULL,
  discount_percent TEXT NOT NULL,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  last_dunning_at TEXT,
  updated_at TEXT NOT NULL,
  record_no INTEGER NOT NULL,
  records INTEGER NOT NULL,
  conflicts INTEGER NOT NULL
) STRICT;
CREATE INDEX subscriptions_by_tenant ON subscriptions (tenant_id, subscription_id);

-- Facts: each version of a subscription's record.
CREATE TABLE subscription_records (
  record_no INTEGER PRIMARY KEY CHECK (record_no >= 1),
  subscription_no INTEGER NOT NULL REFERENCES subscriptions (subscription_no),
  updated_at TEXT NOT NULL,
  body TEXT NOT NULL CHECK (json_valid(body)),
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  origin TEXT NOT NULL CHECK (origin IN ('source', 'console')),
  source_no INTEGER REFERENCES sources (source_no),
  path TEXT,
  byte_offset INTEGER,
  received_at TEXT NOT NULL,
  run_id TEXT,
  member_id TEXT REFERENCES members (member_id),
  reason TEXT,
  UNIQUE (subscription_no, updated_at, sha256)
) STRICT;

CREATE TRIGGER subscription_records_no_update BEFORE UPDATE ON subscription_records
BEGIN SELECT RAISE(ABORT, 'subscription_records is append-only'); END;
CREATE TRIGGER subscription_records_no_delete BEFORE DELETE ON subscription_records
BEGIN SELECT RAISE(ABORT, 'subscription_records is append-only'); END;
CREATE TRIGGER subscription_records_no_replace BEFORE INSERT ON subscription_records
WHEN EXISTS (
  SELECT 1 FROM subscription_records
  WHERE record_no = NEW.record_no OR (subscription_no = NEW.subscription_no AND updated_at = NEW.updated_at AND sha256 = NEW.sha256)
)
BEGIN SELECT RAISE(ABORT, 'subscription_records is append-only'); END;

-- Facts: tags that members gave and took.
CREATE TABLE tenant_tag_events (
  event_no INTEGER PRIMARY KEY CHECK (event_no >= 1),
  at TEXT NOT NULL,
  tenant_no INTEGER NOT NULL REFERENCES tenants (tenant_no),
  tag TEXT NOT NULL CHECK (length(tag) BETWEEN 1 AND 50),
  what TEXT NOT NULL CHECK (what IN ('add', 'remove')),
  member_id TEXT REFERENCES members (member_id)
) STRICT;
CREATE INDEX tenant_tag_events_by_tenant ON tenant_tag_events (tenant_no, tag, event_no);

CREATE TRIGGER tenant_tag_events_no_update BEFORE UPDATE ON tenant_tag_events
BEGIN SELECT RAISE(ABORT, 'tenant_tag_events is append-only'); END;
CREATE TRIGGER tenant_tag_events_no_delete BEFORE DELETE ON tenant_tag_events
BEGIN SELECT RAISE(ABORT, 'tenant_tag_events is append-only'); END;
CREATE TRIGGER tenant_tag_events_no_replace BEFORE INSERT ON tenant_tag_events
WHEN EXISTS (SELECT 1 FROM tenant_tag_events WHERE event_no = NEW.event_no)
BEGIN SELECT RAISE(ABORT, 'tenant_tag_events is append-only'); END;

-- Derived: what the catalogue filters and sorts by, one narrow row a tenant, so that a look at all of them stays cheap. What is
-- only shown stands in tenant_details.
CREATE TABLE tenant_standing (
  tenant_no INTEGER PRIMARY KEY REFERENCES tenants (tenant_no),
  tenant_id TEXT NOT NULL,
  partner_id TEXT NOT NULL,
  plan_id TEXT NOT NULL,
  tier TEXT NOT NULL,
  status TEXT NOT NULL,
  region TEXT NOT NULL,
  -- The name as it is sorted: lower case, without accents.
  name_key TEXT NOT NULL,
  -- USD cents.
  mrr_minor INTEGER NOT NULL,
  -- 1 where the plan costs something.
  paid INTEGER NOT NULL CHECK (paid IN (0, 1)),
  -- 0 low, 1 raised, 2 high follow from it.
  risk INTEGER NOT NULL CHECK (risk BETWEEN 0 AND 100),
  limit_state TEXT NOT NULL CHECK (limit_state IN ('none', 'ok', 'soft', 'over')),
  -- Use of the nearest limit in basis points; -1 where nothing is limited.
  limit_bp INTEGER NOT NULL,
  -- Margin of the last close in basis points; null before the first.
  margin_bp INTEGER,
  -- This month's estimate, millionths of USD; null before usage was seen.
  usage_cost_micro INTEGER,
  last_activity_at TEXT,
  open_incidents INTEGER NOT NULL
) STRICT;

-- Derived: what is shown of a tenant, and what its risk is made of.
CREATE TABLE tenant_details (
  tenant_no INTEGER PRIMARY KEY REFERENCES tenants (tenant_no),
  limit_metric TEXT,
  -- JSON: [{month, bp}], oldest first.
  margins TEXT NOT NULL CHECK (json_valid(margins)),
  -- JSON: [{currency, minor}] of other currencies than USD.
  mrr_other TEXT NOT NULL CHECK (json_valid(mrr_other)),
  -- JSON: [{points, says}], most first.
  reasons TEXT NOT NULL CHECK (json_valid(reasons)),
  -- JSON: all tags, sorted.
  tags TEXT NOT NULL CHECK (json_valid(tags)),
  -- JSON: [{name, email, role, phone}].
  contacts TEXT NOT NULL CHECK (json_valid(contacts)),
  source_risk INTEGER,
  -- Of its subscriptions: the newest dunning, and whether one that counts needs attention or does not renew.
  last_dunning_at TEXT,
  attention INTEGER NOT NULL,
  non_renewing INTEGER NOT NULL,
  -- JSON: the words it is found by, sorted; those of tenant_words.
  words TEXT NOT NULL CHECK (json_valid(words)),
  -- The day (YYYY-MM-DD) risk was judged for.
  risk_on TEXT NOT NULL
) STRICT;
CREATE INDEX tenant_details_by_day ON tenant_details (risk_on, tenant_no);
-- The few with another currency than USD: totals add those up apart.
CREATE INDEX tenant_details_other ON tenant_details (tenant_no) WHERE mrr_other <> '[]';

-- Derived: words of name, id, contacts and tags, for search as one types.
CREATE TABLE tenant_words (
  word TEXT NOT NULL,
  tenant_no INTEGER NOT NULL,
  PRIMARY KEY (word, tenant_no)
) STRICT, WITHOUT ROWID;

-- Derived: tags of the record and of members together.
CREATE TABLE tenant_tags (
  tag TEXT NOT NULL,
  tenant_no INTEGER NOT NULL,
  PRIMARY KEY (tag, tenant_no)
) STRICT, WITHOUT ROWID;

-- Counts up with every change of what the catalogue counts: what was counted for an earlier number is counted again.
CREATE TABLE tenant_changes (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  change_no INTEGER NOT NULL
) STRICT;
INSERT INTO tenant_changes (one, change_no) VALUES (1, 0);

-- Derived: what other rooms tell of a tenant, each thing once. Changes of its own records are read from those.
CREATE TABLE tenant_timeline (
  key TEXT PRIMARY KEY NOT NULL,
  tenant_no INTEGER NOT NULL,
  at TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('usage', 'limit', 'incident', 'approval', 'plan', 'sync', 'status', 'action', 'receipt', 'period')),
  status TEXT NOT NULL CHECK (status IN ('ok', 'warn', 'bad', 'idle')),
  title TEXT NOT NULL,
  says TEXT NOT NULL,
  address TEXT
) STRICT;
CREATE INDEX tenant_timeline_by_time ON tenant_timeline (tenant_no, at, key);
CREATE INDEX tenant_timeline_by_kind ON tenant_timeline (tenant_no, kind, at, key);

-- Views that members keep. Choices, not facts.
CREATE TABLE tenant_views (
  view_id TEXT PRIMARY KEY NOT NULL,
  member_id TEXT NOT NULL REFERENCES members (member_id),
  -- Of the member who keeps it: a shared view is shared within one partner, or within the company.
  partner_id TEXT,
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  shared INTEGER NOT NULL CHECK (shared IN (0, 1)),
  -- JSON: {filter, sort, direction, columns}.
  body TEXT NOT NULL CHECK (json_valid(body)),
  updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX tenant_views_by_member ON tenant_views (member_id, name);
