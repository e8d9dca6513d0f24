//! Bringing tasks, queries and polls together.

use std::sync::Arc;

use sundial_core::{Task, Timestamp};
use tokio::sync::oneshot;

use super::{
    ConnectionId, NotTaken, Poll, QueryTask, QueueName,
    backlog::QueuedTask,
    event::Ending,
    held::{Given, HeldQuery, HeldTask, QueuedQuery},
    presence::STICKY_ABSENCE,
    queue::{Found, WaitingPoll},
    service::Service,
};

impl Service {
    /// Takes a task that was not here before.
    pub(super) fn offer(&mut self, task: Task, has_row: bool) {
        let name = self.home_of(&task);
        let version = task.version.clone();
        let now = self.now;
        self.queue(&name).backlog(version.as_ref()).count_added(now);
        self.place(&name, QueuedTask { task, has_row });
        self.watch_worker(&name);
    }

    /// Takes a task back from a poll that could not deliver it.
    pub(super) fn take_back(&mut self, queue: QueueName, task: QueuedTask) {
        if let Some(queue) = self.queues.get_mut(&queue) {
            queue.limits.give_back(&task.task);
        }
        // The queue that it was taken from may be gone by now.
        let name = if queue.name == task.task.queue {
            self.home_of(&task.task)
        } else {
            queue
        };
        self.place_with(&name, task, true);
        self.watch_worker(&name);
    }

    /// A task that was given out is not wanted: another may go in its place.
    pub(super) fn give_back(&mut self, name: &QueueName, task: &Task) {
        if let Some(queue) = self.queues.get_mut(name)
            && queue.limits.is_set()
        {
            queue.limits.give_back(task);
            self.serve(name);
        }
    }

    /// Where a task waits: on its worker's own queue if the worker is there and may have it, else on the normal queue.
    fn home_of(&self, task: &Task) -> QueueName {
        let own = QueueName {
            namespace_id: task.run.namespace_id,
            kind: task.kind,
            name: task.queue.clone(),
        };
        let Some(normal_queue) = &task.normal_queue else {
            return own;
        };
        let accepts = self.queues.get(&own).is_some_and(|queue| {
            queue.presence.is_served(self.now, STICKY_ABSENCE)
                && queue.rules.as_ref().is_none_or(|rules| {
                    rules.required(task.kind, task.version.as_ref(), &task.run.workflow_id)
                        == queue.sticky_version.as_ref()
                })
        });
        if accepts {
            own
        } else {
            QueueName {
                name: normal_queue.clone(),
                ..own
            }
        }
    }

    /// Gives a task to a waiting poll, or lets it wait.
    pub(super) fn place(&mut self, name: &QueueName, task: QueuedTask) {
        self.place_with(name, task, false);
    }

    fn place_with(&mut self, name: &QueueName, mut task: QueuedTask, is_back: bool) {
        let (now, events) = (self.now, self.events.clone());
        let queue = self.queue(name);
        if queue.limits.is_set() {
            self.keep(name, task, is_back);
            // The one that goes may be another, which has waited for longer.
            self.serve(name);
            return;
        }
        if let (Some(rules), Some(events)) = (queue.rules.clone(), events.upgrade()) {
            loop {
                let required = rules.required(
                    task.task.kind,
                    task.task.version.as_ref(),
                    &task.task.run.workflow_id,
                );
                let Some(poll) = queue.take_poll(required) else {
                    break;
                };
                let connection = poll.poller.connection;
                let version = task.task.version.clone();
                let held = HeldTask::new(task, name.clone(), events.clone());
                match poll.give.send(Given::Task(held)) {
                    Ok(()) => {
                        queue.note_poll_end(connection, now);
                        queue.backlog(version.as_ref()).count_dispatched(now);
                        return;
                    }
                    // The poll has just ended; the loop will hear of it.
                    Err(given) => match take_task_back(given) {
                        Some(back) => task = back,
                        None => return,
                    },
                }
            }
        }
        self.keep(name, task, is_back);
    }

    /// Lets a task wait.
    fn keep(&mut self, name: &QueueName, task: QueuedTask, is_back: bool) {
        let version = task.task.version.clone();
        let backlog = self.queue(name).backlog(version.as_ref());
        if is_back {
            backlog.take_back(task);
        } else {
            backlog.push(task);
        }
        self.start_reads(name);
    }

    /// Takes a poll: gives it something, or lets it wait.
    pub(super) fn poll(&mut self, id: u64, poll: Poll, give: oneshot::Sender<Given>) {
        // Dropping the channel ends the poll.
        if self.is_stopping {
            return;
        }
        let Poll {
            queue: name,
            normal_queue,
            poller,
            limit: _,
        } = poll;
        let now = self.now;
        let is_sticky = normal_queue.is_some();
        if let Some(normal_queue) = normal_queue {
            self.link_sticky(&name, normal_queue);
            self.queue(&name).sticky_version.clone_from(&poller.version);
        } else if let Some(version) = &poller.version {
            self.note_version(&name, version);
        }
        let queue = self.queue(&name);
        let has_changed = queue.note_poll(&poller, now);
        queue.polls.push_back(WaitingPoll { id, poller, give });
        match has_changed {
            true => self.serve(&name),
            false => self.serve_last(&name),
        }
        if is_sticky {
            self.watch_worker(&name);
        }
    }

