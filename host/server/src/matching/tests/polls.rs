//! Polls and tasks meet, and nothing gets lost between them.

use std::time::Duration;

use super::{ConnectionId, Poll, World, id_of, normal, on_connection, queue};
use crate::{
    engine::tests::settle,
    matching::{NotTaken, PollerInfo, QueryTask},
};

#[tokio::test(start_paused = true)]
async fn the_poll_that_waits_longest_gets_the_task() {
    let world = World::new().await;
    let (first, second) = (world.poll(normal()).await, world.poll(normal()).await);
    world.offer([world.task(1)]).await;
    assert!(first.is_finished() && !second.is_finished());
    world.offer([world.task(2)]).await;
    assert_eq!(
        (id_of(first).await, id_of(second).await),
        (Some(1), Some(2))
    );
}

#[tokio::test(start_paused = true)]
async fn the_oldest_task_goes_first_unless_another_is_more_urgent() {
    let world = World::new().await;
    let urgent = sundial_core::Task {
        priority_key: 1,
        ..world.task(3)
    };
    world.offer([world.task(2), world.task(1), urgent]).await;
    for expected in [3, 1, 2] {
        assert_eq!(world.take(normal()).await, Some(expected));
    }
}

#[tokio::test(start_paused = true)]
async fn a_poll_comes_back_with_nothing_when_its_time_is_over() {
    let world = World::new().await;
    let before = world.clock.now();
    let poll = Poll {
        limit: Duration::from_secs(59),
        ..normal()
    };
    assert!(world.poll(poll).await.await.unwrap().is_none());
    assert_eq!(world.clock.now().since(before).0, 59_000_000_000);
}

#[tokio::test(start_paused = true)]
async fn a_task_is_not_given_to_a_poll_whose_caller_is_gone() {
    let world = World::new().await;
    let gone = world.poll(normal()).await;
    gone.abort();
    settle().await;
    world.offer([world.task(1)]).await;
    assert_eq!(world.take(normal()).await, Some(1));
}

#[tokio::test(start_paused = true)]
async fn a_task_that_was_given_and_not_delivered_comes_back_to_the_head() {
    let world = World::new().await;
    world.offer([world.task(1), world.task(2)]).await;
    let held = world.poll(normal()).await.await.unwrap().unwrap();
    assert_eq!(held.task().id, 1);
    drop(held);
    settle().await;
    assert_eq!(world.take(normal()).await, Some(1));
    assert_eq!(world.take(normal()).await, Some(2));
}

#[tokio::test(start_paused = true)]
async fn a_task_given_at_the_moment_of_the_callers_leaving_is_not_lost() {
    let world = World::new().await;
    let poll = world.poll(normal()).await;
    // The task is in the channel when the caller leaves, before it has looked.
    world.store.add_tasks([world.task(1)]);
    world.matching.offer(vec![world.task(1)]);
    poll.abort();
    settle().await;
    assert_eq!(world.take(normal()).await, Some(1));
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_stops_gets_no_more_tasks() {
    let world = World::new().await;
    let poll = normal();
    let stopping = PollerInfo {
        worker_instance_key: "k".into(),
        ..poll.poller.clone()
    };
    let stopping = world
        .poll(Poll {
            poller: stopping,
            ..poll
        })
        .await;
    let other = world.poll(on_connection(normal(), 2)).await;
    world.matching.shutdown_worker(super::NAMESPACE, "", "k");
    settle().await;
    assert!(stopping.is_finished());
    world.offer([world.task(1)]).await;
    assert_eq!((id_of(stopping).await, id_of(other).await), (None, Some(1)));
}

#[tokio::test(start_paused = true)]
async fn every_poll_ends_when_the_server_stops() {
    let world = World::new().await;
    let poll = world.poll(normal()).await;
    world.matching.shutdown();
    settle().await;
    assert!(poll.is_finished());
    assert!(world.poll(normal()).await.is_finished());
}

#[tokio::test(start_paused = true)]
async fn a_queue_tells_who_polls_it_and_how_much_waits() {
    let world = World::new().await;
    let poll = world.poll(normal()).await;
    world.offer([world.task(1)]).await;
    assert_eq!(id_of(poll).await, Some(1));
    world.offer([world.task(2), world.task(3)]).await;
    tokio::time::advance(Duration::from_secs(10)).await;
    let description = world.matching.describe(queue(super::QUEUE)).await;
    assert_eq!(description.pollers.len(), 1);
    assert_eq!(description.pollers[0].identity, "worker");
    assert_eq!(description.statistics.backlog_count, 2);
    assert_eq!(description.statistics.backlog_age, Duration::from_secs(10));
    assert!((description.statistics.tasks_added_per_second - 0.1).abs() < 1e-9);
    assert!((description.statistics.tasks_dispatched_per_second - 1.0 / 30.0).abs() < 1e-9);
    tokio::time::advance(Duration::from_secs(301)).await;
    let description = world.matching.describe(queue(super::QUEUE)).await;
    assert!(description.pollers.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_queue_has_pollers_until_their_connection_closes() {
    let world = World::new().await;
    assert!(!world.matching.has_pollers(queue(super::QUEUE)).await);
    let poll = world.poll(normal()).await;
    assert!(world.matching.has_pollers(queue(super::QUEUE)).await);
    world.offer([world.task(1)]).await;
    assert_eq!(id_of(poll).await, Some(1));
    assert!(world.matching.has_pollers(queue(super::QUEUE)).await);
    world.matching.connection_closed(ConnectionId(1));
    assert!(!world.matching.has_pollers(queue(super::QUEUE)).await);
}

#[tokio::test(start_paused = true)]
async fn a_query_that_nobody_takes_says_why() {
    let world = World::new().await;
    let query = |world: &World| QueryTask {
        id: uuid::Uuid::from_u128(5),
        run: world.task(1).run,
        version: None,
        query: Default::default(),
    };
    let second = Duration::from_secs(1);
    let ask = |world: &World| {
        let (matching, query) = (world.matching.clone(), query(world));
        async move {
            matching
                .dispatch_query(queue(super::QUEUE), None, query, second)
                .await
        }
    };
    assert_eq!(ask(&world).await, Err(NotTaken::NoPollers));
    // A worker that is busy is a worker.
    let poll = world.poll(normal()).await;
    world.offer([world.task(1)]).await;
    assert_eq!(id_of(poll).await, Some(1));
    assert_eq!(ask(&world).await, Err(NotTaken::Busy));
}
