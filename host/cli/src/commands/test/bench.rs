//! What a test runs on: an ephemeral server whose clock skips, and a worker host with the one component.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    sync::Arc,
};

use sundial_sandbox::{Sandbox, WorkflowDefinition};
use sundial_server::{Database, Server, ServerOptions, Time, clock::SkippingClock};
use sundial_worker::{ModuleSource, NativeActivities, WorkerHost, WorkerOptions};
use tempfile::TempDir;

use crate::{
    client::Client,
    commands::server::{chain, sandbox, sandbox_options},
    inspector::SandboxInspector,
    problem::Problem,
    server_address::ServerAddress,
    settings::Settings,
};

const NAMESPACE: &str = "default";

/// All of it, running.
pub(super) struct Bench {
    pub(super) client: Client,
    pub(super) clock: SkippingClock,
    definitions: Vec<WorkflowDefinition>,
    host: WorkerHost,
    server: Server,
    // After the worker host, which watches it.
    _modules: TempDir,
}

impl Bench {
    /// Compiles the component, unless it is in the cache, and starts both. `native` runs its local activities. The clock is locked.
    pub(super) async fn start(
        settings: &Settings,
        component: &Path,
        task_queue: &str,
        native: NativeActivities,
    ) -> Result<Self, Problem> {
        let sandbox = sandbox(settings)?;
        let definitions = definitions(&sandbox, component)?;
        let modules = folder_of(component)?;
        let server = Server::start(
            ServerOptions {
                address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
                database: Database::SqliteMemory,
                time: Time::Skipping { is_locked: true },
                ..ServerOptions::default()
            },
            Arc::new(SandboxInspector::new(sandbox)),
        )
        .await
        .map_err(|error| {
            Problem::new(format!(
                "the test's own server can't start: {}",
                chain(&error)
            ))
        })?;
        let Some(clock) = server.skipping_clock() else {
            return Err(Problem::new("the test's own server does not skip time"));
        };
        let address = server.local_address().to_string();
        let options = WorkerOptions {
            address: ServerAddress::plain(&address)?.url,
            namespaces: vec![NAMESPACE.to_owned()],
            modules: ModuleSource::Folder(modules.path().to_owned()),
            task_queue_for_folder: task_queue.to_owned(),
            sandbox: sandbox_options(settings),
            ..WorkerOptions::default()
        };
        let host = WorkerHost::start(options, native).await.map_err(|error| {
            Problem::new(format!("the worker host can't start: {}", chain(&error)))
        })?;
        host.ready().await;
        Ok(Self {
            client: Client::connect_to(ServerAddress::plain(&address)?, NAMESPACE).await?,
            clock,
            definitions,
            host,
            server,
            _modules: modules,
        })
    }

    /// The workflow type that is meant, if the component has it.
    pub(super) fn workflow_type(&self, named: Option<&str>) -> Result<String, Problem> {
        let types: Vec<&str> = self
            .definitions
            .iter()
            .map(|definition| definition.workflow_type.as_str())
            .collect();
        let list = types.join(", ");
        match (named, types.as_slice()) {
            (Some(named), types) if types.contains(&named) => Ok(named.to_owned()),
            (Some(named), _) => Err(Problem::new(format!(
                "the component has no workflow type {named}"
            ))
            .hint(format!("it has {list}"))),
            (None, [only]) => Ok((*only).to_owned()),
            (None, _) => Err(Problem::new("the component has several workflow types")
                .hint(format!("name one with --workflow: {list}"))),
        }
    }

    /// Ends both.
    pub(super) async fn stop(self) {
        // Nothing here is needed any more, so nobody waits for what still runs.
        drop(self.host);
        drop(self.server);
    }
}

fn definitions(sandbox: &Sandbox, component: &Path) -> Result<Vec<WorkflowDefinition>, Problem> {
    let bytes = std::fs::read(component)
        .map_err(|error| Problem::new(format!("can't read {}: {error}", component.display())))?;
    let refused = |error: &dyn std::error::Error| {
        Problem::new(format!("{}: {}", component.display(), chain(error)))
    };
    let module =
        tokio::task::block_in_place(|| sandbox.load(&bytes)).map_err(|error| refused(&error))?;
    Ok(module.definitions().to_vec())
}

/// A folder of modules with this one in it. The name of a task queue is no part of its path: it may be any text.
fn folder_of(component: &Path) -> Result<TempDir, Problem> {
    let failed = |error: std::io::Error| {
        Problem::new(format!("can't make a folder for the component: {error}"))
    };
    let modules = tempfile::tempdir().map_err(failed)?;
    let file = modules.path().join("component.wasm");
    // A link costs nothing, where both are on one file system.
    if std::fs::hard_link(component, &file).is_err() {
        std::fs::copy(component, &file).map_err(failed)?;
    }
    Ok(modules)
}
