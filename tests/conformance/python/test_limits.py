"""Limits of sizes and lengths: what is too big is refused with the error that Temporal's clients know."""

import asyncio

import pytest
from temporalio.api.common.v1 import Payload, Payloads, WorkflowExecution
from temporalio.api.enums.v1 import WorkflowTaskFailedCause
from temporalio.api.workflowservice.v1 import (
    RespondActivityTaskCompletedRequest,
    UpdateWorkflowExecutionRequest,
)
from temporalio.client import Client, WorkflowQueryFailedError
from temporalio.service import RPCError, RPCStatusCode

from harness.history import attributes, event_names
from harness.raw import (
    RawWorker,
    complete_workflow,
    schedule_activity,
    start_timer,
)

TOO_BIG = Payloads(payloads=[Payload(metadata={"encoding": b"binary/plain"}, data=b"x" * (2 * 1024 * 1024 + 1))])
BIG_ENOUGH = Payloads(payloads=[Payload(metadata={"encoding": b"binary/plain"}, data=b"x" * (1024 * 1024))])
LONG = "x" * 1001
LONGEST = "x" * 1000


async def refused(awaitable) -> str:
    with pytest.raises(RPCError) as caught:
        await awaitable
    assert caught.value.status == RPCStatusCode.INVALID_ARGUMENT, caught.value.message
    return caught.value.message


async def test_an_input_above_two_megabytes_is_refused(raw: RawWorker) -> None:
    message = await refused(raw.start(input=TOO_BIG))
    assert "exceeds limit" in message
    await raw.start(input=BIG_ENOUGH)
    assert (await raw.history())[0].workflow_execution_started_event_attributes.input == BIG_ENOUGH


async def test_a_signal_above_two_megabytes_is_refused(client: Client, raw: RawWorker) -> None:
    await raw.start()
    await refused(client.get_workflow_handle(raw.task_queue).signal("big", b"x" * (2 * 1024 * 1024 + 1)))
    assert len(await raw.history()) == 2


async def test_a_query_argument_above_two_megabytes_is_refused(client: Client, raw: RawWorker) -> None:
    await raw.start()
    # The SDK tells every refusal of a query with this code as a failed query.
    with pytest.raises(WorkflowQueryFailedError, match="exceeds limit"):
        await client.get_workflow_handle(raw.task_queue).query("big", b"x" * (2 * 1024 * 1024 + 1))


async def test_a_memo_above_its_limit_is_refused(client: Client, unique: str) -> None:
    await refused(client.start_workflow("w", id=unique, task_queue=unique, memo={"big": "x" * (2 * 1024 * 1024 + 1)}))


async def test_ids_of_a_thousand_characters_are_taken_and_longer_ones_are_not(client: Client, raw: RawWorker) -> None:
    handle = await client.start_workflow(raw.task_queue.ljust(1000, "x"), id=LONGEST, task_queue=raw.task_queue)
    await raw.answer_next(complete_workflow())
    assert (await event_names(handle))[-1] == "WorkflowExecutionCompleted"
    for options in ({"id": LONG}, {"task_queue": LONG}):
        await refused(client.start_workflow("w", **{"id": raw.task_queue, "task_queue": raw.task_queue, **options}))
    await refused(client.start_workflow(LONG, id=raw.task_queue, task_queue=raw.task_queue))
    await raw.start()
    await refused(client.get_workflow_handle(raw.task_queue).signal(LONG))


async def test_a_command_with_too_big_a_payload_ends_the_workflow(raw: RawWorker, client: Client) -> None:
    """As Temporal does: a payload that can never get smaller would else fail its task for ever."""
    await raw.start()
    with pytest.raises(RPCError):
        await raw.answer_next(schedule_activity("a", raw.task_queue, input=TOO_BIG))
    handle = client.get_workflow_handle(raw.task_queue)
    names = await event_names(handle)
    print(names)
    assert names[-1] == "WorkflowExecutionTerminated"


