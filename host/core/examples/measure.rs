//! Prints what each transition of a run costs, in µs: `cargo run --release -p sundial-core --example measure`.

#![expect(clippy::print_stdout, reason = "its output is what it is for")]

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use sundial_core::{
    Cx, IdSource, Limits, NamespaceId, NamespaceInfo, Part, Run, RunWrite, Timestamp,
    run::{
        ActivityRef, Poller, StoredState, start,
        token::{ActivityTaskToken, WorkflowTaskToken},
    },
};
use temporalio_protos::temporal::api::{
    command::v1::{
        Command, CompleteWorkflowExecutionCommandAttributes, ScheduleActivityTaskCommandAttributes,
        StartTimerCommandAttributes, command::Attributes,
    },
    common::v1::{Payload, Payloads},
    enums::v1::CommandType,
    taskqueue::v1::{StickyExecutionAttributes, TaskQueue},
    workflowservice::v1::{
        RespondWorkflowTaskCompletedRequest, SignalWorkflowExecutionRequest,
        StartWorkflowExecutionRequest,
    },
};
use uuid::Uuid;

const ROUNDS: u32 = 20_000;
/// Of a payload, with the encoding that SDKs send.
const PAYLOAD_BYTES: usize = 200;
const PENDING: usize = 1000;

#[derive(Default)]
struct Counting(u128);

impl IdSource for Counting {
    fn uuid(&mut self) -> Uuid {
        self.0 += 1;
        Uuid::from_u128(self.0)
    }

    fn task_id(&mut self) -> i64 {
        self.0 += 1;
        self.0 as i64
    }
}

