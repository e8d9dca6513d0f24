"""A `sundial dev` of these tests' own with a low memory limit, and the guests that behave badly."""

from collections.abc import AsyncIterator, Iterator

import pytest
from temporalio.client import Client

from harness.server import Server
from harness.sundial import TEST_GUESTS, Guests, Registry, sundial

# Low, so that a guest that eats memory is stopped soon.
LIMITS = ("--memory-limit", "64MiB", "--cpu-limit-ms", "500")


@pytest.fixture(scope="session")
async def server() -> AsyncIterator[Server]:
    running = await Server.start("sundial", extra=LIMITS)
    yield running
    running.stop()


@pytest.fixture(scope="session")
async def client(server: Server) -> Client:
    return await Client.connect(server.address)


@pytest.fixture(scope="session")
def registry(server: Server) -> Iterator[Registry]:
    registry = Registry(server.address)
    yield registry
    registry.close()


@pytest.fixture(scope="session")
def guests(tmp_path_factory: pytest.TempPathFactory) -> Guests:
    return Guests(tmp_path_factory.mktemp("components"))


@pytest.fixture(scope="session")
async def guest(server: Server, guests: Guests) -> str:
    """The guest whose workflow types behave as their names say: its task queue."""
    component = await guests.build(TEST_GUESTS / "sundial")
    await sundial("module", "push", component, "--name", "test-guest", address=server.address)
    return "test-guest"
