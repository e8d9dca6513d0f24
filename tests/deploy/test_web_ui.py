"""Temporal's Web UI server, as the compose file and the chart run it, finds what it asks of our server."""

import json
from collections.abc import AsyncIterator

import pytest
from temporalio.client import Client

from harness.raw import RawWorker, complete_workflow
from harness.server import Server
from harness.ui_server import UIServer, ui_server


@pytest.fixture(scope="module")
async def web_ui(server: Server) -> AsyncIterator[UIServer]:
    async with ui_server(server.address) as running:
        yield running


async def test_the_web_ui_serves_its_page(web_ui: UIServer) -> None:
    page = await web_ui.get("/namespaces/default/workflows")
    assert b"<!doctype html>" in page.lower()
    settings = json.loads(await web_ui.get("/api/v1/settings"))
    assert settings["DefaultNamespace"] == "default"


async def test_the_web_ui_shows_a_workflow(web_ui: UIServer, client: Client, raw: RawWorker, unique: str) -> None:
    await raw.start(unique)
    await raw.answer_next(complete_workflow("done"))
    namespaces = json.loads(await web_ui.get("/api/v1/namespaces"))
    assert "default" in [entry["namespaceInfo"]["name"] for entry in namespaces["namespaces"]]
    found = json.loads(await web_ui.get(f"/api/v1/namespaces/default/workflows/{unique}"))
    assert found["workflowExecutionInfo"]["status"] == "WORKFLOW_EXECUTION_STATUS_COMPLETED"
    history = json.loads(await web_ui.get(f"/api/v1/namespaces/default/workflows/{unique}/history"))
    assert history["history"]["events"][-1]["eventType"] == "EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED"
