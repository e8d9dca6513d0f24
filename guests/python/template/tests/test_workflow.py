"""Tests the workflow with Temporal's own environment, in which waiting takes no time. Its server is `sundial test-server`."""

import os
import shutil
from collections.abc import AsyncIterator

import pytest
from temporalio import activity
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from my_workflow.messages import Order, Receipt
from my_workflow.workflows import ACTIVITIES, MyWorkflow


@pytest.fixture
async def environment() -> AsyncIterator[WorkflowEnvironment]:
    sundial = os.environ.get("SUNDIAL_BINARY") or shutil.which("sundial")
    assert sundial, "sundial is not on PATH; SUNDIAL_BINARY names it"
    async with await WorkflowEnvironment.start_time_skipping(test_server_existing_path=sundial) as started:
        yield started


@activity.defn(name="charge")
async def charge_nothing(order: Order) -> str:
    return f"mocked-{order.amount_cents}"


async def test_an_approved_order_is_charged(environment: WorkflowEnvironment) -> None:
    async with (
        Worker(environment.client, task_queue="test", workflows=[MyWorkflow]),
        Worker(environment.client, task_queue=ACTIVITIES, activities=[charge_nothing]),
    ):
        handle = await environment.client.start_workflow(MyWorkflow.run, Order("o-1", 500), id="o-1", task_queue="test")
        assert await handle.query(MyWorkflow.approved) is False
        await handle.signal(MyWorkflow.approve)
        assert await handle.result() == Receipt("o-1", "mocked-500")
