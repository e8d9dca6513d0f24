//! A run made of the beginning of another one's history: what the events say is the state.
//!
//! Only what a reset needs: the history ends while a workflow task is pending, and what history does not know (attempts
//! of activities, heartbeats, what waited in a buffer) begins anew.

use std::sync::Arc;

use temporalio_protos::temporal::api::{
    common::v1::Callback,
    deployment::v1::WorkerDeploymentVersion,
    enums::v1::VersioningBehavior,
    history::v1::{
        HistoryEvent, WorkflowExecutionOptionsUpdatedEventAttributes,
        WorkflowExecutionStartedEventAttributes, WorkflowTaskCompletedEventAttributes,
        history_event::Attributes,
    },
};

use super::{
    Run,
    birth::{Birth, expiration},
    callbacks::standing_by,
    reset::id_of,
    state::{RunRef, TaskNature, Timer, Update, Version, WorkflowTask},
    worker_versions::CompletedBy,
};
use crate::{
    context::Cx,
    ids::{NamespaceInfo, RunId},
    time::{Span, Timestamp},
};

/// A run at a point of its history at which a workflow task is pending.
pub(crate) struct Rebuilt {
    pub(crate) run: Run,
    /// The pending task's scheduled event.
    pub(crate) scheduled_event_id: i64,
    /// Its started event, 0 if that is not in the history.
    pub(crate) started_event_id: i64,
}

/// Who the new run is.
pub(crate) struct NewRun {
    pub(crate) run_id: RunId,
    pub(crate) request_id: String,
    pub(crate) workflow_id: Arc<str>,
}

impl Run {
    /// Makes a run of these events, which are the first of some run of this workflow id. It begins now: its time-outs
    /// count from `cx.now`. `None` if no workflow task is pending after the last of them.
    pub(crate) fn rebuild(
        cx: &mut Cx<'_>,
        namespace: &NamespaceInfo,
        new: NewRun,
        events: Vec<HistoryEvent>,
    ) -> Option<Rebuilt> {
        let mut events = events.into_iter();
        let first = events.next()?;
        let Some(Attributes::WorkflowExecutionStartedEventAttributes(started)) = &first.attributes
        else {
            return None;
        };
        let birth = birth_again(cx, new, started, &first);
        let mut run = Self::unborn(cx, namespace, &birth);
        let began = first.event_time.as_ref().map(Timestamp::from_proto);
        run.head.original_start_time = began.unwrap_or(cx.now).0;
        run.write(first);
        let mut started_event_id = 0;
        for event in events {
            let at = event.event_time.as_ref().map(Timestamp::from_proto);
            let attributes = event.attributes.clone()?;
            let id = run.write(event);
            match &attributes {
                Attributes::WorkflowTaskStartedEventAttributes(_) => started_event_id = id,
                Attributes::WorkflowTaskScheduledEventAttributes(_) => started_event_id = 0,
                _ => {}
            }
            run.replay(cx, id, at.unwrap_or(cx.now), attributes);
        }
        let scheduled_event_id = run.head.workflow_task.take()?.scheduled_event_id;
        Some(Rebuilt {
            run,
            scheduled_event_id,
            started_event_id,
        })
    }

