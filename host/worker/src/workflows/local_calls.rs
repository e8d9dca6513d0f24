//! The local activities that a run has asked for and that have not ended.
//!
//! What became of one must read the same in a replay. sdk-core says that one timed out by an activity's failure around the time-out, but
//! keeps the time-out alone in history, so a replay would tell that: here it is put into the same words again.

use std::collections::HashMap;

use temporalio_protos::{
    coresdk::{
        activity_result::activity_resolution::Status,
        workflow_activation::{
            ResolveActivity, WorkflowActivation, workflow_activation_job::Variant as Job,
        },
        workflow_commands::workflow_command::Variant as Command,
        workflow_completion::Success,
    },
    temporal::api::{
        common::v1::ActivityType,
        enums::v1::RetryState,
        failure::v1::{ActivityFailureInfo, Failure, failure::FailureInfo},
    },
};

/// By sequence number.
#[derive(Debug, Default)]
pub(super) struct LocalCalls(HashMap<u32, Call>);

#[derive(Debug)]
struct Call {
    activity_type: String,
    activity_id: String,
}

impl LocalCalls {
    /// Whether the run waits for one.
    pub(super) fn is_waiting(&self) -> bool {
        !self.0.is_empty()
    }

    /// Notes what a guest asks for.
    pub(super) fn begin(&mut self, answer: &Success) {
        for command in &answer.commands {
            if let Some(Command::ScheduleLocalActivity(schedule)) = &command.variant {
                let call = Call {
                    activity_type: schedule.activity_type.clone(),
                    activity_id: schedule.activity_id.clone(),
                };
                self.0.insert(schedule.seq, call);
            }
        }
    }

    /// Takes what has ended, before the guest is told.
    pub(super) fn end(&mut self, activation: &mut WorkflowActivation) {
        for job in &mut activation.jobs {
            if let Some(Job::ResolveActivity(resolved)) = &mut job.variant
                && resolved.is_local
                && let Some(call) = self.0.remove(&resolved.seq)
            {
                call.wrap_time_out(resolved);
            }
        }
    }
}

impl Call {
    fn wrap_time_out(self, resolved: &mut ResolveActivity) {
        let status = resolved
            .result
            .as_mut()
            .and_then(|result| result.status.as_mut());
        if let Some(Status::Failed(failed)) = status
            && let Some(failure) = &mut failed.failure
            && let Some(FailureInfo::TimeoutFailureInfo(_)) = failure.failure_info
        {
            let info = ActivityFailureInfo {
                activity_type: Some(ActivityType {
                    name: self.activity_type,
                }),
                activity_id: self.activity_id,
                retry_state: RetryState::CancelRequested.into(),
                ..Default::default()
            };
            *failure = Failure {
                message: "Local Activity timed out".to_owned(),
                cause: Some(Box::new(std::mem::take(failure))),
                failure_info: Some(FailureInfo::ActivityFailureInfo(info)),
                ..Default::default()
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use temporalio_protos::{
        coresdk::{
            activity_result::{ActivityResolution, Failure as Failed},
            workflow_commands::{ScheduleLocalActivity, WorkflowCommand},
        },
        temporal::api::{enums::v1::TimeoutType, failure::v1::TimeoutFailureInfo},
    };

    use super::*;

    fn time_out() -> Failure {
        let info = TimeoutFailureInfo {
            timeout_type: TimeoutType::StartToClose.into(),
            ..Default::default()
        };
        Failure {
            message: "Activity timed out".to_owned(),
            failure_info: Some(FailureInfo::TimeoutFailureInfo(info)),
            ..Default::default()
        }
    }

    /// What a guest is told whose call 7 of the activity `charge` ended with `failure`.
    fn told(failure: Failure) -> Failure {
        let mut calls = LocalCalls::default();
        let schedule = ScheduleLocalActivity {
            seq: 7,
            activity_type: "charge".to_owned(),
            ..Default::default()
        };
        calls.begin(&Success {
            commands: vec![WorkflowCommand {
                variant: Some(Command::ScheduleLocalActivity(schedule)),
                ..Default::default()
            }],
            ..Default::default()
        });
        assert!(calls.is_waiting());
        let failed = Failed {
            failure: Some(failure),
            ..Default::default()
        };
        let resolved = ResolveActivity {
            seq: 7,
            is_local: true,
            result: Some(ActivityResolution {
                status: Some(Status::Failed(failed)),
            }),
        };
        let mut activation = WorkflowActivation {
            jobs: vec![Job::ResolveActivity(resolved).into()],
            ..Default::default()
        };
        calls.end(&mut activation);
        assert!(!calls.is_waiting());
        let Some(Job::ResolveActivity(ResolveActivity {
            result:
                Some(ActivityResolution {
                    status: Some(Status::Failed(failed)),
                }),
            ..
        })) = activation.jobs.remove(0).variant
        else {
            panic!("another job");
        };
        failed.failure.unwrap()
    }

    #[test]
    fn a_time_out_out_of_history_reads_as_it_did_when_it_happened() {
        let replayed = told(time_out());
        assert_eq!(replayed.cause.as_deref(), Some(&time_out()));
        let Some(FailureInfo::ActivityFailureInfo(info)) = &replayed.failure_info else {
            panic!("no activity's failure: {replayed:?}");
        };
        assert_eq!(info.activity_type.as_ref().unwrap().name, "charge");
        assert_eq!(told(replayed.clone()), replayed);
    }

    #[test]
    fn what_an_activity_itself_says_is_left_alone() {
        let own = Failure {
            message: "no funds".to_owned(),
            ..Default::default()
        };
        assert_eq!(told(own.clone()), own);
    }
}
