"""Cron schedules: each run is a run of its own in a chain, waits for its time, and hears how the last one ended."""

import pytest
from temporalio import workflow
from temporalio.api.common.v1 import RetryPolicy
from temporalio.api.enums.v1 import ContinueAsNewInitiator
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from harness.history import attributes, event_name
from harness.raw import RawWorker, cancel_workflow, complete_workflow, fail_workflow, failure, payloads
from harness.wait import eventually

BY_SCHEDULE = ContinueAsNewInitiator.CONTINUE_AS_NEW_INITIATOR_CRON_SCHEDULE


@workflow.defn
class Counts:
    """Knows the result of the last run that succeeded; the third run fails, the fifth waits for its end."""

    @workflow.run
    async def run(self) -> int:
        last = workflow.get_last_completion_result(int) if workflow.has_last_completion_result() else 0
        assert last is not None
        if workflow.get_last_failure() is None and last == 2:
            raise ApplicationError("the third one fails", non_retryable=True)
        if last == 3:
            await workflow.wait_condition(lambda: False)
        return last + 1


async def test_runs_follow_one_another_and_carry_results_and_failures_along(
    client: Client, worker, unique: str
) -> None:
    async with worker(Counts):
        handle = await client.start_workflow(Counts.run, id=unique, task_queue=unique, cron_schedule="@every 1s")
        runs = [handle.first_execution_run_id]

        async def fifth_runs() -> bool:
            newest = await client.get_workflow_handle(unique).describe()
            if newest.run_id not in runs:
                runs.append(newest.run_id)
            if len(runs) < 5:
                return False
            history = [event_name(e) async for e in client.get_workflow_handle(unique).fetch_history_events()]
            return "WorkflowTaskCompleted" in history

        await eventually(fifth_runs, within=30)
    by_run = [client.get_workflow_handle(unique, run_id=run_id) for run_id in runs]
    statuses = [(await run.describe()).status for run in by_run]
    assert statuses == [
        WorkflowExecutionStatus.COMPLETED,
        WorkflowExecutionStatus.COMPLETED,
        WorkflowExecutionStatus.FAILED,
        WorkflowExecutionStatus.COMPLETED,
        WorkflowExecutionStatus.RUNNING,
    ]
    started = [await attributes(run, "WorkflowExecutionStarted") for run in by_run]
    assert [s.initiator for s in started] == [BY_SCHEDULE] * 5
    assert all(s.cron_schedule == "@every 1s" for s in started)
    assert all(s.first_execution_run_id == runs[0] for s in started)
    assert [s.continued_execution_run_id for s in started] == ["", *runs[:-1]]
    assert [s.last_completion_result.payloads[0].data if s.HasField("last_completion_result") else b"" for s in started] == [
        b"",
        b"1",
        b"2",
        b"2",
        b"3",
    ]
    assert [s.continued_failure.message for s in started] == ["", "", "", "the third one fails", ""]
    ended = await attributes(by_run[0], "WorkflowExecutionCompleted")
    assert ended.new_execution_run_id == runs[1]
    assert (await attributes(by_run[2], "WorkflowExecutionFailed")).new_execution_run_id == runs[3]
    await client.get_workflow_handle(unique).terminate()


async def test_the_first_run_waits_for_its_time(raw: RawWorker) -> None:
    await raw.start(cron_schedule="0 0 1 1 *")
    [started] = await raw.history()
    backoff = started.workflow_execution_started_event_attributes.first_workflow_task_backoff
    assert backoff.seconds > 0 and backoff.nanos == 0
    described = await raw.client.get_workflow_handle(raw.task_queue).describe()
    due = described.execution_time
    assert due is not None and (due.month, due.day, due.hour, due.minute) == (1, 1, 0, 0)
    await raw.client.get_workflow_handle(raw.task_queue).terminate()


async def test_a_schedule_goes_by_the_clocks_of_its_time_zone(raw: RawWorker) -> None:
    await raw.start(cron_schedule="CRON_TZ=Asia/Kolkata 0 12 * * *")
    described = await raw.client.get_workflow_handle(raw.task_queue).describe()
    due = described.execution_time
    assert due is not None and (due.hour, due.minute) == (6, 30)
    await raw.client.get_workflow_handle(raw.task_queue).terminate()


async def test_a_cancelled_run_does_not_wait_and_ends_its_schedule(raw: RawWorker) -> None:
    run_id = await raw.start(cron_schedule="0 0 1 1 *")
    handle = raw.client.get_workflow_handle(raw.task_queue)
    await handle.signal("waits")
    await handle.cancel()
    await raw.answer_next(cancel_workflow())
    newest = await handle.describe()
    assert (newest.run_id, newest.status) == (run_id, WorkflowExecutionStatus.CANCELED)


async def test_a_retry_comes_before_the_schedule(raw: RawWorker) -> None:
    await raw.start(cron_schedule="@every 1s", retry_policy=RetryPolicy(maximum_attempts=2))
    await raw.answer_next(fail_workflow(failure("once")))
    second = await raw.poll()
    started = second.history.events[0].workflow_execution_started_event_attributes
    assert started.attempt == 2
    assert started.initiator == ContinueAsNewInitiator.CONTINUE_AS_NEW_INITIATOR_RETRY
    await raw.answer(second, fail_workflow(failure("twice")))
    third = await raw.poll()
    started = third.history.events[0].workflow_execution_started_event_attributes
    assert (started.attempt, started.initiator) == (1, BY_SCHEDULE)
    assert started.continued_failure.message == "twice"
    await raw.answer(third, complete_workflow("well"))
    fourth = await raw.poll()
    started = fourth.history.events[0].workflow_execution_started_event_attributes
    assert started.last_completion_result == payloads("well")
    assert not started.HasField("continued_failure")
    await raw.client.get_workflow_handle(raw.task_queue).terminate()


@pytest.mark.parametrize("schedule", ["nonsense", "60 * * * *", "@every x", "CRON_TZ=Nowhere/AtAll * * * * *"])
async def test_a_schedule_that_cannot_be_read_is_refused(raw: RawWorker, schedule: str) -> None:
    with pytest.raises(RPCError) as refused:
        await raw.start(cron_schedule=schedule)
    assert refused.value.status == RPCStatusCode.INVALID_ARGUMENT
    assert refused.value.message.lower() == "invalid cronschedule."
