"""The order workflow: a payment, the inventory, a long job, and a list of follow-ups that continues as new."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from activities import long_running_activity
    from activities.notification_activities import notify_customer
    from activities.order_activities import OrderActivities
    from models.order import OrderInput, OrderResult, PaymentInput, ProcessInput

# Payments must not be retried forever; a declined card never succeeds.
PAYMENT = RetryPolicy(maximum_attempts=3, non_retryable_error_types=["CardDeclined"])


@workflow.defn
class OrderWorkflow:
    @workflow.run
    async def run(self, input: OrderInput) -> OrderResult:
        payment = await workflow.execute_activity_method(
            OrderActivities.process_payment,
            PaymentInput(input.amount, input.card_token),
            start_to_close_timeout=timedelta(seconds=30),
            retry_policy=PAYMENT,
        )
        tracking_id = ""
        if input.items:
            tracking_id = await workflow.execute_activity_method(
                OrderActivities.update_inventory, input, start_to_close_timeout=timedelta(seconds=30)
            )
            await workflow.execute_activity(
                long_running_activity,
                ProcessInput(input.items),
                start_to_close_timeout=timedelta(minutes=10),
                heartbeat_timeout=timedelta(seconds=30),
            )
        if workflow.patched("notify-customer") and input.customer_id:
            await workflow.execute_activity(
                notify_customer, input.customer_id, start_to_close_timeout=timedelta(seconds=30)
            )
        return OrderResult(status="completed", tracking_id=tracking_id, txn_id=payment.txn_id)


@workflow.defn
class FollowUpWorkflow:
    """Waits between reminders, in runs whose histories stay short."""

    @workflow.run
    async def run(self, remaining: int, most_events: int = 2_000) -> float:
        while remaining > 0:
            await workflow.sleep(timedelta(hours=1))
            remaining -= 1
            if workflow.info().get_current_history_length() > most_events:
                workflow.continue_as_new(args=[remaining, most_events])
        return workflow.time()
