"""A server for workflows that must not notice what happens to it: kept alive, emptied after every task, or killed on the way."""

import enum
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from temporalio.client import Client

from harness.server import Server


class Trial(enum.Enum):
    """What a run is put through."""

    PLAIN = "plain"
    # No instance outlives its workflow task: each task replays the run's history in a new one.
    EVICTED = "evicted"
    # kill -9 and a new start, wherever the scenario says so.
    KILLED = "killed"


@dataclass
class Tried:
    """A running server, its clients' way to it, and the moments at which it may be killed."""

    trial: Trial
    server: Server
    client: Client

    async def moment(self) -> None:
        """A moment between two steps of a scenario. The server may be gone after it, and back with what it had stored."""
        if self.trial is Trial.KILLED:
            self.server.kill()
            self.server.launch_again()
            await self.server.ready()


@asynccontextmanager
async def tried(trial: Trial, folder: Path, *options: str) -> AsyncIterator[Tried]:
    """`sundial dev` for one trial, on a database file in `folder`."""
    extra = ("--cache-limit", "0", *options) if trial is Trial.EVICTED else options
    server = await Server.start("sundial", database=folder / "sundial.db", extra=extra)
    try:
        yield Tried(trial, server, await Client.connect(server.address))
    finally:
        server.stop()