/// Times per name, in the order in which names came up.
#[derive(Default)]
struct Times(Vec<(&'static str, Vec<Duration>, usize)>);

impl Times {
    fn note(&mut self, name: &'static str, time: Duration, bytes: usize) {
        match self.0.iter_mut().find(|(known, ..)| *known == name) {
            Some((_, times, size)) => {
                times.push(time);
                *size = bytes;
            }
            None => self.0.push((name, vec![time], bytes)),
        }
    }

    /// Medians: a mean on a busy machine tells more about the machine.
    fn print(&mut self) {
        println!("{:<44} {:>9} {:>13}", "transition", "µs", "bytes stored");
        for (name, times, bytes) in &mut self.0 {
            times.sort_unstable();
            let median = times[times.len() / 2].as_secs_f64() * 1e6;
            println!("{name:<44} {median:>9.2} {bytes:>13}");
        }
    }
}

struct Bench {
    ids: Counting,
    limits: Limits,
    now: i64,
    times: Times,
}

fn payloads() -> Option<Payloads> {
    Some(Payloads {
        payloads: vec![Payload {
            metadata: [("encoding".to_owned(), b"json/plain".to_vec())].into(),
            data: vec![b'x'; PAYLOAD_BYTES],
            ..Default::default()
        }],
    })
}

fn queue(name: &str) -> Option<TaskQueue> {
    Some(TaskQueue {
        name: name.to_owned(),
        ..Default::default()
    })
}

fn seconds(seconds: i64) -> Option<prost_wkt_types::Duration> {
    Some(prost_wkt_types::Duration { seconds, nanos: 0 })
}

fn command(command_type: CommandType, attributes: impl Into<Attributes>) -> Command {
    Command {
        command_type: command_type as i32,
        attributes: Some(attributes.into()),
        ..Default::default()
    }
}

fn activity(id: usize) -> Command {
    command(
        CommandType::ScheduleActivityTask,
        ScheduleActivityTaskCommandAttributes {
            activity_id: id.to_string(),
            activity_type: Some("charge_payment".to_owned().into()),
            task_queue: queue("orders"),
            input: payloads(),
            start_to_close_timeout: seconds(30),
            schedule_to_close_timeout: seconds(300),
            ..Default::default()
        },
    )
}

fn timer(id: usize) -> Command {
    command(
        CommandType::StartTimer,
        StartTimerCommandAttributes {
            timer_id: id.to_string(),
            start_to_fire_timeout: seconds(3600),
        },
    )
}

fn finish() -> Command {
    command(
        CommandType::CompleteWorkflowExecution,
        CompleteWorkflowExecutionCommandAttributes { result: payloads() },
    )
}

fn size(write: Option<&RunWrite>) -> usize {
    write.map_or(0, |write| {
        write.state.len()
            + write.history.as_ref().map_or(0, |batch| batch.events.len())
            + write
                .parts_put
                .iter()
                .map(|part| part.body.len())
                .sum::<usize>()
    })
}

impl Bench {
    /// Runs a step and the seal after it; the time of both is noted, the seal's also by itself.
    fn step<R>(
        &mut self,
        name: &'static str,
        run: &mut Run,
        step: impl FnOnce(&mut Run, &mut Cx<'_>) -> R,
    ) -> (R, Option<RunWrite>) {
        self.now += 1_000_000;
        let mut cx = Cx::new(Timestamp(self.now), &mut self.ids, &self.limits);
        let begin = Instant::now();
        let result = step(run, &mut cx);
        let stepped = Instant::now();
        let write = run.seal(&mut cx);
        let end = Instant::now();
        self.times.note(name, end - begin, size(write.as_ref()));
        self.times.note("  of that, the seal", end - stepped, 0);
        (result, write)
    }

    fn start(&mut self) -> (Run, Option<RunWrite>) {
        let namespace = NamespaceInfo {
            id: NamespaceId(Uuid::from_u128(1)),
            name: Arc::from("default"),
        };
        let request = StartWorkflowExecutionRequest {
            workflow_id: "order-4711-0815".into(),
            workflow_type: Some("OrderWorkflow".to_owned().into()),
            task_queue: queue("orders"),
            input: payloads(),
            identity: "client@host".into(),
            request_id: Uuid::from_u128(7).to_string(),
            ..Default::default()
        };
        self.now += 1_000_000;
        let mut cx = Cx::new(Timestamp(self.now), &mut self.ids, &self.limits);
        let begin = Instant::now();
        start::start_workflow(None, &mut cx, &namespace, &request).expect("the id is free");
        let mut run = cx.created.pop().expect("it is new");
        let write = run.seal(&mut cx);
        self.times
            .note("start", begin.elapsed(), size(write.as_ref()));
        (run, write)
    }

    fn poll(&mut self, run: &mut Run, sticky: bool) -> WorkflowTaskToken {
        let (_, stamp) = run.pending_task_name().expect("a task is pending");
        let poller = Poller {
            identity: "worker@host".into(),
            request_id: Uuid::from_u128(9).to_string(),
            sticky,
            version: None,
        };
        let (started, _) = self.step("start workflow task", run, |run, cx| {
            run.start_workflow_task(cx, 0, stamp, &poller, HashMap::new())
                .expect("it is pending")
        });
        WorkflowTaskToken::decode_token(&started.response.task_token).expect("our own token")
    }

    fn complete(
        &mut self,
        name: &'static str,
        run: &mut Run,
        sticky: bool,
        commands: Vec<Command>,
    ) {
        let token = self.poll(run, sticky);
        let request = RespondWorkflowTaskCompletedRequest {
            commands,
            identity: "worker@host".into(),
            sticky_attributes: Some(StickyExecutionAttributes {
                worker_task_queue: queue("worker@host:sticky"),
                schedule_to_start_timeout: seconds(10),
            }),
            ..Default::default()
        };
        let (result, _) = self.step(name, run, |run, cx| {
            run.complete_workflow_task(cx, &request, &token)
        });
        result.expect("the answer makes sense");
    }

    fn work(&mut self, run: &mut Run, scheduled_event_id: i64, stamp: i32) {
        let poller = Poller {
            identity: "worker@host".into(),
            request_id: Uuid::from_u128(11).to_string(),
            ..Default::default()
        };
        let (started, _) = self.step("start activity task", run, |run, cx| {
            run.start_activity_task(cx, scheduled_event_id, stamp, &poller)
                .expect("it waits")
        });
        let token = ActivityTaskToken::decode_token(&started.task_token).expect("our own token");
        let result = payloads();
        let (done, _) = self.step("complete activity", run, |run, cx| {
            run.complete_activity(cx, ActivityRef::Token(&token), result, "worker@host")
        });
        done.expect("it runs");
    }

    /// A workflow with one activity, from start to end.
    fn one_activity(&mut self) {
        let begin = Instant::now();
        let (mut run, _) = self.start();
        let name = "complete workflow task with an activity";
        self.complete(name, &mut run, false, vec![activity(0)]);
        self.work(&mut run, 5, 2);
        self.complete(
            "complete workflow task and run",
            &mut run,
            true,
            vec![finish()],
        );
        self.times.note(
            "a workflow with one activity, all in all",
            begin.elapsed(),
            0,
        );
    }

    /// A run with very much pending.
    fn crowded(&mut self) {
        let (mut run, write) = self.start();
        let mut store: HashMap<_, _> = HashMap::new();
        let mut state = write.expect("it is new").state;
        let commands = (0..PENDING)
            .map(activity)
            .chain((0..PENDING).map(timer))
            .collect();
        let token = self.poll(&mut run, false);
        let request = RespondWorkflowTaskCompletedRequest {
            commands,
            ..Default::default()
        };
        let (_, write) = self.step("complete with 2,000 commands", &mut run, |run, cx| {
            run.complete_workflow_task(cx, &request, &token)
                .expect("it is allowed")
        });
        let write = write.expect("it changed");
        state.clone_from(&write.state);
        store.extend(
            write
                .parts_put
                .into_iter()
                .map(|part| (part.key, part.body)),
        );
        for round in 0..200 {
            let signal = SignalWorkflowExecutionRequest {
                signal_name: "poke".into(),
                request_id: format!("signal {round}"),
                ..Default::default()
            };
            let name = "signal among 2,000 pending";
            self.step(name, &mut run, |run, cx| run.signal(cx, &signal))
                .0
                .expect("it is open");
            let begin = Instant::now();
            let _ = std::hint::black_box(run.wake_at());
            self.times
                .note("wake_at among 2,000 pending", begin.elapsed(), 0);
        }
        let stored = StoredState {
            key: run.key().clone(),
            state,
            parts: store
                .into_iter()
                .map(|(key, body)| Part { key, body })
                .collect(),
        };
        for _ in 0..5 {
            let stored = stored.clone();
            let begin = Instant::now();
            let loaded = Run::load(stored);
            self.times.note("load of 2,000 pending", begin.elapsed(), 0);
            drop(loaded);
        }
    }
}

fn main() {
    let mut bench = Bench {
        ids: Counting::default(),
        limits: Limits::default(),
        now: 1,
        times: Times::default(),
    };
    for _ in 0..ROUNDS / 10 {
        bench.one_activity();
    }
    bench.times = Times::default();
    for _ in 0..ROUNDS {
        bench.one_activity();
    }
    for _ in 0..20 {
        bench.crowded();
    }
    bench.times.print();
}
