//! Takes attempts of activities from the server, runs them, and brings back what came of them.

use std::{
    collections::{HashMap, HashSet},
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
    local,
};
use crate::{
    statistics::Counters,
    temporal::{Core, CoreError, PAUSE_AFTER_ERROR},
};

/// Attempts that are running. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Running(Arc<Mutex<Attempts>>);

#[derive(Default)]
struct Attempts {
    by_token: HashMap<Vec<u8>, Attempt>,
    /// Runs to evict once their local attempts have ended.
    leaving: HashSet<String>,
    /// Whether none may run any more.
    are_given_up: bool,
}

struct Attempt {
    cancel: watch::Sender<Option<CancelReason>>,
    run_id: String,
}

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
        let result = self.serve_until_shut_down(&Running::default()).await;
        stopper.abort();
        // Aborted or done, it holds the core until here.
        let _ = stopper.await;
        self.core.finish().await;
        result
    }

    /// Polls until somebody shuts the core down, then until all attempts have ended. To finish the core is that one's business too.
    pub(crate) async fn serve_until_shut_down(&self, running: &Running) -> Result<(), CoreError> {
        let attempts = TaskTracker::new();
        let result = self.poll(&attempts, running).await;
        attempts.close();
        attempts.wait().await;
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
                    if let Some(attempt) = running.lock().by_token.get(&task.task_token) {
                        attempt.cancel.send_replace(Some(cancel.reason().into()));
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
        let run_id = info.run_id.clone();
        let (context, cancel) = ActivityContext::new(info, heartbeat);
        if !running.begin(&task_token, Attempt { cancel, run_id }, &*self.core) {
            return;
        }
        let info = context.info();
        let handler = self.handlers.find(&info.activity_type, info.is_local);
        let unknown = handler
            .is_none()
            .then(|| not_known(&context, &self.handlers));
        let runtime = match &handler {
            Some(Handler::Function(_)) => self.functions_runtime.clone(),
            // Children must be started by a thread that does not end before the host does.
            Some(Handler::Child(_)) | None => Handle::current(),
        };
        let (core, running) = (self.core.clone(), running.clone());
        attempts.spawn_on(
            async move {
                let result = match handler {
                    Some(handler) => attempt(handler, context.clone(), input).await,
                    None => Err(unknown.unwrap_or_default()),
                };
                if result.is_ok() || !is_given_up(&context) {
                    let completion = ActivityTaskCompletion {
                        task_token: task_token.clone(),
                        result: Some(in_terms_of_core(result, &context)),
                    };
                    if let Err(error) = core.complete_activity(completion).await {
                        tracing::error!("an activity's result was lost: {error}");
                    }
                }
                running.end(&task_token, &*core);
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

fn not_known(context: &ActivityContext, handlers: &Handlers) -> Failure {
    let info = context.info();
    let message = if info.is_local {
        local::not_known(&info.activity_type, handlers)
    } else {
        format!(
            "activity {} is not known on task queue {}; known are: {}",
            info.activity_type,
            info.task_queue,
            handlers.known()
        )
    };
    // Retryable: another worker of the task queue may know it, or this one after an update.
    application_failure("NotFoundError", message, false)
}

/// Whether the host gave up a local attempt. Its workflow must not be told that it was cancelled, since nobody there asked for it: the
/// run was evicted, and whoever replays it runs the activity again.
fn is_given_up(context: &ActivityContext) -> bool {
    context.info().is_local && context.cancel_reason() == Some(CancelReason::WorkerShutdown)
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

impl Attempts {
    fn has(&self, run_id: &str) -> bool {
        self.by_token
            .values()
            .any(|attempt| attempt.run_id == run_id)
    }
}

impl Running {
    /// Ends local attempts: those that run are cancelled, and none is begun any more. Their runs are evicted.
    pub(crate) fn give_up(&self, core: &dyn Core) {
        let mut attempts = self.lock();
        attempts.are_given_up = true;
        for attempt in attempts.by_token.values() {
            core.evict(&attempt.run_id);
            attempt
                .cancel
                .send_replace(Some(CancelReason::WorkerShutdown));
        }
    }

    /// Evicts a run, if need be once its local attempts have ended: sdk-core holds the workflow task open for one that was cancelled too,
    /// and would lose what the task has come to.
    pub(crate) fn evict(&self, run_id: &str, core: &dyn Core) {
        let mut attempts = self.lock();
        if attempts.has(run_id) {
            attempts.leaving.insert(run_id.to_owned());
        } else {
            core.evict(run_id);
        }
    }

    /// Notes the end of an attempt, which core knows.
    fn end(&self, task_token: &[u8], core: &dyn Core) {
        let mut attempts = self.lock();
        if let Some(ended) = attempts.by_token.remove(task_token)
            && !attempts.has(&ended.run_id)
            && attempts.leaving.remove(&ended.run_id)
        {
            core.evict(&ended.run_id);
        }
    }

    /// Notes an attempt, unless none may run any more.
    fn begin(&self, task_token: &[u8], attempt: Attempt, core: &dyn Core) -> bool {
        let mut attempts = self.lock();
        if attempts.are_given_up {
            core.evict(&attempt.run_id);
            return false;
        }
        attempts.by_token.insert(task_token.to_vec(), attempt);
        true
    }

    #[cfg(test)]
    pub(crate) fn count(&self) -> usize {
        self.lock().by_token.len()
    }

    /// No code that holds this lock can panic half way.
    fn lock(&self) -> MutexGuard<'_, Attempts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
