//! The loop: owns every queue, reacts to one event at a time, and never waits for the store.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
    sync::Arc,
    time::Duration,
};

use futures::{
    StreamExt,
    future::{BoxFuture, OptionFuture},
    stream::FuturesUnordered,
};
use sundial_core::{NamespaceId, Timestamp, time::Span};
use sundial_store::{Store, StoreError};
use tokio::sync::mpsc;

use super::{
    Matching, QueueName,
    event::{Answered, Event},
    presence::NORMAL_ABSENCE,
    queue::Queue,
    routing::Routing,
};
use crate::clock::Clock;

/// Events that are handled before the clock is read again.
const BURST: usize = 256;
/// How often what is of no use any more is dropped.
const SWEEP: Span = Span::from_seconds(60);
/// Records that are read at once at the start.
const PAGE: usize = 100;

/// The loop's state.
pub(super) struct Service {
    pub(super) store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    /// Weak, so that the loop ends with the last handle.
    pub(super) events: mpsc::WeakUnboundedSender<Event>,
    pub(super) queues: HashMap<QueueName, Queue>,
    pub(super) routings: HashMap<(NamespaceId, String), Routing>,
    pub(super) answers: FuturesUnordered<BoxFuture<'static, Answered>>,
    pub(super) next_read_id: u64,
    pub(super) now: Timestamp,
    pub(super) is_stopping: bool,
    /// Queues to look at, and when: workers that may be gone by then, reads to repeat.
    looks: BinaryHeap<Reverse<(Timestamp, QueueOrder)>>,
    next_sweep: Timestamp,
}

/// A queue name in some order, for the heap alone.
#[derive(Clone, Debug, PartialEq, Eq)]
struct QueueOrder(QueueName);

impl Ord for QueueOrder {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let key = |order: &Self| (order.0.namespace_id, order.0.kind as u8);
        key(self)
            .cmp(&key(other))
            .then_with(|| self.0.name.cmp(&other.0.name))
    }
}

impl PartialOrd for QueueOrder {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// Reads how deployments route, and starts the loop.
pub(super) async fn start(
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
) -> Result<Matching, StoreError> {
    let routings = read_routings(&*store).await?;
    let backlogs = store.backlogs().await?;
    let (sender, events) = mpsc::unbounded_channel();
    let now = clock.now();
    let mut service = Service {
        store,
        clock,
        events: sender.downgrade(),
        queues: HashMap::new(),
        routings,
        answers: FuturesUnordered::new(),
        next_read_id: 1,
        now,
        is_stopping: false,
        looks: BinaryHeap::new(),
        next_sweep: now.plus(SWEEP),
    };
    service.take_backlogs(Ok(backlogs));
    tokio::spawn(service.run(events));
    Ok(Matching { events: sender })
}

/// How every deployment routes.
pub(super) async fn read_routings(
    store: &dyn Store,
) -> Result<HashMap<(NamespaceId, String), Routing>, StoreError> {
    let mut routings = HashMap::new();
    let mut after_namespace: Option<String> = None;
    loop {
        let namespaces = store
            .list_namespaces(after_namespace.as_deref(), PAGE)
            .await?;
        let Some(last) = namespaces.last() else {
            return Ok(routings);
        };
        after_namespace = Some(last.name.clone());
        for namespace in namespaces {
            let mut after: Option<String> = None;
            loop {
                let page = store
                    .list_deployments(namespace.id, after.as_deref(), PAGE)
                    .await?;
                let Some(last) = page.last() else { break };
                after = Some(last.name.clone());
                for deployment in page {
                    if let Some(config) = &deployment.info.routing_config {
                        let key = (namespace.id, deployment.name);
                        routings.insert(key, Routing::from_config(config));
                    }
                }
            }
        }
    }
}

impl Service {
    async fn run(mut self, mut events: mpsc::UnboundedReceiver<Event>) {
        let mut burst = Vec::with_capacity(BURST);
        let mut sleep: Option<(Timestamp, BoxFuture<'static, ()>)> = None;
        loop {
            let wake_at = self.wake_at();
            let is_set = sleep
                .as_ref()
                .is_some_and(|(at, _)| *at <= wake_at && *at > self.now);
            if !is_set {
                sleep = Some((wake_at, self.clock.sleep_until(wake_at)));
            }
            let alarm = OptionFuture::from(sleep.as_mut().map(|(_, sleep)| sleep));
            tokio::select! {
                biased;
                count = events.recv_many(&mut burst, BURST) => {
                    if count == 0 {
                        return;
                    }
                    self.now = self.now.max(self.clock.now());
                    for event in burst.drain(..) {
                        self.handle(event);
                    }
                }
                Some(answered) = self.answers.next() => {
                    self.now = self.now.max(self.clock.now());
                    self.take_answer(answered);
                }
                Some(()) = alarm => self.now = self.now.max(self.clock.now()),
            }
            self.look_around();
        }
    }

    fn wake_at(&self) -> Timestamp {
        self.looks
            .peek()
            .map_or(self.next_sweep, |Reverse((at, _))| self.next_sweep.min(*at))
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Offer { tasks, has_rows } => {
                for task in tasks {
                    self.offer(task, has_rows);
                }
            }
            Event::Return { queue, task } => self.take_back(queue, task),
            Event::Poll { id, poll, give } => self.poll(id, poll, give),
            Event::PollEnded {
                id,
                queue,
                connection,
                ending,
            } => {
                self.poll_ended(id, &queue, connection, ending);
            }
            Event::Query {
                queue,
                normal_queue,
                query,
                taken,
            } => {
                self.ask(queue, normal_queue, query, taken);
            }
            Event::ReturnQuery { queue, query } => self.take_query_back(&queue, query),
            Event::HasPollers { queue, answer } => {
                let _ = answer.send(self.has_pollers(&queue));
            }
            Event::Describe { queue, answer } => self.describe(&queue, answer),
            Event::Configure {
                queue,
                change,
                answer,
            } => self.configure(queue, change, answer),
            Event::Void { queue, task } => self.give_back(&queue, &task),
            Event::ConnectionClosed(connection) => self.connection_closed(connection),
            Event::WorkerGone {
                namespace_id,
                sticky_queue,
                worker_instance_key,
            } => {
                self.worker_gone(namespace_id, sticky_queue, &worker_instance_key);
            }
            Event::Routing {
                namespace_id,
                deployment,
                routing,
            } => {
                self.routings.insert((namespace_id, deployment), routing);
                self.routing_changed(namespace_id);
            }
            Event::Rescan => self.read_backlogs(Duration::ZERO),
            Event::ReadAgain => self.read_again(),
            Event::Shutdown => {
                self.is_stopping = true;
                for queue in self.queues.values_mut() {
                    // The end of a poll's channel is the end of the poll.
                    queue.polls.clear();
                    queue.refuse_queries();
                }
            }
        }
    }

