//! Plays a whole run to a guest without a server: answers each activity and each timer that it asks for, until it completes or asks for
//! nothing more.

use sundial_sandbox::Module;
use temporalio_protos::coresdk::{
    activity_result::{
        ActivityResolution, Success as ActivitySuccess, activity_resolution::Status,
    },
    workflow_activation::{
        FireTimer, InitializeWorkflow, ResolveActivity, WorkflowActivation,
        workflow_activation_job::Variant as Job,
    },
    workflow_commands::{WorkflowCommand, workflow_command::Variant as Command},
};

use crate::guests;

/// More activations than any workflow of these tests has.
const MAX_ACTIVATIONS: usize = 100;

/// What a run did.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Play {
    /// The state after each activation, where the component shows it.
    pub(crate) hashes: Vec<u64>,
    pub(crate) commands: Vec<WorkflowCommand>,
}

/// Plays a run that every activity answers with `"done"`.
pub(crate) fn play(module: &Module, workflow_type: &str, input: &str) -> Play {
    let init = InitializeWorkflow {
        randomness_seed: 7,
        attempt: 1,
        start_time: Some(time(0)),
        workflow_task_timeout: Some(prost_wkt_types::Duration {
            seconds: 10,
            nanos: 0,
        }),
        first_execution_run_id: "run-1".into(),
        original_execution_run_id: "run-1".into(),
        ..guests::init(workflow_type, input)
    };
    let mut guest = module
        .instantiate(&guests::run_of(workflow_type), &init)
        .unwrap_or_else(|failure| panic!("{failure}"));
    let mut play = Play {
        hashes: Vec::new(),
        commands: Vec::new(),
    };
    let mut jobs = vec![Job::InitializeWorkflow(init)];
    for number in 0..MAX_ACTIVATIONS {
        if jobs.is_empty() {
            break;
        }
        let activation = WorkflowActivation {
            timestamp: Some(time(number)),
            history_length: u32::try_from(3 + 5 * number).expect("few activations"),
            ..guests::activation(std::mem::take(&mut jobs))
        };
        let success = guest
            .activate(&activation)
            .unwrap_or_else(|failure| panic!("{failure}\n{}", failure.failure.stack_trace));
        let hash = guest
            .state_hash()
            .unwrap_or_else(|failure| panic!("{failure}"));
        play.hashes.extend(hash);
        jobs.extend(success.commands.iter().filter_map(answer));
        play.commands.extend(success.commands);
    }
    play
}

fn answer(command: &WorkflowCommand) -> Option<Job> {
    match command.variant.as_ref()? {
        Command::StartTimer(timer) => Some(Job::FireTimer(FireTimer { seq: timer.seq })),
        Command::ScheduleActivity(activity) => {
            let success = ActivitySuccess {
                result: Some(guests::json("\"done\"")),
            };
            Some(Job::ResolveActivity(ResolveActivity {
                seq: activity.seq,
                result: Some(ActivityResolution {
                    status: Some(Status::Completed(success)),
                }),
                is_local: false,
            }))
        }
        _ => None,
    }
}

fn time(number: usize) -> prost_wkt_types::Timestamp {
    prost_wkt_types::Timestamp {
        seconds: 1_700_000_000 + number as i64,
        nanos: 0,
    }
}
