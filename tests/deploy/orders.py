"""Orders of the demo, again and again: the load under which worker hosts are replaced."""

import asyncio
from collections import Counter
from typing import Any

from temporalio.client import Client, WorkflowHandle

from harness.history import event_names

TASK_QUEUE = "order"
ITEM = {"sku": "bread", "quantity": 2, "unit_price_cents": 350}
# What must not happen because a worker host ends in order. A workflow task that is handed out in that very moment may be lost with the
# host: it times out, and is given to another.
FAILURES = {"WorkflowTaskFailed", "ActivityTaskTimedOut", "WorkflowExecutionFailed", "WorkflowExecutionTimedOut"}


class Orders:
    """Orders that were started, and what came of them."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.results: dict[str, dict[str, Any]] = {}

    async def start(self, order_id: str) -> WorkflowHandle:
        argument = {"order_id": order_id, "customer": "Ada", "items": [ITEM]}
        return await self.client.start_workflow("OrderWorkflow", argument, id=order_id, task_queue=TASK_QUEUE)

    async def approve(self, handle: WorkflowHandle) -> None:
        """Says yes to an order, and waits for what comes of it."""
        await handle.signal("approve", {"by": "Grace"})
        self.results[handle.id] = await handle.result()

    async def until(self, stop: asyncio.Event, line: int) -> None:
        """One order after another."""
        number = 0
        while not stop.is_set():
            await self.approve(await self.start(f"order-{line}-{number}"))
            number += 1

    async def check(self) -> Counter[str]:
        """Every order was confirmed, each activity was done once, and nothing failed. How often each event came."""
        seen: Counter[str] = Counter()
        for order_id, result in self.results.items():
            assert (result["order_id"], result["outcome"]) == (order_id, "confirmed")
            names = await event_names(self.client.get_workflow_handle(order_id))
            assert not FAILURES & set(names), f"{order_id}: {names}"
            assert names.count("ActivityTaskScheduled") == names.count("ActivityTaskCompleted") == 4
            assert names.count("WorkflowExecutionSignaled") == 1
            seen.update(names)
        return seen
