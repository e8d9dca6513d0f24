"""`sundial worker` on its own: against a server that runs elsewhere, ours or Temporal's, with modules from a folder."""

import asyncio
import json
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client

from harness.server import Server, sundial_binary
from harness.sundial import EXAMPLES, ORDER_ACTIVITIES, Guests, activity_worker
from harness.wait import eventually

pytestmark = pytest.mark.sundial_only


@asynccontextmanager
async def worker_host(
    address: str, modules: Path, task_queue: str, *options: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sundial_binary(),
        *("worker", "--address", address, "--modules", modules, "--task-queue", task_queue),
        *("--activities", ORDER_ACTIVITIES),
        *options,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        assert b"is ready" in (first := await process.stdout.readline()) or b'"pid"' in first
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


@pytest.fixture(scope="module", params=["sundial", "temporal"])
async def elsewhere(request: pytest.FixtureRequest) -> AsyncIterator[Server]:
    running = await Server.start(request.param)
    yield running
    running.stop()


@pytest.fixture
async def modules(guests: Guests, tmp_path: Path) -> Path:
    shutil.copy(await guests.example("order"), tmp_path / "order.wasm")
    return tmp_path


async def order(client: Client, order_id: str, queue: str) -> Any:
    item = {"sku": "bread", "quantity": 2, "unit_price_cents": 350}
    handle = await client.start_workflow(
        "OrderWorkflow",
        {"order_id": order_id, "customer": "Ada", "items": [item]},
        id=order_id,
        task_queue=queue,
    )
    await handle.signal("approve", {"by": "Grace"})
    return handle


async def test_the_order_runs_on_modules_from_a_folder(elsewhere: Server, modules: Path, unique: str) -> None:
    client = await Client.connect(elsewhere.address)
    async with (
        worker_host(elsewhere.address, modules, unique),
        activity_worker(EXAMPLES / "order/worker.py", elsewhere.address),
    ):
        result = await (await order(client, unique, unique)).result()
    assert result["outcome"] == "confirmed"
    assert result["shipping"]["carrier"] == "Sundial Post"


async def test_a_worker_host_that_is_killed_is_replaced_by_the_next(
    server: Server, client: Client, modules: Path, unique: str
) -> None:
    """Its sticky queue must not hold the run back: the server sees that its polls are gone."""
    async with activity_worker(EXAMPLES / "order/worker.py", server.address):
        async with worker_host(server.address, modules, unique) as process:
            handle = await client.start_workflow(
                "OrderWorkflow",
                {
                    "order_id": unique,
                    "customer": "Ada",
                    "items": [{"sku": "bread", "quantity": 2, "unit_price_cents": 350}],
                },
                id=unique,
                task_queue=unique,
            )

            async def waits() -> bool:
                return (await handle.query("status"))["stage"] == "awaiting_approval"

            await eventually(waits)
            process.send_signal(signal.SIGKILL)
            await process.wait()
        async with worker_host(server.address, modules, unique):
            await handle.signal("approve", {"by": "Grace"})
            result = await asyncio.wait_for(handle.result(), 8)
    assert result["outcome"] == "confirmed"


async def test_it_ends_in_order_when_it_is_told_to(server: Server, modules: Path, unique: str) -> None:
    async with worker_host(server.address, modules, unique) as process:
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 10) == 0


@pytest.mark.parametrize(("cache_limit", "replays"), [("1GiB", False), ("0", True)])
async def test_it_says_what_it_did_and_keeps_no_run_with_a_cache_of_nothing(
    server: Server, client: Client, modules: Path, unique: str, cache_limit: str, replays: bool
) -> None:
    async with (
        worker_host(server.address, modules, unique, "--cache-limit", cache_limit, "--json") as process,
        activity_worker(EXAMPLES / "order/worker.py", server.address),
    ):
        assert (await (await order(client, unique, unique)).result())["outcome"] == "confirmed"
        process.send_signal(signal.SIGTERM)
        assert process.stdout is not None
        ended = json.loads((await process.stdout.read()).splitlines()[-1])
    assert ended["activations"] > 0
    assert (ended["replayed_activations"] > 0) == replays
    assert ended["instantiations"] > 1 if replays else ended["instantiations"] == 1
    assert ended["cpu_seconds"] > ended["activation_cpu_seconds"] > 0
