"""What a TypeScript workflow is told when it asks for what it may not have: the call, the author's file and line, and what to use.

Imports are refused by the build; what the engine has by itself is refused when a workflow reaches it.
"""

import json
import re
import shutil
from collections.abc import AsyncIterator

import pytest
from temporalio.client import Client

from guests.refusals import REFUSALS, built_and_served, check_stopped, failure
from harness.server import CHECKOUT
from harness.sundial import BUILD_WITHIN_SECONDS, SundialFailed, sundial

pytestmark = [pytest.mark.sundial_only, pytest.mark.timeout(600)]

PROJECT = CHECKOUT / "tests/guests/typescript-refusals"

# By workflow type: the module that can't be imported, and a word of what to use instead.
NOT_IMPORTED = {
    "Sleep": ("node:timers/promises", "sleep(...)"),
    "Files": ("node:fs", "activity"),
    "Sockets": ("node:net", "activity"),
    "Processes": ("node:child_process", "activity"),
    "Threads": ("node:worker_threads", "Promise.all"),
    "Stdin": ("node:readline", "signals"),
}
# By workflow type: what is refused, and a word of what to use instead.
REFUSED = {
    "Clock": ("performance.now()", "Date.now()"),
    "Randomness": ("crypto.getRandomValues()", "Math.random()"),
    "Uuid": ("crypto.randomUUID()", "uuid4()"),
    "Environment": ("process", "workflow input"),
    "Http": ("fetch()", "activity"),
    "LateImport": ("import of 'lodash'", "at the top of a module"),
}
# What stops a workflow that takes too much.
STOPPED = {
    "UnboundedMemory": "of memory, and a run may have 256 MiB",
    "EndlessLoop": "CPU",
    "DeepRecursion": "too much recursion",
}


@pytest.fixture(scope="module")
async def refused_imports(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What the build says of a project whose workflows import what they may not, a line each."""
    folder = tmp_path_factory.mktemp("imports") / "project"
    shutil.copytree(PROJECT, folder)
    manifest = {"name": "imports", "version": "1.0.0", "sundial": {"workflowsPath": "src/imports.ts"}}
    (folder / "package.json").write_text(json.dumps(manifest))
    with pytest.raises(SundialFailed) as caught:
        await sundial("build", folder, "--output", folder / "component.wasm", within=BUILD_WITHIN_SECONDS)
    return json.loads(str(caught.value).splitlines()[-1])["error"]["message"].splitlines()


@pytest.fixture(scope="module")
async def refusing(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    async with built_and_served(PROJECT, tmp_path_factory.mktemp("refusals")) as client:
        yield client


@pytest.mark.parametrize("workflow_type", NOT_IMPORTED)
def test_an_import_that_is_refused_is_named_with_its_line(refused_imports: list[str], workflow_type: str) -> None:
    module, instead = NOT_IMPORTED[workflow_type]
    (told,) = [line for line in refused_imports if f"'{module}'" in line]
    assert re.match(rf"src/imports\.ts:\d+: import of '{re.escape(module)}' is refused: ", told), told
    assert instead in told
    REFUSALS.check(workflow_type, "TypeScript", told)


@pytest.mark.parametrize("workflow_type", REFUSED)
async def test_a_refusal_names_the_call_the_line_and_what_to_use(
    refusing: Client, unique: str, workflow_type: str
) -> None:
    call, instead = REFUSED[workflow_type]
    told = await failure(refusing, workflow_type, unique)
    assert re.search(rf"{re.escape(call)} is refused at src/workflows\.ts:\d+: ", told.message), told.message
    assert instead in told.message
    assert re.search(r"src/workflows\.ts:\d+", told.stack_trace)
    REFUSALS.check(workflow_type, "TypeScript", told.message)


@pytest.mark.parametrize("workflow_type", STOPPED)
async def test_a_workflow_that_takes_too_much_is_stopped(refusing: Client, unique: str, workflow_type: str) -> None:
    await check_stopped(refusing, workflow_type, "TypeScript", unique, STOPPED[workflow_type])
