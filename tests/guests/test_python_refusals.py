"""What a Python workflow is told when it asks for what it may not have: the call, the author's file and line, and what to use."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.client import Client

from harness.history import attributes, event_names
from harness.server import CHECKOUT, Server
from harness.sundial import sundial
from harness.wait import eventually

pytestmark = [pytest.mark.sundial_only, pytest.mark.timeout(600)]

PROJECT = CHECKOUT / "tests/guests/python-refusals"

# Low, so that a guest that eats memory or loops is stopped soon.
LIMITS = ("--memory-limit", "256MiB", "--cpu-limit-ms", "2000")

# By workflow type: what is refused, and a word of what to use instead.
REFUSED = {
    "Clock": ("time.time()", "workflow.now()"),
    "Sleep": ("time.sleep()", "asyncio.sleep"),
    "Randomness": ("random.random()", "workflow.random()"),
    "Uuid": ("uuid.uuid4()", "workflow.uuid4()"),
    "Files": ("io.open()", "activity"),
    "Environment": ("os.environ['HOME']", "workflow input"),
    "Sockets": ("socket.create_connection()", "activity"),
    "Http": ("urllib.request.urlopen()", "activity"),
    "Processes": ("subprocess.run()", "activity"),
    "Threads": ("threading.Thread.start()", "asyncio.gather"),
    "Stdin": ("sys.stdin.readline", "signals"),
    "LateImport": ("import wave", "at the top of a module"),
}
# What stops a workflow that takes too much.
STOPPED = {
    "UnboundedMemory": "of memory, and a run may have 256 MiB",
    "EndlessLoop": "CPU",
    "DeepRecursion": "maximum recursion depth exceeded",
}


@pytest.fixture(scope="module")
async def refusing(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    """A server with the workflows that ask, on the task queue `refusals`."""
    component: Path = tmp_path_factory.mktemp("refusals") / "refusals.wasm"
    await sundial("build", PROJECT, "--output", component, within=500)
    server = await Server.start("sundial", extra=LIMITS)
    try:
        await sundial("module", "push", component, "--name", "refusals", address=server.address, within=500)
        yield await Client.connect(server.address)
    finally:
        server.stop()


async def failure(client: Client, workflow_type: str, workflow_id: str):
    """How its first workflow task fails."""
    handle = await client.start_workflow(workflow_type, id=workflow_id, task_queue="refusals")

    async def failed() -> bool:
        return "WorkflowTaskFailed" in await event_names(handle)

    await eventually(failed, within=60)
    told = (await attributes(handle, "WorkflowTaskFailed")).failure
    await handle.terminate()
    return told


@pytest.mark.parametrize("workflow_type", REFUSED)
async def test_a_refusal_names_the_call_the_line_and_what_to_use(
    refusing: Client, unique: str, workflow_type: str
) -> None:
    call, instead = REFUSED[workflow_type]
    told = await failure(refusing, workflow_type, unique)
    assert re.search(rf"{re.escape(call)} is refused at workflows\.py:\d+: ", told.message), told.message
    assert instead in told.message
    assert 'File "workflows.py"' in told.stack_trace


@pytest.mark.parametrize("workflow_type", STOPPED)
async def test_a_workflow_that_takes_too_much_is_stopped(refusing: Client, unique: str, workflow_type: str) -> None:
    told = await failure(refusing, workflow_type, unique)
    assert STOPPED[workflow_type] in told.message
