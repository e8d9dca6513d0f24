//! The command line: which commands there are, and the arguments that several of them share.
//!
//! Arguments of one command only are in that command's file. Defaults are not here but in `settings`, which knows
//! the environment and the file too.

use std::{ffi::OsString, path::PathBuf};

use clap::{Args, Parser, Subcommand};

use crate::{
    commands,
    settings::{Overrides, Secret},
};

/// Durable workflows as sandboxed WebAssembly components, on Temporal's API.
#[derive(Debug, Parser)]
#[command(
    name = "sundial",
    version,
    arg_required_else_help = true,
    max_term_width = 100
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Arguments of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// Print results as JSON, one document on stdout; problems as JSON on stderr
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Settings file [default: sundial.toml here, else sundial/sundial.toml in the configuration folder]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// What to log to stderr: a level, or a filter such as `sundial_server=debug`
    #[arg(long, global = true, value_name = "FILTER")]
    pub(crate) log: Option<String>,
}

/// What `sundial` can do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Server and worker host in one process, for development
    Dev(commands::dev::Dev),
    /// The server: Temporal's API and the module registry
    Server(commands::server::Server),
    /// The worker host: runs workflow components for a server
    Worker(commands::worker::Worker),
    /// Make a project with a workflow, an activity and a test
    New(commands::new::New),
    /// Make a workflow component from a project's folder or a core module
    Build(commands::build::Build),
    /// Run a workflow component with mocked activities and skipped time, and show what it asks for
    Test(commands::test::Test),
    /// A server for tests: it keeps nothing, and skips idle time
    TestServer(commands::test_server::TestServer),
    /// Workflow components in the registry
    #[command(subcommand)]
    Module(commands::module::Module),
    /// Workflow executions
    #[command(subcommand)]
    Workflow(commands::workflow::Workflow),
    /// Check what this machine and the server need
    Doctor(commands::doctor::Doctor),
    /// Show every setting and where its value comes from
    Config(commands::config::Config),
    /// Print a completion script for a shell
    Completions(commands::completions::Completions),
}

/// How a client command reaches a server.
#[derive(Debug, Args)]
pub(crate) struct Connection {
    /// The server, as host:port
    #[arg(long, value_name = "HOST:PORT")]
    pub(crate) address: Option<String>,
    /// The namespace to work in
    #[arg(long, short, value_name = "NAME")]
    pub(crate) namespace: Option<String>,
    #[command(flatten)]
    pub(crate) security: Security,
}

/// How a client proves who it is, and knows whom it talks to. The names are those of the `temporal` CLI.
#[derive(Debug, Args)]
pub(crate) struct Security {
    /// Connect with TLS; also on when any option below is given
    #[arg(long)]
    pub(crate) tls: bool,
    /// Certificate of the authority that signed the server's, as PEM
    #[arg(long, value_name = "FILE")]
    pub(crate) tls_ca_path: Option<PathBuf>,
    /// Certificate to show to the server, as PEM
    #[arg(long, value_name = "FILE")]
    pub(crate) tls_cert_path: Option<PathBuf>,
    /// Private key of that certificate, as PEM
    #[arg(long, value_name = "FILE")]
    pub(crate) tls_key_path: Option<PathBuf>,
    /// Name that the server's certificate must have, if it is not the address's
    #[arg(long, value_name = "NAME")]
    pub(crate) tls_server_name: Option<String>,
    /// API key to send with each call; SUNDIAL_API_KEY keeps it out of the list of processes
    #[arg(long, value_name = "KEY")]
    pub(crate) api_key: Option<Secret>,
}

/// Where a server listens and keeps its data.
#[derive(Debug, Args)]
pub(crate) struct Serving {
    /// Database file; made if it is not there
    #[arg(long, value_name = "FILE")]
    pub(crate) db: Option<PathBuf>,
    /// Address to listen on
    #[arg(long, value_name = "IP")]
    pub(crate) ip: Option<String>,
    /// Port to listen on
    #[arg(long, value_name = "PORT")]
    pub(crate) port: Option<u16>,
    /// Port of the HTTP API, or `off` [default: ten above the port]
    #[arg(long, value_name = "PORT")]
    pub(crate) http_port: Option<String>,
    /// Namespace to register at start; may be given more than once
    #[arg(long = "namespace", short, value_name = "NAME")]
    pub(crate) namespaces: Vec<String>,
    #[command(flatten)]
    pub(crate) watching: Watching,
}

