"""The Web UI server, and what it shows, both once for the session."""

from collections.abc import AsyncIterator

import pytest

from harness.server import Server
from harness.ui_server import UIServer, ui_server
from ui.content import Content, content


@pytest.fixture(scope="session")
async def web(server: Server) -> AsyncIterator[UIServer]:
    async with ui_server(server.address) as running:
        yield running


@pytest.fixture(scope="session")
async def shown(server: Server) -> AsyncIterator[Content]:
    async with content(server.address) as there:
        yield there
