//! `sundial doctor`: checks what this machine and the server need, and says what to do about what is missing.
//!
//! It changes nothing, but for a file that it makes and removes to see whether a folder can be written.

use std::{fmt, fs, path::Path};

use clap::Args;
use serde::Serialize;
use temporalio_protos::temporal::api::workflowservice::v1::GetSystemInfoRequest;

use crate::{
    arguments::Connection,
    build::{Language, Need, Workshop},
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
    name: String,
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
            table.row([check.name.clone(), verdict.into(), check.found.clone()]);
        }
        write!(f, "{table}")?;
        let hints = self
            .checks
            .iter()
            .filter_map(|check| check.hint.as_ref().map(|hint| (&check.name, hint)));
        hints
            .into_iter()
            .try_for_each(|(name, hint)| writeln!(f, "hint: {name}: {hint}"))
    }
}

impl Doctor {
    pub(crate) async fn run(self, settings: &Settings, printer: &Printer) -> Result<(), Problem> {
        let mut checks = vec![
            sandbox(settings),
            writable("cache folder", &settings.compiled_folder()),
        ];
        checks.extend(toolchains(&Workshop::new(settings, printer)));
        checks.push(server_answers(settings).await);
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

fn check(name: impl Into<String>, outcome: Result<String, (Verdict, String, String)>) -> Check {
    let name = name.into();
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

/// The tools of each language, a row for each.
fn toolchains(workshop: &Workshop<'_>) -> Vec<Check> {
    let rows = Language::ALL.into_iter().flat_map(|language| {
        let tools = language.driver().tools(workshop);
        tools.into_iter().map(move |tool| {
            let name = format!("{language}: {}", tool.name);
            let need = match tool.need {
                Need::Required => "needed by",
                Need::Optional => "optional for",
            };
            let missing = (
                Verdict::Missing,
                "not there".to_owned(),
                format!("{need} `sundial build` for {language}: {}", tool.install),
            );
            check(name, tool.found.ok_or(missing))
        })
    });
    rows.collect()
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
