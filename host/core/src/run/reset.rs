//! Reset: a run begins again from a workflow task of its own past, or of an older run's of the same workflow id.
//!
//! The new run has the events up to that task as they were. The run that is open now ends; what was signalled or asked for
//! by updates after that task is said again to the new one, and so are changes of options, and what was heard of the
//! children that it had begun before. A request for cancellation is not.

use std::collections::HashSet;

use temporalio_protos::temporal::api::{
    enums::v1::{
        ResetReapplyExcludeType, ResetReapplyType, UpdateAdmittedEventOrigin,
        WorkflowTaskFailedCause,
    },
    failure::v1::{Failure, ResetWorkflowFailureInfo, failure::FailureInfo},
    history::v1::{
        HistoryEvent, WorkflowExecutionSignaledEventAttributes,
        WorkflowExecutionUpdateAdmittedEventAttributes, WorkflowTaskFailedEventAttributes,
        WorkflowTaskStartedEventAttributes, history_event::Attributes,
    },
    update::v1::Request,
    workflow::v1::{PostResetOperation, post_reset_operation::Variant},
    workflowservice::v1::ResetWorkflowExecutionRequest,
};

use super::{
    Run,
    events::Extras,
    options::ChangedOptions,
    rebuild::{NewRun, Rebuilt},
    state::External,
    terminate::Termination,
    update::Admitted,
};
use crate::{
    context::Cx,
    ids::{NamespaceInfo, RunId},
    rejection::Rejection,
    task::Transfer,
};

/// What a reset needs besides its request.
pub struct ResetFrom {
    /// The run whose history is begun again.
    pub base: RunId,
    /// Its events before the one that the request names.
    pub kept: Vec<HistoryEvent>,
    /// Everything after that, in this run and in those that it was continued as.
    pub dropped: Vec<HistoryEvent>,
    /// True if the current run is one of these.
    pub leads_to_current: bool,
}

/// ResetWorkflowExecution. `current` is the newest run of the workflow id; the new one is put into `cx.created`. The same
/// request again gives the run that it made.
pub fn reset(
    current: &mut Run,
    cx: &mut Cx<'_>,
    namespace: &NamespaceInfo,
    request: &ResetWorkflowExecutionRequest,
    from: ResetFrom,
) -> Result<RunId, Rejection> {
    if current.head.start_request_id == request.request_id {
        return Ok(current.key.run_id);
    }
    let run_id = RunId(cx.ids.uuid());
    let new = NewRun {
        run_id,
        request_id: request.request_id.clone(),
        workflow_id: current.key.workflow_id.clone(),
    };
    let finish_event_id = request.workflow_task_finish_event_id;
    let rebuilt = Run::rebuild(cx, namespace, new, from.kept).ok_or_else(|| {
        Rejection::InvalidArgument(format!(
            "Can only reset workflow to event ID in range [WorkflowTaskScheduled +1, WorkflowTaskStarted + 1]: {finish_event_id}"
        ))
    })?;
    let mut dropped = from.dropped;
    if !current.is_closed() {
        // What had waited behind a workflow task is written now, and is not forgotten.
        let from_event_id = current.head.next_event_id;
        current.head.reset_run_id = run_id.to_string();
        current.write_termination(
            cx,
            Termination {
                reason: request.reason.clone(),
                identity: "history-resetter".into(),
                ..Termination::default()
            },
        );
        if from.leads_to_current {
            dropped.extend(current.recent_history(from_event_id).into_iter().flatten());
        }
    } else if current.key.run_id == from.base {
        current.head.reset_run_id = run_id.to_string();
        current.touch();
    }
    let mut run = rebuilt.fail_task(cx, from.base, run_id, &request.reason);
    let excluded = excluded(request);
    for event in dropped {
        run.say_again(cx, event, &excluded);
    }
    for operation in &request.post_reset_operations {
        run.do_after_reset(cx, operation, request)?;
    }
    run.resume_after_reset(cx);
    cx.created.push(run);
    Ok(run_id)
}

/// What is not said again: what the request lists, and what its older field leaves out.
fn excluded(request: &ResetWorkflowExecutionRequest) -> HashSet<ResetReapplyExcludeType> {
    use ResetReapplyExcludeType as Exclude;
    let older: &[Exclude] = match request.reset_reapply_type() {
        ResetReapplyType::Signal => &[Exclude::Update],
        ResetReapplyType::None => &[Exclude::Signal, Exclude::Update],
        ResetReapplyType::Unspecified | ResetReapplyType::AllEligible => &[],
    };
    request
        .reset_reapply_exclude_types()
        .chain(older.iter().copied())
        .collect()
}

impl Rebuilt {
    /// Ends the workflow task at which the history was cut.
    fn fail_task(self, cx: &Cx<'_>, base: RunId, new: RunId, reason: &str) -> Run {
        let Self {
            mut run,
            scheduled_event_id,
            mut started_event_id,
        } = self;
        if started_event_id == 0 {
            started_event_id = run.add_event(
                cx.now,
                WorkflowTaskStartedEventAttributes {
                    scheduled_event_id,
                    identity: "history-service".into(),
                    ..Default::default()
                },
            );
        }
        run.add_event(
            cx.now,
            WorkflowTaskFailedEventAttributes {
                scheduled_event_id,
                started_event_id,
                cause: WorkflowTaskFailedCause::ResetWorkflow as i32,
                failure: Some(Failure {
                    message: reason.to_owned(),
                    failure_info: Some(FailureInfo::ResetWorkflowFailureInfo(
                        ResetWorkflowFailureInfo::default(),
                    )),
                    ..Default::default()
                }),
                identity: "history-service".into(),
                base_run_id: base.to_string(),
                new_run_id: new.to_string(),
                ..Default::default()
            },
        );
        run
    }
}

