//! A worker's own queue is worth something only while the worker is there.

use std::time::Duration;

use super::{ConnectionId, Poll, World, id_of, normal, on_connection, queue, sticky};
use crate::{
    engine::tests::settle,
    matching::{NotTaken, QueryTask},
};

/// A worker that was given a task on its own queue and has not come back yet.
async fn busy_worker(world: &World) {
    let poll = world.poll(sticky("own", 1)).await;
    world.offer([world.sticky_task(1, "own")]).await;
    assert_eq!(id_of(poll).await, Some(1));
}

#[tokio::test(start_paused = true)]
async fn a_task_waits_for_a_worker_that_is_busy() {
    let world = World::new().await;
    busy_worker(&world).await;
    world.offer([world.sticky_task(2, "own")]).await;
    assert_eq!(world.take(normal()).await, None);
    assert_eq!(world.take(sticky("own", 1)).await, Some(2));
}

#[tokio::test(start_paused = true)]
async fn a_task_goes_to_the_normal_queue_when_the_connection_closes() {
    let world = World::new().await;
    busy_worker(&world).await;
    world.offer([world.sticky_task(2, "own")]).await;
    let other = world.poll(on_connection(normal(), 2)).await;
    assert!(!other.is_finished());
    world.matching.connection_closed(ConnectionId(1));
    settle().await;
    assert!(other.is_finished());
    assert_eq!(id_of(other).await, Some(2));
    // So do those that come later.
    world.offer([world.sticky_task(3, "own")]).await;
    assert_eq!(world.take(normal()).await, Some(3));
}

#[tokio::test(start_paused = true)]
async fn a_task_goes_to_the_normal_queue_when_the_worker_gives_up_its_last_poll() {
    let world = World::new().await;
    let (first, second) = (
        world.poll(sticky("own", 1)).await,
        world.poll(sticky("own", 1)).await,
    );
    first.abort();
    settle().await;
    // The other poll is still there.
    world.offer([world.sticky_task(1, "own")]).await;
    assert_eq!(id_of(second).await, Some(1));
    let third = world.poll(sticky("own", 1)).await;
    third.abort();
    settle().await;
    world.offer([world.sticky_task(2, "own")]).await;
    assert_eq!(world.take(normal()).await, Some(2));
}

#[tokio::test(start_paused = true)]
async fn a_task_goes_to_the_normal_queue_when_the_worker_says_that_it_stops() {
    let world = World::new().await;
    busy_worker(&world).await;
    world.offer([world.sticky_task(2, "own")]).await;
    world.matching.shutdown_worker(super::NAMESPACE, "own", "");
    settle().await;
    assert_eq!(world.take(normal()).await, Some(2));
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_stays_away_for_ten_seconds_is_gone() {
    let world = World::new().await;
    busy_worker(&world).await;
    let before = world.clock.now();
    world.offer([world.sticky_task(2, "own")]).await;
    let other = world.poll(normal()).await;
    assert_eq!(id_of(other).await, Some(2));
    let waited = world.clock.now().since(before).0;
    assert!(
        (10_000_000_000..10_100_000_000).contains(&waited),
        "{waited} ns"
    );
}

#[tokio::test(start_paused = true)]
async fn a_poll_that_timed_out_is_no_sign_of_death() {
    let world = World::new().await;
    let poll = Poll {
        limit: Duration::from_secs(5),
        ..sticky("own", 1)
    };
    assert!(world.poll(poll).await.await.unwrap().is_none());
    world.offer([world.sticky_task(1, "own")]).await;
    assert_eq!(world.take(normal()).await, None);
    assert_eq!(world.take(sticky("own", 1)).await, Some(1));
}

#[tokio::test(start_paused = true)]
async fn a_query_for_a_worker_that_is_gone_is_refused_at_once() {
    let world = World::new().await;
    let ask = |world: &World| {
        let query = QueryTask {
            id: uuid::Uuid::from_u128(5),
            run: world.task(1).run,
            version: None,
            query: Default::default(),
        };
        let matching = world.matching.clone();
        tokio::spawn(async move {
            matching
                .dispatch_query(
                    queue("own"),
                    Some(super::QUEUE.into()),
                    query,
                    Duration::from_secs(5),
                )
                .await
        })
    };
    let before = world.clock.now();
    assert_eq!(ask(&world).await.unwrap(), Err(NotTaken::NoPollers));
    busy_worker(&world).await;
    let waiting = ask(&world);
    settle().await;
    assert!(!waiting.is_finished());
    world.matching.connection_closed(ConnectionId(1));
    assert_eq!(waiting.await.unwrap(), Err(NotTaken::NoPollers));
    assert_eq!(world.clock.now(), before);
}

#[tokio::test(start_paused = true)]
async fn a_task_that_comes_back_from_a_dead_worker_goes_to_the_normal_queue() {
    let world = World::new().await;
    let poll = world.poll(sticky("own", 1)).await;
    world.offer([world.sticky_task(1, "own")]).await;
    let held = poll.await.unwrap().unwrap();
    world.matching.connection_closed(ConnectionId(1));
    drop(held);
    settle().await;
    assert_eq!(world.take(normal()).await, Some(1));
}
