//! What a folder of modules needs of Worker Deployments: that the newest version becomes the current one, and that older ones that
//! still have runs are served. A registry does both by itself.

use std::{sync::Arc, time::Duration};

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{Shared, pause};
use crate::{
    backoff::Backoff,
    modules::{Event, Found, ModuleVersion},
    progress::Starting,
    temporal::deployments::{Deployment, NotCurrent},
};

/// How often it is looked after a version that is current. A server without a database forgets it when it is restarted.
const RECHECK: Duration = Duration::from_secs(10);

/// Makes a version current once the server has seen its pollers, unless a newer one takes its place before. Once it was, another
/// one that is current is someone's decision, and is left alone.
pub(super) async fn promote(
    shared: Arc<Shared>,
    version: ModuleVersion,
    stop: CancellationToken,
    starting: Starting,
) {
    let mut starting = Some(starting);
    let mut backoff = Backoff::new();
    let mut last_reason = String::new();
    loop {
        let step = tokio::select! {
            () = stop.cancelled() => return,
            step = try_promote(&shared, &version, starting.is_none()) => step,
        };
        match step {
            Step::IsCurrent => {
                if starting.take().is_some() {
                    tracing::info!("new runs start on {version}");
                }
                backoff.reset();
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = tokio::time::sleep(RECHECK) => continue,
                }
            }
            Step::Never => return,
            Step::NotYet(reason) if reason != last_reason => {
                tracing::info!("{version} is not the current one yet: {reason}");
                last_reason = reason;
            }
            Step::NotYet(_) => {}
        }
        if pause(&stop, &mut backoff).await.is_break() {
            return;
        }
    }
}

enum Step {
    /// It is the current one, or another one is by someone's decision.
    IsCurrent,
    NotYet(String),
    /// The server has no deployments.
    Never,
}

async fn try_promote(shared: &Shared, version: &ModuleVersion, was_current: bool) -> Step {
    match shared
        .client
        .deployment(&version.namespace, &version.name)
        .await
    {
        Ok(Deployment::Known {
            current_build_id: Some(current),
            ..
        }) if current == version.digest || was_current => {
            return Step::IsCurrent;
        }
        Ok(Deployment::Known { .. }) => {}
        Ok(Deployment::Unsupported) => return Step::Never,
        Ok(Deployment::Unknown) => {
            return Step::NotYet("the server has not seen its pollers".to_owned());
        }
        Err(error) => return Step::NotYet(error.to_string()),
    }
    match shared
        .client
        .set_current(&version.namespace, &version.deployment_version())
        .await
    {
        Ok(()) => Step::IsCurrent,
        Err(NotCurrent::Unsupported) => Step::Never,
        Err(NotCurrent::NotYet(reason)) => Step::NotYet(reason),
    }
}

/// Tells of older versions of a module that may have runs and whose components are kept from earlier: the folder has only the
/// newest.
pub(super) async fn find_older(
    shared: Arc<Shared>,
    newest: ModuleVersion,
    events: mpsc::Sender<Event>,
) {
    let Some(store) = shared.store.clone() else {
        return;
    };
    let mut backoff = Backoff::new();
    let live_build_ids = loop {
        match shared
            .client
            .deployment(&newest.namespace, &newest.name)
            .await
        {
            Ok(Deployment::Known { live_build_ids, .. }) => break live_build_ids,
            Ok(Deployment::Unknown | Deployment::Unsupported) => return,
            // Others tell of a server that does not answer.
            Err(_) => {}
        }
        if pause(&shared.stop, &mut backoff).await.is_break() {
            return;
        }
    };
    for digest in live_build_ids
        .into_iter()
        .filter(|digest| *digest != newest.digest)
    {
        if !store.has(&digest) {
            tracing::warn!(
                "version {digest} of module {} may have runs, and its component is not at hand; they wait until it is",
                newest.name
            );
            continue;
        }
        let found = Found {
            version: ModuleVersion {
                digest,
                ..newest.clone()
            },
            bytes: None,
            wants_to_be_current: false,
        };
        if events.send(Event::Found(found)).await.is_err() {
            return;
        }
    }
}
