"""Nexus: operations that handlers answer at once or by a workflow, and how they fail, time out and are cancelled."""

import asyncio

from temporalio.client import WorkflowFailureError

from conformance.compare.program import program
from conformance.compare.scene import Scene, failure_chain
from harness.nexus import Calling, DeskHandler, Handling, endpoint


async def call(scene: Scene, operation: str, how: str, seconds: float = 30) -> None:
    async with endpoint(scene.client, scene.name, scene.name) as name:
        async with scene.worker(Calling, Handling, nexus_service_handlers=[DeskHandler(scene.name)]):
            handle = await scene.client.start_workflow(
                Calling.run, args=[name, operation, how, seconds], id=scene.name, task_queue=scene.name
            )
            if how == "wait":
                await until_started(scene)
                await scene.idle()
                await scene.describe(label="started")
                await handle.signal(Calling.cancel_it)
            try:
                scene.record("result", await handle.result())
            except WorkflowFailureError as error:
                scene.record("result", failure_chain(error))
            # Whether the answer to a request to cancel comes before the cancelled operation's callback, or too late for
            # the history, is a matter of timing.
            await scene.history(handle, tasks=False, left_out=("NexusOperationCancelRequestCompleted",))
            if operation == "handle":
                await scene.history(f"{scene.name}-handling", tasks=False)
                await scene.describe(f"{scene.name}-handling")


async def until_started(scene: Scene) -> None:
    while True:
        events = (await scene.client.get_workflow_handle(scene.name).fetch_history()).events
        if any(event.HasField("nexus_operation_started_event_attributes") for event in events):
            return
        await asyncio.sleep(0.1)


@program
async def answers(scene: Scene) -> None:
    await call(scene, "answer", "soon")


@program
async def fails(scene: Scene) -> None:
    await call(scene, "answer", "fail")


@program
async def canceled(scene: Scene) -> None:
    await call(scene, "answer", "canceled")


@program
async def refuses(scene: Scene) -> None:
    await call(scene, "answer", "refuse")


@program
async def breaks(scene: Scene) -> None:
    await call(scene, "answer", "application")


@program
async def retries(scene: Scene) -> None:
    await call(scene, "answer", "once more")


@program
async def handles(scene: Scene) -> None:
    await call(scene, "handle", "soon")


@program
async def handlesbadly(scene: Scene) -> None:
    await call(scene, "handle", "fail")


@program
async def cancels(scene: Scene) -> None:
    await call(scene, "handle", "wait")


@program
async def timesout(scene: Scene) -> None:
    """Nobody polls for the operation."""
    async with endpoint(scene.client, scene.name, scene.name) as name:
        async with scene.worker(Calling):
            handle = await scene.client.start_workflow(
                Calling.run, args=[name, "answer", "soon", 2.0], id=scene.name, task_queue=scene.name
            )
            try:
                scene.record("result", await handle.result())
            except WorkflowFailureError as error:
                scene.record("result", failure_chain(error))
            await scene.history(handle, tasks=False)


@program
async def nowhere(scene: Scene) -> None:
    """There is no such endpoint: the workflow task fails, again and again."""
    async with scene.worker(Calling):
        handle = await scene.client.start_workflow(
            Calling.run, args=["nowhere", "answer", "soon", 2.0], id=scene.name, task_queue=scene.name
        )
        while True:
            events = (await handle.fetch_history()).events
            failed = [e for e in events if e.HasField("workflow_task_failed_event_attributes")]
            if failed:
                break
            await asyncio.sleep(0.1)
        attributes = failed[0].workflow_task_failed_event_attributes
        scene.record("failed", attributes)
        await handle.terminate()
