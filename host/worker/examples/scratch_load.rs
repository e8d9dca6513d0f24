//! scratch
#![allow(missing_docs, clippy::all)]
use std::time::Instant;
use temporalio_client::grpc::WorkflowService;
use temporalio_client::*;
use temporalio_protos::temporal::api::{
    common::v1::{Payload, Payloads, WorkflowExecution, WorkflowType},
    enums::v1::{EventType, HistoryEventFilterType},
    taskqueue::v1::TaskQueue,
    workflowservice::v1::*,
};
use tonic::IntoRequest;
#[tokio::main]
async fn main() {
    let a: Vec<String> = std::env::args().skip(1).collect();
    if a[0] == "encode" {
        std::fs::write(
            &a[2],
            sundial_sandbox::encode_component(&std::fs::read(&a[1]).unwrap()).unwrap(),
        )
        .unwrap();
        return;
    }
    // addr queue type input count concurrency
    let c = Connection::connect(
        ConnectionOptions::new(a[0].parse::<Url>().unwrap())
            .identity("load".to_string())
            .grpc_compression(GrpcCompression::None)
            .build(),
    )
    .await
    .unwrap();
    let (count, conc): (usize, usize) = (a[4].parse().unwrap(), a[5].parse().unwrap());
    let sem = std::sync::Arc::new(tokio::sync::Semaphore::new(conc));
    let t0 = Instant::now();
    let mut js = tokio::task::JoinSet::new();
    let nonce = std::process::id();
    for i in 0..count {
        let p = sem.clone().acquire_owned().await.unwrap();
        let mut c = c.clone();
        let a = a.clone();
        js.spawn(async move {
            let _p = p;
            let t = Instant::now();
            let id = format!("w-{nonce}-{i}");
            let mut md = std::collections::HashMap::new();
            md.insert("encoding".to_string(), b"json/plain".to_vec());
            let input = Payloads {
                payloads: vec![Payload {
                    metadata: md,
                    data: a[3].clone().into_bytes(),
                    ..Default::default()
                }],
            };
            let r = c
                .start_workflow_execution(
                    StartWorkflowExecutionRequest {
                        namespace: "default".into(),
                        workflow_id: id.clone(),
                        workflow_type: Some(WorkflowType { name: a[2].clone() }),
                        task_queue: Some(TaskQueue {
                            name: a[1].clone(),
                            ..Default::default()
                        }),
                        input: Some(input),
                        request_id: id.clone(),
                        ..Default::default()
                    }
                    .into_request(),
                )
                .await
                .unwrap()
                .into_inner();
            let mut tok = vec![];
            loop {
                let h = c
                    .get_workflow_execution_history(
                        GetWorkflowExecutionHistoryRequest {
                            namespace: "default".into(),
                            execution: Some(WorkflowExecution {
                                workflow_id: id.clone(),
                                run_id: r.run_id.clone(),
                            }),
                            wait_new_event: true,
                            history_event_filter_type: HistoryEventFilterType::CloseEvent as i32,
                            next_page_token: tok.clone(),
                            ..Default::default()
                        }
                        .into_request(),
                    )
                    .await
                    .unwrap()
                    .into_inner();
                if let Some(e) = h.history.and_then(|h| h.events.into_iter().next()) {
                    if e.event_type != EventType::WorkflowExecutionCompleted as i32 {
                        eprintln!("{e:?}");
                    }
                    break;
                }
                tok = h.next_page_token;
            }
            t.elapsed()
        });
    }
    let mut l: Vec<_> = js.join_all().await;
    l.sort();
    eprintln!(
        "{count} in {:?}: {:.0}/s p50 {:?} p99 {:?}",
        t0.elapsed(),
        count as f64 / t0.elapsed().as_secs_f64(),
        l[l.len() / 2],
        l[l.len() * 99 / 100]
    );
}
