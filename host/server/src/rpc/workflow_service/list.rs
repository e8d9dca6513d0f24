//! Lists and counts of runs.

use prost_wkt_types::Timestamp;
use sundial_core::NamespaceId;
use sundial_store::{ListQuery, ListedRun};
use temporalio_protos::temporal::api::{
    common::v1::{Payload, WorkflowExecution, WorkflowType},
    deployment::v1::WorkerDeploymentVersion,
    enums::v1::WorkflowExecutionStatus,
    filter::v1::StartTimeFilter,
    workflow::v1::{WorkflowExecutionInfo, WorkflowExecutionVersioningInfo},
    workflowservice::v1::{
        CountWorkflowExecutionsRequest, CountWorkflowExecutionsResponse,
        ListClosedWorkflowExecutionsRequest, ListClosedWorkflowExecutionsResponse,
        ListOpenWorkflowExecutionsRequest, ListOpenWorkflowExecutionsResponse,
        ListWorkflowExecutionsRequest, ListWorkflowExecutionsResponse,
        ScanWorkflowExecutionsRequest, ScanWorkflowExecutionsResponse,
        count_workflow_executions_response::AggregationGroup,
        list_closed_workflow_executions_request::Filters as ClosedFilters,
        list_open_workflow_executions_request::Filters as OpenFilters,
    },
};

use crate::{
    deployments::quoted,
    rpc::{
        backend::Backend,
        call::Call,
        status::{RpcError, invalid},
    },
};

/// Temporal: 1,000.
const LARGEST_PAGE: usize = 1000;

impl Backend {
    pub(super) async fn list_workflow_executions(
        &self,
        request: ListWorkflowExecutionsRequest,
        _call: Call,
    ) -> Result<ListWorkflowExecutionsResponse, RpcError> {
        let namespace = self.namespace(&request.namespace).await?;
        let (executions, next_page_token) = self
            .list(
                namespace.id,
                request.query,
                request.page_size,
                request.next_page_token,
            )
            .await?;
        Ok(ListWorkflowExecutionsResponse {
            executions,
            next_page_token,
        })
    }

    pub(super) async fn scan_workflow_executions(
        &self,
        request: ScanWorkflowExecutionsRequest,
        _call: Call,
    ) -> Result<ScanWorkflowExecutionsResponse, RpcError> {
        let namespace = self.namespace(&request.namespace).await?;
        let (executions, next_page_token) = self
            .list(
                namespace.id,
                request.query,
                request.page_size,
                request.next_page_token,
            )
            .await?;
        Ok(ScanWorkflowExecutionsResponse {
            executions,
            next_page_token,
        })
    }

    pub(super) async fn list_open_workflow_executions(
        &self,
        request: ListOpenWorkflowExecutionsRequest,
        _call: Call,
    ) -> Result<ListOpenWorkflowExecutionsResponse, RpcError> {
        let namespace = self.namespace(&request.namespace).await?;
        let mut conditions = vec!["ExecutionStatus = 'Running'".to_owned()];
        conditions.extend(time_condition(
            "StartTime",
            request.start_time_filter.as_ref(),
        )?);
        match &request.filters {
            Some(OpenFilters::ExecutionFilter(of)) => {
                conditions.push(equals("WorkflowId", &of.workflow_id));
            }
            Some(OpenFilters::TypeFilter(of)) => conditions.push(equals("WorkflowType", &of.name)),
            None => {}
        }
        let (executions, next_page_token) = self
            .list(
                namespace.id,
                conditions.join(" AND "),
                request.maximum_page_size,
                request.next_page_token,
            )
            .await?;
        Ok(ListOpenWorkflowExecutionsResponse {
            executions,
            next_page_token,
        })
    }

