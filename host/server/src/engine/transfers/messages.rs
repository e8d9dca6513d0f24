//! Signals and cancel requests from one run to another.

use std::sync::Arc;

use sundial_core::{RunId, TransferRow, run::external::ExternalMessage};

use super::super::{Engine, Target, error::EngineError};

impl Engine {
    /// Delivers the message of an initiated event.
    pub(super) async fn send_message(
        &self,
        row: &TransferRow,
        initiated_event_id: i64,
    ) -> Result<(), EngineError> {
        let asked = self
            .read_asker(row, move |run| run.external_message(initiated_event_id))
            .await?;
        let Some(message) = asked else {
            // The sender has its answer already.
            return self.finish(row, |_, _| {}).await;
        };
        let delivered = self.deliver_message(row, message).await?;
        self.finish(row, move |run, cx| {
            run.external_answered(cx, initiated_event_id, delivered)
        })
        .await
    }

    /// False if there is no such open run.
    async fn deliver_message(
        &self,
        row: &TransferRow,
        message: ExternalMessage,
    ) -> Result<bool, EngineError> {
        let namespace_id = if message.namespace.is_empty() {
            row.run.namespace_id
        } else {
            match self.namespace(&message.namespace).await? {
                Some(namespace) => namespace.id,
                None => return Ok(false),
            }
        };
        let run_id = match message.target.run_id.as_str() {
            "" => None,
            text => match RunId::parse(text) {
                Ok(run_id) => Some(run_id),
                Err(_) => return Ok(false),
            },
        };
        let workflow_id = Arc::from(message.target.workflow_id.as_str());
        let target = Target {
            namespace_id,
            workflow_id,
            run_id,
        };
        let received = self
            .transact(target, move |run, cx| run.receive_external(cx, &message))
            .await;
        match received {
            Ok(()) => Ok(true),
            Err(EngineError::Rejected(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }
}
