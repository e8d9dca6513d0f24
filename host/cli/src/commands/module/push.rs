//! `sundial module push`: uploads a component. Whether it is one, the server decides.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

use clap::Args;
use futures::{StreamExt, stream};
use serde::Serialize;
use sundial_proto::registry::{PushHeader, PushRequest, push_request::Part};

use super::Version;
use crate::{
    arguments::Connection,
    client::Client,
    printer::Printer,
    problem::Problem,
    settings::{ByteSize, Settings},
};

/// The registry takes at most 1 MiB a message; smaller ones let the bar move.
const CHUNK_BYTES: usize = 256 << 10;

/// Arguments of `sundial module push`.
#[derive(Debug, Args)]
pub(crate) struct Push {
    /// The component, as `sundial build` makes it
    file: PathBuf,
    /// The module's name [default: the file's name]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Where its workflow tasks are polled [default: the module's name]
    #[arg(long, short, value_name = "NAME")]
    task_queue: Option<String>,
    /// Leave new runs on the version that is current now
    #[arg(long)]
    keep_current: bool,
    #[command(flatten)]
    pub(super) connection: Connection,
}

#[derive(Debug, Serialize)]
struct Pushed {
    created: bool,
    #[serde(flatten)]
    version: Version,
}

impl fmt::Display for Pushed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = if self.created {
            "pushed"
        } else {
            "already there:"
        };
        let Version {
            name,
            task_queue,
            size,
            ..
        } = &self.version;
        let size = ByteSize(u64::try_from(*size).unwrap_or_default());
        writeln!(
            f,
            "{verb} {name} {} ({size}) on task queue {task_queue}",
            self.version.short_digest()
        )?;
        self.version
            .workflows
            .iter()
            .try_for_each(|workflow| writeln!(f, "  {workflow}"))
    }
}

impl Push {
    pub(crate) async fn run(self, settings: &Settings, printer: &Printer) -> Result<(), Problem> {
        let bytes = fs::read(&self.file).map_err(|error| {
            Problem::new(format!("can't read {}: {error}", self.file.display()))
        })?;
        let name = match self.name {
            Some(name) => name,
            None => module_name(&self.file)?,
        };
        let client = Client::connect(settings).await?;
        let header = PushHeader {
            namespace: client.namespace.clone(),
            task_queue: self.task_queue.unwrap_or_else(|| name.clone()),
            name,
            digest: sundial_sandbox::digest(&bytes),
            keep_current: self.keep_current,
            size: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
        };
        let progress = printer.bytes_bar("uploading", bytes.len() as u64);
        let chunks: Vec<Vec<u8>> = bytes.chunks(CHUNK_BYTES).map(<[u8]>::to_vec).collect();
        let parts =
            stream::iter([Part::Header(header)]).chain(stream::iter(chunks).map(move |chunk| {
                progress.advance(chunk.len() as u64);
                Part::Data(chunk)
            }));
        let requests = parts.map(|part| PushRequest { part: Some(part) });
        let answer = client.registry().push(requests).await.map_err(|status| {
            let problem = client.problem(&status);
            match bytes.get(..8) {
                Some(b"\0asm\x01\0\0\0") => problem.hint(format!(
                    "{} is a core module: make it a component with `sundial build`",
                    self.file.display()
                )),
                _ => problem,
            }
        })?;
        let answer = answer.into_inner();
        let version = answer
            .version
            .ok_or_else(|| Problem::new("the server did not say what it stored"))?;
        printer.report(&Pushed {
            created: answer.created,
            version: version.into(),
        });
        Ok(())
    }
}

/// `Order_v2.component.wasm` becomes `order-v2`.
pub(crate) fn module_name(file: &Path) -> Result<String, Problem> {
    let name = file
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    let stem = name.strip_suffix(".wasm").unwrap_or(name);
    let stem = stem.strip_suffix(".component").unwrap_or(stem);
    let name: String = stem
        .chars()
        .map(|letter| {
            if letter.is_ascii_alphanumeric() {
                letter.to_ascii_lowercase()
            } else {
                '-'
            }
        })
        .collect();
    match name.chars().next() {
        Some('a'..='z') => Ok(name),
        _ => Err(Problem::new(format!(
            "the name of {} is no name for a module",
            file.display()
        ))
        .hint("give one with --name: letters a to z, digits and dashes, starting with a letter")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_is_named_after_its_file() {
        for (file, name) in [
            ("a/order.component.wasm", "order"),
            ("hello_World.wasm", "hello-world"),
            ("x", "x"),
        ] {
            assert_eq!(module_name(Path::new(file)).expect("it is a name"), name);
        }
        assert!(module_name(Path::new("7.wasm")).is_err());
    }
}