    pub(super) async fn list_closed_workflow_executions(
        &self,
        request: ListClosedWorkflowExecutionsRequest,
        _call: Call,
    ) -> Result<ListClosedWorkflowExecutionsResponse, RpcError> {
        let namespace = self.namespace(&request.namespace).await?;
        let mut conditions = vec!["ExecutionStatus != 'Running'".to_owned()];
        conditions.extend(time_condition(
            "CloseTime",
            request.start_time_filter.as_ref(),
        )?);
        match &request.filters {
            Some(ClosedFilters::ExecutionFilter(of)) => {
                conditions.push(equals("WorkflowId", &of.workflow_id));
            }
            Some(ClosedFilters::TypeFilter(of)) => {
                conditions.push(equals("WorkflowType", &of.name))
            }
            Some(ClosedFilters::StatusFilter(of)) => match of.status() {
                WorkflowExecutionStatus::Unspecified | WorkflowExecutionStatus::Running => {
                    return Err(invalid(
                        "StatusFilter must be specified and must be not Running.",
                    ));
                }
                status => conditions.push(equals("ExecutionStatus", status_name(status))),
            },
            None => {}
        }
        let (executions, next_page_token) = self
            .list(
                namespace.id,
                conditions.join(" AND "),
                request.maximum_page_size,
                request.next_page_token,
            )
            .await?;
        Ok(ListClosedWorkflowExecutionsResponse {
            executions,
            next_page_token,
        })
    }

    pub(super) async fn count_workflow_executions(
        &self,
        request: CountWorkflowExecutionsRequest,
        _call: Call,
    ) -> Result<CountWorkflowExecutionsResponse, RpcError> {
        let namespace = self.namespace(&request.namespace).await?;
        let counted = self.store.count_runs(namespace.id, &request.query).await?;
        let groups = counted
            .groups
            .iter()
            .map(|group| {
                let status = WorkflowExecutionStatus::try_from(group.status)
                    .unwrap_or(WorkflowExecutionStatus::Unspecified);
                AggregationGroup {
                    group_values: vec![keyword(status_name(status))],
                    count: group.count,
                }
            })
            .collect();
        Ok(CountWorkflowExecutionsResponse {
            count: counted.total,
            groups,
        })
    }

    async fn list(
        &self,
        namespace_id: NamespaceId,
        filter: String,
        asked_page_size: i32,
        page_token: Vec<u8>,
    ) -> Result<(Vec<WorkflowExecutionInfo>, Vec<u8>), RpcError> {
        let query = ListQuery {
            namespace_id,
            filter,
            page_size: page_size(asked_page_size),
            page_token,
        };
        let page = self.store.list_runs(&query).await?;
        Ok((
            page.runs.into_iter().map(listed).collect(),
            page.next_page_token,
        ))
    }
}

fn equals(attribute: &str, value: &str) -> String {
    format!("{attribute} = '{}'", quoted(value))
}

fn time_condition(
    attribute: &str,
    filter: Option<&StartTimeFilter>,
) -> Result<Option<String>, RpcError> {
    let Some(filter) = filter else {
        return Ok(None);
    };
    let present = |time: Option<Timestamp>| time.filter(|t| (t.seconds, t.nanos) != (0, 0));
    let (earliest, latest) = (present(filter.earliest_time), present(filter.latest_time));
    Ok(match (earliest, latest) {
        (None, None) => None,
        (Some(earliest), None) => Some(format!("{attribute} >= '{earliest}'")),
        (None, Some(latest)) => Some(format!("{attribute} <= '{latest}'")),
        (Some(earliest), Some(latest)) => {
            if (earliest.seconds, earliest.nanos) > (latest.seconds, latest.nanos) {
                return Err(invalid(
                    "EarliestTime in StartTimeFilter should not be larger than LatestTime.",
                ));
            }
            Some(format!("{attribute} BETWEEN '{earliest}' AND '{latest}'"))
        }
    })
}

/// As filters and counts spell a status.
fn status_name(status: WorkflowExecutionStatus) -> &'static str {
    match status {
        WorkflowExecutionStatus::Unspecified => "Unspecified",
        WorkflowExecutionStatus::Running => "Running",
        WorkflowExecutionStatus::Completed => "Completed",
        WorkflowExecutionStatus::Failed => "Failed",
        WorkflowExecutionStatus::Canceled => "Canceled",
        WorkflowExecutionStatus::Terminated => "Terminated",
        WorkflowExecutionStatus::ContinuedAsNew => "ContinuedAsNew",
        WorkflowExecutionStatus::TimedOut => "TimedOut",
        WorkflowExecutionStatus::Paused => "Paused",
    }
}