/// How a long-lived process is watched.
#[derive(Debug, Args)]
pub(crate) struct Watching {
    /// Answer GET /metrics for Prometheus, and GET /health, here
    #[arg(long, value_name = "IP:PORT")]
    pub(crate) metrics_address: Option<String>,
}

/// Limits on workflow components and what the worker host runs besides.
#[derive(Debug, Args)]
pub(crate) struct Hosting {
    /// Take modules from a folder of .wasm components instead of the registry
    #[arg(long, value_name = "DIR")]
    pub(crate) modules: Option<PathBuf>,
    /// Task queue of the modules in --modules
    #[arg(long, value_name = "NAME")]
    pub(crate) task_queue: Option<String>,
    /// File that declares the activities that the worker host runs itself
    #[arg(long, value_name = "FILE")]
    pub(crate) activities: Option<PathBuf>,
    /// Memory that one run may have, such as 512MiB
    #[arg(long, value_name = "SIZE")]
    pub(crate) memory_limit: Option<String>,
    /// CPU milliseconds that one activation may take
    #[arg(long, value_name = "MS")]
    pub(crate) cpu_limit_ms: Option<u64>,
    /// Memory that all live runs together may keep, such as 1GiB; 0 replays a run for each task
    #[arg(long, value_name = "SIZE")]
    pub(crate) cache_limit: Option<String>,
}

/// Names one workflow execution.
#[derive(Debug, Args)]
pub(crate) struct Target {
    /// The workflow's id
    #[arg(long, short, value_name = "ID")]
    pub(crate) workflow_id: String,
    /// The run; the latest one unless given
    #[arg(long, short, value_name = "ID")]
    pub(crate) run_id: Option<String>,
}

/// What a workflow, a signal, a query or an update is given.
#[derive(Debug, Args)]
pub(crate) struct Input {
    /// An argument as JSON; may be given more than once
    #[arg(long, short, value_name = "JSON", allow_hyphen_values = true)]
    pub(crate) input: Vec<String>,
    /// A file that holds an argument as JSON; may be given more than once
    #[arg(long, value_name = "FILE", conflicts_with = "input")]
    pub(crate) input_file: Vec<PathBuf>,
}

impl Arguments {
    /// Reads this process's command line.
    pub(crate) fn read() -> Self {
        Self::parse_from(with_command(std::env::args_os().collect()))
    }

    /// What the command line says of the settings.
    pub(crate) fn overrides(&self) -> Overrides {
        let mut overrides = Overrides {
            config: self.global.config.clone(),
            log: self.global.log.clone(),
            ..Overrides::default()
        };
        match &self.command {
            Command::Dev(dev) => dev.overrides(&mut overrides),
            Command::Server(server) => server.overrides(&mut overrides),
            Command::Worker(worker) => worker.overrides(&mut overrides),
            Command::Module(module) => module.connection().overrides(&mut overrides),
            Command::Workflow(workflow) => workflow.connection().overrides(&mut overrides),
            Command::Doctor(doctor) => doctor.connection.overrides(&mut overrides),
            Command::TestServer(server) => server.overrides(&mut overrides),
            Command::Test(_)
            | Command::New(_)
            | Command::Build(_)
            | Command::Config(_)
            | Command::Completions(_) => {}
        }
        overrides
    }
}

impl Connection {
    fn overrides(&self, overrides: &mut Overrides) {
        overrides.address = self.address.clone();
        overrides.namespace = self.namespace.clone();
        self.security.overrides(overrides);
    }
}

impl Security {
    pub(crate) fn overrides(&self, overrides: &mut Overrides) {
        overrides.tls = self.tls.then(|| true.to_string());
        overrides.tls_ca_path = text_of(self.tls_ca_path.as_ref());
        overrides.tls_cert_path = text_of(self.tls_cert_path.as_ref());
        overrides.tls_key_path = text_of(self.tls_key_path.as_ref());
        overrides.tls_server_name = self.tls_server_name.clone();
        overrides.api_key = self.api_key.as_ref().map(|key| key.0.clone());
    }
}

