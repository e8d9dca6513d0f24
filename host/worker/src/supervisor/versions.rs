//! Serves one module version: loaded, polled for, and polled for again when polling ends by itself.

use std::sync::{Arc, atomic::Ordering::Relaxed};

use tokio_util::task::TaskTracker;

use super::{ActivityPlan, Complaints, Shared, pause};
use crate::{
    backoff::Backoff,
    modules::{Found, ModuleVersion},
    options::ModuleSource,
    progress::Starting,
    temporal::{CoreError, Polls, deployments::Deployment},
    workflows::{Version, VersionId},
};

/// Serves a version until the host is stopped, whatever happens to the server meanwhile.
pub(super) async fn serve(
    shared: Arc<Shared>,
    plan: Arc<ActivityPlan>,
    mut found: Found,
    starting: Starting,
) {
    let stop = shared.stop.clone();
    let mut starting = Some(starting);
    let mut backoff = Backoff::new();
    let mut complaints = Complaints::default();
    let module = loop {
        let loaded = tokio::select! {
            () = stop.cancelled() => return,
            loaded = shared.loader.load(&found) => loaded,
        };
        match loaded {
            Ok(module) => break module,
            Err(error) if error.is_worth_a_retry() => {
                complaints.warn(format!("{} is not served yet: {error}", found.version));
            }
            Err(error) => {
                tracing::error!("{} is not served: {error}", found.version);
                return;
            }
        }
        if pause(&stop, &mut backoff).await.is_break() {
            return;
        }
    };
    // Compiled, it is not needed any more.
    found.bytes = None;
    backoff.reset();
    while !stop.is_cancelled() {
        let is_versioned = match is_versioned(&shared, &found.version).await {
            Ok(is_versioned) => is_versioned,
            Err(error) => {
                complaints.warn(format!("{} is not polled yet: {error}", found.version));
                if pause(&stop, &mut backoff).await.is_break() {
                    return;
                }
                continue;
            }
        };
        let polls = Polls::Workflows {
            version: is_versioned.then(|| found.version.deployment_version()),
            pollers: shared.options.workflow_pollers,
            max_concurrent_tasks: shared.options.max_concurrent_workflow_tasks,
            max_cached_runs: shared.options.sandbox.max_live_runs as usize,
            max_concurrent_local_activities: plan.max_concurrent,
        };
        match shared
            .client
            .start(&found.version.namespace, &found.version.task_queue, polls)
            .await
        {
            Ok(core) => {
                tracing::info!("polling for {}", found.version);
                starting = None;
                backoff.reset();
                complaints.reset();
                let version = Arc::new(Version {
                    id: VersionId(shared.next_version_id.fetch_add(1, Relaxed)),
                    module: found.version.clone(),
                    is_versioned,
                    core,
                    maker: module.clone(),
                    local_activities: plan.local_in(&found.version.namespace, &shared),
                    answers: TaskTracker::new(),
                });
                match version.serve(&shared.guests, stop.clone()).await {
                    Ok(()) => tracing::info!("stopped polling for {}", found.version),
                    Err(error) => {
                        tracing::warn!("{} is not polled at the moment: {error}", found.version)
                    }
                }
            }
            Err(error) => complaints.warn(format!("{} is not polled yet: {error}", found.version)),
        }
        if pause(&stop, &mut backoff).await.is_break() {
            break;
        }
    }
    drop(starting);
}

/// Whether a version can be polled for as such. A server with a registry has deployments.
async fn is_versioned(shared: &Shared, version: &ModuleVersion) -> Result<bool, CoreError> {
    if shared.options.modules == ModuleSource::Registry {
        return Ok(true);
    }
    match shared
        .client
        .deployment(&version.namespace, &version.name)
        .await?
    {
        Deployment::Unsupported => {
            tracing::warn!(
                "the server has no worker deployments in namespace {}: {version} is polled without a version, so its runs are not \
                 kept on it when the file changes",
                version.namespace
            );
            Ok(false)
        }
        Deployment::Unknown | Deployment::Known { .. } => Ok(true),
    }
}