    fn take_answer(&mut self, answered: Answered) {
        match answered {
            Answered::Backlogs(result) => self.take_backlogs(result),
            Answered::Routings(result) => self.take_routings(result),
            Answered::Page(page) => self.take_page(page),
            Answered::Data { queue, result } => self.take_data(&queue, result),
            Answered::DataStored { queue, result } => self.data_stored(&queue, result),
            Answered::Configured {
                queue,
                result,
                answer,
            } => self.configured(&queue, result, answer),
        }
    }

    pub(super) fn has_pollers(&self, name: &QueueName) -> bool {
        self.queues.get(name).is_some_and(|queue| {
            !queue.polls.is_empty() || queue.presence.is_served(self.now, NORMAL_ABSENCE)
        })
    }

    /// The queue of this name, made and asked about if it was not known.
    pub(super) fn queue(&mut self, name: &QueueName) -> &mut Queue {
        if !self.queues.contains_key(name) {
            self.queues.insert(name.clone(), Queue::new(name.kind));
            self.read_data(name.clone(), Duration::ZERO);
        }
        // Borrowed anew because a borrow from an early return would last for the whole function.
        self.queues
            .entry(name.clone())
            .or_insert_with(|| Queue::new(name.kind))
    }

    /// Looks at a queue at that time, or earlier.
    pub(super) fn look_at(&mut self, name: QueueName, at: Timestamp) {
        let Some(queue) = self.queues.get_mut(&name) else {
            return;
        };
        if queue.next_look.is_none_or(|next| at < next) {
            queue.next_look = Some(at);
            self.looks.push(Reverse((at, QueueOrder(name))));
        }
    }

    /// Does what was put off until now.
    fn look_around(&mut self) {
        while let Some(Reverse((at, _))) = self.looks.peek() {
            if *at > self.now {
                break;
            }
            let Some(Reverse((_, QueueOrder(name)))) = self.looks.pop() else {
                break;
            };
            if let Some(queue) = self.queues.get_mut(&name) {
                queue.next_look = None;
                if !self.fall_back_if_gone(&name) {
                    self.serve(&name);
                    self.start_reads(&name);
                    self.watch_worker(&name);
                }
            }
        }
        if self.next_sweep <= self.now {
            self.next_sweep = self.now.plus(SWEEP);
            self.sweep();
        }
    }

    fn sweep(&mut self) {
        let now = self.now;
        for queue in self.queues.values_mut() {
            queue.forget_absent(now);
        }
        self.queues
            .retain(|_, queue| !queue.is_idle() || queue.next_look.is_some());
        let unsaved: Vec<QueueName> = self
            .queues
            .iter()
            .filter(|(_, queue)| queue.data.is_unsaved && !queue.data.is_storing)
            .map(|(name, _)| name.clone())
            .collect();
        for name in unsaved {
            self.store_data(&name);
        }
    }
}
