-- Rowid tables with few indexes: a WITHOUT ROWID table costs 2.6 times as much to write. Times are nanoseconds since
-- 1970. Foreign keys are declared only where they cost nothing on the hot path: the rows of a run declare none.

-- Numbers that only grow: `epoch` (openings of this file) and `next_run_key` (reserved in blocks, never used twice).
CREATE TABLE counters (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
);
INSERT INTO counters (name, value) VALUES ('epoch', 0), ('next_run_key', 1);

-- The server's own values: cluster id, number of shards.
CREATE TABLE metadata (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
);

CREATE TABLE shards (
    shard_id INTEGER PRIMARY KEY,
    owner TEXT NOT NULL,
    epoch INTEGER NOT NULL
);

CREATE TABLE namespaces (
    namespace_key INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL UNIQUE,
    revision INTEGER NOT NULL,
    info BLOB NOT NULL,
    config BLOB NOT NULL
);

-- Workflow types, task queues, deployments and build ids, so that the rows of runs and tasks hold a number each.
CREATE TABLE names (
    name_key INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);

-- Who a run is and what lists show of it: written when it starts and when it closes. The newest run of a workflow id
-- is its current one, unless `current_deleted` says that its current one was deleted.
CREATE TABLE runs (
    run_key INTEGER PRIMARY KEY,
    namespace_key INTEGER NOT NULL,
    workflow_id TEXT NOT NULL,
    run_id BLOB NOT NULL,
    current_deleted INTEGER NOT NULL DEFAULT 0,
    status INTEGER NOT NULL,
    workflow_type INTEGER NOT NULL,
    task_queue INTEGER NOT NULL,
    start_time INTEGER NOT NULL,
    execution_time INTEGER NOT NULL,
    -- 9223372036854775807 while open: open runs come first in lists.
    close_time INTEGER NOT NULL,
    history_length INTEGER,
    history_size_bytes INTEGER,
    deployment INTEGER,
    build_id INTEGER,
    parent_workflow_id TEXT,
    parent_run_id BLOB,
    -- An empty run id: the run is its own root. Null: no root is known.
    root_workflow_id TEXT,
    root_run_id BLOB,
    -- Null: the run itself.
    first_run_id BLOB,
    memo BLOB,
    search_attributes BLOB
);
CREATE UNIQUE INDEX runs_by_run_id ON runs (run_id);
CREATE INDEX runs_by_workflow_id ON runs (namespace_key, workflow_id);
-- Lists are merged from one ordered scan per status; the last two columns let filters on them stay inside the index.
CREATE INDEX runs_by_status
    ON runs (namespace_key, status, close_time, start_time, run_key, workflow_type, task_queue);
CREATE INDEX runs_by_type ON runs (namespace_key, workflow_type, status, close_time, start_time);
CREATE INDEX runs_by_parent ON runs (namespace_key, parent_workflow_id) WHERE parent_workflow_id IS NOT NULL;
CREATE INDEX runs_by_root ON runs (namespace_key, root_workflow_id) WHERE root_workflow_id IS NOT NULL;

-- What every transition replaces.
CREATE TABLE run_states (
    run_key INTEGER PRIMARY KEY,
    shard_id INTEGER NOT NULL,
    wake_at INTEGER,
    closed_at INTEGER,
    state BLOB NOT NULL
);
CREATE INDEX run_states_by_wake_at ON run_states (shard_id, wake_at) WHERE wake_at IS NOT NULL;

CREATE TABLE run_parts (
    part_key INTEGER PRIMARY KEY,
    run_key INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    id INTEGER NOT NULL,
    body BLOB NOT NULL
);
CREATE UNIQUE INDEX run_parts_by_run ON run_parts (run_key, kind, id);

-- history_key = run_key * 1048576 + id of the first event: a run's batches lie together, in order, without an index.
CREATE TABLE history (
    history_key INTEGER PRIMARY KEY,
    last_event_id INTEGER NOT NULL,
    codec INTEGER NOT NULL,
    events BLOB NOT NULL
);

CREATE TABLE task_queues (
    queue_key INTEGER PRIMARY KEY,
    namespace_key INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    name TEXT NOT NULL,
    -- Both empty for tasks that any version may have.
    deployment TEXT NOT NULL,
    build_id TEXT NOT NULL
);
CREATE UNIQUE INDEX task_queues_by_name ON task_queues (namespace_key, name, kind, deployment, build_id);

CREATE TABLE tasks (
    task_id INTEGER PRIMARY KEY,
    queue_key INTEGER NOT NULL,
    run_key INTEGER NOT NULL,
    normal_queue INTEGER,
    scheduled_event_id INTEGER NOT NULL,
    stamp INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    priority_key INTEGER NOT NULL
);
CREATE INDEX tasks_by_queue ON tasks (queue_key);

CREATE TABLE transfers (
    transfer_id INTEGER PRIMARY KEY,
    shard_id INTEGER NOT NULL,
    run_key INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    initiated_event_id INTEGER NOT NULL,
    target_namespace TEXT,
    target_workflow_id TEXT,
    target_run_id TEXT
);
CREATE INDEX transfers_by_shard ON transfers (shard_id);

-- What users set for a queue.
CREATE TABLE queue_data (
    queue_data_key INTEGER PRIMARY KEY,
    namespace_key INTEGER NOT NULL REFERENCES namespaces (namespace_key),
    kind INTEGER NOT NULL,
    name TEXT NOT NULL,
    revision INTEGER NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (namespace_key, name, kind)
);

-- The bytes of modules, once per digest. Incomplete ones are left-overs of an upload that broke off.
CREATE TABLE components (
    component_key INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    complete INTEGER NOT NULL
);
-- chunk_key = component_key * 1048576 + index.
CREATE TABLE component_chunks (
    chunk_key INTEGER PRIMARY KEY,
    codec INTEGER NOT NULL,
    bytes BLOB NOT NULL
);

CREATE TABLE modules (
    module_key INTEGER PRIMARY KEY,
    namespace_key INTEGER NOT NULL REFERENCES namespaces (namespace_key),
    name TEXT NOT NULL,
    digest TEXT NOT NULL REFERENCES components (digest),
    task_queue TEXT NOT NULL,
    pushed_at INTEGER NOT NULL,
    definitions BLOB NOT NULL,
    UNIQUE (namespace_key, name, digest, task_queue)
);
CREATE INDEX modules_by_digest ON modules (digest);

CREATE TABLE deployments (
    deployment_key INTEGER PRIMARY KEY,
    namespace_key INTEGER NOT NULL REFERENCES namespaces (namespace_key),
    name TEXT NOT NULL,
    revision INTEGER NOT NULL,
    info BLOB NOT NULL,
    UNIQUE (namespace_key, name)
);

CREATE TABLE deployment_versions (
    version_key INTEGER PRIMARY KEY,
    deployment_key INTEGER NOT NULL REFERENCES deployments (deployment_key) ON DELETE CASCADE,
    build_id TEXT NOT NULL,
    info BLOB NOT NULL,
    UNIQUE (deployment_key, build_id)
);
