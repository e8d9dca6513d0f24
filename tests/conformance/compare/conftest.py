"""Both servers, started for the session or named by the environment."""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from temporalio.client import Client

from harness.server import Server


@dataclass(frozen=True)
class Pair:
    """Clients of both."""

    temporal: Client
    sundial: Client
    temporal_server: Server
    sundial_server: Server


# A server that runs already: SUNDIAL_TEST_ADDRESS is ours, TEMPORAL_TEST_ADDRESS is Temporal's.
_ADDRESSES = {"temporal": "TEMPORAL_TEST_ADDRESS", "sundial": "SUNDIAL_TEST_ADDRESS"}


async def running(kind: str) -> Server:
    if address := os.environ.get(_ADDRESSES[kind]):
        return Server(address, kind)
    return await Server.start(kind)


@pytest.fixture(scope="session")
async def pair() -> AsyncIterator[Pair]:
    temporal = await running("temporal")
    try:
        sundial = await running("sundial")
        try:
            yield Pair(
                await Client.connect(temporal.address), await Client.connect(sundial.address), temporal, sundial
            )
        finally:
            sundial.stop()
    finally:
        temporal.stop()
