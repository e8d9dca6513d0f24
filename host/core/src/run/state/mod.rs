//! The stored form of a run: protobuf messages of our own, so that a newer server reads what an older one wrote.
//!
//! Instants and spans are nanoseconds, zero means "not set". [`Head`] is one blob; what a run can have many of are
//! parts (see `parts`). Nothing here has behaviour beyond its name and its deadline.

mod head;
mod nexus;

use temporalio_protos::temporal::api::{
    common::v1::{Payloads, Priority, RetryPolicy},
    failure::v1::Failure,
    history::v1::{HistoryEvent, WorkflowExecutionStartedEventAttributes},
};

pub use head::Head;
pub use nexus::{CompletionCallback, NexusCancellation, NexusOperation};

use super::{deadlines::activity_deadline, parts::Item};

/// Another run, wherever it is.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct RunRef {
    /// Namespace name.
    #[prost(string, tag = "1")]
    pub namespace: String,
    /// Namespace identity.
    #[prost(string, tag = "2")]
    pub namespace_id: String,
    /// Workflow id.
    #[prost(string, tag = "3")]
    pub workflow_id: String,
    /// Run id.
    #[prost(string, tag = "4")]
    pub run_id: String,
    /// For a parent: the event there that asked for this run.
    #[prost(int64, tag = "5")]
    pub initiated_event_id: i64,
}

/// A version of a worker deployment.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Version {
    /// Deployment name.
    #[prost(string, tag = "1")]
    pub deployment_name: String,
    /// Build id.
    #[prost(string, tag = "2")]
    pub build_id: String,
}

/// The worker that keeps this run in its cache.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Sticky {
    /// Its own queue.
    #[prost(string, tag = "1")]
    pub queue: String,
    /// How long a task may wait there.
    #[prost(int64, tag = "2")]
    pub schedule_to_start: i64,
}

/// How a pending workflow task relates to the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, prost::Enumeration)]
#[repr(i32)]
pub enum TaskNature {
    /// Its scheduled event is written.
    Normal = 0,
    /// A further attempt: written only when it completes.
    Transient = 1,
    /// For updates alone: written when it does anything but reject; lost at a crash.
    Speculative = 2,
}

/// The pending workflow task. That it is started is known in memory only.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct WorkflowTask {
    /// Id of the scheduled event, written or to be.
    #[prost(int64, tag = "1")]
    pub scheduled_event_id: i64,
    /// 1 at first.
    #[prost(int32, tag = "2")]
    pub attempt: i32,
    /// Differs between any two task rows of the run.
    #[prost(int32, tag = "3")]
    pub stamp: i32,
    /// When this attempt was scheduled.
    #[prost(int64, tag = "4")]
    pub scheduled_time: i64,
    /// When the first attempt was scheduled.
    #[prost(int64, tag = "5")]
    pub original_scheduled_time: i64,
    /// See [`TaskNature`].
    #[prost(enumeration = "TaskNature", tag = "6")]
    pub nature: i32,
    /// The row, 0 if there is none.
    #[prost(int64, tag = "7")]
    pub task_id: i64,
    /// Whether it waits on the sticky queue.
    #[prost(bool, tag = "8")]
    pub sticky: bool,
}

/// An activity between its scheduled event and its end.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Activity {
    /// Its scheduled event.
    #[prost(int64, tag = "1")]
    pub scheduled_event_id: i64,
    /// Chosen by the workflow.
    #[prost(string, tag = "2")]
    pub activity_id: String,
    /// The activity type.
    #[prost(string, tag = "3")]
    pub activity_type: String,
    /// Where it waits.
    #[prost(string, tag = "4")]
    pub task_queue: String,
    /// Timeout over all attempts.
    #[prost(int64, tag = "5")]
    pub schedule_to_close: i64,
    /// Timeout in the queue.
    #[prost(int64, tag = "6")]
    pub schedule_to_start: i64,
    /// Timeout of one attempt.
    #[prost(int64, tag = "7")]
    pub start_to_close: i64,
    /// Longest gap between heartbeats.
    #[prost(int64, tag = "8")]
    pub heartbeat: i64,
    /// Complete, with defaults filled in.
    #[prost(message, optional, tag = "9")]
    pub retry_policy: Option<RetryPolicy>,
    /// 1 at first.
    #[prost(int32, tag = "10")]
    pub attempt: i32,
    /// Differs between attempts.
    #[prost(int32, tag = "11")]
    pub stamp: i32,
    /// When the first attempt was scheduled.
    #[prost(int64, tag = "12")]
    pub scheduled_time: i64,
    /// When this attempt was, or will be, in the queue.
    #[prost(int64, tag = "13")]
    pub attempt_scheduled_time: i64,
    /// When this attempt started, 0 if it has not.
    #[prost(int64, tag = "14")]
    pub started_time: i64,
    /// Who runs it.
    #[prost(string, tag = "15")]
    pub identity: String,
    /// The poll that took it.
    #[prost(string, tag = "16")]
    pub request_id: String,
    /// When the last heartbeat came.
    #[prost(int64, tag = "17")]
    pub last_heartbeat_time: i64,
    /// Its details, kept over attempts.
    #[prost(message, optional, tag = "18")]
    pub heartbeat_details: Option<Payloads>,
    /// Why the last attempt failed.
    #[prost(message, optional, tag = "19")]
    pub last_failure: Option<Failure>,
    /// The event that asked for cancellation, 0 if none.
    #[prost(int64, tag = "20")]
    pub cancel_requested_event_id: i64,
    /// The row, 0 if there is none.
    #[prost(int64, tag = "21")]
    pub task_id: i64,
    /// When the last attempt ended.
    #[prost(int64, tag = "22")]
    pub last_attempt_complete_time: i64,
    /// The version that ran it last.
    #[prost(message, optional, tag = "23")]
    pub version: Option<Version>,
    /// Priority of its task.
    #[prost(message, optional, tag = "24")]
    pub priority: Option<Priority>,
    /// When this attempt's retry was armed; the row comes at `attempt_scheduled_time`.
    #[prost(bool, tag = "25")]
    pub backing_off: bool,
    /// Set while no attempt may begin.
    #[prost(message, optional, tag = "26")]
    pub pause: Option<ActivityPause>,
    /// The attempt after the running one is the first one again.
    #[prost(bool, tag = "27")]
    pub reset_asked: bool,
    /// That one gets no heartbeat details.
    #[prost(bool, tag = "28")]
    pub reset_heartbeat_asked: bool,
    /// How long after its schedule the first attempt comes; 0 but for a stand-alone activity.
    #[prost(int64, tag = "40")]
    pub start_delay: i64,
}

