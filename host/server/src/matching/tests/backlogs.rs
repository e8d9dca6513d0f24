//! Queues that are longer than memory, and queues after a restart.

use super::{World, normal, queue, sticky};
use crate::engine::tests::settle;

#[tokio::test(start_paused = true)]
async fn a_long_queue_keeps_its_order_and_loses_nothing() {
    let world = World::new().await;
    for chunk in 0..25 {
        world
            .offer((0..100).map(|n| world.task(1 + chunk * 100 + n)))
            .await;
    }
    assert_eq!(
        world
            .matching
            .describe(queue(super::QUEUE))
            .await
            .statistics
            .backlog_count,
        2500
    );
    for expected in 1..=2500 {
        assert_eq!(world.take(normal()).await, Some(expected));
    }
    assert_eq!(world.take(normal()).await, None);
}

#[tokio::test(start_paused = true)]
async fn tasks_that_come_while_the_store_is_read_are_not_missed() {
    let world = World::new().await;
    world.offer((1..=2000).map(|n| world.task(n))).await;
    let mut taken = Vec::new();
    for n in 0..2500 {
        if n < 500 {
            // Out of order, as shards commit side by side.
            let id = if n % 2 == 0 { 2002 + n } else { 2000 + n };
            world.store.add_tasks([world.task(id)]);
            world.matching.offer(vec![world.task(id)]);
        }
        taken.extend(world.take(normal()).await);
    }
    taken.sort_unstable();
    let mut expected: Vec<i64> = (1..=2000).collect();
    expected.extend((0..500).map(|n| if n % 2 == 0 { 2002 + n } else { 2000 + n }));
    expected.sort_unstable();
    assert_eq!(taken, expected);
}

#[tokio::test(start_paused = true)]
async fn a_task_without_a_row_is_kept_however_long_the_queue_is() {
    let world = World::new().await;
    world.offer((1..=1500).map(|n| world.task(n))).await;
    world.matching.offer_volatile(world.task(1501));
    settle().await;
    let mut last = None;
    while let Some(id) = world.take(normal()).await {
        last = Some(id);
    }
    assert_eq!(last, Some(1501));
}

#[tokio::test(start_paused = true)]
async fn tasks_are_found_after_a_restart() {
    let world = World::new().await;
    world.offer((1..=1500).map(|n| world.task(n))).await;
    let world = world.restart().await;
    for expected in 1..=1500 {
        assert_eq!(world.take(normal()).await, Some(expected));
    }
}

#[tokio::test(start_paused = true)]
async fn after_a_restart_tasks_for_workers_that_have_not_come_back_go_to_the_normal_queue() {
    let world = World::new().await;
    world
        .store
        .add_tasks((1..=1200).map(|n| world.sticky_task(n, "own")));
    let world = world.restart().await;
    for expected in 1..=1200 {
        assert_eq!(world.take(normal()).await, Some(expected));
    }
    assert_eq!(world.take(sticky("own", 1)).await, None);
}

#[tokio::test(start_paused = true)]
async fn a_rescan_finds_what_is_in_the_store_alone_and_doubles_nothing() {
    let world = World::new().await;
    world.offer([world.task(1)]).await;
    world.store.add_tasks([world.task(2)]);
    world.matching.rescan();
    settle().await;
    assert_eq!(world.take(normal()).await, Some(1));
    assert_eq!(world.take(normal()).await, Some(2));
    assert_eq!(world.take(normal()).await, None);
}
