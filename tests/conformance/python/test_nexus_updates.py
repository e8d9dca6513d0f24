"""Nexus operations that a workflow update carries out: the callback is the update's, and the caller hears of its end."""

from collections.abc import AsyncIterator

import nexusrpc
import nexusrpc.handler
import pytest
from temporalio import workflow
from temporalio.api.common.v1 import Callback, WorkflowExecution
from temporalio.api.enums.v1 import CallbackState, EventType, UpdateWorkflowExecutionLifecycleStage
from temporalio.api.update.v1 import Input, Meta, Request, WaitPolicy
from temporalio.api.workflowservice.v1 import UpdateWorkflowExecutionRequest
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle
from temporalio.exceptions import ApplicationError, NexusOperationError
from temporalio.worker import Worker

from harness.nexus import Calling, Desk, endpoint
from harness.raw import payloads
from harness.wait import eventually
from harness.worker import new_worker

ACCEPTED = UpdateWorkflowExecutionLifecycleStage.UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_ACCEPTED


@workflow.defn
class Ledger:
    """Works on updates until it is told to go on."""

    def __init__(self) -> None:
        self.opened = False
        self.closes = False

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: self.closes)

    @workflow.update
    async def change(self, how: str) -> str:
        await workflow.wait_condition(lambda: self.opened)
        if how == "fail":
            raise ApplicationError("no such page", non_retryable=True)
        return f"changed {how}"

    @workflow.signal
    def open(self) -> None:
        self.opened = True

    @workflow.signal
    def close(self) -> None:
        self.closes = True


def update(client: Client, ledger: str, update_id: str, how: str, callback: Callback) -> UpdateWorkflowExecutionRequest:
    return UpdateWorkflowExecutionRequest(
        namespace=client.namespace,
        workflow_execution=WorkflowExecution(workflow_id=ledger),
        wait_policy=WaitPolicy(lifecycle_stage=ACCEPTED),
        request=Request(
            meta=Meta(update_id=update_id, identity="desk"),
            input=Input(name="change", args=payloads(how)),
            completion_callbacks=[callback],
        ),
    )


class ByUpdate(nexusrpc.handler.OperationHandler[str, str]):
    """All operations of a kind are one update."""

    def __init__(self, client: Client, ledger: str) -> None:
        self.client, self.ledger = client, ledger

    async def start(
        self, ctx: nexusrpc.handler.StartOperationContext, input: str
    ) -> nexusrpc.handler.StartOperationResultAsync:
        header = {**ctx.callback_headers, "nexus-operation-token": "by update"}
        callback = Callback(nexus=Callback.Nexus(url=ctx.callback_url or "", header=header))
        await self.client.workflow_service.update_workflow_execution(
            update(self.client, self.ledger, f"update-{input}", input, callback)
        )
        return nexusrpc.handler.StartOperationResultAsync("by update")

    async def cancel(self, ctx: nexusrpc.handler.CancelOperationContext, token: str) -> None:
        raise NotImplementedError


@nexusrpc.handler.service_handler(service=Desk)
class LedgerDesk:
    def __init__(self, client: Client, ledger: str) -> None:
        self.client, self.ledger = client, ledger

    @nexusrpc.handler.sync_operation
    async def answer(self, ctx: nexusrpc.handler.StartOperationContext, how: str) -> str:
        return how

    @nexusrpc.handler.operation_handler
    def handle(self) -> nexusrpc.handler.OperationHandler[str, str]:
        return ByUpdate(self.client, self.ledger)


@pytest.fixture
async def desk(client: Client, unique: str) -> AsyncIterator[str]:
    async with endpoint(client, unique.replace("_", "-"), unique) as name:
        yield name


@pytest.fixture
async def ledger(client: Client, unique: str) -> WorkflowHandle:
    return await client.start_workflow(Ledger.run, id=f"{unique}-ledger", task_queue=unique)


def serving(client: Client, unique: str) -> Worker:
    desk = LedgerDesk(client, f"{unique}-ledger")
    return new_worker(client, unique, (Calling, Ledger), nexus_service_handlers=[desk])


async def call(client: Client, unique: str, desk: str, number: int, how: str) -> WorkflowHandle:
    """A caller whose operation is under way."""
    calling = await client.start_workflow(
        Calling.run, args=[desk, "handle", how, 60.0], id=f"{unique}-{number}", task_queue=unique
    )
    await eventually(lambda: has(calling, EventType.EVENT_TYPE_NEXUS_OPERATION_STARTED))
    return calling


async def has(handle: WorkflowHandle, kind: int) -> bool:
    return any(event.event_type == kind for event in (await handle.fetch_history()).events)


async def callbacks(ledger: WorkflowHandle) -> list[tuple[str, int]]:
    shown = (await ledger.describe()).raw_description.callbacks
    return [(c.trigger.update_workflow_execution_completed.update_id, c.state) for c in shown]


async def test_the_end_of_an_update_ends_the_operations_that_wait_for_it(
    client: Client, unique: str, desk: str, ledger: WorkflowHandle
) -> None:
    standby, succeeded = CallbackState.CALLBACK_STATE_STANDBY, CallbackState.CALLBACK_STATE_SUCCEEDED
    async with serving(client, unique):
        first = await call(client, unique, desk, 1, "page")
        second = await call(client, unique, desk, 2, "page")
        assert await callbacks(ledger) == [("update-page", standby)] * 2
        # The second one came when the update was accepted: history knows of it.
        assert await has(ledger, EventType.EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED)
        await ledger.signal(Ledger.open)
        assert [await first.result(), await second.result()] == ["changed page"] * 2

        async def all_told() -> bool:
            return await callbacks(ledger) == [("update-page", succeeded)] * 2

        await eventually(all_told)


async def test_the_failure_of_an_update_is_that_of_its_operation(
    client: Client, unique: str, desk: str, ledger: WorkflowHandle
) -> None:
    async with serving(client, unique):
        calling = await call(client, unique, desk, 1, "fail")
        await ledger.signal(Ledger.open)
        assert await failure_of(calling) == "no such page"


async def test_an_update_that_its_run_leaves_fails_its_operation(
    client: Client, unique: str, desk: str, ledger: WorkflowHandle
) -> None:
    async with serving(client, unique):
        calling = await call(client, unique, desk, 1, "page")
        await ledger.signal(Ledger.close)
        assert "the Workflow completed before the Update completed" in await failure_of(calling)


async def failure_of(handle: WorkflowHandle) -> str:
    with pytest.raises(WorkflowFailureError) as failed:
        await handle.result()
    assert isinstance(failed.value.cause, NexusOperationError)
    assert isinstance(failed.value.cause.cause, ApplicationError)
    return failed.value.cause.cause.message
