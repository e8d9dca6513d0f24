//! Which version's workers get which task.

use sundial_core::{Task, TaskKind};
use sundial_store::{Deployment, QueueDataKey};
use temporalio_protos::temporal::api::deployment::v1::{
    RoutingConfig, WorkerDeploymentInfo, WorkerDeploymentVersion,
};

use super::{NAMESPACE, Poll, QUEUE, World, id_of, normal, of_version, queue, sticky, version};
use crate::{
    engine::tests::settle,
    matching::{ConfigChange, QueueName},
};

fn current(build_id: &str) -> RoutingConfig {
    RoutingConfig {
        current_deployment_version: Some(WorkerDeploymentVersion {
            deployment_name: "shop".into(),
            build_id: build_id.into(),
        }),
        ..Default::default()
    }
}

fn pinned(task: Task, build_id: &str) -> Task {
    Task {
        version: Some(version(build_id)),
        ..task
    }
}

/// As another server routes the deployment.
async fn store_current(world: &World, build_id: &str) {
    world.store.put_deployment(Deployment {
        namespace_id: NAMESPACE,
        name: "shop".into(),
        revision: 1,
        info: WorkerDeploymentInfo {
            routing_config: Some(current(build_id)),
            ..Default::default()
        },
    });
    // Deployments are found by their namespace.
    sundial_store::Store::create_namespace(
        &world.store,
        &sundial_store::NamespaceRecord {
            id: NAMESPACE,
            name: "default".into(),
            revision: 1,
            info: Default::default(),
            config: Default::default(),
        },
    )
    .await
    .unwrap();
}

async fn route(world: &World, config: &RoutingConfig) {
    world.matching.set_routing(NAMESPACE, "shop", config);
    settle().await;
}

#[tokio::test(start_paused = true)]
async fn without_a_current_version_unversioned_workers_get_what_is_pinned_to_none() {
    let world = World::new().await;
    world.offer([world.task(1), world.task(2)]).await;
    assert_eq!(world.take(of_version(normal(), "v1")).await, None);
    assert_eq!(world.take(normal()).await, Some(1));
    // A deployment that has never polled the queue does not have it.
    world
        .matching
        .set_routing(NAMESPACE, "other", &current("v1"));
    settle().await;
    assert_eq!(world.take(normal()).await, Some(2));
}

#[tokio::test(start_paused = true)]
async fn the_current_version_gets_what_is_pinned_to_none() {
    let world = World::new().await;
    let v1 = world.poll(of_version(normal(), "v1")).await;
    let unversioned = world.poll(normal()).await;
    route(&world, &current("v1")).await;
    world.offer([world.task(1)]).await;
    assert_eq!(id_of(v1).await, Some(1));
    assert!(!unversioned.is_finished());
    // A new version is current before its workers have come: they get what waits.
    route(&world, &current("v2")).await;
    world.offer([world.task(2)]).await;
    assert_eq!(world.take(of_version(normal(), "v1")).await, None);
    assert_eq!(world.take(of_version(normal(), "v2")).await, Some(2));
}

#[tokio::test(start_paused = true)]
async fn what_waits_moves_when_the_routing_changes() {
    let world = World::new().await;
    let v1 = world.poll(of_version(normal(), "v1")).await;
    world.offer([world.task(1)]).await;
    assert!(!v1.is_finished());
    route(&world, &current("v1")).await;
    assert_eq!(id_of(v1).await, Some(1));
}

#[tokio::test(start_paused = true)]
async fn a_pinned_run_stays_with_its_version() {
    let world = World::new().await;
    let v1 = world.poll(of_version(normal(), "v1")).await;
    let v2 = world.poll(of_version(normal(), "v2")).await;
    route(&world, &current("v2")).await;
    world.offer([pinned(world.task(1), "v1")]).await;
    assert_eq!(id_of(v1).await, Some(1));
    assert!(!v2.is_finished());
    world.offer([pinned(world.task(2), "v1")]).await;
    assert!(!v2.is_finished());
    assert_eq!(world.take(of_version(normal(), "v1")).await, Some(2));
}

#[tokio::test(start_paused = true)]
async fn an_activity_of_a_pinned_run_goes_where_its_version_polls_or_where_all_go() {
    let world = World::new().await;
    let activities = |poll: Poll| Poll {
        queue: QueueName {
            kind: TaskKind::Activity,
            ..queue(QUEUE)
        },
        ..poll
    };
    let task = |id| Task {
        kind: TaskKind::Activity,
        ..pinned(world.task(id), "v1")
    };
    world.offer([task(1)]).await;
    assert_eq!(world.take(activities(normal())).await, Some(1));
    let v1 = world.poll(activities(of_version(normal(), "v1"))).await;
    world.offer([task(2), task(3)]).await;
    assert_eq!(id_of(v1).await, Some(2));
    assert_eq!(world.take(activities(normal())).await, None);
    assert_eq!(
        world.take(activities(of_version(normal(), "v1"))).await,
        Some(3)
    );
}

