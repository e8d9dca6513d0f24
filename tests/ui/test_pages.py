"""Every page of Temporal's Web UI server shows what is on ours: no request of it fails, no script, and it says so in words."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.api.workflowservice.v1 import GetSystemInfoRequest
from temporalio.client import Client

from harness.server import Server
from harness.ui_server import UIServer, ui_server
from ui.browser import Browser, browser
from ui.content import Content, content
from ui.pages import PAGES, Shown

# Where to put a picture of every page, if anywhere: for people to look at.
PICTURES = os.environ.get("SUNDIAL_PICTURES")


@pytest.fixture(scope="session")
async def web(server: Server) -> AsyncIterator[UIServer]:
    async with ui_server(server.address) as running:
        yield running


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    async with browser() as running:
        yield running


@pytest.fixture(scope="session")
async def shown(server: Server) -> AsyncIterator[Content]:
    async with content(server.address) as there:
        yield there


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
async def test_page_shows_what_is_there(
    client: Client, web: UIServer, chromium: Browser, shown: Content, page: Shown
) -> None:
    if page.capability:
        capabilities = (await client.workflow_service.get_system_info(GetSystemInfoRequest())).capabilities
        if not getattr(capabilities, page.capability):
            pytest.skip(f"the server does not say that it has {page.capability}")
    async with chromium.page(web.url + page.url(shown)) as tab:
        try:
            await tab.shows(*page.texts)
            await tab.settled()
        finally:
            if PICTURES:
                await tab.picture(Path(PICTURES) / f"{page.name.strip('/').replace('/', '-').replace('?', ' ')}.png")
        failed = [str(answer) for answer in tab.answers if answer.status >= 400]
        assert [answer for answer in failed if not page.fails or page.fails not in answer] == []
        assert not tab.errors
