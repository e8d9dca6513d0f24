//! The threads that run guest code, apart from those that poll: a guest may compute for seconds, and polls and heartbeats must not
//! wait for it.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicUsize, Ordering::Relaxed},
        mpsc,
    },
    thread::JoinHandle,
};

use temporalio_protos::coresdk::workflow_activation::WorkflowActivation;
use tokio::{runtime::Handle, sync::oneshot};

use super::{
    Version, VersionId,
    residents::{Leaver, Residents},
    runs::Runs,
};
use crate::{options::WorkerOptions, statistics::Counters};

/// Part of the sandbox's instances that is kept free for runs that begin while evicted ones have not left yet.
const HEADROOM_DIVISOR: u32 = 8;

/// The threads, and the table of runs that they hold. Dropping it ends them once they have done what they were given.
pub(crate) struct GuestThreads {
    threads: Vec<Thread>,
    shared: Arc<Shared>,
}

struct Thread {
    work: mpsc::Sender<Work>,
    /// Activations given and not answered.
    queued: Arc<AtomicUsize>,
    handle: Option<JoinHandle<()>>,
}

struct Shared {
    residents: Mutex<Residents>,
    /// To reach the poller of a run that has to go.
    versions: Mutex<HashMap<VersionId, Weak<Version>>>,
    counters: Arc<Counters>,
    /// Where answers are sent from.
    runtime: Handle,
}

enum Work {
    Activate {
        version: Arc<Version>,
        activation: WorkflowActivation,
    },
    DropRun {
        version: VersionId,
        run_id: String,
    },
    DropVersion {
        version: VersionId,
        done: oneshot::Sender<()>,
    },
}

impl GuestThreads {
    /// Starts them. Answers are sent from the current tokio runtime.
    pub(crate) fn start(options: &WorkerOptions, counters: Arc<Counters>) -> std::io::Result<Self> {
        let limit_runs =
            options.sandbox.max_live_runs - options.sandbox.max_live_runs / HEADROOM_DIVISOR;
        let shared = Arc::new(Shared {
            residents: Mutex::new(Residents::new(
                options.cache_limit_bytes,
                limit_runs as usize,
            )),
            versions: Mutex::new(HashMap::new()),
            counters,
            runtime: Handle::current(),
        });
        let threads = (0..options.guest_threads)
            .map(|number| {
                Thread::start(number, options.sandbox.thread_stack_bytes(), shared.clone())
            })
            .collect::<std::io::Result<_>>()?;
        Ok(Self { threads, shared })
    }

    /// Makes a version known, before its first activation.
    pub(super) fn add_version(&self, version: &Arc<Version>) {
        lock(&self.shared.versions).insert(version.id, Arc::downgrade(version));
    }

    /// Forgets a version and drops all of its instances. When it returns, no thread holds the version any more.
    pub(super) async fn remove_version(&self, version: VersionId) {
        lock(&self.shared.versions).remove(&version);
        lock(&self.shared.residents).remove_version(version);
        self.shared.count();
        let dropped = self.threads.iter().map(|thread| {
            let (done, dropped) = oneshot::channel();
            thread.give(Work::DropVersion { version, done });
            dropped
        });
        futures::future::join_all(dropped).await;
    }

    /// Lets the run's guest take in an activation; the answer goes to the version's poller.
    pub(super) fn activate(&self, version: &Arc<Version>, activation: WorkflowActivation) {
        let thread = lock(&self.shared.residents)
            .begin(version.id, &activation.run_id, || self.least_busy());
        self.threads[thread].queued.fetch_add(1, Relaxed);
        self.threads[thread].give(Work::Activate {
            version: version.clone(),
            activation,
        });
    }

    /// Drops a run's instance, if there is one.
    pub(super) fn drop_run(&self, version: VersionId, run_id: &str) {
        let thread = lock(&self.shared.residents).remove(version, run_id);
        if let Some(thread) = thread {
            self.threads[thread].give(Work::DropRun {
                version,
                run_id: run_id.to_owned(),
            });
        }
        self.shared.counters.count_eviction();
        self.shared.count();
    }

    fn least_busy(&self) -> usize {
        self.threads
            .iter()
            .enumerate()
            .min_by_key(|(_, thread)| thread.queued.load(Relaxed))
            .map_or(0, |(number, _)| number)
    }
}

impl Drop for GuestThreads {
    fn drop(&mut self) {
        for thread in self.threads.drain(..) {
            drop(thread.work);
            if let Some(handle) = thread.handle
                && handle.join().is_err()
            {
                tracing::error!("a guest thread panicked");
            }
        }
    }
}

impl Thread {
    fn start(number: usize, stack_bytes: usize, shared: Arc<Shared>) -> std::io::Result<Self> {
        let (work, receiver) = mpsc::channel();
        let queued = Arc::new(AtomicUsize::new(0));
        let handle = std::thread::Builder::new()
            .name(format!("guest-{number}"))
            .stack_size(stack_bytes)
            .spawn({
                let queued = queued.clone();
                move || shared.serve(&receiver, &queued)
            })?;
        Ok(Self {
            work,
            queued,
            handle: Some(handle),
        })
    }

    fn give(&self, work: Work) {
        self.work
            .send(work)
            .expect("a guest thread lives as long as its sender");
    }
}

impl Shared {
    fn serve(&self, work: &mpsc::Receiver<Work>, queued: &AtomicUsize) {
        let mut runs = Runs::new(self.counters.clone());
        for work in work {
            match work {
                Work::Activate {
                    version,
                    mut activation,
                } => {
                    self.activate(&mut runs, version, &mut activation);
                    queued.fetch_sub(1, Relaxed);
                }
                Work::DropRun { version, run_id } => runs.drop_run(version, &run_id),
                Work::DropVersion { version, done } => {
                    runs.drop_version(version);
                    // Whoever asked may have been dropped since.
                    let _ = done.send(());
                }
            }
        }
    }

    fn activate(
        &self,
        runs: &mut Runs,
        version: Arc<Version>,
        activation: &mut WorkflowActivation,
    ) {
        let outcome = runs.activate(&version, activation);
        let leavers = {
            let mut residents = lock(&self.residents);
            let leavers = residents.end(
                version.id,
                &activation.run_id,
                outcome.instance_bytes,
                outcome.goes_on,
            );
            let total = residents.total();
            self.counters.set_cached(total.runs, total.bytes);
            leavers
        };
        self.counters.count_evictions_for_room(leavers.len());
        for leaver in leavers {
            self.ask_to_leave(&leaver);
        }
        version.answer(&self.runtime, outcome.completion);
    }

    fn ask_to_leave(&self, (version, run_id): &Leaver) {
        let version = lock(&self.versions).get(version).and_then(Weak::upgrade);
        if let Some(version) = version {
            version
                .local_activities
                .running
                .evict(run_id, &*version.core);
        }
    }

    fn count(&self) {
        let total = lock(&self.residents).total();
        self.counters.set_cached(total.runs, total.bytes);
    }
}

/// No code that holds these locks can panic half way.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
