//! Workers that go, and the queues that they leave behind.

use std::sync::Arc;

use sundial_core::NamespaceId;

use super::{ConnectionId, QueueName, presence::STICKY_ABSENCE, service::Service};

impl Service {
    /// A queue is a worker's own, with that normal queue behind it.
    pub(super) fn link_sticky(&mut self, name: &QueueName, normal_queue: Arc<str>) {
        let normal = QueueName {
            name: normal_queue.clone(),
            ..name.clone()
        };
        let now = self.now;
        let rules = self.queue(&normal).rules.clone();
        let queue = self
            .queues
            .entry(name.clone())
            .or_insert_with(|| super::queue::Queue::new(name.kind));
        queue.normal_queue = Some(normal_queue);
        if queue.rules.is_none()
            && let Some(rules) = rules
        {
            queue.learn(rules, now);
        }
    }

    /// A connection is closed, and so is every poll on it.
    pub(super) fn connection_closed(&mut self, connection: ConnectionId) {
        let mut left = Vec::new();
        for (name, queue) in &mut self.queues {
            if queue.presence.connection_closed(connection) {
                queue
                    .polls
                    .retain(|poll| poll.poller.connection != connection);
                left.push(name.clone());
            }
        }
        for name in left {
            self.fall_back_if_gone(&name);
        }
    }

    /// A worker says that it stops.
    pub(super) fn worker_gone(
        &mut self,
        namespace_id: NamespaceId,
        sticky_queue: Option<QueueName>,
        worker_instance_key: &str,
    ) {
        if !worker_instance_key.is_empty() {
            for (name, queue) in &mut self.queues {
                if name.namespace_id != namespace_id {
                    continue;
                }
                let polls = std::mem::take(&mut queue.polls);
                for poll in polls {
                    if poll.poller.worker_instance_key == worker_instance_key {
                        queue.presence.poll_dropped(poll.poller.connection);
                    } else {
                        queue.polls.push_back(poll);
                    }
                }
            }
        }
        if let Some(name) = sticky_queue
            && let Some(queue) = self.queues.get_mut(&name)
        {
            queue.polls.clear();
            queue.presence.clear();
            self.fall_back_if_gone(&name);
        }
    }

    /// Sees to it that the queue is looked at when its worker may be gone, if something waits for the worker.
    pub(super) fn watch_worker(&mut self, name: &QueueName) {
        let Some(queue) = self.queues.get(name) else {
            return;
        };
        if queue.normal_queue.is_none() || queue.next_look.is_some() || !queue.has_something() {
            return;
        }
        if let Some(at) = queue.presence.lapses_at(STICKY_ABSENCE) {
            self.look_at(name.clone(), at);
        }
    }

    /// If the queue is a worker's own and the worker is gone, what waits goes to the normal queue. True if so.
    pub(super) fn fall_back_if_gone(&mut self, name: &QueueName) -> bool {
        let Some(queue) = self.queues.get_mut(name) else {
            return false;
        };
        let Some(normal_queue) = queue.normal_queue.clone() else {
            return false;
        };
        if queue.presence.is_served(self.now, STICKY_ABSENCE) {
            return false;
        }
        queue.refuse_queries();
        let backlogs = std::mem::take(&mut queue.backlogs);
        if queue.polls.is_empty() && queue.next_look.is_none() {
            self.queues.remove(name);
        }
        let normal = QueueName {
            name: normal_queue,
            ..name.clone()
        };
        for (version, mut backlog) in backlogs {
            let (tasks, sources) = backlog.drain();
            let target = self.queue(&normal).backlog(version.as_ref());
            for source in sources {
                target.adopt(source);
            }
            for task in tasks {
                self.place(&normal, task);
            }
        }
        self.start_reads(&normal);
        true
    }
}
