//! Batch operations: what requests may say, in Temporal's words.

use sundial_core::{Timestamp, run::options::ChangedOptions};
use sundial_store::JobCursor;
use temporalio_protos::temporal::api::{
    batch::v1::BatchOperationInfo,
    enums::v1::BatchOperationType,
    workflowservice::v1::{
        DescribeBatchOperationRequest, DescribeBatchOperationResponse, ListBatchOperationsRequest,
        ListBatchOperationsResponse, StartBatchOperationRequest, StartBatchOperationResponse,
        StopBatchOperationRequest, StopBatchOperationResponse,
        start_batch_operation_request::Operation,
    },
};

use crate::{
    batches::{BatchRecord, filter, listed, operation_type, reset_target},
    rpc::{
        backend::Backend,
        call::Call,
        status::{RpcError, invalid},
        validation::names,
    },
};

/// Runs that a request may list itself. Temporal: 1,000.
const LISTED_RUNS: usize = 1000;
/// Temporal's largest page.
const LARGEST_PAGE: usize = 1000;
const NO_JOB_ID: &str = "JobId is not set on request.";

impl Backend {
    pub(super) async fn start_batch_operation(
        &self,
        request: StartBatchOperationRequest,
        _call: Call,
    ) -> Result<StartBatchOperationResponse, RpcError> {
        let namespace = self.open_namespace(&request.namespace).await?;
        check_start(&request)?;
        names::workflow_id(&request.job_id, &self.limits)?;
        if !request.visibility_query.is_empty() {
            // Here, where somebody reads the answer, and not when the job runs.
            self.store
                .count_runs(namespace.id, &filter(&request))
                .await?;
        }
        self.batches.start(&namespace, request).await?;
        Ok(StartBatchOperationResponse {})
    }

    pub(super) async fn stop_batch_operation(
        &self,
        request: StopBatchOperationRequest,
        _call: Call,
    ) -> Result<StopBatchOperationResponse, RpcError> {
        let namespace = self.namespace(&request.namespace).await?;
        if request.job_id.is_empty() {
            return Err(invalid(NO_JOB_ID));
        }
        if request.reason.is_empty() {
            return Err(invalid("Reason is not set on request."));
        }
        self.batches.stop(namespace.id, &request.job_id).await?;
        Ok(StopBatchOperationResponse {})
    }

    pub(super) async fn describe_batch_operation(
        &self,
        request: DescribeBatchOperationRequest,
        _call: Call,
    ) -> Result<DescribeBatchOperationResponse, RpcError> {
        let namespace = self.namespace(&request.namespace).await?;
        if request.job_id.is_empty() {
            return Err(invalid(NO_JOB_ID));
        }
        let record = self.batches.get(namespace.id, &request.job_id).await?;
        let asked = record.request.as_ref();
        let operation = asked.and_then(|asked| asked.operation.as_ref());
        let operation_type = operation
            .and_then(operation_type)
            .unwrap_or(BatchOperationType::Unspecified);
        Ok(DescribeBatchOperationResponse {
            operation_type: operation_type as i32,
            job_id: request.job_id,
            state: record.state,
            start_time: Some(Timestamp(record.started_at).to_proto()),
            close_time: close_time(&record),
            total_operation_count: record.total,
            complete_operation_count: record.succeeded,
            failure_operation_count: record.failed,
            identity: record.identity.clone(),
            reason: asked.map(|asked| asked.reason.clone()).unwrap_or_default(),
            query: asked
                .map(|asked| asked.visibility_query.clone())
                .unwrap_or_default(),
            ..Default::default()
        })
    }

    pub(super) async fn list_batch_operations(
        &self,
        request: ListBatchOperationsRequest,
        _call: Call,
    ) -> Result<ListBatchOperationsResponse, RpcError> {
        let namespace = self.namespace(&request.namespace).await?;
        let page_size = match usize::try_from(request.page_size) {
            Ok(0) | Err(_) => LARGEST_PAGE,
            Ok(size) => size.min(LARGEST_PAGE),
        };
        let after = match request.next_page_token.as_slice() {
            [] => None,
            token => Some(
                JobCursor::from_token(token).ok_or_else(|| invalid("invalid next page token"))?,
            ),
        };
        let jobs = self
            .batches
            .list(namespace.id, after.as_ref(), page_size)
            .await?;
        let next_page_token = match jobs.last() {
            Some((cursor, _)) if jobs.len() == page_size => cursor.to_token(),
            Some(_) | None => Vec::new(),
        };
        let operation_info = jobs
            .into_iter()
            .map(|(cursor, record)| BatchOperationInfo {
                job_id: cursor.id,
                state: record.state,
                start_time: Some(Timestamp(record.started_at).to_proto()),
                close_time: close_time(&record),
                ..Default::default()
            })
            .collect();
        Ok(ListBatchOperationsResponse {
            operation_info,
            next_page_token,
        })
    }
}

