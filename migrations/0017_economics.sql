-- Unit economics and billing exports.

-- Facts: what each tenant brought and cost in a month, as it was computed when the month was closed. A restatement is a row
-- of a later close of the same month; the newest stands.
CREATE TABLE economics_closes (
  close_no INTEGER PRIMARY KEY CHECK (close_no >= 1),
  month TEXT NOT NULL CHECK (month GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]'),
  closed_at TEXT NOT NULL,
  rule TEXT NOT NULL,
  cost_model TEXT NOT NULL,
  -- JSON: versions of the metrics whose costs were used.
  costs TEXT NOT NULL CHECK (json_valid(costs)),
  -- SHA-256 of the canonical JSON of all rows and versions: what a replay must give again.
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  UNIQUE (month, sha256)
) STRICT;
CREATE INDEX economics_closes_by_month ON economics_closes (month, close_no);

CREATE TRIGGER economics_closes_no_update BEFORE UPDATE ON economics_closes
BEGIN SELECT RAISE(ABORT, 'economics_closes is append-only'); END;
CREATE TRIGGER economics_closes_no_delete BEFORE DELETE ON economics_closes
BEGIN SELECT RAISE(ABORT, 'economics_closes is append-only'); END;
CREATE TRIGGER economics_closes_no_replace BEFORE INSERT ON economics_closes
WHEN EXISTS (SELECT 1 FROM economics_closes WHERE close_no = NEW.close_no OR (month = NEW.month AND sha256 = NEW.sha256))
BEGIN SELECT RAISE(ABORT, 'economics_closes is append-only'); END;

CREATE TABLE economics_rows (
  close_no INTEGER NOT NULL REFERENCES economics_closes (close_no),
  tenant_no INTEGER NOT NULL REFERENCES tenants (tenant_no),
  -- As they were then.
  partner_id TEXT NOT NULL,
  tier TEXT NOT NULL,
  -- USD cents.
  mrr_minor INTEGER NOT NULL,
  llm_minor INTEGER NOT NULL,
  infra_minor INTEGER NOT NULL,
  support_minor INTEGER NOT NULL,
  -- Decimal text: seats over the month.
  seats TEXT NOT NULL,
  -- 1: it pays in another currency too, and is in no sum.
  other_currency INTEGER NOT NULL CHECK (other_currency IN (0, 1)),
  -- Basis points; null without revenue in USD alone.
  margin_bp INTEGER,
  PRIMARY KEY (close_no, tenant_no)
) STRICT, WITHOUT ROWID;
CREATE INDEX economics_rows_by_tenant ON economics_rows (tenant_no, close_no);

CREATE TRIGGER economics_rows_no_update BEFORE UPDATE ON economics_rows
BEGIN SELECT RAISE(ABORT, 'economics_rows is append-only'); END;
CREATE TRIGGER economics_rows_no_delete BEFORE DELETE ON economics_rows
BEGIN SELECT RAISE(ABORT, 'economics_rows is append-only'); END;
CREATE TRIGGER economics_rows_no_replace BEFORE INSERT ON economics_rows
WHEN EXISTS (SELECT 1 FROM economics_rows WHERE close_no = NEW.close_no AND tenant_no = NEW.tenant_no)
BEGIN SELECT RAISE(ABORT, 'economics_rows is append-only'); END;

-- Derived: soft limits that are suggested, from the last look. What was answered stands in guardrail_answers.
CREATE TABLE guardrail_suggestions (
  -- First half of the SHA-256 of what it says of whom.
  suggestion_id TEXT PRIMARY KEY NOT NULL CHECK (length(suggestion_id) = 32),
  tenant_no INTEGER NOT NULL REFERENCES tenants (tenant_no),
  metric TEXT NOT NULL,
  -- The month it was suggested for.
  month TEXT NOT NULL,
  looked_at TEXT NOT NULL,
  -- Quantities a month, decimal text: the present soft limit, and the suggested one.
  soft TEXT NOT NULL,
  suggested TEXT NOT NULL,
  -- JSON: [{code, says}].
  reasons TEXT NOT NULL CHECK (json_valid(reasons)),
  UNIQUE (tenant_no, metric, month)
) STRICT;

