"""Bugs and failures in workflow code: what fails a task (and can be mended), what fails the workflow."""

import asyncio
from datetime import timedelta

import pytest
from temporalio import workflow
from temporalio.api.enums.v1 import WorkflowTaskFailedCause
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowFailureError
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError

from harness.history import TASK, attributes, event_names, without_tasks
from harness.wait import eventually

broken: set[str] = set()


@workflow.defn
class Buggy:
    """Has a bug for as long as its id is in `broken`: that is, once. Later tries come after a pause."""

    @workflow.run
    async def run(self) -> str:
        if workflow.info().workflow_id in broken:
            broken.discard(workflow.info().workflow_id)
            raise RuntimeError("a bug")
        return "mended"


@workflow.defn
class Fails:
    @workflow.run
    async def run(self, message: str) -> None:
        raise ApplicationError(message, {"detail": 1}, type="Planned", non_retryable=True)


@workflow.defn
class FailsUntil:
    @workflow.run
    async def run(self, good_attempt: int) -> int:
        attempt = workflow.info().attempt
        if attempt < good_attempt:
            raise ApplicationError(f"attempt {attempt}")
        return attempt


@workflow.defn(name="Edited")
class Original:
    @workflow.run
    async def run(self) -> str:
        await asyncio.sleep(0.02)
        await workflow.wait_condition(lambda: False, timeout=timedelta(seconds=60))
        return "never"


@workflow.defn(name="Edited")
class EditedBadly:
    """No longer starts the timer that its open runs have in their histories."""

    @workflow.run
    async def run(self) -> str:
        return "too early"


async def test_a_bug_fails_the_task_and_the_run_goes_on_once_it_is_mended(client: Client, worker, unique: str) -> None:
    broken.add(unique)
    async with worker(Buggy):
        handle = await client.start_workflow(Buggy.run, id=unique, task_queue=unique)
        assert await handle.result() == "mended"
    failed = await attributes(handle, "WorkflowTaskFailed")
    assert failed.failure.message == "a bug"
    assert failed.cause == WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE
    assert await event_names(handle) == [
        "WorkflowExecutionStarted",
        *TASK[:2],
        "WorkflowTaskFailed",
        *TASK,
        "WorkflowExecutionCompleted",
    ]


async def test_a_failure_that_is_meant_fails_the_workflow(client: Client, worker, unique: str) -> None:
    async with worker(Fails):
        handle = await client.start_workflow(Fails.run, "as planned", id=unique, task_queue=unique)
        with pytest.raises(WorkflowFailureError) as caught:
            await handle.result()
    error = caught.value.cause
    assert isinstance(error, ApplicationError)
    assert (error.message, error.type, error.non_retryable) == ("as planned", "Planned", True)
    assert error.details == ({"detail": 1},)
    assert without_tasks(await event_names(handle)) == ["WorkflowExecutionStarted", "WorkflowExecutionFailed"]
    assert (await handle.describe()).status == WorkflowExecutionStatus.FAILED


async def test_a_workflow_that_fails_is_tried_again_as_its_policy_says(client: Client, worker, unique: str) -> None:
    async with worker(FailsUntil):
        result = await client.execute_workflow(
            FailsUntil.run,
            3,
            id=unique,
            task_queue=unique,
            retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=20), backoff_coefficient=1.0),
        )
    assert result == 3


async def test_code_that_no_longer_fits_its_history_fails_the_task_as_nondeterministic(
    client: Client, worker, unique: str
) -> None:
    async with worker(Original):
        handle = await client.start_workflow("Edited", id=unique, task_queue=unique)
        # A worker that ends while it takes up a task may leave that task to its timeout.
        await eventually(lambda: waits_again(handle))
    await handle.signal("wake")
    async with worker(EditedBadly):
        await eventually(lambda: has(handle, "WorkflowTaskFailed"))
    failed = await attributes(handle, "WorkflowTaskFailed")
    assert "TMPRL1100" in failed.failure.message
    assert (await handle.describe()).status == WorkflowExecutionStatus.RUNNING


async def waits_again(handle) -> bool:
    return (await event_names(handle))[-5:] == ["TimerFired", *TASK, "TimerStarted"]


async def has(handle, name: str) -> bool:
    return name in await event_names(handle)
