//! Limits that a Temporal client can meet, with Temporal's defaults.

use crate::time::Span;

/// What one run, one request or one payload may reach. Sizes in bytes.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Workflow ids, activity ids, signal names, task queue names, request ids and the like. Temporal: 1,000.
    pub id_length_bytes: usize,
    /// One payload set (input, result, details, ...) of a request. Temporal: 2 MB.
    pub blob_size_bytes: usize,
    /// All payloads of a memo. Temporal: 2 MB.
    pub memo_size_bytes: usize,
    /// A failure is cut to this size rather than refused. Temporal: 4 MB less headroom; the activity worker's is 2 MB.
    pub failure_size_bytes: usize,
    /// Of a failure that an activity is retried after, no more than this is kept: it is stored with every later change
    /// of the activity. Temporal: 4 KB.
    pub kept_failure_size_bytes: usize,
    /// A history that grows past this terminates its run. Temporal: 50 MB.
    pub history_size_bytes: u64,
    /// A history with more events than this terminates its run. Temporal: 51,200.
    pub history_count_events: i64,
    /// Past this the server suggests continue-as-new. Temporal: 4 MB.
    pub history_suggest_size_bytes: u64,
    /// Past this the server suggests continue-as-new. Temporal: 4,096.
    pub history_suggest_count_events: i64,
    /// Activities of one run that may be pending at once. Temporal: 2,000.
    pub pending_activities: usize,
    /// Children of one run that may be pending at once. Temporal: 2,000.
    pub pending_children: usize,
    /// Signals to others of one run that may be pending at once. Temporal: 2,000.
    pub pending_signals: usize,
    /// Cancel requests to others of one run that may be pending at once. Temporal: 2,000.
    pub pending_cancels: usize,
    /// Nexus operations of one run that may be pending at once. Temporal: 30.
    pub pending_nexus_operations: usize,
    /// The names and values of a Nexus operation's headers. Temporal: 8 KB.
    pub nexus_header_bytes: usize,
    /// Updates that may be in flight on one run. Temporal: 10.
    pub updates_in_flight: usize,
    /// What the requests of the updates in flight on one run may take together. Temporal: 20 MB.
    pub updates_in_flight_bytes: usize,
    /// Updates that one run may ever have. Temporal: 2,000.
    pub updates_total: usize,
    /// Signals that one run may ever receive. Temporal: 10,000.
    pub signals_total: i64,
    /// Events that wait while a workflow task is started. Temporal: 100, then the task is failed.
    pub buffered_events: usize,
    /// The size of the events that wait, likewise. Temporal: 2 MB.
    pub buffered_events_bytes: usize,
    /// The task timeout of a workflow that names none. Temporal: 10 s.
    pub workflow_task_timeout: Span,
    /// The longest task timeout that is granted. Temporal: 120 s.
    pub workflow_task_timeout_max: Span,
    /// What is added to the timeout of a workflow task that keeps failing grows up to this, so that a broken worker
    /// costs less and less. Temporal: 10 min.
    pub workflow_task_retry_max: Span,
    /// How long a worker may go on asking for more time for a workflow task, with nothing else to say. Temporal: 30 min.
    pub workflow_task_heartbeat: Span,
    /// A run that continues as new, or is retried, sooner than this after it began waits for the rest, so that a loop
    /// without a pause can't spin. Temporal: 1 s.
    pub new_run_interval: Span,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            id_length_bytes: 1000,
            blob_size_bytes: 2 * 1024 * 1024,
            memo_size_bytes: 2 * 1024 * 1024,
            failure_size_bytes: 2 * 1024 * 1024,
            kept_failure_size_bytes: 4 * 1024,
            history_size_bytes: 50 * 1024 * 1024,
            history_count_events: 51_200,
            history_suggest_size_bytes: 4 * 1024 * 1024,
            history_suggest_count_events: 4096,
            pending_activities: 2000,
            pending_children: 2000,
            pending_signals: 2000,
            pending_cancels: 2000,
            pending_nexus_operations: 30,
            nexus_header_bytes: 8 * 1024,
            updates_in_flight: 10,
            updates_in_flight_bytes: 20 * 1024 * 1024,
            updates_total: 2000,
            signals_total: 10_000,
            buffered_events: 100,
            buffered_events_bytes: 2 * 1024 * 1024,
            workflow_task_timeout: Span::from_seconds(10),
            workflow_task_timeout_max: Span::from_seconds(120),
            workflow_task_retry_max: Span::from_seconds(600),
            workflow_task_heartbeat: Span::from_seconds(30 * 60),
            new_run_interval: Span::from_seconds(1),
        }
    }
}
