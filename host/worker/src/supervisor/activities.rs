//! Serves the native activities of one namespace, and again when polling ends by itself.

use std::sync::Arc;

use tokio::runtime::Handle;

use super::{Complaints, Shared, pause};
use crate::{
    activities::{
        Handlers,
        local::LocalActivities,
        poller::{ActivityPoller, Running},
    },
    backoff::Backoff,
    progress::Starting,
    temporal::Polls,
};

/// The activities of this host, and where they are polled.
pub(crate) struct ActivityPlan {
    pub(crate) handlers: Arc<Handlers>,
    pub(crate) task_queue: String,
    pub(crate) namespaces: Vec<String>,
    pub(crate) max_concurrent: usize,
    pub(crate) functions_runtime: Handle,
}

impl ActivityPlan {
    /// What runs the local activities of a namespace's workflows: the same as its other ones, if they are for that namespace.
    pub(super) fn local_in(&self, namespace: &str, shared: &Shared) -> LocalActivities {
        let is_served = self.namespaces.iter().any(|served| served == namespace);
        LocalActivities {
            handlers: if is_served {
                self.handlers.clone()
            } else {
                Arc::default()
            },
            functions_runtime: self.functions_runtime.clone(),
            counters: shared.counters.clone(),
            shutdown_grace: shared.options.shutdown_grace(),
            running: Running::default(),
        }
    }
}

/// Serves activities of a namespace until the host is stopped.
pub(super) async fn serve(
    shared: Arc<Shared>,
    plan: Arc<ActivityPlan>,
    namespace: String,
    starting: Starting,
) {
    let mut starting = Some(starting);
    let mut backoff = Backoff::new();
    let mut complaints = Complaints::default();
    let queue = &plan.task_queue;
    while !shared.stop.is_cancelled() {
        let polls = Polls::Activities {
            max_concurrent: plan.max_concurrent,
            shutdown_grace: shared.options.shutdown_grace(),
        };
        match shared.client.start(&namespace, queue, polls).await {
            Ok(core) => {
                tracing::info!(
                    "polling for activities of namespace {namespace} on task queue {queue}"
                );
                starting = None;
                backoff.reset();
                complaints.reset();
                let poller = ActivityPoller {
                    core,
                    task_queue: queue.clone(),
                    handlers: plan.handlers.clone(),
                    functions_runtime: plan.functions_runtime.clone(),
                    counters: shared.counters.clone(),
                };
                match poller.serve(shared.stop.clone()).await {
                    Ok(()) => {
                        tracing::info!("stopped polling for activities on task queue {queue}")
                    }
                    Err(error) => {
                        tracing::warn!("activities are not polled at the moment: {error}")
                    }
                }
            }
            Err(error) => complaints.warn(format!("activities are not polled yet: {error}")),
        }
        if pause(&shared.stop, &mut backoff).await.is_break() {
            break;
        }
    }
    drop(starting);
}
