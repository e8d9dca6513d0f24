"""Nexus by Temporal's Python SDK: callers and handlers in workers, operations at once and by workflows."""

from collections.abc import AsyncIterator

import pytest
from temporalio.api.common.v1 import Callback, WorkflowType
from temporalio.api.enums.v1 import CallbackState, PendingNexusOperationState
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import StartWorkflowExecutionRequest
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowFailureError, WorkflowHandle
from temporalio.exceptions import (
    ApplicationError,
    CancelledError,
    NexusOperationError,
    TimeoutError,
    TimeoutType,
)
from temporalio.service import RPCError, RPCStatusCode

from harness.nexus import Calling, DeskHandler, Handling, endpoint
from harness.wait import eventually
from harness.worker import new_worker


@pytest.fixture
async def desk(client: Client, unique: str) -> AsyncIterator[str]:
    """The name of an endpoint whose handlers poll the task queue `unique`."""
    async with endpoint(client, unique.replace("_", "-"), unique) as name:
        yield name


async def start(client: Client, unique: str, desk: str, operation: str, how: str, seconds: float = 60) -> WorkflowHandle:
    return await client.start_workflow(
        Calling.run, args=[desk, operation, how, seconds], id=f"{unique}-calling", task_queue=unique
    )


async def failure_of(handle: WorkflowHandle) -> NexusOperationError:
    with pytest.raises(WorkflowFailureError) as failed:
        await handle.result()
    assert isinstance(failed.value.cause, NexusOperationError)
    return failed.value.cause


def serving(client: Client, unique: str):
    return new_worker(client, unique, (Calling, Handling), nexus_service_handlers=[DeskHandler(unique)])


async def test_an_answer_at_once(client: Client, unique: str, desk: str) -> None:
    async with serving(client, unique):
        handle = await start(client, unique, desk, "answer", "soon")
        assert await handle.result() == "answered soon"


async def test_a_handler_that_is_busy_is_asked_again(client: Client, unique: str, desk: str) -> None:
    async with serving(client, unique):
        handle = await start(client, unique, desk, "answer", "once more")
        assert await handle.result() == "answered once more"


@pytest.mark.parametrize(
    ("how", "kind", "message"),
    [
        ("fail", ApplicationError, "no luck"),
        ("canceled", CancelledError, "called off"),
    ],
)
async def test_an_operation_without_a_result(
    client: Client, unique: str, desk: str, how: str, kind: type, message: str
) -> None:
    async with serving(client, unique):
        error = await failure_of(await start(client, unique, desk, "answer", how))
        assert isinstance(error.cause, kind)
        assert message in str(error.cause)
        assert (error.service, error.operation, error.endpoint) == ("Desk", "answer", desk)


async def test_a_refusal_for_good_is_not_tried_again(client: Client, unique: str, desk: str) -> None:
    async with serving(client, unique):
        error = await failure_of(await start(client, unique, desk, "answer", "refuse"))
        assert "bad question" in str(error.cause)


async def test_nobody_answers_in_time(client: Client, unique: str, desk: str) -> None:
    async with new_worker(client, unique, (Calling,)):
        error = await failure_of(await start(client, unique, desk, "answer", "soon", 1.5))
        assert isinstance(error.cause, TimeoutError)
        assert error.cause.type == TimeoutType.SCHEDULE_TO_CLOSE


async def test_a_workflow_handles_an_operation(client: Client, unique: str, desk: str) -> None:
    async with serving(client, unique):
        handle = await start(client, unique, desk, "handle", "soon")
        assert await handle.result() == "handled soon"
        handling = client.get_workflow_handle(f"{unique}-handling")
        started = (await handling.fetch_history()).events[0]
        [callback] = started.workflow_execution_started_event_attributes.completion_callbacks
        assert callback.nexus.url
        [link] = list(callback.links) or list(started.links)
        assert link.workflow_event.workflow_id == handle.id

        async def is_told() -> bool:
            callbacks = (await handling.describe()).raw_description.callbacks
            return [one.state for one in callbacks] == [CallbackState.CALLBACK_STATE_SUCCEEDED]

        await eventually(is_told)


async def test_the_failure_of_a_workflow_is_that_of_its_operation(client: Client, unique: str, desk: str) -> None:
    async with serving(client, unique):
        error = await failure_of(await start(client, unique, desk, "handle", "fail"))
        assert isinstance(error.cause, ApplicationError)
        assert error.cause.message == "the workflow failed"
        assert error.operation_token


async def is_started(handle: WorkflowHandle) -> bool:
    pending = (await handle.describe()).raw_description.pending_nexus_operations
    return [one.state for one in pending] == [PendingNexusOperationState.PENDING_NEXUS_OPERATION_STATE_STARTED]


async def test_a_cancellation_reaches_the_workflow_that_handles(client: Client, unique: str, desk: str) -> None:
    async with serving(client, unique):
        handle = await start(client, unique, desk, "handle", "wait")
        await eventually(lambda: is_started(handle))
        await handle.signal(Calling.cancel_it)
        error = await failure_of(handle)
        assert isinstance(error.cause, CancelledError)
        handling = await client.get_workflow_handle(f"{unique}-handling").describe()
        assert handling.status == WorkflowExecutionStatus.CANCELED


async def test_a_started_operation_times_out(client: Client, unique: str, desk: str) -> None:
    async with serving(client, unique):
        handle = await start(client, unique, desk, "handle", "keep", 2)
        error = await failure_of(handle)
        assert isinstance(error.cause, TimeoutError)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://127.0.0.1:1/x", "url does not match any configured callback address"),
        ("nowhere", "unknown scheme"),
    ],
)
async def test_a_callback_to_elsewhere_is_refused(client: Client, unique: str, url: str, reason: str) -> None:
    request = StartWorkflowExecutionRequest(
        namespace="default",
        workflow_id=unique,
        workflow_type=WorkflowType(name="Handling"),
        task_queue=TaskQueue(name=unique),
        request_id=unique,
        completion_callbacks=[Callback(nexus=Callback.Nexus(url=url))],
    )
    with pytest.raises(RPCError) as refused:
        await client.workflow_service.start_workflow_execution(request)
    assert refused.value.status == RPCStatusCode.INVALID_ARGUMENT
    assert reason in refused.value.message
