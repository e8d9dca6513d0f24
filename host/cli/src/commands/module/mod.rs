//! `sundial module`: workflow components in the registry.

mod deployment;
mod describe;
mod drain;
mod list;
mod pin;
mod promote;
pub(crate) mod push;
mod ramp;

use std::fmt;

use clap::Subcommand;
use serde::{Serialize, Serializer, ser::SerializeStruct};
use sundial_proto::registry::{ModuleVersion, WorkflowDefinition};

use crate::{
    arguments::Connection, client::Client, printer::Printer, problem::Problem, settings::Settings,
};

/// How much of a digest is shown where it only has to be told from others.
const SHORT_DIGEST_LENGTH: usize = 12;

/// Verbs of `sundial module`.
#[derive(Debug, Subcommand)]
pub(crate) enum Module {
    /// Upload a component; new runs start on it
    Push(push::Push),
    /// Show the modules of a namespace
    List(list::List),
    /// Show a module with all its versions
    Describe(describe::Describe),
    /// Start new runs on a version
    Promote(promote::Promote),
    /// Start some of the new runs on a version
    Ramp(ramp::Ramp),
    /// Start new runs on the version that was current before
    Rollback(promote::Rollback),
    /// Keep an open run on a version, or move it there
    Pin(pin::Pin),
    /// Show whether open runs need a version, or wait until none does
    Drain(drain::Drain),
}

impl Module {
    pub(crate) fn connection(&self) -> &Connection {
        match self {
            Self::Push(push) => &push.connection,
            Self::List(list) => &list.connection,
            Self::Describe(describe) => &describe.connection,
            Self::Promote(promote) => &promote.connection,
            Self::Ramp(ramp) => &ramp.connection,
            Self::Rollback(rollback) => &rollback.connection,
            Self::Pin(pin) => &pin.connection,
            Self::Drain(drain) => &drain.connection,
        }
    }

    pub(crate) async fn run(self, settings: &Settings, printer: &Printer) -> Result<(), Problem> {
        match self {
            // A file that can't be read is told before a server that isn't there.
            Self::Push(push) => push.run(settings, printer).await,
            Self::List(list) => list.run(&Client::connect(settings).await?, printer).await,
            Self::Describe(describe) => {
                describe
                    .run(&Client::connect(settings).await?, printer)
                    .await
            }
            Self::Promote(promote) => {
                promote
                    .run(&Client::connect(settings).await?, printer)
                    .await
            }
            Self::Ramp(ramp) => ramp.run(&Client::connect(settings).await?, printer).await,
            Self::Rollback(rollback) => {
                rollback
                    .run(&Client::connect(settings).await?, printer)
                    .await
            }
            Self::Pin(pin) => pin.run(&Client::connect(settings).await?, printer).await,
            Self::Drain(drain) => drain.run(&Client::connect(settings).await?, printer).await,
        }
    }
}

/// A version as it is shown.
#[derive(Debug, Serialize)]
pub(crate) struct Version {
    pub(crate) name: String,
    pub(crate) digest: String,
    pub(crate) task_queue: String,
    pub(crate) size: i64,
    pub(crate) pushed_at: Option<String>,
    pub(crate) current: bool,
    pub(crate) workflows: Vec<Definition>,
}

impl Version {
    pub(crate) fn short_digest(&self) -> &str {
        self.digest
            .get(..SHORT_DIGEST_LENGTH)
            .unwrap_or(&self.digest)
    }

    pub(crate) fn workflow_types(&self) -> String {
        self.workflows
            .iter()
            .map(|workflow| workflow.0.workflow_type.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    }
}

impl From<ModuleVersion> for Version {
    fn from(version: ModuleVersion) -> Self {
        Self {
            name: version.name,
            digest: version.digest,
            task_queue: version.task_queue,
            size: version.size,
            pushed_at: version.pushed_at.map(|at| at.to_string()),
            current: version.current,
            workflows: version.workflows.into_iter().map(Definition).collect(),
        }
    }
}

/// A workflow type with what can be sent to it.
#[derive(Debug)]
pub(crate) struct Definition(pub(crate) WorkflowDefinition);

impl fmt::Display for Definition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.workflow_type)?;
        for (what, names) in [
            ("signals", &self.0.signals),
            ("queries", &self.0.queries),
            ("updates", &self.0.updates),
        ] {
            if !names.is_empty() {
                write!(f, "; {what} {}", names.join(", "))?;
            }
        }
        Ok(())
    }
}

impl Serialize for Definition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Definition", 4)?;
        fields.serialize_field("workflow_type", &self.0.workflow_type)?;
        fields.serialize_field("signals", &self.0.signals)?;
        fields.serialize_field("queries", &self.0.queries)?;
        fields.serialize_field("updates", &self.0.updates)?;
        fields.end()
    }
}
