//! What the instance remembers, and the one well-behaved workflow: a counter that waits for timers and signals.

use std::cell::{Cell, RefCell};

use crate::messages::{
    Activation, Answer, Command, Completion, Duration, Payload, StartTimer, command, job::Variant,
};

thread_local! {
    static WORKFLOW_TYPE: RefCell<String> = const { RefCell::new(String::new()) };
    static COUNT: Cell<u64> = const { Cell::new(0) };
    static TIMERS: Cell<u32> = const { Cell::new(0) };
}

pub fn set_workflow_type(name: &str) {
    WORKFLOW_TYPE.set(name.to_owned());
}

pub fn workflow_type() -> String {
    WORKFLOW_TYPE.with_borrow(Clone::clone)
}

/// The first argument of the workflow.
pub fn input(activation: &Activation) -> Vec<u8> {
    activation
        .jobs
        .iter()
        .find_map(|job| match &job.variant {
            Some(Variant::Initialize(init)) => {
                init.arguments.first().map(|payload| payload.data.clone())
            }
            _ => None,
        })
        .unwrap_or_default()
}

/// Starts a timer at first and whenever one fires; counts timers and signals; answers queries with the count.
pub fn count(activation: &Activation) -> Vec<u8> {
    let mut commands = Vec::new();
    for job in &activation.jobs {
        match &job.variant {
            Some(Variant::Initialize(_)) => commands.push(next_timer()),
            Some(Variant::FireTimer(_)) => {
                COUNT.set(COUNT.get() + 1);
                commands.push(next_timer());
            }
            Some(Variant::Signal(_)) => COUNT.set(COUNT.get() + 1),
            Some(Variant::Query(query)) => commands.push(Command {
                variant: Some(command::Variant::Answer(Answer::succeeded(
                    &query.query_id,
                    Payload {
                        data: COUNT.get().to_string().into_bytes(),
                    },
                ))),
            }),
            None => {}
        }
    }
    Completion::success(activation, commands)
}

fn next_timer() -> Command {
    let seq = TIMERS.get() + 1;
    TIMERS.set(seq);
    Command {
        variant: Some(command::Variant::StartTimer(StartTimer {
            seq,
            // Longer than any test: a server takes no timer without a length.
            start_to_fire_timeout: Some(Duration { seconds: 3_600 }),
        })),
    }
}
