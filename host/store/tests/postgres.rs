//! The store on PostgreSQL: the contract of all stores, and what only several servers and a distant database can do.
//!
//! `SUNDIAL_TEST_POSTGRES` is the address of a database that the tests may make schemas in, with the password that it
//! asks for; without it they say so and pass. `cargo verify` sets it.

#![expect(
    clippy::unwrap_used,
    reason = "a test that can't go on says where it stopped"
)]

#[macro_use]
mod contract;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use sundial_core::Timestamp;
use sundial_store::{PostgresOptions, PostgresStore, ShardBatch, ShardLease, Store, StoreError};

use crate::contract::{
    Harness,
    sample::{batch, commit, created, key, lease, namespace_id, prepared, write},
};

const VARIABLE: &str = "SUNDIAL_TEST_POSTGRES";

/// A schema of its own in the database that the environment names.
pub(crate) struct PostgresHarness {
    url: String,
    schema: String,
}

impl PostgresHarness {
    /// `None`, with a note, if there is no database to test on.
    pub(crate) async fn prepare() -> Option<Self> {
        static SCHEMAS: AtomicU64 = AtomicU64::new(0);
        let Ok(url) = std::env::var(VARIABLE) else {
            note(&format!("skipped: {VARIABLE} names no database"));
            return None;
        };
        let number = SCHEMAS.fetch_add(1, Ordering::Relaxed);
        let schema = format!("store_{}_{number}", std::process::id());
        let harness = Self { url, schema };
        harness
            .execute(&format!(
                "DROP SCHEMA IF EXISTS {0} CASCADE; CREATE SCHEMA {0}",
                harness.schema
            ))
            .await;
        Some(harness)
    }

    fn address(&self) -> String {
        let separator = if self.url.contains('?') { '&' } else { '?' };
        format!(
            "{}{separator}application_name={schema}&options=-csearch_path%3D{schema}",
            self.url,
            schema = self.schema
        )
    }

    async fn try_open(&self) -> Result<PostgresStore, StoreError> {
        PostgresStore::open(&self.address(), &PostgresOptions::default()).await
    }

    async fn refusal(&self) -> StoreError {
        match self.try_open().await {
            Ok(_) => panic!("the database was opened"),
            Err(error) => error,
        }
    }

    /// Runs statements as somebody else.
    async fn execute(&self, statements: &str) {
        let mut connection = PgConnection::connect(&self.url).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(statements.to_owned()))
            .execute(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();
    }

    /// Ends every connection of this schema's stores, as a database does that is shut down.
    async fn break_connections(&self) {
        self.execute(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{}'",
            self.schema
        ))
        .await;
    }
}

#[async_trait::async_trait]
impl Harness for PostgresHarness {
    async fn open(&self) -> Arc<dyn Store> {
        Arc::new(self.try_open().await.unwrap())
    }
}

store_contract!(PostgresHarness);

/// Past the capture of the test runner, which shows nothing of tests that pass.
fn note(text: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

async fn acquire(store: &dyn Store, lifetime: Duration) -> Vec<ShardLease> {
    store
        .acquire_shards(&[0], "tests", Timestamp(0), lifetime)
        .await
        .unwrap()
}

const LONG: Duration = Duration::from_secs(600);

#[tokio::test]
async fn a_server_that_lost_its_lease_can_not_write() {
    let Some(harness) = PostgresHarness::prepare().await else {
        return;
    };
    let first = harness.open().await;
    prepared(&*first).await;
    // It is over as soon as it is there, though the server lives.
    let old = acquire(&*first, Duration::ZERO).await[0];
    let run = key("order", 1);
    commit(&*first, old, vec![created(&run, b"first")]).await;
    let second = harness.open().await;
    let new = acquire(&*second, LONG).await[0];
    assert!(new.epoch > old.epoch);

    let refused = first
        .commit(ShardBatch::new(old, vec![write(&run, b"late")]))
        .await;
    assert!(matches!(
        refused,
        Err(StoreError::LeaseLost { shard_id: 0 })
    ));
    let refused = first.delete_run(old, &run).await;
    assert!(matches!(refused, Err(StoreError::LeaseLost { .. })));
    let kept = first.renew_shards(&[old], Timestamp(0), LONG).await;
    assert_eq!(kept.unwrap(), []);
    commit(&*second, new, vec![write(&run, b"second")]).await;
    let stored = second
        .load_run(run.namespace_id, "order", None)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(stored.state, b"second");
}

#[tokio::test]
async fn the_shards_of_a_living_server_stay_its_own() {
    let Some(harness) = PostgresHarness::prepare().await else {
        return;
    };
    let first = harness.open().await;
    let held = acquire(&*first, LONG).await;
    let second = harness.open().await;
    assert_eq!(acquire(&*second, LONG).await, []);
    let kept = first.renew_shards(&held, Timestamp(0), LONG).await.unwrap();
    assert_eq!(kept[0].epoch, held[0].epoch);
    assert!(kept[0].expires_at >= held[0].expires_at);
    first.release_shards(&held).await.unwrap();
    assert_eq!(acquire(&*second, LONG).await.len(), 1);
}

#[tokio::test]
async fn who_asks_for_the_shards_of_others_does_not_wait_for_their_commits() {
    let Some(harness) = PostgresHarness::prepare().await else {
        return;
    };
    let first = harness.open().await;
    acquire(&*first, LONG).await;
    let second = harness.open().await;
    // As a commit of the first that takes its time.
    let mut connection = PgConnection::connect(&harness.address()).await.unwrap();
    let mut transaction = connection.begin().await.unwrap();
    sqlx::raw_sql("UPDATE shards SET commits = commits WHERE shard_id = 0")
        .execute(&mut *transaction)
        .await
        .unwrap();
    let asked = second.acquire_shards(&[0, 1], "tests", Timestamp(0), LONG);
    let taken = tokio::time::timeout(Duration::from_secs(4), asked)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        taken.iter().map(|lease| lease.shard_id).collect::<Vec<_>>(),
        [1]
    );
    transaction.rollback().await.unwrap();
}

