-- Texts are compared byte by byte (COLLATE "C"), as lists promise it. Times are nanoseconds since 1970. Ids are the 16
-- bytes of a UUID. What a transition replaces stands in tables without indexes on what changes, and with room in their
-- pages, so that the new row goes beside the old one. Foreign keys are declared only where they cost nothing on the hot
-- path: the rows of a run declare none.

-- Numbers that only grow: `epoch` (openings of this database) and `next_run_key` (reserved in blocks, never used twice).
CREATE TABLE counters (
    name TEXT COLLATE "C" PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO counters (name, value) VALUES ('epoch', 0), ('next_run_key', 1);

-- The server's own values: cluster id, number of shards.
CREATE TABLE metadata (
    name TEXT COLLATE "C" PRIMARY KEY,
    value BYTEA NOT NULL
);

-- Who may write the runs of a shard. Each acquisition raises `epoch`, each transaction that writes runs of the shard
-- raises `commits`: a transaction of a former owner, or one that arrives late, finds other numbers and writes nothing.
CREATE TABLE shards (
    shard_id INTEGER PRIMARY KEY,
    -- For people.
    owner TEXT NOT NULL,
    -- The opening of the database that has the shard; it holds the advisory lock of this number while it lives.
    opening BIGINT NOT NULL,
    epoch BIGINT NOT NULL,
    commits BIGINT NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

CREATE TABLE namespaces (
    namespace_key BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id BYTEA NOT NULL UNIQUE,
    name TEXT COLLATE "C" NOT NULL UNIQUE,
    revision BIGINT NOT NULL,
    info BYTEA NOT NULL,
    config BYTEA NOT NULL
);

-- Who a run is and what lists show of it: written when it starts and when it closes. The newest run of a workflow id
-- is its current one, unless `current_deleted` says that its current one was deleted.
CREATE TABLE runs (
    run_key BIGINT PRIMARY KEY,
    namespace_key BIGINT NOT NULL,
    start_time BIGINT NOT NULL,
    execution_time BIGINT NOT NULL,
    -- 9223372036854775807 while open: open runs come first in lists.
    close_time BIGINT NOT NULL,
    history_length BIGINT,
    history_size_bytes BIGINT,
    status SMALLINT NOT NULL,
    current_deleted SMALLINT NOT NULL DEFAULT 0,
    workflow_id TEXT COLLATE "C" NOT NULL,
    run_id BYTEA NOT NULL,
    workflow_type TEXT COLLATE "C" NOT NULL,
    task_queue TEXT COLLATE "C" NOT NULL,
    deployment TEXT COLLATE "C",
    build_id TEXT COLLATE "C",
    parent_workflow_id TEXT COLLATE "C",
    parent_run_id BYTEA,
    -- An empty run id: the run is its own root. Null: no root is known.
    root_workflow_id TEXT COLLATE "C",
    root_run_id BYTEA,
    -- Null: the run itself.
    first_run_id BYTEA,
    memo BYTEA,
    search_attributes BYTEA
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX runs_by_run_id ON runs (run_id);
CREATE INDEX runs_by_workflow_id ON runs (namespace_key, workflow_id, run_key);
-- Lists are merged from one ordered scan per status.
CREATE INDEX runs_by_status ON runs (namespace_key, status, close_time, start_time, run_key);
CREATE INDEX runs_by_type ON runs (namespace_key, workflow_type, status, close_time, start_time, run_key);
CREATE INDEX runs_by_parent ON runs (namespace_key, parent_workflow_id) WHERE parent_workflow_id IS NOT NULL;
CREATE INDEX runs_by_root ON runs (namespace_key, root_workflow_id) WHERE root_workflow_id IS NOT NULL;

-- What every transition replaces.
CREATE TABLE run_states (
    run_key BIGINT PRIMARY KEY,
    wake_at BIGINT,
    closed_at BIGINT,
    shard_id INTEGER NOT NULL,
    state BYTEA NOT NULL
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE run_states ALTER COLUMN state SET STORAGE EXTERNAL;
CREATE INDEX run_states_by_wake_at ON run_states (shard_id, wake_at, run_key) WHERE wake_at IS NOT NULL;

CREATE TABLE run_parts (
    run_key BIGINT NOT NULL,
    id BIGINT NOT NULL,
    kind INTEGER NOT NULL,
    body BYTEA NOT NULL,
    PRIMARY KEY (run_key, kind, id)
) WITH (autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE run_parts ALTER COLUMN body SET STORAGE EXTERNAL;

-- history_key = run_key * 1048576 + id of the first event. Large batches come compressed.
CREATE TABLE history (
    history_key BIGINT PRIMARY KEY,
    last_event_id BIGINT NOT NULL,
    codec SMALLINT NOT NULL,
    events BYTEA NOT NULL
);
ALTER TABLE history ALTER COLUMN events SET STORAGE EXTERNAL;

-- The queue stands in each row: no row of another table has to be kept for it while any server may still add tasks.
-- Its names together are longer than an index takes, so it is found by their hash.
CREATE TABLE tasks (
    task_id BIGINT PRIMARY KEY,
    queue_hash BIGINT NOT NULL,
    namespace_key BIGINT NOT NULL,
    run_key BIGINT NOT NULL,
    scheduled_event_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    stamp INTEGER NOT NULL,
    priority_key INTEGER NOT NULL,
    kind SMALLINT NOT NULL,
    queue TEXT COLLATE "C" NOT NULL,
    -- Both empty for tasks that any version may have.
    deployment TEXT COLLATE "C" NOT NULL,
    build_id TEXT COLLATE "C" NOT NULL,
    normal_queue TEXT COLLATE "C"
) WITH (autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX tasks_by_queue ON tasks (queue_hash, task_id);

CREATE TABLE transfers (
    transfer_id BIGINT PRIMARY KEY,
    run_key BIGINT NOT NULL,
    initiated_event_id BIGINT NOT NULL,
    shard_id INTEGER NOT NULL,
    kind SMALLINT NOT NULL,
    target_namespace TEXT,
    target_workflow_id TEXT,
    target_run_id TEXT
) WITH (autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX transfers_by_shard ON transfers (shard_id, transfer_id);

-- What users set for a queue.
CREATE TABLE queue_data (
    queue_data_key BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    namespace_key BIGINT NOT NULL REFERENCES namespaces (namespace_key),
    kind SMALLINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL,
    body BYTEA NOT NULL,
    UNIQUE (namespace_key, name, kind)
);

-- The bytes of modules, once per digest. Incomplete ones are left-overs of an upload that broke off.
CREATE TABLE components (
    component_key BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    digest TEXT COLLATE "C" NOT NULL UNIQUE,
    size BIGINT NOT NULL,
    complete SMALLINT NOT NULL
);
-- chunk_key = component_key * 1048576 + index.
CREATE TABLE component_chunks (
    chunk_key BIGINT PRIMARY KEY,
    codec SMALLINT NOT NULL,
    bytes BYTEA NOT NULL
);
ALTER TABLE component_chunks ALTER COLUMN bytes SET STORAGE EXTERNAL;

CREATE TABLE modules (
    module_key BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    namespace_key BIGINT NOT NULL REFERENCES namespaces (namespace_key),
    name TEXT COLLATE "C" NOT NULL,
    digest TEXT COLLATE "C" NOT NULL REFERENCES components (digest),
    task_queue TEXT COLLATE "C" NOT NULL,
    pushed_at BIGINT NOT NULL,
    definitions BYTEA NOT NULL,
    UNIQUE (namespace_key, name, digest, task_queue)
);
CREATE INDEX modules_by_digest ON modules (digest);

CREATE TABLE deployments (
    deployment_key BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    namespace_key BIGINT NOT NULL REFERENCES namespaces (namespace_key),
    name TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL,
    info BYTEA NOT NULL,
    UNIQUE (namespace_key, name)
);

CREATE TABLE deployment_versions (
    version_key BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    deployment_key BIGINT NOT NULL REFERENCES deployments (deployment_key) ON DELETE CASCADE,
    build_id TEXT COLLATE "C" NOT NULL,
    info BYTEA NOT NULL,
    UNIQUE (deployment_key, build_id)
);
