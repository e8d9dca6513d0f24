//! Signals and cancel requests from one run to another.

use std::sync::Arc;

use sundial_core::{
    Archetype, Rejection, RunId, TransferRow,
    run::{ExternalFailure, external::ExternalMessage},
};

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
        let failure = self.deliver_message(row, message).await?;
        self.finish(row, move |run, cx| {
            run.external_answered(cx, initiated_event_id, failure)
        })
        .await
    }

    /// Says why the message was not delivered, `None` if it was.
    async fn deliver_message(
        &self,
        row: &TransferRow,
        message: ExternalMessage,
    ) -> Result<Option<ExternalFailure>, EngineError> {
        let namespace_id = if message.namespace.is_empty() {
            row.run.namespace_id
        } else {
            match self.namespace(&message.namespace).await? {
                Some(namespace) => namespace.id,
                None => return Ok(Some(ExternalFailure::NamespaceNotFound)),
            }
        };
        let run_id = match message.target.run_id.as_str() {
            "" => None,
            text => match RunId::parse(text) {
                Ok(run_id) => Some(run_id),
                Err(_) => return Ok(Some(ExternalFailure::NotFound)),
            },
        };
        let workflow_id = Arc::from(message.target.workflow_id.as_str());
        let target = Target {
            namespace_id,
            archetype: Archetype::Workflow,
            workflow_id,
            run_id,
        };
        let received = self
            .transact(target, move |run, cx| run.receive_external(cx, &message))
            .await;
        match received {
            Ok(()) => Ok(None),
            // It is about to end, or does not after all: asked again, it says which.
            Err(EngineError::Rejected(Rejection::WorkflowClosing)) => received.map(|()| None),
            Err(EngineError::Rejected(Rejection::InvalidArgument(_))) => {
                Ok(Some(ExternalFailure::TooManySignals))
            }
            Err(EngineError::Rejected(_)) => Ok(Some(ExternalFailure::NotFound)),
            Err(error) => Err(error),
        }
    }
}
