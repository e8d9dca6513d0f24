"""What a Python workflow is told when it asks for what it may not have: the call, the author's file and line, and what to use."""

import re
from collections.abc import AsyncIterator

import pytest
from temporalio.client import Client

from guests.refusals import REFUSALS, built_and_served, check_stopped, failure
from harness.server import CHECKOUT

pytestmark = [pytest.mark.sundial_only, pytest.mark.timeout(600)]

PROJECT = CHECKOUT / "tests/guests/python-refusals"

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
    async with built_and_served(PROJECT, tmp_path_factory.mktemp("refusals")) as client:
        yield client


@pytest.mark.parametrize("workflow_type", REFUSED)
async def test_a_refusal_names_the_call_the_line_and_what_to_use(
    refusing: Client, unique: str, workflow_type: str
) -> None:
    call, instead = REFUSED[workflow_type]
    told = await failure(refusing, workflow_type, unique)
    assert re.search(rf"{re.escape(call)} is refused at workflows\.py:\d+: ", told.message), told.message
    assert instead in told.message
    assert 'File "workflows.py"' in told.stack_trace
    REFUSALS.check(workflow_type, "Python", told.message)


@pytest.mark.parametrize("workflow_type", STOPPED)
async def test_a_workflow_that_takes_too_much_is_stopped(refusing: Client, unique: str, workflow_type: str) -> None:
    await check_stopped(refusing, workflow_type, "Python", unique, STOPPED[workflow_type])