#[tokio::test]
async fn openings_of_another_schema_are_strangers() {
    let (Some(mine), Some(other)) = (
        PostgresHarness::prepare().await,
        PostgresHarness::prepare().await,
    ) else {
        return;
    };
    // Both are the first opening of their schema, and both have the same shards.
    let (mine, other) = (mine.open().await, other.open().await);
    assert_eq!((mine.epoch(), other.epoch()), (1, 1));
    assert_eq!(acquire(&*mine, LONG).await.len(), 1);
    assert_eq!(acquire(&*other, LONG).await.len(), 1);
}

#[tokio::test]
async fn the_shards_of_a_server_that_is_gone_are_free() {
    let Some(harness) = PostgresHarness::prepare().await else {
        return;
    };
    let first = harness.open().await;
    acquire(&*first, LONG).await;
    // Its connections end with it; nothing was given back.
    drop(first);
    let second = harness.open().await;
    // For ten seconds after the database has started it waits for those who come back.
    let taken = async {
        loop {
            let taken = acquire(&*second, LONG).await;
            if !taken.is_empty() {
                return taken;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), taken)
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_of_a_later_owner_is_newer() {
    let Some(harness) = PostgresHarness::prepare().await else {
        return;
    };
    let (first, second) = (harness.open().await, harness.open().await);
    prepared(&*first).await;
    let held = acquire(&*first, Duration::ZERO).await[0];
    commit(&*first, held, vec![created(&key("order", 1), b"")]).await;
    let held = acquire(&*second, Duration::ZERO).await[0];
    commit(&*second, held, vec![created(&key("order", 2), b"")]).await;
    let held = acquire(&*first, Duration::ZERO).await[0];
    commit(&*first, held, vec![created(&key("order", 3), b"")]).await;
    let current = second.current_run(namespace_id(1), "order").await.unwrap();
    assert_eq!(current, Some(key("order", 3).run_id));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_break_under_load_lose_nothing_and_repeat_nothing() {
    const CALLERS: u128 = 4;
    const RUNS: u128 = 60;
    let Some(harness) = PostgresHarness::prepare().await else {
        return;
    };
    let store = harness.open().await;
    prepared(&*store).await;
    let done = Arc::new(AtomicBool::new(false));
    let breaker = {
        let done = Arc::clone(&done);
        async move {
            let mut times = 0;
            while !done.load(Ordering::Relaxed) {
                harness.break_connections().await;
                times += 1;
                tokio::time::sleep(Duration::from_millis(30)).await;
            }
            (harness, times)
        }
    };
    let load = async {
        let mut callers = tokio::task::JoinSet::new();
        for caller in 0..CALLERS {
            let store = Arc::clone(&store);
            callers.spawn(async move {
                let shard = i32::try_from(caller).unwrap();
                let shards = [shard];
                let lease = loop {
                    let asked = store.acquire_shards(&shards, "tests", Timestamp(0), LONG);
                    if let Ok(taken) = asked.await {
                        break taken[0];
                    }
                };
                for number in 0..RUNS {
                    let run = key(&format!("order-{caller}-{number}"), caller * 1_000 + number);
                    let mut first = created(&run, b"one");
                    first.history = Some(batch(1, 2));
                    commit(&*store, lease, vec![first]).await;
                    let mut second = write(&run, b"two");
                    second.history = Some(batch(3, 4));
                    commit(&*store, lease, vec![second]).await;
                }
            });
        }
        while let Some(finished) = callers.join_next().await {
            finished.unwrap();
        }
        done.store(true, Ordering::Relaxed);
    };
    let ((harness, times), ()) = tokio::join!(breaker, load);
    assert!(times > 1, "nothing was broken");
    store.close().await;
    let store = harness.open().await;
    let counted = store.count_runs(namespace_id(1), "").await.unwrap();
    assert_eq!(counted.total, i64::try_from(CALLERS * RUNS).unwrap());
    for caller in 0..CALLERS {
        for number in 0..RUNS {
            let id = format!("order-{caller}-{number}");
            let run = store
                .load_run(namespace_id(1), &id, None)
                .await
                .unwrap()
                .unwrap();
            assert_eq!(run.state, b"two");
            let last = store.read_event(&run.key, 4).await.unwrap();
            assert_eq!(last, Some(contract::sample::event(4)));
        }
    }
}

#[tokio::test]
async fn a_commit_that_was_given_up_never_comes_late() {
    let Some(harness) = PostgresHarness::prepare().await else {
        return;
    };
    let store = harness.open().await;
    let held = prepared(&*store).await;
    let run = key("order", 1);
    commit(&*store, held, vec![created(&run, b"0")]).await;
    for number in 1..40_u8 {
        // Given up somewhere on its way.
        let mut given_up = Box::pin(store.commit(ShardBatch::new(held, vec![write(&run, b"old")])));
        for _ in 0..number % 8 {
            if futures::poll!(&mut given_up).is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(given_up);
        commit(&*store, held, vec![write(&run, &[number])]).await;
        let stored = store
            .load_run(run.namespace_id, "order", None)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(stored.state, [number]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_that_start_at_once_migrate_once() {
    let Some(harness) = PostgresHarness::prepare().await else {
        return;
    };
    let opened = futures::future::join_all((0..4).map(|_| harness.open())).await;
    let mut epochs: Vec<i64> = opened.iter().map(|store| store.epoch()).collect();
    epochs.sort_unstable();
    assert_eq!(epochs, [1, 2, 3, 4]);
    // A lease is only one opening's.
    lease(&*opened[0], 0).await;
    assert_eq!(acquire(&*opened[1], LONG).await, []);
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let Some(harness) = PostgresHarness::prepare().await else {
        return;
    };
    harness.open().await.close().await;
    let change = format!(
        "UPDATE {}.sundial_schema SET version = 4000",
        harness.schema
    );
    harness.execute(&change).await;
    let refused = harness.refusal().await;
    assert!(
        matches!(refused, StoreError::Newer { found: 4_000, .. }),
        "{refused}"
    );
}

#[tokio::test]
async fn the_tables_of_another_program_are_left_alone() {
    let Some(harness) = PostgresHarness::prepare().await else {
        return;
    };
    let table = format!("CREATE TABLE {}.runs (id int)", harness.schema);
    harness.execute(&table).await;
    let refused = harness.refusal().await.to_string();
    assert!(
        refused.contains("the tables of another program"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_schema_that_is_missing_is_asked_for() {
    let Some(harness) = PostgresHarness::prepare().await else {
        return;
    };
    harness
        .execute(&format!("DROP SCHEMA {}", harness.schema))
        .await;
    let refused = harness.refusal().await.to_string();
    assert!(refused.contains("CREATE SCHEMA"), "{refused}");
}

#[tokio::test]
async fn what_is_wrong_with_an_address_is_said_without_its_password() {
    let Some(harness) = PostgresHarness::prepare().await else {
        return;
    };
    let open = async |url: &str| match PostgresStore::open(url, &PostgresOptions::default()).await {
        Ok(_) => panic!("{url} was opened"),
        Err(error) => error,
    };
    let (user, rest) = harness
        .url
        .split_once("://")
        .unwrap()
        .1
        .split_once(':')
        .unwrap();
    let (_, place) = rest.split_once('@').unwrap();
    let refused = open(&format!("postgres://{user}:wrong-secret@{place}")).await;
    assert!(matches!(refused, StoreError::Refused { .. }), "{refused}");
    let refused = refused.to_string();
    assert!(
        refused.contains(&format!("check the password of user `{user}`")),
        "{refused}"
    );
    assert!(!refused.contains("wrong-secret"), "{refused}");

    let server = harness.url.rsplit_once('/').unwrap().0;
    let refused = open(&format!("{server}/no-such-database"))
        .await
        .to_string();
    assert!(refused.contains("make the database first"), "{refused}");
    // Nobody listens on port 1.
    let refused = open("postgres://ada:wrong-secret@127.0.0.1:1/shop").await;
    assert!(
        matches!(refused, StoreError::Unavailable { .. }),
        "{refused}"
    );
    let refused = refused.to_string();
    assert!(
        refused.contains("postgres://ada@127.0.0.1:1/shop"),
        "{refused}"
    );
}
