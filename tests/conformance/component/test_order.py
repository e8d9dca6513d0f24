"""The order, a component written with Temporal's Rust SDK: the whole of it, and what people do to it on the way."""

import asyncio
from typing import Any

import pytest
from temporalio.client import Client, WorkflowHandle, WorkflowUpdateFailedError

from harness.history import event_names, without_tasks
from harness.server import Server
from harness.sundial import EXAMPLES, Guests, activity_worker, sundial
from harness.wait import eventually

pytestmark = pytest.mark.sundial_only

BREAD = {"sku": "bread", "quantity": 2, "unit_price_cents": 350}
BUTTER = {"sku": "butter", "quantity": 1, "unit_price_cents": 225}
SHIPPING_OF_TWO = 490 + 2 * 75


@pytest.fixture(scope="module")
async def orders(server: Server, guests: Guests):
    await sundial("module", "push", await guests.example("order"), "--name", "order", address=server.address)
    async with activity_worker(EXAMPLES / "order/worker.py", server.address):
        yield


async def start(client: Client, order_id: str, **more: Any) -> WorkflowHandle:
    order = {"order_id": order_id, "customer": "Ada", "items": [BREAD], **more}
    return await client.start_workflow("OrderWorkflow", order, id=order_id, task_queue="order")


async def awaiting_approval(order: WorkflowHandle) -> dict[str, Any]:
    async def status() -> dict[str, Any] | None:
        answer = await order.query("status")
        return answer if answer["stage"] == "awaiting_approval" else None

    return await eventually(status)


async def test_an_approved_order_is_paid_for_and_confirmed(client: Client, orders: None, unique: str) -> None:
    order = await start(client, unique)
    status = await awaiting_approval(order)
    assert (status["items"], status["goods_cents"], status["charged_cents"]) == (1, 700, 700)
    assert await order.execute_update("add_item", BUTTER) == {"items": 2, "goods_cents": 925}
    await order.signal("approve", {"by": "Grace"})
    result = await order.result()
    assert result["outcome"] == "confirmed"
    assert result["approved_by"] == "Grace"
    assert result["total_cents"] == 925 + SHIPPING_OF_TWO
    assert sum(receipt["amount_cents"] for receipt in result["receipts"]) == result["total_cents"]
    # The first payment fails once and is retried; reserving heartbeats; shipping is quoted in the worker host itself.
    assert [receipt["attempt"] for receipt in result["receipts"]] == [2, 1]
    assert result["reservation"]["items"] == 1
    assert result["shipping"]["carrier"] == "Sundial Post"
    assert (await order.query("status"))["stage"] == "done"
    names = without_tasks(await event_names(order))
    assert names.count("ActivityTaskCompleted") == 4
    assert "WorkflowTaskFailed" not in await event_names(order)


async def test_an_order_that_nobody_approves_is_undone(client: Client, orders: None, unique: str) -> None:
    order = await start(client, unique, approval_timeout_seconds=1)
    result = await order.result()
    assert result["outcome"] == "expired"
    names = without_tasks(await event_names(order))
    assert "TimerFired" in names
    assert names.count("ActivityTaskCompleted") == 5


async def test_an_item_that_makes_no_sense_is_rejected(client: Client, orders: None, unique: str) -> None:
    order = await start(client, unique)
    await awaiting_approval(order)
    before = await event_names(order)
    with pytest.raises(WorkflowUpdateFailedError) as caught:
        await order.execute_update("add_item", {**BUTTER, "quantity": 0})
    assert "quantity of butter must be at least 1" in str(caught.value.cause)
    assert await event_names(order) == before
    await order.terminate()


async def test_many_orders_at_once_are_all_confirmed(client: Client, orders: None, unique: str) -> None:
    async def one(number: int) -> dict[str, Any]:
        order = await start(client, f"{unique}-{number}")
        await order.signal("approve", {"by": "Grace"})
        return await order.result()

    results = await asyncio.gather(*[one(number) for number in range(30)])
    assert {result["outcome"] for result in results} == {"confirmed"}
    assert {result["order_id"] for result in results} == {f"{unique}-{number}" for number in range(30)}