    /// Makes of the state what this event of its history says.
    fn replay(&mut self, cx: &mut Cx<'_>, id: i64, at: Timestamp, attributes: Attributes) {
        use Attributes as A;
        match attributes {
            A::WorkflowTaskScheduledEventAttributes(a) => {
                self.head.first_workflow_task_at = 0;
                self.head.workflow_task = Some(WorkflowTask {
                    scheduled_event_id: id,
                    attempt: a.attempt,
                    stamp: self.next_stamp(),
                    scheduled_time: at.0,
                    original_scheduled_time: at.0,
                    nature: TaskNature::Normal as i32,
                    task_id: 0,
                    sticky: false,
                });
            }
            A::WorkflowTaskCompletedEventAttributes(a) => self.replay_completed(cx.now, id, a),
            A::WorkflowTaskFailedEventAttributes(_) | A::WorkflowTaskTimedOutEventAttributes(_) => {
                self.head.workflow_task = None;
            }
            A::ActivityTaskScheduledEventAttributes(_) => self.insert_activity(id, at),
            A::ActivityTaskCancelRequestedEventAttributes(a) => {
                self.activities.update(a.scheduled_event_id, |activity| {
                    activity.cancel_requested_event_id = id;
                });
            }
            A::ActivityTaskCompletedEventAttributes(a) => {
                self.forget_activity(a.scheduled_event_id);
            }
            A::ActivityTaskFailedEventAttributes(a) => {
                self.forget_activity(a.scheduled_event_id);
            }
            A::ActivityTaskTimedOutEventAttributes(a) => {
                self.forget_activity(a.scheduled_event_id);
            }
            A::ActivityTaskCanceledEventAttributes(a) => {
                self.forget_activity(a.scheduled_event_id);
            }
            A::TimerStartedEventAttributes(a) => {
                let span = Span::from_proto(a.start_to_fire_timeout.as_ref());
                self.timers.insert(
                    id,
                    Timer {
                        timer_id: a.timer_id,
                        started_event_id: id,
                        fire_at: at.plus(span).0,
                    },
                );
            }
            A::TimerFiredEventAttributes(a) => {
                self.timers.remove(a.started_event_id);
            }
            A::TimerCanceledEventAttributes(a) => {
                self.timers.remove(a.started_event_id);
            }
            A::WorkflowExecutionSignaledEventAttributes(a) => {
                self.note_signal(&a.request_id);
            }
            A::WorkflowExecutionCancelRequestedEventAttributes(_) => {
                self.head.cancel_requested = true;
            }
            A::WorkflowExecutionUpdateAdmittedEventAttributes(a) => {
                if let Some(request) = a.request {
                    self.replay_update_callbacks(&id_of(&request), &request.completion_callbacks);
                }
            }
            A::WorkflowExecutionUpdateAcceptedEventAttributes(a) => {
                if let Some(request) = a.accepted_request {
                    let callbacks = &request.completion_callbacks;
                    self.replay_update_callbacks(&a.protocol_instance_id, callbacks);
                }
                self.updates.insert(
                    id,
                    Update {
                        update_id: a.protocol_instance_id,
                        accepted_event_id: id,
                        completed_event_id: 0,
                    },
                );
            }
            A::WorkflowExecutionUpdateCompletedEventAttributes(a) => {
                if let Some(update) = self.updates.get(a.accepted_event_id) {
                    let update_id = update.update_id.clone();
                    self.forget_callbacks_of_update(&update_id);
                }
                self.updates.update(a.accepted_event_id, |update| {
                    update.completed_event_id = id;
                });
            }
            A::UpsertWorkflowSearchAttributesEventAttributes(a) => {
                self.merge_search_attributes(a.search_attributes.as_ref());
            }
            A::WorkflowPropertiesModifiedEventAttributes(a) => {
                self.merge_memo(a.upserted_memo.as_ref());
            }
            A::WorkflowExecutionOptionsUpdatedEventAttributes(a) => self.replay_options(a),
            A::WorkflowExecutionPausedEventAttributes(a) => self.note_pause(at, a),
            A::WorkflowExecutionUnpausedEventAttributes(_) => self.note_unpause(),
            other => {
                self.replay_nexus(id, at, other.clone());
                self.replay_other_runs(cx, id, other);
            }
        }
    }

    /// What other runs have to do with this one.
    fn replay_other_runs(&mut self, cx: &mut Cx<'_>, id: i64, attributes: Attributes) {
        use Attributes as A;
        match attributes {
            A::StartChildWorkflowExecutionInitiatedEventAttributes(_) => self.insert_child(id),
            A::ChildWorkflowExecutionStartedEventAttributes(a) => {
                let run_id = a.workflow_execution.map(|e| e.run_id).unwrap_or_default();
                self.children.update(a.initiated_event_id, |child| {
                    child.started_event_id = id;
                    child.initiated = None;
                    if let Some(reference) = &mut child.child {
                        reference.run_id = run_id;
                    }
                });
            }
            A::StartChildWorkflowExecutionFailedEventAttributes(a) => {
                self.children.remove(a.initiated_event_id);
            }
            A::ChildWorkflowExecutionCompletedEventAttributes(a) => {
                self.children.remove(a.initiated_event_id);
            }
            A::ChildWorkflowExecutionFailedEventAttributes(a) => {
                self.children.remove(a.initiated_event_id);
            }
            A::ChildWorkflowExecutionCanceledEventAttributes(a) => {
                self.children.remove(a.initiated_event_id);
            }
            A::ChildWorkflowExecutionTimedOutEventAttributes(a) => {
                self.children.remove(a.initiated_event_id);
            }
            A::ChildWorkflowExecutionTerminatedEventAttributes(a) => {
                self.children.remove(a.initiated_event_id);
            }
            A::SignalExternalWorkflowExecutionInitiatedEventAttributes(_)
            | A::RequestCancelExternalWorkflowExecutionInitiatedEventAttributes(_) => {
                self.insert_external(cx, id);
            }
            A::SignalExternalWorkflowExecutionFailedEventAttributes(a) => {
                self.externals.remove(a.initiated_event_id);
            }
            A::ExternalWorkflowExecutionSignaledEventAttributes(a) => {
                self.externals.remove(a.initiated_event_id);
            }
            A::RequestCancelExternalWorkflowExecutionFailedEventAttributes(a) => {
                self.externals.remove(a.initiated_event_id);
            }
            A::ExternalWorkflowExecutionCancelRequestedEventAttributes(a) => {
                self.externals.remove(a.initiated_event_id);
            }
            // Started events come with the ends; the rest leaves nothing in the state.
            _ => {}
        }
    }

