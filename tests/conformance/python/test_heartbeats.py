"""Heartbeats: they keep an activity alive, carry details to the next attempt, and bring back the wish to cancel."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from temporalio import activity, workflow
from temporalio.api.workflowservice.v1 import (
    RecordActivityTaskHeartbeatByIdRequest,
    RecordActivityTaskHeartbeatRequest,
    RecordActivityTaskHeartbeatResponse,
)
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from harness.history import event_name, event_names
from harness.raw import (
    RawWorker,
    complete_workflow,
    failure,
    payloads,
    request_cancel_activity,
    schedule_activity,
    start_timer,
)


@activity.defn
async def resumes() -> list[Any]:
    """Fails after it has said how far it came; the next attempt says where it began."""
    details = list(activity.info().heartbeat_details)
    if activity.info().attempt == 1:
        activity.heartbeat("page", 7)
        raise ApplicationError("lost")
    return details


@activity.defn
async def beats_for_long() -> str:
    for _ in range(12):
        activity.heartbeat()
        await asyncio.sleep(0.1)
    return "alive"


@workflow.defn
class Beat:
    @workflow.run
    async def run(self, name: str, heartbeat_ms: int) -> Any:
        return await workflow.execute_activity(
            name,
            start_to_close_timeout=timedelta(seconds=30),
            heartbeat_timeout=timedelta(milliseconds=heartbeat_ms),
            retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=20), maximum_attempts=3),
        )


async def beat(raw: RawWorker, token: bytes, *details: str) -> RecordActivityTaskHeartbeatResponse:
    return await raw.service.record_activity_task_heartbeat(
        RecordActivityTaskHeartbeatRequest(
            namespace=raw.namespace, task_token=token, details=payloads(*details) if details else None
        )
    )


async def test_the_next_attempt_gets_the_last_details(client: Client, worker, unique: str) -> None:
    async with worker(Beat, activities=[resumes]):
        result = await client.execute_workflow(Beat.run, args=["resumes", 10_000], id=unique, task_queue=unique)
    assert result == ["page", 7]


async def test_heartbeats_keep_an_activity_alive_past_its_heartbeat_timeout(
    client: Client, worker, unique: str
) -> None:
    async with worker(Beat, activities=[beats_for_long]):
        handle = await client.start_workflow(Beat.run, args=["beats_for_long", 600], id=unique, task_queue=unique)
        assert await handle.result() == "alive"
    assert "ActivityTaskTimedOut" not in await event_names(handle)


async def test_details_survive_a_heartbeat_timeout(raw: RawWorker) -> None:
    await raw.start()
    await raw.answer_next(
        schedule_activity("a", raw.task_queue, heartbeat=0.3, maximum_attempts=2, initial_interval=0.02)
    )
    first = await raw.poll_activity()
    assert not first.HasField("heartbeat_details")
    await beat(raw, first.task_token, "halfway")
    second = await raw.poll_activity()
    assert second.attempt == 2
    assert second.heartbeat_details == payloads("halfway")
    with pytest.raises(RPCError) as caught:
        await beat(raw, first.task_token)
    assert caught.value.status == RPCStatusCode.NOT_FOUND


async def test_details_that_come_with_a_failure_reach_the_next_attempt(raw: RawWorker) -> None:
    await raw.start()
    await raw.answer_next(schedule_activity("a", raw.task_queue, maximum_attempts=2, initial_interval=0.02))
    await raw.fail_activity(await raw.poll_activity(), failure("lost"), last_heartbeat_details=payloads("almost"))
    assert (await raw.poll_activity()).heartbeat_details == payloads("almost")


async def test_a_heartbeat_says_when_to_cancel(raw: RawWorker) -> None:
    await raw.start()
    await raw.answer_next(schedule_activity("a", raw.task_queue, heartbeat=10), force_create_new_workflow_task=True)
    activity_task = await raw.poll_activity()
    assert not (await beat(raw, activity_task.task_token)).cancel_requested
    await raw.answer_next(request_cancel_activity(5))
    assert (await beat(raw, activity_task.task_token)).cancel_requested
    by_id = await raw.service.record_activity_task_heartbeat_by_id(
        RecordActivityTaskHeartbeatByIdRequest(namespace=raw.namespace, workflow_id=raw.task_queue, activity_id="a")
    )
    assert by_id.cancel_requested


async def test_a_heartbeat_of_an_activity_that_ended_is_not_found(raw: RawWorker) -> None:
    await raw.start()
    await raw.answer_next(schedule_activity("a", raw.task_queue))
    task = await raw.poll_activity()
    await raw.complete_activity(task)
    with pytest.raises(RPCError) as caught:
        await beat(raw, task.task_token)
    assert caught.value.status == RPCStatusCode.NOT_FOUND


async def test_a_heartbeat_after_the_workflow_ended_is_not_found(client: Client, raw: RawWorker) -> None:
    await raw.start()
    await raw.answer_next(schedule_activity("a", raw.task_queue))
    task = await raw.poll_activity()
    await client.get_workflow_handle(raw.task_queue).terminate()
    with pytest.raises(RPCError) as caught:
        await beat(raw, task.task_token)
    assert caught.value.status == RPCStatusCode.NOT_FOUND


async def test_an_activity_that_is_to_stop_before_it_started_is_never_handed_out(
    client: Client, raw: RawWorker
) -> None:
    await raw.start()
    await raw.answer_next(
        schedule_activity("a", raw.task_queue), start_timer("t", 60), force_create_new_workflow_task=True
    )
    await raw.answer_next(request_cancel_activity(5))
    task = await raw.poll()
    names = [event_name(event) for event in task.history.events]
    assert "ActivityTaskCancelRequested" in names
    assert "ActivityTaskCanceled" in names
    assert "ActivityTaskStarted" not in names
    # The one activity that a poller can still get is the one scheduled after it.
    await raw.answer(task, schedule_activity("b", raw.task_queue))
    assert (await raw.poll_activity()).activity_id == "b"
    await client.get_workflow_handle(raw.task_queue).terminate()


async def test_nothing_is_written_for_a_heartbeat(raw: RawWorker) -> None:
    await raw.start()
    await raw.answer_next(schedule_activity("a", raw.task_queue))
    task = await raw.poll_activity()
    before = len(await raw.history())
    for _ in range(5):
        await beat(raw, task.task_token, "again")
    assert len(await raw.history()) == before
    await raw.complete_activity(task)
    await raw.answer_next(complete_workflow())
