//! Actions: which begin, what is started for each, and what became of it.

use temporalio_protos::temporal::api::{
    common::v1::{Payload, Payloads, WorkflowExecution},
    enums::v1::{ScheduleOverlapPolicy, WorkflowExecutionStatus, WorkflowIdReusePolicy},
    failure::v1::Failure,
    schedule::v1::{ScheduleActionResult, schedule_action::Action},
    workflow::v1::NewWorkflowExecutionInfo,
    workflowservice::v1::StartWorkflowExecutionRequest,
};

use super::{
    DESCRIBED, ScheduleState,
    overlap::take_turn,
    state::{BufferedAction, StartingAction},
};
use crate::{
    json::json_string,
    time::{Span, Timestamp},
};

/// A start is tried for at least this long. Temporal: 5 s.
const SHORTEST_TRY: Span = Span::from_seconds(5);
/// A start is tried for at most this long. Temporal: 1 h.
const LONGEST_TRY: Span = Span::from_seconds(60 * 60);
/// The same for what a user asked for. Temporal: 1 min.
const MANUAL_TRY: Span = Span::from_seconds(60);

/// What is to be done beside the starts, once the state is stored.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// Runs to ask to stop.
    pub cancel: Vec<WorkflowExecution>,
    /// Runs to stop.
    pub terminate: Vec<WorkflowExecution>,
}

/// What became of a run that was started.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It is open, or a run that followed it is.
    Running,
    /// It is closed, and so is whatever followed it.
    Closed {
        /// How it ended; unspecified if the run is not known any more.
        status: WorkflowExecutionStatus,
        /// Its result.
        result: Option<Payloads>,
        /// Its failure.
        failure: Option<Box<Failure>>,
    },
}

/// What became of a start.
#[derive(Clone, Debug, PartialEq)]
pub enum StartResult {
    /// The run is there.
    Started {
        /// Its id.
        run_id: String,
        /// When.
        at: Timestamp,
    },
    /// It was refused for good.
    Refused,
}

impl ScheduleState {
    /// Runs that are not known to be closed, and must be looked at before a plan is made.
    #[must_use]
    pub fn running(&self) -> &[WorkflowExecution] {
        &self.info().running_workflows
    }

