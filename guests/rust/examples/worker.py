"""The activities of the small examples, in a stock Temporal worker.

    python worker.py TASK_QUEUE [HOST:PORT]

The task queue is that of the example's module: its workflows name no other one for their activities.
"""

import asyncio
import signal
import sys

from temporalio import activity
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker


@activity.defn
async def compose_greeting(name: str) -> str:
    return f"Hello, {name}!"


@activity.defn
async def work_for(duration_ms: int) -> str:
    """Heartbeats while it works: that is how it learns of a cancellation."""
    elapsed_ms = 0
    while elapsed_ms < duration_ms:
        step_ms = min(50, duration_ms - elapsed_ms)
        await asyncio.sleep(step_ms / 1000)
        elapsed_ms += step_ms
        activity.heartbeat(elapsed_ms)
    return f"worked for {elapsed_ms} ms"


@activity.defn
async def book(booking: dict) -> str:
    if booking["kind"] == "moon flight":
        raise ApplicationError("there is no flight to the moon", type="NoFlight", non_retryable=True)
    return f"{booking['kind']}-{booking['trip_id']}"


@activity.defn
async def cancel_booking(booking: dict) -> str:
    return f"cancelled {booking['kind']}-{booking['trip_id']}"


@activity.defn
async def clean_up(reason: str) -> str:
    return f"cleaned up: {reason}"


async def main() -> None:
    task_queue = sys.argv[1]
    address = sys.argv[2] if len(sys.argv) > 2 else "127.0.0.1:7233"
    client = await Client.connect(address)
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    activities = [compose_greeting, work_for, book, cancel_booking, clean_up]
    async with Worker(client, task_queue=task_queue, activities=activities):
        print(f"polling {task_queue} at {address}", flush=True)
        await stop.wait()


asyncio.run(main())
