//! Schedules: what requests may say, in Temporal's words.

use prost::Message;
use sundial_core::{
    Limits, NamespaceInfo, Timestamp,
    schedule::{Creation, Update, WORKFLOW_ID_PREFIX, spec::CompiledSpec},
    search_attributes::is_reserved,
};
use sundial_store::RecordFilter;
use temporalio_protos::temporal::api::{
    common::v1::SearchAttributes,
    enums::v1::WorkflowIdReusePolicy,
    schedule::v1::{Schedule, ScheduleListEntry, SchedulePatch, schedule_action::Action},
    workflow::v1::NewWorkflowExecutionInfo,
    workflowservice::v1::{
        CountSchedulesRequest, CountSchedulesResponse, CreateScheduleRequest,
        CreateScheduleResponse, DeleteScheduleRequest, DeleteScheduleResponse,
        DescribeScheduleRequest, DescribeScheduleResponse, ListScheduleMatchingTimesRequest,
        ListScheduleMatchingTimesResponse, ListSchedulesRequest, ListSchedulesResponse,
        PatchScheduleRequest, PatchScheduleResponse, UpdateScheduleRequest, UpdateScheduleResponse,
    },
};
use uuid::Uuid;

use crate::rpc::{
    backend::Backend,
    call::Call,
    status::{RpcError, invalid},
    validation::{
        names, policies,
        search_attributes::{self, Registered},
        sizes, task_queue, timeouts,
    },
};

/// Notes of a schedule have at most this many bytes.
const NOTES_BYTES: usize = 1000;
/// What is appended to a workflow id, at its longest.
const APPENDED_TIME: &str = "-2009-11-10T23:00:00Z";
/// Temporal's largest page.
const LARGEST_PAGE: usize = 1000;

impl Backend {
    pub(super) async fn create_schedule(
        &self,
        request: CreateScheduleRequest,
        _call: Call,
    ) -> Result<CreateScheduleResponse, RpcError> {
        let namespace = self.open_namespace(&request.namespace).await?;
        let workflow_id = format!("{WORKFLOW_ID_PREFIX}{}", request.schedule_id);
        names::workflow_id(&workflow_id, &self.limits)?;
        names::own_request_id(&request.request_id, &self.limits)?;
        let mut schedule = request.schedule.unwrap_or_default();
        check_spec(&mut schedule)?;
        let mut search_attributes = request.search_attributes;
        self.check_action(&namespace, search_attributes.as_mut(), &mut schedule)
            .await?;
        check_size(schedule.encoded_len(), &self.limits)?;
        sizes::memo(request.memo.as_ref(), &self.limits)?;
        let creation = Creation {
            schedule_id: request.schedule_id,
            run_id: Uuid::new_v4().to_string(),
            request_id: request.request_id,
            schedule,
            initial_patch: request.initial_patch,
            memo: request.memo,
            search_attributes,
        };
        let token = self.schedules.create(&namespace, creation).await?;
        Ok(CreateScheduleResponse {
            conflict_token: token.to_be_bytes().to_vec(),
        })
    }

    pub(super) async fn describe_schedule(
        &self,
        request: DescribeScheduleRequest,
        _call: Call,
    ) -> Result<DescribeScheduleResponse, RpcError> {
        let namespace = self.namespace(&request.namespace).await?;
        let shown = self
            .schedules
            .describe(self, namespace.id, &request.schedule_id)
            .await?;
        Ok(DescribeScheduleResponse {
            schedule: Some(shown.schedule),
            info: Some(shown.info),
            memo: shown.memo,
            search_attributes: shown.search_attributes,
            conflict_token: shown.conflict_token.to_be_bytes().to_vec(),
        })
    }

    pub(super) async fn update_schedule(
        &self,
        request: UpdateScheduleRequest,
        _call: Call,
    ) -> Result<UpdateScheduleResponse, RpcError> {
        let namespace = self.namespace(&request.namespace).await?;
        names::optional_request_id(&request.request_id, &self.limits)?;
        let mut schedule = request.schedule.unwrap_or_default();
        check_spec(&mut schedule)?;
        let mut search_attributes = request.search_attributes;
        self.check_action(&namespace, search_attributes.as_mut(), &mut schedule)
            .await?;
        check_size(schedule.encoded_len(), &self.limits)?;
        sizes::memo(request.memo.as_ref(), &self.limits)?;
        let token = request.conflict_token.first_chunk::<8>();
        let update = Update {
            request_id: request.request_id,
            schedule,
            memo: request.memo,
            search_attributes,
            conflict_token: token.map_or(0, |token| i64::from_be_bytes(*token)),
        };
        self.schedules
            .update(namespace.id, &request.schedule_id, &update)
            .await?;
        Ok(UpdateScheduleResponse {})
    }

