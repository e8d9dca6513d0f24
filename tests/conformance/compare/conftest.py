"""The servers, started for the session or named by the environment: Temporal's, ours, and ours on PostgreSQL where tests have one."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from temporalio.client import Client

from harness import postgres
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


@asynccontextmanager
async def on_postgres() -> AsyncIterator[list[Client]]:
    """Our server on PostgreSQL, if SUNDIAL_TEST_POSTGRES names one."""
    if not os.environ.get(postgres.VARIABLE):
        yield []
        return
    server = await Server.start("sundial", database=postgres.new_schema())
    try:
        yield [await Client.connect(server.address)]
    finally:
        server.stop()


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