    /// Whether something waits for its turn.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        !self.record.buffer.is_empty()
    }

    /// Notes what became of a run that the schedule started.
    pub fn record_outcome(&mut self, workflow_id: &str, outcome: Outcome) {
        let (status, result, failure) = match outcome {
            Outcome::Running => return,
            Outcome::Closed {
                status,
                result,
                failure,
            } => (status, result, failure),
        };
        let info = self.info_mut();
        info.running_workflows
            .retain(|execution| execution.workflow_id != workflow_id);
        // Of several with one workflow id it is the newest that ended.
        let action = info.recent_actions.iter_mut().rev().find(|action| {
            action
                .start_workflow_result
                .as_ref()
                .is_some_and(|execution| execution.workflow_id == workflow_id)
        });
        if let Some(action) = action {
            action.set_start_workflow_status(status);
        }
        self.pause_after_failure(workflow_id, status, failure.as_deref());
        if result.is_some() {
            self.record.last_completion_result = result;
            self.record.continued_failure = None;
        } else if let Some(failure) = failure {
            self.record.continued_failure = Some(*failure);
        }
    }

    fn pause_after_failure(
        &mut self,
        workflow_id: &str,
        status: WorkflowExecutionStatus,
        failure: Option<&Failure>,
    ) {
        let notes = match status {
            WorkflowExecutionStatus::Failed => {
                let message = failure.map_or("", |failure| failure.message.as_str());
                format!("paused due to workflow failure: {workflow_id}: {message}")
            }
            WorkflowExecutionStatus::TimedOut => {
                format!("paused due to workflow timeout: {workflow_id}")
            }
            WorkflowExecutionStatus::Unspecified
            | WorkflowExecutionStatus::Running
            | WorkflowExecutionStatus::Completed
            | WorkflowExecutionStatus::Canceled
            | WorkflowExecutionStatus::Terminated
            | WorkflowExecutionStatus::ContinuedAsNew
            | WorkflowExecutionStatus::Paused => return,
        };
        if self.policies().pause_on_failure && !self.switches().paused {
            let switches = self.switches_mut();
            switches.paused = true;
            switches.notes = notes;
            self.record.conflict_token += 1;
        }
    }

    /// Decides which actions begin: they are in [`ScheduleState::starts`] then. Nothing new begins while others are
    /// beginning.
    pub fn plan(&mut self, now: Timestamp) -> Plan {
        if !self.record.starting.is_empty() {
            return Plan::default();
        }
        if self.new_workflow().is_none() {
            self.record.buffer.clear();
        }
        loop {
            let is_running = !self.info().running_workflows.is_empty();
            let turn = take_turn(&self.record.buffer, is_running, |policy| {
                self.resolve(policy)
            });
            self.record.buffer = turn.waiting;
            self.info_mut().overlap_skipped += turn.skipped;
            let mut refused = false;
            let beside = turn.beside.into_iter().map(|action| (action, false));
            let alone = turn.alone.into_iter().map(|action| (action, true));
            for (action, is_exclusive) in beside.chain(alone) {
                if self.take_allowance(action.manual) {
                    self.begin(action, is_exclusive, now);
                } else {
                    refused = true;
                }
            }
            let in_the_way = |wanted: bool| match wanted {
                true => self.info().running_workflows.clone(),
                false => Vec::new(),
            };
            let plan = Plan {
                cancel: in_the_way(turn.cancel && !turn.terminate),
                terminate: in_the_way(turn.terminate),
            };
            // Those behind one that may not begin come next.
            let goes_on = refused && self.record.starting.is_empty() && self.is_waiting();
            if !goes_on {
                return plan;
            }
        }
    }

    fn begin(&mut self, action: BufferedAction, is_exclusive: bool, now: Timestamp) {
        let time_left = if action.manual {
            MANUAL_TRY
        } else {
            let latest = Timestamp(action.actual).plus(self.catch_up_window());
            latest.since(now).max(SHORTEST_TRY).min(LONGEST_TRY)
        };
        self.record.begun_count += 1;
        let nominal = Timestamp(action.nominal).whole_seconds();
        let base = self
            .new_workflow()
            .map_or("", |workflow| workflow.workflow_id.as_str());
        let workflow_id = match self.policies().keep_original_workflow_id {
            true => base.to_owned(),
            false => format!("{base}-{}", nominal.to_proto()),
        };
        self.record.starting.push(StartingAction {
            workflow_id,
            request_id: format!(
                "{}/{}/{}",
                self.record.run_id, action.nominal, self.record.begun_count
            ),
            action: Some(action),
            is_exclusive,
            deadline: now.plus(time_left).0,
        });
    }

    /// The starts that are to be made, each with the moment after which it is given up.
    #[must_use]
    pub fn starts(&self) -> Vec<(StartWorkflowExecutionRequest, Timestamp)> {
        let Some(workflow) = self.new_workflow() else {
            return Vec::new();
        };
        self.record
            .starting
            .iter()
            .map(|starting| {
                (
                    self.start_request(starting, workflow),
                    Timestamp(starting.deadline),
                )
            })
            .collect()
    }

    fn start_request(
        &self,
        starting: &StartingAction,
        workflow: &NewWorkflowExecutionInfo,
    ) -> StartWorkflowExecutionRequest {
        let action = starting.action.unwrap_or_default();
        let mut search_attributes = workflow.search_attributes.clone().unwrap_or_default();
        let nominal = Timestamp(action.nominal).whole_seconds().to_proto();
        for (name, kind, value) in [
            (
                "TemporalScheduledStartTime",
                "Datetime",
                nominal.to_string(),
            ),
            (
                "TemporalScheduledById",
                "Keyword",
                self.record.schedule_id.clone(),
            ),
        ] {
            search_attributes
                .indexed_fields
                .insert(name.into(), text_attribute(kind, &value));
        }
        // A time of the spec comes once; what users ask for may come again. A workflow id that stays the same must be
        // free to be used again.
        let reuse_policy = if action.manual || self.policies().keep_original_workflow_id {
            WorkflowIdReusePolicy::AllowDuplicate
        } else {
            WorkflowIdReusePolicy::RejectDuplicate
        };
        // Those that begin beside others have nothing to do with them.
        let is_apart = action.overlap_policy() == ScheduleOverlapPolicy::AllowAll;
        let record = &self.record;
        StartWorkflowExecutionRequest {
            namespace: record.namespace.clone(),
            workflow_id: starting.workflow_id.clone(),
            workflow_type: workflow.workflow_type.clone(),
            task_queue: workflow.task_queue.clone(),
            input: workflow.input.clone(),
            workflow_execution_timeout: workflow.workflow_execution_timeout,
            workflow_run_timeout: workflow.workflow_run_timeout,
            workflow_task_timeout: workflow.workflow_task_timeout,
            identity: self.identity(),
            request_id: starting.request_id.clone(),
            workflow_id_reuse_policy: reuse_policy as i32,
            retry_policy: workflow.retry_policy.clone(),
            memo: workflow.memo.clone(),
            search_attributes: Some(search_attributes),
            header: workflow.header.clone(),
            last_completion_result: (!is_apart)
                .then(|| record.last_completion_result.clone())
                .flatten(),
            continued_failure: (!is_apart)
                .then(|| record.continued_failure.clone())
                .flatten(),
            user_metadata: workflow.user_metadata.clone(),
            priority: workflow.priority.clone(),
            versioning_override: workflow.versioning_override.clone(),
            ..Default::default()
        }
    }

    /// Notes what became of a start. One that is not known any more is passed over.
    pub fn record_start(&mut self, request_id: &str, result: StartResult) {
        let position = self
            .record
            .starting
            .iter()
            .position(|starting| starting.request_id == request_id);
        let Some(position) = position else { return };
        let starting = self.record.starting.remove(position);
        let StartResult::Started { run_id, at } = result else {
            return;
        };
        let execution = WorkflowExecution {
            workflow_id: starting.workflow_id,
            run_id,
        };
        let scheduled = starting.action.unwrap_or_default().actual;
        let info = self.info_mut();
        info.action_count += 1;
        info.recent_actions.push(ScheduleActionResult {
            schedule_time: Some(Timestamp(scheduled).to_proto()),
            actual_time: Some(at.to_proto()),
            start_workflow_result: Some(execution.clone()),
            start_workflow_status: WorkflowExecutionStatus::Running as i32,
        });
        let surplus = info.recent_actions.len().saturating_sub(DESCRIBED);
        info.recent_actions.drain(..surplus);
        if starting.is_exclusive {
            info.running_workflows.push(execution);
        }
    }

    /// Who starts, cancels and terminates.
    #[must_use]
    pub fn identity(&self) -> String {
        format!(
            "temporal-scheduler-{}-{}",
            self.record.namespace, self.record.schedule_id
        )
    }

    fn new_workflow(&self) -> Option<&NewWorkflowExecutionInfo> {
        self.action().action.as_ref().map(|action| match action {
            Action::StartWorkflow(workflow) => workflow,
        })
    }
}

fn text_attribute(kind: &str, text: &str) -> Payload {
    Payload {
        metadata: [
            ("encoding".to_owned(), b"json/plain".to_vec()),
            ("type".to_owned(), kind.as_bytes().to_vec()),
        ]
        .into(),
        data: json_string(text).into_bytes(),
        ..Default::default()
    }
}
