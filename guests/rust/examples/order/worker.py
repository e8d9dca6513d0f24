"""The order's activities, in a stock Temporal worker.

    python worker.py [HOST:PORT]

Payment and warehouse are played: the first attempt of the first charge fails, as terminals do.
"""

import asyncio
import logging
import os
import signal
import sys

from temporalio import activity
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

TASK_QUEUE = "order-activities"

# The first charge fails on purpose. The server keeps the failure; its stack trace here would only look like a defect.
logging.getLogger("temporalio.activity").setLevel(logging.CRITICAL)


@activity.defn
async def charge_payment(charge: dict) -> dict:
    attempt = activity.info().attempt
    if charge["reason"] == "order" and attempt == 1:
        raise ApplicationError("the card terminal did not answer", type="TerminalTimeout")
    if charge["amount_cents"] > 1_000_000:
        raise ApplicationError("the card has a limit of 10,000.00", type="CardDeclined", non_retryable=True)
    return {
        "payment_id": f"pay-{charge['order_id']}-{charge['amount_cents']}",
        "amount_cents": charge["amount_cents"],
        "attempt": attempt,
    }


@activity.defn
async def refund_payment(receipt: dict) -> str:
    return f"refunded {receipt['payment_id']}"


@activity.defn
async def reserve_stock(request: dict) -> dict:
    """Reserves line by line. After a crash, the next attempt goes on where the last heartbeat was."""
    done = activity.info().heartbeat_details[0] if activity.info().heartbeat_details else 0
    for line in range(done, len(request["items"])):
        await asyncio.sleep(0.1)
        activity.heartbeat(line + 1)
    return {"reservation_id": f"res-{request['order_id']}", "items": len(request["items"])}


@activity.defn
async def release_stock(reservation: dict) -> str:
    return f"released {reservation['reservation_id']}"


async def main() -> None:
    address = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:7233"
    client = await Client.connect(address)
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    activities = [charge_payment, refund_payment, reserve_stock, release_stock]
    async with Worker(client, task_queue=TASK_QUEUE, activities=activities):
        print(f"polling {TASK_QUEUE} at {address}", flush=True)
        await stop.wait()


asyncio.run(main())
# Threads of Temporal's SDK may still hold Python when it takes itself apart, which Python answers with an abort.
sys.stdout.flush()
os._exit(0)