/// Who paused the run, when and why.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct RunPause {
    /// When.
    #[prost(int64, tag = "1")]
    pub time: i64,
    /// Who.
    #[prost(string, tag = "2")]
    pub identity: String,
    /// Why.
    #[prost(string, tag = "3")]
    pub reason: String,
    /// The request, which has its effect once.
    #[prost(string, tag = "4")]
    pub request_id: String,
}

/// Who paused an activity, when and why.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct ActivityPause {
    /// When.
    #[prost(int64, tag = "1")]
    pub time: i64,
    /// Who.
    #[prost(string, tag = "2")]
    pub identity: String,
    /// Why.
    #[prost(string, tag = "3")]
    pub reason: String,
}

/// A running timer.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Timer {
    /// Chosen by the workflow.
    #[prost(string, tag = "1")]
    pub timer_id: String,
    /// Its started event.
    #[prost(int64, tag = "2")]
    pub started_event_id: i64,
    /// When it fires.
    #[prost(int64, tag = "3")]
    pub fire_at: i64,
}

/// A child from its initiated event to its end.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Child {
    /// The initiated event; it holds what the start needs.
    #[prost(int64, tag = "1")]
    pub initiated_event_id: i64,
    /// The started event, 0 before.
    #[prost(int64, tag = "2")]
    pub started_event_id: i64,
    /// The child.
    #[prost(message, optional, tag = "3")]
    pub child: Option<RunRef>,
    /// Its type.
    #[prost(string, tag = "4")]
    pub workflow_type: String,
    /// `ParentClosePolicy`.
    #[prost(int32, tag = "5")]
    pub parent_close_policy: i32,
    /// Makes the start idempotent.
    #[prost(string, tag = "6")]
    pub request_id: String,
    /// The initiated event itself, until the child is started.
    #[prost(message, optional, tag = "7")]
    pub initiated: Option<HistoryEvent>,
}

/// A signal or cancel request to another run, until it is answered.
#[derive(Clone, PartialEq, prost::Message)]
pub struct External {
    /// The initiated event itself.
    #[prost(message, optional, tag = "1")]
    pub initiated: Option<HistoryEvent>,
    /// Makes the delivery idempotent.
    #[prost(string, tag = "2")]
    pub request_id: String,
}

/// An update that was accepted.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Update {
    /// Chosen by the client.
    #[prost(string, tag = "1")]
    pub update_id: String,
    /// The accepted event.
    #[prost(int64, tag = "2")]
    pub accepted_event_id: i64,
    /// The completed event, 0 before.
    #[prost(int64, tag = "3")]
    pub completed_event_id: i64,
}

/// A request that must have its effect once.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct SeenRequest {
    /// The request id.
    #[prost(string, tag = "1")]
    pub request_id: String,
}

/// A part inside the head.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct InlinePart {
    /// See `PartKey::kind`.
    #[prost(int32, tag = "1")]
    pub kind: i32,
    /// See `PartKey::id`.
    #[prost(int64, tag = "2")]
    pub id: i64,
    /// Encoded.
    #[prost(bytes = "vec", tag = "3")]
    pub body: Vec<u8>,
}

impl Item for Activity {
    fn name(&self) -> &str {
        &self.activity_id
    }

    fn deadline(&self) -> i64 {
        activity_deadline(self).map_or(0, |(at, _)| at)
    }
}

impl Item for Timer {
    fn name(&self) -> &str {
        &self.timer_id
    }

    fn deadline(&self) -> i64 {
        self.fire_at
    }
}

impl Item for Update {
    fn name(&self) -> &str {
        &self.update_id
    }
}

impl Item for SeenRequest {
    fn name(&self) -> &str {
        &self.request_id
    }
}

// Children may share a workflow id, the others have no names.
impl Item for Child {}
impl Item for External {}
impl Item for HistoryEvent {}
impl Item for WorkflowExecutionStartedEventAttributes {}
