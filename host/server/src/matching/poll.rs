//! A poll, as its caller holds it. However it ends, the loop hears of it, and nothing that it was given is lost.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use tokio::sync::{mpsc, oneshot};

use super::{
    ConnectionId, Dispatch, Poll, QueueName,
    event::{Ending, Event},
    held::Given,
};

/// Polls are told apart by a number.
static NEXT_ID: AtomicU64 = AtomicU64::new(1);

/// A poll that has begun.
pub(super) struct PollGuard {
    id: u64,
    queue: QueueName,
    connection: ConnectionId,
    limit: Duration,
    given: oneshot::Receiver<Given>,
    events: mpsc::UnboundedSender<Event>,
    has_ended: bool,
}

impl PollGuard {
    /// Begins a poll; `None` if the loop is gone.
    pub(super) fn begin(events: mpsc::UnboundedSender<Event>, poll: Poll) -> Option<Self> {
        let id = NEXT_ID.fetch_add(1, Ordering::Relaxed);
        let (give, given) = oneshot::channel();
        let (queue, connection, limit) = (poll.queue.clone(), poll.poller.connection, poll.limit);
        events.send(Event::Poll { id, poll, give }).ok()?;
        Some(Self {
            id,
            queue,
            connection,
            limit,
            given,
            events,
            has_ended: false,
        })
    }

    /// Waits until something is given, the loop ends the poll, or its time is over.
    pub(super) async fn wait(mut self) -> Option<Dispatch> {
        let given = match tokio::time::timeout(self.limit, &mut self.given).await {
            Ok(result) => {
                self.has_ended = true;
                result.ok()
            }
            Err(_) => self.end(Ending::TimedOut),
        };
        given.map(|given| match given {
            Given::Task(task) => Dispatch::Task(task),
            Given::Query(query) => Dispatch::Query(query),
        })
    }

    /// Ends the poll, unless something was given at the last moment.
    fn end(&mut self, ending: Ending) -> Option<Given> {
        self.has_ended = true;
        self.given.close();
        let given = self.given.try_recv().ok();
        if given.is_none() {
            let (id, queue, connection) = (self.id, self.queue.clone(), self.connection);
            let _ = self.events.send(Event::PollEnded {
                id,
                queue,
                connection,
                ending,
            });
        }
        given
    }
}

impl Drop for PollGuard {
    fn drop(&mut self) {
        if !self.has_ended {
            // What was given is held by nobody now, so it goes back by being dropped.
            drop(self.end(Ending::Dropped));
        }
    }
}
