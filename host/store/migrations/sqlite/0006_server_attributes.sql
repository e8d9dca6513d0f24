-- What servers set among a run's search attributes, as JSON: it changes while the run goes on. And how often the run
-- changed, for a closed one. Null for runs that were stored before.
ALTER TABLE runs ADD COLUMN server_attributes TEXT;
ALTER TABLE runs ADD COLUMN state_transition_count INTEGER;
