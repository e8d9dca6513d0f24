//! Keeps what should be polled polled: every module version that was found, and the native activities.
//!
//! It decides what runs and starts it again when it ends by itself; how a version or an activity is served is not its business.
//! Everything that it starts ends when `stop` is cancelled.

use std::{
    collections::{HashMap, HashSet},
    ops::ControlFlow,
    sync::{Arc, atomic::AtomicU64},
};

use tokio::sync::mpsc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    backoff::Backoff,
    modules::{Event, ModuleVersion, byte_store::ByteStore, loader::Loader},
    options::{ModuleSource, WorkerOptions},
    progress::ProgressReporter,
    statistics::Counters,
    temporal::connection::TemporalClient,
    workflows::guest_threads::GuestThreads,
};

mod activities;
mod deployments;
mod versions;

pub(crate) use activities::ActivityPlan;

/// What everything that is started shares.
pub(crate) struct Shared {
    pub(crate) options: WorkerOptions,
    pub(crate) client: TemporalClient,
    pub(crate) guests: GuestThreads,
    pub(crate) loader: Loader,
    pub(crate) store: Option<ByteStore>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) progress: ProgressReporter,
    pub(crate) stop: CancellationToken,
    pub(crate) next_version_id: AtomicU64,
}

/// Serves versions as they are found, until it is stopped and all have ended.
pub(crate) async fn supervise(
    shared: Arc<Shared>,
    plan: ActivityPlan,
    sender: mpsc::Sender<Event>,
    mut events: mpsc::Receiver<Event>,
) {
    let tasks = TaskTracker::new();
    let plan = Arc::new(plan);
    if !plan.handlers.is_empty() {
        for namespace in plan.namespaces.clone() {
            let starting = shared.progress.starting();
            tasks.spawn(activities::serve(
                shared.clone(),
                plan.clone(),
                namespace,
                starting,
            ));
        }
    }
    let mut known = HashSet::new();
    // For each deployment, how to stop asking for the version that it should make current.
    let mut promotions: HashMap<(String, String), CancellationToken> = HashMap::new();
    loop {
        let event = tokio::select! {
            () = shared.stop.cancelled() => break,
            event = events.recv() => event,
        };
        match event {
            Some(Event::Found(found)) => {
                let version = &found.version;
                if found.wants_to_be_current {
                    let stop = shared.stop.child_token();
                    let deployment = (version.namespace.clone(), version.name.clone());
                    match promotions.insert(deployment, stop.clone()) {
                        Some(before) => before.cancel(),
                        // The first of its name.
                        None => {
                            tasks.spawn(deployments::find_older(
                                shared.clone(),
                                version.clone(),
                                sender.clone(),
                            ));
                        }
                    }
                    let starting = shared.progress.starting();
                    tasks.spawn(deployments::promote(
                        shared.clone(),
                        version.clone(),
                        stop,
                        starting,
                    ));
                }
                if known.insert(version.clone()) {
                    tracing::info!("found {version}");
                    warn_of_shared_task_queue(&shared.options, &known, version);
                    tasks.spawn(versions::serve(
                        shared.clone(),
                        plan.clone(),
                        found,
                        shared.progress.starting(),
                    ));
                }
            }
            Some(Event::CaughtUp) => shared.progress.caught_up(),
            // The source says why it ended. What is known is served on.
            None => shared.stop.cancelled().await,
        }
    }
    tasks.close();
    tasks.wait().await;
}

/// A Temporal server gives a task queue's new runs to one deployment only.
fn warn_of_shared_task_queue(
    options: &WorkerOptions,
    known: &HashSet<ModuleVersion>,
    found: &ModuleVersion,
) {
    if options.modules == ModuleSource::Registry {
        return;
    }
    let other = known.iter().find(|other| {
        other.name != found.name
            && other.namespace == found.namespace
            && other.task_queue == found.task_queue
    });
    if let Some(other) = other {
        tracing::warn!(
            "modules {} and {} share task queue {}, whose new runs a Temporal server gives to one of them only; move one into a \
             folder below, which names its task queue",
            other.name,
            found.name,
            found.task_queue
        );
    }
}

/// Waits before the next try; breaks if the host is stopped meanwhile.
async fn pause(stop: &CancellationToken, backoff: &mut Backoff) -> ControlFlow<()> {
    tokio::select! {
        () = stop.cancelled() => ControlFlow::Break(()),
        () = tokio::time::sleep(backoff.next()) => ControlFlow::Continue(()),
    }
}

/// Tells of what stands in the way of something, once for each reason: it is tried again many times.
#[derive(Default)]
struct Complaints {
    last: String,
}

impl Complaints {
    fn warn(&mut self, reason: String) {
        if reason != self.last {
            tracing::warn!("{reason}");
            self.last = reason;
        }
    }

    /// To be called when nothing stands in the way any more.
    fn reset(&mut self) {
        self.last.clear();
    }
}
