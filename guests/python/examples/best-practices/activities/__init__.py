"""Activities that are plain functions."""

from temporalio import activity

from models.order import OrderInput, OrderResult, ProcessInput, ProcessResult


async def call_payment_api(input: OrderInput):
    raise NotImplementedError("the payment provider is injected in production, and patched in tests")


async def process_item(item: str) -> None:
    """Works on one item."""


@activity.defn
async def process_order(input: OrderInput) -> OrderResult:
    payment = await call_payment_api(input)
    return OrderResult(status="processed", txn_id=payment.txn_id)


@activity.defn
async def long_running_activity(input: ProcessInput) -> ProcessResult:
    for i, item in enumerate(input.items):
        activity.heartbeat(i)  # Report progress
        await process_item(item)
    return ProcessResult(status="done")
