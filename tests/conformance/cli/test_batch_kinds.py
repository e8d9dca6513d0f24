"""Batch operations of the rarer kinds: resets, options, activities."""

import uuid
from datetime import timedelta

import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.field_mask_pb2 import FieldMask
from temporalio import workflow
from temporalio.api.activity.v1 import ActivityOptions
from temporalio.api.batch.v1 import BatchOperationReset, BatchOperationUpdateActivityOptions
from temporalio.api.common.v1 import ResetOptions, WorkflowExecution
from temporalio.api.enums.v1 import EventType, PendingActivityState
from temporalio.api.workflow.v1 import PendingActivityInfo, PostResetOperation
from temporalio.api.workflowservice.v1 import PauseActivityRequest, StartBatchOperationRequest
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle
from temporalio.converter import default
from temporalio.service import RPCError

from harness.batches import RUNS, are_listed, ended, is_idle, start
from harness.temporal_cli import Cli
from harness.wait import eventually


async def test_reset_to_the_first_task(client: Client, cli: Cli, unique: str, runs: list[WorkflowHandle]) -> None:
    for run in runs:
        await eventually(lambda: has_events(run, 4))
    query = f"TaskQueue = '{unique}'"
    job_id = await start(
        cli, "workflow", "reset", "--query", query, "--type", "FirstWorkflowTask", "--reason", "once more"
    )
    job = await ended(cli, job_id)
    assert job["operationType"] == "BATCH_OPERATION_TYPE_RESET"
    assert job["completeOperationCount"] == str(RUNS)
    for run in runs:
        now = await client.get_workflow_handle(run.id).describe()
        assert now.status == WorkflowExecutionStatus.RUNNING
        assert now.run_id != run.first_execution_run_id
        before = await client.get_workflow_handle(run.id, run_id=run.first_execution_run_id).describe()
        assert before.status == WorkflowExecutionStatus.TERMINATED


async def has_events(run: WorkflowHandle, count: int) -> bool:
    return len((await run.fetch_history()).events) >= count


# Temporal's server of this generation refuses the operation that the API has.
@pytest.mark.sundial_only
async def test_a_reset_may_signal_the_new_runs(client: Client, cli: Cli, unique: str, runs: list[WorkflowHandle]) -> None:
    for run in runs:
        await eventually(lambda: has_events(run, 4))
    signal = PostResetOperation.SignalWorkflow(signal_name="end")
    signal.input.payloads.extend(default().payload_converter.to_payloads(["done"]))
    reset = BatchOperationReset(
        identity="me", post_reset_operations=[PostResetOperation(signal_workflow=signal)]
    )
    reset.options.last_workflow_task.SetInParent()
    request = StartBatchOperationRequest(
        namespace="default",
        job_id=uuid.uuid4().hex,
        reason="go on",
        visibility_query=f"TaskQueue = '{unique}'",
        reset_operation=reset,
    )
    await client.workflow_service.start_batch_operation(request)
    assert (await ended(cli, request.job_id))["completeOperationCount"] == str(RUNS)
    for run in runs:
        newest = client.get_workflow_handle(run.id)
        assert await newest.result() == 1
        events = (await newest.fetch_history()).events
        kinds = [EventType.Name(event.event_type).removeprefix("EVENT_TYPE_") for event in events]
        # It is there before the first task of the new run.
        assert kinds[3:6] == ["WORKFLOW_TASK_FAILED", "WORKFLOW_EXECUTION_SIGNALED", "WORKFLOW_TASK_SCHEDULED"]
        assert events[4].workflow_execution_signaled_event_attributes.identity == "me"


async def test_a_build_id_that_did_nothing_is_no_place_to_reset_to(
    cli: Cli, unique: str, runs: list[WorkflowHandle]
) -> None:
    query = f"TaskQueue = '{unique}'"
    job_id = await start(
        cli,
        *("workflow", "reset", "--query", query, "--type", "BuildId", "--build-id", "nobody", "--reason", "x"),
    )
    job = await ended(cli, job_id)
    assert job["failureOperationCount"] == str(RUNS)


async def test_update_options(client: Client, cli: Cli, unique: str, runs: list[WorkflowHandle]) -> None:
    job_id = await start(
        cli,
        *("workflow", "update-options", "--query", f"TaskQueue = '{unique}'", "--reason", "move"),
        *("--versioning-override-behavior", "auto_upgrade"),
    )
    assert (await ended(cli, job_id))["completeOperationCount"] == str(RUNS)
    for run in runs:
        info = (await run.describe()).raw_description.workflow_execution_info
        assert info.versioning_info.versioning_override.auto_upgrade