    pub(super) async fn patch_schedule(
        &self,
        request: PatchScheduleRequest,
        _call: Call,
    ) -> Result<PatchScheduleResponse, RpcError> {
        let namespace = self.namespace(&request.namespace).await?;
        names::optional_request_id(&request.request_id, &self.limits)?;
        let mut patch = request.patch.unwrap_or_default();
        check_notes(&patch)?;
        check_size(patch.encoded_len(), &self.limits)?;
        if let Some(trigger) = &mut patch.trigger_immediately {
            // Now, and not when the turn comes.
            let now = self.engine.clock().now();
            trigger.scheduled_time.get_or_insert(now.to_proto());
        }
        self.schedules
            .patch(
                namespace.id,
                &request.schedule_id,
                &request.request_id,
                &patch,
            )
            .await?;
        Ok(PatchScheduleResponse {})
    }

    pub(super) async fn list_schedule_matching_times(
        &self,
        request: ListScheduleMatchingTimesRequest,
        _call: Call,
    ) -> Result<ListScheduleMatchingTimesResponse, RpcError> {
        let namespace = self.namespace(&request.namespace).await?;
        let state = self
            .schedules
            .get(namespace.id, &request.schedule_id)
            .await?;
        let (Some(start), Some(end)) = (&request.start_time, &request.end_time) else {
            // There a schedule is a workflow that is asked for its times.
            return Err(RpcError::QueryFailed {
                message: "missing or invalid query".into(),
                failure: None,
            });
        };
        let (start, end) = (Timestamp::from_proto(start), Timestamp::from_proto(end));
        let times = state.matching_times(start, end);
        Ok(ListScheduleMatchingTimesResponse {
            start_time: times.iter().map(|time| time.to_proto()).collect(),
        })
    }

    pub(super) async fn delete_schedule(
        &self,
        request: DeleteScheduleRequest,
        _call: Call,
    ) -> Result<DeleteScheduleResponse, RpcError> {
        let namespace = self.namespace(&request.namespace).await?;
        self.schedules
            .delete(namespace.id, &request.schedule_id)
            .await?;
        Ok(DeleteScheduleResponse {})
    }

    pub(super) async fn list_schedules(
        &self,
        request: ListSchedulesRequest,
        _call: Call,
    ) -> Result<ListSchedulesResponse, RpcError> {
        let namespace = self.namespace(&request.namespace).await?;
        let filter = self
            .schedule_filter(&request.namespace, &request.query)
            .await?;
        let page_size = match usize::try_from(request.maximum_page_size) {
            Ok(0) | Err(_) => LARGEST_PAGE,
            Ok(size) => size.min(LARGEST_PAGE),
        };
        let page = self
            .schedules
            .list(namespace.id, &filter, page_size, &request.next_page_token)
            .await?;
        let schedules = page
            .schedules
            .into_iter()
            .map(|(schedule_id, listing)| ScheduleListEntry {
                schedule_id,
                memo: listing.memo,
                search_attributes: listing.search_attributes,
                info: Some(listing.info),
            })
            .collect();
        Ok(ListSchedulesResponse {
            schedules,
            next_page_token: page.next_page_token,
        })
    }

    pub(super) async fn count_schedules(
        &self,
        request: CountSchedulesRequest,
        _call: Call,
    ) -> Result<CountSchedulesResponse, RpcError> {
        let namespace = self.namespace(&request.namespace).await?;
        let filter = self
            .schedule_filter(&request.namespace, &request.query)
            .await?;
        Ok(CountSchedulesResponse {
            count: self.schedules.count(namespace.id, &filter).await?,
            groups: Vec::new(),
        })
    }

