"""Batch operations: `temporal workflow ... --query`, and `temporal batch`."""

import uuid

import pytest
from temporalio.api.batch.v1 import BatchOperationSignal, BatchOperationTermination
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import (
    DescribeBatchOperationRequest,
    StartBatchOperationRequest,
    StopBatchOperationRequest,
)
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from harness.batches import RUNS, ended, is_idle, start
from harness.temporal_cli import Cli
from harness.wait import eventually

async def test_terminate(cli: Cli, unique: str, runs: list) -> None:
    query = f"TaskQueue = '{unique}'"
    job_id = await start(cli, "workflow", "terminate", "--query", query, "--reason", "no more")
    job = await ended(cli, job_id)
    assert job["state"] == "BATCH_OPERATION_STATE_COMPLETED"
    assert job["operationType"] == "BATCH_OPERATION_TYPE_TERMINATE"
    assert (job["totalOperationCount"], job["completeOperationCount"]) == (str(RUNS), str(RUNS))
    assert job["reason"] == "no more"
    for run in runs:
        assert (await run.describe()).status == WorkflowExecutionStatus.TERMINATED
        event = [event async for event in run.fetch_history_events()][-1]
        assert event.workflow_execution_terminated_event_attributes.reason == "no more"
    listed = await cli.json("batch", "list")
    assert job_id in [entry["jobId"] for entry in listed]


async def test_cancel(cli: Cli, unique: str, runs: list) -> None:
    job_id = await start(cli, "workflow", "cancel", "--query", f"TaskQueue = '{unique}'", "--reason", "stop")
    assert (await ended(cli, job_id))["completeOperationCount"] == str(RUNS)
    for run in runs:
        await eventually(lambda: has_status(run, WorkflowExecutionStatus.CANCELED))


async def has_status(run, status: WorkflowExecutionStatus) -> bool:
    return (await run.describe()).status == status


async def test_signal(cli: Cli, unique: str, runs: list) -> None:
    job_id = await start(
        cli,
        *("workflow", "signal", "--query", f"TaskQueue = '{unique}'", "--reason", "done"),
        *("--name", "end", "--input", '"done"'),
    )
    assert (await ended(cli, job_id))["completeOperationCount"] == str(RUNS)
    for run in runs:
        assert await run.result() == 1


async def test_delete(cli: Cli, unique: str, client: Client, runs: list) -> None:
    job_id = await start(cli, "workflow", "delete", "--query", f"TaskQueue = '{unique}'", "--reason", "gone")
    assert (await ended(cli, job_id))["completeOperationCount"] == str(RUNS)

    async def are_gone() -> bool:
        return (await client.count_workflows(f"TaskQueue = '{unique}'")).count == 0

    await eventually(are_gone)


async def test_a_list_of_runs_and_a_run_that_is_not_there(client: Client, cli: Cli, runs: list) -> None:
    job_id = uuid.uuid4().hex
    request = StartBatchOperationRequest(
        namespace="default",
        job_id=job_id,
        reason="listed",
        termination_operation=BatchOperationTermination(identity="me"),
        executions=[
            WorkflowExecution(workflow_id=runs[0].id),
            WorkflowExecution(workflow_id="is-not-there"),
            WorkflowExecution(workflow_id=runs[1].id),
        ],
    )
    await client.workflow_service.start_batch_operation(request)
    job = await ended(cli, job_id)
    assert (job["totalOperationCount"], job["completeOperationCount"]) == ("3", "3")
    assert job["identity"] == "me"
    statuses = [(await run.describe()).status for run in runs[:3]]
    assert statuses == [
        WorkflowExecutionStatus.TERMINATED,
        WorkflowExecutionStatus.TERMINATED,
        WorkflowExecutionStatus.RUNNING,
    ]


# Temporal's server goes through these few runs at once, however slow the request wants it.
@pytest.mark.sundial_only
async def test_one_job_at_a_time_and_it_can_be_stopped(client: Client, cli: Cli, unique: str, runs: list) -> None:
    def request(job_id: str) -> StartBatchOperationRequest:
        return StartBatchOperationRequest(
            namespace="default",
            job_id=job_id,
            reason="slow",
            visibility_query=f"TaskQueue = '{unique}'",
            # Hours for these few runs.
            max_operations_per_second=0.0005,
            signal_operation=BatchOperationSignal(signal="nobody-waits-for-it"),
        )

    service = client.workflow_service
    job_id = uuid.uuid4().hex
    await service.start_batch_operation(request(job_id))
    await eventually(lambda: is_counted(client, job_id))
    with pytest.raises(RPCError) as refused:
        await service.start_batch_operation(request(uuid.uuid4().hex))
    assert refused.value.status == RPCStatusCode.RESOURCE_EXHAUSTED
    assert refused.value.message == "Max concurrent batch operations is reached"
    code, output, errors = await cli.run("batch", "terminate", "--job-id", job_id, "--reason", "enough")
    assert code == 0, output + errors
    job = await ended(cli, job_id)
    assert (job["state"], job["completeOperationCount"]) == ("BATCH_OPERATION_STATE_FAILED", "1")
    with pytest.raises(RPCError) as refused:
        await service.stop_batch_operation(
            StopBatchOperationRequest(namespace="default", job_id=job_id, reason="again")
        )
    assert refused.value.status == RPCStatusCode.NOT_FOUND
    assert refused.value.message == "workflow execution already completed"
    await eventually(lambda: is_idle(cli))


async def is_counted(client: Client, job_id: str) -> bool:
    described = await client.workflow_service.describe_batch_operation(
        DescribeBatchOperationRequest(namespace="default", job_id=job_id)
    )
    return (described.total_operation_count, described.complete_operation_count) == (RUNS, 1)


async def test_a_job_id_is_used_once(client: Client, cli: Cli, runs: list) -> None:
    request = StartBatchOperationRequest(
        namespace="default",
        job_id=uuid.uuid4().hex,
        reason="once",
        termination_operation=BatchOperationTermination(),
        executions=[WorkflowExecution(workflow_id=runs[0].id)],
    )
    await client.workflow_service.start_batch_operation(request)
    await ended(cli, request.job_id)
    await eventually(lambda: is_idle(cli))
    with pytest.raises(RPCError) as refused:
        await client.workflow_service.start_batch_operation(request)
    assert refused.value.status == RPCStatusCode.ALREADY_EXISTS


async def test_what_is_not_there_is_not_found(cli: Cli) -> None:
    for command in ("describe", "terminate"):
        options = ("--reason", "x") if command == "terminate" else ()
        refused = await cli.fails("batch", command, "--job-id", "is-not-there", *options)
        assert "could not find Batch Job 'is-not-there'" in refused


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"job_id": ""}, "JobId is not set on request."),
        (
            {"reason": ""},
            "must provide required parameters: BatchType/Reason/Namespace/Query/Executions",
        ),
        (
            {"visibility_query": ""},
            "must provide required parameters: BatchType/Reason/Namespace/Query/Executions",
        ),
    ],
)
async def test_what_is_wrong_with_a_request_is_said(client: Client, change: dict, message: str) -> None:
    request = StartBatchOperationRequest(
        namespace="default",
        **(
            {"job_id": "x", "reason": "y", "visibility_query": "WorkflowId = 'z'"}
            | {"termination_operation": BatchOperationTermination()}
            | change
        ),
    )
    with pytest.raises(RPCError) as refused:
        await client.workflow_service.start_batch_operation(request)
    assert refused.value.status == RPCStatusCode.INVALID_ARGUMENT
    assert refused.value.message == message
