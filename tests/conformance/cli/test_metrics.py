"""The page of metrics that Prometheus reads: of a server and a worker host in one process, and the health check beside it."""

import asyncio
import re
from pathlib import Path
from urllib.request import urlopen

import pytest
from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.worker import Worker

from harness.order import Order, price
from harness.server import Server, free_port
from harness.sundial import SundialFailed, sundial

pytestmark = pytest.mark.sundial_only

LINE = re.compile(r"(?P<name>[a-z_]+)(?:\{(?P<labels>[^}]*)\})? (?P<value>\S+)")


async def read(address: str, path: str) -> str:
    def get() -> str:
        with urlopen(f"http://{address}{path}", timeout=10) as answer:
            assert answer.status == 200
            return answer.read().decode()

    return await asyncio.to_thread(get)


async def samples(address: str) -> dict[tuple[str, str], float]:
    """Each sample of the page by its name and labels."""
    found = {}
    for line in (await read(address, "/metrics")).splitlines():
        if line and not line.startswith("#"):
            sample = LINE.fullmatch(line)
            assert sample, line
            found[sample["name"], sample["labels"] or ""] = float(sample["value"])
    return found


async def test_calls_commits_and_connections_are_counted(unique: str) -> None:
    metrics = f"127.0.0.1:{free_port()}"
    server = await Server.start("sundial", extra=("--metrics-address", metrics))
    try:
        assert await read(metrics, "/health") == ""
        client = await Client.connect(server.address)
        async with Worker(client, task_queue=unique, workflows=[Order], activities=[price]):
            order = await client.start_workflow("Order", "apple", id=unique, task_queue=unique)
            await order.signal("approve")
            await order.result()
            with pytest.raises(RPCError):
                await client.get_workflow_handle("nobody").describe()
            found = await samples(metrics)
        service = 'service="WorkflowService"'
        started = f'{service},method="StartWorkflowExecution"'
        assert found["sundial_requests_total", f'{started},code="Ok"'] == 1
        missing = f'{service},method="DescribeWorkflowExecution",code="NotFound"'
        assert found["sundial_requests_total", missing] == 1
        assert found["sundial_request_seconds_count", started] == 1
        assert found["sundial_commit_seconds_count", ""] >= 3
        assert found["sundial_committed_run_writes_total", ""] >= 3
        assert sum(value for (name, _), value in found.items() if name == "sundial_runs_in_memory") >= 1
        assert found["sundial_connections", ""] >= 1
        # The worker host of `sundial dev` has done nothing yet.
        assert found["sundial_worker_activations_total", ""] == 0
        assert found["sundial_process_cpu_seconds", ""] > 0
    finally:
        server.stop()


async def test_an_address_that_is_taken_is_told_before_anything_is_begun(server: Server, unique: str) -> None:
    command = ("server", "--port", "0", "--db", f"{unique}.db", "--metrics-address", server.address)
    with pytest.raises(SundialFailed, match="--metrics-address"):
        await sundial(*command)
    assert not Path(f"{unique}.db").exists()


async def test_without_an_address_there_is_no_page(server: Server) -> None:
    assert server.log is not None
    assert "metrics" not in server.log.read_text()
