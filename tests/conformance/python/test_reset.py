"""Reset: a run begins again from a workflow task of its past, and hears again what came after that."""

import uuid
from typing import Any

import pytest
from temporalio import workflow
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import (
    ResetReapplyExcludeType,
    WorkflowTaskFailedCause,
)
from temporalio.api.workflow.v1 import PostResetOperation
from temporalio.api.workflowservice.v1 import (
    DescribeWorkflowExecutionRequest,
    DescribeWorkflowExecutionResponse,
    ResetWorkflowExecutionRequest,
)
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from harness.history import event_name, events
from harness.raw import RawWorker, complete_workflow, schedule_activity, seconds, start_timer
from harness.wait import eventually

WITHOUT_SIGNALS = ResetReapplyExcludeType.RESET_REAPPLY_EXCLUDE_TYPE_SIGNAL


async def reset(client: Client, workflow_id: str, finish_event_id: int, run_id: str = "", **more: Any) -> str:
    more.setdefault("request_id", str(uuid.uuid4()))
    answer = await client.workflow_service.reset_workflow_execution(
        ResetWorkflowExecutionRequest(
            namespace=client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=workflow_id, run_id=run_id),
            reason="try again",
            workflow_task_finish_event_id=finish_event_id,
            **more,
        )
    )
    return answer.run_id


async def describe(raw: RawWorker, run_id: str) -> DescribeWorkflowExecutionResponse:
    return await raw.service.describe_workflow_execution(
        DescribeWorkflowExecutionRequest(
            namespace=raw.namespace, execution=WorkflowExecution(workflow_id=raw.task_queue, run_id=run_id)
        )
    )


async def names(raw: RawWorker, run_id: str) -> list[str]:
    return [event_name(event) for event in await raw.history(run_id=run_id)]


async def waiting_run(raw: RawWorker) -> str:
    """A run with two workflow tasks behind it, a signal before and one after the second."""
    run_id = await raw.start()
    handle = raw.client.get_workflow_handle(raw.task_queue)
    await raw.answer_next(start_timer("t", 60))
    await handle.signal("one")
    await raw.answer_next(start_timer("t2", 60))
    await handle.signal("two")
    # Nobody is cancelled by a reset: this is not said again.
    await handle.cancel()
    return run_id


async def test_the_new_run_has_the_old_events_then_the_end_of_its_task_then_the_signals(raw: RawWorker) -> None:
    old = await waiting_run(raw)
    new = await reset(raw.client, raw.task_queue, 4)
    history = await raw.history(run_id=new)
    assert [event_name(event) for event in history] == [
        "WorkflowExecutionStarted",
        "WorkflowTaskScheduled",
        "WorkflowTaskStarted",
        "WorkflowTaskFailed",
        "WorkflowExecutionSignaled",
        "WorkflowExecutionSignaled",
        "WorkflowTaskScheduled",
    ]
    before = await raw.history(run_id=old)
    assert [event.event_time for event in history[:3]] == [event.event_time for event in before[:3]]
    assert history[0].workflow_execution_started_event_attributes.original_execution_run_id == old
    failed = history[3].workflow_task_failed_event_attributes
    assert failed.cause == WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW
    assert (failed.base_run_id, failed.new_run_id) == (old, new)
    assert failed.failure.message == "try again"
    assert failed.failure.HasField("reset_workflow_failure_info")
    signals = [event.workflow_execution_signaled_event_attributes.signal_name for event in history[4:6]]
    assert signals == ["one", "two"]
    ended = before[-1].workflow_execution_terminated_event_attributes
    assert (event_name(before[-1]), ended.reason) == ("WorkflowExecutionTerminated", "try again")
    task = await raw.poll()
    assert (task.workflow_execution.run_id, task.previous_started_event_id) == (new, 0)
    await raw.answer(task, complete_workflow())
    assert (await names(raw, new))[-1] == "WorkflowExecutionCompleted"


async def test_a_description_tells_of_the_reset(raw: RawWorker) -> None:
    old = await waiting_run(raw)
    new = await reset(raw.client, raw.task_queue, 4)
    first, second = await describe(raw, old), await describe(raw, new)
    assert first.workflow_extended_info.reset_run_id == new
    assert first.workflow_execution_info.status == WorkflowExecutionStatus.TERMINATED
    began = first.workflow_execution_info.start_time
    assert second.workflow_extended_info.original_start_time == began
    assert second.workflow_execution_info.start_time == second.workflow_extended_info.last_reset_time
    assert second.workflow_execution_info.first_run_id == old
    await raw.answer_next(complete_workflow())


async def test_what_was_pending_then_is_pending_again(raw: RawWorker) -> None:
    await raw.start()
    await raw.answer_next(start_timer("t", 60), schedule_activity("a", raw.task_queue))
    taken = await raw.poll_activity()
    handle = raw.client.get_workflow_handle(raw.task_queue)
    await handle.signal("one")
    task = await raw.poll()
    new = await reset(raw.client, raw.task_queue, task.started_event_id)
    again = await raw.poll_activity()
    assert (again.activity_id, again.attempt) == (taken.activity_id, 1)
    assert again.workflow_execution.run_id == new
    with pytest.raises(RPCError):
        await raw.complete_activity(taken)
    await raw.complete_activity(again)
    await raw.answer_next(complete_workflow())


async def test_signals_can_be_left_out(raw: RawWorker) -> None:
    await waiting_run(raw)
    new = await reset(raw.client, raw.task_queue, 4, reset_reapply_exclude_types=[WITHOUT_SIGNALS])
    assert "WorkflowExecutionSignaled" not in await names(raw, new)
    await raw.answer_next(complete_workflow())


