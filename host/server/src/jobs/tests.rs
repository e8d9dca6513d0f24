//! The waker over a store in memory: turns that fail, panic, or wait for runs.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use sundial_core::{NamespaceId, Timestamp, time::Span};
use sundial_store::{Job, JobKey, JobKind, Store};
use temporalio_protos::temporal::api::common::v1::WorkflowExecution;
use tokio::{sync::Notify, task::JoinHandle};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    CallError, TurnEnd, TurnError, Watch,
    waker::{self, Turns, Waker},
};
use crate::{
    clock::{Clock, TokioClock},
    engine::tests::{fake_store::FakeStore, settle},
};

/// What a job's turns do, by the first word of its id. Every turn that goes well is the job's last, unless it waits.
struct Scripted {
    store: FakeStore,
    /// The ids of jobs, a turn each.
    taken: Mutex<Vec<String>>,
    /// Waits for runs that are going on.
    waits: Arc<AtomicUsize>,
    run_closed: Notify,
}

/// Counts while it is there.
struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[async_trait]
impl Turns for Scripted {
    async fn turn(&self, key: &JobKey) -> Result<TurnEnd, TurnError> {
        let turn = {
            let mut taken = self.taken.lock().unwrap();
            taken.push(key.id.clone());
            taken.iter().filter(|id| **id == key.id).count()
        };
        match key.id.split(' ').next() {
            Some("panics") => panic!("a bug"),
            Some("fails") => {
                return Err(CallError::Unavailable("not now".into()).into());
            }
            Some(waits @ ("waits" | "waits-badly")) => {
                let job = self.store.job(key).await?;
                let watch = job.filter(|job| !job.body.is_empty()).map(|job| Watch {
                    namespace: waits.into(),
                    execution: WorkflowExecution {
                        workflow_id: String::from_utf8(job.body).unwrap(),
                        ..Default::default()
                    },
                });
                return Ok(TurnEnd {
                    wake_at: None,
                    watch: watch.filter(|_| waits == "waits" || turn == 1),
                });
            }
            _ => {}
        }
        if let Some(job) = self.store.job(key).await? {
            self.store.delete_job(key, job.revision).await?;
        }
        Ok(TurnEnd::default())
    }

    async fn until_closed(&self, watch: &Watch) {
        let _counted = Counted::new(&self.waits);
        assert_ne!(watch.namespace, "waits-badly", "a bug");
        self.run_closed.notified().await;
    }
}

struct World {
    store: FakeStore,
    turns: Arc<Scripted>,
    clock: Arc<dyn Clock>,
    waker: Waker,
    stop: CancellationToken,
    works: JoinHandle<()>,
}

fn key(id: &str) -> JobKey {
    JobKey {
        namespace_id: NamespaceId(Uuid::from_u128(1)),
        kind: JobKind::Schedule,
        id: id.into(),
    }
}

fn job(id: &str, wake_at: Option<Timestamp>) -> Job {
    Job {
        key: key(id),
        revision: 1,
        created_at: TokioClock::START,
        wake_at,
        body: Vec::new(),
    }
}

impl World {
    async fn with(jobs: impl IntoIterator<Item = Job>) -> Self {
        let store = FakeStore::new();
        for job in jobs {
            store.create_job(&job).await.unwrap();
        }
        let clock: Arc<dyn Clock> = Arc::new(TokioClock::new());
        let (waker, pokes) = Waker::new(clock.clone());
        let turns = Arc::new(Scripted {
            store: store.clone(),
            taken: Mutex::default(),
            waits: Arc::default(),
            run_closed: Notify::new(),
        });
        let stop = CancellationToken::new();
        let works = waker::start(
            turns.clone(),
            Arc::new(store.clone()),
            clock.clone(),
            pokes,
            stop.clone(),
        );
        settle().await;
        Self {
            store,
            turns,
            clock,
            waker,
            stop,
            works,
        }
    }

    fn turns_of(&self, id: &str) -> usize {
        let taken = self.turns.taken.lock().unwrap();
        taken.iter().filter(|taken| *taken == id).count()
    }

    fn waits(&self) -> usize {
        self.turns.waits.load(Ordering::Relaxed)
    }

    async fn poke(&self, id: &str) {
        self.waker.poke(key(id));
        settle().await;
    }

