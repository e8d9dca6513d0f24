//! What anyone may ask of a run, without changing it.

use temporalio_protos::temporal::api::{
    enums::v1::{VersioningBehavior, WorkflowExecutionStatus},
    workflow::v1::versioning_override::{Override, PinnedOverride},
};

use super::Run;
use crate::{
    ids::{DeploymentVersion, RunId, RunKey},
    time::Timestamp,
};

impl Run {
    /// Where the run is found.
    #[must_use]
    pub fn key(&self) -> &RunKey {
        &self.key
    }

    /// The namespace's name when the run started.
    #[must_use]
    pub fn namespace_name(&self) -> &str {
        &self.head.namespace
    }

    /// The workflow type.
    #[must_use]
    pub fn workflow_type(&self) -> &str {
        &self.head.workflow_type
    }

    /// The normal task queue.
    #[must_use]
    pub fn task_queue(&self) -> &str {
        &self.head.task_queue
    }

    /// Open, or how it closed.
    #[must_use]
    pub fn status(&self) -> WorkflowExecutionStatus {
        WorkflowExecutionStatus::try_from(self.head.status)
            .unwrap_or(WorkflowExecutionStatus::Unspecified)
    }

    /// True once there is a close event.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        use WorkflowExecutionStatus as Status;
        !matches!(self.status(), Status::Running | Status::Paused)
    }

    /// When it closed.
    #[must_use]
    pub fn closed_at(&self) -> Option<Timestamp> {
        (self.head.close_time != 0).then_some(Timestamp(self.head.close_time))
    }

    /// Events `1..next_event_id` are written.
    #[must_use]
    pub fn next_event_id(&self) -> i64 {
        self.head.next_event_id
    }

    /// The first run of the chain that this one belongs to.
    #[must_use]
    pub fn first_run_id(&self) -> &str {
        &self.head.first_run_id
    }

    /// The run that follows this one, after continue-as-new or as a retry.
    #[must_use]
    pub fn new_run_id(&self) -> Option<RunId> {
        RunId::parse(&self.head.new_run_id).ok()
    }

    /// The run that a reset has put in this one's place.
    #[must_use]
    pub fn reset_run_id(&self) -> Option<RunId> {
        RunId::parse(&self.head.reset_run_id).ok()
    }

    /// The request id that started the run.
    #[must_use]
    pub fn start_request_id(&self) -> &str {
        &self.head.start_request_id
    }

    /// The queue of the worker that has the run in its cache.
    #[must_use]
    pub fn sticky_queue(&self) -> Option<&str> {
        self.head
            .sticky
            .as_ref()
            .map(|sticky| sticky.queue.as_str())
    }

    /// The version that tasks of this run must go to, if it is pinned to one.
    #[must_use]
    pub fn pinned_version(&self) -> Option<DeploymentVersion> {
        match self.override_of_version() {
            Some(Override::Pinned(pinned)) => version_of(pinned),
            Some(Override::AutoUpgrade(true)) => None,
            // A one-time override is for one task, and not for what the run is on after it.
            Some(Override::AutoUpgrade(false) | Override::OneTime(_)) | None => {
                let is_pinned = self.head.versioning_behavior == VersioningBehavior::Pinned as i32;
                if is_pinned { self.last_version() } else { None }
            }
        }
    }

    /// The version that lists show: the one that people pinned the run to, else the one that did its last task.
    #[must_use]
    pub fn listed_version(&self) -> Option<DeploymentVersion> {
        match self.override_of_version() {
            Some(Override::Pinned(pinned)) => version_of(pinned),
            Some(Override::AutoUpgrade(_) | Override::OneTime(_)) | None => self.last_version(),
        }
    }

    pub(crate) fn override_of_version(&self) -> Option<&Override> {
        self.head.versioning_override.as_ref()?.r#override.as_ref()
    }

    /// The version that completed the last workflow task.
    #[must_use]
    pub fn last_version(&self) -> Option<DeploymentVersion> {
        self.head.version.as_ref().map(|version| DeploymentVersion {
            deployment_name: version.deployment_name.clone(),
            build_id: version.build_id.clone(),
        })
    }

    /// The completed event of the last completed workflow task, 0 if there was none.
    #[must_use]
    pub fn last_completed_workflow_task_event_id(&self) -> i64 {
        self.head.last_completed_event_id
    }

    /// When the first workflow task comes of a run that waits before it; zero for one that does not wait.
    #[must_use]
    pub fn first_workflow_task_at(&self) -> Timestamp {
        Timestamp(self.head.first_workflow_task_at)
    }

    /// True from the schedule of a workflow task to its end.
    #[must_use]
    pub fn has_pending_workflow_task(&self) -> bool {
        self.head.workflow_task.is_some()
    }

    /// True while a worker has the workflow task.
    #[must_use]
    pub fn is_workflow_task_started(&self) -> bool {
        self.started.is_some()
    }

    /// The pending workflow task's scheduled event id and stamp.
    #[must_use]
    pub fn pending_task_name(&self) -> Option<(i64, i32)> {
        self.head
            .workflow_task
            .as_ref()
            .map(|task| (task.scheduled_event_id, task.stamp))
    }

    /// The attempt of the pending workflow task; 0 if there is none.
    #[must_use]
    pub fn workflow_task_attempt(&self) -> i32 {
        self.head
            .workflow_task
            .as_ref()
            .map_or(0, |task| task.attempt)
    }

    /// True while the run must stay in memory: a worker has its workflow task, or there are updates or a task for them
    /// that no transaction has seen.
    #[must_use]
    pub fn holds_unstored_state(&self) -> bool {
        self.dirty
            || self.started.is_some()
            || !self.admitted.is_empty()
            || self.is_task_speculative()
    }

    /// A rough count of the memory that the run takes, in bytes.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        // Its names and keys, and its place in a cache.
        const EMPTY_RUN_BYTES: usize = size_of::<Run>() + 1024;
        // Keys, indexes, and what the message's own layout adds to its encoding.
        const ITEM_BYTES: usize = 300;
        // Messages in memory take about twice their encoding.
        const GROWTH: usize = 2;
        EMPTY_RUN_BYTES
            + GROWTH
                * (self.tail.memory_bytes()
                    + self.state_bytes
                    + self.activity_event_bytes
                    + self.buffered_bytes)
            + ITEM_BYTES
                * (self.activities.len()
                    + self.timers.len()
                    + self.children.len()
                    + self.externals.len()
                    + self.updates.len()
                    + self.buffered.len()
                    + self.seen_requests.len())
    }
}

fn version_of(pinned: &PinnedOverride) -> Option<DeploymentVersion> {
    let version = pinned.version.as_ref()?;
    Some(DeploymentVersion {
        deployment_name: version.deployment_name.clone(),
        build_id: version.build_id.clone(),
    })
}