-- When it was looked last; null before the first time.
CREATE TABLE guardrail_looks (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  looked_at TEXT
) STRICT;
INSERT INTO guardrail_looks (one, looked_at) VALUES (1, NULL);

-- Facts: what a member made of a suggestion. It says all of what was answered, for the suggestion itself is derived.
CREATE TABLE guardrail_answers (
  answer_no INTEGER PRIMARY KEY CHECK (answer_no >= 1),
  suggestion_id TEXT NOT NULL,
  tenant_no INTEGER NOT NULL REFERENCES tenants (tenant_no),
  metric TEXT NOT NULL,
  month TEXT NOT NULL,
  soft TEXT NOT NULL,
  suggested TEXT NOT NULL,
  reasons TEXT NOT NULL CHECK (json_valid(reasons)),
  answer TEXT NOT NULL CHECK (answer IN ('accepted', 'dismissed')),
  at TEXT NOT NULL,
  member_id TEXT NOT NULL REFERENCES members (member_id),
  reason TEXT NOT NULL,
  UNIQUE (tenant_no, metric, month)
) STRICT;
CREATE INDEX guardrail_answers_by_tenant ON guardrail_answers (tenant_no, answer_no);

CREATE TRIGGER guardrail_answers_no_update BEFORE UPDATE ON guardrail_answers
BEGIN SELECT RAISE(ABORT, 'guardrail_answers is append-only'); END;
CREATE TRIGGER guardrail_answers_no_delete BEFORE DELETE ON guardrail_answers
BEGIN SELECT RAISE(ABORT, 'guardrail_answers is append-only'); END;
CREATE TRIGGER guardrail_answers_no_replace BEFORE INSERT ON guardrail_answers
WHEN EXISTS (
  SELECT 1 FROM guardrail_answers
  WHERE answer_no = NEW.answer_no OR (tenant_no = NEW.tenant_no AND metric = NEW.metric AND month = NEW.month)
)
BEGIN SELECT RAISE(ABORT, 'guardrail_answers is append-only'); END;

-- Facts: each billing export that left the console, with its manifest.
CREATE TABLE billing_exports (
  export_no INTEGER PRIMARY KEY CHECK (export_no >= 1),
  export_id TEXT NOT NULL UNIQUE CHECK (length(export_id) = 36),
  at TEXT NOT NULL,
  member_id TEXT NOT NULL REFERENCES members (member_id),
  month TEXT NOT NULL CHECK (month GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]'),
  format TEXT NOT NULL CHECK (format IN ('csv', 'json')),
  -- Of one tenant, of one partner's, or (both null) of all.
  tenant_no INTEGER REFERENCES tenants (tenant_no),
  partner_id TEXT,
  tenants INTEGER NOT NULL CHECK (tenants >= 0),
  -- Canonical JSON of the manifest, and its SHA-256.
  manifest TEXT NOT NULL CHECK (json_valid(manifest)),
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64)
) STRICT;
CREATE INDEX billing_exports_by_month ON billing_exports (month, export_no);
CREATE INDEX billing_exports_by_tenant ON billing_exports (tenant_no, export_no);

CREATE TRIGGER billing_exports_no_update BEFORE UPDATE ON billing_exports
BEGIN SELECT RAISE(ABORT, 'billing_exports is append-only'); END;
CREATE TRIGGER billing_exports_no_delete BEFORE DELETE ON billing_exports
BEGIN SELECT RAISE(ABORT, 'billing_exports is append-only'); END;
CREATE TRIGGER billing_exports_no_replace BEFORE INSERT ON billing_exports
WHEN EXISTS (SELECT 1 FROM billing_exports WHERE export_no = NEW.export_no OR export_id = NEW.export_id)
BEGIN SELECT RAISE(ABORT, 'billing_exports is append-only'); END;
