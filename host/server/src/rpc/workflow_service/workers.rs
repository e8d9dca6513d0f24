//! Workers: their heartbeats, the list of them, and their goodbye.

use temporalio_protos::temporal::api::{
    worker::v1::{WorkerHeartbeat, WorkerInfo, WorkerListInfo},
    workflowservice::v1::{
        CountWorkersRequest, CountWorkersResponse, DescribeWorkerRequest, DescribeWorkerResponse,
        ListWorkersRequest, ListWorkersResponse, RecordWorkerHeartbeatRequest,
        RecordWorkerHeartbeatResponse, ShutdownWorkerRequest, ShutdownWorkerResponse,
    },
};

use crate::rpc::{
    backend::Backend,
    call::Call,
    status::{RpcError, invalid, not_found},
    workers::WorkerFilter,
};

/// Temporal: 1,000.
const LARGEST_PAGE: usize = 1000;

impl Backend {
    pub(super) async fn record_worker_heartbeat(
        &self,
        request: RecordWorkerHeartbeatRequest,
        _call: Call,
    ) -> Result<RecordWorkerHeartbeatResponse, RpcError> {
        let namespace = self.namespace(&request.namespace).await?;
        self.workers.record(
            namespace.id,
            request.worker_heartbeat,
            self.engine.clock().now(),
        );
        Ok(RecordWorkerHeartbeatResponse {})
    }

    pub(super) async fn list_workers(
        &self,
        request: ListWorkersRequest,
        _call: Call,
    ) -> Result<ListWorkersResponse, RpcError> {
        let namespace = self.namespace(&request.namespace).await?;
        let filter = WorkerFilter::read(&request.query)?;
        let page_size = match usize::try_from(request.page_size) {
            Ok(0) | Err(_) => LARGEST_PAGE,
            Ok(size) => size.min(LARGEST_PAGE),
        };
        let after = std::str::from_utf8(&request.next_page_token)
            .map_err(|_| invalid("Invalid NextPageToken."))?;
        let mut found = self
            .workers
            .list(namespace.id, &filter, self.engine.clock().now());
        found.retain(|worker| worker.worker_instance_key.as_str() > after);
        let more = found.len() > page_size;
        found.truncate(page_size);
        let next_page_token = match found.last() {
            Some(last) if more => last.worker_instance_key.clone().into_bytes(),
            _ => Vec::new(),
        };
        let workers = found.iter().map(line).collect();
        #[allow(deprecated, reason = "older clients read it")]
        let workers_info = found
            .into_iter()
            .map(|heartbeat| WorkerInfo {
                worker_heartbeat: Some(heartbeat),
            })
            .collect();
        #[allow(deprecated, reason = "older clients read it")]
        Ok(ListWorkersResponse {
            workers_info,
            workers,
            next_page_token,
        })
    }

    pub(super) async fn count_workers(
        &self,
        request: CountWorkersRequest,
        _call: Call,
    ) -> Result<CountWorkersResponse, RpcError> {
        let namespace = self.namespace(&request.namespace).await?;
        let filter = WorkerFilter::read(&request.query)?;
        let found = self
            .workers
            .list(namespace.id, &filter, self.engine.clock().now());
        Ok(CountWorkersResponse {
            count: i64::try_from(found.len()).unwrap_or(i64::MAX),
        })
    }

    pub(super) async fn describe_worker(
        &self,
        request: DescribeWorkerRequest,
        _call: Call,
    ) -> Result<DescribeWorkerResponse, RpcError> {
        let namespace = self.namespace(&request.namespace).await?;
        let found = self
            .workers
            .find(namespace.id, &request.worker_instance_key);
        let heartbeat = found.ok_or_else(|| {
            not_found(format!(
                "worker {:?} not found",
                request.worker_instance_key
            ))
        })?;
        let worker_info = Some(WorkerInfo {
            worker_heartbeat: Some(heartbeat),
        });
        Ok(DescribeWorkerResponse { worker_info })
    }

    pub(super) async fn shutdown_worker(
        &self,
        request: ShutdownWorkerRequest,
        _call: Call,
    ) -> Result<ShutdownWorkerResponse, RpcError> {
        let namespace = self.namespace(&request.namespace).await?;
        let now = self.engine.clock().now();
        if let Some(heartbeat) = request.worker_heartbeat {
            self.workers.record(namespace.id, vec![heartbeat], now);
        }
        self.workers
            .shut_down(namespace.id, &request.worker_instance_key, now);
        self.engine
            .nexus()
            .tasks
            .shutdown_worker(namespace.id, &request.worker_instance_key);
        self.matching().shutdown_worker(
            namespace.id,
            &request.sticky_task_queue,
            &request.worker_instance_key,
        );
        Ok(ShutdownWorkerResponse {})
    }
}

fn line(heartbeat: &WorkerHeartbeat) -> WorkerListInfo {
    let host = heartbeat.host_info.clone().unwrap_or_default();
    WorkerListInfo {
        worker_instance_key: heartbeat.worker_instance_key.clone(),
        worker_identity: heartbeat.worker_identity.clone(),
        task_queue: heartbeat.task_queue.clone(),
        deployment_version: heartbeat.deployment_version.clone(),
        sdk_name: heartbeat.sdk_name.clone(),
        sdk_version: heartbeat.sdk_version.clone(),
        status: heartbeat.status,
        start_time: heartbeat.start_time,
        host_name: host.host_name,
        worker_grouping_key: host.worker_grouping_key,
        process_id: host.process_id,
        plugins: heartbeat.plugins.clone(),
        drivers: heartbeat.drivers.clone(),
    }
}
