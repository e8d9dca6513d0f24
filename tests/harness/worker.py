"""A Python worker for one test: workflows run outside the Python sandbox, which costs more than the test itself."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker


def new_worker(
    client: Client,
    task_queue: str,
    workflows: Sequence[type] = (),
    activities: Sequence[Callable[..., Any]] = (),
    **options: Any,
) -> Worker:
    # Heartbeats are throttled to a share of the heartbeat timeout: tests need their answers at once.
    options.setdefault("max_heartbeat_throttle_interval", timedelta(milliseconds=50))
    options.setdefault("default_heartbeat_throttle_interval", timedelta(milliseconds=50))
    return Worker(
        client,
        task_queue=task_queue,
        workflows=workflows,
        activities=activities,
        workflow_runner=UnsandboxedWorkflowRunner(),
        **options,
    )
