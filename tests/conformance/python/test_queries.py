"""Queries: answered from the current state, consistent with what was acknowledged, also after the end."""

import asyncio
from datetime import timedelta

import pytest
from temporalio import workflow
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import QueryRejectCondition as Reject
from temporalio.api.enums.v1 import WorkflowExecutionStatus
from temporalio.api.workflowservice.v1 import (
    QueryWorkflowRequest,
    QueryWorkflowResponse,
)
from temporalio.client import (
    Client,
    RPCError,
    WorkflowQueryFailedError,
    WorkflowQueryRejectedError,
)
from temporalio.common import QueryRejectCondition
from temporalio.service import RPCStatusCode

from harness.history import event_names
from harness.raw import RawWorker, complete_workflow, query_answer, start_timer


@workflow.defn
class Counter:
    def __init__(self) -> None:
        self.count = 0
        self.ended = False

    @workflow.run
    async def run(self) -> int:
        await workflow.wait_condition(lambda: self.ended)
        return self.count

    @workflow.signal
    def add(self, number: int) -> None:
        self.count += number

    @workflow.signal
    def end(self) -> None:
        self.ended = True

    @workflow.query
    def total(self) -> int:
        return self.count

    @workflow.query
    def times(self, factor: int) -> int:
        return self.count * factor

    @workflow.query
    def breaks(self) -> int:
        raise RuntimeError("a broken query")


def query(raw: RawWorker, **more) -> asyncio.Task[QueryWorkflowResponse]:
    request = QueryWorkflowRequest(
        namespace=raw.namespace,
        execution=WorkflowExecution(workflow_id=raw.task_queue),
        query={"query_type": "how-far"},
        **more,
    )
    return asyncio.create_task(raw.service.query_workflow(request))


async def test_a_query_sees_every_signal_that_was_acknowledged(client: Client, worker, unique: str) -> None:
    async with worker(Counter):
        handle = await client.start_workflow(Counter.run, id=unique, task_queue=unique)
        for number in range(1, 11):
            await handle.signal(Counter.add, 1)
            assert await handle.query(Counter.total) == number
        assert await handle.query(Counter.times, 3) == 30
        before = await event_names(handle)
        for _ in range(5):
            await handle.query(Counter.total)
        assert await event_names(handle) == before, "a query leaves no trace"
        await handle.signal(Counter.end)
        assert await handle.result() == 10


async def test_a_closed_workflow_still_answers(client: Client, worker, unique: str) -> None:
    async with worker(Counter):
        handle = await client.start_workflow(Counter.run, id=unique, task_queue=unique)
        await handle.signal(Counter.add, 5)
        await handle.signal(Counter.end)
        await handle.result()
        assert await handle.query(Counter.total) == 5
    async with worker(Counter):
        assert await handle.query(Counter.total) == 5, "also by a worker that has to replay it"


async def test_a_query_that_fails_says_why(client: Client, worker, unique: str) -> None:
    async with worker(Counter):
        handle = await client.start_workflow(Counter.run, id=unique, task_queue=unique)
        with pytest.raises(WorkflowQueryFailedError) as caught:
            await handle.query(Counter.breaks)
        assert "a broken query" in caught.value.message
        with pytest.raises(WorkflowQueryFailedError) as caught:
            await handle.query("no-such-query")
        assert "no-such-query" in caught.value.message
        assert await handle.query(Counter.total) == 0


@pytest.mark.sundial_only
async def test_a_query_that_no_worker_can_answer_says_so_before_the_caller_gives_up(
    client: Client, unique: str
) -> None:
    handle = await client.start_workflow(Counter.run, id=unique, task_queue=unique)
    with pytest.raises(RPCError) as caught:
        await handle.query(Counter.total, rpc_timeout=timedelta(seconds=20))
    assert caught.value.status == RPCStatusCode.FAILED_PRECONDITION
    assert "worker" in caught.value.message


async def test_a_query_that_no_worker_answers_ends_with_the_caller_s_patience(client: Client, raw: RawWorker) -> None:
    await raw.start()
    await raw.answer_next(start_timer("t", 60))
    handle = client.get_workflow_handle(raw.task_queue)
    with pytest.raises(RPCError) as caught:
        await handle.query("how-far", rpc_timeout=timedelta(milliseconds=700))
    # The SDK's own clock and the server's answer race.
    assert caught.value.status in (
        RPCStatusCode.FAILED_PRECONDITION,
        RPCStatusCode.DEADLINE_EXCEEDED,
        RPCStatusCode.CANCELLED,
    )


