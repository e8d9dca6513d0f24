//! Activations between a poller, the guest threads and guests that stand in for components.

use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use sundial_sandbox::{Guest, RunContext, TaskFailure};
use temporalio_protos::coresdk::{
    workflow_activation::{
        InitializeWorkflow, RemoveFromCache, WorkflowActivation, WorkflowActivationJob,
        workflow_activation_job::Variant as Job,
    },
    workflow_completion::{Success, workflow_activation_completion::Status},
};
use temporalio_protos::temporal::api::{enums::v1::VersioningBehavior, failure::v1::Failure};
use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;

use super::{
    super::{MakeGuest, VersionId},
    *,
};
use crate::{
    modules::ModuleVersion,
    options::WorkerOptions,
    statistics::Counters,
    temporal::fake::{FakeServer, Told, fake},
};

/// Makes guests that do what their workflow type says.
#[derive(Default)]
struct Maker {
    live: Arc<AtomicUsize>,
    threads: Arc<Mutex<Vec<(String, std::thread::ThreadId)>>>,
}

struct FakeGuest {
    run: RunContext,
    live: Arc<AtomicUsize>,
    threads: Arc<Mutex<Vec<(String, std::thread::ThreadId)>>>,
}

impl MakeGuest for Maker {
    fn make_guest(
        &self,
        run: &RunContext,
        _: &InitializeWorkflow,
    ) -> Result<Box<dyn Guest>, TaskFailure> {
        if run.workflow_type == "unmakeable" {
            return Err(failed("it can't be made"));
        }
        self.live.fetch_add(1, SeqCst);
        Ok(Box::new(FakeGuest {
            run: run.clone(),
            live: self.live.clone(),
            threads: self.threads.clone(),
        }))
    }
}

impl Guest for FakeGuest {
    fn activate(&mut self, activation: &WorkflowActivation) -> Result<Success, TaskFailure> {
        let mut threads = self.threads.lock().unwrap();
        threads.push((self.run.run_id.clone(), std::thread::current().id()));
        drop(threads);
        match self.run.workflow_type.as_str() {
            "trap" => Err(failed("it trapped")),
            "panic" => panic!("the sandbox is broken"),
            _ => Ok(local_activities::asked_for_in(activation)),
        }
    }

    fn memory_bytes(&self) -> u64 {
        1 << 20
    }
}

impl Drop for FakeGuest {
    fn drop(&mut self) {
        self.live.fetch_sub(1, SeqCst);
    }
}

fn failed(message: &str) -> TaskFailure {
    TaskFailure {
        failure: Failure {
            message: message.to_owned(),
            ..Default::default()
        },
        cause: None,
    }
}

mod local_activities;

struct Host {
    server: FakeServer,
    served: JoinHandle<Result<(), CoreError>>,
    stop: CancellationToken,
    live: Arc<AtomicUsize>,
    threads: Arc<Mutex<Vec<(String, std::thread::ThreadId)>>>,
    counters: Arc<Counters>,
}

fn host(cache_limit_bytes: u64, is_versioned: bool) -> Host {
    let counters = Arc::new(Counters::default());
    let options = WorkerOptions {
        cache_limit_bytes,
        guest_threads: 3,
        ..Default::default()
    };
    let guests = GuestThreads::start(&options, counters.clone()).unwrap();
    let (core, server) = fake();
    let maker = Maker::default();
    let (live, threads) = (maker.live.clone(), maker.threads.clone());
    let version = Version {
        id: VersionId(1),
        module: ModuleVersion {
            namespace: "default".to_owned(),
            name: "test".to_owned(),
            digest: String::new(),
            task_queue: "queue".to_owned(),
        },
        is_versioned,
        core,
        maker: Arc::new(maker),
        local_activities: local_activities::of_this_host(counters.clone()),
        answers: TaskTracker::new(),
    };
    let stop = CancellationToken::new();
    let served = tokio::spawn({
        let stop = stop.clone();
        async move { Arc::new(version).serve(&guests, stop).await }
    });
    Host {
        server,
        served,
        stop,
        live,
        threads,
        counters,
    }
}

fn activation(run_id: &str, job: Option<Job>) -> WorkflowActivation {
    WorkflowActivation {
        run_id: run_id.to_owned(),
        jobs: job
            .into_iter()
            .map(|job| WorkflowActivationJob { variant: Some(job) })
            .collect(),
        ..Default::default()
    }
}

fn first(run_id: &str, workflow_type: &str) -> WorkflowActivation {
    let init = InitializeWorkflow {
        workflow_type: workflow_type.to_owned(),
        ..Default::default()
    };
    activation(run_id, Some(Job::InitializeWorkflow(init)))
}

fn eviction(run_id: &str) -> WorkflowActivation {
    activation(
        run_id,
        Some(Job::RemoveFromCache(RemoveFromCache::default())),
    )
}

