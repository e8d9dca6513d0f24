"""The workflow: it decides, and leaves everything else to activities."""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from my_workflow.activities import charge
    from my_workflow.messages import Order, Receipt

# The queue of the worker in worker.py. The component itself is served by the worker host, on a queue of its own.
ACTIVITIES = "my-workflow-activities"


@workflow.defn
class MyWorkflow:
    """Waits for an approval, then charges."""

    def __init__(self) -> None:
        self._approved = False

    @workflow.run
    async def run(self, order: Order) -> Receipt:
        await workflow.wait_condition(lambda: self._approved)
        confirmation = await workflow.execute_activity(
            charge, order, task_queue=ACTIVITIES, start_to_close_timeout=timedelta(seconds=30)
        )
        return Receipt(order.order_id, confirmation)

    @workflow.signal
    def approve(self) -> None:
        """Lets the order go on."""
        self._approved = True

    @workflow.query
    def approved(self) -> bool:
        """Whether the order was approved."""
        return self._approved
