"""Cancelling an activity, in each of the three ways that a workflow can choose."""

import asyncio
from datetime import timedelta

import pytest
from temporalio import activity, workflow
from temporalio.client import Client, WorkflowFailureError
from temporalio.exceptions import ActivityError, CancelledError
from temporalio.workflow import ActivityCancellationType as How

from harness.history import event_names, without_tasks
from harness.wait import eventually

ended: dict[str, str] = {}


@activity.defn
async def waits_to_be_told() -> str:
    """Beats until it is cancelled; takes a moment to clean up, then says so."""
    key = activity.info().workflow_id
    try:
        while True:
            activity.heartbeat()
            await asyncio.sleep(0.02)
    except asyncio.CancelledError:
        await asyncio.sleep(0.1)
        ended[key] = "cleaned up"
        raise


@activity.defn
async def ends_well_all_the_same() -> str:
    try:
        while True:
            activity.heartbeat()
            await asyncio.sleep(0.02)
    except asyncio.CancelledError:
        return "done anyway"


@workflow.defn
class Stopper:
    """Starts an activity, cancels it when told, and says what came of it."""

    def __init__(self) -> None:
        self.stop = False

    @workflow.run
    async def run(self, name: str, how: int) -> str:
        handle = workflow.start_activity(
            name,
            result_type=str,
            start_to_close_timeout=timedelta(seconds=30),
            heartbeat_timeout=timedelta(seconds=5),
            cancellation_type=How(how),
        )
        await workflow.wait_condition(lambda: self.stop)
        handle.cancel()
        try:
            return await handle
        except ActivityError as error:
            assert isinstance(error.cause, CancelledError)
            return "cancelled"

    @workflow.signal
    def stop_now(self) -> None:
        self.stop = True


async def stop_when_started(client: Client, unique: str, activity_name: str, how: How):
    handle = await client.start_workflow(Stopper.run, args=[activity_name, int(how)], id=unique, task_queue=unique)
    await eventually(lambda: activity_runs(handle))
    await handle.signal(Stopper.stop_now)
    return handle


async def activity_runs(handle) -> bool:
    described = await handle.describe()
    return any(one.last_started_time.seconds for one in described.raw_description.pending_activities)


async def test_waiting_for_cancellation_lets_the_activity_clean_up(client: Client, worker, unique: str) -> None:
    async with worker(Stopper, activities=[waits_to_be_told]):
        handle = await stop_when_started(client, unique, "waits_to_be_told", How.WAIT_CANCELLATION_COMPLETED)
        assert await handle.result() == "cancelled"
        assert ended[unique] == "cleaned up"
    assert without_tasks(await event_names(handle)) == [
        "WorkflowExecutionStarted",
        "ActivityTaskScheduled",
        "WorkflowExecutionSignaled",
        "ActivityTaskCancelRequested",
        "ActivityTaskStarted",
        "ActivityTaskCanceled",
        "WorkflowExecutionCompleted",
    ]


async def test_waiting_for_cancellation_takes_what_the_activity_answers(client: Client, worker, unique: str) -> None:
    async with worker(Stopper, activities=[ends_well_all_the_same]):
        handle = await stop_when_started(client, unique, "ends_well_all_the_same", How.WAIT_CANCELLATION_COMPLETED)
        assert await handle.result() == "done anyway"


async def test_trying_to_cancel_does_not_wait(client: Client, worker, unique: str) -> None:
    async with worker(Stopper, activities=[waits_to_be_told]):
        handle = await stop_when_started(client, unique, "waits_to_be_told", How.TRY_CANCEL)
        assert await handle.result() == "cancelled"
        # The workflow has ended: the activity learns of it at its next heartbeat.
        await eventually(lambda: unique in ended)
    assert "ActivityTaskCancelRequested" in await event_names(handle)


async def test_abandoning_tells_the_activity_nothing(client: Client, worker, unique: str) -> None:
    async with worker(Stopper, activities=[waits_to_be_told]):
        handle = await stop_when_started(client, unique, "waits_to_be_told", How.ABANDON)
        assert await handle.result() == "cancelled"
    assert "ActivityTaskCancelRequested" not in await event_names(handle)


async def test_cancelling_the_workflow_cancels_its_activity(client: Client, worker, unique: str) -> None:
    async with worker(Stopper, activities=[waits_to_be_told]):
        handle = await client.start_workflow(
            Stopper.run,
            args=["waits_to_be_told", int(How.WAIT_CANCELLATION_COMPLETED)],
            id=unique,
            task_queue=unique,
        )
        await eventually(lambda: activity_runs(handle))
        await handle.cancel()
        with pytest.raises(WorkflowFailureError) as caught:
            await handle.result()
    assert isinstance(caught.value.cause, CancelledError)
