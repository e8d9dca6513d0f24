"""The other examples of Temporal's Rust SDK, as components in the sandbox."""

import asyncio
import time
from typing import Any

import pytest
from temporalio.client import (
    Client,
    WorkflowExecutionStatus,
    WorkflowFailureError,
    WorkflowHandle,
    WorkflowUpdateFailedError,
)
from temporalio.exceptions import ActivityError, ApplicationError, CancelledError

from harness.history import event_names
from harness.wait import eventually

pytestmark = pytest.mark.sundial_only


async def start(client: Client, unique: str, queue: str, workflow: str, argument: Any) -> WorkflowHandle:
    return await client.start_workflow(workflow, argument, id=unique, task_queue=queue)


async def test_hello_world(client: Client, module, unique: str) -> None:
    queue = await module("hello-world")
    assert await (await start(client, unique, queue, "HelloWorld", "Ada")).result() == "Hello, Ada!"
    assert await (await start(client, f"{unique}-2", queue, "Greet", "Ada")).result() == "hello, Ada"


async def test_timers(client: Client, module, unique: str) -> None:
    queue = await module("timers")
    slept = await (await start(client, unique, queue, "Sleep", 200)).result()
    assert 200 <= slept < 5_000
    assert await (await start(client, f"{unique}-many", queue, "ManyTimers", 20)).result() == 20
    quick = await start(client, f"{unique}-quick", queue, "Deadline", {"work_ms": 50, "deadline_ms": 20_000})
    assert await quick.result() == "worked for 50 ms"
    assert "TimerCanceled" in await event_names(quick)
    slow = await start(client, f"{unique}-slow", queue, "Deadline", {"work_ms": 20_000, "deadline_ms": 100})
    assert await slow.result() == "too late"
    assert "ActivityTaskCancelRequested" in await event_names(slow)


async def test_saga(client: Client, module, unique: str) -> None:
    queue = await module("saga")
    trip = {"trip_id": "7", "parts": ["car", "hotel"]}
    assert await (await start(client, unique, queue, "BookTrip", trip)).result() == ["car-7", "hotel-7"]
    trip["parts"].append("moon flight")
    failed = await start(client, f"{unique}-moon", queue, "BookTrip", trip)
    with pytest.raises(WorkflowFailureError) as caught:
        await failed.result()
    assert isinstance(caught.value.cause, ActivityError)
    assert isinstance(caught.value.cause.cause, ApplicationError)
    assert caught.value.cause.cause.type == "NoFlight"
    assert await failed.query("cancelled") == ["hotel", "car"]


async def test_message_passing(client: Client, module, unique: str) -> None:
    queue = await module("message-passing")
    talk = await start(client, unique, queue, "Conversation", "english")
    assert await talk.query("greeting") == "hello"
    await talk.signal("say", "good morning")
    with pytest.raises(WorkflowUpdateFailedError) as caught:
        await talk.execute_update("set_language", "french")
    assert "not spoken here yet" in str(caught.value.cause)
    assert await talk.execute_update("teach", {"language": "french", "text": "bonjour"}) == 3
    assert await talk.execute_update("set_language", "french") == "english"
    assert await talk.query("greeting") == "bonjour"
    await asyncio.gather(*[talk.signal("say", f"line {number}") for number in range(20)])
    assert await talk.query("said") == 21
    await talk.signal("leave")
    said = await talk.result()
    assert said[0] == {"language": "english", "text": "good morning"}
    assert sorted(line["text"] for line in said[1:]) == sorted(f"line {number}" for number in range(20))


async def test_continue_as_new(client: Client, module, unique: str) -> None:
    queue = await module("continue-as-new")
    count = await start(client, unique, queue, "CountDown", {"left": 7, "steps_per_run": 3})
    result = await count.result()
    assert (result["left"], result["runs"]) == (0, 3)
    first = client.get_workflow_handle(unique, run_id=count.first_execution_run_id)
    assert (await first.describe()).status == WorkflowExecutionStatus.CONTINUED_AS_NEW


async def test_cancellation(client: Client, module, unique: str) -> None:
    queue = await module("cancellation")
    work = await start(client, unique, queue, "Cancellable", 60_000)
    await eventually(lambda: activity_runs(work))
    await work.cancel()
    with pytest.raises(WorkflowFailureError) as caught:
        await work.result()
    assert isinstance(caught.value.cause, CancelledError)
    assert (await work.query("cleaned_up")).startswith("cleaned up")
    assert await (await start(client, f"{unique}-quick", queue, "Cancellable", 50)).result() == "worked for 50 ms"


async def activity_runs(handle: WorkflowHandle) -> bool:
    described = await handle.describe()
    return any(one.last_started_time.seconds for one in described.raw_description.pending_activities)


async def test_updatable_timer(client: Client, module, unique: str) -> None:
    queue = await module("updatable-timer")
    far = int(time.time() * 1000) + 3_600_000
    timer = await start(client, unique, queue, "UpdatableTimer", far)
    assert await timer.query("wake_up_time") == far
    soon = int(time.time() * 1000) + 300
    await timer.signal("wake_up_at", soon)
    assert await timer.query("wake_up_time") == soon
    assert await timer.result() == {"wake_up_at_ms": soon, "changes": 1}
    assert soon <= time.time() * 1000 + 50
