"""Ending a workflow from outside: a cancellation that it can answer, a termination that it can't."""

import asyncio

import pytest
from temporalio import workflow
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import RequestCancelWorkflowExecutionRequest
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowFailureError
from temporalio.exceptions import CancelledError, TerminatedError
from temporalio.service import RPCError, RPCStatusCode

from harness.history import TASK, attributes, event_name, event_names, without_tasks
from harness.raw import RawWorker, cancel_workflow, complete_workflow, start_timer


@workflow.defn
class Waits:
    @workflow.run
    async def run(self) -> None:
        await asyncio.sleep(600)


@workflow.defn
class CleansUp:
    """Does what it must once it is cancelled, and ends well or as cancelled."""

    @workflow.run
    async def run(self, end_well: bool) -> str:
        try:
            await asyncio.sleep(600)
        except asyncio.CancelledError:
            await asyncio.sleep(0.02)
            if end_well:
                return "cleaned up"
            raise
        return "never"


async def test_a_cancelled_workflow_ends_as_cancelled(client: Client, worker, unique: str) -> None:
    async with worker(Waits):
        handle = await client.start_workflow(Waits.run, id=unique, task_queue=unique)
        await handle.cancel()
        with pytest.raises(WorkflowFailureError) as caught:
            await handle.result()
    assert isinstance(caught.value.cause, CancelledError)
    assert (await handle.describe()).status == WorkflowExecutionStatus.CANCELED
    names = without_tasks(await event_names(handle))
    assert names.count("WorkflowExecutionCancelRequested") == 1
    assert names[-1] == "WorkflowExecutionCanceled"


@pytest.mark.parametrize("end_well", [True, False])
async def test_a_workflow_decides_how_it_ends_when_cancelled(
    client: Client, worker, unique: str, end_well: bool
) -> None:
    async with worker(CleansUp):
        handle = await client.start_workflow(CleansUp.run, end_well, id=unique, task_queue=unique)
        await handle.cancel()
        if end_well:
            assert await handle.result() == "cleaned up"
        else:
            with pytest.raises(WorkflowFailureError) as caught:
                await handle.result()
            assert isinstance(caught.value.cause, CancelledError)


async def test_cancelling_twice_is_cancelling_once(client: Client, raw: RawWorker) -> None:
    await raw.start()
    handle = client.get_workflow_handle(raw.task_queue)
    await handle.cancel()
    await handle.cancel()
    task = await raw.poll()
    names = [event_name(event) for event in task.history.events]
    assert names.count("WorkflowExecutionCancelRequested") == 1
    await raw.answer(task, cancel_workflow())
    assert await event_names(handle) == [
        "WorkflowExecutionStarted",
        "WorkflowTaskScheduled",
        "WorkflowExecutionCancelRequested",
        *TASK[1:],
        "WorkflowExecutionCanceled",
    ]


async def test_a_cancellation_that_comes_while_a_task_runs_is_answered_by_the_next(
    client: Client, raw: RawWorker
) -> None:
    await raw.start()
    task = await raw.poll()
    handle = client.get_workflow_handle(raw.task_queue)
    await handle.cancel()
    await raw.answer(task, start_timer("t", 60))
    await raw.answer_next(cancel_workflow())
    assert without_tasks(await event_names(handle)) == [
        "WorkflowExecutionStarted",
        "TimerStarted",
        "WorkflowExecutionCancelRequested",
        "WorkflowExecutionCanceled",
    ]


async def test_a_cancellation_says_why(client: Client, raw: RawWorker) -> None:
    await raw.start()
    await raw.service.request_cancel_workflow_execution(
        RequestCancelWorkflowExecutionRequest(
            namespace=raw.namespace,
            workflow_execution=WorkflowExecution(workflow_id=raw.task_queue),
            identity="somebody",
            reason="no longer needed",
        )
    )
    requested = await attributes(client.get_workflow_handle(raw.task_queue), "WorkflowExecutionCancelRequested")
    assert requested.cause == "no longer needed"
    assert requested.identity == "somebody"


async def test_a_terminated_workflow_ends_at_once_with_reason_and_details(client: Client, raw: RawWorker) -> None:
    await raw.start()
    handle = client.get_workflow_handle(raw.task_queue)
    await handle.terminate("detail one", "detail two", reason="enough")
    with pytest.raises(WorkflowFailureError) as caught:
        await handle.result()
    assert isinstance(caught.value.cause, TerminatedError)
    assert (await handle.describe()).status == WorkflowExecutionStatus.TERMINATED
    terminated = await attributes(handle, "WorkflowExecutionTerminated")
    assert terminated.reason == "enough"
    assert [one.data for one in terminated.details.payloads] == [b'"detail one"', b'"detail two"']
    assert await event_names(handle) == [
        "WorkflowExecutionStarted",
        "WorkflowTaskScheduled",
        "WorkflowExecutionTerminated",
    ]


async def test_termination_does_not_wait_for_the_task_that_runs(client: Client, raw: RawWorker) -> None:
    await raw.start()
    await raw.poll()
    handle = client.get_workflow_handle(raw.task_queue)
    await handle.terminate()
    names = await event_names(handle)
    assert names[:3] == ["WorkflowExecutionStarted", *TASK[:2]]
    assert names[-1] == "WorkflowExecutionTerminated"


async def test_a_closed_workflow_cannot_be_terminated(client: Client, raw: RawWorker) -> None:
    await raw.start()
    await raw.answer_next(complete_workflow())
    before = await raw.history()
    with pytest.raises(RPCError) as caught:
        await client.get_workflow_handle(raw.task_queue).terminate()
    assert caught.value.status == RPCStatusCode.NOT_FOUND
    assert await raw.history() == before


async def test_cancelling_a_closed_workflow_changes_nothing_and_is_no_error(client: Client, raw: RawWorker) -> None:
    await raw.start()
    await raw.answer_next(complete_workflow())
    before = await raw.history()
    await client.get_workflow_handle(raw.task_queue).cancel()
    assert await raw.history() == before


@pytest.mark.parametrize("how", ["cancel", "terminate"])
async def test_a_run_of_another_chain_is_left_alone(client: Client, raw: RawWorker, how: str) -> None:
    await raw.start()
    stranger = client.get_workflow_handle(raw.task_queue, first_execution_run_id="00000000-0000-4000-8000-000000000000")
    with pytest.raises(RPCError) as caught:
        await getattr(stranger, how)()
    assert caught.value.status == RPCStatusCode.NOT_FOUND
    assert (await client.get_workflow_handle(raw.task_queue).describe()).status == WorkflowExecutionStatus.RUNNING


async def test_a_pending_task_of_a_terminated_run_reaches_no_worker(client: Client, raw: RawWorker) -> None:
    await raw.start(f"{raw.task_queue}-gone")
    await client.get_workflow_handle(f"{raw.task_queue}-gone").terminate()
    run_id = await raw.start()
    assert (await raw.poll()).workflow_execution.run_id == run_id
