"""Workflow tasks by hand: what a task carries, which answers count, what a bad or missing answer leads to."""

import asyncio
import time

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import TimeoutType, WorkflowTaskFailedCause
from temporalio.api.workflowservice.v1 import (
    GetWorkflowExecutionHistoryRequest,
    ResetStickyTaskQueueRequest,
    SignalWorkflowExecutionRequest,
)
from temporalio.service import RPCError, RPCStatusCode

from harness.history import TASK, event_name
from harness.raw import (
    RawWorker,
    cancel_timer,
    complete_workflow,
    payloads,
    record_marker,
    request_cancel_activity,
    schedule_activity,
    seconds,
    start_timer,
)


async def signal(raw: RawWorker, name: str, request_id: str = "") -> None:
    await raw.service.signal_workflow_execution(
        SignalWorkflowExecutionRequest(
            namespace=raw.namespace,
            workflow_execution=WorkflowExecution(workflow_id=raw.task_queue),
            signal_name=name,
            input=payloads(name),
            request_id=request_id,
        )
    )


async def names(raw: RawWorker) -> list[str]:
    return [event_name(event) for event in await raw.history()]


async def test_a_first_task_carries_the_whole_history(raw: RawWorker) -> None:
    run_id = await raw.start()
    task = await raw.poll()
    assert task.workflow_execution.workflow_id == raw.task_queue
    assert task.workflow_execution.run_id == run_id
    assert task.workflow_type.name == "some-workflow"
    assert task.attempt == 1
    assert task.previous_started_event_id == 0
    assert task.started_event_id == 3
    assert [event_name(event) for event in task.history.events] == ["WorkflowExecutionStarted", *TASK[:2]]
    assert task.history.events[2].workflow_task_started_event_attributes.identity == raw.identity
    assert task.HasField("scheduled_time") and task.HasField("started_time")


async def test_the_next_task_knows_where_the_last_one_started(raw: RawWorker) -> None:
    await raw.start()
    await raw.answer_next(start_timer("t", 0.05))
    task = await raw.poll()
    assert task.previous_started_event_id == 3
    assert task.started_event_id == 8
    assert [event_name(event) for event in task.history.events] == [
        "WorkflowExecutionStarted",
        *TASK,
        "TimerStarted",
        "TimerFired",
        *TASK[:2],
    ]


async def test_a_completed_task_names_its_worker_and_its_commands_follow(raw: RawWorker) -> None:
    await raw.start()
    await raw.answer_next(record_marker("m", data="x"), complete_workflow("end"), binary_checksum="")
    history = await raw.history()
    completed = history[3].workflow_task_completed_event_attributes
    assert (completed.scheduled_event_id, completed.started_event_id) == (2, 3)
    assert completed.identity == raw.identity
    assert history[4].marker_recorded_event_attributes.workflow_task_completed_event_id == 4
    assert history[4].marker_recorded_event_attributes.details["data"] == payloads("x")
    assert history[5].workflow_execution_completed_event_attributes.result == payloads("end")


async def test_a_task_is_answered_once(raw: RawWorker) -> None:
    await raw.start()
    task = await raw.poll()
    await raw.answer(task, start_timer("t", 60))
    with pytest.raises(RPCError) as caught:
        await raw.answer(task, start_timer("t", 60))
    assert caught.value.status == RPCStatusCode.NOT_FOUND
    assert (await names(raw)).count("TimerStarted") == 1


async def test_a_task_of_a_run_that_was_closed_is_not_found(raw: RawWorker) -> None:
    await raw.start()
    task = await raw.poll()
    await raw.client.get_workflow_handle(raw.task_queue).terminate()
    with pytest.raises(RPCError) as caught:
        await raw.answer(task, complete_workflow())
    assert caught.value.status == RPCStatusCode.NOT_FOUND


async def test_a_signal_that_comes_while_a_task_runs_is_kept_for_after_it(raw: RawWorker) -> None:
    await raw.start()
    task = await raw.poll()
    for name in ("one", "two", "three"):
        await signal(raw, name)
    assert await names(raw) == ["WorkflowExecutionStarted", *TASK[:2]]
    await raw.answer(task, start_timer("t", 60))
    assert await names(raw) == [
        "WorkflowExecutionStarted",
        *TASK,
        "TimerStarted",
        *["WorkflowExecutionSignaled"] * 3,
        "WorkflowTaskScheduled",
    ]
    events = (await raw.poll()).history.events
    order = [
        e.workflow_execution_signaled_event_attributes.signal_name
        for e in events
        if event_name(e) == "WorkflowExecutionSignaled"
    ]
    assert order == ["one", "two", "three"]


