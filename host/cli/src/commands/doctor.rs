//! `sundial doctor`: checks what this machine and the server need, and says what to do about what is missing.
//!
//! It changes nothing, but for a file that it makes and removes to see whether a folder can be written.

use std::{fmt, fs, path::Path, process::Command};

use clap::Args;
use serde::Serialize;
use temporalio_protos::temporal::api::workflowservice::v1::GetSystemInfoRequest;

use crate::{
    arguments::Connection,
    client::Client,
    commands::server,
    printer::{Printer, Table},
    problem::Problem,
    settings::Settings,
};

/// Arguments of `sundial doctor`.
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    #[command(flatten)]
    pub(crate) connection: Connection,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Check {
    name: &'static str,
    verdict: Verdict,
    found: String,
    hint: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    Good,
    /// Some commands will not work.
    Missing,
    /// Nothing will work.
    Broken,
}

#[derive(Debug, Serialize)]
struct Diagnosis {
    checks: Vec<Check>,
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new(&["check", "verdict", "found"]);
        for check in &self.checks {
            let verdict = match check.verdict {
                Verdict::Good => "good",
                Verdict::Missing => "missing",
                Verdict::Broken => "BROKEN",
            };
            table.row([check.name.into(), verdict.into(), check.found.clone()]);
        }
        write!(f, "{table}")?;
        let hints = self
            .checks
            .iter()
            .filter_map(|check| check.hint.as_ref().map(|hint| (check.name, hint)));
        hints
            .into_iter()
            .try_for_each(|(name, hint)| writeln!(f, "hint: {name}: {hint}"))
    }
}

impl Doctor {
    pub(crate) async fn run(self, settings: &Settings, printer: &Printer) -> Result<(), Problem> {
        let checks = vec![
            sandbox(settings),
            writable("cache folder", &settings.compiled_folder()),
            cargo(),
            wasm_target(),
            server_answers(settings).await,
        ];
        let broken = checks
            .iter()
            .filter(|check| check.verdict == Verdict::Broken)
            .count();
        printer.report(&Diagnosis { checks });
        match broken {
            0 => Ok(()),
            count => Err(Problem::new(format!(
                "{count} of the checks found something broken"
            ))),
        }
    }
}

fn check(name: &'static str, outcome: Result<String, (Verdict, String, String)>) -> Check {
    match outcome {
        Ok(found) => Check {
            name,
            verdict: Verdict::Good,
            found,
            hint: None,
        },
        Err((verdict, found, hint)) => Check {
            name,
            verdict,
            found,
            hint: Some(hint),
        },
    }
}

fn sandbox(settings: &Settings) -> Check {
    let hint = "this machine may not allow to reserve address space: see `ulimit -v`".to_owned();
    let outcome = server::sandbox(settings).map(|_| "starts".to_owned());
    check(
        "sandbox",
        outcome.map_err(|problem| (Verdict::Broken, problem.what, hint)),
    )
}

fn writable(name: &'static str, folder: &Path) -> Check {
    let probe = folder.join(format!(".doctor-{}", std::process::id()));
    let outcome = fs::create_dir_all(folder)
        .and_then(|()| fs::write(&probe, b""))
        .and_then(|()| fs::remove_file(&probe));
    check(
        name,
        outcome
            .map(|()| folder.display().to_string())
            .map_err(|error| {
                (
                    Verdict::Broken,
                    format!("{}: {error}", folder.display()),
                    "choose another with SUNDIAL_CACHE_DIR".into(),
                )
            }),
    )
}

fn cargo() -> Check {
    let hint = "needed by `sundial build` on a Rust crate: https://rustup.rs".to_owned();
    check(
        "cargo",
        first_line("cargo", &["--version"]).ok_or((
            Verdict::Missing,
            "can't be run".to_owned(),
            hint,
        )),
    )
}

fn wasm_target() -> Check {
    let target = "wasm32-unknown-unknown";
    let folder = first_line("rustc", &["--print", "target-libdir", "--target", target]);
    let found = folder
        .filter(|folder| Path::new(folder).is_dir())
        .map(|_| format!("{target} is there"));
    check(
        "wasm target",
        found.ok_or((
            Verdict::Missing,
            format!("{target} is not there"),
            format!("rustup target add {target}"),
        )),
    )
}

async fn server_answers(settings: &Settings) -> Check {
    let outcome = match Client::connect(settings).await {
        Ok(client) => client
            .workflows()
            .get_system_info(GetSystemInfoRequest::default())
            .await
            .map(|answer| {
                format!(
                    "{} runs version {}",
                    client.address,
                    answer.into_inner().server_version
                )
            })
            .map_err(|status| client.problem(&status)),
        Err(problem) => Err(problem),
    };
    check(
        "server",
        outcome.map_err(|problem| {
            (
                Verdict::Missing,
                problem.what,
                problem.hint.unwrap_or_default(),
            )
        }),
    )
}

fn first_line(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(arguments)
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .next()
        .map(str::to_owned)
}
