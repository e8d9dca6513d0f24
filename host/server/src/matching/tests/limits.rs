//! Rates: of a whole queue and of its fairness keys, set by workers and by request.

use std::time::Duration;

use sundial_core::{Fairness, Task};
use temporalio_protos::temporal::api::{
    enums::v1::RateLimitSource,
    taskqueue::v1::{RateLimit, RateLimitConfig},
};

use super::{World, normal, of_version, queue};
use crate::{
    engine::tests::settle,
    matching::{ConfigChange, ConfigError, Poll, PollerInfo},
};

/// A poll of a worker with a limit of its own.
fn limited(tasks_per_second: f64) -> Poll {
    let poll = normal();
    Poll {
        poller: PollerInfo {
            tasks_per_second: Some(tasks_per_second),
            ..poll.poller
        },
        ..poll
    }
}

fn rate(per_second: Option<f32>) -> Option<RateLimitConfig> {
    Some(RateLimitConfig {
        rate_limit: per_second.map(|requests_per_second| RateLimit {
            requests_per_second,
        }),
        metadata: None,
    })
}

impl World {
    async fn offer_many(&self, ids: std::ops::Range<i64>) {
        let tasks: Vec<Task> = ids.map(|id| self.task(id)).collect();
        self.offer(tasks).await;
    }

    async fn set(&self, change: ConfigChange) {
        let set = self.matching.configure(queue(super::QUEUE), change).await;
        set.unwrap();
    }

    async fn limit(&self, per_second: Option<f32>) {
        self.set(ConfigChange {
            queue_rate_limit: rate(per_second),
            ..Default::default()
        })
        .await;
    }

    /// The tasks that polls get one after the other, each with the milliseconds that have passed since the first poll.
    async fn given(&self, poll: &Poll, count: usize) -> Vec<(i64, u128)> {
        let began = tokio::time::Instant::now();
        let mut given = Vec::new();
        while given.len() < count {
            let poll = Poll {
                limit: Duration::from_secs(100),
                ..poll.clone()
            };
            let held = self
                .poll(poll)
                .await
                .await
                .unwrap()
                .expect("a task is there");
            given.push((held.task().id, began.elapsed().as_millis()));
            held.done();
        }
        given
    }
}

#[tokio::test(start_paused = true)]
async fn a_worker_limits_the_rate_of_its_queue() {
    let world = World::new().await;
    world.offer_many(1..7).await;
    // After a rest, those of a second go at once.
    assert_eq!(
        world.given(&limited(2.0), 6).await,
        [(1, 0), (2, 0), (3, 0), (4, 500), (5, 1000), (6, 1500)]
    );
}

#[tokio::test(start_paused = true)]
async fn a_poll_that_lifts_the_limit_lifts_it_for_all_who_wait() {
    let world = World::new().await;
    world.offer_many(1..5).await;
    let day = Duration::from_secs(86_400);
    let slow = |limit| Poll {
        limit,
        ..limited(0.0001)
    };
    assert_eq!(world.given(&slow(day), 1).await, [(1, 0)]);
    let waiting = world.poll(slow(day)).await;
    assert!(!waiting.is_finished());
    assert_eq!(world.given(&normal(), 2).await.len(), 2);
    settle().await;
    assert!(waiting.is_finished());
}

#[tokio::test(start_paused = true)]
async fn tasks_that_come_while_polls_wait_keep_the_pace_and_their_order() {
    let world = World::new().await;
    let polls = async { world.given(&limited(1.0), 5).await };
    let tasks = async {
        world.offer_many(1..5).await;
        tokio::time::sleep(Duration::from_millis(1999)).await;
        world.offer_many(5..6).await;
    };
    let (given, ()) = tokio::join!(polls, tasks);
    assert_eq!(given, [(1, 0), (2, 0), (3, 1000), (4, 2000), (5, 3000)]);
}

#[tokio::test(start_paused = true)]
async fn a_request_sets_a_limit_before_the_workers_also_after_a_restart() {
    let world = World::new().await;
    world.limit(Some(0.5)).await;
    let described = world.matching.describe(queue(super::QUEUE)).await;
    let limit = described.limit.unwrap();
    assert_eq!(
        (limit.per_second, limit.source),
        (0.5, RateLimitSource::Api)
    );
    let world = world.restart().await;
    let described = world.matching.describe(queue(super::QUEUE)).await;
    assert_eq!(described.config.unwrap().queue_rate_limit, rate(Some(0.5)));
    world.offer_many(1..5).await;
    assert_eq!(
        world.given(&limited(100.0), 3).await,
        [(1, 0), (2, 1000), (3, 3000)]
    );
    // Without it the workers' own holds again.
    world.limit(None).await;
    assert_eq!(world.given(&limited(100.0), 1).await, [(4, 10)]);
    let described = world.matching.describe(queue(super::QUEUE)).await;
    assert_eq!(described.limit.unwrap().source, RateLimitSource::Worker);
    assert_eq!(described.config.unwrap().queue_rate_limit, rate(None));
}

