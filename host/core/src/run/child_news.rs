//! What a parent hears of its children: that they run, that they could not be started, how they closed.

use std::sync::Arc;

use temporalio_protos::temporal::api::{
    common::v1::{WorkflowExecution, WorkflowType},
    enums::v1::StartChildWorkflowExecutionFailedCause,
    history::v1::{
        ChildWorkflowExecutionCanceledEventAttributes,
        ChildWorkflowExecutionCompletedEventAttributes,
        ChildWorkflowExecutionFailedEventAttributes, ChildWorkflowExecutionStartedEventAttributes,
        ChildWorkflowExecutionTerminatedEventAttributes,
        ChildWorkflowExecutionTimedOutEventAttributes,
        StartChildWorkflowExecutionFailedEventAttributes,
        StartChildWorkflowExecutionInitiatedEventAttributes, history_event::Attributes,
    },
};

use super::{
    Run,
    cancel::CancelRequest,
    state::{Child, RunRef},
    terminate::Termination,
};
use crate::{
    context::Cx,
    ids::{Archetype, NamespaceId, RunId, RunKey},
    rejection::Rejection,
};

/// How a child ended, told to its parent.
#[derive(Clone, Debug, PartialEq)]
pub struct ChildOutcome {
    /// The parent's run.
    pub parent: RunKey,
    /// The parent's namespace, by name.
    pub parent_namespace: String,
    /// The event there.
    pub initiated_event_id: i64,
    /// The child's last run.
    pub child: RunRef,
    /// The child's first run: the one that the parent started.
    pub first_run_id: String,
    /// The child's type.
    pub workflow_type: String,
    /// The child's close event.
    pub close: Attributes,
}

impl Run {
    /// The child runs. If the parent has closed meanwhile, the child gets what its parent close policy says.
    pub fn child_started(&mut self, cx: &mut Cx<'_>, initiated_event_id: i64, run_id: RunId) {
        if self.note_child_started(cx, initiated_event_id, run_id) {
            self.schedule_workflow_task(cx);
        }
    }

    /// Writes a child's start, once. True if it was written.
    fn note_child_started(
        &mut self,
        cx: &mut Cx<'_>,
        initiated_event_id: i64,
        run_id: RunId,
    ) -> bool {
        if self
            .children
            .get(initiated_event_id)
            .is_none_or(|child| child.started_event_id != 0)
        {
            return false;
        }
        self.touch();
        let initiated = self.children.update(initiated_event_id, |child| {
            if let Some(reference) = &mut child.child {
                reference.run_id = run_id.to_string();
            }
            child.initiated.take()
        });
        if self.is_closed() {
            if let Some(child) = self.children.remove(initiated_event_id) {
                self.apply_parent_close_policy(cx, child);
            }
            return false;
        }
        let Some(Attributes::StartChildWorkflowExecutionInitiatedEventAttributes(initiated)) =
            initiated.flatten().and_then(|event| event.attributes)
        else {
            return false;
        };
        let event_id = self.add_event(
            cx.now,
            ChildWorkflowExecutionStartedEventAttributes {
                namespace: initiated.namespace,
                namespace_id: initiated.namespace_id,
                initiated_event_id,
                workflow_execution: Some(WorkflowExecution {
                    workflow_id: initiated.workflow_id,
                    run_id: run_id.to_string(),
                }),
                workflow_type: initiated.workflow_type,
                header: initiated.header,
            },
        );
        self.children.update(initiated_event_id, |child| {
            child.started_event_id = event_id
        });
        true
    }

    /// The child could not be started.
    pub fn child_start_failed(
        &mut self,
        cx: &mut Cx<'_>,
        initiated_event_id: i64,
        cause: StartChildWorkflowExecutionFailedCause,
    ) {
        let Some(child) = self.take_unstarted_child(initiated_event_id) else {
            return;
        };
        if self.is_closed() {
            return;
        }
        let Some(initiated) = child.initiated.and_then(|event| match event.attributes {
            Some(Attributes::StartChildWorkflowExecutionInitiatedEventAttributes(a)) => Some(a),
            _ => None,
        }) else {
            return;
        };
        self.add_event(cx.now, start_failed(initiated, initiated_event_id, cause));
        self.schedule_workflow_task(cx);
    }

    fn take_unstarted_child(&mut self, initiated_event_id: i64) -> Option<Child> {
        if self.children.get(initiated_event_id)?.started_event_id != 0 {
            return None;
        }
        self.touch();
        self.children.remove(initiated_event_id)
    }

