"""A `sundial dev` of these tests' own with low limits, and the components that they build."""

from collections.abc import AsyncIterator

import pytest
from temporalio.client import Client

from harness.server import Server
from harness.sundial import Guests

# Low, so that a guest that eats memory or loops is stopped soon.
LIMITS = ("--memory-limit", "256MiB", "--cpu-limit-ms", "1000")


@pytest.fixture(scope="session")
async def server() -> AsyncIterator[Server]:
    running = await Server.start("sundial", extra=LIMITS)
    yield running
    running.stop()


@pytest.fixture(scope="session")
async def client(server: Server) -> Client:
    return await Client.connect(server.address)


@pytest.fixture(scope="session")
def guests(tmp_path_factory: pytest.TempPathFactory) -> Guests:
    return Guests(tmp_path_factory.mktemp("components"))
