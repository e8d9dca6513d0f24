"""Reading a history: pages, reverse, the long poll for what comes next, the filter for how it ended."""

import asyncio

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import HistoryEventFilterType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflowservice.v1 import (
    GetWorkflowExecutionHistoryRequest,
    GetWorkflowExecutionHistoryResponse,
    GetWorkflowExecutionHistoryReverseRequest,
    SignalWorkflowExecutionRequest,
)
from temporalio.client import Client, WorkflowFailureError
from temporalio.exceptions import TerminatedError

from harness.history import TASK, event_name
from harness.raw import RawWorker, complete_workflow, record_marker

CLOSE_EVENT = HistoryEventFilterType.HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT
TASKS = 10
MARKERS_EACH = 4


async def history(raw: RawWorker, **more) -> GetWorkflowExecutionHistoryResponse:
    return await raw.service.get_workflow_execution_history(
        GetWorkflowExecutionHistoryRequest(
            namespace=raw.namespace, execution=WorkflowExecution(workflow_id=raw.task_queue), **more
        )
    )


async def signal(raw: RawWorker, name: str) -> None:
    await raw.service.signal_workflow_execution(
        SignalWorkflowExecutionRequest(
            namespace=raw.namespace,
            workflow_execution=WorkflowExecution(workflow_id=raw.task_queue),
            signal_name=name,
        )
    )


async def finish(raw: RawWorker) -> None:
    """Gives the run a history of ten workflow tasks; the last event closes it."""
    for task in range(TASKS):
        markers = [record_marker(f"marker-{task}-{number}", data="x" * 100) for number in range(MARKERS_EACH)]
        if task < TASKS - 1:
            await raw.answer_next(*markers, force_create_new_workflow_task=True)
        else:
            await raw.answer_next(*markers, complete_workflow("result"))


WHOLE = [
    "WorkflowExecutionStarted",
    *[*TASK, *["MarkerRecorded"] * MARKERS_EACH] * TASKS,
    "WorkflowExecutionCompleted",
]


async def test_pages_joined_are_the_whole_history(raw: RawWorker) -> None:
    await raw.start()
    await finish(raw)
    whole = await raw.history()
    assert [event_name(event) for event in whole] == WHOLE
    joined: list[HistoryEvent] = []
    token, pages = b"", 0
    while True:
        page = await history(raw, maximum_page_size=7, next_page_token=token)
        joined += page.history.events
        pages += 1
        if not (token := page.next_page_token):
            break
    assert joined == whole
    assert pages > 1


async def test_reverse_pages_joined_are_the_history_backwards(raw: RawWorker) -> None:
    await raw.start()
    await finish(raw)
    backwards: list[HistoryEvent] = []
    token, pages = b"", 0
    while True:
        page = await raw.service.get_workflow_execution_history_reverse(
            GetWorkflowExecutionHistoryReverseRequest(
                namespace=raw.namespace,
                execution=WorkflowExecution(workflow_id=raw.task_queue),
                maximum_page_size=7,
                next_page_token=token,
            )
        )
        backwards += page.history.events
        pages += 1
        if not (token := page.next_page_token):
            break
    assert backwards == (await raw.history())[::-1]
    assert pages > 1


async def test_a_run_that_is_open_has_its_events_so_far_and_no_next_page(raw: RawWorker) -> None:
    await raw.start()
    page = await history(raw)
    assert [event_name(event) for event in page.history.events] == ["WorkflowExecutionStarted", "WorkflowTaskScheduled"]
    assert not page.next_page_token


async def test_a_task_that_a_worker_has_is_seen_as_started(raw: RawWorker) -> None:
    await raw.start()
    await raw.poll()
    page = await history(raw)
    assert [event_name(event) for event in page.history.events] == ["WorkflowExecutionStarted", *TASK[:2]]


async def test_the_long_poll_waits_for_the_next_event(raw: RawWorker) -> None:
    await raw.start()
    first = await history(raw, wait_new_event=True)
    assert len(first.history.events) == 2
    assert first.next_page_token
    waiting = asyncio.create_task(history(raw, wait_new_event=True, next_page_token=first.next_page_token))
    await signal(raw, "wake")
    second = await waiting
    assert [event_name(event) for event in second.history.events] == ["WorkflowExecutionSignaled"]
    assert second.history.events[0].event_id == 3
    assert second.next_page_token


async def test_the_long_poll_ends_with_the_run(raw: RawWorker) -> None:
    await raw.start()
    first = await history(raw, wait_new_event=True)
    waiting = asyncio.create_task(history(raw, wait_new_event=True, next_page_token=first.next_page_token))
    await finish(raw)
    seen = list(first.history.events)
    page = await waiting
    seen += page.history.events
    while page.next_page_token:
        page = await history(raw, wait_new_event=True, next_page_token=page.next_page_token)
        seen += page.history.events
    assert seen == await raw.history()


async def test_the_close_event_filter_gives_the_last_event_alone(raw: RawWorker) -> None:
    await raw.start()
    await finish(raw)
    page = await history(raw, history_event_filter_type=CLOSE_EVENT)
    assert [event_name(event) for event in page.history.events] == ["WorkflowExecutionCompleted"]
    assert not page.next_page_token


async def test_waiting_for_the_close_event_lasts_until_it_comes(raw: RawWorker) -> None:
    await raw.start()
    waiting = asyncio.create_task(history(raw, history_event_filter_type=CLOSE_EVENT, wait_new_event=True))
    await signal(raw, "not the end")
    await finish(raw)
    page = await waiting
    if not page.history.events:
        page = await history(
            raw, history_event_filter_type=CLOSE_EVENT, wait_new_event=True, next_page_token=page.next_page_token
        )
    assert [event_name(event) for event in page.history.events] == ["WorkflowExecutionCompleted"]


async def test_an_older_run_is_read_by_its_run_id(raw: RawWorker) -> None:
    first = await raw.start()
    await finish(raw)
    await raw.start()
    assert len(await raw.history(run_id=first)) == len(WHOLE)
    assert len(await raw.history()) == 2


async def test_many_wait_for_one_result(client: Client, raw: RawWorker) -> None:
    handle = await client.start_workflow("some-workflow", id=raw.task_queue, task_queue=raw.task_queue)
    waiting = [asyncio.create_task(handle.result()) for _ in range(10)]
    await finish(raw)
    assert await asyncio.gather(*waiting) == ["result"] * 10


async def test_a_result_that_waits_hears_of_termination(client: Client, unique: str) -> None:
    handle = await client.start_workflow("some-workflow", id=unique, task_queue=unique)
    waiting = asyncio.create_task(handle.result())
    await handle.terminate("enough")
    with pytest.raises(WorkflowFailureError) as caught:
        await waiting
    assert isinstance(caught.value.cause, TerminatedError)