async def test_a_run_that_ended_before_its_first_task_has_no_state_to_ask(client: Client, unique: str) -> None:
    handle = await client.start_workflow(Counter.run, id=unique, task_queue=unique)
    await handle.terminate()
    with pytest.raises(RPCError) as caught:
        await handle.query(Counter.total)
    assert caught.value.status == RPCStatusCode.FAILED_PRECONDITION


@pytest.mark.parametrize(
    ("condition", "ended", "rejected"),
    [
        (Reject.QUERY_REJECT_CONDITION_NOT_OPEN, "completed", True),
        (Reject.QUERY_REJECT_CONDITION_NOT_COMPLETED_CLEANLY, "completed", False),
        (Reject.QUERY_REJECT_CONDITION_NOT_COMPLETED_CLEANLY, "terminated", True),
        (Reject.QUERY_REJECT_CONDITION_NONE, "terminated", False),
    ],
)
async def test_a_query_is_rejected_by_the_state_that_it_names(
    client: Client, worker, unique: str, condition: int, ended: str, rejected: bool
) -> None:
    async with worker(Counter):
        handle = await client.start_workflow(Counter.run, id=unique, task_queue=unique)
        assert await handle.query(Counter.total) == 0
        if ended == "completed":
            await handle.signal(Counter.end)
            await handle.result()
        else:
            await handle.terminate()
        sdk_condition = QueryRejectCondition(condition)
        if rejected:
            with pytest.raises(WorkflowQueryRejectedError) as caught:
                await handle.query(Counter.total, reject_condition=sdk_condition)
            assert caught.value.status is not None
            assert caught.value.status.name == ended.upper()
        else:
            assert await handle.query(Counter.total, reject_condition=sdk_condition) == 0


async def test_a_query_waits_for_the_task_that_is_due_and_goes_with_it(raw: RawWorker) -> None:
    await raw.start()
    asked = query(raw)
    task = await raw.poll()
    if not task.queries:
        # The query came after the task was handed out: then it waits for the end of that.
        await raw.answer(task, start_timer("t", 60))
        task = await raw.poll()
        assert task.query.query_type == "how-far"
        await raw.answer_query(task, "answer")
    else:
        (query_id,) = task.queries
        assert task.queries[query_id].query_type == "how-far"
        await raw.answer(task, start_timer("t", 60), query_results={query_id: query_answer("answer")})
    assert (await asked).query_result.payloads[0].data == b'"answer"'


async def test_a_query_of_an_idle_run_comes_alone_with_its_history(raw: RawWorker) -> None:
    await raw.start()
    await raw.answer_next(start_timer("t", 60))
    asked = query(raw)
    task = await raw.poll()
    assert task.query.query_type == "how-far"
    assert len(task.history.events) == 5
    assert task.started_event_id == 0
    await raw.answer_query(task, "alone")
    assert (await asked).query_result.payloads[0].data == b'"alone"'
    assert len(await raw.history()) == 5


async def test_a_query_of_a_sticky_run_comes_to_the_sticky_queue(raw: RawWorker) -> None:
    await raw.start()
    sticky = f"{raw.task_queue}-sticky"
    await raw.answer_next(start_timer("t", 60), sticky=sticky)
    waiting = await raw.in_line(sticky=sticky)
    asked = query(raw)
    task = await waiting
    assert task.query.query_type == "how-far"
    await raw.answer_query(task, "cached")
    assert (await asked).query_result.payloads[0].data == b'"cached"'


async def test_a_rejected_query_names_the_status(raw: RawWorker) -> None:
    await raw.start()
    await raw.answer_next(complete_workflow())
    response = await query(raw, query_reject_condition=Reject.QUERY_REJECT_CONDITION_NOT_OPEN)
    assert response.query_rejected.status == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_COMPLETED


async def test_many_queries_at_once_are_all_answered(client: Client, worker, unique: str) -> None:
    async with worker(Counter):
        handle = await client.start_workflow(Counter.run, id=unique, task_queue=unique)
        await handle.signal(Counter.add, 2)
        answers = await asyncio.gather(*[handle.query(Counter.times, factor) for factor in range(30)])
    assert answers == [2 * factor for factor in range(30)]
