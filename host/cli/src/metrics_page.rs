//! The page that Prometheus reads, and the answer to health checks. What is counted, the server and the worker host say.

use std::{
    fmt,
    net::SocketAddr,
    sync::{Arc, OnceLock},
    time::Duration,
};

use axum::{Router, extract::State, http::StatusCode, routing::get};
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use sundial_worker::Statistics;
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{service::Routes, transport};

use crate::{problem::Problem, settings::Settings};

/// Bounds of the durations, in seconds: from a commit in memory to a long poll.
const SECONDS: [f64; 14] = [
    0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 60.0,
];
/// How often what was measured is put into its buckets, whether somebody reads them or not: until then it takes memory.
const UPKEEP_INTERVAL: Duration = Duration::from_secs(5);

/// Reads what a worker host has done so far.
pub(crate) type ReadStatistics = Arc<dyn Fn() -> Statistics + Send + Sync>;

/// The page, while it is served. Dropped, it is gone.
pub(crate) struct MetricsPage {
    address: SocketAddr,
    statistics: Arc<OnceLock<ReadStatistics>>,
    serving: JoinHandle<()>,
    upkeep: JoinHandle<()>,
}

#[derive(Clone)]
struct Page {
    recorder: PrometheusHandle,
    statistics: Arc<OnceLock<ReadStatistics>>,
}

/// The line of a process's report that says where its metrics are, if they are anywhere.
pub(crate) fn show(f: &mut fmt::Formatter<'_>, address: Option<SocketAddr>) -> fmt::Result {
    match address {
        Some(address) => writeln!(f, "  metrics     http://{address}/metrics"),
        None => Ok(()),
    }
}

impl MetricsPage {
    /// Counts from now on and shows it, if the settings name an address for that. To be called before anything is counted,
    /// and before anything is begun that would have to be ended if the address is taken.
    pub(crate) async fn open(settings: &Settings) -> Result<Option<Self>, Problem> {
        let Some(address) = settings.metrics_address.value else {
            return Ok(None);
        };
        let wrong = |error| Problem::new(format!("metrics can't be counted: {error}"));
        let recorder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
            .map_err(wrong)?
            .install_recorder()
            .map_err(wrong)?;
        describe();
        let wrong = |error| {
            Problem::new(format!("can't listen on {address} for metrics: {error}"))
                .hint("choose another address with --metrics-address; port 0 takes a free one")
        };
        let listener = TcpListener::bind(address).await.map_err(wrong)?;
        let address = listener.local_addr().map_err(wrong)?;
        let upkeep = {
            let recorder = recorder.clone();
            tokio::spawn(async move {
                let mut interval = tokio::time::interval(UPKEEP_INTERVAL);
                loop {
                    interval.tick().await;
                    recorder.run_upkeep();
                }
            })
        };
        let statistics = Arc::default();
        let page = Page {
            recorder,
            statistics: Arc::clone(&statistics),
        };
        let router = Router::new()
            .route("/metrics", get(metrics))
            .route("/health", get(|| async { StatusCode::OK }))
            .with_state(page);
        let serving = tokio::spawn(async move {
            let served = transport::Server::builder()
                .accept_http1(true)
                .add_routes(Routes::from(router))
                .serve_with_incoming(TcpListenerStream::new(listener));
            if let Err(error) = served.await {
                tracing::error!(%error, "metrics are not served any more");
            }
        });
        Ok(Some(Self {
            address,
            statistics,
            serving,
            upkeep,
        }))
    }

    /// Shows what a worker host says of itself, too.
    pub(crate) fn show_host(&self, statistics: ReadStatistics) {
        if self.statistics.set(statistics).is_err() {
            tracing::error!("one process has two worker hosts: the metrics are those of the first");
        }
    }

    /// Where it is: the port that it got, if port 0 was asked for.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for MetricsPage {
    fn drop(&mut self) {
        self.serving.abort();
        self.upkeep.abort();
    }
}

async fn metrics(State(page): State<Page>) -> String {
    if let Some(statistics) = page.statistics.get() {
        record(&statistics());
    }
    page.recorder.render()
}

/// Puts a worker host's own counters among the others.
#[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
fn record(statistics: &Statistics) {
    let Statistics {
        activations,
        replayed_activations,
        instantiations,
        evictions,
        evictions_for_room,
        failed_workflow_tasks,
        cached_runs,
        cached_bytes,
        activities,
        instantiation_cpu,
        activation_cpu,
        process_cpu,
    } = *statistics;
    counter!("sundial_worker_activations_total").absolute(activations);
    counter!("sundial_worker_replayed_activations_total").absolute(replayed_activations);
    counter!("sundial_worker_instantiations_total").absolute(instantiations);
    counter!("sundial_worker_evictions_total").absolute(evictions);
    counter!("sundial_worker_evictions_for_room_total").absolute(evictions_for_room);
    counter!("sundial_worker_failed_workflow_tasks_total").absolute(failed_workflow_tasks);
    counter!("sundial_worker_activities_total").absolute(activities);
    gauge!("sundial_worker_cached_runs").set(cached_runs as f64);
    gauge!("sundial_worker_cached_bytes").set(cached_bytes as f64);
    gauge!("sundial_worker_instantiation_cpu_seconds").set(instantiation_cpu.as_secs_f64());
    gauge!("sundial_worker_activation_cpu_seconds").set(activation_cpu.as_secs_f64());
    gauge!("sundial_process_cpu_seconds").set(process_cpu.as_secs_f64());
}

fn describe() {
    describe_counter!(
        "sundial_requests_total",
        "Calls answered, by service, method and code"
    );
    describe_histogram!(
        "sundial_request_seconds",
        "Time from a call to its answer; long polls wait for something to happen"
    );
    describe_histogram!(
        "sundial_commit_seconds",
        "Time that a transaction of a shard took"
    );
    describe_counter!(
        "sundial_commit_failures_total",
        "Transactions that the database did not take"
    );
    describe_counter!(
        "sundial_committed_run_writes_total",
        "Writes of runs in those transactions"
    );
    describe_gauge!("sundial_runs_in_memory", "Runs that a shard holds");
    describe_gauge!(
        "sundial_runs_in_memory_bytes",
        "The memory that they take, as estimated"
    );
    describe_gauge!("sundial_connections", "Connections of clients and workers");
    describe_counter!(
        "sundial_worker_activations_total",
        "Activations that reached a guest"
    );
    describe_counter!(
        "sundial_worker_replayed_activations_total",
        "Activations that replayed history"
    );
    describe_counter!(
        "sundial_worker_instantiations_total",
        "Instances made for runs"
    );
    describe_counter!("sundial_worker_evictions_total", "Runs that left the cache");
    describe_counter!(
        "sundial_worker_evictions_for_room_total",
        "Evictions asked for because the cache was full"
    );
    describe_counter!(
        "sundial_worker_failed_workflow_tasks_total",
        "Workflow tasks that were failed: a trap, a limit, the guest's own failure"
    );
    describe_counter!(
        "sundial_worker_activities_total",
        "Attempts of native activities begun"
    );
    describe_gauge!("sundial_worker_cached_runs", "Runs that are held");
    describe_gauge!(
        "sundial_worker_cached_bytes",
        "The memory that they take, as estimated"
    );
    describe_gauge!(
        "sundial_worker_instantiation_cpu_seconds",
        "CPU time of guest threads while they made instances"
    );
    describe_gauge!(
        "sundial_worker_activation_cpu_seconds",
        "CPU time of guest threads while they were in a guest"
    );
    describe_gauge!("sundial_process_cpu_seconds", "CPU time of the process");
}