async def test_a_workflow_does_not_complete_past_a_signal_it_has_not_seen(raw: RawWorker) -> None:
    await raw.start()
    task = await raw.poll()
    await signal(raw, "late")
    with pytest.raises(RPCError) as caught:
        await raw.answer(task, complete_workflow())
    assert caught.value.status == RPCStatusCode.INVALID_ARGUMENT
    assert "UnhandledCommand" in caught.value.message
    second = await raw.poll()
    assert "WorkflowExecutionSignaled" in [event_name(event) for event in second.history.events]
    await raw.answer(second, complete_workflow())
    history = await raw.history()
    failed = [event for event in history if event_name(event) == "WorkflowTaskFailed"]
    cause = failed[0].workflow_task_failed_event_attributes.cause
    assert cause == WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND
    assert event_name(history[-1]) == "WorkflowExecutionCompleted"


async def test_the_same_signal_request_counts_once(raw: RawWorker) -> None:
    await raw.start()
    for _ in range(3):
        await signal(raw, "again", request_id="the-same")
    assert (await names(raw)).count("WorkflowExecutionSignaled") == 1


async def test_a_task_that_fails_is_tried_again_and_only_the_first_failure_is_written(raw: RawWorker) -> None:
    await raw.start()
    for attempt in (1, 2, 3):
        task = await raw.poll()
        assert task.attempt == attempt
        await raw.fail(task, f"broken {attempt}")
    assert await names(raw) == ["WorkflowExecutionStarted", *TASK[:2], "WorkflowTaskFailed"]
    failed = (await raw.history())[3].workflow_task_failed_event_attributes
    assert failed.failure.message == "broken 1"
    assert (failed.scheduled_event_id, failed.started_event_id) == (2, 3)
    last = await raw.poll()
    assert last.attempt == 4
    # A retry's own two events are made up for the worker, and written once it succeeds.
    assert [event_name(event) for event in last.history.events][-2:] == TASK[:2]
    await raw.answer(last, complete_workflow())
    assert await names(raw) == [
        "WorkflowExecutionStarted",
        *TASK[:2],
        "WorkflowTaskFailed",
        *TASK,
        "WorkflowExecutionCompleted",
    ]
    assert (await raw.history())[4].workflow_task_scheduled_event_attributes.attempt == 4


async def test_a_signal_between_two_attempts_is_in_the_next_one(raw: RawWorker) -> None:
    await raw.start()
    await raw.fail(await raw.poll())
    await signal(raw, "between")
    task = await raw.poll()
    assert "WorkflowExecutionSignaled" in [event_name(event) for event in task.history.events]
    await raw.answer(task, complete_workflow())


async def test_a_task_that_no_one_answers_times_out_and_comes_again(raw: RawWorker) -> None:
    await raw.start(workflow_task_timeout=seconds(1))
    lost = await raw.poll()
    again = await raw.poll()
    assert again.attempt == 2
    with pytest.raises(RPCError) as caught:
        await raw.answer(lost, complete_workflow())
    assert caught.value.status == RPCStatusCode.NOT_FOUND
    await raw.answer(again, complete_workflow())
    history = await raw.history()
    assert [event_name(event) for event in history] == [
        "WorkflowExecutionStarted",
        *TASK[:2],
        "WorkflowTaskTimedOut",
        *TASK,
        "WorkflowExecutionCompleted",
    ]
    timed_out = history[3].workflow_task_timed_out_event_attributes
    assert timed_out.timeout_type == TimeoutType.TIMEOUT_TYPE_START_TO_CLOSE
    assert (timed_out.scheduled_event_id, timed_out.started_event_id) == (2, 3)


