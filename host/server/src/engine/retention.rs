//! Closed runs go for good when their namespace's retention is over.

use std::sync::Weak;

use sundial_core::{NamespaceId, Timestamp, time::Span};
use sundial_store::NamespaceRecord;
use tokio_util::sync::CancellationToken;

use super::{Engine, Inner, error::EngineError};

/// How often namespaces are looked through. Retention is counted in days, so minutes do not matter.
const PERIOD: Span = Span::from_seconds(10 * 60);
/// Runs that are removed between two looks at whether the server stops.
const RUNS: usize = 100;
/// Namespaces that are read at once.
const NAMESPACES: usize = 100;

/// Works until the server stops or the engine is gone.
pub(super) async fn run(engine: Weak<Inner>, stop: CancellationToken) {
    loop {
        let sleep = {
            let Some(inner) = engine.upgrade() else {
                return;
            };
            inner.clock.sleep_until(inner.clock.now().plus(PERIOD))
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = sleep => {}
        }
        let Some(inner) = engine.upgrade() else {
            return;
        };
        let engine = Engine { inner };
        let swept = tokio::select! {
            () = stop.cancelled() => return,
            swept = engine.remove_expired() => swept,
        };
        if let Err(error) = swept {
            tracing::warn!(%error, "expired runs could not be removed; trying again later");
        }
    }
}

impl Engine {
    async fn remove_expired(&self) -> Result<(), EngineError> {
        let mut after: Option<String> = None;
        loop {
            let page = self
                .inner
                .store
                .list_namespaces(after.as_deref(), NAMESPACES)
                .await?;
            let Some(last) = page.last() else {
                return Ok(());
            };
            after = Some(last.name.clone());
            for namespace in page {
                if let Some(closed_before) = expiry(&namespace, self.inner.clock.now()) {
                    self.remove_closed_before(namespace.id, closed_before)
                        .await?;
                }
            }
        }
    }

    async fn remove_closed_before(
        &self,
        namespace_id: NamespaceId,
        closed_before: Timestamp,
    ) -> Result<(), EngineError> {
        loop {
            let runs = self
                .inner
                .store
                .runs_closed_before(namespace_id, closed_before, RUNS)
                .await?;
            let mut removed = 0;
            for key in &runs {
                match self.delete_run(key).await {
                    Ok(_) => removed += 1,
                    // Somebody else was faster, or it is not as closed as it seemed.
                    Err(EngineError::Rejected(_)) => {}
                    Err(error) => return Err(error),
                }
            }
            if runs.len() < RUNS || removed == 0 {
                return Ok(());
            }
        }
    }
}

/// Runs that closed before this are to go; `None` if the namespace keeps them for ever.
fn expiry(namespace: &NamespaceRecord, now: Timestamp) -> Option<Timestamp> {
    let retention = namespace.config.workflow_execution_retention_ttl.as_ref();
    let retention = Span::from_proto(retention);
    (retention > Span::ZERO).then(|| Timestamp(now.0.saturating_sub(retention.0)))
}
