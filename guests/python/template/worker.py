"""Runs the activities. The workflow is served by Sundial."""

import asyncio
import os

from temporalio.client import Client
from temporalio.worker import Worker

from my_workflow.activities import charge
from my_workflow.workflows import ACTIVITIES


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "127.0.0.1:7233"))
    await Worker(client, task_queue=ACTIVITIES, activities=[charge]).run()


if __name__ == "__main__":
    asyncio.run(main())
