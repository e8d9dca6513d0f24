//! Lists and counts of stand-alone activities.

use sundial_core::standalone::status_name;
use sundial_store::{ListQuery, ListedRun};
use temporalio_protos::temporal::api::{
    activity::v1::ActivityExecutionListInfo,
    common::v1::ActivityType,
    enums::v1::ActivityExecutionStatus,
    workflowservice::v1::{
        CountActivityExecutionsRequest, CountActivityExecutionsResponse,
        ListActivityExecutionsRequest, ListActivityExecutionsResponse,
        count_activity_executions_response::AggregationGroup,
    },
};

use super::list::{keyword, page_size};
use crate::rpc::{backend::Backend, call::Call, status::RpcError};

impl Backend {
    pub(super) async fn list_activity_executions(
        &self,
        request: ListActivityExecutionsRequest,
        _call: Call,
    ) -> Result<ListActivityExecutionsResponse, RpcError> {
        let namespace = self.namespace(&request.namespace).await?;
        let query = ListQuery {
            namespace_id: namespace.id,
            filter: request.query,
            page_size: page_size(request.page_size),
            page_token: request.next_page_token,
        };
        let page = self.store.list_activities(&query).await?;
        Ok(ListActivityExecutionsResponse {
            executions: page.runs.into_iter().map(listed).collect(),
            next_page_token: page.next_page_token,
        })
    }

    pub(super) async fn count_activity_executions(
        &self,
        request: CountActivityExecutionsRequest,
        _call: Call,
    ) -> Result<CountActivityExecutionsResponse, RpcError> {
        let namespace = self.namespace(&request.namespace).await?;
        let counted = self
            .store
            .count_activities(namespace.id, &request.query)
            .await?;
        let group = |group: &sundial_store::CountGroup| {
            let status = ActivityExecutionStatus::try_from(group.status)
                .unwrap_or(ActivityExecutionStatus::Unspecified);
            AggregationGroup {
                group_values: vec![keyword(status_name(status))],
                count: group.count,
            }
        };
        Ok(CountActivityExecutionsResponse {
            count: counted.total,
            groups: counted.groups.iter().map(group).collect(),
        })
    }
}

fn listed(run: ListedRun) -> ActivityExecutionListInfo {
    let ListedRun { key, visibility } = run;
    ActivityExecutionListInfo {
        activity_id: key.workflow_id.to_string(),
        run_id: key.run_id.to_string(),
        activity_type: Some(ActivityType {
            name: visibility.workflow_type,
        }),
        schedule_time: Some(visibility.start_time.to_proto()),
        close_time: visibility.close_time.map(|at| at.to_proto()),
        status: visibility.status,
        search_attributes: Some(visibility.search_attributes.unwrap_or_default()),
        task_queue: visibility.task_queue,
        state_transition_count: visibility.history_length,
        state_size_bytes: visibility.history_size_bytes,
        execution_duration: visibility
            .close_time
            .map(|at| at.since(visibility.start_time).to_proto()),
        execution_time: Some(visibility.execution_time.to_proto()),
    }
}
