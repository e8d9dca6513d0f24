//! A component of the contract `temporal:workflow-runtime` whose answers have the right types and make no sense. Each workflow type is
//! one such answer. It reads no protobuf: the host is told what it wants to hear, or what it does not.

wit_bindgen::generate!({ path: "../../../../wit/temporal-workflow-runtime", world: "workflow-module" });

use std::cell::Cell;

use self::{
    exports::temporal::workflow_runtime::workflow_guest::{
        Guest, GuestWorkflowInstance, WorkflowInstance,
    },
    temporal::workflow_runtime::{
        types::{
            ActivationJobResult, ActivationResult, Failure, MainRoutineCompletion, QueryResponse,
            RoutineCompletion, RoutineKind, RoutinePendingState, RoutinePollResult,
            SignalRoutineCompletion, StartedRoutine, TaskFailure, TerminalOutcome,
            UpdateDefinition, UpdateRoutineCompletion, UpdateRoutineSuccess, WorkflowDefinition,
            WorkflowInit,
        },
        workflow_host,
    },
};

struct Component;

export!(Component);

const WORKFLOW_TYPES: &[&str] = &[
    "NoResults",
    "GarbageCommand",
    "CommandsWithoutEnd",
    "GarbageResult",
    "GarbageFailure",
    "RefuseToStart",
    "AlwaysMoving",
    "NoMainState",
    "MainAsHandler",
    "HandlerAsMain",
    "StuckInterceptor",
    "TakenRoutine",
    "ForeignUpdate",
    "TaskFailed",
    "Panic",
    "Details",
    "Patch",
    "QueryNotAnswered",
    "RoutineForTimer",
];

/// Bytes that are no protobuf message.
const GARBAGE: &[u8] = &[0xff; 16];

impl Guest for Component {
    type WorkflowInstance = Instance;

    fn list_workflows() -> Vec<WorkflowDefinition> {
        WORKFLOW_TYPES
            .iter()
            .map(|name| WorkflowDefinition {
                workflow_type: (*name).to_owned(),
                has_init: false,
                init_takes_input: false,
                signals: vec!["go".into()],
                queries: vec!["state".into()],
                updates: vec![UpdateDefinition {
                    name: "set".into(),
                    has_validator: true,
                }],
            })
            .collect()
    }

    fn instantiate_workflow(init: WorkflowInit) -> Result<WorkflowInstance, Failure> {
        // Field 1 of InitializeWorkflow is the workflow type: a tag, a length, the text.
        let encoded = &init.initialize_workflow;
        let length = usize::from(encoded[1]);
        let workflow_type = String::from_utf8_lossy(&encoded[2..2 + length]).into_owned();
        match workflow_type.as_str() {
            "GarbageFailure" => Err(GARBAGE.to_vec()),
            "RefuseToStart" => Err(failure("the input is not for me")),
            _ => Ok(WorkflowInstance::new(Instance {
                workflow_type,
                polls: Cell::new(0),
            })),
        }
    }
}

struct Instance {
    workflow_type: String,
    polls: Cell<u64>,
}

impl GuestWorkflowInstance for Instance {
    fn activate(&self, activation: Vec<u8>) -> Result<ActivationResult, Failure> {
        let jobs = jobs(&activation);
        if self.workflow_type == "Details" {
            workflow_host::set_current_details("half way");
        }
        if self.workflow_type == "NoResults" {
            return Ok(ActivationResult {
                job_results: Vec::new(),
            });
        }
        Ok(ActivationResult {
            job_results: jobs.into_iter().map(|job| self.answer(job)).collect(),
        })
    }

