//! Task queues: who polls them, what waits in them.

use std::{collections::BTreeSet, time::Duration};

use sundial_core::{NamespaceId, TaskKind};
use temporalio_protos::temporal::api::{
    common::v1::WorkerVersionCapabilities,
    deployment::v1::WorkerDeploymentOptions,
    enums::v1::{DescribeTaskQueueMode, TaskQueueKind, TaskQueueType, WorkerVersioningMode},
    taskqueue::v1::{
        PollerInfo, TaskQueuePartitionMetadata, TaskQueueStats, TaskQueueStatus, TaskQueueTypeInfo,
        TaskQueueVersionInfo, TaskQueueVersioningInfo,
    },
    workflowservice::v1::{
        DescribeTaskQueueRequest, DescribeTaskQueueResponse, ListTaskQueuePartitionsRequest,
        ListTaskQueuePartitionsResponse, describe_task_queue_response::EffectiveRateLimit,
    },
};

use crate::{
    deployments::version_text,
    matching::{EffectiveLimit, QueueDescription, QueueName, QueueStatistics, SeenPoller},
    rpc::{
        backend::Backend,
        call::Call,
        status::{RpcError, invalid},
        validation::task_queue,
    },
};

/// What is shown of a worker that sets no limit. Temporal's own limit of every task queue.
const NO_LIMIT: f64 = 100_000.0;

#[allow(deprecated, reason = "older clients send and read the old fields")]
impl Backend {
    pub(super) async fn describe_task_queue(
        &self,
        mut request: DescribeTaskQueueRequest,
        _call: Call,
    ) -> Result<DescribeTaskQueueResponse, RpcError> {
        let namespace = self.namespace(&request.namespace).await?;
        task_queue::normalize(request.task_queue.as_mut(), &self.limits)?;
        let queue = request.task_queue.take().unwrap_or_default();
        let enhanced = request.api_mode() == DescribeTaskQueueMode::Enhanced;
        if enhanced && queue.kind == TaskQueueKind::Sticky as i32 {
            return Err(invalid(
                "Enhanced DescribeTaskQueue is not valid for a sticky queue, use api_mode=UNSPECIFIED or a normal queue.",
            ));
        }
        let describe = async |kind: TaskKind| {
            let name = QueueName {
                namespace_id: namespace.id,
                kind,
                name: queue.name.as_str().into(),
            };
            self.matching().describe(name).await
        };
        if enhanced {
            let kinds = match request.task_queue_types.as_slice() {
                [] => vec![
                    TaskQueueType::Workflow as i32,
                    TaskQueueType::Activity as i32,
                ],
                kinds => kinds.to_vec(),
            };
            let mut types_info = std::collections::HashMap::new();
            for kind in kinds {
                let described = describe(kind_of(kind)).await;
                types_info.insert(
                    kind,
                    TaskQueueTypeInfo {
                        pollers: described.pollers.iter().map(poller_proto).collect(),
                        stats: Some(statistics_proto(&described.statistics)),
                    },
                );
            }
            let info = TaskQueueVersionInfo {
                types_info,
                ..Default::default()
            };
            return Ok(DescribeTaskQueueResponse {
                versions_info: [(String::new(), info)].into(),
                ..Default::default()
            });
        }
        let described = describe(kind_of(request.task_queue_type)).await;
        let versioning = self.versioning_of(namespace.id, &described).await?;
        let response = plain(&request, &described);
        Ok(DescribeTaskQueueResponse {
            versioning_info: Some(versioning),
            config: described.config.filter(|_| request.report_config),
            ..response
        })
    }

    /// Which versions get the work of a queue: of its deployments, the one whose routing changed last decides.
    async fn versioning_of(
        &self,
        namespace_id: NamespaceId,
        described: &QueueDescription,
    ) -> Result<TaskQueueVersioningInfo, RpcError> {
        let names: BTreeSet<&str> = described
            .seen_versions
            .iter()
            .map(|version| version.deployment_name.as_str())
            .collect();
        let mut info = TaskQueueVersioningInfo {
            current_version: version_text(None),
            ..Default::default()
        };
        let at = |time: Option<prost_wkt_types::Timestamp>| {
            time.map_or((0, 0), |time| (time.seconds, time.nanos))
        };
        for name in names {
            let Some(routing) = self.deployments.routing(namespace_id, name).await? else {
                continue;
            };
            let changed = [
                routing.current_version_changed_time,
                routing.ramping_version_percentage_changed_time,
            ]
            .into_iter()
            .max_by_key(|time| at(*time))
            .flatten();
            if changed.is_none() || at(changed) < at(info.update_time) {
                continue;
            }
            info = TaskQueueVersioningInfo {
                current_deployment_version: routing.current_deployment_version,
                current_version: routing.current_version,
                ramping_deployment_version: routing.ramping_deployment_version,
                ramping_version: routing.ramping_version,
                ramping_version_percentage: routing.ramping_version_percentage,
                update_time: changed,
            };
        }
        Ok(info)
    }

