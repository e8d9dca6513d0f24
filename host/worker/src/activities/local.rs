//! The local activities of one module version: its workflows' own tasks hold them, and the activities of this host run them.
//!
//! They come from the core that polls for the version's workflow tasks, which somebody else shuts down. A type that the host does not
//! have fails the workflow task, where it is seen: an attempt of it would be tried again unseen, within the task.

use std::{sync::Arc, time::Duration};

use temporalio_protos::coresdk::{
    workflow_commands::workflow_command::Variant as Command, workflow_completion::Success,
};
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use super::{
    Handlers,
    poller::{ActivityPoller, Running},
};
use crate::{
    statistics::Counters,
    temporal::{Core, CoreError},
};

/// What local activities are run by.
#[derive(Clone)]
pub(crate) struct LocalActivities {
    pub(crate) handlers: Arc<Handlers>,
    pub(crate) functions_runtime: Handle,
    pub(crate) counters: Arc<Counters>,
    /// How long they may go on after a shutdown was asked for.
    pub(crate) shutdown_grace: Duration,
    pub(crate) running: Running,
}

impl LocalActivities {
    /// Runs what the workflows of a core ask for until the core is shut down, which `stop` asks for too.
    pub(crate) async fn serve(
        &self,
        core: Arc<dyn Core>,
        task_queue: &str,
        stop: CancellationToken,
    ) -> Result<(), CoreError> {
        let poller = ActivityPoller {
            core,
            task_queue: task_queue.to_owned(),
            handlers: self.handlers.clone(),
            functions_runtime: self.functions_runtime.clone(),
            counters: self.counters.clone(),
        };
        // sdk-core waits for local activities however long they take.
        let give_up = async {
            stop.cancelled().await;
            tokio::time::sleep(self.shutdown_grace).await;
            self.running.give_up(&*poller.core);
            std::future::pending().await
        };
        tokio::select! {
            result = poller.serve_until_shut_down(&self.running) => result,
            never = give_up => never,
        }
    }

    /// What to say of a local activity in an answer that nothing here can run, if there is one.
    pub(crate) fn unknown(&self, answer: &Success) -> Option<String> {
        answer
            .commands
            .iter()
            .find_map(|command| match &command.variant {
                Some(Command::ScheduleLocalActivity(schedule))
                    if self.handlers.find(&schedule.activity_type, true).is_none() =>
                {
                    Some(not_known(&schedule.activity_type, &self.handlers))
                }
                _ => None,
            })
    }
}

/// Says that a local activity is not known, and what to do.
pub(super) fn not_known(activity_type: &str, handlers: &Handlers) -> String {
    format!(
        "local activity {activity_type} is not known to this worker host; known are: {}; declare it in the file of --activities or \
         register a function for it, or schedule an ordinary activity, which any worker of its task queue runs",
        handlers.known()
    )
}

#[cfg(test)]
mod tests {
    use temporalio_protos::coresdk::activity_task::{
        ActivityTask, Cancel, Start, activity_task::Variant,
    };
    use temporalio_protos::temporal::api::common::v1::WorkflowExecution;

    use super::*;
    use crate::{
        ActivityContext, NativeActivities,
        activities::{failures::cancelled_failure, handlers},
        temporal::fake::{Told, fake},
    };

    fn start(token: u8, run_id: &str) -> ActivityTask {
        ActivityTask {
            task_token: vec![token],
            variant: Some(Variant::Start(Start {
                activity_type: "wait".to_owned(),
                is_local: true,
                workflow_execution: Some(WorkflowExecution {
                    run_id: run_id.to_owned(),
                    ..Default::default()
                }),
                ..Default::default()
            })),
        }
    }

    /// Whose activity `wait` runs until it is cancelled.
    fn waiting() -> LocalActivities {
        let mut functions = NativeActivities::new();
        functions.register("wait", |context: ActivityContext, _| async move {
            context.cancelled().await;
            Err(cancelled_failure(None))
        });
        LocalActivities {
            handlers: Arc::new(handlers(functions, Vec::new()).unwrap()),
            functions_runtime: Handle::current(),
            counters: Arc::default(),
            shutdown_grace: Duration::from_secs(5),
            running: Running::default(),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_runs_after_the_grace_is_given_up_and_its_workflow_not_told() {
        let local = waiting();
        let (core, mut server) = fake();
        let stop = CancellationToken::new();
        let served = tokio::spawn({
            let stop = stop.clone();
            async move { local.serve(core, "queue", stop).await }
        });
        server.activities.send(start(1, "running")).unwrap();
        stop.cancel();
        let evicted = |run: &str| Some(Told::Evict(run.to_owned()));
        assert_eq!(server.told.recv().await, evicted("running"));
        server.activities.send(start(2, "late")).unwrap();
        assert_eq!(server.told.recv().await, evicted("late"));
        drop(server.activities);
        served.await.unwrap().unwrap();
        assert_eq!(server.told.recv().await, None);
    }

    #[tokio::test]
    async fn a_run_is_evicted_once_its_attempts_have_ended() {
        let local = waiting();
        let (core, mut server) = fake();
        local.running.evict("idle", &*core);
        let evicted = |run: &str| Some(Told::Evict(run.to_owned()));
        assert_eq!(server.told.recv().await, evicted("idle"));
        let served = tokio::spawn({
            let (local, core) = (local.clone(), core.clone());
            async move { local.serve(core, "queue", CancellationToken::new()).await }
        });
        server.activities.send(start(1, "busy")).unwrap();
        server.activities.send(start(2, "busy")).unwrap();
        while local.running.count() < 2 {
            tokio::task::yield_now().await;
        }
        local.running.evict("busy", &*core);
        for token in [1, 2] {
            let cancel = Variant::Cancel(Cancel::default());
            server
                .activities
                .send(ActivityTask {
                    task_token: vec![token],
                    variant: Some(cancel),
                })
                .unwrap();
            let told = server.told.recv().await;
            assert!(
                matches!(told, Some(Told::ActivityCompletion(_))),
                "{told:?}"
            );
        }
        assert_eq!(server.told.recv().await, evicted("busy"));
        drop(server.activities);
        served.await.unwrap().unwrap();
    }
}