#[tokio::test(start_paused = true)]
async fn a_rate_of_zero_stops_a_queue_until_it_is_changed() {
    let world = World::new().await;
    world.limit(Some(0.0)).await;
    world.offer_many(1..3).await;
    let poll = Poll {
        limit: Duration::from_secs(10_000),
        ..normal()
    };
    let waiting = world.poll(poll).await;
    tokio::time::sleep(Duration::from_secs(5000)).await;
    assert!(!waiting.is_finished());
    world.limit(Some(1.0)).await;
    settle().await;
    assert_eq!(waiting.await.unwrap().unwrap().task().id, 1);
}

#[tokio::test(start_paused = true)]
async fn each_fairness_key_has_a_rate_by_its_weight() {
    let world = World::new().await;
    world
        .set(ConfigChange {
            fairness_key_rate_limit: rate(Some(1.0)),
            set_weights: vec![("large".into(), 2.0)],
            ..Default::default()
        })
        .await;
    let keys = [
        "small", "small", "small", "small", "large", "large", "large", "large",
    ];
    let tasks: Vec<Task> = (1..)
        .zip(keys)
        .map(|(id, key)| Task {
            fairness: Some(Fairness {
                key: key.into(),
                weight_thousandths: 1000,
            }),
            ..world.task(id)
        })
        .collect();
    world.offer(tasks).await;
    // A key that has to wait holds up no other.
    assert_eq!(
        world.given(&normal(), 8).await,
        [
            (1, 0),
            (2, 0),
            (5, 0),
            (6, 0),
            (7, 0),
            (8, 500),
            (3, 1000),
            (4, 2000)
        ]
    );
    world.offer_many(9..12).await;
    world
        .set(ConfigChange {
            fairness_key_rate_limit: rate(None),
            unset_weights: vec!["large".into()],
            ..Default::default()
        })
        .await;
    assert_eq!(world.given(&normal(), 3).await, [(9, 0), (10, 0), (11, 0)]);
}

#[tokio::test(start_paused = true)]
async fn what_was_not_started_does_not_count() {
    let world = World::new().await;
    world.offer_many(1..5).await;
    for _ in 0..2 {
        let held = world.poll(limited(1.0)).await.await.unwrap().unwrap();
        assert_eq!(held.task().id, 1);
        drop(held);
        settle().await;
    }
    let held = world.poll(limited(1.0)).await.await.unwrap().unwrap();
    held.void();
    settle().await;
    assert_eq!(
        world.given(&limited(1.0), 3).await,
        [(2, 0), (3, 0), (4, 1000)]
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_set_and_the_versions_that_polled_are_kept_side_by_side() {
    let world = World::new().await;
    world.take(of_version(normal(), "v1")).await;
    world.limit(Some(7.0)).await;
    world.take(of_version(normal(), "v2")).await;
    world
        .set(ConfigChange {
            set_weights: vec![("a".into(), 0.5)],
            ..Default::default()
        })
        .await;
    let world = world.restart().await;
    world.take(of_version(normal(), "v2")).await;
    let described = world.matching.describe(queue(super::QUEUE)).await;
    assert_eq!(described.seen_versions.len(), 2);
    let config = described.config.unwrap();
    assert_eq!(config.queue_rate_limit, rate(Some(7.0)));
    assert_eq!(
        config.fairness_weight_overrides,
        [("a".to_owned(), 0.5)].into()
    );
}

#[tokio::test(start_paused = true)]
async fn a_queue_has_a_thousand_weights_at_most() {
    let world = World::new().await;
    let weights = |keys: std::ops::Range<i32>| ConfigChange {
        set_weights: keys.map(|key| (key.to_string(), 2.0)).collect(),
        ..Default::default()
    };
    world.set(weights(0..999)).await;
    let refused = world
        .matching
        .configure(queue(super::QUEUE), weights(998..1001))
        .await;
    assert!(
        matches!(refused, Err(ConfigError::TooManyWeights)),
        "{refused:?}"
    );
    let described = world.matching.describe(queue(super::QUEUE)).await;
    assert_eq!(
        described.config.unwrap().fairness_weight_overrides.len(),
        999
    );
}
