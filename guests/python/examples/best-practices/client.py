"""Starts an order and waits for its result."""

import asyncio

from temporalio.client import Client

from config import get_config
from models.order import OrderInput
from workflows.order_workflow import OrderWorkflow


async def main():
    config = get_config()
    client = await Client.connect(config.temporal_address, namespace=config.namespace)
    order = OrderInput(order_id="ord_1", items=["bread"], amount=99.99, card_token="tok_1")
    result = await client.execute_workflow(OrderWorkflow.run, order, id=order.order_id, task_queue=config.task_queue)
    print(result)


if __name__ == "__main__":
    asyncio.run(main())
