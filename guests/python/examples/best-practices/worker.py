"""Runs workflow and activities in a stock worker; with the component served by Sundial, leave `workflows` out."""

import asyncio

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

from clients import create_db_pool, create_payment_client
from config import get_config

with workflow.unsafe.imports_passed_through():
    from activities import long_running_activity
    from activities.order_activities import OrderActivities


async def main():
    config = get_config()
    client = await Client.connect(config.temporal_address, namespace=config.namespace)
    activities = OrderActivities(
        payment_client=create_payment_client(config),
        db=create_db_pool(config),
    )
    worker = Worker(
        client,
        task_queue=config.task_queue,
        activities=[activities.process_payment, activities.update_inventory, long_running_activity],
    )
    await worker.run()


if __name__ == "__main__":
    asyncio.run(main())
