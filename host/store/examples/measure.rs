//! Measures the SQLite store. `measure commits [FOLDER]` prints what a durable transition costs at several batch
//! sizes; `measure lists [FOLDER]` fills a database with a million closed runs and times lists and counts;
//! `measure open [FOLDER]` times the opening. The folder decides which disk is measured.
#![expect(clippy::print_stdout, reason = "it prints what it measured")]
#![allow(clippy::unwrap_used, reason = "a measurement that fails should stop")]

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use prost::Message;
use sundial_core::{
    Archetype, HistoryBatch, NamespaceId, Part, PartKey, RunId, RunKey, RunWrite, Task, TaskKind,
    Timestamp, Visibility,
};
use sundial_store::{
    Direction, HistoryRange, ListQuery, NamespaceRecord, ShardBatch, ShardLease, SqliteOptions,
    SqliteStore, Store,
};
use temporalio_protos::temporal::api::{
    common::v1::{Payload, Payloads},
    history::v1::{
        ActivityTaskScheduledEventAttributes, History, HistoryEvent,
        WorkflowTaskScheduledEventAttributes, history_event::Attributes,
    },
};
use uuid::Uuid;

const TRANSITIONS_PER_RUN: usize = 5;

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let what = arguments.next().unwrap_or_else(|| "commits".into());
    let folder = arguments
        .next()
        .map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = tempfile::TempDir::new_in(folder).unwrap();
    match what.as_str() {
        "commits" => commits(folder.path().join("commits.db")).await,
        "lists" => lists(folder.path().join("lists.db")).await,
        "open" => open(folder.path().join("open.db")).await,
        other => println!("unknown measurement {other}: commits, lists, open"),
    }
}

async fn opened(path: &PathBuf) -> (Arc<SqliteStore>, ShardLease) {
    let store = Arc::new(
        SqliteStore::open(path, &SqliteOptions::default())
            .await
            .unwrap(),
    );
    let namespace = NamespaceRecord {
        id: namespace_id(),
        name: "default".into(),
        revision: 1,
        info: Default::default(),
        config: Default::default(),
    };
    let _ = store.create_namespace(&namespace).await;
    let leases = store
        .acquire_shards(&[0], "measure", Timestamp(0), Duration::from_secs(60))
        .await
        .unwrap();
    (store, leases[0])
}

async fn commits(path: PathBuf) {
    let (store, lease) = opened(&path).await;
    println!(
        "{:>7} {:>9} {:>12} {:>12} {:>12}",
        "batch", "commits", "wall µs", "CPU µs", "ms/commit"
    );
    let mut next_run = 0;
    for batch in [1, 10, 50, 200] {
        let rounds = (20_000 / batch / TRANSITIONS_PER_RUN).clamp(40, 4000);
        let (cpu, start) = (cpu_time(), Instant::now());
        for _ in 0..rounds {
            let runs: Vec<u64> = (next_run..next_run + batch as u64).collect();
            next_run += batch as u64;
            for step in 0..TRANSITIONS_PER_RUN {
                let writes = runs.iter().map(|run| transition(*run, step)).collect();
                store.commit(ShardBatch::new(lease, writes)).await.unwrap();
            }
        }
        report(
            &batch.to_string(),
            rounds * TRANSITIONS_PER_RUN,
            batch,
            start.elapsed(),
            cpu_time() - cpu,
        );
    }
    for callers in [10, 50, 200] {
        let rounds = 20_000 / callers / TRANSITIONS_PER_RUN;
        let (cpu, start) = (cpu_time(), Instant::now());
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..callers {
            let store = Arc::clone(&store);
            let first = next_run;
            next_run += rounds as u64;
            tasks.spawn(async move {
                for run in first..first + rounds as u64 {
                    for step in 0..TRANSITIONS_PER_RUN {
                        store
                            .commit(ShardBatch::new(lease, vec![transition(run, step)]))
                            .await
                            .unwrap();
                    }
                }
            });
        }
        while tasks.join_next().await.is_some() {}
        report(
            &format!("{callers} call"),
            rounds * TRANSITIONS_PER_RUN,
            callers,
            start.elapsed(),
            cpu_time() - cpu,
        );
    }
    reads(&store, next_run).await;
    store.close().await;
    println!(
        "{} runs, {} MB",
        next_run,
        std::fs::metadata(&path).unwrap().len() / 1_000_000
    );
}

