//! scratch
#![allow(
    clippy::all,
    clippy::pedantic,
    missing_docs,
    clippy::print_stdout,
    clippy::unwrap_used
)]
use std::{sync::Arc, time::Instant};
use sundial_server::*;
use temporalio_protos::temporal::api::{
    command::v1::{command::Attributes, *},
    common::v1::*,
    enums::v1::*,
    taskqueue::v1::*,
    workflowservice::v1::{workflow_service_client::WorkflowServiceClient, *},
};
use tonic::{Request, transport::Channel};

fn rss() -> String {
    let s = std::fs::read_to_string("/proc/self/status").unwrap();
    s.lines()
        .filter(|l| l.starts_with("VmRSS") || l.starts_with("RssAnon"))
        .collect::<Vec<_>>()
        .join(" ")
}
fn cpu(pid: &str) -> f64 {
    let s = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let f: Vec<&str> = s.rsplit(')').next().unwrap().split_whitespace().collect();
    (f[11].parse::<f64>().unwrap() + f[12].parse::<f64>().unwrap()) / 100.0
}
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let rt = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    if args[1] == "serve" {
        let begin = Instant::now();
        rt.block_on(async {
            let db = if args[2] == "mem" {
                Database::SqliteMemory
            } else {
                Database::SqliteFile(args[2].clone().into())
            };
            let s = Server::start(
                ServerOptions {
                    address: ([127, 0, 0, 1], args[3].parse().unwrap()).into(),
                    database: db,
                    ..Default::default()
                },
                Arc::new(|_: &[u8]| Ok(vec![])),
            )
            .await
            .unwrap();
            println!(
                "started {} in {:?} {}",
                s.local_address(),
                begin.elapsed(),
                rss()
            );
            tokio::time::sleep(std::time::Duration::from_secs(2)).await;
            println!("idle {}", rss());
            tokio::signal::ctrl_c().await.unwrap();
            println!("end {}", rss());
            let t = Instant::now();
            s.shutdown().await;
            println!("shutdown {:?}", t.elapsed());
        });
    } else {
        let n: usize = args[3].parse().unwrap();
        let conc: usize = args[4].parse().unwrap();
        let pid = args[5].clone();
        rt.block_on(async {
            let ch = Channel::from_shared(format!("http://127.0.0.1:{}", args[2])).unwrap().connect().await.unwrap();
            let c = WorkflowServiceClient::new(ch);
            let tq = || Some(TaskQueue { name: "q".into(), kind: 1, ..Default::default() });
            for _ in 0..conc {
                let mut c2 = c.clone();
                tokio::spawn(async move { loop {
                    let mut r = Request::new(PollWorkflowTaskQueueRequest { namespace: "default".into(), task_queue: tq(), identity: "w".into(), ..Default::default() });
                    r.set_timeout(std::time::Duration::from_secs(30));
                    let Ok(t) = c2.poll_workflow_task_queue(r).await else { return };
                    let t = t.into_inner();
                    if t.task_token.is_empty() { continue }
                    let last = t.previous_started_event_id > 0;
                    let cmd = if last { Command { command_type: CommandType::CompleteWorkflowExecution as i32, attributes: Some(Attributes::CompleteWorkflowExecutionCommandAttributes(Default::default())), ..Default::default() } } else {
                        Command { command_type: CommandType::ScheduleActivityTask as i32, attributes: Some(Attributes::ScheduleActivityTaskCommandAttributes(ScheduleActivityTaskCommandAttributes { activity_id: "a".into(), activity_type: Some(ActivityType{name:"t".into()}), task_queue: tq(), start_to_close_timeout: Some(prost_wkt_types::Duration{seconds:10,nanos:0}), ..Default::default() })), ..Default::default() } };
                    let _ = c2.respond_workflow_task_completed(RespondWorkflowTaskCompletedRequest { namespace: "default".into(), task_token: t.task_token, commands: vec![cmd], identity: "w".into(), ..Default::default() }).await;
                }});
                let mut c3 = c.clone();
                tokio::spawn(async move { loop {
                    let mut r = Request::new(PollActivityTaskQueueRequest { namespace: "default".into(), task_queue: tq(), identity: "w".into(), ..Default::default() });
                    r.set_timeout(std::time::Duration::from_secs(30));
                    let Ok(t) = c3.poll_activity_task_queue(r).await else { return };
                    let t = t.into_inner();
                    if t.task_token.is_empty() { continue }
                    let _ = c3.respond_activity_task_completed(RespondActivityTaskCompletedRequest { namespace: "default".into(), task_token: t.task_token, identity: "w".into(), ..Default::default() }).await;
                }});
            }
            let cpu0 = cpu(&pid); let cl0 = cpu("self");
            let begin = Instant::now();
            let lat = Arc::new(std::sync::Mutex::new(vec![]));
            let next = Arc::new(std::sync::atomic::AtomicUsize::new(0));
            let mut hs = vec![];
            for _ in 0..conc {
                let (mut c4, lat, next) = (c.clone(), lat.clone(), next.clone());
                hs.push(tokio::spawn(async move { loop {
                    let i = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    if i >= n { return }
                    let t0 = Instant::now();
                    let id = format!("w{i}-{:?}", t0);
                    let r = c4.start_workflow_execution(StartWorkflowExecutionRequest { namespace: "default".into(), workflow_id: id.clone(), workflow_type: Some(WorkflowType{name:"t".into()}), task_queue: tq(), request_id: id.clone(), ..Default::default() }).await.unwrap().into_inner();
                    let mut token = vec![];
                    loop {
                        let mut q = Request::new(GetWorkflowExecutionHistoryRequest { namespace: "default".into(), execution: Some(WorkflowExecution{workflow_id: id.clone(), run_id: r.run_id.clone()}), wait_new_event: true, history_event_filter_type: 2, next_page_token: token, ..Default::default() });
                        q.set_timeout(std::time::Duration::from_secs(30));
                        let p = c4.get_workflow_execution_history(q).await.unwrap().into_inner();
                        if !p.history.unwrap_or_default().events.is_empty() { break }
                        token = p.next_page_token;
                    }
                    lat.lock().unwrap().push(t0.elapsed());
                }}));
            }
            for h in hs { h.await.unwrap(); }
            let el = begin.elapsed();
            let mut l = lat.lock().unwrap().clone(); l.sort();
            println!("n {n} conc {conc}: {:.0}/s p50 {:?} p99 {:?} server cpu {:.3} ms/wf client cpu {:.3} ms/wf", n as f64 / el.as_secs_f64(), l[l.len()/2], l[l.len()*99/100], (cpu(&pid)-cpu0)*1000.0/n as f64, (cpu("self")-cl0)*1000.0/n as f64);
        });
    }
}
