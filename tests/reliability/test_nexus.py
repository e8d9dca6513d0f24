"""kill -9 of the server while Nexus operations are on their way: each is completed all the same, and once."""

from pathlib import Path

from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHandle

from harness.nexus import Calling, DeskHandler, Handling, endpoint
from harness.server import Server, free_port
from harness.wait import eventually
from harness.worker import new_worker


async def test_operations_survive_a_kill(tmp_path: Path) -> None:
    server = await Server.start(port=free_port(), database=tmp_path / "nexus.db")
    try:
        client = await Client.connect(server.address)
        desk = endpoint(client, "desk", "q")
        name = await desk.__aenter__()
        waiting = await client.start_workflow(Calling.run, args=[name, "handle", "keep", 60.0], id="c", task_queue="q")
        unasked = await client.start_workflow(Calling.run, args=[name, "answer", "soon", 60.0], id="u", task_queue="q")
        # Nobody handles the second one before the kill.
        async with new_worker(client, "q", (Calling, Handling)):
            await eventually(lambda: has(unasked, EventType.EVENT_TYPE_NEXUS_OPERATION_SCHEDULED))
        server.kill()
        server.launch_again()
        await server.ready()
        client = await Client.connect(server.address)
        waiting, unasked = (client.get_workflow_handle(handle.id) for handle in (waiting, unasked))
        async with new_worker(client, "q", (Calling, Handling), nexus_service_handlers=[DeskHandler("d")]):
            await eventually(lambda: has(waiting, EventType.EVENT_TYPE_NEXUS_OPERATION_STARTED), within=30)
            server.kill()
            server.launch_again()
            await server.ready()
            await client.get_workflow_handle("d-handling").signal(Handling.tell)
            assert await waiting.result() == "handled keep"
            assert await unasked.result() == "answered soon"
        for handle in (waiting, unasked):
            kinds = [event.event_type for event in (await handle.fetch_history()).events]
            assert kinds.count(EventType.EVENT_TYPE_NEXUS_OPERATION_COMPLETED) == 1
    finally:
        server.stop()


async def has(handle: WorkflowHandle, kind: int) -> bool:
    return any(event.event_type == kind for event in (await handle.fetch_history()).events)