async def test_a_command_with_too_long_an_id_fails_its_task(raw: RawWorker, client: Client) -> None:
    await raw.start()
    await refused(raw.answer_next(start_timer(LONG, 60)))
    failed = await attributes(client.get_workflow_handle(raw.task_queue), "WorkflowTaskFailed")
    assert failed.cause == WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_BAD_START_TIMER_ATTRIBUTES


async def test_an_activity_result_above_two_megabytes_fails_the_activity(client: Client, raw: RawWorker) -> None:
    await raw.start()
    await raw.answer_next(schedule_activity("a", raw.task_queue, maximum_attempts=1))
    task = await raw.poll_activity()
    await raw.service.respond_activity_task_completed(
        RespondActivityTaskCompletedRequest(namespace=raw.namespace, task_token=task.task_token, result=TOO_BIG)
    )
    failed = await attributes(client.get_workflow_handle(raw.task_queue), "ActivityTaskFailed")
    assert failed.failure.server_failure_info.non_retryable
    assert "exceeds size limit" in failed.failure.message


async def test_a_message_above_four_megabytes_is_refused_whole(raw: RawWorker) -> None:
    big = Payloads(payloads=[Payload(data=b"x" * (5 * 1024 * 1024))])
    with pytest.raises(RPCError) as caught:
        await raw.start(input=big)
    assert caught.value.status == RPCStatusCode.RESOURCE_EXHAUSTED


async def test_a_run_takes_a_great_many_signals(client: Client, raw: RawWorker) -> None:
    await raw.start()
    handle = client.get_workflow_handle(raw.task_queue)
    task = await raw.poll()
    for number in range(99):
        await handle.signal("s", number)
    await raw.answer(task, start_timer("t", 60))
    assert (await event_names(handle)).count("WorkflowExecutionSignaled") == 99


async def test_ten_updates_may_be_in_flight_and_no_more(client: Client, raw: RawWorker) -> None:
    await raw.start()

    def update(update_id: str):
        request = UpdateWorkflowExecutionRequest(
            namespace=raw.namespace,
            workflow_execution=WorkflowExecution(workflow_id=raw.task_queue),
            request={"meta": {"update_id": update_id}, "input": {"name": "u"}},
        )
        return asyncio.create_task(raw.service.update_workflow_execution(request))

    waiting = [update(str(number)) for number in range(11)]
    done, still_waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    assert len(done) == 1
    error = done.pop().exception()
    assert isinstance(error, RPCError)
    assert error.status == RPCStatusCode.RESOURCE_EXHAUSTED
    await client.get_workflow_handle(raw.task_queue).terminate()
    for ended in await asyncio.gather(*still_waiting, return_exceptions=True):
        assert isinstance(ended, RPCError)
        assert ended.status == RPCStatusCode.NOT_FOUND


@pytest.mark.sundial_only
async def test_a_zero_byte_is_refused_wherever_a_database_would_have_to_hold_it(client: Client, raw: RawWorker) -> None:
    bad = "a\0b"
    for attempt in (
        client.start_workflow("W", id=bad, task_queue=raw.task_queue),
        client.start_workflow(bad, id="zero-byte", task_queue=raw.task_queue),
        client.start_workflow("W", id="zero-byte", task_queue=bad),
        client.get_workflow_handle(bad).describe(),
        client.get_workflow_handle(bad).signal("s"),
        client.count_workflows(f"WorkflowId = '{bad}'"),
    ):
        assert "zero byte" in await refused(attempt)
    await raw.start()
    task = await raw.poll()
    message = await refused(raw.answer(task, schedule_activity("activity", task_queue=bad)))
    assert "zero byte" in message
    # What is data, and no name, is kept as it is.
    await raw.answer(await raw.poll(), complete_workflow(r"a\u0000b"))
    assert await client.get_workflow_handle(raw.task_queue).result() == bad
