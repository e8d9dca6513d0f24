-- What servers set among a run's search attributes: it changes while the run goes on, and has no index so that this stays
-- cheap. And how often the run changed, for a closed one. Null for runs that were stored before.
ALTER TABLE runs ADD COLUMN server_attributes JSONB;
ALTER TABLE runs ADD COLUMN state_transition_count BIGINT;
