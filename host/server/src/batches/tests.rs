//! Batch operations over a store in memory: how many run, and how long they are shown.

use std::{sync::Arc, time::Duration};

use prost_wkt_types as wkt;
use sundial_core::{NamespaceId, NamespaceInfo, time::Span};
use sundial_store::{Job, NamespaceRecord, Store};
use temporalio_protos::temporal::api::{
    enums::v1::BatchOperationState as State, namespace::v1::NamespaceConfig,
    workflowservice::v1::StartBatchOperationRequest,
};
use uuid::Uuid;

use super::{BatchError, Batches, decode, key, turn::forget};
use crate::{
    clock::{Clock, TokioClock},
    engine::tests::fake_store::FakeStore,
    jobs::waker::Waker,
};

const NAMESPACE: NamespaceId = NamespaceId(Uuid::from_u128(1));
const RETENTION: Span = Span::from_seconds(3 * 24 * 60 * 60);

struct World {
    store: Arc<FakeStore>,
    clock: Arc<dyn Clock>,
    /// Two servers on one database.
    servers: [Batches; 2],
}

impl World {
    async fn new() -> Self {
        let store = Arc::new(FakeStore::new());
        let record = NamespaceRecord {
            id: NAMESPACE,
            name: "default".into(),
            revision: 1,
            info: Default::default(),
            config: NamespaceConfig {
                workflow_execution_retention_ttl: Some(RETENTION.to_proto()),
                ..Default::default()
            },
        };
        store.create_namespace(&record).await.unwrap();
        let clock: Arc<dyn Clock> = Arc::new(TokioClock::new());
        let server = || {
            let (waker, _) = Waker::new(clock.clone());
            Batches::new(store.clone(), clock.clone(), waker)
        };
        let servers = [server(), server()];
        Self {
            store,
            clock,
            servers,
        }
    }

    async fn start(&self, server: usize, job_id: &str) -> Result<(), BatchError> {
        let namespace = NamespaceInfo {
            id: NAMESPACE,
            name: "default".into(),
        };
        let request = StartBatchOperationRequest {
            job_id: job_id.into(),
            ..Default::default()
        };
        self.servers[server].start(&namespace, request).await
    }

    async fn job(&self, job_id: &str) -> Option<Job> {
        self.store.job(&key(NAMESPACE, job_id)).await.unwrap()
    }

    /// The turn of a job that has ended. Gives when the next is due, in seconds from the start.
    async fn forget(&self, job: Job) -> Option<i64> {
        let record = decode(&job).unwrap();
        let end = forget(&*self.store, &*self.clock, job, &record).await;
        let wake_at = end.unwrap().wake_at?;
        Some(wake_at.since(TokioClock::START).0 / Span::from_seconds(1).0)
    }
}

#[tokio::test(start_paused = true)]
async fn one_operation_runs_at_a_time_on_all_servers() {
    let world = World::new().await;
    world.start(0, "first").await.unwrap();
    for server in [0, 1] {
        let refused = world.start(server, "second").await;
        assert!(matches!(refused, Err(BatchError::TooMany)), "{refused:?}");
        assert_eq!(world.job("second").await, None);
    }
    world.servers[1].stop(NAMESPACE, "first").await.unwrap();
    let refused = world.start(1, "first").await;
    assert!(
        matches!(refused, Err(BatchError::AlreadyExists { .. })),
        "{refused:?}"
    );
    world.start(1, "second").await.unwrap();
    let refused = world.start(0, "third").await;
    assert!(matches!(refused, Err(BatchError::TooMany)), "{refused:?}");
}

#[tokio::test(start_paused = true)]
async fn of_two_starts_at_once_one_is_refused_and_leaves_nothing() {
    let world = World::new().await;
    let (first, second) = tokio::join!(world.start(0, "first"), world.start(1, "second"));
    assert_eq!(
        [&first, &second]
            .iter()
            .filter(|start| start.is_ok())
            .count(),
        1
    );
    let jobs = [world.job("first").await, world.job("second").await];
    assert_eq!(jobs.iter().flatten().count(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_operation_that_has_ended_goes_when_its_retention_is_over() {
    let world = World::new().await;
    world.start(0, "done").await.unwrap();
    tokio::time::sleep(Duration::from_secs(60)).await;
    world.servers[0].stop(NAMESPACE, "done").await.unwrap();
    let job = world.job("done").await.unwrap();
    assert_eq!(decode(&job).unwrap().state(), State::Failed);
    let due = 60 + 3 * 24 * 60 * 60;
    assert_eq!(world.forget(job.clone()).await, Some(due));
    assert_eq!(world.job("done").await, Some(job.clone()));
    tokio::time::sleep(Duration::from_secs(3 * 24 * 60 * 60)).await;
    assert_eq!(world.forget(job).await, None);
    assert_eq!(world.job("done").await, None);
    let gone = world.servers[0].get(NAMESPACE, "done").await;
    assert!(matches!(gone, Err(BatchError::NotFound(_))), "{gone:?}");
    // Its name is free again, and so is its place.
    world.start(0, "done").await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn the_time_of_one_that_ended_long_ago_is_found_out() {
    let world = World::new().await;
    world.start(0, "old").await.unwrap();
    world.servers[0].stop(NAMESPACE, "old").await.unwrap();
    let mut job = world.job("old").await.unwrap();
    // As a migration leaves those that an older server ended.
    job.wake_at = Some(sundial_core::Timestamp(0));
    job.revision = world.store.update_job(&job).await.unwrap();
    assert_eq!(world.forget(job).await, Some(3 * 24 * 60 * 60));
    let found = world.job("old").await.unwrap();
    assert_eq!(found.wake_at, Some(world.clock.now().plus(RETENTION)));
    // A namespace that keeps everything keeps this, too.
    let mut namespace = world
        .store
        .namespace_by_id(NAMESPACE)
        .await
        .unwrap()
        .unwrap();
    namespace.config.workflow_execution_retention_ttl = Some(wkt::Duration::default());
    world.store.update_namespace(&namespace).await.unwrap();
    assert_eq!(world.forget(found).await, None);
    assert_eq!(world.job("old").await.unwrap().wake_at, None);
}