fn report(name: &str, commits: usize, batch: usize, wall: Duration, cpu: Duration) {
    let transitions = (commits * batch) as f64;
    println!(
        "{name:>7} {commits:>9} {:>12.1} {:>12.1} {:>12.2}",
        wall.as_secs_f64() * 1e6 / transitions,
        cpu.as_secs_f64() * 1e6 / transitions,
        wall.as_secs_f64() * 1e3 / commits as f64,
    );
}

async fn reads(store: &SqliteStore, runs: u64) {
    let sample: Vec<RunKey> = (0..runs).step_by(37).take(2_000).map(key).collect();
    timed("load a run", sample.len(), async {
        for run in &sample {
            store
                .load_run(run.namespace_id, &run.workflow_id, None)
                .await
                .unwrap()
                .unwrap();
        }
    })
    .await;
    timed("read a history", sample.len(), async {
        let range = HistoryRange {
            first_event_id: 1,
            last_event_id: i64::MAX,
            max_bytes: 4_000_000,
            direction: Direction::Forward,
        };
        for run in &sample {
            store.read_history(run, range).await.unwrap();
        }
    })
    .await;
}

async fn timed(what: &str, times: usize, work: impl Future<Output = ()>) {
    let (cpu, start) = (cpu_time(), Instant::now());
    work.await;
    let each = |time: Duration| time.as_secs_f64() * 1e6 / times as f64;
    println!(
        "{what}: {:.1} µs, {:.1} µs of CPU",
        each(start.elapsed()),
        each(cpu_time() - cpu)
    );
}

async fn lists(path: PathBuf) {
    const RUNS: u64 = 1_000_000;
    let (store, lease) = opened(&path).await;
    let start = Instant::now();
    for first in (0..RUNS).step_by(1_000) {
        let writes = (first..first + 1_000).map(closed_run).collect();
        store.commit(ShardBatch::new(lease, writes)).await.unwrap();
    }
    println!(
        "{RUNS} closed runs in {:.1} s",
        start.elapsed().as_secs_f64()
    );
    let middle = SECOND * (RUNS as i64 / 2);
    for filter in [
        "",
        "ExecutionStatus = 'Completed'",
        "ExecutionStatus = 'Failed'",
        "ExecutionStatus = 'Running'",
        "ExecutionStatus != 'Completed'",
        "WorkflowType = 'Type0'",
        "WorkflowType = 'Rare'",
        "WorkflowType = 'Type0' AND ExecutionStatus = 'Failed'",
        "WorkflowType IN ('Type1', 'Rare')",
        &format!("StartTime > {middle}"),
        &format!("StartTime < {middle}"),
        &format!("StartTime > {middle} AND ExecutionStatus = 'Completed'"),
        &format!("CloseTime BETWEEN {middle} AND {}", middle + 1_000 * SECOND),
        "WorkflowId = 'order-0000777777'",
        "WorkflowId STARTS_WITH 'order-00007777'",
        "WorkflowId STARTS_WITH 'order-'",
        "WorkflowId STARTS_WITH 'none'",
        "TaskQueue = 'rare'",
        "RunId = '00000000-0000-0000-0000-000000077777'",
    ] {
        let list = best(async || {
            let query = ListQuery {
                namespace_id: namespace_id(),
                filter: filter.into(),
                page_size: 100,
                page_token: Vec::new(),
            };
            store.list_runs(&query).await.unwrap().runs.len() as i64
        })
        .await;
        let count = best(async || {
            store
                .count_runs(namespace_id(), filter)
                .await
                .unwrap()
                .total
        })
        .await;
        println!(
            "list {:>7.2} ms ({:>3})  count {:>7.2} ms ({:>7})  {filter}",
            list.0, list.1, count.0, count.1
        );
    }
    for filter in [
        "GROUP BY ExecutionStatus",
        "WorkflowType = 'Type0' GROUP BY ExecutionStatus",
    ] {
        let count = best(async || {
            store
                .count_runs(namespace_id(), filter)
                .await
                .unwrap()
                .total
        })
        .await;
        println!(
            "{:>20}count {:>7.2} ms ({:>7})  {filter}",
            "", count.0, count.1
        );
    }
    store.close().await;
    println!("{} MB", std::fs::metadata(&path).unwrap().len() / 1_000_000);
}

