-- The search attributes of users, which filters look into; null for none. Runs that were stored before have it once they
-- change.
ALTER TABLE runs ADD COLUMN attributes JSONB;
CREATE INDEX runs_by_attributes ON runs USING gin (attributes jsonb_path_ops) WHERE attributes IS NOT NULL;