#[tokio::test(start_paused = true)]
async fn a_ramp_shares_the_workflows_out() {
    let world = World::new().await;
    let config = RoutingConfig {
        ramping_deployment_version: Some(WorkerDeploymentVersion {
            deployment_name: "shop".into(),
            build_id: "v2".into(),
        }),
        ramping_version_percentage: 30.0,
        ..current("v1")
    };
    assert_eq!(world.take(of_version(normal(), "v1")).await, None);
    route(&world, &config).await;
    world.offer((1..=200).map(|n| world.task(n))).await;
    let (mut old, mut new) = (0, 0);
    while world.take(of_version(normal(), "v1")).await.is_some() {
        old += 1;
    }
    while world.take(of_version(normal(), "v2")).await.is_some() {
        new += 1;
    }
    assert_eq!(old + new, 200);
    assert!((30..90).contains(&new), "{new} of 200 at 30 %");
}

#[tokio::test(start_paused = true)]
async fn a_queue_remembers_its_versions_over_a_restart() {
    let world = World::new().await;
    assert_eq!(world.take(of_version(normal(), "v1")).await, None);
    let key = QueueDataKey {
        namespace_id: NAMESPACE,
        kind: TaskKind::Workflow,
        name: QUEUE.into(),
    };
    assert!(world.store.seen_versions(&key).is_some());
    store_current(&world, "v1").await;
    world.offer([world.task(1)]).await;
    let world = world.restart().await;
    // Before any worker of the deployment has come back.
    assert_eq!(world.take(normal()).await, None);
    assert_eq!(world.take(of_version(normal(), "v1")).await, Some(1));
}

#[tokio::test(start_paused = true)]
async fn what_another_server_changed_holds_once_it_is_read_again() {
    let standby = World::new().await;
    standby.offer([standby.task(1)]).await;
    let other = World::on(standby.store.clone()).await;
    let change = ConfigChange {
        set_weights: vec![("a".into(), 2.0)],
        ..Default::default()
    };
    other
        .matching
        .configure(queue(QUEUE), change)
        .await
        .unwrap();
    assert_eq!(other.take(of_version(normal(), "v1")).await, None);
    store_current(&other, "v1").await;
    standby.matching.read_again();
    settle().await;
    assert_eq!(standby.take(normal()).await, None);
    assert_eq!(standby.take(of_version(normal(), "v1")).await, Some(1));
    let config = standby.matching.describe(queue(QUEUE)).await.config;
    assert_eq!(config.unwrap().fairness_weight_overrides.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_worker_of_an_old_version_keeps_no_run_that_is_pinned_to_none() {
    let world = World::new().await;
    let own = world.poll(of_version(sticky("own", 1), "v1")).await;
    assert_eq!(world.take(of_version(normal(), "v1")).await, None);
    route(&world, &current("v1")).await;
    world.offer([world.sticky_task(1, "own")]).await;
    assert_eq!(id_of(own).await, Some(1));
    route(&world, &current("v2")).await;
    world.offer([world.sticky_task(2, "own")]).await;
    assert_eq!(world.take(of_version(sticky("own", 1), "v1")).await, None);
    assert_eq!(world.take(of_version(normal(), "v2")).await, Some(2));
    // One that is pinned to it does.
    world
        .offer([pinned(world.sticky_task(3, "own"), "v1")])
        .await;
    assert_eq!(
        world.take(of_version(sticky("own", 1), "v1")).await,
        Some(3)
    );
}

#[tokio::test(start_paused = true)]
async fn versions_have_backlogs_of_their_own() {
    let world = World::new().await;
    world
        .offer([
            world.task(1),
            pinned(world.task(2), "v1"),
            pinned(world.task(3), "v1"),
        ])
        .await;
    let description = world.matching.describe(queue(QUEUE)).await;
    let counts: Vec<(Option<String>, i64)> = description
        .versions
        .iter()
        .map(|(version, part)| {
            (
                version.as_ref().map(|v| v.build_id.clone()),
                part.backlog_count,
            )
        })
        .collect();
    assert_eq!(counts, [(None, 1), (Some("v1".into()), 2)]);
    assert_eq!(description.statistics.backlog_count, 3);
}