/// The second best of five, in milliseconds, with what it found.
async fn best(work: impl AsyncFn() -> i64) -> (f64, i64) {
    let mut times = Vec::new();
    let mut found = 0;
    for _ in 0..5 {
        let start = Instant::now();
        found = work().await;
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    (times[1], found)
}

async fn open(path: PathBuf) {
    for what in ["a new file", "a file that is there"] {
        let start = Instant::now();
        let store = SqliteStore::open(&path, &SqliteOptions::default())
            .await
            .unwrap();
        println!("{what}: {:.1} ms", start.elapsed().as_secs_f64() * 1e3);
        store.close().await;
    }
}

fn namespace_id() -> NamespaceId {
    NamespaceId(Uuid::from_u128(1))
}

/// Run ids in order of time, as version 7 gives them.
fn key(run: u64) -> RunKey {
    RunKey {
        namespace_id: namespace_id(),
        archetype: Archetype::Workflow,
        workflow_id: Arc::from(format!(
            "order-{:016x}",
            run.wrapping_mul(0x9e37_79b9_7f4a_7c15)
        )),
        run_id: RunId(Uuid::from_u128(u128::from(run) << 60)),
    }
}

fn empty(key: RunKey, state_bytes: usize) -> RunWrite {
    RunWrite {
        key,
        created: false,
        state: noise(state_bytes),
        parts_put: Vec::new(),
        parts_removed: Vec::new(),
        history: None,
        tasks_added: Vec::new(),
        tasks_removed: Vec::new(),
        transfers_added: Vec::new(),
        transfers_removed: Vec::new(),
        wake_at: None,
        visibility: None,
        closed_at: None,
    }
}

/// What a workflow with one activity writes: start, first task, activity started, activity completed, last task.
fn transition(run: u64, step: usize) -> RunWrite {
    let key = key(run);
    let task = |kind, number: i64| Task {
        id: (run as i64) * 8 + number,
        kind,
        run: key.clone(),
        queue: Arc::from("main"),
        normal_queue: None,
        version: None,
        scheduled_event_id: 2,
        stamp: 1,
        created_at: Timestamp(run as i64),
        priority_key: 3,
        fairness: None,
    };
    let id = |number: i64| (run as i64) * 8 + number;
    let mut write = empty(key.clone(), 500);
    match step {
        0 => {
            write.created = true;
            write.visibility = Some(visibility(&key, run));
            write.parts_put = vec![Part {
                key: PartKey { kind: 8, id: 0 },
                body: noise(400),
            }];
            write.history = Some(events(1, 2, 300));
            write.tasks_added = vec![task(TaskKind::Workflow, 0)];
        }
        1 => {
            write.history = Some(events(3, 5, 300));
            write.tasks_removed = vec![id(0)];
            write.tasks_added = vec![task(TaskKind::Activity, 1)];
            write.wake_at = Some(Timestamp(run as i64));
        }
        2 => {
            write.tasks_removed = vec![id(1)];
            write.wake_at = Some(Timestamp(run as i64));
        }
        3 => {
            write.history = Some(events(6, 8, 300));
            write.tasks_added = vec![task(TaskKind::Workflow, 2)];
        }
        _ => {
            write.history = Some(events(9, 11, 300));
            write.tasks_removed = vec![id(2)];
            let mut shown = visibility(&key, run);
            shown.status = 2;
            shown.close_time = Some(Timestamp(run as i64 * SECOND + SECOND));
            shown.history_length = 11;
            write.closed_at = shown.close_time;
            write.visibility = Some(shown);
        }
    }
    write
}

const SECOND: i64 = 1_000_000_000;

fn visibility(key: &RunKey, run: u64) -> Visibility {
    Visibility {
        workflow_type: "Order".into(),
        task_queue: "main".into(),
        status: 1,
        start_time: Timestamp(run as i64 * SECOND),
        execution_time: Timestamp(run as i64 * SECOND),
        close_time: None,
        history_length: 0,
        history_size_bytes: 0,
        parent: None,
        root: Some((Arc::clone(&key.workflow_id), key.run_id)),
        first_run_id: key.run_id,
        memo: None,
        search_attributes: None,
        version: None,
    }
}

fn closed_run(run: u64) -> RunWrite {
    let key = RunKey {
        namespace_id: namespace_id(),
        archetype: Archetype::Workflow,
        workflow_id: Arc::from(format!("order-{:010}", run.wrapping_mul(7_919) % 1_000_000)),
        run_id: RunId(Uuid::from_u128(u128::from(run))),
    };
    let mut shown = visibility(&key, run);
    shown.status = [2, 2, 2, 2, 2, 2, 3, 4, 5, 7][(run % 10) as usize];
    shown.workflow_type = if run.is_multiple_of(1_000) {
        "Rare".into()
    } else {
        format!("Type{}", (run / 10) % 3)
    };
    if run % 100_000 == 7 {
        shown.task_queue = "rare".into();
    }
    shown.close_time = Some(Timestamp(run as i64 * SECOND + SECOND * (run as i64 % 50)));
    let mut write = empty(key, 20);
    write.created = true;
    write.closed_at = shown.close_time;
    write.visibility = Some(shown);
    write
}

/// Events of about `bytes` in all that compress as real ones do: texts that repeat, payloads that don't.
fn events(first: i64, last: i64, bytes: usize) -> HistoryBatch {
    let count = (last - first + 1) as usize;
    let events = (first..=last)
        .map(|event_id| {
            let payload = Payload {
                metadata: [("encoding".to_owned(), b"json/plain".to_vec())].into(),
                data: noise(bytes / count / 2),
                ..Default::default()
            };
            let attributes = if event_id % 2 == 0 {
                Attributes::WorkflowTaskScheduledEventAttributes(
                    WorkflowTaskScheduledEventAttributes {
                        attempt: 1,
                        ..Default::default()
                    },
                )
            } else {
                Attributes::ActivityTaskScheduledEventAttributes(
                    ActivityTaskScheduledEventAttributes {
                        activity_id: "charge".into(),
                        input: Some(Payloads {
                            payloads: vec![payload],
                        }),
                        ..Default::default()
                    },
                )
            };
            HistoryEvent {
                event_id,
                attributes: Some(attributes),
                ..Default::default()
            }
        })
        .collect();
    HistoryBatch {
        first_event_id: first,
        last_event_id: last,
        events: History { events }.encode_to_vec().into(),
    }
}

fn noise(bytes: usize) -> Vec<u8> {
    let mut state = bytes as u64 + 1;
    std::iter::repeat_with(|| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        b'a' + (state >> 59) as u8 % 26
    })
    .take(bytes)
    .collect()
}

/// CPU time of this process so far, where the system tells (Linux).
fn cpu_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks: u64 = stat
        .rsplit(')')
        .next()
        .map(|rest| {
            rest.split_whitespace()
                .skip(11)
                .take(2)
                .filter_map(|field| field.parse::<u64>().ok())
                .sum()
        })
        .unwrap_or(0);
    Duration::from_millis(ticks * 10)
}
