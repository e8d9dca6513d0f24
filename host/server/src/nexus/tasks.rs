//! Requests to handlers: each waits for a poll, then for its answer, as long as who makes it waits. Nothing of it is
//! stored.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sundial_core::NamespaceId;
use temporalio_protos::temporal::api::nexus::v1::{Request, Response};
use tokio::sync::oneshot;
use uuid::Uuid;

use super::failures::HandlerRefusal;

/// Where handlers poll.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct NexusQueue {
    /// The namespace.
    pub(crate) namespace_id: NamespaceId,
    /// The task queue.
    pub(crate) name: Arc<str>,
}

/// What a handler answered.
pub(crate) type Answer = Result<Response, HandlerRefusal>;

/// A request in the hands of a handler.
#[derive(Debug)]
pub(crate) struct NexusTask {
    /// Names it in the answer.
    pub(crate) id: Uuid,
    /// What is asked.
    pub(crate) request: Request,
}

/// A cloneable handle.
#[derive(Clone, Default)]
pub(crate) struct Tasks {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    queues: HashMap<NexusQueue, Queue>,
    /// Those that wait for their answers, with the namespace of who may give it.
    asked: HashMap<Uuid, (NamespaceId, oneshot::Sender<Answer>)>,
}

#[derive(Default)]
struct Queue {
    requests: VecDeque<NexusTask>,
    polls: VecDeque<WaitingPoll>,
}

struct WaitingPoll {
    /// Names the worker for [`Tasks::shutdown_worker`]; empty if it has not said.
    worker_instance_key: String,
    give: oneshot::Sender<NexusTask>,
}

/// Takes a request back when nobody waits for its answer any more.
struct Asked {
    tasks: Tasks,
    queue: NexusQueue,
    id: Uuid,
}

impl Tasks {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks whoever polls the queue; `None` if there is no answer in time.
    pub(crate) async fn ask(
        &self,
        queue: NexusQueue,
        request: Request,
        limit: Duration,
    ) -> Option<Answer> {
        let id = Uuid::new_v4();
        let (answer, answered) = oneshot::channel();
        let namespace_id = queue.namespace_id;
        let _asked = Asked {
            tasks: self.clone(),
            queue: queue.clone(),
            id,
        };
        {
            let mut state = self.state();
            state.asked.insert(id, (namespace_id, answer));
            state
                .queues
                .entry(queue)
                .or_default()
                .offer(NexusTask { id, request });
        }
        tokio::time::timeout(limit, answered).await.ok()?.ok()
    }

    /// The next request; `None` if there is none in time, or the worker is shut down.
    pub(crate) async fn poll(
        &self,
        queue: NexusQueue,
        worker_instance_key: &str,
        limit: Duration,
    ) -> Option<NexusTask> {
        let taken = {
            let mut state = self.state();
            let waiting = state.queues.entry(queue).or_default();
            if let Some(task) = waiting.requests.pop_front() {
                return Some(task);
            }
            let (give, taken) = oneshot::channel();
            // Those that left take no place.
            waiting.polls.retain(|poll| !poll.give.is_closed());
            waiting.polls.push_back(WaitingPoll {
                worker_instance_key: worker_instance_key.to_owned(),
                give,
            });
            taken
        };
        tokio::time::timeout(limit, taken).await.ok()?.ok()
    }

    /// Ends the polls of a worker that takes no more.
    pub(crate) fn shutdown_worker(&self, namespace_id: NamespaceId, worker_instance_key: &str) {
        if worker_instance_key.is_empty() {
            return;
        }
        let mut state = self.state();
        for (queue, waiting) in &mut state.queues {
            if queue.namespace_id == namespace_id {
                waiting
                    .polls
                    .retain(|poll| poll.worker_instance_key != worker_instance_key);
            }
        }
    }

