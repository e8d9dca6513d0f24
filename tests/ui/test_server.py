"""Temporal's Web UI server, as the compose file and the chart run it, finds what it asks of our server. No browser is needed."""

import json
from typing import Any

from harness.ui_server import UIServer
from ui.content import Content


async def answer(web: UIServer, path: str) -> Any:
    return json.loads(await web.get(f"/api/v1/{path}"))


async def test_it_serves_its_page(web: UIServer) -> None:
    page = await web.get("/namespaces/default/workflows")
    assert b"<!doctype html>" in page.lower()
    assert (await answer(web, "settings"))["DefaultNamespace"] == "default"


async def test_it_tells_of_a_workflow(web: UIServer, shown: Content) -> None:
    namespaces = await answer(web, "namespaces")
    assert "default" in [entry["namespaceInfo"]["name"] for entry in namespaces["namespaces"]]
    found = await answer(web, f"namespaces/default/workflows/{shown.completed.id}")
    assert found["workflowExecutionInfo"]["status"] == "WORKFLOW_EXECUTION_STATUS_COMPLETED"
    history = await answer(web, f"namespaces/default/workflows/{shown.completed.id}/history")
    assert history["history"]["events"][-1]["eventType"] == "EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED"
