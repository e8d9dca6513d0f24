"""What the author of a workflow is told who asks for what a workflow does not get: how tests ask, and the tables of guests/README.md.

Each test makes one cell of a table, and fails if the file says something else. With SUNDIAL_WRITE_REFUSALS=1 it writes the cell instead.
"""

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from temporalio.client import Client, WorkflowExecutionStatus, WorkflowFailureError

from harness.history import attributes, event_names
from harness.server import CHECKOUT, Server
from harness.sundial import BUILD_WITHIN_SECONDS, sundial
from harness.wait import eventually

README = CHECKOUT / "guests/README.md"
QUEUE = "refusals"

# Low, so that a guest that eats memory or loops is stopped soon.
LIMITS = ("--memory-limit", "256MiB", "--cpu-limit-ms", "2000")

# The workflow type that asks for it, and what it asks for.
ROWS = {
    "Clock": "the time of the machine",
    "Sleep": "a sleep",
    "Randomness": "a random number",
    "Uuid": "a random UUID",
    "Files": "a file",
    "Environment": "an environment variable",
    "Sockets": "a socket",
    "Http": "an HTTP request",
    "Processes": "a process",
    "Threads": "a thread",
    "Stdin": "standard input",
    "UnboundedMemory": "memory without end",
    "EndlessLoop": "a loop without end",
    "DeepRecursion": "a recursion without end",
    "LateImport": "an import while it runs",
}

# What is linked when it is built has nothing to import later.
NOTHING_TO_IMPORT = "does not exist: everything is linked when the component is built"
NOT_MADE = "not made yet"


@dataclass(frozen=True)
class Table:
    """One of the tables: the comments around it, and its columns."""

    name: str
    columns: tuple[str, ...]

    def check(self, row: str, column: str, words: str) -> None:
        """Compares a cell with the file, or writes it."""
        words = readable(words)
        cells = self._read()
        if os.environ.get("SUNDIAL_WRITE_REFUSALS"):
            cells[row][column] = words
            self._write(cells)
        assert cells[row][column] == words, "guests/README.md differs; SUNDIAL_WRITE_REFUSALS=1 writes it"

    def cell(self, row: str, column: str) -> str:
        """What the file says."""
        return self._read()[row][column]

    def _parts(self) -> list[str]:
        return re.split(rf"(?<=<!-- {self.name}: begin -->\n)|(?=<!-- {self.name}: end -->)", README.read_text())

    def _read(self) -> dict[str, dict[str, str]]:
        cells = {row: dict.fromkeys(self.columns, NOT_MADE) for row in ROWS}
        before, table, after = self._parts()
        for line in table.splitlines()[2:]:
            asked, *words = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            row = next(row for row in ROWS if ROWS[row] == asked)
            cells[row].update(zip(self.columns, words, strict=True))
        return cells

    def _write(self, cells: dict[str, dict[str, str]]) -> None:
        before, _, after = self._parts()
        lines = [("asked for", *self.columns), ("---",) * (len(self.columns) + 1)]
        lines += [(ROWS[row], *made.values()) for row, made in cells.items() if set(made.values()) != {NOT_MADE}]
        README.write_text(before + "".join(f"| {' | '.join(line)} |\n" for line in lines) + after)


# What is told first: where a language can tell while the code is written or built, then; else when it runs.
REFUSALS = Table("refusals", ("Rust", "Go", "Go with TinyGo", "Python", "TypeScript"))
# What is told by the sandbox where such an early look was not taken.
AT_RUN_TIME = Table("refusals at run time", ("Rust", "Go", "Go with TinyGo"))


def readable(words: str) -> str:
    """One line that is the same on every machine: no folders, no hashes, no amounts of the moment."""
    text = " ".join(words.split())
    # A task's failure says which workflow failed, and where it was entered if no more is known.
    text = re.sub(r"workflow \w+ failed in guest function `(activate|poll-routine)`: ", "", text)
    text = re.sub(r"workflow \w+ failed in guest function (`[^`]+`(?: \([^)]*\))?)", r"in \1", text)
    text = re.sub(r"(?<![\w./])/(?:[\w.@+~-]+/)+", "", text)
    text = re.sub(r"asked for [\d.]+ MiB", "asked for more than 256 MiB", text)
    text = re.sub(r"(is given: )\d{4,}$", r"\1a number that its run id decides", text)
    return text.replace("|", "\\|")


@asynccontextmanager
async def built_and_served(project: Path, folder: Path) -> AsyncIterator[Client]:
    """The component of a project, on a server of its own."""
    component = folder / "component.wasm"
    await sundial("build", project, "--output", component, within=BUILD_WITHIN_SECONDS)
    async with served(component) as client:
        yield client


async def check_stopped(client: Client, workflow_type: str, column: str, unique: str, words: str) -> None:
    """What is told of a workflow that takes too much, and its cell of the table."""
    told = await failure(client, workflow_type, unique)
    assert words in told.message
    REFUSALS.check(workflow_type, column, told.message)


@asynccontextmanager
async def served(component: Path) -> AsyncIterator[Client]:
    """A server of its own with low limits, and the workflows of a component on the task queue `refusals`."""
    server = await Server.start("sundial", extra=LIMITS)
    try:
        await sundial("module", "push", component, "--name", QUEUE, address=server.address, within=500)
        yield await Client.connect(server.address)
    finally:
        server.stop()


async def failure(client: Client, workflow_type: str, workflow_id: str):
    """How a run's first workflow task fails."""
    handle = await client.start_workflow(workflow_type, id=workflow_id, task_queue=QUEUE)

    async def failed() -> bool:
        return "WorkflowTaskFailed" in await event_names(handle)

    await eventually(failed, within=60)
    told = (await attributes(handle, "WorkflowTaskFailed")).failure
    await handle.terminate()
    return told


async def outcome(client: Client, workflow_type: str, workflow_id: str) -> str:
    """What comes of a run: what the failure of its first task says, or of itself, or what it is given."""
    handle = await client.start_workflow(workflow_type, id=workflow_id, task_queue=QUEUE)

    async def ended() -> str | None:
        if "WorkflowTaskFailed" in await event_names(handle):
            return (await attributes(handle, "WorkflowTaskFailed")).failure.message
        if (await handle.describe()).status == WorkflowExecutionStatus.RUNNING:
            return None
        try:
            return f"is given: {await handle.result()}"
        except WorkflowFailureError as failed:
            return f"the workflow fails: {failed.cause}"

    told = await eventually(ended, within=60)
    if (await handle.describe()).status == WorkflowExecutionStatus.RUNNING:
        await handle.terminate()
    return told
