"""A `sundial dev` of these tests' own, with the activities that the worker host runs, and the examples' components."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from temporalio.client import Client

from harness.server import Server
from harness.sundial import EXAMPLES, ORDER_ACTIVITIES, Guests, activity_worker, sundial


@pytest.fixture(scope="session")
async def server() -> AsyncIterator[Server]:
    running = await Server.start("sundial", extra=("--activities", str(ORDER_ACTIVITIES)))
    yield running
    running.stop()


@pytest.fixture(scope="session")
async def client(server: Server) -> Client:
    return await Client.connect(server.address)


@pytest.fixture(scope="session")
async def guests(tmp_path_factory: pytest.TempPathFactory) -> Guests:
    guests = Guests(tmp_path_factory.mktemp("components"))
    # Compiles what the examples share, outside the time limit of the first test that wants one.
    await guests.example("order")
    return guests


@pytest.fixture
async def module(server: Server, guests: Guests) -> AsyncIterator[Callable[[str], Awaitable[str]]]:
    """Pushes an example and starts its activity worker: the task queue, which is the example's name."""
    workers = []

    async def push(name: str) -> str:
        await sundial("module", "push", await guests.example(name), "--name", name, address=server.address)
        worker = activity_worker(EXAMPLES / "worker.py", name, server.address)
        await worker.__aenter__()
        workers.append(worker)
        return name

    yield push
    for worker in workers:
        await worker.__aexit__(None, None, None)
