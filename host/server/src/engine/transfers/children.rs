//! Children: starting them, telling their parents how they ended, and ending them with their parents.

use std::sync::Arc;

use sundial_core::{
    NamespaceInfo, Rejection, RunId, RunKey, TransferRow,
    run::child::{ChildStart, start_child},
};
use temporalio_protos::temporal::api::enums::v1::StartChildWorkflowExecutionFailedCause;

use super::super::{Engine, Target, error::EngineError};
use crate::namespaces::NamespaceError;

impl Engine {
    /// Starts the child of an initiated event.
    pub(super) async fn start_child(
        &self,
        row: &TransferRow,
        initiated_event_id: i64,
    ) -> Result<(), EngineError> {
        let asked = self
            .read_asker(row, move |run| run.child_start(initiated_event_id))
            .await?;
        let Some(child) = asked.map(Arc::new) else {
            // It is started already, or its parent closed before it was.
            return self.finish(row, |_, _| {}).await;
        };
        let namespace = match self.namespace_of_child(&child).await? {
            Some(namespace) => namespace,
            None => {
                let cause = StartChildWorkflowExecutionFailedCause::NamespaceNotFound;
                return self
                    .finish(row, move |run, cx| {
                        run.child_start_failed(cx, initiated_event_id, cause)
                    })
                    .await;
            }
        };
        match self.start_in(&namespace, child.clone()).await {
            // A parent that closed meanwhile gives the child what its policy says.
            Ok(run_id) => {
                self.finish(row, move |run, cx| {
                    run.child_started(cx, initiated_event_id, run_id)
                })
                .await
            }
            Err(EngineError::Rejected(rejection)) => {
                let cause = match rejection {
                    Rejection::AlreadyStarted { .. } | Rejection::AlreadyExists(_) => {
                        StartChildWorkflowExecutionFailedCause::WorkflowAlreadyExists
                    }
                    other => {
                        tracing::warn!(parent = %row.run, %other, "a child was refused");
                        StartChildWorkflowExecutionFailedCause::Unspecified
                    }
                };
                self.finish(row, move |run, cx| {
                    run.child_start_failed(cx, initiated_event_id, cause)
                })
                .await
            }
            Err(error) => Err(error),
        }
    }

    async fn start_in(
        &self,
        namespace: &NamespaceInfo,
        child: Arc<ChildStart>,
    ) -> Result<RunId, EngineError> {
        let owned = namespace.clone();
        let workflow_id = child.initiated.workflow_id.clone();
        self.transact_workflow(namespace, &workflow_id, move |current, cx| {
            start_child(current, cx, &owned, &child)
        })
        .await
    }

    async fn namespace_of_child(
        &self,
        child: &ChildStart,
    ) -> Result<Option<NamespaceInfo>, EngineError> {
        self.namespace(namespace_name(child)).await
    }

    /// The namespace with this name, `None` if there is none.
    pub(super) async fn namespace(&self, name: &str) -> Result<Option<NamespaceInfo>, EngineError> {
        match self.inner.namespaces.info(name).await {
            Ok(namespace) => Ok(Some(namespace)),
            Err(NamespaceError::NotFound(_)) => Ok(None),
            Err(NamespaceError::Store(error)) => Err(error.into()),
        }
    }

    /// The asking run is a child that closed: its parent hears how.
    pub(super) async fn tell_parent(&self, row: &TransferRow) -> Result<(), EngineError> {
        if let Some(outcome) = self
            .read_asker(row, sundial_core::Run::child_outcome)
            .await?
        {
            let parent = self.heir_of(&outcome.parent).await?;
            let told = self
                .transact(parent, move |run, cx| {
                    run.child_closed(cx, &outcome);
                    Ok(())
                })
                .await;
            match told {
                // A parent that is gone need not be told.
                Ok(()) | Err(EngineError::Rejected(_)) => {}
                Err(error) => return Err(error),
            }
        }
        self.finish(row, |_, _| {}).await
    }

    /// The run that has the children of this one: itself, or what resets have put in its place.
    async fn heir_of(&self, parent: &RunKey) -> Result<Target, EngineError> {
        let mut heir = Target::run(parent);
        loop {
            match self
                .read(heir.clone(), sundial_core::Run::reset_run_id)
                .await
            {
                Ok(Some(run_id)) => heir.run_id = Some(run_id),
                Ok(None) | Err(EngineError::Rejected(_)) => return Ok(heir),
                Err(error) => return Err(error),
            }
        }
    }

    /// Ends a child, or asks it to end, because its parent has closed. `first_run_id` names the child's chain: whichever
    /// run of it is the newest is meant.
    pub(super) async fn close_child(
        &self,
        row: &TransferRow,
        namespace: &str,
        workflow_id: &str,
        first_run_id: &str,
        terminate: bool,
    ) -> Result<(), EngineError> {
        let Some(namespace) = self.namespace(namespace).await? else {
            return Ok(());
        };
        let (parent, first_run_id) = (row.run.clone(), first_run_id.to_owned());
        let target = Target::new(&namespace, workflow_id, None);
        let closed = self
            .transact(target, move |run, cx| {
                run.parent_closed(cx, &parent, &first_run_id, terminate)
            })
            .await;
        match closed {
            // It is closed, or gone, or another workflow has its id now.
            Ok(()) | Err(EngineError::Rejected(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// The parent's, unless the parent named another.
fn namespace_name(child: &ChildStart) -> &str {
    match child.initiated.namespace.as_str() {
        "" => &child.parent.namespace,
        name => name,
    }
}