@workflow.defn
class Idling:
    """Has an activity that nobody takes."""

    @workflow.run
    async def run(self, task_queue: str) -> None:
        await workflow.execute_activity("work", task_queue=task_queue, schedule_to_close_timeout=timedelta(hours=1))


@pytest.fixture
async def paused(client: Client, cli: Cli, worker, unique: str):
    """Runs whose activity is paused."""
    async with worker(Idling):
        handles = [
            await client.start_workflow(Idling.run, f"{unique}-nobody", id=f"{unique}-{number}", task_queue=unique)
            for number in range(RUNS)
        ]
        for handle in handles:
            await eventually(lambda: has_activity(handle))
            await client.workflow_service.pause_activity(
                PauseActivityRequest(
                    namespace="default", execution=WorkflowExecution(workflow_id=handle.id), type="work", identity="me"
                )
            )
        await eventually(lambda: are_listed(client, unique))
        await eventually(lambda: is_idle(cli))
        yield handles


async def activity_of(run: WorkflowHandle) -> PendingActivityInfo | None:
    return next(iter((await run.describe()).raw_description.pending_activities), None)


async def has_activity(run: WorkflowHandle) -> bool:
    return await activity_of(run) is not None


async def test_paused_activities_are_listed_and_let_go_on(
    client: Client, cli: Cli, unique: str, paused: list[WorkflowHandle]
) -> None:
    query = f"TaskQueue = '{unique}'"

    async def are_listed_as_paused(expected: bool) -> bool:
        listed = [run.search_attributes.get("TemporalPauseInfo") async for run in client.list_workflows(query)]
        return listed == [["property:activityType=work"] if expected else None] * RUNS

    await eventually(lambda: are_listed_as_paused(True))
    job_id = await start(cli, "activity", "unpause", "--query", query, "--activity-type", "work", "--reason", "go on")
    job = await ended(cli, job_id)
    assert job["operationType"] == "BATCH_OPERATION_TYPE_UNPAUSE_ACTIVITY"
    assert job["completeOperationCount"] == str(RUNS)
    for run in paused:
        activity = await activity_of(run)
        assert not activity.paused
        assert activity.state == PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED
    await eventually(lambda: are_listed_as_paused(False))


async def test_activities_are_reset(cli: Cli, unique: str, paused: list[WorkflowHandle]) -> None:
    job_id = await start(
        cli,
        *("activity", "reset", "--query", f"TaskQueue = '{unique}'", "--match-all", "--keep-paused"),
        *("--reason", "again"),
    )
    job = await ended(cli, job_id)
    assert job["operationType"] == "BATCH_OPERATION_TYPE_RESET_ACTIVITY"
    assert job["completeOperationCount"] == str(RUNS)
    for run in paused:
        activity = await activity_of(run)
        assert activity.paused and activity.attempt == 1


async def test_activities_get_other_options(
    client: Client, cli: Cli, unique: str, paused: list[WorkflowHandle]
) -> None:
    request = StartBatchOperationRequest(
        namespace="default",
        job_id=uuid.uuid4().hex,
        reason="slower",
        visibility_query=f"TaskQueue = '{unique}'",
        update_activity_options_operation=BatchOperationUpdateActivityOptions(
            type="work",
            activity_options=ActivityOptions(heartbeat_timeout=Duration(seconds=77)),
            update_mask=FieldMask(paths=["heartbeat_timeout"]),
        ),
    )
    await client.workflow_service.start_batch_operation(request)
    job = await ended(cli, request.job_id)
    assert job["operationType"] == "BATCH_OPERATION_TYPE_UPDATE_ACTIVITY_OPTIONS"
    assert job["completeOperationCount"] == str(RUNS)
    for run in paused:
        assert (await activity_of(run)).activity_options.heartbeat_timeout.seconds == 77


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        ({"reset_operation": {}}, "unknown batch reset type Unspecified"),
        ({"reset_operation": {"options": ResetOptions()}}, "batch reset missing target"),
        ({"unpause_activities_operation": {"identity": "me"}}, "activity filter must be set"),
        (
            {"unpause_activities_operation": {"match_all": False}},
            "Either activity type must be set, or match all should be set to true",
        ),
        ({"reset_activities_operation": {"identity": "me"}}, "must provide ActivityType or MatchAll"),
        (
            {"update_activity_options_operation": {"match_all": True}},
            "Either activity type must be set, or restore original should be set to true",
        ),
    ],
)
async def test_what_an_operation_lacks_is_said(client: Client, operation: dict, message: str) -> None:
    request = StartBatchOperationRequest(
        namespace="default", job_id=uuid.uuid4().hex, reason="x", visibility_query="WorkflowId = 'z'", **operation
    )
    with pytest.raises(RPCError) as refused:
        await client.workflow_service.start_batch_operation(request)
    assert message in refused.value.message
