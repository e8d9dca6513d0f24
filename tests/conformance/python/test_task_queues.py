"""DescribeTaskQueue shows who polls; tasks of one queue stay in it."""

from temporalio import activity, workflow
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client

from harness.raw import RawWorker, complete_workflow, schedule_activity
from harness.wait import eventually
from harness.worker import new_worker

WORKFLOW, ACTIVITY = TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY


@activity.defn
async def nothing() -> None:
    pass


@workflow.defn
class Nothing:
    @workflow.run
    async def run(self) -> None:
        pass


async def pollers(client: Client, task_queue: str, kind: "TaskQueueType.ValueType") -> list[str]:
    described = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace, task_queue=TaskQueue(name=task_queue), task_queue_type=kind
        )
    )
    return [poller.identity for poller in described.pollers]


async def test_pollers_are_shown_by_identity_and_kind(client: Client, unique: str) -> None:
    assert await pollers(client, unique, WORKFLOW) == []
    async with new_worker(client, unique, [Nothing], identity="only workflows"):
        await eventually(lambda: pollers(client, unique, WORKFLOW))
        assert await pollers(client, unique, WORKFLOW) == ["only workflows"]
        assert await pollers(client, unique, ACTIVITY) == []
    async with new_worker(client, unique, [], [nothing], identity="only activities"):
        await eventually(lambda: pollers(client, unique, ACTIVITY))
        assert "only activities" in await pollers(client, unique, ACTIVITY)


async def test_a_queue_keeps_workflow_tasks_and_activity_tasks_apart(raw: RawWorker) -> None:
    await raw.start()
    await raw.answer_next(schedule_activity("a", raw.task_queue), force_create_new_workflow_task=True)
    activity_task = await raw.poll_activity()
    assert activity_task.activity_id == "a"
    await raw.answer_next(complete_workflow())


async def test_an_activity_goes_to_the_queue_that_its_command_names(client: Client, raw: RawWorker) -> None:
    other = RawWorker(client, f"{raw.task_queue}-other")
    await raw.start()
    await raw.answer_next(schedule_activity("there", other.task_queue), schedule_activity("here", raw.task_queue))
    assert (await raw.poll_activity()).activity_id == "here"
    assert (await other.poll_activity()).activity_id == "there"


async def test_a_backlog_is_worked_off_in_order(raw: RawWorker) -> None:
    started = [await raw.start(f"{raw.task_queue}-{number}") for number in range(20)]
    taken = []
    for _ in started:
        taken.append((await raw.answer_next(complete_workflow())).workflow_execution.run_id)
    assert sorted(taken) == sorted(started)