    /// Checks the attributes of a schedule and what it starts, and fills in what was left out.
    async fn check_action(
        &self,
        namespace: &NamespaceInfo,
        mut attributes: Option<&mut SearchAttributes>,
        schedule: &mut Schedule,
    ) -> Result<(), RpcError> {
        let workflow = action_of(schedule);
        let of_workflow = workflow
            .as_deref()
            .and_then(|workflow| workflow.search_attributes.as_ref());
        let types = self
            .attribute_types(
                namespace.id,
                attributes.as_deref().into_iter().chain(of_workflow),
            )
            .await?;
        let registered = Registered {
            namespace: &namespace.name,
            types: &types,
        };
        search_attributes::prepare(attributes.as_deref_mut(), registered)?;
        match workflow {
            Some(workflow) => check_workflow(workflow, &self.limits, registered),
            None => Ok(()),
        }
    }

    /// Reads a filter, which may name users' attributes and few of the system's.
    async fn schedule_filter(
        &self,
        namespace: &str,
        query: &str,
    ) -> Result<RecordFilter, RpcError> {
        let filter = RecordFilter::read(query).map_err(|error| match error {
            sundial_store::StoreError::InvalidFilter(message) => {
                invalid(format!("invalid query: {message}"))
            }
            other => other.into(),
        })?;
        let custom = self
            .custom_search_attributes(self.namespace(namespace).await?.id)
            .await?;
        for name in filter.names() {
            if matches!(name, "TemporalSchedulePaused" | "ScheduleId") || custom.contains_key(name)
            {
                continue;
            }
            return Err(invalid(match is_reserved(name) {
                true => format!("invalid query filter for schedules: cannot filter on \"{name}\""),
                false => format!(
                    "Namespace {namespace} has no mapping defined for search attribute {name}"
                ),
            }));
        }
        Ok(filter)
    }
}

/// Puts the spec into its canonical form.
fn check_spec(schedule: &mut Schedule) -> Result<(), RpcError> {
    let spec = schedule.spec.take().unwrap_or_default();
    let compiled = CompiledSpec::compile(spec)
        .map_err(|error| invalid(format!("Invalid schedule spec: {error}")))?;
    schedule.spec = Some(compiled.canonical().clone());
    Ok(())
}

/// What a schedule starts.
fn action_of(schedule: &mut Schedule) -> Option<&mut NewWorkflowExecutionInfo> {
    match schedule.action.as_mut()?.action.as_mut()? {
        Action::StartWorkflow(workflow) => Some(workflow),
    }
}

fn check_workflow(
    workflow: &mut NewWorkflowExecutionInfo,
    limits: &Limits,
    registered: Registered<'_>,
) -> Result<(), RpcError> {
    let longest_id = format!("{}{APPENDED_TIME}", workflow.workflow_id);
    names::workflow_id(&longest_id, limits)?;
    names::workflow_type(workflow.workflow_type.as_ref(), limits)?;
    task_queue::normalize(workflow.task_queue.as_mut(), limits)?;
    timeouts::workflow(
        workflow.workflow_execution_timeout.as_mut(),
        workflow.workflow_run_timeout.as_mut(),
        workflow.workflow_task_timeout.as_mut(),
    )?;
    if !workflow.cron_schedule.is_empty() {
        return Err(invalid("Scheduled workflow must not contain CronSchedule"));
    }
    let reuse_policy = workflow.workflow_id_reuse_policy();
    let may_be_used_again = reuse_policy == WorkflowIdReusePolicy::Unspecified
        || reuse_policy == WorkflowIdReusePolicy::AllowDuplicate;
    if !may_be_used_again {
        return Err(invalid(
            "Scheduled workflow must not contain WorkflowIDReusePolicy",
        ));
    }
    // What a start would refuse later, when nobody is there to read it.
    policies::retry_policy(workflow.retry_policy.clone().as_mut())?;
    search_attributes::prepare(workflow.search_attributes.as_mut(), registered)
}

fn check_notes(patch: &SchedulePatch) -> Result<(), RpcError> {
    if patch.pause.len() > NOTES_BYTES || patch.unpause.len() > NOTES_BYTES {
        return Err(invalid("Schedule notes exceeds limit."));
    }
    Ok(())
}

fn check_size(size: usize, limits: &Limits) -> Result<(), RpcError> {
    if size > limits.blob_size_bytes {
        return Err(invalid(sizes::BLOB_TOO_LARGE));
    }
    Ok(())
}