    /// What a closed run tells its parent; `None` if it has none, or lives on in another run.
    #[must_use]
    pub fn child_outcome(&self) -> Option<ChildOutcome> {
        let parent = self.head.parent.as_ref()?;
        let close = self.head.close_event.as_ref()?.attributes.clone()?;
        Some(ChildOutcome {
            parent: RunKey {
                namespace_id: NamespaceId(uuid::Uuid::try_parse(&parent.namespace_id).ok()?),
                archetype: Archetype::Workflow,
                workflow_id: Arc::from(parent.workflow_id.as_str()),
                run_id: RunId::parse(&parent.run_id).ok()?,
            },
            parent_namespace: parent.namespace.clone(),
            initiated_event_id: parent.initiated_event_id,
            child: self.reference(),
            first_run_id: self.head.first_run_id.clone(),
            workflow_type: self.head.workflow_type.clone(),
            close,
        })
    }

    /// A child closed. Unknown or already heard of: nothing happens.
    pub fn child_closed(&mut self, cx: &mut Cx<'_>, outcome: &ChildOutcome) {
        let initiated_event_id = outcome.initiated_event_id;
        if self.is_closed() {
            return;
        }
        // The child may be faster than the news of its start.
        if self
            .children
            .get(initiated_event_id)
            .is_some_and(|child| child.started_event_id == 0)
        {
            let first = RunId::parse(&outcome.first_run_id).unwrap_or(self.key.run_id);
            self.note_child_started(cx, initiated_event_id, first);
        }
        let is_other = self.children.get(initiated_event_id).is_none_or(|child| {
            child
                .child
                .as_ref()
                .is_none_or(|reference| reference.run_id != outcome.first_run_id)
        });
        if is_other {
            return;
        }
        let Some(child) = self.children.remove(initiated_event_id) else {
            return;
        };
        self.touch();
        self.add_event(cx.now, close_attributes(outcome, child.started_event_id));
        self.schedule_workflow_task(cx);
    }

    /// What the run that was reset had heard of a child which this one has too; nothing of other events.
    pub(crate) fn hear_of_child_again(&mut self, cx: &mut Cx<'_>, mut attributes: Attributes) {
        let Some((initiated_event_id, workflow_id)) = news_of(&attributes) else {
            return;
        };
        let Some(child) = self.children.get(initiated_event_id).filter(|child| {
            // Another run of the chain may have had another child at this event.
            let reference = child.child.as_ref();
            reference.is_some_and(|reference| reference.workflow_id == workflow_id)
        }) else {
            return;
        };
        if let Attributes::ChildWorkflowExecutionStartedEventAttributes(started) = &attributes {
            let run_id = started
                .workflow_execution
                .as_ref()
                .and_then(|execution| RunId::parse(&execution.run_id).ok());
            if let Some(run_id) = run_id {
                self.note_child_started(cx, initiated_event_id, run_id);
            }
            return;
        }
        if let Some(at) = started_event_of(&mut attributes) {
            *at = child.started_event_id;
        }
        self.touch();
        self.children.remove(initiated_event_id);
        self.add_event(cx.now, attributes);
    }

    /// The run's parent closed: what [`crate::Transfer::ParentClosed`] asks of the child. `first_run_id` names the
    /// chain of runs that is meant. Refusals mean that there is nothing left to do.
    pub fn parent_closed(
        &mut self,
        cx: &mut Cx<'_>,
        parent: &RunKey,
        first_run_id: &str,
        terminate: bool,
    ) -> Result<(), Rejection> {
        self.require_open()?;
        self.require_chain(first_run_id)?;
        let parent = WorkflowExecution {
            workflow_id: parent.workflow_id.to_string(),
            run_id: parent.run_id.to_string(),
        };
        self.require_parent(&parent)?;
        if terminate {
            self.write_termination(
                cx,
                Termination {
                    reason: "by parent close policy".into(),
                    identity: "history-service".into(),
                    ..Termination::default()
                },
            );
        } else {
            self.write_cancel_request(
                cx,
                CancelRequest {
                    identity: "history-service".into(),
                    sender: Some(parent),
                    ..CancelRequest::default()
                },
            );
        }
        Ok(())
    }

    /// Refuses a message that is for children of its sender alone.
    pub(crate) fn require_parent(&self, sender: &WorkflowExecution) -> Result<(), Rejection> {
        let is_child = self.head.parent.as_ref().is_some_and(|parent| {
            parent.workflow_id == sender.workflow_id && parent.run_id == sender.run_id
        });
        if is_child {
            return Ok(());
        }
        Err(Rejection::NotFound("workflow parent does not match".into()))
    }
}

