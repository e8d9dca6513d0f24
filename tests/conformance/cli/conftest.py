"""Fixtures of the tests of the CLI."""

from collections.abc import AsyncIterator

import pytest
from temporalio.client import Client, WorkflowHandle

from harness.batches import RUNS, are_listed, is_idle
from harness.scheduled import Scheduled
from harness.server import Server
from harness.temporal_cli import Cli
from harness.wait import eventually


@pytest.fixture
def cli(server: Server) -> Cli:
    return Cli(server.address)


@pytest.fixture
async def runs(client: Client, cli: Cli, worker, unique: str) -> AsyncIterator[list[WorkflowHandle]]:
    """Open runs, which a list can find, with a worker; and no job runs."""
    async with worker(Scheduled):
        handles = [
            await client.start_workflow(Scheduled.run, id=f"{unique}-{number}", task_queue=unique)
            for number in range(RUNS)
        ]
        await eventually(lambda: are_listed(client, unique))
        await eventually(lambda: is_idle(cli))
        yield handles
