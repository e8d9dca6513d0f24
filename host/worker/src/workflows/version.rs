//! Polls for the workflow tasks of one module version, and for the local activities in them.

use std::sync::Arc;

use temporalio_protos::coresdk::workflow_completion::WorkflowActivationCompletion;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use super::{Version, guest_threads::GuestThreads};
use crate::temporal::{CoreError, PAUSE_AFTER_ERROR};

impl Version {
    /// Polls until `stop`, then until all that was handed out is answered. An error means that polling can't go on; the caller
    /// may start anew.
    pub(crate) async fn serve(
        self: Arc<Self>,
        guests: &GuestThreads,
        stop: CancellationToken,
    ) -> Result<(), CoreError> {
        guests.add_version(&self);
        // The poll must not be dropped half way, so the wish to stop is heard by another task.
        let stopper = tokio::spawn({
            let (core, stop) = (self.core.clone(), stop.clone());
            async move {
                stop.cancelled().await;
                core.initiate_shutdown();
            }
        });
        let local_activities =
            self.local_activities
                .serve(self.core.clone(), &self.module.task_queue, stop.clone());
        let (result, of_local) = tokio::join!(self.poll(guests), local_activities);
        stopper.abort();
        // Aborted or done, it holds the core until here.
        let _ = stopper.await;
        self.answers.close();
        self.answers.wait().await;
        guests.remove_version(self.id).await;
        match Arc::into_inner(self) {
            Some(version) => version.core.finish().await,
            None => tracing::error!(
                "a module version is still in use while it is to be freed; it leaks"
            ),
        }
        result.and(of_local)
    }

    async fn poll(self: &Arc<Self>, guests: &GuestThreads) -> Result<(), CoreError> {
        let runtime = Handle::current();
        let mut result = Ok(());
        loop {
            match self.core.poll_activation().await {
                // An eviction comes alone, reaches no guest code, and wants an empty answer.
                Ok(Some(activation)) if activation.is_only_eviction() => {
                    guests.drop_run(self.id, &activation.run_id);
                    self.answer(
                        &runtime,
                        WorkflowActivationCompletion::empty(activation.run_id),
                    );
                }
                Ok(Some(activation)) => guests.activate(self, activation),
                Ok(None) => return result,
                // What was handed out wants its answer still, so it is polled until that is over.
                Err(error) => {
                    self.core.initiate_shutdown();
                    result = Err(error);
                    tokio::time::sleep(PAUSE_AFTER_ERROR).await;
                }
            }
        }
    }

    /// Sends an answer, in a task of its own because sdk-core may have to fetch history first.
    pub(super) fn answer(&self, runtime: &Handle, completion: WorkflowActivationCompletion) {
        let core = self.core.clone();
        self.answers.spawn_on(
            async move {
                if let Err(error) = core.complete_activation(completion).await {
                    tracing::error!("a workflow task's answer was lost: {error}");
                }
            },
            runtime,
        );
    }
}

#[cfg(test)]
mod tests;