Cause = WorkflowTaskFailedCause
BAD_COMMANDS = [
    ([start_timer("same", 60), start_timer("same", 60)], Cause.WORKFLOW_TASK_FAILED_CAUSE_START_TIMER_DUPLICATE_ID),
    ([start_timer("", 60)], Cause.WORKFLOW_TASK_FAILED_CAUSE_BAD_START_TIMER_ATTRIBUTES),
    ([cancel_timer("never-started")], Cause.WORKFLOW_TASK_FAILED_CAUSE_BAD_CANCEL_TIMER_ATTRIBUTES),
    ([record_marker("")], Cause.WORKFLOW_TASK_FAILED_CAUSE_BAD_RECORD_MARKER_ATTRIBUTES),
    (
        [schedule_activity("a", "q", no_timeout=True)],
        Cause.WORKFLOW_TASK_FAILED_CAUSE_BAD_SCHEDULE_ACTIVITY_ATTRIBUTES,
    ),
    ([schedule_activity("a", "q", type="")], Cause.WORKFLOW_TASK_FAILED_CAUSE_BAD_SCHEDULE_ACTIVITY_ATTRIBUTES),
    (
        [schedule_activity("a", "q"), schedule_activity("a", "q")],
        Cause.WORKFLOW_TASK_FAILED_CAUSE_SCHEDULE_ACTIVITY_DUPLICATE_ID,
    ),
    ([request_cancel_activity(77)], Cause.WORKFLOW_TASK_FAILED_CAUSE_BAD_REQUEST_CANCEL_ACTIVITY_ATTRIBUTES),
]


@pytest.mark.parametrize(("commands", "cause"), BAD_COMMANDS)
async def test_a_command_that_makes_no_sense_fails_its_task(
    raw: RawWorker, commands: list, cause: "WorkflowTaskFailedCause.ValueType"
) -> None:
    await raw.start()
    task = await raw.poll()
    with pytest.raises(RPCError) as caught:
        await raw.answer(task, *commands)
    assert caught.value.status == RPCStatusCode.INVALID_ARGUMENT
    assert await names(raw) == ["WorkflowExecutionStarted", *TASK[:2], "WorkflowTaskFailed"]
    failed = (await raw.history())[3].workflow_task_failed_event_attributes
    assert failed.cause == cause, failed
    assert failed.failure.message
    # None of the commands was carried out, and the run goes on.
    await raw.answer_next(complete_workflow())
    assert (await names(raw))[-1] == "WorkflowExecutionCompleted"


async def test_no_command_may_follow_the_one_that_closes(raw: RawWorker) -> None:
    await raw.start()
    task = await raw.poll()
    with pytest.raises(RPCError) as caught:
        await raw.answer(task, complete_workflow(), start_timer("t", 60))
    assert caught.value.status == RPCStatusCode.INVALID_ARGUMENT
    assert "CompleteWorkflowExecution" in caught.value.message
    assert "WorkflowExecutionCompleted" not in await names(raw)


async def test_a_sticky_task_carries_only_what_is_new(raw: RawWorker) -> None:
    await raw.start()
    sticky = f"{raw.task_queue}-sticky"
    await raw.answer_next(start_timer("t", 60), sticky=sticky)
    waiting = await raw.in_line(sticky=sticky)
    await signal(raw, "wake")
    task = await waiting
    assert [event_name(event) for event in task.history.events][-3:] == ["WorkflowExecutionSignaled", *TASK[:2]]
    assert task.history.events[0].event_id == 4
    assert task.previous_started_event_id == 3
    scheduled = task.history.events[-2].workflow_task_scheduled_event_attributes
    assert scheduled.task_queue.name == sticky
    assert scheduled.task_queue.normal_name == raw.task_queue


async def test_a_sticky_task_that_no_one_takes_goes_to_the_normal_queue(raw: RawWorker) -> None:
    await raw.start()
    sticky = f"{raw.task_queue}-sticky"
    await raw.answer_next(start_timer("t", 60), sticky=sticky, sticky_timeout=0.5)
    # Without a poller that was there a moment ago, a server may skip the sticky queue at once.
    await signal(raw, "wake")
    task = await raw.poll()
    assert task.history.events[0].event_id == 1
    await raw.answer(task, complete_workflow())
    assert (await names(raw))[-1] == "WorkflowExecutionCompleted"


async def test_stickiness_can_be_reset(raw: RawWorker) -> None:
    await raw.start()
    await raw.answer_next(start_timer("t", 60), sticky=f"{raw.task_queue}-sticky", sticky_timeout=30)
    await raw.service.reset_sticky_task_queue(
        ResetStickyTaskQueueRequest(namespace=raw.namespace, execution=WorkflowExecution(workflow_id=raw.task_queue))
    )
    await signal(raw, "wake")
    task = await raw.poll()
    assert task.history.events[0].event_id == 1


