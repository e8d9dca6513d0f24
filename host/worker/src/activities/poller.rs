//! Takes attempts of activities from the server, runs them, and brings back what came of them.

use std::{
    collections::HashMap,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures::FutureExt;
use temporalio_protos::{
    coresdk::{
        ActivityTaskCompletion,
        activity_result::{ActivityExecutionResult, activity_execution_result::Status},
        activity_task::{Start, activity_task::Variant},
    },
    temporal::api::{common::v1::Payload, failure::v1::Failure},
};
use tokio::{runtime::Handle, sync::watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    Handler, Handlers,
    context::{ActivityContext, ActivityInfo, CancelReason},
    failures::{application_failure, is_cancelled},
    functions::ActivityResult,
};
use crate::{
    statistics::Counters,
    temporal::{Core, CoreError, PAUSE_AFTER_ERROR},
};

/// Cancels a running attempt.
type Cancel = watch::Sender<Option<CancelReason>>;

/// Attempts that are running, by task token.
type Running = Arc<Mutex<HashMap<Vec<u8>, Cancel>>>;

/// Polls one task queue of one namespace for activities.
pub(crate) struct ActivityPoller {
    pub(crate) core: Arc<dyn Core>,
    pub(crate) task_queue: String,
    pub(crate) handlers: Arc<Handlers>,
    /// Where registered functions run: apart from the polls, which they must not hold up.
    pub(crate) functions_runtime: Handle,
    pub(crate) counters: Arc<Counters>,
}

impl ActivityPoller {
    /// Polls until `stop`, then until all attempts have ended. An error means that polling can't go on; the caller may start anew.
    pub(crate) async fn serve(self, stop: CancellationToken) -> Result<(), CoreError> {
        // The poll must not be dropped half way, so the wish to stop is heard by another task.
        let stopper = tokio::spawn({
            let core = self.core.clone();
            async move {
                stop.cancelled().await;
                core.initiate_shutdown();
            }
        });
        let attempts = TaskTracker::new();
        let running = Running::default();
        let result = self.poll(&attempts, &running).await;
        stopper.abort();
        // Aborted or done, it holds the core until here.
        let _ = stopper.await;
        attempts.close();
        attempts.wait().await;
        self.core.finish().await;
        result
    }

    async fn poll(&self, attempts: &TaskTracker, running: &Running) -> Result<(), CoreError> {
        let mut result = Ok(());
        loop {
            let task = match self.core.poll_activity().await {
                Ok(Some(task)) => task,
                Ok(None) => return result,
                // What was handed out wants its answer still, so it is polled until that is over.
                Err(error) => {
                    self.core.initiate_shutdown();
                    result = Err(error);
                    tokio::time::sleep(PAUSE_AFTER_ERROR).await;
                    continue;
                }
            };
            match task.variant {
                Some(Variant::Start(start)) => {
                    self.start(task.task_token, start, attempts, running);
                }
                Some(Variant::Cancel(cancel)) => {
                    // An attempt that has just ended is not there any more.
                    if let Some(attempt) = lock(running).get(&task.task_token) {
                        attempt.send_replace(Some(cancel.reason().into()));
                    }
                }
                None => {
                    tracing::error!(
                        "an activity task came that neither starts nor cancels anything"
                    );
                }
            }
        }
    }

    fn start(
        &self,
        task_token: Vec<u8>,
        mut start: Start,
        attempts: &TaskTracker,
        running: &Running,
    ) {
        self.counters.count_activity();
        let input = std::mem::take(&mut start.input);
        let info = ActivityInfo::of_start(&mut start, &self.task_queue);
        let heartbeat = {
            // Weakly, so that a context that an activity keeps does not keep the poller.
            let (core, task_token) = (Arc::downgrade(&self.core), task_token.clone());
            Arc::new(move |details| {
                if let Some(core) = core.upgrade() {
                    core.heartbeat(task_token.clone(), details);
                }
            })
        };
        let (context, cancel) = ActivityContext::new(info, heartbeat);
        lock(running).insert(task_token.clone(), cancel);
        let handler = self.handlers.get(&context.info().activity_type).cloned();
        let known = || {
            let mut names: Vec<_> = self.handlers.keys().map(String::as_str).collect();
            names.sort_unstable();
            names.join(", ")
        };
        let unknown = handler.is_none().then(known);
        let runtime = match &handler {
            Some(Handler::Function(_)) => self.functions_runtime.clone(),
            // Children must be started by a thread that does not end before the host does.
            Some(Handler::Child(_)) | None => Handle::current(),
        };
        let (core, running) = (self.core.clone(), running.clone());
        attempts.spawn_on(
            async move {
                let result = match (handler, unknown) {
                    (Some(handler), _) => attempt(handler, context.clone(), input).await,
                    (None, known) => Err(not_known(&context, &known.unwrap_or_default())),
                };
                lock(&running).remove(&task_token);
                let result = Some(in_terms_of_core(result, &context));
                if let Err(error) = core
                    .complete_activity(ActivityTaskCompletion { task_token, result })
                    .await
                {
                    tracing::error!("an activity's result was lost: {error}");
                }
            },
            &runtime,
        );
    }
}

async fn attempt(
    handler: Handler,
    context: ActivityContext,
    input: Vec<Payload>,
) -> ActivityResult {
    match handler {
        Handler::Child(child) => child.run(&context, &input).await,
        Handler::Function(function) => {
            // The call itself may panic too, before there is a future.
            let call = AssertUnwindSafe(async move { function(context, input).await });
            call.catch_unwind().await.unwrap_or_else(|panic| {
                let said = panic
                    .downcast_ref::<&str>()
                    .copied()
                    .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
                    .unwrap_or("without a message");
                Err(application_failure(
                    "Panic",
                    format!("the activity panicked: {said}"),
                    false,
                ))
            })
        }
    }
}

fn not_known(context: &ActivityContext, known: &str) -> Failure {
    let info = context.info();
    // Retryable: another worker of the task queue may know it, or this one after an update.
    application_failure(
        "NotFoundError",
        format!(
            "activity {} is not known on task queue {}; known are: {known}",
            info.activity_type, info.task_queue
        ),
        false,
    )
}

fn in_terms_of_core(result: ActivityResult, context: &ActivityContext) -> ActivityExecutionResult {
    use temporalio_protos::coresdk::activity_result::{Cancellation, Failure as Failed, Success};
    let status = match result {
        Ok(payload) => Status::Completed(Success {
            result: Some(payload),
        }),
        // Who was not asked to end has failed, whatever it says.
        Err(failure) if is_cancelled(&failure) && context.cancel_reason().is_some() => {
            Status::Cancelled(Cancellation {
                failure: Some(failure),
            })
        }
        Err(failure) => Status::Failed(Failed {
            failure: Some(failure),
            ..Default::default()
        }),
    };
    ActivityExecutionResult {
        status: Some(status),
    }
}

/// No code that holds this lock can panic half way.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
