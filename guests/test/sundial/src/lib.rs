//! A component of the contract `sundial:workflow` without any SDK. Each workflow type is a way to behave; see `behave`.
//! The messages that it understands are cut down to the fields that it needs.

mod bad;
mod messages;
mod state;

wit_bindgen::generate!({ path: "../../../wit/sundial-workflow", world: "workflow" });

use self::{
    exports::sundial::workflow::guest::{Guest, Handler, WorkflowDefinition},
    messages::{Activation, Completion, Message, job::Variant},
    sundial::workflow::host::{self, Level},
};

struct Component;

export!(Component);

/// Every workflow type of this component.
const WORKFLOW_TYPES: &[&str] = &[
    "Complete",
    "Count",
    "Info",
    "Log",
    "LogWithoutEnd",
    "NanBits",
    "Work",
    "Fail",
    "Loop",
    "EatMemory",
    "EatMemoryBeforeLoop",
    "Recurse",
    "Panic",
    "Unreachable",
    "Garbage",
    "Empty",
    "OtherRun",
    "EmptyCommand",
    "TooLarge",
    "NoAnswer",
    "CommandOnQuery",
];

impl Guest for Component {
    fn describe() -> Vec<WorkflowDefinition> {
        let handler = |name: &str, description: &str| Handler {
            name: name.to_owned(),
            description: description.to_owned(),
        };
        WORKFLOW_TYPES
            .iter()
            .map(|name| WorkflowDefinition {
                workflow_type: (*name).to_owned(),
                description: format!("Behaves as {name} says."),
                signals: vec![handler("add", "Adds to the count.")],
                queries: vec![handler("count", "")],
                updates: Vec::new(),
            })
            .collect()
    }

    fn activate(activation: Vec<u8>) -> Vec<u8> {
        let activation =
            Activation::decode(activation.as_slice()).expect("the host encodes activations");
        for job in &activation.jobs {
            if let Some(Variant::Initialize(init)) = &job.variant {
                std::panic::set_hook(Box::new(|info| host::log(Level::Error, &info.to_string())));
                state::set_workflow_type(&init.workflow_type);
            }
        }
        behave(&activation)
    }
}

fn behave(activation: &Activation) -> Vec<u8> {
    match state::workflow_type().as_str() {
        "Count" => state::count(activation),
        "Complete" => Completion::result(activation, state::input(activation)),
        "Info" => {
            let run = host::run();
            let info = [
                run.namespace,
                run.task_queue,
                run.workflow_id,
                run.run_id,
                run.workflow_type,
            ];
            Completion::result(activation, info.join(" ").into_bytes())
        }
        "Log" => {
            host::log(Level::Info, "an ordinary line");
            host::log(Level::Warn, &"long ".repeat(4_000));
            state::count(activation)
        }
        "LogWithoutEnd" => {
            for line in 0..3_000 {
                host::log(Level::Info, &format!("line {line}"));
            }
            state::count(activation)
        }
        "NanBits" => Completion::result(activation, bad::nan_bits()),
        "Work" => Completion::result(activation, bad::work(&state::input(activation))),
        "Fail" => Completion::failure(activation, "not today"),
        "Loop" => bad::loop_without_end(),
        "EatMemory" => bad::eat_memory(),
        "EatMemoryBeforeLoop" => {
            bad::take_memory(64);
            bad::loop_without_end()
        }
        "Recurse" => {
            let depth = bad::recurse(std::hint::black_box(1));
            Completion::result(activation, depth.to_string().into_bytes())
        }
        "Panic" => bad::reserve_stock(),
        "Unreachable" => bad::unreachable(),
        "Garbage" => vec![0xff; 64],
        "Empty" => Vec::new(),
        "OtherRun" => {
            let other = Activation {
                run_id: "another".into(),
                ..Default::default()
            };
            Completion::result(&other, Vec::new())
        }
        "EmptyCommand" => Completion::empty_command(activation),
        "TooLarge" => vec![0; 65 << 20],
        "NoAnswer" => Completion::nothing(activation),
        "CommandOnQuery" => Completion::result(activation, Vec::new()),
        other => panic!("no workflow type {other}"),
    }
}
