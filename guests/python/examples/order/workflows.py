"""The order workflow: payment, stock, shipping, approval, and undoing it all when nobody approves.

The activities are those of guests/rust/examples/order: `worker.py` there, and `quote_shipping.py` in the worker host.
"""

import asyncio
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError

from messages import (
    Approval,
    Basket,
    Charge,
    Item,
    Order,
    OrderResult,
    Outcome,
    Parcel,
    Receipt,
    Reservation,
    ShippingQuote,
    Stage,
    Status,
    StockRequest,
)

ACTIVITY_QUEUE = "order-activities"
NATIVE_QUEUE = "order-native"

# How many lines an order may have: what fits on one packing list.
MAXIMUM_LINES = 20


@workflow.defn
class OrderWorkflow:
    """One order, from payment to confirmation."""

    @workflow.init
    def __init__(self, order: Order) -> None:
        # Queries and updates may come before the first step, so the state is complete from the start.
        self._order = order
        self._stage = Stage.CHARGING_PAYMENT
        self._receipts: list[Receipt] = []
        self._approved_by: str | None = None

    @workflow.run
    async def run(self, order: Order) -> OrderResult:
        await self._charge(self._goods_cents(), "order")
        self._stage = Stage.RESERVING_STOCK
        reservation = await self._reserve_stock()
        self._stage = Stage.QUOTING_SHIPPING
        shipping = await self._quote_shipping()
        self._stage = Stage.AWAITING_APPROVAL
        if await self._approved_in_time():
            self._stage = Stage.SETTLING
            due = self._goods_cents() + shipping.price_cents - self._charged_cents()
            await self._charge(due, "shipping and added items")
            outcome = Outcome.CONFIRMED
        else:
            self._stage = Stage.UNDOING
            await self._undo(reservation)
            outcome = Outcome.EXPIRED
        self._stage = Stage.DONE
        return OrderResult(
            order_id=self._order.order_id,
            outcome=outcome,
            items=self._order.items,
            total_cents=self._goods_cents() + shipping.price_cents,
            receipts=self._receipts,
            reservation=reservation,
            shipping=shipping,
            approved_by=self._approved_by,
        )

    @workflow.signal
    def approve(self, approval: Approval) -> None:
        """Says yes. The first name counts."""
        self._approved_by = self._approved_by or approval.by

    @workflow.query
    def status(self) -> Status:
        """Says where the order stands."""
        return Status(
            stage=self._stage,
            items=len(self._order.items),
            goods_cents=self._goods_cents(),
            charged_cents=self._charged_cents(),
            approved_by=self._approved_by,
        )

    @workflow.update
    def add_item(self, item: Item) -> Basket:
        """Adds a line. It is paid for once the order is approved."""
        self._order.items.append(item)
        return Basket(items=len(self._order.items), goods_cents=self._goods_cents())

    @add_item.validator
    def _validate_add_item(self, item: Item) -> None:
        if self._stage != Stage.AWAITING_APPROVAL or self._approved_by is not None:
            raise ApplicationError("items can be added only while the order awaits approval")
        if item.quantity == 0:
            raise ApplicationError(f"quantity of {item.sku} must be at least 1")
        if len(self._order.items) == MAXIMUM_LINES:
            raise ApplicationError(f"an order has at most {MAXIMUM_LINES} lines")

    def _goods_cents(self) -> int:
        return sum(item.quantity * item.unit_price_cents for item in self._order.items)

    def _charged_cents(self) -> int:
        return sum(receipt.amount_cents for receipt in self._receipts)

    async def _charge(self, amount_cents: int, reason: str) -> None:
        """Takes the amount, as often as it needs to succeed, and keeps the receipt."""
        receipt = await workflow.execute_activity(
            "charge_payment",
            Charge(self._order.order_id, amount_cents, reason),
            result_type=Receipt,
            task_queue=ACTIVITY_QUEUE,
            start_to_close_timeout=timedelta(seconds=10),
            retry_policy=RetryPolicy(
                initial_interval=timedelta(milliseconds=200),
                maximum_attempts=10,
                non_retryable_error_types=["CardDeclined"],
            ),
            summary=f"charge for {reason}",
        )
        self._receipts.append(receipt)

    async def _reserve_stock(self) -> Reservation:
        """Sets the goods aside. It may take long, so the activity heartbeats."""
        return await workflow.execute_activity(
            "reserve_stock",
            StockRequest(self._order.order_id, self._order.items),
            result_type=Reservation,
            task_queue=ACTIVITY_QUEUE,
            start_to_close_timeout=timedelta(seconds=300),
            heartbeat_timeout=timedelta(seconds=5),
        )

    async def _quote_shipping(self) -> ShippingQuote:
        """Asks what sending costs. This activity runs in the worker host."""
        return await workflow.execute_activity(
            "quote_shipping",
            Parcel(self._order.order_id, sum(item.quantity for item in self._order.items)),
            result_type=ShippingQuote,
            task_queue=NATIVE_QUEUE,
            start_to_close_timeout=timedelta(seconds=10),
        )

    async def _approved_in_time(self) -> bool:
        limit = timedelta(seconds=self._order.approval_timeout_seconds)
        try:
            await workflow.wait_condition(lambda: self._approved_by is not None, timeout=limit)
        except asyncio.TimeoutError:
            return False
        return True

    async def _undo(self, reservation: Reservation) -> None:
        """Gives back what was taken, in the reverse order."""
        options = {"task_queue": ACTIVITY_QUEUE, "start_to_close_timeout": timedelta(seconds=10)}
        await workflow.execute_activity("release_stock", reservation, **options)
        for receipt in self._receipts:
            await workflow.execute_activity("refund_payment", receipt, **options)
