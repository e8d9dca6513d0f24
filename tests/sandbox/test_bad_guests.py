"""Guests that misbehave: their own workflow task fails and says why; every other run, and the host, go on."""

import pytest
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle

from harness.history import attributes, event_names
from harness.server import Server
from harness.wait import eventually

pytestmark = pytest.mark.sundial_only

# Workflow type, and what the failure has to say, in lower case.
BAD = [
    ("Loop", "cpu"),
    ("EatMemory", "memory"),
    ("Recurse", "stack"),
    ("Unreachable", "unreachable"),
    ("Panic", "reserve_stock"),
    ("Garbage", ""),
    ("Empty", ""),
    ("OtherRun", ""),
    ("TooLarge", ""),
    ("EmptyCommand", ""),
]
# Memory that a host may keep beyond what it had: caches of the allocator, not runs.
KEPT_BYTES = 64 << 20


async def failed(handle: WorkflowHandle) -> bool:
    return "WorkflowTaskFailed" in await event_names(handle)


async def count(client: Client, workflow_id: str, queue: str) -> WorkflowHandle:
    """A well-behaved run of the same module: counts what it is sent."""
    return await client.start_workflow("Count", id=workflow_id, task_queue=queue)


@pytest.mark.parametrize(("workflow_type", "cause"), BAD)
async def test_a_bad_guest_fails_its_task_with_a_clear_message(
    client: Client, guest: str, unique: str, workflow_type: str, cause: str
) -> None:
    handle = await client.start_workflow(workflow_type, id=unique, task_queue=guest)
    await eventually(lambda: failed(handle))
    failure = (await attributes(handle, "WorkflowTaskFailed")).failure
    assert workflow_type in failure.message
    assert cause in (failure.message + failure.stack_trace).lower()
    assert (await handle.describe()).status == WorkflowExecutionStatus.RUNNING, "a fixed version may still go on"
    await handle.terminate()


async def test_other_runs_go_on_while_bad_ones_fail(client: Client, guest: str, unique: str) -> None:
    good = await count(client, unique, guest)
    bad = [
        await client.start_workflow(workflow_type, id=f"{unique}-{workflow_type}", task_queue=guest)
        for workflow_type, _ in BAD
    ]
    for number in range(10):
        await good.signal("add", number)
    for handle in bad:
        await eventually(lambda handle=handle: failed(handle), within=40)
    assert (await good.describe()).status == WorkflowExecutionStatus.RUNNING
    assert "WorkflowTaskFailed" not in await event_names(good)
    done = await client.start_workflow("Complete", "in", id=f"{unique}-done", task_queue=guest)
    completed = await eventually(lambda: attributes(done, "WorkflowExecutionCompleted"))
    assert completed.result.payloads[0].data == b'"in"'
    for handle in [good, *bad]:
        await handle.terminate()


async def test_memory_returns_after_runs_that_ate_it(server: Server, client: Client, guest: str, unique: str) -> None:
    first = await client.start_workflow("EatMemory", id=f"{unique}-first", task_queue=guest)
    await eventually(lambda: failed(first))
    await first.terminate()
    before = server.resident_bytes()
    for number in range(10):
        handle = await client.start_workflow("EatMemory", id=f"{unique}-{number}", task_queue=guest)
        await eventually(lambda handle=handle: failed(handle))
        await handle.terminate()
    await eventually(lambda: server.resident_bytes() < before + KEPT_BYTES, within=20)


async def test_the_server_answers_quickly_while_guests_loop(client: Client, guest: str, unique: str) -> None:
    """A guest that takes all its CPU must not take the server's threads."""
    loops = [await client.start_workflow("Loop", id=f"{unique}-{number}", task_queue=guest) for number in range(4)]
    for _ in range(20):
        await loops[0].describe(rpc_timeout=None)
    quick = await client.start_workflow("some-workflow", id=unique, task_queue=unique)
    assert (await quick.describe()).status == WorkflowExecutionStatus.RUNNING
    for handle in [quick, *loops]:
        await handle.terminate()
