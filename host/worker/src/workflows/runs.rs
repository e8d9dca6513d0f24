//! The runs of one guest thread: their instances, and what is done with an activation.
//!
//! A run's instance lives and dies here, on one thread, so instances need no locks. Whatever a guest does, the answer is a
//! completion; a panic of the host in one activation fails that task and drops that run.

use std::{
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use sundial_sandbox::{Guest, RunContext, TaskFailure};
use temporalio_protos::{
    coresdk::{
        workflow_activation::{
            InitializeWorkflow, WorkflowActivation, workflow_activation_job::Variant as Job,
        },
        workflow_completion::{
            Success, WorkflowActivationCompletion, workflow_activation_completion::Status,
        },
    },
    temporal::api::{
        enums::v1::VersioningBehavior,
        failure::v1::{ApplicationFailureInfo, Failure, failure::FailureInfo},
    },
};

use super::{Version, VersionId, local_calls::LocalCalls};
use crate::{cpu_time, statistics::Counters};

/// Instances by version and run id.
pub(super) struct Runs {
    runs: HashMap<VersionId, HashMap<String, Run>>,
    counters: Arc<Counters>,
}

struct Run {
    guest: Box<dyn Guest>,
    local_calls: LocalCalls,
}

/// What came of an activation.
pub(super) struct Outcome {
    pub(super) completion: WorkflowActivationCompletion,
    /// The memory that the run's instance takes now, 0 if there is none any more.
    pub(super) instance_bytes: u64,
    /// Whether its workflow task goes on here: with the history that is replayed, or with a local activity's end.
    pub(super) goes_on: bool,
}

impl Runs {
    pub(super) fn new(counters: Arc<Counters>) -> Self {
        Self {
            runs: HashMap::new(),
            counters,
        }
    }

    /// Lets the run's guest take in an activation.
    pub(super) fn activate(
        &mut self,
        version: &Version,
        activation: &mut WorkflowActivation,
    ) -> Outcome {
        let result = catch_unwind(AssertUnwindSafe(|| self.try_activate(version, activation)))
            .unwrap_or_else(|_| {
                Err(failure(
                    "the worker host panicked in this activation; its log has the place",
                ))
            });
        match result {
            Ok(mut answer) => {
                let success = &mut answer.success;
                success.versioning_behavior = if version.is_versioned {
                    VersioningBehavior::Pinned.into()
                } else {
                    VersioningBehavior::Unspecified.into()
                };
                let completion = WorkflowActivationCompletion {
                    run_id: activation.run_id.clone(),
                    status: Some(Status::Successful(answer.success)),
                    ..Default::default()
                };
                Outcome {
                    completion,
                    instance_bytes: answer.instance_bytes,
                    goes_on: answer.goes_on,
                }
            }
            Err(TaskFailure { failure, cause }) => {
                tracing::warn!(
                    module = version.module.name,
                    namespace = version.module.namespace,
                    run_id = activation.run_id,
                    "workflow task failed: {}",
                    failure.message
                );
                self.counters.count_failed_workflow_task();
                // After a failure the instance is worth nothing. sdk-core evicts the run, and the server lets it be replayed.
                self.drop_run(version.id, &activation.run_id);
                let completion =
                    WorkflowActivationCompletion::fail(activation.run_id.clone(), failure, cause);
                Outcome {
                    completion,
                    instance_bytes: 0,
                    goes_on: false,
                }
            }
        }
    }

    /// Drops a run's instance, if there is one: a run whose first activation failed has none.
    pub(super) fn drop_run(&mut self, version: VersionId, run_id: &str) {
        let Some(runs) = self.runs.get_mut(&version) else {
            return;
        };
        let run = runs.remove(run_id);
        if runs.is_empty() {
            self.runs.remove(&version);
        }
        drop_guarded(run);
    }

    /// Drops all instances of a version.
    pub(super) fn drop_version(&mut self, version: VersionId) {
        for (_, run) in self.runs.remove(&version).into_iter().flatten() {
            drop_guarded(run);
        }
    }

    fn try_activate(
        &mut self,
        version: &Version,
        activation: &mut WorkflowActivation,
    ) -> Result<Answer, TaskFailure> {
        if let Some(init) = initialization(activation) {
            let run = RunContext {
                namespace: version.module.namespace.clone(),
                task_queue: version.module.task_queue.clone(),
                workflow_id: init.workflow_id.clone(),
                run_id: activation.run_id.clone(),
                workflow_type: init.workflow_type.clone(),
            };
            // A run that is replayed replaces what is left of it.
            self.drop_run(version.id, &run.run_id);
            let before = cpu_time::of_thread();
            let guest = version.maker.make_guest(&run, init);
            self.counters
                .count_instantiation(cpu_time::of_thread().saturating_sub(before));
            let made = Run {
                guest: guest?,
                local_calls: LocalCalls::default(),
            };
            self.runs
                .entry(version.id)
                .or_default()
                .insert(run.run_id, made);
        }
        let run = self
            .runs
            .get_mut(&version.id)
            .and_then(|runs| runs.get_mut(&activation.run_id))
            .ok_or_else(|| {
                failure("this worker host does not hold the run any more; it will be replayed")
            })?;
        run.local_calls.end(activation);
        let before = cpu_time::of_thread();
        let result = run.guest.activate(activation);
        self.counters.count_activation(
            activation.is_replaying,
            cpu_time::of_thread().saturating_sub(before),
        );
        let success = result?;
        // What history holds was run once, perhaps by a host that knew more.
        if !activation.is_replaying
            && let Some(unknown) = version.local_activities.unknown(&success)
        {
            return Err(failure(&unknown));
        }
        run.local_calls.begin(&success);
        Ok(Answer {
            success,
            instance_bytes: run.guest.memory_bytes(),
            goes_on: run.local_calls.is_waiting()
                || (activation.is_replaying && !is_only_queries(activation)),
        })
    }
}

/// What a guest answered.
struct Answer {
    success: Success,
    instance_bytes: u64,
    goes_on: bool,
}

/// Whether nothing follows such an activation: it asks a run that was brought up to date before.
fn is_only_queries(activation: &WorkflowActivation) -> bool {
    activation
        .jobs
        .iter()
        .all(|job| matches!(job.variant, Some(Job::QueryWorkflow(_))))
}

fn initialization(activation: &WorkflowActivation) -> Option<&InitializeWorkflow> {
    activation.jobs.iter().find_map(|job| match &job.variant {
        Some(Job::InitializeWorkflow(init)) => Some(init),
        _ => None,
    })
}

/// A panic while one instance is dropped must not take the thread with it.
fn drop_guarded<T>(value: T) {
    if catch_unwind(AssertUnwindSafe(|| drop(value))).is_err() {
        tracing::error!("an instance could not be dropped; its memory may be lost");
    }
}

fn failure(message: &str) -> TaskFailure {
    let info = ApplicationFailureInfo {
        r#type: "WorkerHost".to_owned(),
        ..Default::default()
    };
    TaskFailure {
        failure: Failure {
            message: message.to_owned(),
            source: "sundial".to_owned(),
            failure_info: Some(FailureInfo::ApplicationFailureInfo(info)),
            ..Default::default()
        },
        cause: None,
    }
}