    /// A poll ended without being given anything.
    pub(super) fn poll_ended(
        &mut self,
        id: u64,
        name: &QueueName,
        connection: ConnectionId,
        ending: Ending,
    ) {
        let now = self.now;
        let Some(queue) = self.queues.get_mut(name) else {
            return;
        };
        // It may have been taken out already, by an attempt to give it something.
        queue.polls.retain(|poll| poll.id != id);
        match ending {
            Ending::TimedOut => queue.note_poll_end(connection, now),
            Ending::Dropped => queue.presence.poll_dropped(connection),
        }
        if !self.fall_back_if_gone(name) {
            self.watch_worker(name);
        }
    }

    /// Takes a query: gives it to a waiting poll, or lets it wait.
    pub(super) fn ask(
        &mut self,
        name: QueueName,
        normal_queue: Option<Arc<str>>,
        query: QueryTask,
        taken: oneshot::Sender<Result<(), NotTaken>>,
    ) {
        if normal_queue.is_some() {
            let accepts = self.queues.get(&name).is_some_and(|queue| {
                queue.presence.is_served(self.now, STICKY_ABSENCE)
                    && queue.rules.as_ref().is_none_or(|rules| {
                        let workflow_id = &query.run.workflow_id;
                        rules.required(name.kind, query.version.as_ref(), workflow_id)
                            == queue.sticky_version.as_ref()
                    })
            });
            if !accepts {
                let _ = taken.send(Err(NotTaken::NoPollers));
                return;
            }
        }
        if self.is_stopping {
            let _ = taken.send(Err(NotTaken::NoPollers));
            return;
        }
        self.place_query(&name, QueuedQuery { query, taken });
        self.watch_worker(&name);
    }

    /// Takes a query back from a poll that could not deliver it.
    pub(super) fn take_query_back(&mut self, name: &QueueName, query: QueuedQuery) {
        self.place_query(name, query);
        if !self.fall_back_if_gone(name) {
            self.watch_worker(name);
        }
    }

    fn place_query(&mut self, name: &QueueName, mut queued: QueuedQuery) {
        let (now, events) = (self.now, self.events.clone());
        let queue = self.queue(name);
        queue.drop_abandoned_queries();
        if let (Some(rules), Some(events)) = (queue.rules.clone(), events.upgrade()) {
            loop {
                let query = &queued.query;
                let required =
                    rules.required(name.kind, query.version.as_ref(), &query.run.workflow_id);
                let Some(poll) = queue.take_poll(required) else {
                    break;
                };
                let connection = poll.poller.connection;
                let held = HeldQuery::new(queued, name.clone(), events.clone());
                match poll.give.send(Given::Query(held)) {
                    Ok(()) => {
                        queue.note_poll_end(connection, now);
                        return;
                    }
                    Err(given) => match take_query_back(given) {
                        Some(back) => queued = back,
                        None => return,
                    },
                }
            }
        }
        queue.queries.push_back(queued);
    }

    /// Gives the newest poll something, if there is something for it.
    fn serve_last(&mut self, name: &QueueName) {
        if let Some(queue) = self.queues.get_mut(name)
            && let Some(poll) = queue.polls.pop_back()
            && let Some(poll) = self.serve_poll(name, poll)
            && let Some(queue) = self.queues.get_mut(name)
        {
            queue.polls.push_back(poll);
        }
    }

    /// Gives every poll something for which there is something, in the order in which they came.
    pub(super) fn serve(&mut self, name: &QueueName) {
        let Some(queue) = self.queues.get_mut(name) else {
            return;
        };
        if !queue.has_something() {
            return;
        }
        let mut left = std::collections::VecDeque::new();
        for poll in std::mem::take(&mut queue.polls) {
            if let Some(poll) = self.serve_poll(name, poll) {
                left.push_back(poll);
            }
        }
        if let Some(queue) = self.queues.get_mut(name) {
            queue.polls = left;
        }
    }

    /// Gives the poll back if there is nothing for it.
    fn serve_poll(&mut self, name: &QueueName, poll: WaitingPoll) -> Option<WaitingPoll> {
        let (now, events) = (self.now, self.events.clone());
        // A poll that has ended stays until the loop hears how.
        if poll.give.is_closed() {
            return Some(poll);
        }
        let (Some(queue), Some(events)) = (self.queues.get_mut(name), events.upgrade()) else {
            return Some(poll);
        };
        let connection = poll.poller.connection;
        let (given, version) = match queue.find(poll.poller.version.as_ref(), now) {
            Found::Nothing => return Some(poll),
            Found::Later(at) => {
                // A queue that is stopped waits for another limit, which is an event of its own.
                if at < Timestamp(i64::MAX) {
                    self.look_at(name.clone(), at);
                }
                return Some(poll);
            }
            Found::Task(task) => {
                let version = task.task.version.clone();
                queue.limits.spend(&task.task, now);
                (
                    Given::Task(HeldTask::new(task, name.clone(), events)),
                    Some(version),
                )
            }
            Found::Query(query) => (
                Given::Query(HeldQuery::new(query, name.clone(), events)),
                None,
            ),
        };
        match poll.give.send(given) {
            Ok(()) => {
                queue.note_poll_end(connection, now);
                if let Some(version) = version {
                    queue.backlog(version.as_ref()).count_dispatched(now);
                }
                self.start_reads(name);
            }
            // Dropped, it comes back as an event.
            Err(given) => drop(given),
        }
        None
    }
}

fn take_task_back(given: Given) -> Option<QueuedTask> {
    match given {
        Given::Task(held) => held.take_back(),
        Given::Query(_) => None,
    }
}

fn take_query_back(given: Given) -> Option<QueuedQuery> {
    match given {
        Given::Query(held) => held.take_back(),
        Given::Task(_) => None,
    }
}
