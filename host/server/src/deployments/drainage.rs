//! Whether a version is still needed: a run that is open on it, a worker that polls with it.

use sundial_core::{DeploymentVersion, NamespaceId, TaskKind};
use sundial_store::{DeploymentVersionRecord, StoreError};
use temporalio_protos::temporal::api::{
    deployment::v1::{VersionDrainageInfo, WorkerDeploymentVersionInfo},
    enums::v1::{TaskQueueType, VersionDrainageStatus, WorkerDeploymentVersionStatus},
};

use super::Deployments;
use crate::matching::{QueueDescription, QueueName};

impl Deployments {
    /// The version as it is now: one that drains is drained once no run is open on it.
    pub(crate) async fn observed(
        &self,
        namespace_id: NamespaceId,
        record: &DeploymentVersionRecord,
    ) -> Result<WorkerDeploymentVersionInfo, StoreError> {
        let mut info = record.info.clone();
        if info.status() == WorkerDeploymentVersionStatus::Draining {
            let now = self.inner.clock.now().to_proto();
            let drainage = info
                .drainage_info
                .get_or_insert_with(VersionDrainageInfo::default);
            drainage.last_checked_time = Some(now);
            if self.open_runs(namespace_id, &record.version).await? == 0 {
                drainage.status = VersionDrainageStatus::Drained as i32;
                info.status = WorkerDeploymentVersionStatus::Drained as i32;
            }
        }
        Ok(info)
    }

    async fn open_runs(
        &self,
        namespace_id: NamespaceId,
        version: &DeploymentVersion,
    ) -> Result<i64, StoreError> {
        let filter = format!(
            "ExecutionStatus = 'Running' AND TemporalWorkerDeploymentVersion = '{}:{}'",
            quoted(&version.deployment_name),
            quoted(&version.build_id)
        );
        Ok(self
            .inner
            .store
            .count_runs(namespace_id, &filter)
            .await?
            .total)
    }

    /// True if a worker of this version was seen on one of its queues lately.
    pub(super) async fn has_pollers(
        &self,
        namespace_id: NamespaceId,
        record: &DeploymentVersionRecord,
    ) -> bool {
        for queue in &record.info.task_queue_infos {
            let described = self
                .describe_queue(namespace_id, &queue.name, queue.r#type())
                .await;
            if described
                .pollers
                .iter()
                .any(|p| p.version.as_ref() == Some(&record.version))
            {
                return true;
            }
        }
        false
    }

    /// True if work waits in a queue or came to it lately.
    pub(super) async fn is_active(
        &self,
        namespace_id: NamespaceId,
        queue: &str,
        kind: TaskQueueType,
    ) -> bool {
        let statistics = self
            .describe_queue(namespace_id, queue, kind)
            .await
            .statistics;
        statistics.backlog_count > 0 || statistics.tasks_added_per_second > 0.0
    }

    /// What matching knows of a queue.
    pub(crate) async fn describe_queue(
        &self,
        namespace_id: NamespaceId,
        queue: &str,
        kind: TaskQueueType,
    ) -> QueueDescription {
        let kind = match kind {
            TaskQueueType::Activity => TaskKind::Activity,
            TaskQueueType::Workflow | TaskQueueType::Nexus | TaskQueueType::Unspecified => {
                TaskKind::Workflow
            }
        };
        self.inner
            .matching
            .describe(QueueName {
                namespace_id,
                kind,
                name: queue.into(),
            })
            .await
    }
}

/// A text inside the quotes of a list filter.
pub(crate) fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\'', "\\'")
}
