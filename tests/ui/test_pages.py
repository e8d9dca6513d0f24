"""Every page of Temporal's Web UI server shows what is on ours: no request of it fails, no script, and it says so in words."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.api.workflowservice.v1 import GetSystemInfoRequest
from temporalio.client import Client

from harness.ui_server import UIServer
from ui.browser import Browser, browser
from ui.content import Content
from ui.pages import PAGES, Shown

# Where to put a picture of every page, if anywhere: for people to look at.
PICTURES = os.environ.get("SUNDIAL_PICTURES")


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    async with browser() as running:
        yield running


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
        expected = [answer for answer in failed if page.fails and page.fails in answer]
        assert [answer for answer in failed if answer not in expected] == []
        assert bool(expected) == bool(page.fails), f"{page.fails} no longer fails: take it out of pages.py"
        assert not tab.errors
