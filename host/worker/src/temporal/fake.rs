//! A [`Core`] for tests: tasks are put in, answers come out.

use std::sync::Arc;

use async_trait::async_trait;
use temporalio_protos::{
    coresdk::{
        ActivityTaskCompletion, activity_task::ActivityTask,
        workflow_activation::WorkflowActivation, workflow_completion::WorkflowActivationCompletion,
    },
    temporal::api::common::v1::Payload,
};
use tokio::sync::{Mutex, mpsc};

use super::{Core, CoreError};

/// The poller's side.
pub(crate) struct FakeCore {
    activations: Mutex<mpsc::UnboundedReceiver<Result<WorkflowActivation, CoreError>>>,
    activities: Mutex<mpsc::UnboundedReceiver<ActivityTask>>,
    told: mpsc::UnboundedSender<Told>,
}

/// The server's side. Dropping the senders of tasks is the end of polling.
pub(crate) struct FakeServer {
    pub(crate) activations: mpsc::UnboundedSender<Result<WorkflowActivation, CoreError>>,
    pub(crate) activities: mpsc::UnboundedSender<ActivityTask>,
    pub(crate) told: mpsc::UnboundedReceiver<Told>,
}

/// What a poller was told.
#[derive(Debug, PartialEq)]
pub(crate) enum Told {
    Completion(WorkflowActivationCompletion),
    ActivityCompletion(ActivityTaskCompletion),
    Heartbeat(Vec<Payload>),
    Evict(String),
    Shutdown,
    Finished,
}

/// Both sides.
pub(crate) fn fake() -> (Arc<FakeCore>, FakeServer) {
    let (activations_sender, activations) = mpsc::unbounded_channel();
    let (activities_sender, activities) = mpsc::unbounded_channel();
    let (told_sender, told) = mpsc::unbounded_channel();
    let core = FakeCore {
        activations: Mutex::new(activations),
        activities: Mutex::new(activities),
        told: told_sender,
    };
    (
        Arc::new(core),
        FakeServer {
            activations: activations_sender,
            activities: activities_sender,
            told,
        },
    )
}

impl FakeCore {
    fn tell(&self, told: Told) {
        // A test that ends early listens no more.
        let _ = self.told.send(told);
    }
}

#[async_trait]
impl Core for FakeCore {
    async fn poll_activation(&self) -> Result<Option<WorkflowActivation>, CoreError> {
        self.activations.lock().await.recv().await.transpose()
    }

    async fn complete_activation(
        &self,
        completion: WorkflowActivationCompletion,
    ) -> Result<(), CoreError> {
        self.tell(Told::Completion(completion));
        Ok(())
    }

    fn evict(&self, run_id: &str) {
        self.tell(Told::Evict(run_id.to_owned()));
    }

    async fn poll_activity(&self) -> Result<Option<ActivityTask>, CoreError> {
        Ok(self.activities.lock().await.recv().await)
    }

    async fn complete_activity(&self, completion: ActivityTaskCompletion) -> Result<(), CoreError> {
        self.tell(Told::ActivityCompletion(completion));
        Ok(())
    }

    fn heartbeat(&self, _task_token: Vec<u8>, details: Vec<Payload>) {
        self.tell(Told::Heartbeat(details));
    }

    fn initiate_shutdown(&self) {
        self.tell(Told::Shutdown);
    }

    async fn finish(self: Arc<Self>) {
        assert!(
            Arc::into_inner(self)
                .map(|core| core.tell(Told::Finished))
                .is_some(),
            "still in use"
        );
    }
}
