"""Pausing a whole run: nothing of it begins until it goes on, and nothing that happens meanwhile is lost."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from temporalio import activity, workflow
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.enums.v1 import WorkflowExecutionStatus as Status
from temporalio.api.workflow.v1 import WorkflowExecutionInfo
from temporalio.api.workflowservice.v1 import (
    DescribeNamespaceRequest,
    DescribeWorkflowExecutionRequest,
    DescribeWorkflowExecutionResponse,
    ListWorkflowExecutionsRequest,
    PauseWorkflowExecutionRequest,
    QueryWorkflowRequest,
    UnpauseWorkflowExecutionRequest,
)
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle
from temporalio.common import RetryPolicy
from temporalio.service import RPCError, RPCStatusCode

from harness.history import event_names
from harness.raw import RawWorker, complete_workflow
from harness.wait import eventually

# Temporal has it from 1.30 on, and only if it is switched on: the reference of these tests is older.
pytestmark = pytest.mark.sundial_only

PAUSED, UNPAUSED = "WORKFLOW_EXECUTION_PAUSED", "WORKFLOW_EXECUTION_UNPAUSED"


async def pause(client: Client, workflow_id: str, **more: Any) -> None:
    request = PauseWorkflowExecutionRequest(
        namespace=client.namespace, workflow_id=workflow_id, identity="operator", reason="an incident", **more
    )
    await client.workflow_service.pause_workflow_execution(request)


async def unpause(client: Client, workflow_id: str, **more: Any) -> None:
    request = UnpauseWorkflowExecutionRequest(
        namespace=client.namespace, workflow_id=workflow_id, identity="operator", reason="it is over", **more
    )
    await client.workflow_service.unpause_workflow_execution(request)


async def described(client: Client, workflow_id: str) -> DescribeWorkflowExecutionResponse:
    return await client.workflow_service.describe_workflow_execution(
        DescribeWorkflowExecutionRequest(
            namespace=client.namespace, execution=WorkflowExecution(workflow_id=workflow_id)
        )
    )


async def names(handle: WorkflowHandle) -> list[str]:
    return [EventType.Name(event.event_type).removeprefix("EVENT_TYPE_") for event in (await handle.fetch_history()).events]


@workflow.defn
class Order:
    def __init__(self) -> None:
        self.items: list[str] = []
        self.is_done = False

    @workflow.run
    async def run(self, seconds: float) -> list[str]:
        if seconds:
            await workflow.sleep(seconds)
            self.items.append("timer")
        await workflow.wait_condition(lambda: self.is_done)
        return self.items

    @workflow.signal
    def add(self, item: str) -> None:
        self.items.append(item)

    @workflow.signal
    def finish(self) -> None:
        self.is_done = True

    @workflow.query
    def contents(self) -> list[str]:
        return self.items

    @workflow.update
    def change(self, item: str) -> int:
        self.items.append(item)
        return len(self.items)


async def test_it_stands_still_and_goes_on(client: Client, worker, unique: str) -> None:
    async with worker(Order):
        handle = await client.start_workflow(Order.run, 0.2, id=unique, task_queue=unique)
        await eventually(lambda: has(handle, "TIMER_STARTED"))
        await pause(client, unique)
        shown = await described(client, unique)
        assert shown.workflow_execution_info.status == Status.WORKFLOW_EXECUTION_STATUS_PAUSED
        info = shown.workflow_extended_info.pause_info
        assert (info.identity, info.reason) == ("operator", "an incident") and info.HasField("paused_time")
        await handle.signal(Order.add, "signal")
        await handle.signal(Order.finish)
        # The timer fires, and no task tells of it.
        await eventually(lambda: has(handle, "TIMER_FIRED"))
        while_paused = await names(handle)
        assert "WORKFLOW_TASK_SCHEDULED" not in while_paused[while_paused.index(PAUSED) :]
        await unpause(client, unique)
        assert sorted(await handle.result()) == ["signal", "timer"]
    events = (await handle.fetch_history()).events
    for event in events:
        if event.event_type in (EventType.EVENT_TYPE_WORKFLOW_EXECUTION_PAUSED, EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UNPAUSED):
            assert event.worker_may_ignore
    shown = await described(client, unique)
    assert not shown.workflow_extended_info.HasField("pause_info")


async def has(handle: WorkflowHandle, name: str) -> bool:
    return name in await names(handle)


async def test_queries_and_updates_are_refused(client: Client, worker, unique: str) -> None:
    async with worker(Order):
        handle = await client.start_workflow(Order.run, 0, id=unique, task_queue=unique)
        assert await handle.execute_update(Order.change, "first") == 1
        await pause(client, unique)
        request = QueryWorkflowRequest(namespace=client.namespace, execution=WorkflowExecution(workflow_id=unique))
        request.query.query_type = "contents"
        answer = await client.workflow_service.query_workflow(request)
        assert answer.query_rejected.status == Status.WORKFLOW_EXECUTION_STATUS_PAUSED
        with pytest.raises(RPCError, match="Workflow is paused. Cannot update the workflow.") as refused:
            await handle.execute_update(Order.change, "second")
        assert refused.value.status == RPCStatusCode.FAILED_PRECONDITION
        await unpause(client, unique)
        assert await handle.execute_update(Order.change, "third") == 2
        assert await handle.query(Order.contents) == ["first", "third"]
        await handle.signal(Order.finish)
        await handle.result()


async def test_cancellation_waits_and_termination_does_not(client: Client, worker, unique: str) -> None:
    async with worker(Order):
        handle = await client.start_workflow(Order.run, 0, id=unique, task_queue=unique)
        await handle.query(Order.contents)
        await pause(client, unique)
        await handle.cancel()
        shown = await described(client, unique)
        assert shown.workflow_execution_info.status == Status.WORKFLOW_EXECUTION_STATUS_PAUSED
        await unpause(client, unique)
        with pytest.raises(WorkflowFailureError):
            await handle.result()
        assert (await handle.describe()).status == Status.WORKFLOW_EXECUTION_STATUS_CANCELED
        other = await client.start_workflow(Order.run, 0, id=f"{unique}-other", task_queue=unique)
        await pause(client, other.id)
        await other.terminate()
        assert (await other.describe()).status == Status.WORKFLOW_EXECUTION_STATUS_TERMINATED
        with pytest.raises(RPCError, match="workflow execution already completed"):
            await unpause(client, other.id)


attempts: dict[str, int] = {}
go_on = asyncio.Event()


@activity.defn
async def fails_once(name: str) -> str:
    attempts[name] = attempts.get(name, 0) + 1
    await asyncio.wait_for(go_on.wait(), 20)
    if attempts[name] == 1:
        raise RuntimeError("the first time")
    return name


@workflow.defn
class Caller:
    @workflow.run
    async def run(self, name: str) -> str:
        return await workflow.execute_activity(
            fails_once,
            name,
            start_to_close_timeout=timedelta(seconds=30),
            retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=1)),
        )


async def test_a_running_attempt_ends_and_the_next_one_waits(client: Client, worker, unique: str) -> None:
    go_on.clear()
    async with worker(Caller, activities=[fails_once]):
        handle = await client.start_workflow(Caller.run, unique, id=unique, task_queue=unique)
        await eventually(lambda: attempts.get(unique) == 1)
        await pause(client, unique)
        go_on.set()

        async def waits_for_second() -> bool:
            pending = (await described(client, unique)).pending_activities
            return bool(pending) and pending[0].attempt == 2 and not pending[0].HasField("next_attempt_schedule_time")

        await eventually(waits_for_second)
        # Whoever polls now would get it if it were there.
        probe = await client.start_workflow(Caller.run, f"{unique}-probe", id=f"{unique}-probe", task_queue=unique)
        assert await probe.result() == f"{unique}-probe"
        assert attempts[unique] == 1
        await unpause(client, unique)
        assert await handle.result() == unique
    assert attempts[unique] == 2


async def test_a_task_that_waited_in_its_queue_comes_when_the_run_goes_on(
    client: Client, raw: RawWorker, unique: str
) -> None:
    await raw.start()
    await pause(client, unique)
    await raw.start(workflow_id=f"{unique}-second")
    other = await raw.poll()
    assert other.workflow_execution.workflow_id == f"{unique}-second"
    await raw.answer(other, complete_workflow())
    await unpause(client, unique)
    task = await raw.poll()
    assert task.workflow_execution.workflow_id == unique
    await raw.answer(task, complete_workflow())
    names = await event_names(client.get_workflow_handle(unique))
    assert names[:4] == [
        "WorkflowExecutionStarted",
        "WorkflowTaskScheduled",
        "WorkflowExecutionPaused",
        "WorkflowExecutionUnpaused",
    ]


async def test_paused_runs_are_listed_as_such(client: Client, raw: RawWorker, unique: str) -> None:
    await raw.start()
    await pause(client, unique)

    async def found(query: str) -> list[WorkflowExecutionInfo]:
        request = ListWorkflowExecutionsRequest(namespace=client.namespace, query=f"WorkflowId = '{unique}' AND {query}")
        return list((await client.workflow_service.list_workflow_executions(request)).executions)

    async def listed(query: str) -> list[int]:
        return [run.status for run in await found(query)]

    [run] = await eventually(lambda: found("ExecutionStatus = 'Paused'"))
    assert run.status == Status.WORKFLOW_EXECUTION_STATUS_PAUSED
    words = json.loads(run.search_attributes.indexed_fields["TemporalPauseInfo"].data)
    assert words == [f"Workflow:{unique}", "Reason:an incident"]
    shown = (await described(client, unique)).workflow_execution_info.search_attributes
    assert shown == run.search_attributes
    assert await listed("ExecutionStatus = 'Running'") == []
    await unpause(client, unique)
    await eventually(lambda: listed("ExecutionStatus = 'Running'"))
    assert await listed("ExecutionStatus = 'Paused'") == []


async def test_a_request_has_its_effect_once(client: Client, raw: RawWorker, unique: str) -> None:
    with pytest.raises(RPCError, match="workflow not found for ID"):
        await pause(client, unique)
    await raw.start()
    with pytest.raises(RPCError, match="workflow is not paused."):
        await unpause(client, unique)
    await pause(client, unique, request_id="one")
    await pause(client, unique, request_id="one")
    with pytest.raises(RPCError, match="workflow is already paused.") as refused:
        await pause(client, unique, request_id="two")
    assert refused.value.status == RPCStatusCode.FAILED_PRECONDITION
    events = await names(client.get_workflow_handle(unique))
    assert events.count(PAUSED) == 1


@pytest.mark.parametrize("field", ["reason", "request_id", "identity"])
async def test_what_is_too_long_is_refused(client: Client, unique: str, field: str) -> None:
    for request, call in [
        (PauseWorkflowExecutionRequest(), client.workflow_service.pause_workflow_execution),
        (UnpauseWorkflowExecutionRequest(), client.workflow_service.unpause_workflow_execution),
    ]:
        request.namespace, request.workflow_id = client.namespace, unique
        setattr(request, field, "x" * 1001)
        with pytest.raises(RPCError, match=f"{field.replace('_', ' ')} is too long.") as refused:
            await call(request)
        assert refused.value.status == RPCStatusCode.INVALID_ARGUMENT


async def test_the_namespace_says_that_it_can_pause(client: Client) -> None:
    request = DescribeNamespaceRequest(namespace=client.namespace)
    answer = await client.workflow_service.describe_namespace(request)
    assert answer.namespace_info.capabilities.workflow_pause
