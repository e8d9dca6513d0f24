"""The workflow in Temporal's environment, where hours take milliseconds, with mocked activities."""

import os
import shutil

import pytest
from models.order import OrderInput, PaymentInput, PaymentResult
from temporalio import activity
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker
from workflows.order_workflow import FollowUpWorkflow, OrderWorkflow


@pytest.fixture
async def env():
    sundial = os.environ.get("SUNDIAL_BINARY") or shutil.which("sundial")
    async with await WorkflowEnvironment.start_time_skipping(test_server_existing_path=sundial) as env:
        yield env


@pytest.mark.asyncio
async def test_order_workflow(env):
    @activity.defn(name="process_payment")
    async def mock_payment(input: PaymentInput) -> PaymentResult:
        return PaymentResult(txn_id="mock_txn")

    async with Worker(
        env.client,
        task_queue="test-queue",
        workflows=[OrderWorkflow],
        activities=[mock_payment],
    ):
        result = await env.client.execute_workflow(
            OrderWorkflow.run,
            OrderInput(order_id="test_1"),
            id="test-workflow-id",
            task_queue="test-queue",
        )
        assert result.status == "completed"


@pytest.mark.asyncio
async def test_follow_ups_continue_as_new(env):
    async with Worker(env.client, task_queue="test-queue", workflows=[FollowUpWorkflow]):
        await env.client.execute_workflow(FollowUpWorkflow.run, args=[9, 12], id="follow-up", task_queue="test-queue")
