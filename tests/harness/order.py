"""A workflow in Python that the command lines are tried on: an activity, a signal, a query, an update."""

from datetime import timedelta
from typing import Any

from temporalio import activity, workflow
from temporalio.exceptions import ApplicationError


@activity.defn
async def price(item: str) -> int:
    return len(item)


@workflow.defn(name="Order")
class Order:
    def __init__(self) -> None:
        self.items: list[str] = []
        self.approved = False

    @workflow.run
    async def run(self, first: str) -> dict[str, Any]:
        self.items.append(first)
        await workflow.wait_condition(lambda: self.approved)
        total = 0
        for item in self.items:
            total += await workflow.execute_activity(price, item, start_to_close_timeout=timedelta(seconds=10))
        return {"items": self.items, "total": total}

    @workflow.signal
    def approve(self) -> None:
        self.approved = True

    @workflow.query
    def status(self, verbose: bool = False) -> str:
        return f"{len(self.items)} items" if verbose else "open"

    @workflow.update
    def add_item(self, item: str) -> int:
        self.items.append(item)
        return len(self.items)

    @add_item.validator
    def check_item(self, item: str) -> None:
        if not item:
            raise ApplicationError("an item needs a name")