async def test_a_worker_can_ask_for_a_new_task_with_its_answer(raw: RawWorker) -> None:
    await raw.start()
    task = await raw.poll()
    response = await raw.answer(task, force_create_new_workflow_task=True, return_new_workflow_task=True)
    assert response.workflow_task.task_token
    assert response.workflow_task.attempt == 1
    await raw.answer(response.workflow_task, complete_workflow())
    assert await names(raw) == ["WorkflowExecutionStarted", *TASK, *TASK, "WorkflowExecutionCompleted"]


async def test_a_task_that_comes_with_an_answer_carries_only_what_is_new(raw: RawWorker) -> None:
    await raw.start()
    task = await raw.poll()
    response = await raw.answer(task, force_create_new_workflow_task=True, return_new_workflow_task=True)
    carried = [event_name(event) for event in response.workflow_task.history.events]
    assert carried == ["WorkflowTaskCompleted", "WorkflowTaskScheduled", "WorkflowTaskStarted"]
    started = response.workflow_task.history.events[-1].workflow_task_started_event_attributes
    assert started.request_id == "request-from-RespondWorkflowTaskCompleted"
    await raw.answer(response.workflow_task, complete_workflow())


async def test_an_answer_that_is_refused_again_leaves_the_task_to_its_timeout(raw: RawWorker) -> None:
    """Else a worker that can't do better would be asked again and again without a pause."""
    await raw.start(workflow_task_timeout=seconds(2))
    for attempt in (1, 2):
        task = await raw.poll()
        assert task.attempt == attempt
        with pytest.raises(RPCError) as caught:
            await raw.answer(task, start_timer("", 60))
        assert caught.value.status == RPCStatusCode.INVALID_ARGUMENT
    refused_at = time.monotonic()
    assert (await raw.poll()).attempt == 3
    assert time.monotonic() - refused_at > 1


async def test_a_waiting_poller_gets_the_task_of_a_later_start(raw: RawWorker) -> None:
    waiting = asyncio.create_task(raw.poll())
    run_id = await raw.start()
    assert (await waiting).workflow_execution.run_id == run_id


async def test_a_poller_that_left_takes_no_task_with_it(raw: RawWorker) -> None:
    # A server may answer with no task just before the caller's deadline, or leave the deadline to the caller.
    with pytest.raises((RPCError, AssertionError)):
        await raw.poll(timeout=0.3)
    run_id = await raw.start()
    assert (await raw.poll()).workflow_execution.run_id == run_id


async def test_every_waiting_poller_gets_a_task_of_its_own(raw: RawWorker) -> None:
    pollers = [asyncio.create_task(raw.poll()) for _ in range(5)]
    started = {await raw.start(f"{raw.task_queue}-{number}") for number in range(5)}
    assert {task.workflow_execution.run_id for task in await asyncio.gather(*pollers)} == started


async def grow(raw: RawWorker) -> list:
    """Writes 6 MB in five tasks; the events of the sixth task, as a worker reads them, page by page."""
    await raw.start()
    for part in range(5):
        markers = [record_marker(f"m-{part}-{number}", data="x" * 60_000) for number in range(20)]
        await raw.answer_next(*markers, force_create_new_workflow_task=True)
    task = await raw.poll()
    events = list(task.history.events)
    token = task.next_page_token
    while token:
        page = await raw.service.get_workflow_execution_history(
            GetWorkflowExecutionHistoryRequest(
                namespace=raw.namespace, execution=task.workflow_execution, next_page_token=token
            )
        )
        events += page.history.events
        token = page.next_page_token
    return events


async def test_a_long_history_reaches_the_worker_in_pages_and_asks_to_continue_as_new(raw: RawWorker) -> None:
    events = await grow(raw)
    assert [event.event_id for event in events] == list(range(1, 119))
    assert event_name(events[-1]) == "WorkflowTaskStarted"
    started = [e.workflow_task_started_event_attributes for e in events if event_name(e) == "WorkflowTaskStarted"]
    assert [one.suggest_continue_as_new for one in started] == [False] * 4 + [True] * 2
    assert started[-1].history_size_bytes > 5_900_000
