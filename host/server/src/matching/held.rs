//! What was handed out and may come back: a task or query that its poll's caller never got is not lost.

use sundial_core::Task;
use tokio::sync::{mpsc, oneshot};

use super::{NotTaken, QueryTask, QueueName, backlog::QueuedTask, event::Event};

/// What a poll is given.
#[derive(Debug)]
pub(super) enum Given {
    Task(HeldTask),
    Query(HeldQuery),
}

/// A task that a poll was given. Dropped before [`HeldTask::done`], it goes back to the head of its queue.
#[derive(Debug)]
pub struct HeldTask {
    task: Option<QueuedTask>,
    queue: QueueName,
    events: mpsc::UnboundedSender<Event>,
}

impl HeldTask {
    pub(super) fn new(
        task: QueuedTask,
        queue: QueueName,
        events: mpsc::UnboundedSender<Event>,
    ) -> Self {
        Self {
            task: Some(task),
            queue,
            events,
        }
    }

    /// The task.
    ///
    /// # Panics
    ///
    /// Never: a task is taken out only by those that end its being held.
    #[must_use]
    pub fn task(&self) -> &Task {
        &self
            .task
            .as_ref()
            .expect("a held task is there until it is done")
            .task
    }

    /// The task is started: it will not be handed out again.
    pub fn done(mut self) {
        self.task = None;
    }

    /// The task is not wanted any more: it will not be handed out again, and does not count where a rate is limited.
    pub fn void(mut self) {
        if let Some(QueuedTask { task, .. }) = self.task.take() {
            let queue = self.queue.clone();
            let _ = self.events.send(Event::Void { queue, task });
        }
    }

    /// Takes the task back, for another poll.
    pub(super) fn take_back(mut self) -> Option<QueuedTask> {
        self.task.take()
    }
}

impl Drop for HeldTask {
    fn drop(&mut self) {
        if let Some(task) = self.task.take() {
            let _ = self.events.send(Event::Return {
                queue: self.queue.clone(),
                task,
            });
        }
    }
}

/// A query that waits for a worker.
#[derive(Debug)]
pub(super) struct QueuedQuery {
    pub(super) query: QueryTask,
    pub(super) taken: oneshot::Sender<Result<(), NotTaken>>,
}

/// A query that a poll was given. Dropped before [`HeldQuery::accept`], it waits for another worker.
#[derive(Debug)]
pub struct HeldQuery {
    query: Option<QueuedQuery>,
    queue: QueueName,
    events: mpsc::UnboundedSender<Event>,
}

impl HeldQuery {
    pub(super) fn new(
        query: QueuedQuery,
        queue: QueueName,
        events: mpsc::UnboundedSender<Event>,
    ) -> Self {
        Self {
            query: Some(query),
            queue,
            events,
        }
    }

    /// The query.
    ///
    /// # Panics
    ///
    /// Never: a query is taken out only by those that end its being held.
    #[must_use]
    pub fn query(&self) -> &QueryTask {
        &self
            .query
            .as_ref()
            .expect("a held query is there until it is accepted")
            .query
    }

    /// A worker has it.
    pub fn accept(mut self) {
        if let Some(query) = self.query.take() {
            // An asker that gave up need not know.
            let _ = query.taken.send(Ok(()));
        }
    }

    /// Takes the query back, for another poll.
    pub(super) fn take_back(mut self) -> Option<QueuedQuery> {
        self.query.take()
    }
}

impl Drop for HeldQuery {
    fn drop(&mut self) {
        if let Some(query) = self.query.take() {
            let _ = self.events.send(Event::ReturnQuery {
                queue: self.queue.clone(),
                query,
            });
        }
    }
}
