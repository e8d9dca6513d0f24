"""The same four workflows in every language, undisturbed, with no instance kept, and killed on the way: the same results.

A workflow that replays to other commands than history holds fails its workflow task, so no history may hold such a failure.
"""

import asyncio
from typing import Any

import pytest
from temporalio.client import WorkflowFailureError, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from guests.languages import LANGUAGES, Language
from harness.crashes import Tried
from harness.history import event_names, without_tasks
from harness.wait import eventually

pytestmark = [pytest.mark.sundial_only, pytest.mark.timeout(240)]

BREAD = {"sku": "bread", "quantity": 2, "unit_price_cents": 350}
BUTTER = {"sku": "butter", "quantity": 1, "unit_price_cents": 225}
SHIPPING = {"carrier": "Sundial Post", "price_cents": 490 + 2 * 75}


async def start(place: Tried, workflow: str, argument: Any, workflow_id: str, queue: str) -> WorkflowHandle:
    return await place.client.start_workflow(workflow, argument, id=workflow_id, task_queue=queue)


async def replayed_the_same(handle: WorkflowHandle) -> list[str]:
    names = await event_names(handle)
    assert "WorkflowTaskFailed" not in names
    return without_tasks(names)


async def test_order(place: Tried, language: Language, serve, activities, unique: str) -> None:
    queue = await serve(language, "order")
    await activities("order/worker.py")
    order = await start(
        place, "OrderWorkflow", {"order_id": unique, "customer": "Ada", "items": [BREAD]}, unique, queue
    )
    await place.moment()

    async def waits() -> Any:
        status = await order.query("status")
        return status if status["stage"] == "awaiting_approval" else None

    assert await eventually(waits, within=60) == {
        "stage": "awaiting_approval",
        "items": 1,
        "goods_cents": 700,
        "charged_cents": 700,
        "approved_by": None,
    }
    with pytest.raises(WorkflowUpdateFailedError) as caught:
        await order.execute_update("add_item", {**BUTTER, "quantity": 0})
    assert "quantity of butter must be at least 1" in str(caught.value.cause)
    assert await order.execute_update("add_item", BUTTER) == {"items": 2, "goods_cents": 925}
    await place.moment()
    await order.signal("approve", {"by": "Grace"})
    await place.moment()
    assert await order.result() == {
        "order_id": unique,
        "outcome": "confirmed",
        "items": [BREAD, BUTTER],
        "total_cents": 925 + SHIPPING["price_cents"],
        "receipts": [
            {"payment_id": f"pay-{unique}-700", "amount_cents": 700, "attempt": 2},
            {"payment_id": f"pay-{unique}-865", "amount_cents": 865, "attempt": 1},
        ],
        "reservation": {"reservation_id": f"res-{unique}", "items": 1},
        "shipping": SHIPPING,
        "approved_by": "Grace",
    }
    await replayed_the_same(order)


async def test_order_that_nobody_approves(place: Tried, language: Language, serve, activities, unique: str) -> None:
    queue = await serve(language, "order")
    await activities("order/worker.py")
    argument = {"order_id": unique, "customer": "Ada", "items": [BREAD], "approval_timeout_seconds": 1}
    order = await start(place, "OrderWorkflow", argument, unique, queue)
    await place.moment()
    assert (await order.result())["outcome"] == "expired"
    names = await replayed_the_same(order)
    assert "TimerFired" in names
    assert names.count("ActivityTaskCompleted") == 5


async def test_saga(place: Tried, language: Language, serve, activities, unique: str) -> None:
    queue = await serve(language, "saga")
    await activities("worker.py", queue)
    trip = {"trip_id": "7", "parts": ["car", "hotel"]}
    booked = await start(place, "BookTrip", trip, unique, queue)
    await place.moment()
    assert await booked.result() == ["car-7", "hotel-7"]
    await replayed_the_same(booked)

    trip["parts"].append("moon flight")
    refused = await start(place, "BookTrip", trip, f"{unique}-moon", queue)
    await place.moment()
    with pytest.raises(WorkflowFailureError) as caught:
        await refused.result()
    assert isinstance(caught.value.cause, ActivityError)
    assert isinstance(caught.value.cause.cause, ApplicationError)
    assert caught.value.cause.cause.type == "NoFlight"
    assert await refused.query("cancelled") == ["hotel", "car"]
    await replayed_the_same(refused)


async def test_account(place: Tried, language: Language, serve, unique: str) -> None:
    queue = await serve(language, "account")
    argument = {"account_id": unique, "balance_cents": 100, "messages_per_run": 6}
    await start(place, "Account", argument, unique, queue)
    # Not the handle of the start, which stays on the first run: the account outlives its runs.
    account = place.client.get_workflow_handle(unique)
    for amount in (10, 20, 30):
        await account.signal("deposit", {"amount_cents": amount})
    assert await account.execute_update("withdraw", {"amount_cents": 60}) == 100
    await place.moment()
    for amount, reason in ((0, "amount_cents must be at least 1"), (5_000, "the account holds only 100 cents")):
        with pytest.raises(WorkflowUpdateFailedError) as caught:
            await account.execute_update("withdraw", {"amount_cents": amount})
        assert reason in str(caught.value.cause)
    assert await account.query("balance") == {"balance_cents": 100, "handled": 4, "runs": 1}
    await asyncio.gather(*[account.signal("deposit", {"amount_cents": 1}) for _ in range(20)])
    await place.moment()

    async def handled_all() -> Any:
        try:
            balance = await account.query("balance")
        except RPCError as error:
            # A run that follows another one at once waits a moment before its first task, and can't answer yet.
            assert error.status == RPCStatusCode.FAILED_PRECONDITION, error
            return None
        # A run that is about to hand over may answer with all of them handled: the next one is what counts.
        return balance if balance["handled"] == 24 and balance["runs"] > 1 else None

    balance = await eventually(handled_all, within=60)
    # How many come in one task is not the workflow's to say, but no run may handle many more than it is allowed to.
    assert balance["balance_cents"] == 120
    assert 2 <= balance["runs"] <= 5
    await account.signal("close")
    assert await account.result() == {"account_id": unique, "balance_cents": 120, "handled": 24, "runs": balance["runs"]}
    await replayed_the_same(account)


async def test_fan_out(place: Tried, language: Language, serve, unique: str) -> None:
    queue = await serve(language, "fan-out")
    argument = {"numbers": list(range(1, 11)), "child_task_queue": None}
    parent = await start(place, "FanOut", argument, unique, queue)
    await place.moment()
    assert await parent.result() == {"total": 385, "children": 10}
    names = await replayed_the_same(parent)
    assert names.count("ChildWorkflowExecutionCompleted") == 10
    child = place.client.get_workflow_handle(f"{unique}/square/3")
    assert await child.result() == 16
    assert "TimerFired" in await replayed_the_same(child)


async def test_children_in_another_language(place: Tried, language: Language, serve, unique: str) -> None:
    """Every language is parent to every other one's children."""
    own = await serve(language, "fan-out")
    for other in LANGUAGES:
        if other is language:
            continue
        queue = await serve(other, "fan-out")
        argument = {"numbers": [2, 3, 4], "child_task_queue": queue}
        parent = await start(place, "FanOut", argument, f"{unique}-{other.name}", own)
        await place.moment()
        assert await parent.result() == {"total": 29, "children": 3}
        await replayed_the_same(parent)
