-- What the server does by itself on a user's behalf: schedules and batch operations. What a job is about is in `body`,
-- which the server alone reads; the columns are what jobs are found by.
CREATE TABLE jobs (
    job_key BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    namespace_key BIGINT NOT NULL REFERENCES namespaces (namespace_key),
    kind SMALLINT NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    -- Null: only a request or another run's end wakes it.
    wake_at BIGINT,
    body BYTEA NOT NULL,
    UNIQUE (namespace_key, kind, id)
);
ALTER TABLE jobs ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE INDEX jobs_by_creation ON jobs (namespace_key, kind, created_at, id);
CREATE INDEX jobs_by_wake_at ON jobs (wake_at) WHERE wake_at IS NOT NULL;
