"""What survives an orderly end, and which database files the server refuses to touch."""

import asyncio
import sqlite3
import subprocess
from pathlib import Path

import pytest
from temporalio.client import Client, WorkflowExecutionStatus

from harness.history import event_names
from harness.raw import RawWorker, complete_workflow, schedule_activity, start_timer
from harness.server import Server, free_port, server_command
from harness.wait import eventually


@pytest.fixture
async def server(tmp_path: Path):
    running = await Server.start(port=free_port(), database=tmp_path / "sundial.db")
    yield running
    running.stop()


async def restart(server: Server) -> None:
    server.stop()
    assert server.process is not None
    if server.kind == "sundial":
        assert server.process.returncode == 0, server.log_tail()
    server.launch_again()
    await server.ready()


async def test_everything_is_there_again_after_a_restart(server: Server, unique: str) -> None:
    client = await Client.connect(server.address)
    raw = RawWorker(client, unique)
    await raw.start(f"{unique}-closed")
    await raw.answer_next(complete_workflow("done"))
    await raw.start()
    await raw.answer_next(start_timer("t", 1), schedule_activity("a", unique, start_to_close=30))
    handle = client.get_workflow_handle(unique)
    await handle.signal("kept")
    before = await event_names(handle)

    await restart(server)
    client = await Client.connect(server.address)
    raw = RawWorker(client, unique)
    handle = client.get_workflow_handle(unique)
    assert (await event_names(handle))[: len(before)] == before
    closed = await client.get_workflow_handle(f"{unique}-closed").describe()
    assert closed.status == WorkflowExecutionStatus.COMPLETED
    assert (await client.count_workflows(f'WorkflowId STARTS_WITH "{unique}"')).count == 2
    # The activity and the workflow task are handed out, and the timer fires, as if nothing had been.
    await raw.complete_activity(await raw.poll_activity())
    await eventually(lambda: has(handle, "TimerFired"))
    await raw.answer_next(complete_workflow())
    assert (await handle.describe()).status == WorkflowExecutionStatus.COMPLETED


async def has(handle, name: str) -> bool:
    return name in await event_names(handle)


def refusal(database: Path) -> str:
    """What the server says when it will not start on this file."""
    ended = subprocess.run(server_command("sundial", free_port(), database), capture_output=True, timeout=20, text=True)
    assert ended.returncode != 0
    return ended.stderr


@pytest.mark.sundial_only
async def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    database = tmp_path / "letter.db"
    database.write_text("Dear reader, this is no database. " * 100)
    before = database.read_bytes()
    said = await asyncio.to_thread(refusal, database)
    assert "letter.db" in said
    assert "not a sundial database" in said.lower()
    assert database.read_bytes() == before


@pytest.mark.sundial_only
async def test_a_database_of_a_newer_version_is_refused(server: Server) -> None:
    server.stop()
    database = Path(server.command[server.command.index("--db") + 1])
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA user_version = 999999")
    said = await asyncio.to_thread(refusal, database)
    assert "newer" in said


@pytest.mark.sundial_only
async def test_a_damaged_database_is_refused(server: Server) -> None:
    server.stop()
    database = Path(server.command[server.command.index("--db") + 1])
    content = bytearray(database.read_bytes())
    content[100 : len(content) : 7] = b"\xff" * len(range(100, len(content), 7))
    database.write_bytes(content)
    said = await asyncio.to_thread(refusal, database)
    assert "sundial.db" in said
