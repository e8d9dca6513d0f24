//! The state of one run, and the facts that anyone may ask of it.
//!
//! Commands are in files of their own, named after what they do. Events are written only through `events`, parts of
//! the state are stored only through `persist`. A workflow task's start is known here in memory alone; its event is
//! written together with the task's end.

pub mod activity_task;
pub mod cancel;
pub mod child;
mod close;
mod commands;
pub mod completion;
mod deadlines;
pub mod describe;
mod events;
pub mod external;
mod parts;
mod persist;
pub mod retry;
pub mod signal;
pub mod start;
pub mod state;
mod successor;
pub mod terminate;
pub mod token;
pub mod update;
pub mod workflow_task;

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use temporalio_protos::temporal::api::{
    enums::v1::WorkflowExecutionStatus,
    history::v1::{HistoryEvent, WorkflowExecutionStartedEventAttributes},
};

use crate::{
    ids::{DeploymentVersion, RunId, RunKey},
    rejection::Rejection,
    task::{Task, TaskKind, Transfer, TransferRow},
    time::Timestamp,
};

pub use activity_task::ActivityRef;
pub use completion::CompletedWorkflowTask;
pub use persist::{CorruptState, StoredState};
pub use update::{UpdateStage, UpdateView};
pub use workflow_task::{Poller, StartedWorkflowTask};

use self::{
    events::Tail,
    parts::{Parts, kind},
    state::{Activity, Child, External, Head, SeenRequest, Timer, Update},
    update::Admitted,
    workflow_task::Started,
};

/// One run of a workflow, open or closed.
pub struct Run {
    pub(crate) key: RunKey,
    pub(crate) head: Head,
    pub(crate) activities: Parts<Activity>,
    pub(crate) timers: Parts<Timer>,
    pub(crate) children: Parts<Child>,
    pub(crate) externals: Parts<External>,
    pub(crate) updates: Parts<Update>,
    pub(crate) buffered: Parts<HistoryEvent>,
    pub(crate) seen_requests: Parts<SeenRequest>,
    /// The same, for look-up.
    pub(crate) seen_index: HashSet<String>,
    pub(crate) started_attributes: Parts<WorkflowExecutionStartedEventAttributes>,
    /// The workflow task's start, in memory only.
    pub(crate) started: Option<Started>,
    /// Updates that no worker has accepted yet, in memory only.
    pub(crate) admitted: Vec<Admitted>,
    /// Updates that were rejected lately, for those who wait; in memory only.
    pub(crate) rejected: update::Rejected,
    /// Scheduled events of pending activities, so that a poll needs no query.
    pub(crate) activity_events: HashMap<i64, HistoryEvent>,
    pub(crate) tail: Tail,
    pub(crate) outbox: Outbox,
    /// Whether anything must be stored.
    pub(crate) dirty: bool,
    pub(crate) created: bool,
    pub(crate) visibility_dirty: bool,
}

/// What the next transaction stores besides state and history.
#[derive(Default)]
pub(crate) struct Outbox {
    pub(crate) tasks_added: Vec<Task>,
    pub(crate) tasks_removed: Vec<i64>,
    pub(crate) transfers_added: Vec<TransferRow>,
    pub(crate) transfers_removed: Vec<i64>,
}

impl Run {
    pub(crate) fn empty(key: RunKey, head: Head) -> Self {
        Self {
            key,
            head,
            activities: Parts::new(kind::ACTIVITY),
            timers: Parts::new(kind::TIMER),
            children: Parts::new(kind::CHILD),
            externals: Parts::new(kind::EXTERNAL),
            updates: Parts::new(kind::UPDATE),
            buffered: Parts::new(kind::BUFFERED_EVENT),
            seen_requests: Parts::new(kind::SEEN_REQUEST),
            seen_index: HashSet::new(),
            started_attributes: Parts::new(kind::STARTED),
            started: None,
            admitted: Vec::new(),
            rejected: update::Rejected::default(),
            activity_events: HashMap::new(),
            tail: Tail::default(),
            outbox: Outbox::default(),
            dirty: false,
            created: false,
            visibility_dirty: false,
        }
    }

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
        self.status() != WorkflowExecutionStatus::Running
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

