//! The client's side of a workflow, in raw calls: start it, signal it, wait for its end.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use temporalio_protos::temporal::api::{
    common::v1::{WorkflowExecution, WorkflowType},
    enums::v1::{EventType, HistoryEventFilterType},
    taskqueue::v1::TaskQueue,
    workflowservice::v1::{
        CountWorkflowExecutionsRequest, DescribeNamespaceRequest,
        GetWorkflowExecutionHistoryRequest, ListWorkflowExecutionsRequest,
        SignalWorkflowExecutionRequest, StartWorkflowExecutionRequest,
        workflow_service_client::WorkflowServiceClient,
    },
};
use tonic::transport::{Channel, Endpoint};

use crate::plan::Plan;

pub(crate) const NAMESPACE: &str = "default";

/// One connection to a server. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) service: WorkflowServiceClient<Channel>,
}

/// A run that was started.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(crate) workflow_id: String,
    pub(crate) run_id: String,
}

impl Client {
    /// Connects, and makes sure that the server is ready for workflows.
    pub(crate) async fn connect(address: &str) -> Result<Self> {
        let channel = Endpoint::from_shared(format!("http://{address}"))?
            .tcp_nodelay(true)
            .connect()
            .await?;
        // A reply that holds a long history is large.
        let mut service = WorkflowServiceClient::new(channel).max_decoding_message_size(64 << 20);
        service
            .describe_namespace(DescribeNamespaceRequest {
                namespace: NAMESPACE.into(),
                ..Default::default()
            })
            .await?;
        Ok(Self { service })
    }

    pub(crate) async fn start(&self, plan: Plan, task_queue: &str) -> Result<Run> {
        self.start_type(plan.workflow_type(), task_queue, None)
            .await
    }

    /// Starts a workflow type of somebody else's, with one string as its argument.
    pub(crate) async fn start_type(
        &self,
        workflow_type: String,
        task_queue: &str,
        argument: Option<&str>,
    ) -> Result<Run> {
        let workflow_id = uuid::Uuid::new_v4().to_string();
        let request = StartWorkflowExecutionRequest {
            namespace: NAMESPACE.into(),
            workflow_id: workflow_id.clone(),
            workflow_type: Some(WorkflowType {
                name: workflow_type,
            }),
            task_queue: Some(TaskQueue {
                name: task_queue.into(),
                ..Default::default()
            }),
            request_id: uuid::Uuid::new_v4().to_string(),
            identity: "bench".into(),
            input: argument.map(json_string),
            ..Default::default()
        };
        let started = self
            .service
            .clone()
            .start_workflow_execution(request)
            .await?
            .into_inner();
        Ok(Run {
            workflow_id,
            run_id: started.run_id,
        })
    }

    pub(crate) async fn signal(&self, run: &Run) -> Result<()> {
        let request = SignalWorkflowExecutionRequest {
            namespace: NAMESPACE.into(),
            workflow_execution: Some(run.execution()),
            signal_name: "signal".into(),
            request_id: uuid::Uuid::new_v4().to_string(),
            ..Default::default()
        };
        self.service
            .clone()
            .signal_workflow_execution(request)
            .await?;
        Ok(())
    }

    /// Waits until the run has completed, as an SDK does: by a long poll for the event that closes it.
    pub(crate) async fn completed(&self, run: &Run) -> Result<()> {
        let mut token = Vec::new();
        loop {
            let request = GetWorkflowExecutionHistoryRequest {
                namespace: NAMESPACE.into(),
                execution: Some(run.execution()),
                wait_new_event: true,
                history_event_filter_type: HistoryEventFilterType::CloseEvent.into(),
                skip_archival: true,
                next_page_token: std::mem::take(&mut token),
                ..Default::default()
            };
            let page = self
                .service
                .clone()
                .get_workflow_execution_history(long_poll(request))
                .await?
                .into_inner();
            if let Some(event) = page
                .history
                .and_then(|history| history.events.into_iter().next_back())
            {
                match event.event_type() {
                    EventType::WorkflowExecutionCompleted => return Ok(()),
                    other => bail!("{} ended with {}", run.workflow_id, other.as_str_name()),
                }
            }
            token = page.next_page_token;
            if token.is_empty() {
                bail!("{} has neither an end nor more to come", run.workflow_id);
            }
        }
    }

    /// The first page of runs that match a list filter.
    pub(crate) async fn list(&self, filter: &str) -> Result<()> {
        let request = ListWorkflowExecutionsRequest {
            namespace: NAMESPACE.into(),
            page_size: 100,
            query: filter.into(),
            ..Default::default()
        };
        let mut service = self.service.clone();
        service.list_workflow_executions(request).await?;
        Ok(())
    }

    /// Counts the runs that match a list filter.
    pub(crate) async fn count(&self, filter: &str) -> Result<()> {
        let request = CountWorkflowExecutionsRequest {
            namespace: NAMESPACE.into(),
            query: filter.into(),
        };
        let mut service = self.service.clone();
        service.count_workflow_executions(request).await?;
        Ok(())
    }

    pub(crate) async fn execute(&self, plan: Plan, task_queue: &str) -> Result<()> {
        let run = self
            .start(plan, task_queue)
            .await
            .context("a start failed")?;
        self.completed(&run).await
    }
}

impl Run {
    fn execution(&self) -> WorkflowExecution {
        WorkflowExecution {
            workflow_id: self.workflow_id.clone(),
            run_id: self.run_id.clone(),
        }
    }
}

/// Temporal refuses a long poll whose caller does not say how long it waits. SDKs wait for 70 s.
pub(crate) fn long_poll<T>(message: T) -> tonic::Request<T> {
    let mut request = tonic::Request::new(message);
    request.set_timeout(Duration::from_secs(70));
    request
}

/// A string as SDKs encode it.
pub(crate) fn json_string(text: &str) -> temporalio_protos::temporal::api::common::v1::Payloads {
    use temporalio_protos::temporal::api::common::v1::{Payload, Payloads};
    let payload = Payload {
        metadata: [("encoding".to_owned(), b"json/plain".to_vec())].into(),
        data: serde_json::Value::from(text).to_string().into_bytes(),
        ..Default::default()
    };
    Payloads {
        payloads: vec![payload],
    }
}