    pub(super) async fn list_task_queue_partitions(
        &self,
        mut request: ListTaskQueuePartitionsRequest,
        _call: Call,
    ) -> Result<ListTaskQueuePartitionsResponse, RpcError> {
        self.namespace(&request.namespace).await?;
        task_queue::normalize(request.task_queue.as_mut(), &self.limits)?;
        // A queue is not split: it is its only partition.
        let partition = TaskQueuePartitionMetadata {
            key: request
                .task_queue
                .map(|queue| queue.name)
                .unwrap_or_default(),
            ..Default::default()
        };
        Ok(ListTaskQueuePartitionsResponse {
            activity_task_queue_partitions: vec![partition.clone()],
            workflow_task_queue_partitions: vec![partition],
        })
    }
}

fn kind_of(of: i32) -> TaskKind {
    if of == TaskQueueType::Activity as i32 {
        TaskKind::Activity
    } else {
        TaskKind::Workflow
    }
}

#[allow(deprecated, reason = "older clients read it")]
fn plain(
    request: &DescribeTaskQueueRequest,
    described: &QueueDescription,
) -> DescribeTaskQueueResponse {
    let backlog = described.statistics.backlog_count;
    DescribeTaskQueueResponse {
        pollers: described.pollers.iter().map(poller_proto).collect(),
        stats: request
            .report_stats
            .then(|| statistics_proto(&described.statistics)),
        effective_rate_limit: described.limit.map(limit_proto),
        task_queue_status: request.include_task_queue_status.then(|| TaskQueueStatus {
            backlog_count_hint: backlog,
            ..Default::default()
        }),
        ..Default::default()
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "it is shown, not counted with"
)]
fn limit_proto(limit: EffectiveLimit) -> EffectiveRateLimit {
    EffectiveRateLimit {
        requests_per_second: limit.per_second as f32,
        rate_limit_source: limit.source as i32,
    }
}

#[allow(deprecated, reason = "older clients read it")]
fn poller_proto(poller: &SeenPoller) -> PollerInfo {
    PollerInfo {
        last_access_time: Some(poller.last_access.to_proto()),
        identity: poller.identity.clone(),
        rate_per_second: poller.tasks_per_second.unwrap_or(NO_LIMIT),
        worker_version_capabilities: poller.version.as_ref().map(|version| {
            WorkerVersionCapabilities {
                build_id: version.build_id.clone(),
                use_versioning: true,
                deployment_series_name: version.deployment_name.clone(),
            }
        }),
        deployment_options: poller
            .version
            .as_ref()
            .map(|version| WorkerDeploymentOptions {
                deployment_name: version.deployment_name.clone(),
                build_id: version.build_id.clone(),
                worker_versioning_mode: WorkerVersioningMode::Versioned as i32,
            }),
    }
}

/// The protobuf form of a queue's numbers.
pub(super) fn statistics_proto(statistics: &QueueStatistics) -> TaskQueueStats {
    #[allow(
        clippy::cast_possible_truncation,
        reason = "rates are shown, not counted with"
    )]
    TaskQueueStats {
        approximate_backlog_count: statistics.backlog_count,
        approximate_backlog_age: Some(duration_proto(statistics.backlog_age)),
        tasks_add_rate: statistics.tasks_added_per_second as f32,
        tasks_dispatch_rate: statistics.tasks_dispatched_per_second as f32,
        ..Default::default()
    }
}

fn duration_proto(duration: Duration) -> prost_wkt_types::Duration {
    prost_wkt_types::Duration {
        seconds: i64::try_from(duration.as_secs()).unwrap_or(i64::MAX),
        nanos: i32::try_from(duration.subsec_nanos()).unwrap_or(0),
    }
}