    fn poll_routine(&self, routine: u64) -> Result<RoutinePollResult, Failure> {
        self.polls.set(self.polls.get() + 1);
        if routine != 0 {
            return Ok(self.poll_handler());
        }
        let main = |main| Some(RoutineCompletion::Main(main));
        let blocked = main(MainRoutineCompletion::Blocked);
        let (completion, made_progress, pending_state) = match self.workflow_type.as_str() {
            "GarbageCommand" => {
                workflow_host::push_command(GARBAGE);
                (blocked, false, None)
            }
            "CommandsWithoutEnd" => loop {
                // An unknown field of 1 MiB: a valid message.
                let mut command = vec![0xfa, 0x3f, 0x80, 0x80, 0x40];
                command.resize(5 + (1 << 20), 0);
                workflow_host::push_command(&command);
            },
            "GarbageResult" => {
                let outcome = TerminalOutcome::Completed(GARBAGE.to_vec());
                (main(MainRoutineCompletion::Terminal(outcome)), true, None)
            }
            "AlwaysMoving" => (blocked, true, None),
            "NoMainState" => (None, false, None),
            "MainAsHandler" => (
                Some(RoutineCompletion::Signal(
                    SignalRoutineCompletion::Succeeded,
                )),
                false,
                None,
            ),
            "StuckInterceptor" => (blocked, false, Some(RoutinePendingState::Interceptor)),
            "TaskFailed" => {
                let failed = TaskFailure {
                    failure: failure("by its own wish"),
                    force_cause: Some(24),
                };
                (main(MainRoutineCompletion::TaskFailed(failed)), false, None)
            }
            "Panic" => panic!("no one reads this"),
            "Patch" => {
                let data = if workflow_host::patch_activation("faster") {
                    b"new"
                } else {
                    b"old"
                };
                // A payload: field 2 holds the data.
                let payload = [&[0x12, 3], data.as_slice()].concat();
                let outcome = TerminalOutcome::Completed(payload);
                (main(MainRoutineCompletion::Terminal(outcome)), true, None)
            }
            _ => (blocked, false, None),
        };
        Ok(RoutinePollResult {
            completion,
            made_progress,
            pending_state,
        })
    }
}

impl Instance {
    fn answer(&self, job: Job) -> ActivationJobResult {
        let started = |routine_id, kind| {
            ActivationJobResult::StartedRoutine(StartedRoutine { routine_id, kind })
        };
        match (self.workflow_type.as_str(), job) {
            ("RoutineForTimer", Job::Other) => started(1, RoutineKind::Main),
            ("TakenRoutine", Job::Signal) => started(0, RoutineKind::Signal("go".into())),
            (_, Job::Signal) => started(1, RoutineKind::Signal("go".into())),
            ("QueryNotAnswered", Job::Query) => ActivationJobResult::None,
            (_, Job::Query) => ActivationJobResult::QueryResponse(QueryResponse {
                response: Ok(GARBAGE.to_vec()),
            }),
            (_, Job::Other) => ActivationJobResult::None,
        }
    }

    fn poll_handler(&self) -> RoutinePollResult {
        let completion = match self.workflow_type.as_str() {
            "HandlerAsMain" => RoutineCompletion::Main(MainRoutineCompletion::Blocked),
            "ForeignUpdate" => RoutineCompletion::Update(UpdateRoutineCompletion::Completed(
                UpdateRoutineSuccess {
                    protocol_instance_id: "someone else's".into(),
                    value: Vec::new(),
                },
            )),
            _ => RoutineCompletion::Signal(SignalRoutineCompletion::Succeeded),
        };
        RoutinePollResult {
            completion: Some(completion),
            made_progress: true,
            pending_state: None,
        }
    }
}

/// The kinds of job that are told apart here.
enum Job {
    Query,
    Signal,
    Other,
}

/// The jobs of an encoded activation: the length-delimited fields with tag 5, told apart by the tag of what they hold. All lengths in
/// the tests fit into one byte or two.
fn jobs(mut bytes: &[u8]) -> Vec<Job> {
    let mut jobs = Vec::new();
    while !bytes.is_empty() {
        let tag = varint(&mut bytes);
        match tag & 7 {
            0 => {
                varint(&mut bytes);
            }
            2 => {
                let length = varint(&mut bytes) as usize;
                let (field, rest) = bytes.split_at(length);
                bytes = rest;
                if tag >> 3 == 5 {
                    jobs.push(match field.first().map(|tag| tag >> 3) {
                        Some(5) => Job::Query,
                        Some(7) => Job::Signal,
                        _ => Job::Other,
                    });
                }
            }
            other => panic!("wire type {other}"),
        }
    }
    jobs
}

fn varint(bytes: &mut &[u8]) -> u64 {
    let mut value = 0;
    for shift in (0..).step_by(7) {
        let (first, rest) = bytes.split_first().expect("the host encodes whole numbers");
        *bytes = rest;
        value |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            break;
        }
    }
    value
}

/// An encoded failure: field 1 holds the message.
fn failure(message: &str) -> Failure {
    [&[0x0a, message.len() as u8], message.as_bytes()].concat()
}
