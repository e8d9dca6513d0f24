-- The search attributes of users as JSON, which filters look into; null for none. Runs that were stored before have it
-- once they change.
ALTER TABLE runs ADD COLUMN attributes TEXT;
