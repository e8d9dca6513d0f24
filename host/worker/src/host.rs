//! The worker host as others see it: started, ready, shut down.
//!
//! All its asynchronous work has a runtime of its own, on threads of its own: in one process with a server neither waits for the
//! other, one thread costs less CPU than many, and children have a parent thread that lives as long as the host.

use std::{
    sync::{Arc, atomic::AtomicU64},
    thread::JoinHandle,
    time::Duration,
};

use sundial_sandbox::Sandbox;
use tokio::{
    runtime::{Builder, Handle},
    sync::{mpsc, oneshot},
};
use tokio_util::sync::CancellationToken;

use crate::{
    activities::{self, file::ActivitiesFile, functions::NativeActivities},
    error::WorkerError,
    modules::{byte_store::ByteStore, folder::ModuleFolder, loader::Loader, registry::Registry},
    options::{ModuleSource, WorkerOptions},
    progress::ProgressReporter,
    statistics::{Counters, Statistics},
    supervisor::{ActivityPlan, Shared, supervise},
    temporal::connection::{TemporalClient, check_address},
    workflows::guest_threads::GuestThreads,
};

/// Events of module sources that may wait to be taken in. A source that finds more waits.
const EVENTS: usize = 64;

/// How long a shutdown may take beyond the grace of activities: children have their own grace, and the server may not answer.
const SHUTDOWN_SLACK: Duration = Duration::from_secs(20);

/// A running worker host. Dropping it ends the host too, without waiting for the end.
#[derive(Debug)]
pub struct WorkerHost {
    stop: CancellationToken,
    ended: oneshot::Receiver<()>,
    thread: Option<JoinHandle<()>>,
    progress: ProgressReporter,
    counters: Arc<Counters>,
    shutdown_limit: Duration,
}

/// Where modules come from, opened.
enum Source {
    Registry(Registry),
    Folder(ModuleFolder),
}

impl WorkerHost {
    /// Starts a host. It needs a tokio runtime, in which the functions of `native` will run. It does not wait for the server:
    /// what can't be polled yet is tried again for as long as the host lives; see [`WorkerHost::ready`].
    pub async fn start(
        options: WorkerOptions,
        native: NativeActivities,
    ) -> Result<Self, WorkerError> {
        options.check()?;
        check_address(&options.address)?;
        let plan = plan(&options, native)?;
        let store = options
            .cache_dir
            .as_deref()
            .map(ByteStore::open)
            .transpose()?;
        let sandbox = Sandbox::new(options.sandbox.clone())?;
        let progress = ProgressReporter::default();
        let counters = Arc::new(Counters::default());
        let stop = CancellationToken::new();
        let shutdown_limit = options.shutdown_grace() + SHUTDOWN_SLACK;
        let parts = Parts {
            options,
            plan,
            store,
            sandbox,
            progress: progress.clone(),
            counters: counters.clone(),
            stop: stop.clone(),
        };
        let (started_sender, started) = oneshot::channel();
        let (ended_sender, ended) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name("worker-host".to_owned())
            .spawn(move || {
                parts.run(started_sender);
                // Nobody waits where the host was dropped.
                let _ = ended_sender.send(());
            })
            .map_err(WorkerError::Thread)?;
        let host = Self {
            stop,
            ended,
            thread: Some(thread),
            progress,
            counters,
            shutdown_limit,
        };
        match started.await {
            Ok(Ok(())) => Ok(host),
            Ok(Err(error)) => Err(error),
            Err(_) => Err(WorkerError::Core(
                "the host's thread panicked; its log has the place".to_owned(),
            )),
        }
    }

    /// Resolves when everything that there was at the start is polled for, or was given up as unusable. It waits for as long as the
    /// server can't be reached.
    pub async fn ready(&self) {
        self.progress.ready().await;
    }

