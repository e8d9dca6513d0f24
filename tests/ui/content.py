"""What the pages show: workflows in every state, a failing activity, a child, an update, a deployment, a schedule, a batch, on a server that had
nothing before."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.api.batch.v1 import BatchOperationSignal
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import StartBatchOperationRequest
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleIntervalSpec,
    ScheduleSpec,
    ScheduleState,
    WorkflowHandle,
)
from temporalio.common import RetryPolicy, VersioningBehavior, WorkerDeploymentVersion
from temporalio.exceptions import ApplicationError
from temporalio.runtime import Runtime, TelemetryConfig
from temporalio.worker import WorkerDeploymentConfig

from harness.wait import eventually
from harness.worker import new_worker

QUEUE = "shown-queue"
DEPLOYMENT = "shown-deployment"
SCHEDULE = "shown-schedule"
BATCH = "shown-batch"


@activity.defn(name="price_of")
async def price_of(item: str) -> int:
    if item == "unknown":
        raise ApplicationError("no such item in the catalogue", type="UnknownItem")
    return len(item)


@workflow.defn(name="ShownChild")
class ShownChild:
    @workflow.run
    async def run(self, item: str) -> int:
        return await workflow.execute_activity(
            price_of,
            item,
            start_to_close_timeout=timedelta(seconds=10),
            retry_policy=RetryPolicy(initial_interval=timedelta(minutes=5)),
        )


@workflow.defn(name="ShownOrder")
class ShownOrder:
    def __init__(self) -> None:
        self.approved = False

    @workflow.run
    async def run(self, item: str) -> int:
        workflow.set_current_details("waiting for the approval of a **person**")
        if item == "broken":
            raise ApplicationError("the order is broken", {"item": item}, type="Broken", non_retryable=True)
        await workflow.sleep(0.01, summary="a short rest")
        price = await workflow.execute_child_workflow(
            ShownChild.run, item, id=f"{workflow.info().workflow_id}-child", task_queue=QUEUE
        )
        await workflow.wait_condition(lambda: self.approved)
        return price

    @workflow.signal
    def approve(self) -> None:
        self.approved = True

    @workflow.update
    def rename(self, name: str) -> str:
        return f"renamed to {name}"

    @workflow.query
    def is_approved(self) -> bool:
        return self.approved


@dataclass(frozen=True)
class Content:
    """Where to look."""

    completed: WorkflowHandle
    running: WorkflowHandle
    # A child, which waits for the retry of its activity.
    failing: WorkflowHandle
    failed: WorkflowHandle

    def handle(self, name: str) -> WorkflowHandle:
        """By the name of a field."""
        found: WorkflowHandle = getattr(self, name)
        return found


@asynccontextmanager
async def content(address: str) -> AsyncIterator[Content]:
    """Puts everything there, and keeps workers that answer queries and tell of themselves every second."""
    runtime = Runtime(telemetry=TelemetryConfig(), worker_heartbeat_interval=timedelta(seconds=1))
    client = await Client.connect(address, runtime=runtime)
    deployed = WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(deployment_name=DEPLOYMENT, build_id="build-1"),
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.PINNED,
    )
    async with AsyncExitStack() as stack:
        workflows = [ShownOrder, ShownChild]
        await stack.enter_async_context(new_worker(client, QUEUE, workflows, [price_of]))
        await stack.enter_async_context(
            new_worker(client, f"{QUEUE}-deployed", workflows, [price_of], deployment_config=deployed)
        )

        async def start(workflow_id: str, item: str) -> WorkflowHandle:
            return await client.start_workflow(
                ShownOrder.run,
                item,
                id=workflow_id,
                task_queue=QUEUE,
                memo={"note": "to be shown"},
                static_summary="an order to be shown",
                static_details="with *details*",
            )

        completed = await start("completed-order", "apple")
        await completed.execute_update(ShownOrder.rename, "pear")
        await completed.signal(ShownOrder.approve)
        await completed.result()
        failed = await start("failed-order", "broken")
        running = await start("running-order", "apple")
        await start("failing-order", "unknown")

        async def settled() -> bool:
            child = await client.get_workflow_handle("failing-order-child").describe()
            pending = child.raw_description.pending_activities
            counted = await client.count_workflows("ExecutionStatus = 'Failed'")
            return bool(pending and pending[0].HasField("last_failure")) and counted.count == 1

        async def there() -> bool:
            try:
                return await settled()
            except Exception as error:
                raise AssertionError(str(error)) from error

        await eventually(there)
        await client.create_schedule(
            SCHEDULE,
            Schedule(
                action=ScheduleActionStartWorkflow(ShownChild.run, "pear", id="scheduled", task_queue=QUEUE),
                spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=timedelta(hours=6))]),
                state=ScheduleState(paused=True, note="paused to be shown"),
            ),
        )
        await client.workflow_service.start_batch_operation(
            StartBatchOperationRequest(
                namespace=client.namespace,
                job_id=BATCH,
                reason="a batch to be shown",
                executions=[WorkflowExecution(workflow_id="failing-order")],
                signal_operation=BatchOperationSignal(signal="nothing", identity="a person"),
            )
        )
        child = client.get_workflow_handle("failing-order-child")
        run_id = (await child.describe()).run_id
        yield Content(completed, running, client.get_workflow_handle(child.id, run_id=run_id), failed)
