//! What a run has one of: one blob, stored with every change.

use temporalio_protos::temporal::api::{
    common::v1::{Memo, Priority, RetryPolicy, SearchAttributes, WorkerVersionStamp},
    history::v1::HistoryEvent,
    sdk::v1::UserMetadata,
    update::v1::Request as UpdateRequest,
    workflow::v1::{ResetPointInfo, VersioningOverride},
};

use super::{
    AttachedRequest, CompletionCallback, InlinePart, RunPause, RunRef, Sticky, Version,
    WorkflowTask,
};

/// Everything else about a run.
#[derive(Clone, PartialEq, prost::Message)]
#[allow(
    missing_docs,
    reason = "the names are those of Temporal's started event and execution info"
)]
pub struct Head {
    #[prost(string, tag = "1")]
    pub namespace: String,
    #[prost(string, tag = "2")]
    pub workflow_type: String,
    #[prost(string, tag = "3")]
    pub task_queue: String,
    #[prost(int32, tag = "4")]
    pub status: i32,
    #[prost(int64, tag = "5")]
    pub next_event_id: i64,
    #[prost(uint64, tag = "6")]
    pub history_size_bytes: u64,
    #[prost(int64, tag = "7")]
    pub start_time: i64,
    #[prost(int64, tag = "8")]
    pub execution_time: i64,
    #[prost(int64, tag = "9")]
    pub close_time: i64,
    /// As in the started event, which tells a time-out of zero from one that nobody named.
    #[prost(int64, optional, tag = "10")]
    pub execution_timeout: Option<i64>,
    #[prost(int64, optional, tag = "11")]
    pub run_timeout: Option<i64>,
    #[prost(int64, tag = "12")]
    pub task_timeout: i64,
    /// When the whole chain of runs times out.
    #[prost(int64, tag = "13")]
    pub execution_deadline: i64,
    /// When this run times out.
    #[prost(int64, tag = "14")]
    pub run_deadline: i64,
    #[prost(string, tag = "15")]
    pub first_run_id: String,
    #[prost(string, tag = "16")]
    pub original_run_id: String,
    #[prost(message, optional, tag = "17")]
    pub parent: Option<RunRef>,
    #[prost(message, optional, tag = "18")]
    pub root: Option<RunRef>,
    #[prost(int32, tag = "19")]
    pub attempt: i32,
    #[prost(message, optional, tag = "20")]
    pub retry_policy: Option<RetryPolicy>,
    #[prost(string, tag = "21")]
    pub cron_schedule: String,
    #[prost(message, optional, tag = "22")]
    pub memo: Option<Memo>,
    #[prost(message, optional, tag = "23")]
    pub search_attributes: Option<SearchAttributes>,
    #[prost(string, tag = "24")]
    pub start_request_id: String,
    #[prost(bool, tag = "25")]
    pub cancel_requested: bool,
    #[prost(string, tag = "26")]
    pub cancel_request_id: String,
    #[prost(int64, tag = "27")]
    pub signal_count: i64,
    /// Started event of the last completed workflow task, 0 if none.
    #[prost(int64, tag = "28")]
    pub last_started_event_id: i64,
    /// Completed event of the last completed workflow task, 0 if none.
    #[prost(int64, tag = "29")]
    pub last_completed_event_id: i64,
    #[prost(message, optional, tag = "30")]
    pub workflow_task: Option<WorkflowTask>,
    #[prost(message, optional, tag = "31")]
    pub sticky: Option<Sticky>,
    /// Kept for a run that has a parent, so that the parent can be told.
    #[prost(message, optional, boxed, tag = "32")]
    pub close_event: Option<Box<HistoryEvent>>,
    /// The run that follows this one.
    #[prost(string, tag = "33")]
    pub new_run_id: String,
    /// `VersioningBehavior` that the worker last reported.
    #[prost(int32, tag = "34")]
    pub versioning_behavior: i32,
    /// The version that the run is on: of the last completed workflow task, if that had a versioning behavior.
    #[prost(message, optional, tag = "35")]
    pub version: Option<Version>,
    #[prost(message, optional, tag = "36")]
    pub versioning_override: Option<VersioningOverride>,
    #[prost(message, optional, tag = "38")]
    pub user_metadata: Option<UserMetadata>,
    #[prost(message, optional, tag = "39")]
    pub priority: Option<Priority>,
    /// The last stamp given out.
    #[prost(int32, tag = "40")]
    pub last_stamp: i32,
    /// True once parts are rows of their own.
    #[prost(bool, tag = "41")]
    pub spilled: bool,
    /// Parts while there are few.
    #[prost(message, repeated, tag = "42")]
    pub parts: Vec<InlinePart>,
    /// Commands of this run that changed it, as Temporal counts state transitions.
    #[prost(int64, tag = "43")]
    pub transition_count: i64,
    /// When the first workflow task may be offered at the earliest, 0 once it is: a start delay, the backoff of a
    /// retry or of continue-as-new.
    #[prost(int64, tag = "44")]
    pub first_workflow_task_at: i64,
    /// What the last completed workflow task said of its worker, versioned or not.
    #[prost(string, tag = "45")]
    pub worker_deployment_name: String,
    /// The run that a reset has put in this one's place.
    #[prost(string, tag = "46")]
    pub reset_run_id: String,
    /// For a run that a reset made: when the run began whose history it has.
    #[prost(int64, tag = "47")]
    pub original_start_time: i64,
    /// Updates that a reset admitted again, until a worker has accepted or rejected them.
    #[prost(message, repeated, tag = "48")]
    pub admitted_again: Vec<UpdateRequest>,
    /// Whom to tell how the run ended.
    #[prost(message, repeated, tag = "49")]
    pub callbacks: Vec<CompletionCallback>,
    /// Set while the run is paused; if it closes meanwhile, it stays.
    #[prost(message, optional, tag = "50")]
    pub pause: Option<RunPause>,
    /// What the worker that completed the last workflow task said of its build.
    #[prost(message, optional, tag = "60")]
    pub worker_version: Option<WorkerVersionStamp>,
    /// Of this run and of those before it, oldest first.
    #[prost(message, repeated, tag = "61")]
    pub reset_points: Vec<ResetPointInfo>,
    /// Other starts that were answered with this run, where their callers asked for that.
    #[prost(message, repeated, tag = "62")]
    pub attached_requests: Vec<AttachedRequest>,
}
