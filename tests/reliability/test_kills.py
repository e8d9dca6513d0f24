"""kill -9 at random moments under load: everything completes, and nothing that was acknowledged is lost.

SUNDIAL_KILLS   how often (50)
SUNDIAL_SEED    of the random moments; printed, so that a failure can be run again
"""

import asyncio
import os
import random
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy

from harness.history import event_names, without_tasks
from harness.journey import CALL, persist
from harness.load import Load, check_after_a_last_kill, under_load
from harness.server import Server, free_port, kind_under_test
from harness.sundial import EXAMPLES, ORDER_ACTIVITIES, Guests, activity_worker, sundial

KILLS = int(os.environ.get("SUNDIAL_KILLS", "50"))
SEED = int(os.environ.get("SUNDIAL_SEED", str(random.randrange(1_000_000))))
DATABASE = "kills.db"
JOURNEYS_AT_ONCE = 10
# An order whose shipping quote dies with the worker host waits ten seconds for its next try.
ORDERS_AT_ONCE = 8


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    ours = kind_under_test() == "sundial"
    extra = ("--activities", str(ORDER_ACTIVITIES)) if ours else ()
    running = await Server.start(port=free_port(), database=tmp_path / DATABASE, extra=extra)
    yield running
    running.stop()


async def kill_again_and_again(server: Server, moments: random.Random) -> None:
    for _ in range(KILLS):
        if moments.random() < 0.2:
            # While it starts, before it may be ready.
            await asyncio.sleep(moments.uniform(0, 0.15))
        else:
            await server.ready()
            await asyncio.sleep(moments.uniform(0, 2.2))
        server.kill()
        server.launch_again()
    await server.ready()


class Orders:
    """Orders of the component, whose worker dies with the server."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.results: dict[str, dict[str, Any]] = {}

    async def one(self, order_id: str) -> None:
        item = {"sku": "bread", "quantity": 2, "unit_price_cents": 350}
        argument = {"order_id": order_id, "customer": "Ada", "items": [item]}
        handle = await persist(lambda: self.start(order_id, argument))
        await persist(lambda: handle.signal("approve", {"by": "Grace"}, rpc_timeout=CALL))
        self.results[order_id] = await persist(lambda: handle.result(rpc_timeout=CALL))

    async def start(self, order_id: str, argument: dict[str, Any]) -> WorkflowHandle:
        return await self.client.start_workflow(
            "OrderWorkflow",
            argument,
            id=order_id,
            task_queue="order",
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            rpc_timeout=CALL,
        )

    async def check(self) -> None:
        for order_id, result in self.results.items():
            assert (result["order_id"], result["outcome"]) == (order_id, "confirmed")
            names = without_tasks(await event_names(self.client.get_workflow_handle(order_id)))
            assert names.count("ActivityTaskScheduled") == names.count("ActivityTaskCompleted") == 4
            assert names[-1] == "WorkflowExecutionCompleted"


@asynccontextmanager
async def component(server: Server, folder: Path) -> AsyncIterator[None]:
    """The order component in the registry, and its activity worker, which survives."""
    await sundial("module", "push", await Guests(folder).example("order"), "--name", "order", address=server.address)
    async with activity_worker(EXAMPLES / "order/worker.py", server.address):
        yield


@pytest.mark.timeout(480)
async def test_nothing_acknowledged_is_lost(server: Server, tmp_path: Path) -> None:
    print(f"SUNDIAL_SEED={SEED} SUNDIAL_KILLS={KILLS}")
    began = time.monotonic()
    client = await Client.connect(server.address)
    orders = Orders(client)
    ours = server.kind == "sundial"
    async with component(server, tmp_path) if ours else nullcontext():
        ledger = await under_load(
            client,
            lambda: kill_again_and_again(server, random.Random(SEED)),
            JOURNEYS_AT_ONCE,
            Load("order", orders.one, ORDERS_AT_ONCE if ours else 0),
        )
    counted = await check_after_a_last_kill(server, client, ledger)
    await orders.check()
    assert len(ledger.results) >= KILLS / 5
    if ours:
        assert orders.results
        server.stop()
        with sqlite3.connect(tmp_path / DATABASE) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    print(
        f"{KILLS} kills in {time.monotonic() - began:.0f} s: {len(ledger.results)} journeys, "
        f"{len(orders.results)} orders, {counted} events of journeys checked"
    )
