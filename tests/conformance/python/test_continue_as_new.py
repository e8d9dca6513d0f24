"""Continue-as-new: a chain of runs under one id, each with its own history."""

from datetime import timedelta

import pytest
from temporalio import workflow
from temporalio.client import (
    Client,
    WorkflowContinuedAsNewError,
    WorkflowExecutionStatus,
)
from temporalio.common import RetryPolicy

from harness.history import attributes, event_name, event_names, without_tasks
from harness.raw import RawWorker, complete_workflow, continue_as_new, payload, seconds


@workflow.defn
class CountDown:
    def __init__(self) -> None:
        self.signals = 0

    @workflow.run
    async def run(self, left: int) -> str:
        if left > 0:
            workflow.continue_as_new(left - 1)
        info = workflow.info()
        return f"{info.continued_run_id != info.run_id}"

    @workflow.signal
    def poke(self) -> None:
        self.signals += 1


@workflow.defn
class HandsOver:
    """Continues as another type, with other timeouts and a memo."""

    @workflow.run
    async def run(self) -> str:
        workflow.continue_as_new(
            args=["handed over"],
            workflow="Receives",
            task_timeout=timedelta(seconds=5),
            run_timeout=timedelta(seconds=100),
            memo={"from": "HandsOver"},
            retry_policy=RetryPolicy(maximum_attempts=3),
        )


@workflow.defn
class Receives:
    @workflow.run
    async def run(self, what: str) -> str:
        return what


async def test_a_chain_of_runs_gives_the_result_of_the_last(client: Client, worker, unique: str) -> None:
    async with worker(CountDown):
        handle = await client.start_workflow(CountDown.run, 3, id=unique, task_queue=unique)
        assert await handle.result() == "True"
        first = client.get_workflow_handle(unique, run_id=handle.first_execution_run_id)
        with pytest.raises(WorkflowContinuedAsNewError) as caught:
            await first.result(follow_runs=False)
    runs = [first.run_id]
    next_run = caught.value.new_execution_run_id
    while next_run:
        run = client.get_workflow_handle(unique, run_id=next_run)
        started = await attributes(run, "WorkflowExecutionStarted")
        assert started.continued_execution_run_id == runs[-1]
        assert started.first_execution_run_id == runs[0]
        assert started.original_execution_run_id == next_run
        runs.append(next_run)
        last_events = await event_names(run)
        if last_events[-1] != "WorkflowExecutionContinuedAsNew":
            break
        next_run = (await attributes(run, "WorkflowExecutionContinuedAsNew")).new_execution_run_id
    assert len(runs) == 4
    assert (await first.describe()).status == WorkflowExecutionStatus.CONTINUED_AS_NEW
    assert without_tasks(await event_names(first)) == ["WorkflowExecutionStarted", "WorkflowExecutionContinuedAsNew"]


async def test_the_new_run_takes_what_the_old_one_says(client: Client, worker, unique: str) -> None:
    async with worker(HandsOver, Receives):
        handle = await client.start_workflow(
            HandsOver.run, id=unique, task_queue=unique, execution_timeout=timedelta(seconds=500), memo={"old": 1}
        )
        assert await handle.result() == "handed over"
    last = client.get_workflow_handle(unique)
    started = await attributes(last, "WorkflowExecutionStarted")
    assert started.workflow_type.name == "Receives"
    assert started.workflow_task_timeout == seconds(5)
    assert started.workflow_run_timeout == seconds(100)
    assert started.workflow_execution_timeout == seconds(500)
    assert started.retry_policy.maximum_attempts == 3
    assert started.memo.fields["from"] == payload("HandsOver")
    assert started.attempt == 1


async def test_a_signal_that_the_old_run_has_not_seen_stops_it_from_continuing(client: Client, raw: RawWorker) -> None:
    await raw.start()
    task = await raw.poll()
    handle = client.get_workflow_handle(raw.task_queue)
    await handle.signal("late")
    with pytest.raises(Exception, match="UnhandledCommand"):
        await raw.answer(task, continue_as_new("some-workflow", raw.task_queue))
    await raw.answer_next(continue_as_new("some-workflow", raw.task_queue))
    next_task = await raw.poll()
    assert next_task.workflow_execution.run_id != task.workflow_execution.run_id
    assert [event_name(event) for event in next_task.history.events][0] == "WorkflowExecutionStarted"
    await raw.answer(next_task, complete_workflow())


async def test_a_signal_without_a_run_id_reaches_the_newest_run(client: Client, raw: RawWorker) -> None:
    first = await raw.start()
    await raw.answer_next(continue_as_new("some-workflow", raw.task_queue))
    await client.get_workflow_handle(raw.task_queue).signal("hello")
    task = await raw.poll()
    assert task.workflow_execution.run_id != first
    assert "WorkflowExecutionSignaled" in [event_name(event) for event in task.history.events]


async def test_terminating_the_chain_by_its_first_run_ends_the_newest(client: Client, raw: RawWorker) -> None:
    first = await raw.start()
    await raw.answer_next(continue_as_new("some-workflow", raw.task_queue))
    chain = client.get_workflow_handle(raw.task_queue, first_execution_run_id=first)
    await chain.terminate()
    newest = await client.get_workflow_handle(raw.task_queue).describe()
    assert newest.run_id != first
    assert newest.status == WorkflowExecutionStatus.TERMINATED