impl Watching {
    pub(crate) fn overrides(&self, overrides: &mut Overrides) {
        overrides.metrics_address = self.metrics_address.clone();
    }
}

impl Serving {
    pub(crate) fn overrides(&self, overrides: &mut Overrides) {
        overrides.database = text_of(self.db.as_ref());
        overrides.ip = self.ip.clone();
        overrides.port = self.port.map(|port| port.to_string());
        overrides.http_port = self.http_port.clone();
        overrides.namespaces = (!self.namespaces.is_empty()).then(|| self.namespaces.join(","));
        self.watching.overrides(overrides);
    }
}

impl Hosting {
    pub(crate) fn overrides(&self, overrides: &mut Overrides) {
        overrides.modules = text_of(self.modules.as_ref());
        overrides.task_queue = self.task_queue.clone();
        overrides.activities = text_of(self.activities.as_ref());
        overrides.memory_limit = self.memory_limit.clone();
        overrides.cpu_limit_ms = self.cpu_limit_ms.map(|limit| limit.to_string());
        overrides.cache_limit = self.cache_limit.clone();
    }
}

/// A path as the text of a setting.
pub(crate) fn text_of(path: Option<&PathBuf>) -> Option<String> {
    path.map(|path| path.display().to_string())
}

/// Temporal's SDKs start a test server with its port as the first argument, and name no command.
fn with_command(mut arguments: Vec<OsString>) -> Vec<OsString> {
    let is_port = |argument: &OsString| {
        argument
            .to_str()
            .is_some_and(|text| text.parse::<u16>().is_ok())
    };
    if arguments.get(1).is_some_and(is_port) {
        arguments.insert(1, "test-server".into());
    }
    arguments
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &str) {
        let arguments = line.split(' ').map(OsString::from).collect();
        let expected: Vec<OsString> = expected.split(' ').map(OsString::from).collect();
        assert_eq!(with_command(arguments), expected);
    }

    #[test]
    fn a_port_in_the_place_of_a_command_means_a_test_server() {
        check("sundial 7233", "sundial test-server 7233");
        check(
            "sundial 7233 --enable-time-skipping",
            "sundial test-server 7233 --enable-time-skipping",
        );
        check("sundial dev 7233", "sundial dev 7233");
        check("sundial 70000", "sundial 70000");
        check("sundial", "sundial");
    }

    #[test]
    fn secrets_on_the_command_line_are_not_printed() {
        for line in [
            "sundial doctor --api-key hidden",
            "sundial server --database postgres://ada:hidden@db/shop",
        ] {
            let arguments = Arguments::try_parse_from(line.split(' ')).expect("it is understood");
            assert!(!format!("{arguments:?}").contains("hidden"), "{line}");
        }
    }

    /// The commands of a page's shell blocks that are ours, without what follows them on the line.
    fn commands_of(page: &str) -> Vec<Vec<String>> {
        let mut is_shell = false;
        page.replace("\\\n", " ")
            .lines()
            .filter(move |line| {
                if line.starts_with("```") {
                    is_shell = *line == "```sh";
                }
                is_shell
            })
            .flat_map(|line| line.split(" && "))
            .filter(|command| command.starts_with("sundial "))
            .map(|command| {
                let (command, _comment) = command.split_once(" #").unwrap_or((command, ""));
                let command = command.trim_end_matches(" &");
                shlex::split(command).expect("its quotes are closed")
            })
            .collect()
    }

    #[test]
    fn what_readers_are_told_to_type_is_understood() {
        let checkout = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let pages = [
            "README.md",
            "guests/README.md",
            "guests/rust/template/README.md",
            "guests/go/template/README.md",
            "guests/python/template/README.md",
            "guests/typescript/template/README.md",
        ];
        for page in pages {
            let text = std::fs::read_to_string(checkout.join(page)).expect("the page is there");
            let mut count = 0;
            for command in commands_of(&text) {
                count += 1;
                if let Err(error) = Arguments::try_parse_from(&command) {
                    panic!("{page} says {command:?}: {error}");
                }
            }
            assert!(count > 0, "{page} has no command");
        }
    }
}
