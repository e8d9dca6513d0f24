"""Fixtures of all black-box tests: one server for the session, fresh names for each test."""

import logging
import uuid
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from temporalio.client import Client
from temporalio.worker import Worker

from harness.raw import RawWorker
from harness.server import Server, kind_under_test, server_under_test
from harness.worker import new_worker

# Workers log every failure that a test provokes, with its stack: the assertions tell more.
logging.getLogger("temporalio").setLevel(logging.CRITICAL)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if kind_under_test() != "sundial":
        skip = pytest.mark.skip(reason="Temporal's own server does not have this")
        for item in items:
            if item.get_closest_marker("sundial_only"):
                item.add_marker(skip)


@pytest.fixture(scope="session")
async def server() -> AsyncIterator[Server]:
    try:
        running = await server_under_test()
    except RuntimeError as error:
        pytest.exit(f"no server to test: {error}", returncode=3)
    yield running
    running.stop()


@pytest.fixture(scope="session")
async def client(server: Server) -> Client:
    return await Client.connect(server.address)


@pytest.fixture
def unique(request: pytest.FixtureRequest) -> str:
    """A name that no other test uses: for workflow ids and task queues."""
    return f"{request.node.originalname[:60]}-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def worker(client: Client, unique: str) -> Callable[..., Worker]:
    """`async with worker(SomeWorkflow, activities=[some_activity]):` polls the task queue `unique`."""

    def create(*workflows: type, activities: tuple[Callable[..., Any], ...] | list = (), **options: Any) -> Worker:
        return new_worker(client, unique, workflows, activities, **options)

    return create


@pytest.fixture
def raw(client: Client, unique: str) -> RawWorker:
    """A worker by hand on the task queue `unique`: each request and answer is the test's own."""
    return RawWorker(client, unique)