    /// What reads [`WorkerHost::statistics`] for as long as it is kept, after the host's end too.
    pub fn statistics_reader(&self) -> impl Fn() -> Statistics + Send + Sync + 'static {
        let counters = self.counters.clone();
        move || counters.read()
    }

    /// What the host has done so far.
    pub fn statistics(&self) -> Statistics {
        self.counters.read()
    }

    /// Stops polling, lets running tasks end, and returns when all have, or after the grace of activities and 20 seconds: what the
    /// host has done in its life.
    pub async fn shutdown(mut self) -> Statistics {
        self.stop.cancel();
        if tokio::time::timeout(self.shutdown_limit, &mut self.ended)
            .await
            .is_err()
        {
            tracing::warn!("the worker host did not end in time; what still ran is abandoned");
            return self.statistics();
        }
        // It has nothing left to do.
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the worker host's thread panicked");
        }
        self.statistics()
    }
}

impl Drop for WorkerHost {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// The activities of this host, perhaps none.
fn plan(options: &WorkerOptions, native: NativeActivities) -> Result<ActivityPlan, WorkerError> {
    let file = options
        .activities_file
        .as_deref()
        .map(ActivitiesFile::read)
        .transpose()?;
    let (task_queue, namespaces, max_concurrent, children) = match file {
        None => (
            options.activity_task_queue.clone(),
            Vec::new(),
            None,
            Vec::new(),
        ),
        Some(file) => (
            file.task_queue,
            file.namespaces,
            file.max_concurrent,
            file.activities,
        ),
    };
    let handlers = activities::handlers(native, children)?;
    Ok(ActivityPlan {
        handlers: Arc::new(handlers),
        task_queue,
        namespaces: if namespaces.is_empty() {
            options.namespaces.clone()
        } else {
            namespaces
        },
        max_concurrent: max_concurrent.unwrap_or(options.max_concurrent_activities),
        functions_runtime: Handle::current(),
    })
}

/// What the host's thread is given.
struct Parts {
    options: WorkerOptions,
    plan: ActivityPlan,
    store: Option<ByteStore>,
    sandbox: Sandbox,
    progress: ProgressReporter,
    counters: Arc<Counters>,
    stop: CancellationToken,
}

impl Parts {
    fn run(self, started: oneshot::Sender<Result<(), WorkerError>>) {
        let runtime = match self.options.io_threads {
            1 => Builder::new_current_thread().enable_all().build(),
            threads => Builder::new_multi_thread()
                .worker_threads(threads)
                .thread_name("worker-io")
                .enable_all()
                .build(),
        };
        let runtime = match runtime {
            Ok(runtime) => runtime,
            Err(error) => {
                let _ = started.send(Err(WorkerError::Thread(error)));
                return;
            }
        };
        runtime.block_on(async {
            match self.assemble() {
                Ok((shared, source, plan)) => {
                    let _ = started.send(Ok(()));
                    serve(shared, source, plan).await;
                }
                Err(error) => {
                    let _ = started.send(Err(error));
                }
            }
        });
        // What blocks is at most a scan of a folder or a compilation, whose result nobody wants any more.
        runtime.shutdown_background();
    }

    fn assemble(self) -> Result<(Arc<Shared>, Source, ActivityPlan), WorkerError> {
        let source = match &self.options.modules {
            ModuleSource::Registry => Source::Registry(Registry::new(&self.options)?),
            ModuleSource::Folder(path) => Source::Folder(ModuleFolder::open(path, &self.options)?),
        };
        let registry = match &source {
            Source::Registry(registry) => Some(registry.clone()),
            Source::Folder(_) => None,
        };
        let shared = Shared {
            client: TemporalClient::new(&self.options)?,
            guests: GuestThreads::start(&self.options, self.counters.clone())
                .map_err(WorkerError::Thread)?,
            loader: Loader::new(self.sandbox, self.store.clone(), registry),
            store: self.store,
            counters: self.counters,
            progress: self.progress,
            stop: self.stop,
            next_version_id: AtomicU64::new(0),
            options: self.options,
        };
        Ok((Arc::new(shared), source, self.plan))
    }
}

async fn serve(shared: Arc<Shared>, source: Source, plan: ActivityPlan) {
    let (sender, events) = mpsc::channel(EVENTS);
    let watch = match source {
        Source::Registry(registry) => {
            tokio::spawn(registry.watch(sender.clone(), shared.stop.clone()))
        }
        Source::Folder(folder) => tokio::spawn(folder.watch(sender.clone(), shared.stop.clone())),
    };
    supervise(shared, plan, sender, events).await;
    if watch.await.is_err() {
        tracing::error!("the watch for modules panicked");
    }
}
