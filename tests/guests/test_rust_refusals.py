"""What a Rust workflow's author is told: by clippy, with the list that a new project has; by crates that do not compile; by the sandbox."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.client import Client

from guests.refusals import AT_RUN_TIME, NOTHING_TO_IMPORT, REFUSALS, ROWS, built_and_served, failure, outcome
from harness.server import CHECKOUT
from harness.sundial import BUILD_WITHIN_SECONDS, GUESTS_TARGET, SundialFailed, command_environment, sundial

pytestmark = [pytest.mark.sundial_only, pytest.mark.timeout(BUILD_WITHIN_SECONDS)]

PROJECTS = CHECKOUT / "tests/guests/rust-refusals"
# Where a new project has its list of what a workflow has not.
LIST = CHECKOUT / "guests/rust/template"

# The crates that give random numbers do not compile for a target without a system.
BY_CRATES = {"Randomness": "random", "Uuid": "uuid"}
# What clippy can't see.
WHILE_RUNNING = {
    "UnboundedMemory": "of memory, and a run may have 256 MiB",
    "EndlessLoop": "used more than the 2000 ms of CPU",
    "DeepRecursion": "recursed deeper than its stack allows",
}
BY_CLIPPY = [row for row in ROWS if row not in BY_CRATES | WHILE_RUNNING and row != "LateImport"]


@pytest.fixture(scope="module")
async def lints() -> dict[str, str]:
    """What clippy says, by the workflow type that asks."""
    project = PROJECTS / "workflows"
    clippy = await asyncio.create_subprocess_exec(
        *("cargo", "clippy", "--release", "--target", "wasm32-unknown-unknown", "--message-format", "json"),
        cwd=project,
        env=command_environment() | {"CLIPPY_CONF_DIR": str(LIST)},
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await clippy.communicate()
    assert clippy.returncode == 0
    source = (project / "src/lib.rs").read_text().splitlines()
    told = {}
    for message in map(json.loads, output.splitlines()):
        said = message.get("message")
        if not said or (said["code"] or {}).get("code") != "clippy::disallowed_methods":
            continue
        place = next(span for span in said["spans"] if span["is_primary"])
        asking = re.findall(r"^fn (\w+)", "\n".join(source[: place["line_start"]]), re.MULTILINE)[-1]
        where = f"{place['file_name']}:{place['line_start']}:{place['column_start']}"
        told[asking.title().replace("_", "")] = f"{where}: {said['message']}: {said['children'][0]['message']}"
    return told


@pytest.fixture(scope="module")
async def refusing(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    async with built_and_served(PROJECTS / "workflows", tmp_path_factory.mktemp("refusals")) as client:
        yield client


@pytest.mark.parametrize("row", BY_CLIPPY)
def test_clippy_names_the_call_the_line_and_what_to_use(lints: dict[str, str], row: str) -> None:
    assert re.match(r"src/lib\.rs:\d+:\d+: use of a disallowed method `std::\S+`: a workflow .*; ", lints[row])
    REFUSALS.check(row, "Rust", lints[row])


def test_clippy_names_nothing_else(lints: dict[str, str]) -> None:
    assert sorted(lints) == sorted(BY_CLIPPY)


@pytest.mark.parametrize("row", BY_CRATES)
async def test_a_crate_without_a_source_of_randomness_does_not_compile(tmp_path: Path, row: str) -> None:
    with pytest.raises(SundialFailed) as caught:
        await sundial("build", PROJECTS / BY_CRATES[row], "--output", tmp_path / "out.wasm", within=BUILD_WITHIN_SECONDS)
    *compiler, told = str(caught.value).splitlines()
    of_the_crate = next(line for line in compiler if line.startswith("error: ")).partition(". Note that")[0]
    hint = json.loads(told)["error"]["hint"]
    assert "a workflow has none of its own; use ctx.random(), ctx.uuid4()" in hint
    REFUSALS.check(row, "Rust", f"{of_the_crate}; hint: {hint.partition('; ')[2]}")
    AT_RUN_TIME.check(row, "Rust", "does not compile")


@pytest.mark.parametrize("row", WHILE_RUNNING)
async def test_a_workflow_that_takes_too_much_is_stopped(refusing: Client, unique: str, row: str) -> None:
    told = await failure(refusing, row, unique)
    assert WHILE_RUNNING[row] in told.message
    REFUSALS.check(row, "Rust", told.message)


def test_nothing_is_imported_late() -> None:
    REFUSALS.check("LateImport", "Rust", NOTHING_TO_IMPORT)


@pytest.mark.parametrize("row", BY_CLIPPY)
async def test_what_clippy_was_not_asked_about_is_refused_when_it_runs(refusing: Client, unique: str, row: str) -> None:
    told = await outcome(refusing, row, unique)
    # Input is at its end, as Rust's library answers itself; everything else fails the task, with what to use instead.
    assert told == "is given: " if row == "Stdin" else re.search(r"a workflow has [^;]*; ", told), told
    AT_RUN_TIME.check(row, "Rust", told)