    #[expect(deprecated, reason = "older workers tell nothing else of their build")]
    fn replay_completed(
        &mut self,
        now: Timestamp,
        id: i64,
        a: WorkflowTaskCompletedEventAttributes,
    ) {
        self.head.workflow_task = None;
        self.head.last_started_event_id = a.started_event_id;
        self.head.last_completed_event_id = id;
        let behavior = VersioningBehavior::try_from(a.versioning_behavior)
            .unwrap_or(VersioningBehavior::Unspecified);
        let by = CompletedBy {
            stamp: a.worker_version,
            binary_checksum: a.binary_checksum,
            build_id: a
                .deployment_version
                .as_ref()
                .map(|version| version.build_id.clone()),
        };
        self.note_version(
            a.deployment_version.map(version_of),
            behavior,
            &a.worker_deployment_name,
        );
        self.note_worker(now, by, id);
    }

    /// What a change of options means for the run that has it in its history.
    pub(crate) fn replay_options(&mut self, a: WorkflowExecutionOptionsUpdatedEventAttributes) {
        if a.unset_versioning_override {
            self.head.versioning_override = None;
        } else if a.versioning_override.is_some() {
            self.head.versioning_override = a.versioning_override;
        }
        self.note_version_attributes(None);
        if a.priority.is_some() {
            self.head.priority = a.priority;
        }
        self.remember_start(&a.attached_request_id);
        let now = Timestamp(self.head.start_time);
        self.head
            .callbacks
            .extend(standing_by(&a.attached_completion_callbacks, now));
        for update in a.workflow_update_options {
            let callbacks = &update.attached_completion_callbacks;
            self.replay_update_callbacks(&update.update_id, callbacks);
        }
    }

    fn replay_update_callbacks(&mut self, update_id: &str, callbacks: &[Callback]) {
        let now = Timestamp(self.head.start_time);
        self.let_callbacks_stand_by(update_id, callbacks, now);
    }
}

fn version_of(version: WorkerDeploymentVersion) -> Version {
    Version {
        deployment_name: version.deployment_name,
        build_id: version.build_id,
    }
}

/// The start of a run that begins now as the first one did then.
fn birth_again(
    cx: &Cx<'_>,
    new: NewRun,
    started: &WorkflowExecutionStartedEventAttributes,
    event: &HistoryEvent,
) -> Birth {
    let execution_timeout = Span::from_proto(started.workflow_execution_timeout.as_ref());
    let attributes = WorkflowExecutionStartedEventAttributes {
        workflow_execution_expiration_time: expiration(cx, execution_timeout),
        first_workflow_task_backoff: None,
        ..started.clone()
    };
    Birth {
        run_id: new.run_id,
        workflow_id: new.workflow_id,
        request_id: new.request_id,
        user_metadata: event.user_metadata.clone(),
        root: started.root_workflow_execution.as_ref().map(|root| RunRef {
            namespace: started.parent_workflow_namespace.clone(),
            namespace_id: started.parent_workflow_namespace_id.clone(),
            workflow_id: root.workflow_id.clone(),
            run_id: root.run_id.clone(),
            initiated_event_id: 0,
        }),
        version: started.inherited_pinned_version.clone().map(version_of),
        links: event.links.clone(),
        attributes,
    }
}
