//! A component of the contract `sundial:workflow` that brings a system with it, as an interpreter's C library does. Each workflow type
//! asks the system for something.

#[path = "../../sundial/src/messages.rs"]
#[allow(dead_code, reason = "shared with a guest that needs all of it")]
mod messages;

wit_bindgen::generate!({ path: "../../../wit/sundial-workflow", world: "workflow" });

use wasip2::{cli, clocks, filesystem, random, sockets};

use self::{
    exports::sundial::workflow::guest::{Guest, WorkflowDefinition},
    messages::{Activation, Completion, Message, job::Variant},
};

struct Component;

export!(Component);

/// What each workflow type asks for; the answer is its result, an error fails its task.
const WISHES: &[(&str, fn() -> Result<String, String>)] = &[
    ("Print", print),
    ("PrintAndTrap", print_and_trap),
    ("Nothing", nothing),
    ("WallClock", || {
        Ok(clocks::wall_clock::now().seconds.to_string())
    }),
    ("MonotonicClock", || {
        Ok(clocks::monotonic_clock::now().to_string())
    }),
    ("Sleep", || {
        clocks::monotonic_clock::subscribe_duration(1).block();
        Ok("slept".to_owned())
    }),
    ("Random", || {
        Ok(format!("{:?}", random::random::get_random_bytes(8)))
    }),
    ("InsecureSeed", || {
        Ok(format!("{:?}", random::insecure_seed::insecure_seed()))
    }),
    ("Socket", || {
        let family = sockets::network::IpAddressFamily::Ipv4;
        answer(sockets::tcp_create_socket::create_tcp_socket(family))
    }),
    ("Resolve", || {
        let network = sockets::instance_network::instance_network();
        answer(sockets::ip_name_lookup::resolve_addresses(
            &network,
            "example.com",
        ))
    }),
    ("Input", || answer(cli::stdin::get_stdin().blocking_read(1))),
    ("Exit", || {
        cli::exit::exit(Err(()));
        Ok("went on".to_owned())
    }),
    ("HandlesWithoutEnd", || {
        loop {
            std::mem::forget(cli::stdout::get_stdout());
        }
    }),
];

impl Guest for Component {
    fn describe() -> Vec<WorkflowDefinition> {
        WISHES
            .iter()
            .map(|(name, _)| WorkflowDefinition {
                workflow_type: (*name).to_owned(),
                description: String::new(),
                signals: Vec::new(),
                queries: Vec::new(),
                updates: Vec::new(),
            })
            .collect()
    }

    fn activate(activation: Vec<u8>) -> Vec<u8> {
        let activation =
            Activation::decode(activation.as_slice()).expect("the host encodes activations");
        let init = activation.jobs.iter().find_map(|job| match &job.variant {
            Some(Variant::Initialize(init)) => Some(init),
            _ => None,
        });
        let workflow_type = &init.expect("a run has one activation").workflow_type;
        let (_, wish) = WISHES
            .iter()
            .find(|(name, _)| name == workflow_type)
            .expect("the host asks for types that there are");
        match wish() {
            Ok(result) => Completion::result(&activation, result.into_bytes()),
            Err(error) => Completion::failure(&activation, &error),
        }
    }
}

fn print() -> Result<String, String> {
    let (out, error) = (cli::stdout::get_stdout(), cli::stderr::get_stderr());
    for (stream, text) in [
        (&out, "to stdout"),
        (&error, "to stderr"),
        (&out, ", in pieces\n"),
    ] {
        stream
            .blocking_write_and_flush(text.as_bytes())
            .map_err(|error| error.to_string())?;
    }
    Ok("printed".to_owned())
}

fn print_and_trap() -> Result<String, String> {
    let _ = cli::stderr::get_stderr().blocking_write_and_flush(b"panic: all is lost\n");
    core::arch::wasm32::unreachable()
}

fn nothing() -> Result<String, String> {
    Ok(format!(
        "{:?} {:?} {:?} {} {}",
        cli::environment::get_environment(),
        cli::environment::get_arguments(),
        cli::environment::initial_cwd(),
        filesystem::preopens::get_directories().len(),
        cli::terminal_stdout::get_terminal_stdout().is_some(),
    ))
}

/// That something is there would be a surprise; an error is told as the system's name for it.
fn answer<T, E: std::fmt::Debug>(outcome: Result<T, E>) -> Result<String, String> {
    outcome
        .map(|_| "was given".to_owned())
        .map_err(|error| format!("{error:?}"))
}