    async fn passes(&self, seconds: u64) {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        settle().await;
    }

    /// The waker still works, and stops when it is told to.
    async fn ends(self) {
        self.stop.cancel();
        self.works.await.unwrap();
    }
}

fn now() -> Option<Timestamp> {
    Some(TokioClock::START)
}

#[tokio::test(start_paused = true)]
async fn a_job_gets_its_turn_when_it_is_due_or_poked() {
    let later = TokioClock::START.plus(Span::from_seconds(100));
    let world = World::with([
        job("due", now()),
        job("later", Some(later)),
        job("poked", None),
    ])
    .await;
    assert_eq!(world.turns_of("due"), 1);
    world.passes(99).await;
    assert_eq!((world.turns_of("later"), world.turns_of("poked")), (0, 0));
    world.poke("poked").await;
    world.passes(1).await;
    assert_eq!((world.turns_of("later"), world.turns_of("poked")), (1, 1));
    assert_eq!(world.turns_of("due"), 1);
    world.ends().await;
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_a_turn_ends_no_other_job() {
    let world = World::with([job("panics", now()), job("due", now())]).await;
    assert_eq!((world.turns_of("panics"), world.turns_of("due")), (1, 1));
    world.poke("poked").await;
    assert_eq!(world.turns_of("poked"), 1);
    world.passes(1).await;
    assert_eq!(world.turns_of("panics"), 2);
    world.ends().await;
}

#[tokio::test(start_paused = true)]
async fn a_failing_job_is_tried_again_after_growing_pauses() {
    // Whether or not the store says that it is due.
    let world = World::with([job("fails due", now()), job("fails poked", None)]).await;
    world.poke("fails poked").await;
    for id in ["fails due", "fails poked"] {
        assert_eq!(world.turns_of(id), 1);
    }
    // After 1, 3, 7, 15, 31, 63 seconds, and every minute from then on.
    world.passes(63).await;
    for id in ["fails due", "fails poked"] {
        assert_eq!(world.turns_of(id), 7);
    }
    world.passes(600).await;
    for id in ["fails due", "fails poked"] {
        assert_eq!(world.turns_of(id), 17);
    }
    world.ends().await;
}

#[tokio::test(start_paused = true)]
async fn failing_jobs_leave_the_others_their_turns() {
    let failing = (0..600).map(|number| job(&format!("fails {number}"), now()));
    let world = World::with(failing).await;
    world.passes(1).await;
    let due = world.clock.now();
    for number in 0..100 {
        let due = job(&format!("due {number}"), Some(due));
        world.store.create_job(&due).await.unwrap();
    }
    world.poke("due 0").await;
    world.passes(2).await;
    for number in 0..100 {
        assert_eq!(world.turns_of(&format!("due {number}")), 1, "{number}");
    }
    world.ends().await;
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_run_brings_the_turn_of_the_job_that_waits_for_it() {
    let mut waits = job("waits", now());
    waits.body = b"run".to_vec();
    let world = World::with([waits]).await;
    assert_eq!((world.turns_of("waits"), world.waits()), (1, 1));
    world.turns.run_closed.notify_one();
    settle().await;
    assert!(world.turns_of("waits") >= 2);
    world.ends().await;
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_nobody_needs_any_more_is_given_up() {
    let mut waits = job("waits", None);
    waits.body = b"first".to_vec();
    let world = World::with([waits.clone()]).await;
    for (turn, (run, waiting)) in [("first", 1), ("first", 1), ("second", 1), ("", 0)]
        .into_iter()
        .enumerate()
    {
        waits.body = run.into();
        waits.revision = world.store.update_job(&waits).await.unwrap();
        world.poke("waits").await;
        assert_eq!(world.turns_of("waits"), turn + 1);
        assert_eq!(world.waits(), waiting, "{run}");
    }
    world.ends().await;
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_panics_brings_another_turn_after_a_while() {
    let mut waits = job("waits-badly", now());
    waits.body = b"run".to_vec();
    let world = World::with([waits]).await;
    assert_eq!((world.turns_of("waits-badly"), world.waits()), (1, 0));
    world.passes(1).await;
    assert_eq!(world.turns_of("waits-badly"), 2);
    world.ends().await;
}