/// The rows of a page, by what its reader asks for.
pub(super) fn page_size(asked: i32) -> usize {
    match usize::try_from(asked) {
        Ok(0) | Err(_) => LARGEST_PAGE,
        Ok(size) => size.min(LARGEST_PAGE),
    }
}

/// A value as search attributes carry it.
pub(super) fn keyword(text: &str) -> Payload {
    Payload {
        metadata: [
            ("encoding".to_owned(), b"json/plain".to_vec()),
            ("type".to_owned(), b"Keyword".to_vec()),
        ]
        .into(),
        data: format!("\"{text}\"").into_bytes(),
        ..Default::default()
    }
}

fn listed(run: ListedRun) -> WorkflowExecutionInfo {
    let ListedRun { key, visibility } = run;
    let execution =
        |(workflow_id, run_id): (std::sync::Arc<str>, sundial_core::RunId)| WorkflowExecution {
            workflow_id: workflow_id.to_string(),
            run_id: run_id.to_string(),
        };
    let own = execution((key.workflow_id.clone(), key.run_id));
    let versioning_info =
        visibility
            .version
            .as_ref()
            .map(|version| WorkflowExecutionVersioningInfo {
                deployment_version: Some(WorkerDeploymentVersion {
                    deployment_name: version.deployment_name.clone(),
                    build_id: version.build_id.clone(),
                }),
                ..Default::default()
            });
    WorkflowExecutionInfo {
        r#type: Some(WorkflowType {
            name: visibility.workflow_type,
        }),
        start_time: Some(visibility.start_time.to_proto()),
        close_time: visibility.close_time.map(|at| at.to_proto()),
        status: visibility.status,
        history_length: visibility.history_length,
        parent_execution: visibility.parent.map(execution),
        execution_time: Some(visibility.execution_time.to_proto()),
        memo: Some(visibility.memo.unwrap_or_default()),
        search_attributes: Some(visibility.search_attributes.unwrap_or_default()),
        task_queue: visibility.task_queue,
        history_size_bytes: visibility.history_size_bytes,
        execution_duration: visibility
            .close_time
            .map(|at| at.since(visibility.execution_time).to_proto()),
        root_execution: Some(visibility.root.map_or_else(|| own.clone(), execution)),
        first_run_id: visibility.first_run_id.to_string(),
        worker_deployment_name: visibility
            .version
            .map(|version| version.deployment_name)
            .unwrap_or_default(),
        versioning_info,
        execution: Some(own),
        ..Default::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_become_conditions() {
        let at = |seconds| Some(Timestamp { seconds, nanos: 0 });
        let condition = |earliest, latest| {
            let filter = StartTimeFilter {
                earliest_time: earliest,
                latest_time: latest,
            };
            time_condition("StartTime", Some(&filter))
                .map_or_else(|error| error.to_string(), Option::unwrap_or_default)
        };
        assert_eq!(condition(None, None), "");
        assert_eq!(
            condition(at(1), None),
            "StartTime >= '1970-01-01T00:00:01Z'"
        );
        assert_eq!(
            condition(None, at(2)),
            "StartTime <= '1970-01-01T00:00:02Z'"
        );
        assert_eq!(
            condition(at(1), at(2)),
            "StartTime BETWEEN '1970-01-01T00:00:01Z' AND '1970-01-01T00:00:02Z'"
        );
        assert!(condition(at(2), at(1)).contains("should not be larger"));
    }

    #[test]
    fn a_value_cannot_leave_its_quotes() {
        assert_eq!(
            equals("WorkflowId", r"o'brien\ OR"),
            r"WorkflowId = 'o\'brien\\ OR'"
        );
    }
}