#[expect(deprecated, reason = "older workers still read the control field")]
fn start_failed(
    initiated: StartChildWorkflowExecutionInitiatedEventAttributes,
    initiated_event_id: i64,
    cause: StartChildWorkflowExecutionFailedCause,
) -> StartChildWorkflowExecutionFailedEventAttributes {
    StartChildWorkflowExecutionFailedEventAttributes {
        namespace: initiated.namespace,
        namespace_id: initiated.namespace_id,
        workflow_id: initiated.workflow_id,
        workflow_type: initiated.workflow_type,
        cause: cause as i32,
        control: initiated.control,
        initiated_event_id,
        // Temporal leaves the completed task out here.
        workflow_task_completed_event_id: 0,
    }
}

/// Which child an event is about, by the event that asked for it and by workflow id, if it says what became of one.
fn news_of(attributes: &Attributes) -> Option<(i64, String)> {
    use Attributes as A;
    let (id, execution) = match attributes {
        A::StartChildWorkflowExecutionFailedEventAttributes(a) => {
            return Some((a.initiated_event_id, a.workflow_id.clone()));
        }
        A::ChildWorkflowExecutionStartedEventAttributes(a) => {
            (a.initiated_event_id, &a.workflow_execution)
        }
        A::ChildWorkflowExecutionCompletedEventAttributes(a) => {
            (a.initiated_event_id, &a.workflow_execution)
        }
        A::ChildWorkflowExecutionFailedEventAttributes(a) => {
            (a.initiated_event_id, &a.workflow_execution)
        }
        A::ChildWorkflowExecutionCanceledEventAttributes(a) => {
            (a.initiated_event_id, &a.workflow_execution)
        }
        A::ChildWorkflowExecutionTimedOutEventAttributes(a) => {
            (a.initiated_event_id, &a.workflow_execution)
        }
        A::ChildWorkflowExecutionTerminatedEventAttributes(a) => {
            (a.initiated_event_id, &a.workflow_execution)
        }
        // Temporal's own enumeration: it has sixty variants, and grows.
        _ => return None,
    };
    Some((id, execution.as_ref()?.workflow_id.clone()))
}

/// Where the end of a child names the event of its start.
fn started_event_of(attributes: &mut Attributes) -> Option<&mut i64> {
    use Attributes as A;
    match attributes {
        A::ChildWorkflowExecutionCompletedEventAttributes(a) => Some(&mut a.started_event_id),
        A::ChildWorkflowExecutionFailedEventAttributes(a) => Some(&mut a.started_event_id),
        A::ChildWorkflowExecutionCanceledEventAttributes(a) => Some(&mut a.started_event_id),
        A::ChildWorkflowExecutionTimedOutEventAttributes(a) => Some(&mut a.started_event_id),
        A::ChildWorkflowExecutionTerminatedEventAttributes(a) => Some(&mut a.started_event_id),
        _ => None,
    }
}

fn close_attributes(outcome: &ChildOutcome, started_event_id: i64) -> Attributes {
    let namespace = outcome.child.namespace.clone();
    let namespace_id = outcome.child.namespace_id.clone();
    let workflow_execution = Some(WorkflowExecution {
        workflow_id: outcome.child.workflow_id.clone(),
        run_id: outcome.child.run_id.clone(),
    });
    let workflow_type = Some(WorkflowType {
        name: outcome.workflow_type.clone(),
    });
    let initiated_event_id = outcome.initiated_event_id;
    match &outcome.close {
        Attributes::WorkflowExecutionCompletedEventAttributes(a) => {
            ChildWorkflowExecutionCompletedEventAttributes {
                result: a.result.clone(),
                namespace,
                namespace_id,
                workflow_execution,
                workflow_type,
                initiated_event_id,
                started_event_id,
            }
            .into()
        }
        Attributes::WorkflowExecutionFailedEventAttributes(a) => {
            ChildWorkflowExecutionFailedEventAttributes {
                failure: a.failure.clone(),
                namespace,
                namespace_id,
                workflow_execution,
                workflow_type,
                initiated_event_id,
                started_event_id,
                retry_state: a.retry_state,
            }
            .into()
        }
        Attributes::WorkflowExecutionCanceledEventAttributes(a) => {
            ChildWorkflowExecutionCanceledEventAttributes {
                details: a.details.clone(),
                namespace,
                namespace_id,
                workflow_execution,
                workflow_type,
                initiated_event_id,
                started_event_id,
            }
            .into()
        }
        Attributes::WorkflowExecutionTimedOutEventAttributes(a) => {
            ChildWorkflowExecutionTimedOutEventAttributes {
                namespace,
                namespace_id,
                workflow_execution,
                workflow_type,
                initiated_event_id,
                started_event_id,
                retry_state: a.retry_state,
            }
            .into()
        }
        _ => ChildWorkflowExecutionTerminatedEventAttributes {
            namespace,
            namespace_id,
            workflow_execution,
            workflow_type,
            initiated_event_id,
            started_event_id,
        }
        .into(),
    }
}
