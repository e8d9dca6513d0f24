//! What a shard owns: a run of a workflow, or one of a stand-alone activity. This only hands on to whichever it is.

use temporalio_protos::temporal::api::{
    common::v1::Payloads, failure::v1::Failure,
    workflowservice::v1::RecordActivityTaskHeartbeatResponse,
};

use crate::{
    context::Cx,
    ids::{Archetype, RunKey},
    rejection::Rejection,
    run::{ActivityRef, CorruptState, PendingWork, Run, StoredState},
    standalone::StandaloneActivity,
    time::Timestamp,
    write::RunWrite,
};

/// An execution.
#[expect(
    clippy::large_enum_variant,
    reason = "it lives in its shard's map, and nearly all are the larger ones"
)]
pub enum Execution {
    /// A run of a workflow.
    Workflow(Run),
    /// A stand-alone activity.
    Activity(StandaloneActivity),
}

macro_rules! either {
    ($execution:expr, $inner:ident => $call:expr) => {
        match $execution {
            Execution::Workflow($inner) => $call,
            Execution::Activity($inner) => $call,
        }
    };
}

impl Execution {
    /// Makes it again from what was stored last.
    pub fn load(stored: StoredState) -> Result<Self, CorruptState> {
        match stored.key.archetype {
            Archetype::Workflow => Run::load(stored).map(Self::Workflow),
            Archetype::Activity => StandaloneActivity::load(stored).map(Self::Activity),
        }
    }

    /// The run, if it is one of a workflow.
    #[must_use]
    pub fn workflow(&self) -> Option<&Run> {
        match self {
            Self::Workflow(run) => Some(run),
            Self::Activity(_) => None,
        }
    }

    /// The run, if it is one of a workflow.
    pub fn workflow_mut(&mut self) -> Option<&mut Run> {
        match self {
            Self::Workflow(run) => Some(run),
            Self::Activity(_) => None,
        }
    }

    /// The stand-alone activity, if it is one.
    #[must_use]
    pub fn activity(&self) -> Option<&StandaloneActivity> {
        match self {
            Self::Activity(activity) => Some(activity),
            Self::Workflow(_) => None,
        }
    }

    /// The stand-alone activity, if it is one.
    pub fn activity_mut(&mut self) -> Option<&mut StandaloneActivity> {
        match self {
            Self::Activity(activity) => Some(activity),
            Self::Workflow(_) => None,
        }
    }

    /// RecordActivityTaskHeartbeat, by token or by id.
    pub fn heartbeat_activity(
        &mut self,
        cx: &mut Cx<'_>,
        activity: ActivityRef<'_>,
        details: Option<Payloads>,
        identity: &str,
    ) -> Result<RecordActivityTaskHeartbeatResponse, Rejection> {
        match self {
            Self::Workflow(run) => run.heartbeat_activity(cx, activity, details, identity),
            Self::Activity(own) => own.heartbeat(cx, activity, details, identity),
        }
    }

    /// RespondActivityTaskCompleted, by token or by id.
    pub fn complete_activity(
        &mut self,
        cx: &mut Cx<'_>,
        activity: ActivityRef<'_>,
        result: Option<Payloads>,
        identity: &str,
    ) -> Result<(), Rejection> {
        match self {
            Self::Workflow(run) => run.complete_activity(cx, activity, result, identity),
            Self::Activity(own) => own.complete(cx, activity, result, identity),
        }
    }

    /// RespondActivityTaskFailed, by token or by id.
    pub fn fail_activity(
        &mut self,
        cx: &mut Cx<'_>,
        activity: ActivityRef<'_>,
        failure: Option<Failure>,
        last_heartbeat_details: Option<Payloads>,
        identity: &str,
    ) -> Result<(), Rejection> {
        let details = last_heartbeat_details;
        match self {
            Self::Workflow(run) => run.fail_activity(cx, activity, failure, details, identity),
            Self::Activity(own) => own.fail(cx, activity, failure, details, identity),
        }
    }

    /// RespondActivityTaskCanceled, by token or by id.
    pub fn cancel_activity(
        &mut self,
        cx: &mut Cx<'_>,
        activity: ActivityRef<'_>,
        details: Option<Payloads>,
        identity: &str,
    ) -> Result<(), Rejection> {
        match self {
            Self::Workflow(run) => run.cancel_activity(cx, activity, details, identity),
            Self::Activity(own) => own.cancel(cx, activity, details, identity),
        }
    }

    /// Where it is found.
    #[must_use]
    pub fn key(&self) -> &RunKey {
        either!(self, inner => inner.key())
    }

    /// True once nothing more happens to it.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        either!(self, inner => inner.is_closed())
    }

    /// The earliest instant at which [`Execution::wake`] has something to do.
    #[must_use]
    pub fn wake_at(&self) -> Option<Timestamp> {
        either!(self, inner => inner.wake_at())
    }

    /// Does what is due at `cx.now`.
    pub fn wake(&mut self, cx: &mut Cx<'_>) {
        either!(self, inner => inner.wake(cx));
    }

    /// Ends a command: gives what must be stored, `None` if nothing durable changed.
    pub fn seal(&mut self, cx: &mut Cx<'_>) -> Option<RunWrite> {
        either!(self, inner => inner.seal(cx))
    }

    /// What a worker has in hand or could take.
    #[must_use]
    pub fn pending_work(&self) -> PendingWork {
        either!(self, inner => inner.pending_work())
    }

    /// True while it must stay in memory.
    #[must_use]
    pub fn holds_unstored_state(&self) -> bool {
        either!(self, inner => inner.holds_unstored_state())
    }

    /// A rough count of the memory that it takes, in bytes.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        either!(self, inner => inner.memory_bytes())
    }
}

impl From<Run> for Execution {
    fn from(run: Run) -> Self {
        Self::Workflow(run)
    }
}

impl From<StandaloneActivity> for Execution {
    fn from(activity: StandaloneActivity) -> Self {
        Self::Activity(activity)
    }
}