impl Run {
    fn say_again(
        &mut self,
        cx: &mut Cx<'_>,
        event: HistoryEvent,
        excluded: &HashSet<ResetReapplyExcludeType>,
    ) {
        use ResetReapplyExcludeType as Exclude;
        let extras = Extras {
            links: event.links,
            ..Extras::default()
        };
        match event.attributes {
            Some(Attributes::WorkflowExecutionSignaledEventAttributes(signal))
                if !excluded.contains(&Exclude::Signal) =>
            {
                self.write_signal(cx, signal, extras);
            }
            Some(Attributes::WorkflowExecutionUpdateAdmittedEventAttributes(admitted))
                if !excluded.contains(&Exclude::Update) =>
            {
                self.admit_again(cx, admitted.request);
            }
            Some(Attributes::WorkflowExecutionUpdateAcceptedEventAttributes(accepted))
                if !excluded.contains(&Exclude::Update) =>
            {
                self.admit_again(cx, accepted.accepted_request);
            }
            Some(Attributes::WorkflowExecutionOptionsUpdatedEventAttributes(options)) => {
                self.update_options_again(cx, options, extras);
            }
            Some(attributes) => self.hear_of_child_again(cx, attributes),
            None => {}
        }
    }

    /// What the request wants done to the new run before a worker sees it.
    fn do_after_reset(
        &mut self,
        cx: &mut Cx<'_>,
        operation: &PostResetOperation,
        request: &ResetWorkflowExecutionRequest,
    ) -> Result<(), Rejection> {
        match &operation.variant {
            Some(Variant::SignalWorkflow(signal)) => {
                let attributes = WorkflowExecutionSignaledEventAttributes {
                    signal_name: signal.signal_name.clone(),
                    input: signal.input.clone(),
                    identity: request.identity.clone(),
                    header: signal.header.clone(),
                    ..Default::default()
                };
                let extras = Extras {
                    links: signal.links.clone(),
                    ..Extras::default()
                };
                self.write_signal(cx, attributes, extras);
            }
            Some(Variant::UpdateWorkflowOptions(update)) => {
                let options = update
                    .workflow_execution_options
                    .clone()
                    .unwrap_or_default();
                let paths = update.update_mask.clone().unwrap_or_default().paths;
                let changed = ChangedOptions::read(&paths).map_err(Rejection::InvalidArgument)?;
                self.update_options(cx, &options, changed, &request.identity)?;
            }
            None => {}
        }
        Ok(())
    }

    /// An update that was accepted after the cut: nobody sends it again, so it is kept until a worker has it.
    fn admit_again(&mut self, cx: &Cx<'_>, request: Option<Request>) {
        let Some(request) = request else { return };
        let update_id = id_of(&request);
        if self.knows_update(&update_id) {
            return;
        }
        self.add_event(
            cx.now,
            WorkflowExecutionUpdateAdmittedEventAttributes {
                request: Some(request.clone()),
                origin: UpdateAdmittedEventOrigin::Reapply as i32,
            },
        );
        self.head.admitted_again.push(request.clone());
        self.admitted.push(Admitted {
            update_id,
            request,
            sent: false,
            in_history: true,
        });
    }

    /// Brings the updates back that a reset admitted.
    pub(crate) fn load_admitted_again(&mut self) {
        self.admitted
            .extend(self.head.admitted_again.iter().map(|request| Admitted {
                update_id: id_of(request),
                request: request.clone(),
                sent: false,
                in_history: true,
            }));
    }

    /// A worker has the update.
    pub(crate) fn forget_admitted_again(&mut self, update_id: &str) {
        let before = self.head.admitted_again.len();
        self.head
            .admitted_again
            .retain(|request| id_of(request) != update_id);
        if self.head.admitted_again.len() != before {
            self.touch();
        }
    }

    /// What was pending at the cut goes on: activities from their beginning, messages and children that nobody has
    /// answered.
    fn resume_after_reset(&mut self, cx: &mut Cx<'_>) {
        let activities: Vec<i64> = self.activities.iter().map(|(id, _)| id).collect();
        for id in activities {
            self.activities.update(id, |activity| {
                activity.scheduled_time = cx.now.0;
                activity.attempt_scheduled_time = cx.now.0;
            });
            self.add_activity_row(cx, id);
        }
        let children = self.children.iter().filter_map(|(id, child)| {
            (child.started_event_id == 0).then_some(Transfer::StartChild {
                initiated_event_id: id,
            })
        });
        let messages = self
            .externals
            .iter()
            .filter_map(|(id, external)| external_transfer(id, external));
        for transfer in children.chain(messages).collect::<Vec<_>>() {
            self.add_transfer(cx, transfer);
        }
        self.resume_nexus_operations(cx);
        self.schedule_workflow_task(cx);
    }
}

fn external_transfer(initiated_event_id: i64, external: &External) -> Option<Transfer> {
    match external.initiated.as_ref()?.attributes.as_ref()? {
        Attributes::SignalExternalWorkflowExecutionInitiatedEventAttributes(_) => {
            Some(Transfer::SignalExternal { initiated_event_id })
        }
        Attributes::RequestCancelExternalWorkflowExecutionInitiatedEventAttributes(_) => {
            Some(Transfer::CancelExternal { initiated_event_id })
        }
        _ => None,
    }
}

/// The id of an update.
pub(crate) fn id_of(request: &Request) -> String {
    request
        .meta
        .as_ref()
        .map(|meta| meta.update_id.clone())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests;