    /// The run that follows this one, after continue-as-new, a retry or cron.
    #[must_use]
    pub fn new_run_id(&self) -> Option<RunId> {
        RunId::parse(&self.head.new_run_id).ok()
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
        use temporalio_protos::temporal::api::{
            enums::v1::VersioningBehavior, workflow::v1::versioning_override::Override,
        };
        if let Some(Override::Pinned(pinned)) = self
            .head
            .versioning_override
            .as_ref()
            .and_then(|o| o.r#override.as_ref())
            && let Some(version) = &pinned.version
        {
            return Some(DeploymentVersion {
                deployment_name: version.deployment_name.clone(),
                build_id: version.build_id.clone(),
            });
        }
        if self.head.versioning_behavior != VersioningBehavior::Pinned as i32 {
            return None;
        }
        self.last_version()
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

    /// True while the run must stay in memory: a worker has its workflow task, or there are updates or a task for them
    /// that no transaction has seen.
    #[must_use]
    pub fn holds_unstored_state(&self) -> bool {
        self.dirty
            || self.started.is_some()
            || !self.admitted.is_empty()
            || self.is_task_speculative()
    }

    /// The attempt of the pending workflow task; 0 if there is none.
    #[must_use]
    pub fn workflow_task_attempt(&self) -> i32 {
        self.head
            .workflow_task
            .as_ref()
            .map_or(0, |task| task.attempt)
    }

    /// A rough count of the memory that the run takes, in bytes.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        const EMPTY_RUN_BYTES: usize = 2048;
        const ITEM_BYTES: usize = 400;
        EMPTY_RUN_BYTES
            + self.tail.bytes
            + ITEM_BYTES
                * (self.activities.len()
                    + self.timers.len()
                    + self.children.len()
                    + self.externals.len()
                    + self.updates.len()
                    + self.buffered.len()
                    + self.seen_requests.len()
                    + self.activity_events.len())
    }

    /// Refuses with Temporal's words if the run is closed.
    pub(crate) fn require_open(&self) -> Result<(), Rejection> {
        if self.is_closed() {
            return Err(Rejection::NotFound(
                "workflow execution already completed".into(),
            ));
        }
        Ok(())
    }

    pub(crate) fn touch(&mut self) {
        self.dirty = true;
    }

    pub(crate) fn next_stamp(&mut self) -> i32 {
        self.head.last_stamp = self.head.last_stamp.wrapping_add(1);
        self.head.last_stamp
    }

    /// The namespace and the run as other runs refer to them.
    pub(crate) fn reference(&self) -> state::RunRef {
        state::RunRef {
            namespace: self.head.namespace.clone(),
            namespace_id: self.key.namespace_id.to_string(),
            workflow_id: self.key.workflow_id.to_string(),
            run_id: self.key.run_id.to_string(),
            initiated_event_id: 0,
        }
    }

    pub(crate) fn add_transfer(&mut self, cx: &mut crate::Cx<'_>, transfer: Transfer) {
        self.touch();
        self.outbox.transfers_added.push(TransferRow {
            id: cx.ids.task_id(),
            run: self.key.clone(),
            transfer,
        });
    }

    /// The transfer with this id is done: its row goes with the next transaction.
    pub fn transfer_done(&mut self, transfer_id: i64) {
        self.touch();
        self.outbox.transfers_removed.push(transfer_id);
    }

    pub(crate) fn remove_task(&mut self, task_id: i64) {
        if task_id != 0 {
            self.outbox.tasks_removed.push(task_id);
        }
    }

    pub(crate) fn activity_task_row(&self, cx: &mut crate::Cx<'_>, activity: &Activity) -> Task {
        Task {
            id: cx.ids.task_id(),
            kind: TaskKind::Activity,
            run: self.key.clone(),
            queue: Arc::from(activity.task_queue.as_str()),
            normal_queue: None,
            version: self.pinned_version(),
            scheduled_event_id: activity.scheduled_event_id,
            stamp: activity.stamp,
            created_at: cx.now,
            priority_key: priority_key(activity.priority.as_ref().or(self.head.priority.as_ref())),
        }
    }
}

/// 3 is the middle, for tasks of users who set nothing.
pub(crate) fn priority_key(
    priority: Option<&temporalio_protos::temporal::api::common::v1::Priority>,
) -> i32 {
    const DEFAULT_PRIORITY_KEY: i32 = 3;
    match priority.map(|p| p.priority_key) {
        Some(key) if key > 0 => key,
        _ => DEFAULT_PRIORITY_KEY,
    }
}
