"""Activities: input and result, the four timeouts, retries and what ends them, order of events."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from temporalio import activity, workflow
from temporalio.api.enums.v1 import RetryState, TimeoutType
from temporalio.client import Client, WorkflowFailureError
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError, TimeoutError

from harness.history import TASK, attributes, event_name, event_names, without_tasks
from harness.raw import (
    RawWorker,
    complete_workflow,
    failure,
    payloads,
    schedule_activity,
    seconds,
)
from harness.wait import eventually

SHORT = timedelta(milliseconds=300)
LONG = timedelta(seconds=30)
QUICK_RETRY = {"initial_interval": timedelta(milliseconds=20), "backoff_coefficient": 1.0}


@activity.defn
async def greet(name: str) -> str:
    return f"hello {name}"


@activity.defn
async def fails_twice() -> int:
    attempt = activity.info().attempt
    if attempt < 3:
        raise ApplicationError(f"attempt {attempt}", {"attempt": attempt}, type="NotYet")
    return attempt


@activity.defn
async def always_fails(kind: str, non_retryable: bool) -> None:
    raise ApplicationError("no luck", "some detail", type=kind, non_retryable=non_retryable)


@activity.defn
async def says_when_to_come_again() -> int:
    if activity.info().attempt == 1:
        raise ApplicationError("later", next_retry_delay=timedelta(milliseconds=30))
    return activity.info().attempt


@activity.defn
async def never_ends() -> None:
    await asyncio.sleep(60)


@workflow.defn
class Call:
    """Runs one activity with the options given by name."""

    @workflow.run
    async def run(self, name: str, arguments: list, options: dict) -> Any:
        timeouts = {key: timedelta(milliseconds=value) for key, value in options.items() if key.endswith("timeout")}
        retry = RetryPolicy(
            initial_interval=timedelta(milliseconds=options.get("interval", 20)),
            backoff_coefficient=1.0,
            maximum_attempts=options.get("attempts", 0),
            non_retryable_error_types=options.get("non_retryable"),
        )
        queue = {"task_queue": options["queue"]} if "queue" in options else {}
        return await workflow.execute_activity(name, args=arguments, retry_policy=retry, **timeouts, **queue)


@workflow.defn
class FanOut:
    @workflow.run
    async def run(self, count: int) -> list[str]:
        return await asyncio.gather(
            *[workflow.execute_activity(greet, str(number), start_to_close_timeout=LONG) for number in range(count)]
        )


async def call(client: Client, unique: str, name: str, *arguments: object, **options: object):
    return await client.start_workflow(Call.run, args=[name, list(arguments), options], id=unique, task_queue=unique)


async def cause_of(handle) -> ActivityError:
    with pytest.raises(WorkflowFailureError) as caught:
        await handle.result()
    assert isinstance(caught.value.cause, ActivityError)
    return caught.value.cause


async def test_an_activity_runs_and_its_result_comes_back(client: Client, worker, unique: str) -> None:
    async with worker(Call, activities=[greet]):
        handle = await call(client, unique, "greet", "world", start_to_close_timeout=5000)
        assert await handle.result() == "hello world"
    assert await event_names(handle) == [
        "WorkflowExecutionStarted",
        *TASK,
        "ActivityTaskScheduled",
        "ActivityTaskStarted",
        "ActivityTaskCompleted",
        *TASK,
        "WorkflowExecutionCompleted",
    ]
    scheduled = await attributes(handle, "ActivityTaskScheduled")
    assert scheduled.activity_type.name == "greet"
    assert scheduled.task_queue.name == unique
    assert scheduled.start_to_close_timeout == seconds(5)
    assert scheduled.workflow_task_completed_event_id == 4
    started = await attributes(handle, "ActivityTaskStarted")
    assert (started.scheduled_event_id, started.attempt) == (5, 1)
    completed = await attributes(handle, "ActivityTaskCompleted")
    assert (completed.scheduled_event_id, completed.started_event_id) == (5, 6)


async def test_an_activity_that_fails_is_tried_again_until_it_succeeds(client: Client, worker, unique: str) -> None:
    async with worker(Call, activities=[fails_twice]):
        handle = await call(client, unique, "fails_twice", start_to_close_timeout=5000)
        assert await handle.result() == 3
    # Only the attempt that ended the activity is in the history, with the last failure before it.
    names = await event_names(handle)
    assert names.count("ActivityTaskStarted") == 1
    started = await attributes(handle, "ActivityTaskStarted")
    assert started.attempt == 3
    assert started.last_failure.message == "attempt 2"
    assert started.last_failure.application_failure_info.type == "NotYet"


@pytest.mark.parametrize(
    ("arguments", "options", "attempts", "state"),
    [
        (("Some", False), {"attempts": 2}, 2, RetryState.RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED),
        (("Some", False), {"attempts": 1}, 1, RetryState.RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED),
        (("Some", True), {}, 1, RetryState.RETRY_STATE_NON_RETRYABLE_FAILURE),
        (("Fatal", False), {"non_retryable": ["Fatal"]}, 1, RetryState.RETRY_STATE_NON_RETRYABLE_FAILURE),
    ],
    ids=["attempts are used up", "one attempt", "the failure says so", "the type says so"],
)
async def test_retries_end_when(
    client: Client, worker, unique: str, arguments: tuple, options: dict, attempts: int, state: int
) -> None:
    async with worker(Call, activities=[always_fails]):
        handle = await call(client, unique, "always_fails", *arguments, **{"start_to_close_timeout": 5000, **options})
        error = await cause_of(handle)
    assert error.activity_type == "always_fails"
    assert isinstance(error.cause, ApplicationError)
    assert error.cause.message == "no luck"
    assert error.cause.type == arguments[0]
    assert error.cause.details == ("some detail",)
    names = without_tasks(await event_names(handle))
    assert names == [
        "WorkflowExecutionStarted",
        "ActivityTaskScheduled",
        "ActivityTaskStarted",
        "ActivityTaskFailed",
        "WorkflowExecutionFailed",
    ]
    assert (await attributes(handle, "ActivityTaskFailed")).retry_state == state
    assert (await attributes(handle, "ActivityTaskStarted")).attempt == attempts


async def test_retries_end_when_the_next_would_come_too_late(client: Client, worker, unique: str) -> None:
    async with worker(Call, activities=[always_fails]):
        handle = await call(
            client, unique, "always_fails", "Some", False, schedule_to_close_timeout=5_000, interval=10_000
        )
        error = await cause_of(handle)
    failed = await attributes(handle, "ActivityTaskFailed")
    assert failed.retry_state == RetryState.RETRY_STATE_TIMEOUT
    assert isinstance(error.cause, ApplicationError)


async def test_time_that_runs_out_between_two_attempts_is_a_timeout_with_the_last_failure(raw: RawWorker) -> None:
    await raw.start()
    await raw.answer_next(
        schedule_activity("a", raw.task_queue, schedule_to_close=0.5, maximum_attempts=9, initial_interval=0.02)
    )
    await raw.fail_activity(await raw.poll_activity(), failure("the first and last attempt"))
    task = await raw.poll()
    timed_out = next(e for e in task.history.events if event_name(e) == "ActivityTaskTimedOut")
    seen = timed_out.activity_task_timed_out_event_attributes.failure
    assert seen.timeout_failure_info.timeout_type == TimeoutType.TIMEOUT_TYPE_SCHEDULE_TO_CLOSE
    assert seen.cause.message == "the first and last attempt"


async def test_a_failure_can_say_when_to_try_again(client: Client, worker, unique: str) -> None:
    async with worker(Call, activities=[says_when_to_come_again]):
        handle = await call(client, unique, "says_when_to_come_again", start_to_close_timeout=5000, interval=600_000)
        assert await handle.result() == 2


@pytest.mark.parametrize(
    ("timeout", "options", "kind"),
    [
        ("start_to_close_timeout", {"attempts": 1}, TimeoutType.TIMEOUT_TYPE_START_TO_CLOSE),
        ("schedule_to_close_timeout", {}, TimeoutType.TIMEOUT_TYPE_SCHEDULE_TO_CLOSE),
        (
            "heartbeat_timeout",
            {"attempts": 1, "start_to_close_timeout": 30_000},
            TimeoutType.TIMEOUT_TYPE_HEARTBEAT,
        ),
    ],
)
async def test_an_activity_that_takes_too_long_times_out(
    client: Client, worker, unique: str, timeout: str, options: dict, kind: int
) -> None:
    async with worker(Call, activities=[never_ends], graceful_shutdown_timeout=timedelta(0)):
        handle = await call(client, unique, "never_ends", **{**options, timeout: 300})
        error = await cause_of(handle)
    assert isinstance(error.cause, TimeoutError)
    assert error.cause.type is not None
    timed_out = await attributes(handle, "ActivityTaskTimedOut")
    assert timed_out.failure.timeout_failure_info.timeout_type == kind
    assert without_tasks(await event_names(handle)) == [
        "WorkflowExecutionStarted",
        "ActivityTaskScheduled",
        "ActivityTaskStarted",
        "ActivityTaskTimedOut",
        "WorkflowExecutionFailed",
    ]


async def test_an_activity_that_no_worker_takes_times_out_unstarted(client: Client, worker, unique: str) -> None:
    async with worker(Call):
        handle = await call(
            client,
            unique,
            "greet",
            "nobody",
            queue=f"{unique}-nobody",
            schedule_to_start_timeout=300,
            start_to_close_timeout=5000,
        )
        error = await cause_of(handle)
    assert isinstance(error.cause, TimeoutError)
    timed_out = await attributes(handle, "ActivityTaskTimedOut")
    assert timed_out.failure.timeout_failure_info.timeout_type == TimeoutType.TIMEOUT_TYPE_SCHEDULE_TO_START
    assert timed_out.started_event_id == 0
    assert "ActivityTaskStarted" not in await event_names(handle)


async def test_a_timed_out_attempt_is_tried_again(client: Client, raw: RawWorker) -> None:
    await raw.start()
    await raw.answer_next(
        schedule_activity("a", raw.task_queue, start_to_close=0.2, maximum_attempts=2, initial_interval=0.02)
    )
    lost = await raw.poll_activity()
    assert lost.attempt == 1
    again = await raw.poll_activity()
    assert again.attempt == 2
    await raw.complete_activity(again)
    task = await raw.answer_next(complete_workflow())
    assert "ActivityTaskTimedOut" not in [event_name(event) for event in task.history.events]


async def test_many_activities_run_at_once(client: Client, worker, unique: str) -> None:
    async with worker(FanOut, activities=[greet]):
        handle = await client.start_workflow(FanOut.run, 50, id=unique, task_queue=unique)
        assert await handle.result() == [f"hello {number}" for number in range(50)]
    names = await event_names(handle)
    for name in ("ActivityTaskScheduled", "ActivityTaskStarted", "ActivityTaskCompleted"):
        assert names.count(name) == 50


async def test_an_activity_task_carries_all_that_a_worker_needs(raw: RawWorker) -> None:
    run_id = await raw.start()
    await raw.answer_next(
        schedule_activity(
            "the-id",
            raw.task_queue,
            type="the-type",
            input=payloads("in"),
            start_to_close=20,
            schedule_to_close=30,
            heartbeat=10,
            maximum_attempts=4,
        )
    )
    task = await raw.poll_activity()
    assert task.workflow_namespace == raw.namespace
    assert task.workflow_type.name == "some-workflow"
    assert task.workflow_execution.workflow_id == raw.task_queue
    assert task.workflow_execution.run_id == run_id
    assert task.activity_id == "the-id"
    assert task.activity_type.name == "the-type"
    assert task.input == payloads("in")
    assert task.attempt == 1
    assert task.start_to_close_timeout == seconds(20)
    assert task.schedule_to_close_timeout == seconds(30)
    assert task.heartbeat_timeout == seconds(10)
    assert task.retry_policy.maximum_attempts == 4
    for time in ("scheduled_time", "current_attempt_scheduled_time", "started_time"):
        assert task.HasField(time), time


async def test_a_schedule_to_close_timeout_bounds_the_other_two(raw: RawWorker) -> None:
    await raw.start()
    await raw.answer_next(schedule_activity("a", raw.task_queue, schedule_to_close=7))
    await raw.poll_activity()
    scheduled = (await raw.history())[4].activity_task_scheduled_event_attributes
    assert scheduled.schedule_to_close_timeout == seconds(7)
    assert scheduled.start_to_close_timeout == seconds(7)
    assert scheduled.schedule_to_start_timeout == seconds(7)
    assert scheduled.retry_policy.initial_interval == seconds(1)
    assert scheduled.retry_policy.backoff_coefficient == 2
    assert scheduled.retry_policy.maximum_interval == seconds(100)


async def test_an_activity_that_runs_is_written_as_started_only_when_it_ends(client: Client, raw: RawWorker) -> None:
    await raw.start()
    await raw.answer_next(schedule_activity("a", raw.task_queue))
    task = await raw.poll_activity()
    assert [event_name(event) for event in await raw.history()][-1] == "ActivityTaskScheduled"
    await raw.complete_activity(task)
    handle = client.get_workflow_handle(raw.task_queue)
    await eventually(lambda: completed(handle))
    assert (await event_names(handle))[-3:] == [
        "ActivityTaskStarted",
        "ActivityTaskCompleted",
        "WorkflowTaskScheduled",
    ]


async def completed(handle) -> bool:
    return "ActivityTaskCompleted" in await event_names(handle)
