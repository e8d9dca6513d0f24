"""The table of guests/README.md that says what a workflow's author sees who asks for what a workflow does not get.

Each test makes one cell of it, and fails if the file says something else; with SUNDIAL_WRITE_REFUSALS=1 it writes the cell instead.
"""

import os
import re
from pathlib import Path

from temporalio.client import Client, WorkflowExecutionStatus, WorkflowFailureError

from harness.history import attributes, event_names
from harness.server import CHECKOUT
from harness.wait import eventually

README = CHECKOUT / "guests/README.md"
BEGIN, END = "<!-- refusals: begin -->", "<!-- refusals: end -->"

COLUMNS = ["Rust", "Go (TinyGo)", "Go (standard)", "Python", "TypeScript"]
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
NOT_MADE = "not tested yet"


async def observe(client: Client, task_queue: str, workflow_type: str, workflow_id: str) -> str:
    """What comes of a run: the message that the author reads, with what failed."""
    handle = await client.start_workflow(workflow_type, id=workflow_id, task_queue=task_queue)

    async def outcome() -> str | None:
        if "WorkflowTaskFailed" in await event_names(handle):
            return "task fails: " + (await attributes(handle, "WorkflowTaskFailed")).failure.message
        status = (await handle.describe()).status
        if status == WorkflowExecutionStatus.RUNNING:
            return None
        try:
            return f"is given: {await handle.result()!r}"
        except WorkflowFailureError as failure:
            return f"workflow fails: {failure.cause}"

    seen = await eventually(outcome, within=40)
    if (await handle.describe()).status == WorkflowExecutionStatus.RUNNING:
        await handle.terminate()
    return seen


def check_cell(row: str, column: str, seen: str) -> None:
    """Compares a cell with the file, or writes it."""
    text = readable(seen)
    table = read_table()
    if os.environ.get("SUNDIAL_WRITE_REFUSALS"):
        table[row][column] = text
        write_table(table)
    assert table[row][column] == text, f"guests/README.md differs; SUNDIAL_WRITE_REFUSALS=1 writes it. Now: {text}"


def readable(seen: str) -> str:
    """One line that is the same on every machine: no folders, no hashes of compilers, no addresses."""
    text = " ".join(seen.split())
    text = re.sub(r"workflow \w+ failed in guest function", "in", text)
    text = re.sub(r"(?<![\w.])/(?:[\w.@+~-]+/)+", "", text)
    text = re.sub(r"::h[0-9a-f]{16}\b|\[[0-9a-f]{16}\]", "", text)
    return text.replace("|", "\\|")


def read_table() -> dict[str, dict[str, str]]:
    lines = README.read_text().split(BEGIN)[1].split(END)[0].strip().splitlines()[2:]
    table = {row: dict.fromkeys(COLUMNS, NOT_MADE) for row in ROWS}
    for line in lines:
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        row = next((row for row, asked in ROWS.items() if asked == cells[0]), None)
        if row:
            table[row].update(zip(COLUMNS, cells[1:], strict=True))
    return table


def write_table(table: dict[str, dict[str, str]]) -> None:
    before, rest = README.read_text().split(BEGIN)
    after = rest.split(END)[1]
    lines = [" | ".join(["| asked for", *COLUMNS]) + " |", "|---" * (len(COLUMNS) + 1) + "|"]
    lines += [" | ".join(["| " + asked, *(table[row][column] for column in COLUMNS)]) + " |" for row, asked in ROWS.items()]
    README.write_text(before + BEGIN + "\n" + "\n".join(lines) + "\n" + END + after)


def project(language: str) -> Path:
    """The workflows that ask, in a language."""
    return CHECKOUT / "tests/refusals" / language
