//! Whether a version is still needed: a run that is open on it, a worker that polls with it.

use sundial_core::{DeploymentVersion, NamespaceId, TaskKind, Timestamp, time::Span};
use sundial_store::{DeploymentVersionRecord, StoreError};
use temporalio_protos::temporal::api::{
    deployment::v1::{VersionDrainageInfo, WorkerDeploymentVersionInfo},
    enums::v1::{TaskQueueType, VersionDrainageStatus, WorkerDeploymentVersionStatus},
};

use super::Deployments;
use crate::matching::{QueueDescription, QueueName};

/// A version drains for so long at least: lists may not know yet that a run is on it. Temporal: 3 min.
const SHORTEST_DRAINAGE: Span = Span::from_seconds(180);
/// After that it is looked at so often. Temporal: 3 min.
const LOOK_INTERVAL: Span = Span::from_seconds(180);

/// When a version that drains since `began` was looked at last, as `now` sees it; `None` if that is still to come.
fn last_look(began: Timestamp, now: Timestamp) -> Option<Timestamp> {
    let over = now.since(began).0.checked_sub(SHORTEST_DRAINAGE.0)?;
    let looks = over.checked_div(LOOK_INTERVAL.0)?;
    (over >= 0).then(|| began.plus(Span(SHORTEST_DRAINAGE.0 + looks * LOOK_INTERVAL.0)))
}

impl Deployments {
    /// The version as it is now: one that drains is drained once no open run is pinned to it.
    pub(crate) async fn observed(
        &self,
        namespace_id: NamespaceId,
        record: &DeploymentVersionRecord,
    ) -> Result<WorkerDeploymentVersionInfo, StoreError> {
        let mut info = record.info.clone();
        if info.status() != WorkerDeploymentVersionStatus::Draining {
            return Ok(info);
        }
        let now = self.inner.clock.now();
        let drainage = info
            .drainage_info
            .get_or_insert_with(VersionDrainageInfo::default);
        let began = drainage.last_changed_time.as_ref();
        if let Some(look) = last_look(began.map_or(now, Timestamp::from_proto), now) {
            drainage.last_checked_time = Some(look.to_proto());
            if self.pinned_runs(namespace_id, &record.version).await? == 0 {
                drainage.status = VersionDrainageStatus::Drained as i32;
                drainage.last_changed_time = Some(look.to_proto());
                info.status = WorkerDeploymentVersionStatus::Drained as i32;
            }
        }
        Ok(info)
    }

    async fn pinned_runs(
        &self,
        namespace_id: NamespaceId,
        version: &DeploymentVersion,
    ) -> Result<i64, StoreError> {
        let filter = format!(
            "ExecutionStatus = 'Running' AND TemporalWorkerDeploymentVersion = '{}:{}' \
             AND TemporalWorkflowVersioningBehavior = 'Pinned'",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_that_drains_is_looked_at_every_three_minutes_and_not_before() {
        let at = |seconds: i64| Timestamp(0).plus(Span::from_seconds(seconds));
        for (now, look) in [
            (1_000, None),
            (1_179, None),
            (1_180, Some(1_180)),
            (1_359, Some(1_180)),
            (1_360, Some(1_360)),
            (5_000, Some(4_960)),
        ] {
            assert_eq!(last_look(at(1_000), at(now)), look.map(at), "{now}");
        }
    }
}