impl Host {
    /// Gives an activation and returns what came of it, in terms of evictions asked for meanwhile and its status.
    async fn give(&mut self, activation: WorkflowActivation) -> (Vec<String>, Option<Status>) {
        let run_id = activation.run_id.clone();
        self.server.activations.send(Ok(activation)).unwrap();
        let mut evicted = Vec::new();
        loop {
            match self.server.told.recv().await.unwrap() {
                Told::Evict(run_id) => evicted.push(run_id),
                Told::Completion(completion) if completion.run_id == run_id => {
                    return (evicted, completion.status);
                }
                other => panic!("unexpected: {other:?}"),
            }
        }
    }

    async fn failure_of(&mut self, activation: WorkflowActivation) -> String {
        match self.give(activation).await.1 {
            Some(Status::Failed(failed)) => failed.failure.unwrap().message,
            other => panic!("no failure: {other:?}"),
        }
    }
}

fn behaviour(status: Option<Status>) -> VersioningBehavior {
    match status {
        Some(Status::Successful(success)) => success.versioning_behavior(),
        other => panic!("no success: {other:?}"),
    }
}

#[tokio::test]
async fn each_success_of_a_versioned_worker_pins_its_run() {
    let mut versioned = host(u64::MAX, true);
    assert_eq!(
        behaviour(versioned.give(first("a", "plain")).await.1),
        VersioningBehavior::Pinned
    );
    assert_eq!(
        behaviour(versioned.give(activation("a", None)).await.1),
        VersioningBehavior::Pinned
    );
    let mut unversioned = host(u64::MAX, false);
    assert_eq!(
        behaviour(unversioned.give(first("a", "plain")).await.1),
        VersioningBehavior::Unspecified
    );
}

#[tokio::test]
async fn a_run_stays_on_one_thread() {
    let mut host = host(u64::MAX, true);
    for run in ["a", "b", "c"] {
        host.give(first(run, "plain")).await;
    }
    for run in ["c", "a", "b", "a"] {
        host.give(activation(run, None)).await;
    }
    for run in ["a", "b", "c"] {
        let threads = host.threads.lock().unwrap();
        let mut of_run = threads
            .iter()
            .filter(|(id, _)| id == run)
            .map(|(_, thread)| thread);
        let one = of_run.next().unwrap();
        assert!(of_run.all(|thread| thread == one));
    }
}

#[tokio::test]
async fn a_failed_run_loses_its_instance_and_others_go_on() {
    let mut host = host(u64::MAX, true);
    host.give(first("good", "plain")).await;
    assert_eq!(host.failure_of(first("bad", "trap")).await, "it trapped");
    assert_eq!(
        host.failure_of(first("worse", "unmakeable")).await,
        "it can't be made"
    );
    assert!(
        host.failure_of(first("worst", "panic"))
            .await
            .contains("the worker host panicked")
    );
    assert!(
        host.failure_of(activation("bad", None))
            .await
            .contains("does not hold the run")
    );
    assert_eq!(host.live.load(SeqCst), 1);
    for run in ["bad", "worse", "worst"] {
        assert_eq!(
            behaviour(host.give(eviction(run)).await.1),
            VersioningBehavior::Unspecified
        );
    }
    assert_eq!(
        behaviour(host.give(activation("good", None)).await.1),
        VersioningBehavior::Pinned
    );
    // The same run again, replayed from its start.
    assert_eq!(
        behaviour(host.give(first("bad", "plain")).await.1),
        VersioningBehavior::Pinned
    );
}

#[tokio::test]
async fn runs_are_asked_to_leave_when_bytes_run_out() {
    let mut host = host(3 << 20, true);
    assert!(host.give(first("a", "plain")).await.0.is_empty());
    assert!(host.give(first("b", "plain")).await.0.is_empty());
    assert_eq!(host.give(first("c", "plain")).await.0, ["a"]);
    host.give(eviction("a")).await;
    let statistics = host.counters.read();
    assert_eq!(
        (statistics.cached_runs, statistics.evictions_for_room),
        (2, 1)
    );
}

#[tokio::test]
async fn a_shutdown_goes_on_until_polling_ends_and_leaves_no_instance() {
    let mut host = host(u64::MAX, true);
    host.give(first("a", "plain")).await;
    host.stop.cancel();
    assert_eq!(host.server.told.recv().await, Some(Told::Shutdown));
    // What is handed out after the wish to stop is answered still.
    host.give(activation("a", None)).await;
    let Host {
        server,
        served,
        live,
        ..
    } = host;
    let FakeServer {
        activations,
        mut told,
        activities,
    } = server;
    drop(activations);
    drop(activities);
    served.await.unwrap().unwrap();
    assert_eq!(live.load(SeqCst), 0);
    assert_eq!(told.recv().await, Some(Told::Finished));
}

#[tokio::test]
async fn an_error_ends_polling_once_what_was_handed_out_is_answered() {
    let mut host = host(u64::MAX, true);
    host.server
        .activations
        .send(Err(CoreError::Poll("the server is gone".to_owned())))
        .unwrap();
    assert_eq!(host.server.told.recv().await, Some(Told::Shutdown));
    host.give(first("a", "plain")).await;
    let Host { server, served, .. } = host;
    drop(server.activations);
    drop(server.activities);
    assert!(matches!(served.await.unwrap(), Err(CoreError::Poll(_))));
}
