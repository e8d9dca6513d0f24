-- What the server does by itself on a user's behalf: schedules and batch operations. What a job is about is in `body`,
-- which the server alone reads; the columns are what jobs are found by.
CREATE TABLE jobs (
    job_key INTEGER PRIMARY KEY,
    namespace_key INTEGER NOT NULL REFERENCES namespaces (namespace_key),
    kind INTEGER NOT NULL,
    id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    -- Null: only a request or another run's end wakes it.
    wake_at INTEGER,
    body BLOB NOT NULL,
    UNIQUE (namespace_key, kind, id)
);
CREATE INDEX jobs_by_creation ON jobs (namespace_key, kind, created_at, id);
CREATE INDEX jobs_by_wake_at ON jobs (wake_at) WHERE wake_at IS NOT NULL;