    /// Gives an answer to who waits for it. False if nobody does.
    pub(crate) fn answer(&self, namespace_id: NamespaceId, id: Uuid, answer: Answer) -> bool {
        let mut state = self.state();
        let is_of_namespace = state
            .asked
            .get(&id)
            .is_some_and(|(asked_in, _)| *asked_in == namespace_id);
        if !is_of_namespace {
            return false;
        }
        let asked = state.asked.remove(&id);
        asked.is_some_and(|(_, waiting)| waiting.send(answer).is_ok())
    }
}

impl Queue {
    fn offer(&mut self, mut task: NexusTask) {
        while let Some(poll) = self.polls.pop_front() {
            match poll.give.send(task) {
                Ok(()) => return,
                // That poll has left.
                Err(back) => task = back,
            }
        }
        self.requests.push_back(task);
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        let mut state = self.tasks.state();
        state.asked.remove(&self.id);
        if let Some(queue) = state.queues.get_mut(&self.queue) {
            queue.requests.retain(|task| task.id != self.id);
            queue.polls.retain(|poll| !poll.give.is_closed());
            if queue.requests.is_empty() && queue.polls.is_empty() {
                state.queues.remove(&self.queue);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    const LONG: Duration = Duration::from_secs(3600);

    fn queue(namespace: u128) -> NexusQueue {
        NexusQueue {
            namespace_id: NamespaceId(Uuid::from_u128(namespace)),
            name: Arc::from("q"),
        }
    }

    #[tokio::test]
    async fn a_request_waits_for_a_poll_and_gets_its_answer() {
        let tasks = Tasks::default();
        let mut asked = Box::pin(tasks.ask(queue(1), Request::default(), LONG));
        assert!(asked.as_mut().now_or_never().is_none());
        let task = tasks.poll(queue(1), "w", LONG).await.expect("is offered");
        let of_another = NamespaceId(Uuid::from_u128(2));
        assert!(!tasks.answer(of_another, task.id, Ok(Response::default())));
        assert!(tasks.answer(queue(1).namespace_id, task.id, Ok(Response::default())));
        assert_eq!(asked.await, Some(Ok(Response::default())));
        assert!(!tasks.answer(queue(1).namespace_id, task.id, Ok(Response::default())));
    }

    #[tokio::test]
    async fn a_poll_waits_for_a_request_and_one_that_has_left_gets_none() {
        let tasks = Tasks::default();
        let mut left = Box::pin(tasks.poll(queue(1), "w", LONG));
        assert!(left.as_mut().now_or_never().is_none());
        drop(left);
        let mut poll = Box::pin(tasks.poll(queue(1), "w", LONG));
        assert!(poll.as_mut().now_or_never().is_none());
        let mut asked = Box::pin(tasks.ask(queue(1), Request::default(), LONG));
        assert!(asked.as_mut().now_or_never().is_none());
        assert!(poll.await.is_some());
    }

    #[tokio::test]
    async fn the_polls_of_a_worker_that_is_shut_down_end() {
        let tasks = Tasks::default();
        let mut poll = Box::pin(tasks.poll(queue(1), "w", LONG));
        assert!(poll.as_mut().now_or_never().is_none());
        tasks.shutdown_worker(queue(1).namespace_id, "another");
        tasks.shutdown_worker(queue(2).namespace_id, "w");
        assert!(poll.as_mut().now_or_never().is_none());
        tasks.shutdown_worker(queue(1).namespace_id, "w");
        assert!(poll.await.is_none());
    }

    #[tokio::test]
    async fn a_request_that_is_given_up_is_not_offered() {
        let tasks = Tasks::default();
        let mut asked = Box::pin(tasks.ask(queue(1), Request::default(), LONG));
        assert!(asked.as_mut().now_or_never().is_none());
        drop(asked);
        assert!(tasks.poll(queue(1), "w", LONG).now_or_never().is_none());
        assert!(tasks.state().asked.is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn without_an_answer_the_time_runs_out() {
        let tasks = Tasks::default();
        assert_eq!(tasks.ask(queue(1), Request::default(), LONG).await, None);
        assert!(tasks.poll(queue(1), "w", LONG).await.is_none());
    }
}
