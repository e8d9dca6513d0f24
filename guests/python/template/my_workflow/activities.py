"""Everything that reaches outside. Activities run in an ordinary worker, never in the component."""

from temporalio import activity

from my_workflow.messages import Order


@activity.defn
async def charge(order: Order) -> str:
    """Charges the customer. Put the call to your payment provider here."""
    return f"charged-{order.order_id}-{order.amount_cents}"
