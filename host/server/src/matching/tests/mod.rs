//! Queues over a store in memory and time that stands still.

mod backlogs;
mod limits;
mod polls;
mod sticky_queues;
mod versions;

use std::{sync::Arc, time::Duration};

use sundial_core::{Archetype, DeploymentVersion, NamespaceId, RunId, RunKey, Task, TaskKind};
use sundial_store::Store;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::{ConnectionId, Dispatch, HeldTask, Matching, Poll, PollerInfo, QueueName};
use crate::{
    clock::{Clock, TokioClock},
    engine::tests::{fake_store::FakeStore, settle},
};

const NAMESPACE: NamespaceId = NamespaceId(Uuid::from_u128(1));
const QUEUE: &str = "orders";

struct World {
    store: FakeStore,
    matching: Matching,
    clock: Arc<dyn Clock>,
}

impl World {
    async fn new() -> Self {
        Self::on(FakeStore::new()).await
    }

    async fn on(store: FakeStore) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(TokioClock::new());
        let shared: Arc<dyn Store> = Arc::new(store.clone());
        let matching = Matching::start(shared, clock.clone()).await.unwrap();
        settle().await;
        Self {
            store,
            matching,
            clock,
        }
    }

    async fn restart(self) -> Self {
        let store = self.store.clone();
        drop(self);
        Self::on(store).await
    }

    /// A task with its row.
    fn task(&self, id: i64) -> Task {
        Task {
            id,
            kind: TaskKind::Workflow,
            run: RunKey {
                namespace_id: NAMESPACE,
                archetype: Archetype::Workflow,
                workflow_id: format!("w{id}").into(),
                run_id: RunId(Uuid::from_u128(u128::from(id.unsigned_abs()))),
            },
            queue: QUEUE.into(),
            normal_queue: None,
            version: None,
            scheduled_event_id: 2,
            stamp: 1,
            created_at: self.clock.now(),
            priority_key: 3,
            fairness: None,
        }
    }

    fn sticky_task(&self, id: i64, queue: &str) -> Task {
        Task {
            queue: queue.into(),
            normal_queue: Some(QUEUE.into()),
            ..self.task(id)
        }
    }

    async fn offer(&self, tasks: impl IntoIterator<Item = Task>) {
        let tasks: Vec<Task> = tasks.into_iter().collect();
        self.store.add_tasks(tasks.clone());
        self.matching.offer(tasks);
        settle().await;
    }

    async fn poll(&self, poll: Poll) -> JoinHandle<Option<HeldTask>> {
        let matching = self.matching.clone();
        let poll = tokio::spawn(async move {
            match matching.poll(poll).await? {
                Dispatch::Task(task) => Some(task),
                Dispatch::Query(_) => None,
            }
        });
        settle().await;
        poll
    }

    /// What a poll gets that waits a second; the task is done.
    async fn take(&self, poll: Poll) -> Option<i64> {
        let poll = Poll {
            limit: Duration::from_secs(1),
            ..poll
        };
        let held = self.poll(poll).await.await.unwrap()?;
        let id = held.task().id;
        held.done();
        Some(id)
    }
}

fn queue(name: &str) -> QueueName {
    QueueName {
        namespace_id: NAMESPACE,
        kind: TaskKind::Workflow,
        name: name.into(),
    }
}

/// A poll of the normal queue.
fn normal() -> Poll {
    Poll {
        queue: queue(QUEUE),
        normal_queue: None,
        poller: PollerInfo {
            identity: "worker".into(),
            version: None,
            connection: ConnectionId(1),
            worker_instance_key: String::new(),
            tasks_per_second: None,
        },
        limit: Duration::from_secs(60),
    }
}

/// A poll of a worker's own queue.
fn sticky(name: &str, connection: u64) -> Poll {
    let poll = on_connection(normal(), connection);
    Poll {
        queue: queue(name),
        normal_queue: Some(QUEUE.into()),
        ..poll
    }
}

fn on_connection(poll: Poll, connection: u64) -> Poll {
    Poll {
        poller: PollerInfo {
            connection: ConnectionId(connection),
            ..poll.poller
        },
        ..poll
    }
}

fn of_version(poll: Poll, build_id: &str) -> Poll {
    Poll {
        poller: PollerInfo {
            version: Some(version(build_id)),
            ..poll.poller
        },
        ..poll
    }
}

fn version(build_id: &str) -> DeploymentVersion {
    DeploymentVersion {
        deployment_name: "shop".into(),
        build_id: build_id.into(),
    }
}

async fn id_of(poll: JoinHandle<Option<HeldTask>>) -> Option<i64> {
    let held = poll.await.unwrap()?;
    let id = held.task().id;
    held.done();
    Some(id)
}
