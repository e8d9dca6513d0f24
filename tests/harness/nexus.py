"""Nexus operations, their handlers, and a workflow that calls them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import nexusrpc
import nexusrpc.handler
from temporalio import nexus, workflow
from temporalio.api.nexus.v1 import EndpointSpec, EndpointTarget
from temporalio.api.operatorservice.v1 import CreateNexusEndpointRequest, DeleteNexusEndpointRequest
from temporalio.client import Client
from temporalio.exceptions import ApplicationError


@workflow.defn
class Handling:
    """What an operation starts: ends as it is told."""

    def __init__(self) -> None:
        self.told: str | None = None

    @workflow.run
    async def run(self, how: str) -> str:
        if how in ("wait", "keep"):
            await workflow.wait_condition(lambda: self.told is not None)
        if how == "fail":
            raise ApplicationError("the workflow failed", non_retryable=True)
        return f"handled {how}"

    @workflow.signal
    def tell(self) -> None:
        self.told = "told"


@nexusrpc.service
class Desk:
    answer: nexusrpc.Operation[str, str]
    handle: nexusrpc.Operation[str, str]


@nexusrpc.handler.service_handler(service=Desk)
class DeskHandler:
    def __init__(self, name: str) -> None:
        self.name = name
        self.attempts = 0

    @nexusrpc.handler.sync_operation
    async def answer(self, ctx: nexusrpc.handler.StartOperationContext, how: str) -> str:
        self.attempts += 1
        match how:
            case "fail":
                raise nexusrpc.OperationError("no luck", state=nexusrpc.OperationErrorState.FAILED)
            case "canceled":
                raise nexusrpc.OperationError("called off", state=nexusrpc.OperationErrorState.CANCELED)
            case "refuse":
                raise nexusrpc.HandlerError("bad question", type=nexusrpc.HandlerErrorType.BAD_REQUEST)
            case "application":
                raise ApplicationError("broken", "a detail", type="Broken", non_retryable=True)
            case "once more" if self.attempts == 1:
                raise nexusrpc.HandlerError("busy", type=nexusrpc.HandlerErrorType.UNAVAILABLE)
        return f"answered {how}"

    @nexus.workflow_run_operation
    async def handle(self, ctx: nexus.WorkflowRunOperationContext, how: str) -> nexus.WorkflowHandle[str]:
        return await ctx.start_workflow(Handling.run, how, id=f"{self.name}-handling")


@workflow.defn
class Calling:
    def __init__(self) -> None:
        self.cancels = False

    @workflow.signal
    def cancel_it(self) -> None:
        self.cancels = True

    @workflow.run
    async def run(self, endpoint: str, operation: str, how: str, seconds: float) -> str:
        client = workflow.create_nexus_client(service=Desk, endpoint=endpoint)
        handle = await client.start_operation(
            Desk.answer if operation == "answer" else Desk.handle,
            how,
            schedule_to_close_timeout=timedelta(seconds=seconds),
            headers={"trace": "a header"},
        )
        if how == "wait":
            await workflow.wait_condition(lambda: self.cancels)
            handle.cancel()
        return await handle


@asynccontextmanager
async def endpoint(client: Client, name: str, task_queue: str) -> AsyncIterator[str]:
    """An endpoint of this name, which leads to the task queue and is gone afterwards."""
    target = EndpointTarget(worker=EndpointTarget.Worker(namespace=client.namespace, task_queue=task_queue))
    created = await client.operator_service.create_nexus_endpoint(
        CreateNexusEndpointRequest(spec=EndpointSpec(name=name, target=target))
    )
    try:
        yield name
    finally:
        await client.operator_service.delete_nexus_endpoint(
            DeleteNexusEndpointRequest(id=created.endpoint.id, version=created.endpoint.version)
        )