fn close_time(record: &BatchRecord) -> Option<prost_wkt_types::Timestamp> {
    (record.closed_at > 0).then(|| Timestamp(record.closed_at).to_proto())
}

fn check_start(request: &StartBatchOperationRequest) -> Result<(), RpcError> {
    let Some(operation) = &request.operation else {
        return Err(invalid(MISSING));
    };
    let listed = listed(request);
    let has_query = !request.visibility_query.is_empty();
    if request.reason.is_empty()
        || request.namespace.is_empty()
        || (!has_query && listed.is_empty())
    {
        return Err(invalid(MISSING));
    }
    if request.job_id.is_empty() {
        return Err(invalid(NO_JOB_ID));
    }
    if has_query && !listed.is_empty() {
        return Err(invalid("batch query and executions are mutually exclusive"));
    }
    if listed.len() > LISTED_RUNS {
        return Err(invalid("Workflow executions count exceeded."));
    }
    check_operation(operation)
}

fn check_operation(operation: &Operation) -> Result<(), RpcError> {
    use temporalio_protos::temporal::api::batch::v1::{
        batch_operation_reset_activities as reset, batch_operation_unpause_activities as unpause,
        batch_operation_update_activity_options as update,
    };
    match operation {
        Operation::SignalOperation(signal) if signal.signal.is_empty() => {
            Err(invalid("must provide signal name"))
        }
        Operation::TerminationOperation(_)
        | Operation::SignalOperation(_)
        | Operation::CancellationOperation(_)
        | Operation::DeletionOperation(_) => Ok(()),
        Operation::ResetOperation(operation) => match reset_target(operation) {
            Some(_) => Ok(()),
            None if operation.options.is_some() => Err(invalid("batch reset missing target")),
            None => Err(invalid("unknown batch reset type Unspecified")),
        },
        Operation::UpdateWorkflowOptionsOperation(operation) => {
            if operation.workflow_execution_options.is_none() {
                return Err(invalid("must provide UpdateOptions"));
            }
            match &operation.update_mask {
                None => Err(invalid("must provide UpdateMask")),
                Some(mask) => ChangedOptions::read(&mask.paths)
                    .map(|_| ())
                    .map_err(invalid),
            }
        }
        Operation::UnpauseActivitiesOperation(operation) => match &operation.activity {
            None => Err(invalid("activity filter must be set")),
            Some(unpause::Activity::Type(name)) => check_activities(!name.is_empty()),
            Some(unpause::Activity::MatchAll(all)) => check_activities(*all),
        },
        Operation::ResetActivitiesOperation(operation) => match &operation.activity {
            None => Err(invalid("must provide ActivityType or MatchAll")),
            Some(reset::Activity::Type(name)) => check_activities(!name.is_empty()),
            Some(reset::Activity::MatchAll(all)) => check_activities(*all),
        },
        Operation::UpdateActivityOptionsOperation(operation) => {
            match (&operation.activity_options, operation.restore_original) {
                (Some(_), true) => {
                    return Err(invalid(
                        "cannot set both activity options and restore original",
                    ));
                }
                (None, false) => {
                    return Err(invalid(
                        "Either activity type must be set, or restore original should be set to true",
                    ));
                }
                (Some(_), false) | (None, true) => {}
            }
            match &operation.activity {
                None => check_activities(false),
                Some(update::Activity::Type(name)) => check_activities(!name.is_empty()),
                Some(update::Activity::MatchAll(all)) => check_activities(*all),
            }
        }
        Operation::CancelActivitiesOperation(_)
        | Operation::TerminateActivitiesOperation(_)
        | Operation::DeleteActivitiesOperation(_) => Err(RpcError::Unimplemented(
            "batch operations on stand-alone activities are not implemented by this server".into(),
        )),
    }
}

fn check_activities(are_named: bool) -> Result<(), RpcError> {
    if are_named {
        return Ok(());
    }
    Err(invalid(
        "Either activity type must be set, or match all should be set to true",
    ))
}

const MISSING: &str =
    "must provide required parameters: BatchType/Reason/Namespace/Query/Executions";