async def test_a_signal_can_follow_a_reset(raw: RawWorker) -> None:
    await waiting_run(raw)
    signal = PostResetOperation(signal_workflow=PostResetOperation.SignalWorkflow(signal_name="three"))
    new = await reset(raw.client, raw.task_queue, 4, post_reset_operations=[signal])
    signals = [e for e in await raw.history(run_id=new) if event_name(e) == "WorkflowExecutionSignaled"]
    names_of = [e.workflow_execution_signaled_event_attributes.signal_name for e in signals]
    assert names_of == ["one", "two", "three"]


async def test_a_bad_operation_after_a_reset_changes_nothing(raw: RawWorker) -> None:
    old = await waiting_run(raw)
    for operation in (PostResetOperation(), PostResetOperation(signal_workflow=PostResetOperation.SignalWorkflow())):
        with pytest.raises(RPCError) as refused:
            await reset(raw.client, raw.task_queue, 4, post_reset_operations=[operation])
        assert refused.value.status is RPCStatusCode.INVALID_ARGUMENT
    assert (await describe(raw, "")).workflow_execution_info.execution.run_id == old


async def test_the_end_of_a_child_that_was_begun_before_reaches_the_new_run(
    client: Client, worker, unique: str
) -> None:
    async with worker(Parent, Waits):
        parent = await client.start_workflow(Parent.run, f"{unique}-child", id=unique, task_queue=unique)
        child = client.get_workflow_handle(f"{unique}-child")

        async def child_waits() -> bool:
            started = [e for e in await events(parent) if event_name(e) == "ChildWorkflowExecutionStarted"]
            return bool(started)

        await eventually(child_waits)
        await parent.signal(Parent.note)

        async def has_seen_signal() -> bool:
            done = [e for e in await events(parent) if event_name(e) == "WorkflowTaskCompleted"]
            return len(done) == 3

        await eventually(has_seen_signal)
        completed = [e.event_id for e in await events(parent) if event_name(e) == "WorkflowTaskCompleted"]
        new = client.get_workflow_handle(unique, run_id=await reset(client, unique, completed[1]))
        await child.signal(Waits.end)
        assert await new.result() == "ended"


async def test_a_closed_run_begins_again(raw: RawWorker) -> None:
    old = await raw.start(workflow_run_timeout=seconds(300))
    await raw.answer_next(complete_workflow("too early"))
    new = await reset(raw.client, raw.task_queue, 4, old)
    await raw.answer_next(complete_workflow("now"))
    assert (await names(raw, new))[3:] == [
        "WorkflowTaskFailed",
        "WorkflowTaskScheduled",
        "WorkflowTaskStarted",
        "WorkflowTaskCompleted",
        "WorkflowExecutionCompleted",
    ]
    assert (await names(raw, old))[-1] == "WorkflowExecutionCompleted"


async def test_the_same_request_makes_one_run(raw: RawWorker) -> None:
    await waiting_run(raw)
    request_id = str(uuid.uuid4())
    first = await reset(raw.client, raw.task_queue, 4, request_id=request_id)
    assert await reset(raw.client, raw.task_queue, 4, request_id=request_id) == first
    await raw.answer_next(complete_workflow())


@pytest.mark.parametrize("event_id", [0, 1, 2, 6, 99])
async def test_only_a_workflow_task_can_be_begun_again(raw: RawWorker, event_id: int) -> None:
    run_id = await waiting_run(raw)
    with pytest.raises(RPCError) as refused:
        await reset(raw.client, raw.task_queue, event_id)
    assert refused.value.status == RPCStatusCode.INVALID_ARGUMENT
    assert (await describe(raw, run_id)).workflow_execution_info.status == WorkflowExecutionStatus.RUNNING
    await raw.client.get_workflow_handle(raw.task_queue).terminate()


@workflow.defn
class Adds:
    def __init__(self) -> None:
        self.total = 0
        self.ended = False

    @workflow.run
    async def run(self) -> int:
        await workflow.wait_condition(lambda: self.ended)
        return self.total

    @workflow.update
    def add(self, number: int) -> int:
        self.total += number
        return self.total

    @workflow.signal
    def subtract(self, number: int) -> None:
        self.total -= number

    @workflow.signal
    def end(self) -> None:
        self.ended = True


@workflow.defn
class Waits:
    def __init__(self) -> None:
        self.ended = False

    @workflow.run
    async def run(self) -> str:
        await workflow.wait_condition(lambda: self.ended)
        return "ended"

    @workflow.signal
    def end(self) -> None:
        self.ended = True


@workflow.defn
class Parent:
    @workflow.run
    async def run(self, child_id: str) -> str:
        return await workflow.execute_child_workflow(Waits.run, id=child_id)

    @workflow.signal
    def note(self) -> None:
        """Only makes a workflow task."""


async def test_a_worker_does_updates_and_signals_again(client: Client, worker, unique: str) -> None:
    async with worker(Adds):
        handle = await client.start_workflow(Adds.run, id=unique, task_queue=unique)
        assert await handle.execute_update(Adds.add, 40, id="forty") == 40
        await handle.signal(Adds.subtract, 1)
        assert await handle.execute_update(Adds.add, 3, id="three") == 42
        first_completed = next(e.event_id for e in await events(handle) if event_name(e) == "WorkflowTaskCompleted")
        new = client.get_workflow_handle(unique, run_id=await reset(client, unique, first_completed))

        async def has_done_all() -> bool:
            done = [e for e in await events(new) if event_name(e) == "WorkflowExecutionUpdateCompleted"]
            return len(done) == 2

        await eventually(has_done_all)
        await new.signal(Adds.end)
        assert await new.result() == 42
