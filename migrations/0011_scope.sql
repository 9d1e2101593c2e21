-- Who sees which tenants: the partner of a member and of a source.

-- Set for the partner roles alone. A member of a partner role who was added before partners were told apart has none, and
-- sees nothing.
ALTER TABLE members ADD COLUMN partner_id TEXT CHECK (length(partner_id) BETWEEN 1 AND 200);

-- Whose tenants the source speaks of, and who of that partner may see its chains; null for the company's own sources. A
-- setting, not part of the fact: a source that was added earlier can be given to its partner. Each change is an audit entry.
ALTER TABLE source_settings ADD COLUMN partner_id TEXT CHECK (length(partner_id) BETWEEN 1 AND 200);
CREATE INDEX source_settings_by_partner ON source_settings (partner_id, source_no);
