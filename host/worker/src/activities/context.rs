//! What an attempt of an activity may know and say: its facts, heartbeats, and whether it should end.

use std::{fmt, sync::Arc, time::Duration};

use temporalio_protos::{
    coresdk::activity_task::{ActivityCancelReason, Start},
    temporal::api::common::v1::Payload,
};
use tokio::sync::watch;

/// One attempt, from the inside. Cheap to clone.
#[derive(Clone)]
pub struct ActivityContext {
    info: Arc<ActivityInfo>,
    cancellation: watch::Receiver<Option<CancelReason>>,
    heartbeat: Arc<dyn Fn(Vec<Payload>) + Send + Sync>,
}

/// Facts about an attempt.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ActivityInfo {
    /// The namespace's name.
    pub namespace: String,
    /// The task queue that it came from.
    pub task_queue: String,
    /// The workflow that asked for it; empty if a client did.
    pub workflow_type: String,
    /// The id of that workflow.
    pub workflow_id: String,
    /// The id of its run.
    pub run_id: String,
    /// The id of the activity in its workflow.
    pub activity_id: String,
    /// Its name.
    pub activity_type: String,
    /// Whether it is a local activity: part of its workflow's task, so there is no heartbeat, and it is cancelled without one.
    pub is_local: bool,
    /// 1 for the first.
    pub attempt: u32,
    /// What the last attempt that heartbeat said in its last heartbeat.
    pub heartbeat_details: Vec<Payload>,
    /// Within which the next heartbeat must come.
    pub heartbeat_timeout: Option<Duration>,
    /// Within which this attempt must end.
    pub start_to_close_timeout: Option<Duration>,
    /// Within which all attempts must end.
    pub schedule_to_close_timeout: Option<Duration>,
}

/// Why an attempt should end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CancelReason {
    /// The workflow or a client asked for it.
    Cancelled,
    /// The server does not know the attempt any more: its workflow has ended, or it was completed from elsewhere.
    NotFound,
    /// One of its timeouts has passed; the server has counted it as failed.
    TimedOut,
    /// The worker host is shutting down. The activity will be tried again elsewhere.
    WorkerShutdown,
    /// An operator paused the activity.
    Paused,
    /// An operator reset the activity.
    Reset,
}

impl ActivityContext {
    /// A context, and the sender that cancels it.
    pub(crate) fn new(
        info: ActivityInfo,
        heartbeat: Arc<dyn Fn(Vec<Payload>) + Send + Sync>,
    ) -> (Self, watch::Sender<Option<CancelReason>>) {
        let (sender, cancellation) = watch::channel(None);
        (
            Self {
                info: Arc::new(info),
                cancellation,
                heartbeat,
            },
            sender,
        )
    }

    /// Facts about this attempt.
    pub fn info(&self) -> &ActivityInfo {
        &self.info
    }

    /// Tells the server that the attempt lives. `details` are kept for the next attempt. May be called at any rate: the host sends
    /// only what the heartbeat timeout needs. Cancellation is heard of only by activities that heartbeat, and by local ones.
    pub fn heartbeat(&self, details: Vec<Payload>) {
        (self.heartbeat)(details);
    }

    /// Resolves when the attempt should end, at once if that was said before. It is for the activity to heed it, by returning
    /// [`cancelled_failure`](crate::cancelled_failure), or to finish nevertheless.
    pub async fn cancelled(&self) -> CancelReason {
        let mut cancellation = self.cancellation.clone();
        let reason = cancellation
            .wait_for(Option::is_some)
            .await
            .map_or(None, |reason| *reason);
        match reason {
            Some(reason) => reason,
            // The sender is gone, so nobody will ever cancel.
            None => std::future::pending().await,
        }
    }

    /// Why the attempt should end, if it should.
    pub fn cancel_reason(&self) -> Option<CancelReason> {
        *self.cancellation.borrow()
    }
}

impl fmt::Debug for ActivityContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ActivityContext")
            .field("info", &self.info)
            .field("cancel_reason", &self.cancel_reason())
            .finish_non_exhaustive()
    }
}

impl ActivityInfo {
    pub(crate) fn of_start(start: &mut Start, task_queue: &str) -> Self {
        let execution = start.workflow_execution.take().unwrap_or_default();
        let duration = |value: Option<prost_wkt_types::Duration>| {
            value
                .and_then(|value| Duration::try_from(value).ok())
                .filter(|value| !value.is_zero())
        };
        Self {
            namespace: std::mem::take(&mut start.workflow_namespace),
            task_queue: task_queue.to_owned(),
            workflow_type: std::mem::take(&mut start.workflow_type),
            workflow_id: execution.workflow_id,
            run_id: execution.run_id,
            activity_id: std::mem::take(&mut start.activity_id),
            activity_type: std::mem::take(&mut start.activity_type),
            is_local: start.is_local,
            attempt: start.attempt,
            heartbeat_details: std::mem::take(&mut start.heartbeat_details),
            heartbeat_timeout: duration(start.heartbeat_timeout),
            start_to_close_timeout: duration(start.start_to_close_timeout),
            schedule_to_close_timeout: duration(start.schedule_to_close_timeout),
        }
    }
}

impl From<ActivityCancelReason> for CancelReason {
    fn from(reason: ActivityCancelReason) -> Self {
        match reason {
            ActivityCancelReason::NotFound => Self::NotFound,
            ActivityCancelReason::Cancelled => Self::Cancelled,
            ActivityCancelReason::TimedOut => Self::TimedOut,
            ActivityCancelReason::WorkerShutdown => Self::WorkerShutdown,
            ActivityCancelReason::Paused => Self::Paused,
            ActivityCancelReason::Reset => Self::Reset,
        }
    }
}
