"""The time-skipping environment of Temporal's Python SDK, on our binary as its test server."""

from collections.abc import AsyncIterator

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from harness.server import kind_under_test, sundial_binary


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if kind_under_test() != "sundial":
        for item in items:
            item.add_marker(pytest.mark.skip(reason="Temporal's development server skips no time"))


@pytest.fixture
async def env() -> AsyncIterator[WorkflowEnvironment]:
    environment = await WorkflowEnvironment.start_time_skipping(test_server_existing_path=str(sundial_binary()))
    async with environment:
        yield environment


@pytest.fixture
def client(env: WorkflowEnvironment) -> Client:
    return env.client
